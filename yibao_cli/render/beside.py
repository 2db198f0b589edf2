"""Two situations side by side."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import RenderableType
from rich.text import Text

from yibao_cli.render.drawing import GUTTER, WIDEST, bar
from yibao_cli.render.explanation import SideBySide
from yibao_cli.render.outline import Entry
from yibao_cli.render.tables import inset, table
from yibao_cli.render.text import blocks, entries

NARROW = 64
"""Columns below which two columns have no room."""


def drawn(found: SideBySide, width: int) -> list[RenderableType]:
    """What differs as the answer, then both situations, then what they share."""
    said = [Text(entry.text, "act") for entry in found.head if entry.text]
    lines = bar([Text(found.outline.title, "muted"), *said], width)
    made: list[RenderableType] = [*lines, Text(), _columns(found, min(width, WIDEST))]
    for section in blocks(found.tail, width):
        made += [Text(), *section]
    return made


def _columns(found: SideBySide, width: int) -> RenderableType:
    room = (width - 1 - GUTTER - 2) // 2
    grid = table(("", GUTTER - 2), ("原来", room), ("改后", room))
    for number, row in enumerate(found.rows):
        if number:
            grid.add_row()
        grid.add_row(Text(row.label, "head"), _cell(row.before, room), _cell(row.after, room))
    return inset(grid)


def _cell(them: Iterable[Entry], room: int) -> Text:
    return Text("\n").join(entries(them, room)) or Text("没有", "muted")
