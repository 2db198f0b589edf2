"""Many rows at once: reading tables, answering each row, and the command."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import COMMAND, Ran, Screen, environment, plan, wait_for, yibao

from yibao_cli.batch.desk import Desk, Done, Task
from yibao_cli.batch.naming import file_name
from yibao_cli.batch.processes import answer_all
from yibao_cli.batch.records import cells
from yibao_cli.batch.sheet import Row, Sheet, decoded, open_sheet
from yibao_cli.errors import AnswerError, FileError
from yibao_cli.knowledge import knowledge

KNOWN = knowledge()
DAY = "2026-11-21"
HEADER = "id,insurance,from,to,care,filing"
GOOD = "居民,四川绵阳,北京,住院,未备案"


def sheet(text: str | bytes, encoding: str = "utf-8") -> Sheet | None:
    raw = text.encode() if isinstance(text, str) else text
    return open_sheet(KNOWN, decoded(io.BytesIO(raw), encoding))


def task(found: Sheet, *, summary: bool = True, format: str | None = None) -> Task:
    return Task(KNOWN, DAY, found.kind, found.columns, {}, format, summary, 80)


def answers(text: str | bytes, encoding: str = "utf-8") -> list[dict[str, Any]]:
    found = sheet(text, encoding)
    assert found is not None
    desk = Desk(task(found))
    return [json.loads(desk.answer(row).text) for row in found.rows]


def table(*rows: str) -> str:
    return "\n".join((HEADER, *rows)) + "\n"


def lines(ran: Ran) -> list[dict[str, Any]]:
    return [json.loads(line) for line in ran.out.splitlines()]


def code(answer: dict[str, Any]) -> str | None:
    return answer["error"]["code"] if "error" in answer else None


# ---------------------------------------------------------------- reading


def test_row_is_answered_with_id_and_number() -> None:
    assert answers(table(f"甲,{GOOD}")) == [
        {"row": 1, "id": "甲", "path": "file_then_direct", "title": "先备案，再去看病直接结算"}
    ]


@pytest.mark.parametrize(
    "header",
    [
        "id,参保险种,参保地,就医地,看什么,异地备案",
        "编号, INSURANCE ,--from,ｔｏ,care,filing",
        '"id","insurance","from","to","care","filing"',
        "\ufeffid,insurance,from,to,care,filing,,",
    ],
)
def test_columns_are_named_in_several_ways(header: str) -> None:
    (answer,) = answers(f"{header}\n7,{GOOD}\n")
    assert (answer["id"], answer["path"]) == ("7", "file_then_direct")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\n\n", "\r\n,,,,\r\n"])
def test_line_ends_and_blank_lines(end: str) -> None:
    found = answers(f"{HEADER}{end}1,{GOOD}{end}2,{GOOD}{end}")
    assert [(one["row"], one["id"]) for one in found] == [(1, "1"), (2, "2")]


def test_line_in_the_file_is_kept_beside_the_number_of_the_row() -> None:
    found = sheet("\n" + table('"a\nb",居民', "", "c,居民"))
    assert found is not None
    assert [(row.number, row.line) for row in found.rows] == [(1, 3), (2, 6)]


@pytest.mark.parametrize("text", ["", "\n\n", "\ufeff", " \r\n"])
def test_nothing_at_all(text: str) -> None:
    assert sheet(text) is None


def test_short_row_leaves_answers_open_and_long_row_is_refused() -> None:
    short, long, empty = answers(table("1,居民,绵阳,北京,住院", f"2,{GOOD},,多", f"3,{GOOD},,"))
    assert code(short) == "missing_answer"
    assert code(long) == "bad_row" and "第 8 列" in long["error"]["message"]
    assert code(empty) is None


def test_same_column_twice_must_not_contradict_itself() -> None:
    text = f"{HEADER},参保险种\n1,{GOOD},新农合\n2,{GOOD},职工\n3,{GOOD},\n"
    assert [code(one) for one in answers(text)] == [None, "contradiction", None]


def test_unknown_columns_are_named_together() -> None:
    with pytest.raises(AnswerError) as caught:
        sheet(f"id,fling,姓名\n1,{GOOD},\n")
    assert [one.code for one in caught.value.findings] == ["unknown_column"] * 3
    assert caught.value.findings[0].candidates[0] == "filing"


def test_two_id_columns() -> None:
    with pytest.raises(AnswerError, match="id"):
        sheet("id,编号\n")


def test_quote_never_closed_costs_one_row() -> None:
    rows = [f"{number},{GOOD}" for number in range(600)]
    rows[100] = '100,"居民,四川绵阳,北京,住院,未备案'
    rows[599] = '599,"居民'
    found = answers(table(*rows))
    assert [one["row"] for one in found] == list(range(1, 601))
    assert [one["row"] for one in found if code(one)] == [101, 600]


def test_bad_bytes_cost_one_row() -> None:
    raw = table("1,A", f"2,{GOOD}").encode().replace(b"A", b"\xff\0")
    assert [code(one) for one in answers(raw)] == ["bad_row", None]


def test_gbk_with_rare_characters_and_bad_bytes() -> None:
    raw = table(f"𠮷,{GOOD}", f"2,{GOOD}", f"3,{GOOD}").encode("gb18030")
    raw = raw.replace(b"\n2,", b"\n\x812,\x81\n2\x81,")
    found = answers(raw, "gbk")
    assert [one["id"] for one in found][::3] == ["𠮷", "3"]
    assert [code(one) for one in found] == [None, "bad_row", "bad_row", None]


@pytest.mark.parametrize("encoding", ["gbk", "utf-16"])
def test_wrong_encoding_is_said_before_anything(encoding: str) -> None:
    with pytest.raises(FileError, match=r"gbk|UTF-16"):
        sheet("参保险种,from\n居民,绵阳\n".encode(encoding))


def test_long_cells_and_long_lines() -> None:
    found = answers(
        table(
            f"1,居民,{'北京' * 5000},北京,住院,未备案",
            f'2,"{"居" * 10_000}",绵阳,北京,住院,未备案',
            "3," + "x" * (1 << 21),
            f"{'4' * 10_000},{GOOD}",
        )
    )
    assert [code(one) for one in found] == ["unknown_place", "unknown_value", "bad_row", None]
    assert len(found[3]["id"]) == 10_000


def test_json_lines() -> None:
    good = {"参保险种": "居民", "from": 510700, "to": "北京", "care": "住院", "filing": "none"}
    rows = [
        {"id": 7, **good},
        {"id": None, **good, "errand": ["看病", "用个人账户"], "stage": None, "hospital": ""},
        {**good, "care": {"a": 1}, "filling": "x"},
        {**good, "insurance": "职工"},
    ]
    text = "\n\n".join(json.dumps(one, ensure_ascii=False) for one in rows)
    first, second, third, fourth = answers(text)
    assert (first["id"], first["path"]) == (7, "file_then_direct")
    assert (second["id"], code(second)) == (None, None)
    assert "filling" in third["error"]["message"] and "care" in third["error"]["message"]
    assert code(fourth) == "contradiction"


@pytest.mark.parametrize(
    "line",
    ["{", "[]", "1", "nul", '{"id":NaN}', '{"id":1e999}', '{"id":[1]}', "[" * 100_000,
     '{"a":' * 100_000, '{"id":' + "9" * 5000 + "x}"],
)  # fmt: skip
def test_bad_json_costs_one_row(line: str) -> None:
    good = '{"insurance":"居民","from":"绵阳","to":"北京","care":"住院","filing":"none"}'
    found = answers(f"{good}\n{line}\n{good}")
    assert [code(one) for one in found] == [None, "bad_row", None]


def test_half_a_character_in_an_id_does_not_break_the_output() -> None:
    found = sheet('{"id":"\\ud800a"}')
    assert found is not None
    text = Desk(task(found)).answer(next(found.rows)).text
    assert json.loads(text.decode())["id"] == "\ufffda"


def test_json_array_is_explained() -> None:
    with pytest.raises(AnswerError, match="JSON Lines"):
        sheet("[{}]")


# ---------------------------------------------------------------- answering

_some_text = st.text(max_size=12) | st.sampled_from(
    ["居民", "北京", "山西", "海南", "住院", "未备案", '"', '""', '","', "\n", "\r", "\0", "{", ","]
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(_some_text, max_size=9).map("".join), max_size=8), st.booleans())
def test_hostile_rows_are_answered_one_by_one(rows: list[str], as_json: bool) -> None:
    start = '{"id":0}' if as_json else HEADER
    raw = "\n".join((start, *rows)).encode("utf-8", "surrogatepass")
    found = sheet(raw)
    assert found is not None
    desk = Desk(task(found))
    for number, row in zip(count(1), found.rows, strict=False):
        done = desk.answer(row)
        answer = json.loads(done.text.decode())
        assert done.text.count(b"\n") == 1
        assert answer["row"] == row.number == number
        assert code(answer) != "internal"
        assert bool(done.failure) == ("error" in answer)


_cell = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8
) | st.sampled_from(['"', "a\nb", "\r\n", '","', 'a"b'])


@given(st.lists(st.lists(_cell, min_size=1, max_size=4), min_size=1, max_size=6))
def test_cells_are_those_of_the_csv_module(rows: list[list[str]]) -> None:
    written = io.StringIO(newline="")
    csv.writer(written).writerows(rows)
    found = sheet("id\n" + written.getvalue())
    assert found is not None
    read = [cells(row.text) for row in found.rows]

    def filled(rows: list[list[str]]) -> list[list[str]]:
        # Whether cells of nothing but blanks make a row depends on their quotes.
        return [row for row in rows if "".join(row).strip(' \t\r\n,"')]

    assert filled(read) == filled(rows)


@given(st.integers(1, 10**9), st.text() | st.integers() | st.booleans() | st.none() | st.floats())
def test_file_name_stays_in_its_folder(number: int, identity: object) -> None:
    name = file_name(number, identity, "markdown")
    assert Path("d", name).parent == Path("d")
    assert len(name.encode("utf-8", "surrogatepass")) < 240
    assert all(char.isalnum() or char in "-_." for char in name)
    assert name.startswith(f"{number:06}") and name.endswith(".md") and name.count(".") == 1


def test_summary_is_the_outcome_of_the_whole_list() -> None:
    found = sheet(
        table(
            "a,职工,成都,北京,买药,未备案",
            "b,居民,绵阳,绵阳,急诊,不清楚",
            "c,不清楚,天津,河北,慢病,已过期",
        )
    )
    assert found is not None
    short, long = Desk(task(found)), Desk(task(found, summary=False))
    for row in found.rows:
        brief, whole = json.loads(short.answer(row).text), json.loads(long.answer(row).text)
        outcome = whole["checklist"]["outcome"]
        assert (brief["path"], brief["title"]) == (outcome["path"], outcome["title"])


def test_page_speaks_of_the_same_outcome() -> None:
    found = sheet(table(f"1,{GOOD}"))
    assert found is not None
    done = Desk(task(found, format="plain")).answer(next(found.rows))
    assert done.name == "000001-1.txt"
    assert json.loads(done.text)["title"] in done.page


def test_what_nobody_thought_of_costs_one_row() -> None:
    """An item that the tree names and nobody wrote: the loader would never let it through."""
    found = sheet(table(f"1,{GOOD}", "2,居民,四川绵阳,绵阳,住院,"))
    assert found is not None
    items = {name: item for name, item in KNOWN.items.items() if name != "settle_normal"}
    desk = Desk(replace(task(found), known=KNOWN._replace(items=items)))
    broken, whole = (json.loads(desk.answer(row).text) for row in found.rows)
    assert code(broken) == "internal" and "settle_normal" not in str(broken)
    assert whole["path"] == "local_care"


def test_what_is_remembered_is_bounded() -> None:
    found = sheet(table())
    assert found is not None
    desk = Desk(task(found))
    for number in range(10_000):
        desk.answer(Row(number, number, f"{number},{number}"))
    assert desk._same.cache_info().currsize <= 4096
    assert desk._value.cache_info().currsize <= 8192


def test_several_processes_keep_the_order() -> None:
    text = table(*(f"{number},{GOOD if number % 3 else '居民'}" for number in range(700)))

    def done(jobs: int) -> tuple[int, list[Done], bytes]:
        found = sheet(text)
        assert found is not None
        chunks = list(answer_all(task(found), found.rows, jobs))
        return (
            sum(chunk.size for chunk in chunks),
            [one for chunk in chunks for one in chunk.notable],
            b"".join(one.text for one in chunks),
        )

    several = done(3)
    assert several == done(1)
    assert several[0] == 700
    assert [one.number for one in several[1]] == list(range(1, 701, 3))


# ---------------------------------------------------------------- the command


def test_lines_on_stdout_and_reasons_on_stderr() -> None:
    ran = yibao("batch", "-", stdin=table(f"甲,{GOOD}", "乙,山西"))
    assert ran.status == 4
    good, bad = lines(ran)
    whole = plan(category=None).data
    assert good == {"row": 1, "id": "甲", "checklist": whole}
    assert bad["error"]["code"] and "第 2 行（文件第 3 行，id 乙）" in ran.err
    assert "共 2 行，成功 1 行，失败 1 行" in ran.err


def test_first_twenty_reasons_and_a_count() -> None:
    ran = yibao("batch", "-", "--summary", stdin=table(*("x,y" for _ in range(25))))
    assert ran.err.count("（文件第") == 20 and "另有 5 行" in ran.err


@pytest.mark.parametrize("text", ["", HEADER, HEADER + "\n"])
def test_no_rows_are_no_error(text: str) -> None:
    ran = yibao("batch", "-", stdin=text)
    assert (ran.status, ran.out) == (0, "")


def test_all_rows_good_ends_in_zero() -> None:
    assert yibao("batch", "-", "--summary", stdin=table(f"1,{GOOD}")).status == 0


def test_common_answers_fill_what_rows_leave_open() -> None:
    text = "id,to\n1,北京\n2,\n"
    fixed = ("--set", "参保险种=居民", "--set", "from=绵阳", "--set", "care=住院")
    ran = yibao("batch", "-", "--summary", *fixed, "--set", "to=绵阳", "--set", "filing=none",
                stdin=text)  # fmt: skip
    assert [one["path"] for one in lines(ran)] == ["file_then_direct", "local_care"]
    assert yibao("batch", "-", "--set", "to=哪里", stdin=text).status == 4


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("--input", "xml"), 2),
        (("--encoding", "big5"), 2),
        (("--format", "docx"), 2),
        (("--format", "markdown"), 2),
        (("--jobs", "0"), 2),
        (("--jobs", "x"), 2),
        (("--jobs", "00000000165"), 2),
        (("--on", "1999-01-01"), 4),
        (("-o", "."), 6),
        (("-o", "no/such/folder/x"), 6),
    ],
)
def test_wrong_usage(arguments: tuple[str, ...], status: int) -> None:
    ran = yibao("batch", "-", *arguments, stdin=table(f"1,{GOOD}"))
    assert (ran.status, ran.out) == (status, "")
    assert ran.err and "Traceback" not in ran.err


def test_unreadable_file() -> None:
    assert yibao("batch", "/no/such/file").status == 6
    assert yibao("batch", ".").status == 6


def test_unknown_column_as_json() -> None:
    ran = yibao("batch", "-", "--format", "json", stdin="id,fling\n1,x\n")
    assert ran.status == 4
    assert ran.data["error"]["code"] == "unknown_column"


def test_gbk_file_to_a_file(tmp_path: Path) -> None:
    source, target = tmp_path / "名单.csv", tmp_path / "结果.jsonl"
    source.write_bytes(table(f"张三,{GOOD}").encode("gbk"))
    wrong = yibao("batch", str(source))
    assert wrong.status == 4 and "--encoding" in wrong.err
    ran = yibao("batch", str(source), "--encoding", "GBK", "--summary", "-o", str(target))
    assert (ran.status, ran.out) == (0, "")
    before = target.read_bytes()
    assert json.loads(before)["id"] == "张三"
    again = yibao("batch", str(source), "--encoding", "gbk", "-o", str(target))
    assert (again.status, target.read_bytes()) == (6, before)
    force = yibao("batch", str(source), "--encoding", "gbk", "-o", str(target), "--force")
    assert force.status == 0 and target.read_bytes() != before
    assert sorted(one.name for one in tmp_path.iterdir()) == ["名单.csv", "结果.jsonl"]


def test_one_file_for_each_row(tmp_path: Path) -> None:
    folder = tmp_path / "清单"
    text = table(f"../../x,{GOOD}", "2,y", f"张 三,{GOOD}")
    ran = yibao("batch", "-", "--into", str(folder), stdin=text)
    assert (ran.status, ran.out) == (4, "")
    assert sorted(one.name for one in folder.iterdir()) == ["000001-x.md", "000003-张_三.md"]
    assert "- [ ]" in (folder / "000001-x.md").read_text(encoding="utf-8")
    assert [one.name for one in tmp_path.iterdir()] == ["清单"]
    again = yibao("batch", "-", "--into", str(folder), stdin=text)
    assert again.status == 6
    listed = yibao("batch", "-", "--into", str(folder), "--summary", "--force", stdin=text)
    assert [one.get("file") for one in lines(listed)] == ["000001-x.md", None, "000003-张_三.md"]


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
@pytest.mark.parametrize("force", [True, False])
def test_link_does_not_lead_out_of_the_folder(tmp_path: Path, force: bool) -> None:
    folder = tmp_path / "d"
    folder.mkdir()
    outside = tmp_path / "outside"
    (folder / "000001-1.txt").symlink_to(outside)
    more = ("--force",) if force else ()
    text = table(f"1,{GOOD}")
    ran = yibao("batch", "-", "--format", "plain", "--into", str(folder), *more, stdin=text)
    assert ran.status == (0 if force else 6)
    assert not outside.exists()


def test_processes_write_what_one_writes() -> None:
    text = table(*(f"{number},{GOOD}" for number in range(600)))
    assert yibao("batch", "-", "--summary", "--jobs", "2", stdin=text) == yibao(
        "batch", "-", "--summary", stdin=text
    )


@pytest.mark.skipif(os.name == "nt", reason="sends a signal to a process group")
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_interruption_leaves_nothing_behind(tmp_path: Path, jobs: str) -> None:
    source, target = tmp_path / "rows.csv", tmp_path / "out.jsonl"
    source.write_text(table(*(f"{number},{GOOD}" for number in range(400_000))), encoding="utf-8")
    child = subprocess.Popen(
        [*COMMAND, "batch", str(source), "--jobs", jobs, "-o", str(target)],
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env=environment(),
        start_new_session=True,
    )
    # The hidden file is there as soon as work has begun.
    wait_for(lambda: any(one.stat().st_size for one in tmp_path.glob(".out*")))
    os.killpg(child.pid, signal.SIGINT)
    _, said = child.communicate(timeout=30)
    assert child.returncode == 130
    assert "Traceback" not in said and "中断" in said
    assert [one.name for one in tmp_path.iterdir()] == ["rows.csv"]


def test_progress_on_a_terminal_only(tmp_path: Path) -> None:
    source, target = tmp_path / "rows.csv", tmp_path / "out.jsonl"
    source.write_text(table(*(f"{n},{GOOD}" for n in range(500))), encoding="utf-8")
    with Screen("batch", str(source), "--summary", "-o", str(target)) as screen:
        assert screen.end() == 0
        assert "共 500 行" in screen.text
        assert "━".encode() in screen.said
    ran = yibao("batch", str(source), "--summary")
    assert "━" not in ran.err
