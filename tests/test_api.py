"""The Python API: what its page and its docstrings show, and what it promises."""

from __future__ import annotations

import doctest
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from day import DAY
from support import BASE
from support import plan as command

import yibao_cli
from yibao_cli import AnswerError, MissingAnswerError, UsageError, YibaoError, api, plan
from yibao_cli.knowledge import _loaded, knowledge

PAGE = (Path(__file__).resolve().parent.parent / "docs" / "python.md").read_text("utf-8")
PROGRAM = re.compile(r"```python\n(.*?)```\n\n```text\n(.*?)```", re.DOTALL)


def test_docstrings_tell_what_happens() -> None:
    done = doctest.testmod(api, optionflags=doctest.ELLIPSIS)

    assert done.attempted >= 6
    assert done.failed == 0


def test_page_tells_what_happens(capsys: pytest.CaptureFixture[str]) -> None:
    programs = PROGRAM.findall(PAGE)
    names: dict[str, Any] = {}
    before = PAGE.count("```python")

    assert len(programs) == before >= 4
    for program, wanted in programs:
        exec(program, names)
        assert capsys.readouterr().out == wanted


def test_list_is_that_of_the_command() -> None:
    found = plan(BASE, on=DAY)
    data = command("--on", DAY).data

    assert found.data() == data
    assert (found.path, found.title) == (data["outcome"]["path"], data["outcome"]["title"])
    assert found.code == data["code"]
    assert found.code in repr(found)


@pytest.mark.parametrize("format_", ["plain", "markdown", "html"])
def test_text_is_the_short_list_or_the_full_one(format_: api.Format) -> None:
    found = plan(BASE, on=DAY)
    short, full = command("--on", DAY, "-f", format_), command("--on", DAY, "-f", format_, "--full")

    assert found.text(format_) == short.out
    assert found.text(format_, full=True) == full.out


def test_data_is_the_callers_own() -> None:
    first = plan(BASE, on=DAY)
    before = first.text("json")
    first.data()["steps"].clear()

    assert first.text("json") == plan(BASE, on=DAY).text("json") == before


def test_flags_of_python_win_over_the_mapping() -> None:
    answers = {**BASE, "filing": None}

    assert plan(answers, filing="已备案", on=DAY).path == "direct_settlement"
    with pytest.raises(MissingAnswerError):
        plan(answers, on=DAY)


def test_day_counts() -> None:
    assert plan(BASE, on=date(2026, 11, 21)).text() == plan(BASE, on=DAY).text()
    assert plan(BASE).data()["knowledge"]["as_of"] == DAY


@pytest.mark.parametrize(
    ("answers", "on", "error", "code"),
    [
        ({"from": "shanxi"}, DAY, AnswerError, "ambiguous"),
        ({"form": "绵阳"}, DAY, AnswerError, "unknown_question"),
        ({}, "昨天", AnswerError, "bad_date"),
        ({}, "1999-01-01", AnswerError, "before_knowledge"),
        ({"care": None}, DAY, MissingAnswerError, "missing_answer"),
    ],
)
def test_errors_carry_findings(
    answers: dict[str, str | None], on: str, error: type[YibaoError], code: str
) -> None:
    with pytest.raises(error) as caught:
        plan({**BASE, **answers}, on=on)

    assert caught.value.findings[0].code == code


def test_unknown_format() -> None:
    with pytest.raises(UsageError, match="markdown"):
        plan(BASE, on=DAY).text("docx")  # type: ignore[arg-type]


def test_unknown_name() -> None:
    with pytest.raises(AttributeError, match="plans"):
        yibao_cli.plans  # noqa: B018


def test_importing_does_nothing() -> None:
    code = """
import sys
before = set(sys.modules)
import yibao_cli
new = [name for name in sys.modules if name not in before]
print([name for name in new if name.partition(".")[0] not in sys.stdlib_module_names])
"""
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )

    assert ran.stdout.strip() == "['yibao_cli']"


def test_many_threads_at_once() -> None:
    asked = [
        {**BASE, "from": insured, "to": care, "filing": filing}
        for insured in ("绵阳", "苏州", "天津", "兵团石河子", "深圳")
        for care in ("北京", "成都", "嘉善", "香港", "苏州")
        for filing in ("未备案", "已备案", "过期")
    ]
    one_by_one = [plan(answers, on="2026-11-20").text("json") for answers in asked]
    # Nothing of it has been used yet.
    _loaded.cache_clear()
    knowledge()
    with ThreadPoolExecutor(16) as pool:
        together = list(pool.map(lambda a: plan(a, on="2026-11-20").text("json"), asked * 4))

    assert together == one_by_one * 4


@pytest.mark.parametrize(
    "twice",
    [
        ({"参保险种": "居民", "insurance": "职工"}, {}),
        ({"insurance": "职工", "参保险种": "居民"}, {}),
        ({"insurance": "居民"}, {"insurance": "职工"}),
    ],
)
def test_one_question_answered_twice_contradicts_itself(
    twice: tuple[dict[str, str], dict[str, str]],
) -> None:
    rest = {name: text for name, text in BASE.items() if name != "insurance"}
    with pytest.raises(AnswerError) as caught:
        plan({**rest, **twice[0]}, on=DAY, **twice[1])

    assert [one.code for one in caught.value.findings] == ["contradiction"]
    assert plan({**rest, "insurance": "居民", "参保险种": "新农合"}, on=DAY).path


@pytest.mark.parametrize("wrong", [5, 1.5, True, b"x", [1], {"care": 5}.items(), [], object()])
def test_what_is_no_text_is_no_answer(wrong: Any) -> None:
    with pytest.raises(AnswerError) as caught:
        plan({**BASE, "care": wrong}, on=DAY)

    assert [(one.code, one.question) for one in caught.value.findings] == [
        ("unknown_value", "care")
    ]


def test_a_name_that_is_no_text_is_no_question() -> None:
    with pytest.raises(AnswerError):
        plan({**BASE, 5: "x"}, on=DAY)  # type: ignore[dict-item]


def test_a_moment_is_a_day() -> None:
    moment = datetime(2026, 11, 21, 23, 59, tzinfo=timezone.utc)

    assert plan(BASE, on=moment).data() == plan(BASE, on=DAY).data()
