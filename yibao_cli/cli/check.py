"""`yibao check`: the knowledge proves itself; for people who edit `data/` or keep cases."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from yibao_cli.console import Console, is_terminal
from yibao_cli.errors import Finding, Status, UsageError
from yibao_cli.knowledge import is_whole, shipped
from yibao_cli.knowledge.model import Knowledge
from yibao_cli.render import json_text

if TYPE_CHECKING:
    from yibao_cli.knowledge.load import Lines


def check(
    console: Console,
    *,
    data: Path | None,
    cases: Path | None,
    mutate: bool,
    update: bool,
    strict: bool,
    format_: str | None,
) -> int | None:
    """Check a knowledge; the status says whether something was found."""
    # Only here: no other command needs the proof.
    from yibao_cli.audit.report import report

    if (mutate or update) and cases is None:
        raise UsageError(Finding("no_cases", "--mutate 和 --update 要和 --cases 文件夹 一起写。"))
    known, lines = _loaded(data)
    day = console.today(known.about.begins).isoformat()
    with console.working("正在检查知识"):
        found = report(known, lines, day, cases, mutate=mutate, update=update)
    if format_ == "json":
        console.data(json_text(found))
    else:
        from yibao_cli.render.checked import faults, summary

        if is_terminal(console.stderr):
            console.tell(faults(found, console.asking_width))
        else:
            # A line each, as editors read them.
            for fault in found.findings:
                console.say(str(fault))
        console.show(summary(found, console.width))
    return Status.BROKEN_KNOWLEDGE if found.broken(strict=strict) else None


def _loaded(data: Path | None) -> tuple[Knowledge, Lines]:
    """The knowledge to check, and where its parts stand."""
    from yibao_cli.knowledge.load import Lines, extend, load

    if data is None or is_whole(data):
        return load(data or shipped())
    # A folder of local facts is checked as what it is used for: laid over the shipped knowledge.
    base, lines = load(shipped())
    known, own = extend(base, data)
    return known, Lines({**lines.places, **own.places})
