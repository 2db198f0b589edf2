"""`python -m benchmarks`: make the environments, measure, print one table."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

from benchmarks.cases import LISTS, MEMORY, ONCE, PEOPLE, ROWS, STARTS, WORK, Case
from benchmarks.environments import REQUIREMENTS, YIBAO, FailedError, output, programs, version

Row = tuple[str, ...]
Sample = tuple[float, float]
"""Seconds of the processor, and the peak of the memory in MiB."""

_HEAD: Row = ("项目", "版本", "处理器时间", "倍数", "每秒", "内存 MiB", "要求", "结果")


class Bench:
    """Environments, and a folder with nothing of the user's own in it."""

    def __init__(self, bins: dict[str, Path], home: Path) -> None:
        self.bins = bins
        self.home = home
        self.environ = {
            "PATH": os.defpath,
            "HOME": str(home),
            "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
            # The rules of one day, so that figures of different days compare.
            "YIBAO_TODAY": "2026-11-21",
        }

    def once(self, case: Case) -> Sample:
        """One run of a command. Raises FailedError."""
        program, *words = case.command
        files = [str(self.home / one) if one in ROWS else one for one in words]
        command = [case.mode, str(self.bins[case.environment] / program), *files]
        said = output([sys.executable, "-I", "-S", ONCE, *command], self.environ)
        seconds, mib, status = said.split()
        if status != "0":
            raise FailedError(f"{case.name}：退出状态 {status}")
        return float(seconds), float(mib)

    def people(self, file: str, *words: str) -> str:
        """What `people.py` prints."""
        command = [str(self.bins[YIBAO] / "python"), PEOPLE, str(self.home / file), *words]
        return output(command, self.environ)

    def measured(self, cases: Sequence[Case], rounds: int) -> dict[Case, Sample]:
        """The medians of each case, run in turn, so that a busy minute hits all alike.

        The first round warms up and does not count.
        """
        turns = [[self.once(case) for case in cases] for _ in range(rounds + 1)][1:]
        times = (median(cpu for cpu, _ in found) for found in zip(*turns, strict=True))
        memory = (median(mib for _, mib in found) for found in zip(*turns, strict=True))
        return dict(zip(cases, zip(times, memory, strict=True), strict=True))


def rows(bench: Bench, rounds: int) -> Iterator[Row]:
    """The rows of the table."""
    starts = [case for case in STARTS if case.environment in bench.bins]
    found = bench.measured(starts, rounds)
    hello = found[starts[0]][0]
    for case, (cpu, mib) in found.items():
        times = cpu / hello
        wanted = f"≤ {case.times} 倍，≤ {MEMORY} MiB" if case.times else ""
        said = _said(wanted, times <= (case.times or times) and mib <= MEMORY)
        shown = version(bench.bins[case.environment], case.package)
        time = f"{cpu * 1000:.0f} 毫秒"
        yield case.name, shown, time, f"{times:.2f}", "", f"{mib:.0f}", wanted, said
    for name, count in ROWS.items():
        bench.people(name, str(count))
    shown = version(bench.bins[YIBAO], "yibao-cli")
    rate = median(float(bench.people("short.csv")) for _ in range(3))
    wanted = f"≥ {LISTS:,} 张"
    said = _said(wanted, rate >= LISTS)
    yield "在 Python 里调用 `plan`", shown, "", "", f"{rate:,.0f} 张", "", wanted, said
    for case, (cpu, mib) in bench.measured(WORK, 1).items():
        rate = case.count / cpu
        wanted = f"≤ {case.seconds} 秒" if case.seconds else ""
        wanted = f"≥ {case.rate} 行" if case.rate else wanted
        said = _said(wanted, cpu <= (case.seconds or cpu) and rate >= case.rate)
        each = f"{rate:,.0f} 行" if case.count > 1 else ""
        yield case.name, shown, f"{cpu:.1f} 秒", "", each, f"{mib:.0f}", wanted, said


def _said(wanted: str, kept: bool) -> str:
    return ("达到" if kept else "**没有达到**") if wanted else ""


def line(cells: Row) -> str:
    """A row in Markdown."""
    return f"| {' | '.join(cells)} |"


def main() -> int:
    """Measure and print; 0, or 1 where something could not be installed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="量启动、内存、速度")
    parser.add_argument("--rounds", type=int, default=21, help="每个命令轮流跑几次；默认 21")
    parser.add_argument("--cache", type=Path, help="虚拟环境留在这个文件夹，下次不用再装")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        home, bins = Path(temporary), {}
        for name, wanted in REQUIREMENTS.items():
            try:
                bins[name] = programs(name, (chosen.cache or home / "environments").resolve())
            except FailedError as error:
                print(f"装不上 {wanted}：{error}", file=sys.stderr)
        if YIBAO not in bins:
            return 1
        print(f"Python {platform.python_version()}，{chosen.rounds} 轮的中位数\n")
        print(line(_HEAD))
        print(line(("---", "---", "--:", "--:", "--:", "--:", "---", "---")))
        for row in rows(Bench(bins, home), chosen.rounds):
            print(line(row), flush=True)
    return int(len(bins) < len(REQUIREMENTS))


if __name__ == "__main__":
    sys.exit(main())
