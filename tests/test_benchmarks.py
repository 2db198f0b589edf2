"""The benchmark itself: its tables, its people, its clock; never how fast anything is."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from functools import partial
from itertools import islice, product
from pathlib import Path

import pytest
from support import environment, yibao

from benchmarks import breakdown, startup
from benchmarks.cases import CASES, CONTENDERS, ENGINES, HELLO, Case
from benchmarks.environments import ROOT, Environment
from benchmarks.measure import FailedError, Sample, middle, round_robin
from benchmarks.tables import Column, Table, number, verdict, width
from benchmarks.workers import rows
from benchmarks.workers.table import induce
from yibao_cli.knowledge import knowledge

KNOWN = knowledge()

posix = pytest.mark.skipif(not hasattr(os, "wait4"), reason="measures with os.wait4")


@pytest.fixture
def bare(tmp_path: Path) -> Environment:
    """An environment that is only this interpreter."""
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "python").symlink_to(sys.executable)
    return Environment(programs)


# ---------------------------------------------------------------- tables


def test_columns_align_by_width_on_screen() -> None:
    table = Table(
        "t",
        "题目",
        (Column("name", "命令"), Column("ms", "毫秒", number(1)), Column("end", "结果")),
        [
            {"name": "一二三", "ms": 1234.5, "end": "x"},
            {"name": "abc", "ms": 6, "end": None},
            {"name": "abc", "ms": None, "end": "x"},
        ],
        ["说明"],
    )
    title, *lines, remark = table.text().splitlines()
    assert (title, remark) == ("【题目】", "说明")
    # The last column begins at the same place on the screen in every line.
    assert {width(line[: line.index("x")]) for line in lines if "x" in line} == {17}
    assert lines[2].split() == ["一二三", "1,234.5", "x"]
    assert lines[3].split() == ["abc", "6.0"]
    table.text().encode("gbk")


def test_table_for_programs_keeps_the_numbers() -> None:
    table = Table("t", "题目", (Column("ms", "毫秒", number(0)),), [{"ms": 1.25}])
    assert json.loads(json.dumps(table.data()))["rows"] == [{"ms": 1.25}]


@pytest.mark.parametrize(
    ("value", "limit", "least", "said"),
    [
        (7, 7, False, "达到"),
        (7.1, 7, False, "未达到"),
        (8000, 8000, True, "达到"),
        (7999, 8000, True, "未达到"),
        (1, None, False, None),
    ],
)
def test_verdict(value: float, limit: float | None, least: bool, said: str | None) -> None:
    assert verdict(value, limit, least=least) == said


def test_every_case_has_an_environment() -> None:
    assert {*(one.environment for one in CASES), *(one.environment for one in ENGINES)} <= set(
        CONTENDERS
    )


# ---------------------------------------------------------------- people and decision tables


@pytest.mark.parametrize("kind", rows.KINDS)
def test_people_are_the_same_every_time_and_longer_tables_begin_alike(
    tmp_path: Path, kind: rows.Kind
) -> None:
    long, short = tmp_path / "long.csv", tmp_path / "short.csv"
    rows.write(KNOWN, kind, 50, long)
    rows.write(KNOWN, kind, 20, short)
    assert long.read_bytes().startswith(short.read_bytes())
    one, other = (list(islice(rows.people(KNOWN, kind, seed), 5)) for seed in (1, 2))
    assert one != other


def test_a_desk_asks_for_the_same_far_more_often() -> None:
    def combinations(kind: rows.Kind) -> int:
        asked = (
            tuple(row.get(name) for name in rows.COLUMNS if name not in ("id", "from", "to"))
            for row in islice(rows.people(KNOWN, kind), 2_000)
        )
        return len(set(asked))

    assert combinations("desk") < 400 < 1_900 < combinations("random")


def test_answers_at_a_desk_are_known_and_leave_nobody_out() -> None:
    for name, usual in rows.USUAL.items():
        assert set(usual) <= set(KNOWN.questions[name].options)
        total = sum(usual.values())
        assert total == 100 if name in rows.ALWAYS else total < 100


@pytest.mark.parametrize("kind", rows.KINDS)
def test_every_person_gets_a_list(tmp_path: Path, kind: rows.Kind) -> None:
    sheet = tmp_path / "people.csv"
    rows.write(KNOWN, kind, 300, sheet)
    ran = yibao("batch", str(sheet), "--summary")
    assert ran.status == 0, ran.err
    paths = {json.loads(line)["path"] for line in ran.out.splitlines()}
    assert {"local_care", "file_then_direct", "direct_settlement"} <= paths


def test_a_decision_table_says_what_its_function_says_and_once() -> None:
    fields = (("a", "b", "c"), ("x", "y"), ("1", "2", "3"))

    def decide(values: tuple[str, ...]) -> str | None:
        if values[:2] == ("c", "y"):
            return None
        return "first" if values[0] == "a" else "odd" if values[2] in "13" else "even"

    table = induce(fields, decide)
    for values in product(*fields):
        fits = [
            path
            for cells, path in table
            if all(not cell or value in cell for cell, value in zip(cells, values, strict=True))
        ]
        wanted = decide(values)
        assert fits == [wanted] or wanted is None
    assert len(table) < 8


def test_the_library_is_measured_and_checked(tmp_path: Path) -> None:
    sheet, table = tmp_path / "people.csv", tmp_path / "table.json"
    rows.write(KNOWN, "desk", 3, sheet)
    texts = {"insurance": "resident", "from": "绵阳", "to": "绵阳", "care": "inpatient"}
    cases = [{"texts": {**texts, "filing": "none"}, "path": path} for path in ("local_care", "?")]
    table.write_text(json.dumps({"cases": cases}), encoding="utf-8")
    for mode, wrong in (("list", 0), ("path", 1)):
        ran = subprocess.run(
            [sys.executable, "-m", "benchmarks.workers.engine_yibao", mode, table, sheet, "0.01"],
            cwd=ROOT,
            env=environment(),
            stdout=subprocess.PIPE,
            check=True,
        )
        said = json.loads(ran.stdout)
        assert said["wrong"] == wrong
        assert said["count"] > 0


# ---------------------------------------------------------------- measuring


@posix
def test_one_round_of_start_ups(bare: Environment, tmp_path: Path) -> None:
    asks = "import sys; print('ok' if sys.stdin.isatty() else 'no'); print('问\\x1b[1m题'); input()"
    shows = "import sys; sys.exit(not sys.stdout.isatty() or sys.stdin.isatty())"
    cases = (
        Case("hello", "plain", ("python", str(HELLO / "with_argparse.py")), 1000),
        Case("screen", "plain", ("python", "-c", shows), screen=True),
        Case("asks", "plain", ("python", "-c", asks), until="ok 问题"),
        Case("fails", "plain", ("python", "-c", "raise SystemExit('坏了')"), 5),
        Case("gone", "nowhere", ("python",), 5),
    )
    environ = {"PATH": os.defpath, "PYTHONUTF8": "1"}
    times, memory = startup.tables(
        cases, {"plain": bare}, {"plain": "1"}, {"nowhere": "没有这个包"}, environ, tmp_path, 1
    )
    assert [row["name"] for row in times.rows] == ["hello", "screen", "asks"]
    assert [row["name"] for row in memory.rows] == ["hello", "screen"]
    assert [row["verdict"] for row in times.rows] == ["达到", None, None]
    assert all(row["mib"] > 1 for row in memory.rows)
    remarks = "\n".join(times.remarks)
    assert "坏了" in remarks
    assert "没有这个包" in remarks


def test_jobs_take_turns_and_a_failing_one_is_left_out() -> None:
    order: list[str] = []

    def job(name: str) -> Sample:
        order.append(name)
        if name == "b":
            raise FailedError("why")
        return Sample(len(order), 2, 3)

    found, failed = round_robin({name: partial(job, name) for name in "abc"}, 2)
    assert "".join(order) == "abc" + "ac" * 2
    assert failed == {"b": "why"}
    assert {name: len(samples) for name, samples in found.items()} == {"a": 2, "c": 2}
    assert middle(found["a"]) == Sample(5, 2, 3)


def test_imports_are_summed_by_package() -> None:
    said = (
        "import time: self [us] | cumulative | imported package\n"
        "import time:       100 |        100 |   json.decoder\n"
        "import time:       200 |        300 | json\n"
        "import time:      1000 |       1300 | typer.main\n"
        "whatever else is said\n"
        "import time:        50 |         50 | yibao_cli.cli\n"
    )
    found = breakdown.by_package(breakdown.imports(said))
    assert found == pytest.approx({"": 0.0003, "typer": 0.001, "yibao_cli": 0.00005})


def test_people_fit_the_columns(tmp_path: Path) -> None:
    sheet = tmp_path / "people.csv"
    rows.write(KNOWN, "random", 40, sheet)
    with sheet.open(encoding="utf-8", newline="") as file:
        people = list(csv.DictReader(file))
    assert len(people) == 40
    assert all(all(person[name] for name in rows.ALWAYS) for person in people)
