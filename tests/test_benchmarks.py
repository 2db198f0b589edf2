"""The benchmark itself: its limits, its people, its clock; never how fast anything is."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from support import environment, yibao

from benchmarks.__main__ import Bench, line
from benchmarks.cases import HELLO, LISTS, MEMORY, ONCE, PEOPLE, STARTS, WORK, Case
from benchmarks.environments import REQUIREMENTS, ROOT, YIBAO, FailedError, output

README = (ROOT / "benchmarks/README.md").read_text("utf-8")
CASES = (*STARTS, *WORK)

posix = pytest.mark.skipif(not hasattr(os, "wait4"), reason="measures with os.wait4")


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """A bench whose only environment is this interpreter."""
    programs, home = tmp_path / "bin", tmp_path / "home"
    programs.mkdir()
    home.mkdir()
    (programs / "python").symlink_to(sys.executable)
    return Bench({YIBAO: programs}, home)


def people(*words: str) -> str:
    return output([sys.executable, PEOPLE, *words], environment())


# ---------------------------------------------------------------- what is measured


def test_limits_are_those_that_are_promised() -> None:
    assert [one.times for one in STARTS if one.times] == [1.6, 1.8, 2.2, 4.0]
    assert [one.seconds for one in WORK if one.seconds] == [10]
    assert [one.rate for one in WORK if one.rate] == [600]
    assert (MEMORY, LISTS) == (45, 1_000)


def test_every_case_has_an_environment_and_a_row_in_the_readme() -> None:
    assert {one.environment for one in CASES} == set(REQUIREMENTS)
    assert [one.name for one in CASES if f"| {one.name} |" not in README] == []


@pytest.mark.parametrize("case", [one for one in CASES if one.environment == YIBAO and one.times])
def test_measured_commands_work(case: Case) -> None:
    ran = yibao(*case.command[1:])
    # Without a terminal nothing is asked.
    assert ran.status == (2 if case.command == ("yibao",) else 0), ran.err


def test_a_whole_benchmark_is_small() -> None:
    files = (ROOT / "benchmarks").rglob("*.py")
    assert sum(len(one.read_text("utf-8").splitlines()) for one in files) <= 400


# ---------------------------------------------------------------- people


def test_people_are_the_same_every_time_and_longer_tables_begin_alike(tmp_path: Path) -> None:
    long, short = tmp_path / "long.csv", tmp_path / "short.csv"
    people(str(long), "50")
    people(str(short), "20")
    assert long.read_bytes().startswith(short.read_bytes())
    with long.open(encoding="utf-8", newline="") as file:
        rows_ = [tuple(row.items()) for row in csv.DictReader(file)]
    assert len(set(rows_)) == len(rows_) == 50


def test_every_person_gets_a_list(tmp_path: Path) -> None:
    sheet = tmp_path / "people.csv"
    people(str(sheet), "200")
    ran = yibao("batch", str(sheet), "--summary")
    assert ran.status == 0, ran.err
    assert len({json.loads(line_)["path"] for line_ in ran.out.splitlines()}) > 8
    assert float(people(str(sheet))) > 1


# ---------------------------------------------------------------- measuring


def once(mode: str, *command: str) -> list[str]:
    ran = subprocess.run(
        [sys.executable, "-I", "-S", ONCE, mode, *command],
        env={"PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=True,
        timeout=60,
    )
    return [*ran.stdout.split(), ran.stderr]


@posix
@pytest.mark.parametrize(
    ("mode", "program", "status"),
    [
        ("null", "import sys; sys.exit(sys.stdin.isatty() or sys.stdout.isatty())", "0"),
        ("screen", "import sys; sys.exit(sys.stdin.isatty() or not sys.stdout.isatty())", "0"),
        ("ok 问题", "print('ok'); print('问\\x1b[1m 题' * sys.stdin.isatty()); input()", "0"),
        ("never", "print('shown')", "0"),
        ("null", "raise SystemExit(7)", "7"),
    ],
)
def test_one_run(mode: str, program: str, status: str) -> None:
    seconds, mib, ended, _ = once(mode, sys.executable, "-c", f"import sys; {program}")
    assert ended == status
    assert 0 < float(seconds) < 60
    assert 5 < float(mib) < 500


@posix
def test_what_a_failing_command_says_is_passed_on() -> None:
    assert "坏了" in once("screen", sys.executable, "-c", "raise SystemExit('坏了')")[-1]


@posix
def test_a_measured_command_that_fails_is_no_figure(bench: Bench) -> None:
    with pytest.raises(FailedError, match="退出状态 3"):
        bench.once(Case("fails", ("python", "-c", "raise SystemExit(3)")))
    with pytest.raises(FailedError, match="gone"):
        bench.once(Case("gone", ("gone",)))


@posix
def test_cases_take_turns_and_the_first_round_does_not_count(bench: Bench) -> None:
    program = "import sys; open(sys.argv[1], 'a').write(sys.argv[2])"
    said = bench.home / "said"
    cases = [Case(one, ("python", "-c", program, str(said), one)) for one in "ab"]
    assert set(bench.measured(cases, 2)) == set(cases)
    assert said.read_text() == "ab" * 3
    assert Case("Typer hello world", ("python", HELLO), package="typer") == STARTS[0]


def test_a_row_is_markdown() -> None:
    assert line(("a", "", "b")) == "| a |  | b |"
