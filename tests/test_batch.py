"""Many rows at once: reading tables, answering each row, and the command."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from support import COMMAND, Ran, Screen, environment, plan, wait_for, yibao

from yibao_cli.batch import ENCODINGS, Done, Identity, Job, Row, answer, file_name, rows
from yibao_cli.errors import AnswerError, FileError
from yibao_cli.knowledge import knowledge

KNOWN = knowledge()
DAY = "2026-11-21"
HEADER = "id,insurance,from,to,care,filing"
GOOD = "居民,四川绵阳,北京,住院,未备案"


def sheet(text: str | bytes, encoding: str = "utf-8") -> Iterator[Row] | None:
    raw = text.encode() if isinstance(text, str) else text
    return rows(KNOWN, decoded(io.BytesIO(raw), encoding))


def decoded(binary: Any, encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(binary, ENCODINGS[encoding], "surrogateescape", newline="")


def read(text: str | bytes, encoding: str = "utf-8") -> list[Row]:
    found = sheet(text, encoding)
    assert found is not None
    return list(found)


def done(row: Row, **changes: Any) -> Done:
    return answer(Job(KNOWN, DAY, **{"summary": True, **changes}), row)


def answers(text: str | bytes, encoding: str = "utf-8") -> list[dict[str, Any]]:
    return [json.loads(done(row).text) for row in read(text, encoding)]


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
    found = read("\n" + table('"a\nb",居民', "", "c,居民"))
    assert [(row.number, row.line) for row in found] == [(1, 3), (2, 6)]


@pytest.mark.parametrize("text", ["", "\n\n", "\ufeff", " \r\n"])
def test_nothing_at_all(text: str) -> None:
    assert sheet(text) is None


def test_short_row_leaves_answers_open_and_long_row_is_refused() -> None:
    short, long, empty = answers(table("1,居民,绵阳,北京,住院", f"2,{GOOD},,多", f"3,{GOOD},,"))
    assert code(short) == "missing_answer"
    assert code(long) == "unknown_question" and "第 8 列" in long["error"]["message"]
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


def test_quote_never_closed_tells_which_lines_it_costs() -> None:
    lines = [f"{number},{GOOD}" for number in range(600)]
    lines[100] = '100,"居民,四川绵阳,北京,住院,未备案'
    lines[598] = '598,"居民'
    found = answers(table(*lines))
    # The quote on line 102 of the file takes as many lines as any cell may have.
    assert [one["id"] for one in found] == [
        *map(str, range(100)), None, *map(str, range(355, 598)), None
    ]  # fmt: skip
    assert [one["row"] for one in found] == list(range(1, len(found) + 1))
    assert [code(one) for one in found if one["id"] is None] == ["bad_row", "bad_row"]
    first, last = (one["error"]["message"] for one in found if one["id"] is None)
    assert "引号没有配对" in first and "文件第 102 行到第 356 行都没有读" in first
    assert "引号没有配对" in last and "文件第 600 行到第 601 行都没有读" in last


def test_stray_quote_is_told_and_never_read_as_something_else() -> None:
    found = answers(table('1,"居民"x,绵阳,北京,住院,未备案', '2,"居民', f'3,"{GOOD}"', f"4,{GOOD}"))
    assert [(one["id"], code(one)) for one in found] == [
        (None, "bad_row"), (None, "bad_row"), ("4", None)
    ]  # fmt: skip
    assert "文件第 3 行到第 4 行都没有读" in found[1]["error"]["message"]


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
    (answer,) = answers('{"id":"\\ud800a"}')
    assert answer["id"] == "\ufffda"


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
    for number, row in enumerate(read(raw), 1):
        found = done(row)
        answer = json.loads(found.text)
        assert found.text.count("\n") == 1
        assert answer["row"] == row.number == number
        assert code(answer) != "internal"
        assert bool(found.failure) == ("error" in answer)


_cell = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8
) | st.sampled_from(['"', "a\nb", "\r\n", '","', 'a"b'])


@given(st.lists(st.lists(_cell, min_size=2, max_size=2), min_size=1, max_size=6))
def test_cells_are_those_of_the_csv_module(rows: list[list[str]]) -> None:
    written = io.StringIO(newline="")
    csv.writer(written).writerows(rows)
    found = [(row.id, row.given.get("care")) for row in read("id,care\n" + written.getvalue())]
    wanted = [(one.strip() or None, [two.strip()] if two.strip() else None) for one, two in rows]
    assert found == [row for row in wanted if any(row)]


@given(st.integers(1, 10**9), st.text() | st.integers() | st.booleans() | st.none() | st.floats())
def test_file_name_stays_in_its_folder(number: int, identity: Identity) -> None:
    name = file_name(number, identity, "markdown")
    assert Path("d", name).parent == Path("d")
    assert len(name.encode("utf-8", "surrogatepass")) < 240
    assert all(char.isalnum() or char in "-_." for char in name)
    assert name.startswith(f"{number:06}") and name.endswith(".md") and name.count(".") == 1


def test_summary_is_the_outcome_of_the_whole_list() -> None:
    found = read(
        table(
            "a,职工,成都,北京,买药,未备案",
            "b,居民,绵阳,绵阳,急诊,不清楚",
            "c,不清楚,天津,河北,慢病,已过期",
        )
    )
    for row in found:
        brief, whole = json.loads(done(row).text), json.loads(done(row, summary=False).text)
        outcome = whole["checklist"]["outcome"]
        assert (brief["path"], brief["title"]) == (outcome["path"], outcome["title"])


def test_page_speaks_of_the_same_outcome() -> None:
    (row,) = read(table(f"1,{GOOD}"))
    found = done(row, format="plain")
    assert found.name == "000001-1.txt"
    assert json.loads(found.text)["title"] in found.page


def test_what_nobody_thought_of_costs_one_row() -> None:
    """An item that the tree names and nobody wrote: the loader would never let it through."""
    items = {name: item for name, item in KNOWN.items.items() if name != "settle_normal"}
    job = Job(replace(KNOWN, items=items), DAY, summary=True)
    found = read(table(f"1,{GOOD}", "2,居民,四川绵阳,绵阳,住院,"))
    broken, whole = (json.loads(answer(job, row).text) for row in found)
    assert code(broken) == "internal" and "settle_normal" not in str(broken)
    assert whole["path"] == "local_care"


class Endless(io.RawIOBase):
    """A table that goes on for ever."""

    def __init__(self) -> None:
        self.given = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        text = (f"{GOOD}\n" if self.given else "insurance,from,to,care,filing\n").encode()
        buffer[: len(text)] = text
        self.given += len(text)
        return len(text)


def test_rows_are_read_as_they_are_asked_for() -> None:
    endless = Endless()
    found = rows(KNOWN, decoded(io.BufferedReader(endless), "utf-8"))
    assert found is not None
    assert [row.number for row in islice(found, 1000)] == list(range(1, 1001))
    assert endless.given < 1 << 17


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
        (("--input", "csv"), 2),
        (("--encoding", "big5"), 2),
        (("--format", "docx"), 2),
        (("--format", "markdown"), 2),
        (("--jobs", "2"), 2),
        (("-j", "2"), 2),
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


@pytest.mark.skipif(os.name == "nt", reason="sends a signal to a process group")
def test_interruption_leaves_nothing_behind(tmp_path: Path) -> None:
    source, target = tmp_path / "rows.csv", tmp_path / "out.jsonl"
    source.write_text(table(*(f"{number},{GOOD}" for number in range(400_000))), encoding="utf-8")
    child = subprocess.Popen(
        [*COMMAND, "batch", str(source), "-o", str(target)],
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


TABLE = "id,insurance,from,to,care,filing\n1,居民,绵阳,北京,住院,未备案\n"


@pytest.mark.parametrize(
    ("header", "says"),
    [
        ("id;参保险种;参保地", "分号"),
        ("id\t参保险种\t参保地", "制表符"),
        ("id，参保险种，参保地", "全角逗号"),
        ("sep=,", "请删掉这一行"),
        ("sep=;", "请删掉这一行"),
        ("名单", "只有一列“名单”"),
    ],
)
def test_another_comma_is_called_by_its_name(header: str, says: str) -> None:
    done = yibao("batch", "-", stdin=f"{header}\n1\n")

    assert (done.status, done.out) == (4, "")
    assert says in done.err and done.err.count("\n") == 1


def test_columns_that_are_no_questions_are_to_be_deleted() -> None:
    done = yibao("batch", "-", stdin="姓名,*参保险种,参保地\n甲某,居民,绵阳\n")

    assert done.status == 4
    assert "“姓名”" in done.err and "请删掉，认得的有：*参保险种、参保地。" in done.err


@pytest.mark.parametrize(
    "table",
    [
        TABLE.replace("insurance", "*参保险种").replace("from", "＊参保地"),
        TABLE.replace("绵阳,北京", "510700.0,110000.0"),
        '{"insurance":"居民","from":510700.0,"to":110000.0,"care":"住院","filing":"未备案"}\n',
    ],
    ids=["stars", "pandas", "json"],
)
def test_what_forms_and_programs_write_is_read(table: str) -> None:
    done = yibao("batch", "-", "--summary", stdin=table)

    assert done.status == 0, done.err


def test_a_mark_proves_the_encoding_whatever_was_written(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text(TABLE, "utf-8-sig")

    assert yibao("batch", str(file), "--encoding", "gbk", "--summary").status == 0


@pytest.mark.parametrize("begin", [b"PK\x03\x04\x14\x00", b"\xd0\xcf\x11\xe0\xa1\xb1"])
@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_a_workbook_is_called_one(begin: bytes, encoding: str, tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    file.write_bytes(begin)
    done = yibao("batch", str(file), "--encoding", encoding)

    assert done.status == 6
    assert "工作簿" in done.err


def test_its_own_result_is_told_from_a_table() -> None:
    done = yibao("batch", "-", stdin=yibao("batch", "-", stdin=TABLE).out)

    assert done.status == 4
    assert "batch 写出的结果" in done.err
