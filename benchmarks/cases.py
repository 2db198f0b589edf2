"""What is measured and what it may cost. Everything that changes with the commands stands here."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

HELLO = Path(__file__).resolve().parent / "hello"


@dataclass(frozen=True, slots=True)
class Contender:
    """An environment of its own: what pip installs, and the distribution whose version is shown."""

    requirements: tuple[str, ...] = ()
    shows: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One command; its first word is a program of the environment.

    `limit` is in starts of the bare interpreter. With `screen` the output goes to a
    pseudo-terminal; with `until` so does the input, and the clock stops when the text is shown.
    """

    name: str
    environment: str
    command: tuple[str, ...]
    limit: float | None = None
    screen: bool = False
    until: str | None = None
    environ: tuple[tuple[str, str], ...] = ()


YIBAO = "yibao"
"""The environment that gets the wheel of this checkout."""

CONTENDERS: dict[str, Contender] = {
    YIBAO: Contender(shows="yibao-cli"),
    "plain": Contender(),
    "typer-pinned": Contender(("typer>=0.20,<0.26",), "typer"),
    "typer-newest": Contender(("typer",), "typer"),
    "click": Contender(("click",), "click"),
    "copier": Contender(("copier",), "copier"),
    "commitizen": Contender(("commitizen",), "commitizen"),
    "zen": Contender(("zen-engine>=2",), "zen-engine"),
    "rule-engine": Contender(("rule-engine>=5",), "rule-engine"),
}

PLAN = (
    "yibao", "plan", "--insurance", "居民", "--from", "四川绵阳", "--to", "北京",
    "--care", "住院", "--filing", "未备案", "--category", "异地转诊",
)  # fmt: skip
"""A one-shot run with all answers given."""

CASES: tuple[Case, ...] = (
    Case("yibao plan --format markdown", YIBAO, (*PLAN, "--format", "markdown"), 7),
    Case("yibao plan --format terminal", YIBAO, (*PLAN, "--format", "terminal"), 10, screen=True),
    Case("yibao --version", YIBAO, ("yibao", "--version"), 5),
    Case("yibao complete（选项）", YIBAO, ("yibao", "complete", "2", "yibao", "plan", "--fi"), 5),
    Case(
        "yibao complete（地名）",
        YIBAO,
        ("yibao", "complete", "3", "yibao", "plan", "--from", "绵"),
        5,
    ),
    Case("yibao 第一个问题", YIBAO, ("yibao",), 14, until="您要办什么事"),
    Case("argparse hello", "plain", ("python", str(HELLO / "with_argparse.py"))),
    Case("click hello", "click", ("python", str(HELLO / "with_click.py"))),
    Case("typer hello", "typer-pinned", ("python", str(HELLO / "with_typer.py"))),
    Case("typer hello", "typer-newest", ("python", str(HELLO / "with_typer.py"))),
    Case("copier --version", "copier", ("copier", "--version")),
    Case("cz version", "commitizen", ("cz", "version")),
)

MEMORY_TIMES, MEMORY_MORE = 2, 15
"""A one-shot run may take this many times the bare interpreter's memory, plus so many MiB."""

LISTS_PER_SECOND = 1_000
ROWS_PER_SECOND = 600
"""Both on one core, so for each second of a processor; the second one end to end."""


@dataclass(frozen=True, slots=True)
class Engine:
    """A process that decides many cases; `limit` is in decisions a processor second."""

    name: str
    environment: str
    module: str
    mode: str
    limit: float | None = None


ENGINES: tuple[Engine, ...] = (
    Engine("yibao 走树+清单", YIBAO, "engine_yibao", "list", LISTS_PER_SECOND),
    Engine("yibao 只走树", YIBAO, "engine_yibao", "path"),
    Engine("ZEN 决策表", "zen", "engine_zen", "one"),
    Engine("ZEN 决策表 evaluate_batch", "zen", "engine_zen", "batch"),
    Engine("rule-engine 决策表", "rule-engine", "engine_rules", "one"),
)
