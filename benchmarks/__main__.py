"""`python -m benchmarks`: make the environments, measure, print tables."""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks import breakdown, startup, throughput
from benchmarks.cases import CASES, CONTENDERS, ENGINES, YIBAO
from benchmarks.environments import ROOT, Environment, make_all
from benchmarks.measure import FailedError
from benchmarks.tables import Table

PARTS = {
    "startup": "启动和内存",
    "throughput": "吞吐",
    "scaling": "规模",
    "breakdown": "一次运行的时间花在哪里",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the parts that are asked for; 0, or 1 where yibao itself could not be measured."""
    chosen = _parser().parse_args(arguments)
    if not hasattr(os, "wait4"):
        _say("这里没有 os.wait4；请在 Linux 或 macOS 上运行。")
        return 1
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        cache = (chosen.cache or work / "environments").resolve()
        wanted = _needed(chosen.only)
        environments, missing = make_all(wanted, cache, _say)
        if YIBAO not in environments:
            _say("yibao 自己没有装好，没有什么可以测。")
            return 1
        about = {
            "python": platform.python_version(),
            "platform": platform.platform(),
            "cores": os.cpu_count(),
            "rounds": chosen.rounds or (5 if chosen.quick else 15),
            "versions": _versions(environments),
            "missing": missing,
        }
        print(
            f"Python {about['python']}，{about['platform']}，{about['cores']} 核，"
            f"{about['rounds']} 轮取中位数\n"
        )
        tables: list[Table] = []
        try:
            for table in _measured(chosen, environments, missing, about, work):
                print(table.text(), flush=True)
                tables.append(table)
        except FailedError as error:
            _say(f"没有测完：{error}")
            return 1
    if chosen.json:
        body = {"about": about, "tables": [table.data() for table in tables]}
        text = json.dumps(body, ensure_ascii=False, indent=2) + "\n"
        chosen.json.write_text(text, encoding="utf-8")
    return 0


def _measured(
    chosen: argparse.Namespace,
    environments: dict[str, Environment],
    missing: dict[str, str],
    about: dict[str, object],
    work: Path,
) -> Iterator[Table]:
    """The tables, one by one as they are ready."""
    home = work / "home"
    home.mkdir()
    # Nothing of the user's own: no settings, no facts laid over the shipped ones.
    environ = {
        "PATH": os.defpath,
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "PYTHONUTF8": "1",
        "TERM": "xterm-256color",
        # The rules of one day, so that figures of different days compare.
        "YIBAO_TODAY": "2026-11-21",
    }
    # The workers come from here, what they measure from their environment.
    shutil.copytree(
        ROOT / "benchmarks", work / "benchmarks", ignore=shutil.ignore_patterns("__pycache__")
    )
    bench = throughput.Bench(environments, missing, environ, work)
    rounds: int = about["rounds"]  # type: ignore[assignment]
    versions: dict[str, str] = about["versions"]  # type: ignore[assignment]
    quick: bool = chosen.quick
    if "startup" in chosen.only:
        yield from startup.tables(CASES, environments, versions, missing, environ, home, rounds)
    if "throughput" in chosen.only:
        yield throughput.engines(bench, min(rounds, 5), 0.5 if quick else 1.5)
        yield throughput.batches(bench, 1 if quick else 3, 2_000 if quick else 10_000)
    if "scaling" in chosen.only:
        counts = [10**3, 10**4] if quick else [10**3, 10**4, 10**5]
        yield throughput.scaling(bench, [*counts, *([10**6] if chosen.full else [])])
    if "breakdown" in chosen.only:
        yield breakdown.table(bench, rounds)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="量 yibao 的启动、内存和吞吐，旁边是别的工具；每个数都是同一轮里比出来的。",
    )
    parser.add_argument("--quick", action="store_true", help="少跑几轮，少几行")
    parser.add_argument("--full", action="store_true", help="规模一直到一百万行")
    parser.add_argument("--rounds", type=int, help="每项跑几轮，默认 15（--quick 是 5）")
    parser.add_argument("--cache", type=Path, help="环境放在哪个文件夹，下次不用再装")
    parser.add_argument("--json", type=Path, help="结果另存为 JSON", metavar="文件")
    parser.add_argument(
        "--only",
        nargs="+",
        choices=PARTS,
        default=list(PARTS),
        help="只测：" + "，".join(f"{name} {label}" for name, label in PARTS.items()),
    )
    return parser


def _needed(parts: Sequence[str]) -> list[str]:
    used = {YIBAO}
    if "startup" in parts:
        used |= {case.environment for case in CASES}
    if "throughput" in parts:
        used |= {engine.environment for engine in ENGINES}
    return [name for name in CONTENDERS if name in used]


def _versions(environments: dict[str, Environment]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, environment in environments.items():
        shows = CONTENDERS[name].shows
        found[name] = (
            f"{shows} {environment.version(shows)}" if shows else platform.python_version()
        )
    return found


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
