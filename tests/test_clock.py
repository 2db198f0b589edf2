"""Today: `YIBAO_TODAY` stands for it everywhere, and what holds by the clock on any day."""

from __future__ import annotations

import ast
import re
import subprocess
from datetime import date, timedelta
from pathlib import Path

import pytest
from day import last_read
from icalendar import Calendar
from support import BASE, COMMAND, Ran, Screen, environment, flags, yibao

from yibao_cli import AnswerError, plan
from yibao_cli.dates import VARIABLE
from yibao_cli.knowledge import knowledge

ROOT = Path(__file__).resolve().parent.parent
SOURCES = knowledge().sources.values()
ROWS = "insurance,from,to,care,filing\n居民,四川绵阳,北京,住院,未备案\n"
# Whatever tells of a day.
COMMANDS: dict[str, tuple[str, ...]] = {
    "plan": ("plan", *flags(), "--format", "json"),
    "html": ("plan", *flags(), "--format", "html"),
    "ics": ("plan", *flags(), "--format", "ics", "--discharge", "2026-12-20"),
    "why": ("why", *flags()),
    "why not": ("why", *flags(), "--not", "direct_settlement"),
    "compare": ("compare", *flags(), "--with", "filing=已备案"),
    "batch": ("batch", "-"),
    "region": ("region", "江苏"),
    "sources": ("sources", "--overdue"),
    "check": ("check",),
}
# Of those, the ones that also take the day on the line.
WITH_ON = ("plan", "html", "ics", "why", "why not", "compare", "batch")
WRONG = ("昨天", "2026-2-3", "2026-02-30", "2026-11-21T08:00", "1999-01-01", "2200-01-01", " ")


def run(name: str, *more: str, **changes: str) -> Ran:
    return yibao(*COMMANDS[name], *more, stdin=ROWS if name == "batch" else None, **changes)


# ---------------------------------------------------------------- in place of the clock


@pytest.mark.parametrize("name", WITH_ON)
def test_the_variable_is_what_a_day_on_the_line_would_be(name: str) -> None:
    named = run(name, "--on", "2026-12-04")

    assert run(name, YIBAO_TODAY="2026-12-04") == named
    assert run(name, "--on", "2026-12-04", YIBAO_TODAY="2025-06-01") == named
    assert run(name, "--on", "2026-12-04", YIBAO_TODAY="昨天") == named
    assert named.status == 0


def test_what_is_overdue_is_so_on_that_day() -> None:
    last = max(source.review_by for source in SOURCES)
    later = (date.fromisoformat(last) + timedelta(days=1)).isoformat()
    ids = {source.id for source in SOURCES}

    assert overdue(YIBAO_TODAY=last) < overdue(YIBAO_TODAY=later) == ids
    assert yibao("check", YIBAO_TODAY=later).err.count("[overdue_source]") == len(ids)
    assert yibao("check", YIBAO_TODAY=last_read()).err == ""


def test_what_tells_of_no_day_needs_none() -> None:
    for words in (("--help",), ("plan", "--help"), ("questions",), ("tree", "care")):
        assert yibao(*words, YIBAO_TODAY="昨天").status == 0


@pytest.mark.parametrize("name", COMMANDS)
def test_a_wrong_day_is_refused_in_a_sentence(name: str) -> None:
    done = run(name, YIBAO_TODAY="昨天")

    assert (done.status, done.err.count("\n")) == (4, 1)
    assert done.err == "YIBAO_TODAY 写的是“昨天”，看不懂；日期写成 2026-11-21。\n"


@pytest.mark.parametrize("text", WRONG)
def test_wrong_days(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    done = run("sources", YIBAO_TODAY=text)
    assert (done.status, done.out, done.err.count("\n")) == (4, "", 1)
    assert done.err.startswith("YIBAO_TODAY 写的是")

    monkeypatch.setenv(VARIABLE, text)
    with pytest.raises(AnswerError, match="YIBAO_TODAY 写的是"):
        plan(BASE)


@pytest.mark.parametrize("words", [(), ("wizard", "--on", "2026-11-21")])
def test_the_wizard_refuses_a_wrong_day_before_it_asks(words: tuple[str, ...]) -> None:
    with Screen(*words, YIBAO_TODAY="昨天") as screen:
        assert screen.end() == 4
        assert "YIBAO_TODAY 写的是“昨天”" in screen.text
        assert "您要办什么事" not in screen.text


def test_full_width_digits_and_blanks_are_read_as_on_the_line() -> None:
    odd = run("plan", YIBAO_TODAY=" ２０２６-12-04　")

    assert odd.data["knowledge"]["as_of"] == "2026-12-04"


def test_one_place_reads_the_clock() -> None:
    """Everything else is handed the day, so that the variable holds for it, too."""
    files = [path for name in ("yibao_cli", "docs", "tools", "benchmarks")
             for path in (ROOT / name).rglob("*.py")]  # fmt: skip
    asking = {
        path.relative_to(ROOT).as_posix()
        for path in files
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute)
        and ast.unparse(node) in ("date.today", "datetime.now", "datetime.today", "time.time",
                                  "datetime.utcnow", "time.localtime", "time.gmtime", "time.strftime")
    }  # fmt: skip

    assert asking == {"yibao_cli/clock.py"}


# ---------------------------------------------------------------- by the clock, on any day


def free(name: str, *more: str) -> Ran:
    """Run the command without the variable."""
    surroundings = environment()
    del surroundings[VARIABLE]
    done = subprocess.run(
        [*COMMAND, *COMMANDS[name], *more],
        input=ROWS if name == "batch" else "",
        capture_output=True,
        encoding="utf-8",
        env=surroundings,
        timeout=180,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def timeless(done: Ran) -> tuple[int, str, str]:
    """What a command did, without the seconds that it took and the moment of a calendar."""
    moment = r"用了 [0-9.]+ 秒|^(DTSTAMP|LAST-MODIFIED|SEQUENCE|TRIGGER):.*"
    return done.status, re.sub(moment, "", done.out, flags=re.MULTILINE), done.err


@pytest.mark.parametrize("name", COMMANDS)
def test_without_the_variable_it_is_the_day_of_the_clock(name: str) -> None:
    before = date.today()
    done = free(name)
    days = {before.isoformat(), date.today().isoformat()}

    assert timeless(done) in [timeless(run(name, YIBAO_TODAY=day)) for day in days]


def test_a_list_by_the_clock() -> None:
    before = date.today().isoformat()
    state = free("plan").data["knowledge"]
    after = date.today().isoformat()

    assert before <= state["as_of"] <= after
    cited = {source.id for source in SOURCES if source.review_by < state["as_of"]}
    assert set(state["overdue"]) <= cited


def test_a_calendar_by_the_clock() -> None:
    before = date.today()
    stay = (
        "--admission",
        str(before + timedelta(days=5)),
        "--discharge",
        str(before + timedelta(days=9)),
    )
    done = yibao("plan", *flags(), "--format", "ics", *stay, YIBAO_TODAY="")
    found = list(Calendar.from_ical(done.out).walk("VEVENT"))
    after = date.today()

    assert (done.status, len(found) > 2) == (0, True)
    for event in found:
        assert event.decoded("dtstart") >= before
        assert before <= event.decoded("dtstamp").date() <= after


def test_a_check_by_the_clock_finds_nothing_but_what_is_due_again() -> None:
    done = free("check")

    assert done.status == 0
    assert all("提醒 [overdue_" in line for line in done.err.splitlines())


def test_a_list_in_python_by_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE)
    before = date.today().isoformat()
    as_of = plan(BASE).data()["knowledge"]["as_of"]

    assert before <= as_of <= date.today().isoformat()


def overdue(**changes: str) -> set[str]:
    listed = yibao("sources", "--overdue", "--format", "json", **changes).data["sources"]
    return {one["id"] for one in listed}
