"""The ending of a file decides what is written into it, and what cannot be written is refused."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from support import flags, plan, yibao

ROWS = "insurance,from,to,care,filing\n居民,绵阳,北京,住院,未备案\n"


@pytest.mark.parametrize(
    "name", ["list.pdf", "list.docx", "list.XLSX", "list.csv", "list.png", "list.yaml", "a.jsonl"]
)
def test_a_format_that_is_not_written_is_refused_before_anything(name: str, tmp_path: Path) -> None:
    done = yibao("plan", "--care", "住院", "-o", str(tmp_path / name))

    assert (done.status, done.out) == (2, "")
    assert f"写不出 {os.path.splitext(name)[1].lower()} 文件" in done.err  # noqa: PTH122
    assert ".html，用浏览器打开" in done.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["list.pdf", "q.html", "清单", "list.2026"])
def test_what_is_written_on_the_line_counts_more_than_the_ending(name: str, tmp_path: Path) -> None:
    done = yibao("plan", *flags(), "--format", "markdown", "-o", str(tmp_path / name))

    assert done.status == 0
    assert (tmp_path / name).read_text("utf-8").startswith("# ")


@pytest.mark.parametrize(
    ("name", "begins"), [("q.html", "<!DOCTYPE"), ("q.md", "# "), ("q.json", "{"), ("q", "# ")]
)
def test_an_ending_counts_more_than_the_environment(name: str, begins: str, tmp_path: Path) -> None:
    done = yibao("plan", *flags(), "-o", str(tmp_path / name), YIBAO_FORMAT="markdown")

    assert done.status == 0
    assert (tmp_path / name).read_text("utf-8").lower().startswith(begins.lower())


@pytest.mark.parametrize("name", ["out.csv", "out.xlsx", "out.md", "out.html"])
def test_a_table_is_written_as_lines_of_json_only(name: str, tmp_path: Path) -> None:
    done = yibao("batch", "-", "-o", str(tmp_path / name), stdin=ROWS)

    assert (done.status, done.out) == (2, "")
    assert "请写成 .jsonl" in done.err and "--into" in done.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["out.jsonl", "out.ndjson", "out.json", "out"])
def test_lines_of_json_under_any_name_that_fits(name: str, tmp_path: Path) -> None:
    assert yibao("batch", "-", "-o", str(tmp_path / name), stdin=ROWS).status == 0


# ---------------------------------------------------------------- answers


@pytest.mark.parametrize("name", ["a.yaml", "a.yml", "a.json", "a.JSON", "a", "a.txt"])
def test_answers_that_were_saved_are_read_again(name: str, tmp_path: Path) -> None:
    saved = tmp_path / name
    first = plan("--save-answers", str(saved), injury="车祸", category=None)
    again = yibao("plan", "--answers", str(saved), "--format", "json")

    assert first.status == again.status == 0
    assert again.data["answers"] == first.data["answers"]
    assert saved.read_text("utf-8").startswith("{") == name.lower().endswith(".json")
    assert saved.stat().st_mode & 0o077 == 0


def test_answers_as_json_are_plain_json(tmp_path: Path) -> None:
    saved = tmp_path / "a.json"
    plan("--save-answers", str(saved))

    assert json.loads(saved.read_text("utf-8"))["from"] == "四川省绵阳市"


@pytest.mark.parametrize("name", ["a.pdf", "a.html", "a.csv"])
def test_answers_are_saved_as_nothing_else(name: str, tmp_path: Path) -> None:
    done = plan("--save-answers", str(tmp_path / name))

    assert done.status == 2
    assert ".yaml 或 .json" in done.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["care: 住院\nfrom: 绵阳\n", '{"care": "住院", "from": "绵阳"}'])
def test_answers_from_standard_input(text: str) -> None:
    words = ("--insurance", "居民", "--to", "北京", "--filing", "未备案", "--format", "json")
    done = yibao("plan", "--answers", "-", *words, stdin=text)

    assert (done.status, done.err) == (0, "")
    assert done.data["answers"]["care"] == "inpatient"


def test_what_is_wrong_on_standard_input_is_told_with_its_line() -> None:
    done = yibao("plan", "--answers", "-", stdin="care: 住院\nwrong\n")

    assert done.status == 4
    assert done.err.startswith("标准输入第")


# ---------------------------------------------------------------- the code


@pytest.mark.parametrize(
    "form", ["代码 {}", "答案代码 {}", "答案代码：{}", "  答案代码  {}\n", "{}"]
)
def test_the_line_of_a_list_is_pasted_whole(form: str) -> None:
    listed = yibao("plan", *flags()).out
    line = next(one for one in listed.splitlines() if one.startswith(" 代码 "))
    code = line.split()[1].partition("，")[0]
    done = yibao("plan", "--code", form.format(code), "--format", "json")

    assert (done.status, done.err) == (0, "")
    assert done.data["code"] == code
    assert yibao("plan", "--code", line, "--format", "json").data == done.data
