"""The one rich console: what a person reads is styled here, and by the rules of the terminal.

Whether there are colours at all is rich's to say: NO_COLOR, FORCE_COLOR, TERM and the terminal
itself. Data comes as `Text` and never passes through markup.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from typing import IO, Literal

from rich.console import Console, Group, RenderableType
from rich.theme import Theme

Colours = Literal["auto", "standard", "256", "truecolor", "windows"]

# rich fills up the lines of tables and trees.
_UNSEEN = re.compile(r"[^\S\n]+$", re.MULTILINE)


def _theme(accent: str, alert: str, muted: str) -> Theme:
    return Theme(
        {
            "accent": accent,
            "head": f"bold {accent}",
            "alert": alert,
            "warn": f"bold {alert}",
            "muted": muted,
            "act": "bold",
            "line": f"underline {muted}",
        }
    )


# Middle tones that read on black and on white alike; blue against orange is told apart by the
# colour-blind. Grey by its number: "bright black" is not readable on many light terminals.
_LOOK = _theme("color(32)", "color(166)", "color(243)")
_LOOK_OF_16 = _theme("cyan", "red", "dim")


def printer(file: IO[str], width: int, colours: Colours | None = "auto") -> Console:
    """A rich console for a stream and so many columns; None is one without styles."""
    made = Console(
        file=file,
        width=width,
        # Nothing is cut to the height; without one rich reads COLUMNS, whatever stands there.
        height=25,
        color_system=colours,
        theme=_LOOK,
        markup=False,
        highlight=False,
        emoji=False,
    )
    if made.color_system in ("standard", "windows"):
        made.push_theme(_LOOK_OF_16)
    return made


def paint(on: Console, drawn: Iterable[RenderableType]) -> None:
    """Print what is drawn; lines are whole already."""
    on.print(Group(*drawn), no_wrap=True, overflow="ignore", crop=False)


def painted(on: Console, drawn: Iterable[RenderableType]) -> str:
    """What `paint` would print, its lines without blanks at their ends."""
    with on.capture() as captured:
        paint(on, drawn)
    return _UNSEEN.sub("", captured.get())


def unstyled(drawn: Iterable[RenderableType], width: int) -> str:
    """What is drawn as text without styles, its lines ended by line feeds."""
    return painted(printer(io.StringIO(), width, None), drawn)
