"""Decisions and rows a second, and how the cost of a table grows with its length."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.cases import ENGINES, ROWS_PER_SECOND, YIBAO, Engine
from benchmarks.environments import Environment
from benchmarks.measure import FailedError, Sample, middle, round_robin, run
from benchmarks.tables import Column, Row, Table, number, verdict

_RESULT = "table.json"

DESK, RANDOM = "desk", "random"
_TABLES = {DESK: "办事窗口的表", RANDOM: "随机的表"}
# Distinct pairs of places for whole checklists.
_PEOPLE = 2_000


@dataclass(frozen=True)
class Bench:
    """What the tables of this module need: environments, and a folder that holds our workers."""

    environments: Mapping[str, Environment]
    missing: Mapping[str, str]
    environ: Mapping[str, str]
    folder: Path
    sheets: dict[tuple[str, int], Path] = field(default_factory=dict)

    def worker(self, environment: str, module: str, *arguments: str) -> str:
        """Run one of our workers and return what it printed. Raises FailedError."""
        done = subprocess.run(
            [self.environments[environment].program("python"), "-m",
             f"benchmarks.workers.{module}", *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            env=dict(self.environ),
            cwd=self.folder,
            check=False,
        )  # fmt: skip
        if done.returncode:
            lines = done.stderr.strip().splitlines()
            raise FailedError(lines[-1] if lines else "没有说原因")
        return done.stdout

    def sheet(self, kind: str, count: int) -> Path:
        """A CSV file with so many people of a kind (see `workers/rows.py`)."""
        if (kind, count) not in self.sheets:
            path = self.folder / f"{kind}-{count}.csv"
            self.worker(YIBAO, "rows", kind, str(count), str(path))
            self.sheets[kind, count] = path
        return self.sheets[kind, count]

    def batch(self, kind: str, count: int, *options: str) -> Sample:
        """One run of `yibao batch` over so many people of a kind. Raises FailedError."""
        sheet = self.sheet(kind, count)
        command = [self.environments[YIBAO].program("yibao"), "batch", str(sheet)]
        return run([*command, *options], self.environ, self.folder)


def engines(bench: Bench, rounds: int, seconds: float) -> Table:
    """Decisions a second: yibao's library and other engines with a table of the same shape."""
    table = bench.folder / _RESULT
    bench.worker(YIBAO, "table", str(table))
    sheet = bench.sheet(DESK, _PEOPLE)
    content = json.loads(table.read_text(encoding="utf-8"))
    wrong: dict[str, int] = {}

    def once(engine: Engine) -> Sample:
        said: dict[str, Any] = json.loads(
            bench.worker(
                engine.environment, engine.module, engine.mode, str(table), str(sheet), str(seconds)
            )
        )
        wrong[engine.name] = said["wrong"]
        return Sample(said["seconds"] / said["count"], said["cpu"] / said["count"])

    here = [engine for engine in ENGINES if engine.environment in bench.environments]
    jobs: dict[str, Callable[[], Sample]] = {one.name: partial(once, one) for one in here}
    # A worker warms itself up.
    found, failed = round_robin(jobs, rounds, warm_up=False)
    rows: list[Row] = []
    figures = [(one, middle(found[one.name])) for one in here if one.name in found]
    for engine, figure in figures:
        first = figures[0][1]
        rows.append(
            {
                "name": engine.name,
                "rate": 1 / figure.seconds,
                "per_cpu": 1 / figure.cpu,
                "ratio": first.cpu / figure.cpu,
                "wrong": wrong[engine.name],
                "limit": engine.limit,
                "verdict": verdict(1 / figure.cpu, engine.limit, least=True),
            }
        )
    absent = [
        f"没有测 {one.name}（{one.environment} 装不上：{bench.missing[one.environment]}）"
        for one in ENGINES
        if one.environment in bench.missing
    ]
    absent += [f"没有测 {name}：{reason}" for name, reason in failed.items()]
    return Table(
        "engines",
        f"吞吐：一个进程每秒判断多少次（决策表 {len(content['rules'])} 行，"
        f"{len(content['cases'])} 种情况）",
        (
            Column("name", "引擎"),
            Column("rate", "次/秒", number(0)),
            Column("per_cpu", "次/处理器秒", number(0)),
            Column("ratio", "倍数", number(2)),
            Column("wrong", "结论不同", number(0)),
            Column("limit", "下限 次/处理器秒", number(0)),
            Column("verdict", "结果"),
        ),
        rows,
        [
            "倍数看处理器秒，第一行是 1；“结论不同”是和 yibao 的结论不一样的情况数。",
            *absent,
        ],
    )


def batches(bench: Bench, rounds: int, count: int) -> Table:
    """Rows a second of `yibao batch` from end to end, its start included."""
    whole = {"整张清单": (), "只要结论 --summary": ("--summary",)}
    runs = {
        f"{_TABLES[kind]}，{name}": (kind, options)
        for kind in (DESK, RANDOM)
        for name, options in whole.items()
    }
    found, failed = round_robin(
        {
            name: partial(bench.batch, kind, count, *options)
            for name, (kind, options) in runs.items()
        },
        rounds,
        warm_up=False,
    )
    rows: list[Row] = []
    for name, samples in found.items():
        figure = middle(samples)
        rows.append(
            {
                "name": name,
                "seconds": figure.seconds,
                "rate": count / figure.seconds,
                "per_cpu": count / figure.cpu,
                "mib": figure.mib,
                "limit": ROWS_PER_SECOND,
                "verdict": verdict(count / figure.cpu, ROWS_PER_SECOND, least=True),
            }
        )
    return Table(
        "batch",
        f"吞吐：yibao batch，{count:,} 行，从启动到结束",
        (
            Column("name", "做法"),
            Column("seconds", "秒", number(2)),
            Column("rate", "行/秒", number(0)),
            Column("per_cpu", "行/处理器秒", number(0)),
            Column("mib", "内存峰值 MiB", number(1)),
            Column("limit", "下限 行/处理器秒", number(0)),
            Column("verdict", "结果"),
        ),
        rows,
        [f"没有测 {name}：{reason}" for name, reason in failed.items()],
    )


def scaling(bench: Bench, counts: Sequence[int]) -> Table:
    """Seconds and peak memory of `yibao batch --summary` for longer and longer tables."""
    rows: list[Row] = []
    for kind in (DESK, RANDOM):
        before: tuple[int, Sample] | None = None
        for count in counts:
            figure = bench.batch(kind, count, "--summary")
            # What the rows beyond the shorter table cost; the start is in neither.
            more = (
                (figure.seconds - before[1].seconds) / (count - before[0]) * 1e6 if before else None
            )
            rows.append(
                {
                    "name": _TABLES[kind],
                    "rows": count,
                    "seconds": figure.seconds,
                    "rate": count / figure.seconds,
                    "microseconds": more,
                    "mib": figure.mib,
                }
            )
            before = count, figure
    return Table(
        "scaling",
        "规模：yibao batch --summary",
        (
            Column("name", "表"),
            Column("rows", "行数", number(0)),
            Column("seconds", "秒", number(2)),
            Column("rate", "行/秒", number(0)),
            Column("microseconds", "每多一行 微秒", number(0)),
            Column("mib", "内存峰值 MiB", number(1)),
        ),
        rows,
        ["线性：每多一行的微秒数不随行数变；内存恒定：峰值不随行数变。"],
    )
