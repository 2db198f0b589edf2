"""The one rich console: what a person reads is styled here, and by the rules of the terminal.

Whether there are colours at all is rich's to say: NO_COLOR, FORCE_COLOR, TERM and the terminal
itself. Data comes as `Text` and never passes through markup.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import IO, Literal

from rich.console import Console, RenderableType
from rich.segment import Segment, Segments
from rich.text import Text
from rich.theme import Theme

_HEIGHT = 25

Colours = Literal["auto", "standard", "256", "truecolor", "windows"]


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
        height=_HEIGHT,
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
    """Print what is drawn; lines are whole already and end without blanks."""
    on.print(Segments(_segments(on, drawn)), end="", no_wrap=True, crop=False)


def painted(on: Console, drawn: Iterable[RenderableType]) -> str:
    """What `paint` would print."""
    with on.capture() as captured:
        paint(on, drawn)
    return captured.get()


def unstyled(drawn: Iterable[RenderableType], width: int) -> str:
    """What is drawn as text without styles, its lines ended by line feeds."""
    return painted(printer(io.StringIO(), width, None), drawn)


def _segments(on: Console, drawn: Iterable[RenderableType]) -> Iterator[Segment]:
    for one in drawn:
        if not isinstance(one, Text):
            yield from _block(on, one)
        elif on.color_system is None:
            yield Segment(f"{one.plain.rstrip()}\n")
        else:
            yield from one.render(on, end="\n")


def _block(on: Console, block: RenderableType) -> Iterator[Segment]:
    """A table or a tree, whose lines rich fills up with blanks; those that nobody sees go."""
    options = on.options.update(no_wrap=True, overflow="ignore")
    for line in on.render_lines(block, options, pad=False):
        while line and not line[-1].text.strip() and not _underlined(on, line[-1]):
            line.pop()
        if line and not _underlined(on, line[-1]):
            line[-1] = Segment(line[-1].text.rstrip(), line[-1].style)
        yield from line
        yield Segment.line()


def _underlined(on: Console, segment: Segment) -> bool:
    styled = on.color_system is not None and segment.style is not None
    return styled and bool(segment.style and segment.style.underline)
