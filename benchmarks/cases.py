"""What is measured and what it may cost: the limits that every change keeps."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from benchmarks.environments import YIBAO

_HERE = Path(__file__).resolve().parent
HELLO, ONCE, PEOPLE = (str(_HERE / name) for name in ("hello.py", "once.py", "people.py"))

MEMORY = 45
"""MiB that a one-shot run may take at most."""


@dataclass(frozen=True)
class Case:
    """One command; its first word is a program of the environment.

    `mode` is that of `once.py`. `times` is how often the processor time of the first case it may
    take, `seconds` how many it may take, and `rate` how many of its `count` it has to do a second.
    `package` is whose version is shown.
    """

    name: str
    command: tuple[str, ...]
    environment: str = YIBAO
    package: str = "yibao-cli"
    mode: str = "null"
    times: float | None = None
    seconds: float | None = None
    rate: float = 0
    count: int = 1


_PLAN = (
    "yibao", "plan", "--insurance", "居民", "--from", "四川绵阳", "--to", "北京",
    "--care", "住院", "--filing", "未备案", "--category", "异地转诊", "--format",
)  # fmt: skip

STARTS = (
    # The one that the package is allowed to have: it is installed beside it.
    Case("Typer hello world", ("python", HELLO), package="typer"),
    Case("Typer hello world", ("python", HELLO), "typer", package="typer"),
    Case("`copier --version`", ("copier", "--version"), "copier", package="copier"),
    Case("`cz version`", ("cz", "version"), "commitizen", package="commitizen"),
    Case("`yibao --version`", ("yibao", "--version"), times=1.6),
    Case("`yibao plan … --format markdown`", (*_PLAN, "markdown"), times=1.8),
    Case("`yibao plan … --format terminal`", (*_PLAN, "terminal"), mode="screen", times=2.2),
    Case("`yibao`，到第一个问题", ("yibao",), mode="一句话", times=4.0),
)
"""Commands whose start is measured, many times in turn."""

ROWS = {"short.csv": 1_000, "long.csv": 10_000}
"""The tables of people, and how many rows each has."""

WORK = (
    Case("`yibao check`", ("yibao", "check"), seconds=10),
    Case("`yibao batch`，一千行", ("yibao", "batch", "short.csv"), count=1_000),
    Case("`yibao batch`，一万行", ("yibao", "batch", "long.csv"), count=10_000, rate=600),
)
"""Commands that work for seconds."""

LISTS = 1_000
"""How many lists a second the library has to make."""
