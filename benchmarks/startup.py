"""Start-up and peak memory of whole commands, beside the bare interpreter."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from benchmarks.cases import MEMORY_MORE, MEMORY_TIMES, Case
from benchmarks.environments import Environment
from benchmarks.measure import Sample, middle, round_robin, run, until_shown
from benchmarks.tables import Column, Table, number, verdict

BARE = ("python", "-c", "pass")


def tables(
    cases: Sequence[Case],
    environments: Mapping[str, Environment],
    versions: Mapping[str, str],
    missing: Mapping[str, str],
    environ: Mapping[str, str],
    folder: Path,
    rounds: int,
) -> list[Table]:
    """The table of times and the table of memory."""
    here = [case for case in cases if case.environment in environments]
    jobs: dict[str, Callable[[], Sample]] = {}
    # Each environment has a bare start of its own: what is installed slows even that one down.
    for name in dict.fromkeys(case.environment for case in here):
        bare = Case("python -c pass", name, BARE)
        jobs[_key(bare)] = partial(_once, bare, environments[name], environ, folder)
    for case in here:
        jobs[_key(case)] = partial(_once, case, environments[case.environment], environ, folder)
    found, failed = round_robin(jobs, rounds)
    figures = {key: middle(samples) for key, samples in found.items()}
    bares = {
        name: figures[key]
        for name in environments
        if (key := _key(Case("python -c pass", name, BARE))) in figures
    }
    times, memory = [], []
    for case in here:
        figure, bare_ = figures.get(_key(case)), bares.get(case.environment)
        if figure is None or bare_ is None:
            continue
        named = {"name": case.name, "version": versions.get(case.environment)}
        times.append(
            {
                **named,
                "ms": figure.seconds * 1000,
                "ratio": figure.seconds / bare_.seconds,
                "limit": case.limit,
                "verdict": verdict(figure.seconds / bare_.seconds, case.limit),
            }
        )
        if case.until is None:
            limit = MEMORY_TIMES * bare_.mib + MEMORY_MORE if case.limit else None
            memory.append(
                {
                    **named,
                    "mib": figure.mib,
                    "ratio": figure.mib / bare_.mib,
                    "limit": limit,
                    "verdict": verdict(figure.mib, limit),
                }
            )
    absent = [
        f"没有测 {case.name}（{case.environment} 装不上：{missing[case.environment]}）"
        for case in cases
        if case.environment in missing
    ]
    absent += [f"没有测 {key}：{reason}" for key, reason in failed.items()]
    floor = next(iter(bares.values()), Sample(0))
    return [
        Table(
            "startup",
            f"启动（同一环境的 python -c pass = 1，这里约 {floor.seconds * 1000:.0f} 毫秒）",
            (
                Column("name", "命令"),
                Column("version", "版本"),
                Column("ms", "毫秒", number(0)),
                Column("ratio", "倍数", number(2)),
                Column("limit", "上限", number(0)),
                Column("verdict", "结果"),
            ),
            times,
            absent,
        ),
        Table(
            "memory",
            f"内存峰值（python -c pass 约 {floor.mib:.1f} MiB；"
            f"上限 = {MEMORY_TIMES} 倍 + {MEMORY_MORE} MiB）",
            (
                Column("name", "命令"),
                Column("version", "版本"),
                Column("mib", "MiB", number(1)),
                Column("ratio", "倍数", number(2)),
                Column("limit", "上限 MiB", number(1)),
                Column("verdict", "结果"),
            ),
            memory,
        ),
    ]


def _once(case: Case, environment: Environment, environ: Mapping[str, str], folder: Path) -> Sample:
    program, *arguments = case.command
    command = [environment.program(program), *arguments]
    environ = {**environ, **dict(case.environ)}
    if case.until is not None:
        return until_shown(command, environ, folder, case.until)
    return run(command, environ, folder, screen=case.screen)


def _key(case: Case) -> str:
    return f"{case.name}（{case.environment}）"
