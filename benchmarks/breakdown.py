"""Where the time of one `yibao plan` goes."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping
from statistics import median

from benchmarks.cases import PLAN, YIBAO
from benchmarks.measure import middle, round_robin, run
from benchmarks.startup import BARE
from benchmarks.tables import Column, Row, Table, number
from benchmarks.throughput import Bench

OWN = "yibao_cli"
_LINE = re.compile(r"import time: +(\d+) \| +\d+ \| *(\S+)")
_STAGES = {
    "knowledge": "载入知识",
    "answers": "读懂答案",
    "checklist": "走树、组清单",
    "render": "写成 Markdown",
}
_SMALL_SECONDS = 0.001


def imports(said: str) -> dict[str, float]:
    """Module → own seconds, from what `-X importtime` says."""
    return {name: int(micros) / 1e6 for micros, name in _LINE.findall(said)}


def by_package(modules: Mapping[str, float]) -> dict[str, float]:
    """Seconds by top package; the standard library is one, under an empty name."""
    found: dict[str, float] = {}
    for name, seconds in modules.items():
        package = name.partition(".")[0]
        key = "" if package in sys.stdlib_module_names else package
        found[key] = found.get(key, 0) + seconds
    return found


def table(bench: Bench, rounds: int) -> Table:
    """The parts of a one-shot run and what is left when they are taken away."""
    environment = bench.environments[YIBAO]
    python = environment.program("python")
    command = [environment.program(PLAN[0]), *PLAN[1:], "--format", "markdown"]
    found, failed = round_robin(
        {
            "bare": lambda: run([python, *BARE[1:]], bench.environ, bench.folder),
            "whole": lambda: run(command, bench.environ, bench.folder),
        },
        rounds,
    )
    if failed:
        return Table("breakdown", "一次运行的时间花在哪里", (), (), [str(failed)])
    bare, whole = (middle(found[name]).seconds for name in ("bare", "whole"))
    before = imports(_importtime(bench, [python, "-X", "importtime", *BARE[1:]]))
    traced = [python, "-X", "importtime", *command]
    times = [imports(_importtime(bench, traced)) for _ in range(rounds)]
    modules = {
        name: median(one.get(name, 0) for one in times) for name in times[0] if name not in before
    }
    packages = by_package(modules)
    stages = _stages(bench, modules, rounds)
    parts: dict[str, float] = {"解释器和 site（python -c pass）": bare}
    parts["导入：标准库"] = packages.pop("", 0)
    own = packages.pop(OWN, 0)
    small = sum(seconds for seconds in packages.values() if seconds < _SMALL_SECONDS)
    for name, seconds in sorted(packages.items(), key=lambda pair: -pair[1]):
        if seconds >= _SMALL_SECONDS:
            parts[f"导入：{name}"] = seconds
    parts["导入：其他第三方"] = small
    parts["导入：yibao_cli 自己的模块"] = own
    parts |= {label: stages[name] for name, label in _STAGES.items()}
    parts["其余（命令行解析、输出、退出）"] = whole - sum(parts.values())
    parts["合计"] = whole
    rows: list[Row] = [
        {"name": name, "ms": seconds * 1000, "ratio": seconds / bare, "share": seconds / whole}
        for name, seconds in parts.items()
    ]
    return Table(
        "breakdown",
        f"一次 yibao plan --format markdown 的时间花在哪里（导入 {len(modules)} 个模块）",
        (
            Column("name", "部分"),
            Column("ms", "毫秒", number(1)),
            Column("ratio", "倍数", number(2)),
            Column("share", "占", lambda share: f"{share:.0%}"),
        ),
        rows,
        ["导入用 -X importtime 量，它自己也要时间，所以导入略偏多，“其余”略偏少。"],
    )


def _importtime(bench: Bench, command: list[str]) -> str:
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        env=dict(bench.environ),
        cwd=bench.folder,
        check=True,
    )
    return done.stderr


def _stages(bench: Bench, modules: Iterable[str], rounds: int) -> dict[str, float]:
    texts = {
        flag.removeprefix("--"): text for flag, text in zip(PLAN[2::2], PLAN[3::2], strict=True)
    }
    said = [
        json.loads(bench.worker(YIBAO, "stages", json.dumps(list(modules)), json.dumps(texts)))
        for _ in range(rounds)
    ]
    return {name: median(one[name] for one in said) for name in _STAGES}
