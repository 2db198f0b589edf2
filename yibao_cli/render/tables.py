"""Tables and trees in the look of all screens; apart, because most screens have none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table

NARROW = 64
"""Columns below which tables have no room: what they say then stands below each other."""


def table(*columns: tuple[str, int | None], right: Sequence[int] = ()) -> Table:
    """A table without lines, its columns given by their heads and cells; the heads are underlined.

    `right`: the columns that are flush right and never broken.
    """
    grid = Table(box=None, header_style="line", padding=(0, 2, 0, 0), pad_edge=False)
    for number, (head, width) in enumerate(columns):
        figures = number in right
        justify: Literal["right", "left"] = "right" if figures else "left"
        grid.add_column(head, justify=justify, no_wrap=figures, overflow="fold", width=width)
    return grid


def inset(block: RenderableType) -> Padding:
    """A block with the margin that lines have."""
    return Padding(block, (0, 0, 0, 1), expand=False)
