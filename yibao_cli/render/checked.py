"""What a check has found, for people."""

from __future__ import annotations

from rich.text import Text

from yibao_cli.audit.report import Report
from yibao_cli.errors import harmless
from yibao_cli.render.drawing import WIDEST, bar, flow, hanging, words


def summary(found: Report, width: int) -> list[Text]:
    """How many findings there are, and what was walked over."""
    return bar([Text(found.answer, "act"), Text(found.way, "muted")], width)


def faults(found: Report, width: int) -> list[Text]:
    """Every finding with its place, for who reads them on a terminal."""
    lines: list[Text] = []
    for fault in found.findings:
        mark = Text(" × " if fault.severity == "error" else " ! ", "warn")
        where = Text.assemble((f"{fault.file}:{fault.line}", "act"), (f" [{fault.code}]", "muted"))
        room = min(width, WIDEST) - 4
        lines += hanging(mark, [*flow(where, room), *flow(words(harmless(fault.message)), room)], 3)
    return lines
