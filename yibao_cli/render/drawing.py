"""What every screen is drawn with: a bar, a gutter of labels, a heading, and lines that fit.

The left edge carries the structure. Nothing is drawn at the right edge, because characters like
“ and □ are one cell wide on some terminals and two on others, so that a frame would break.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from rich.style import Style
from rich.text import Text

from yibao_cli.wrap import cells, wrap

WIDEST = 112
"""Columns beyond which no line of text goes: longer ones are hard to follow."""
GUTTER = 8
"""Cells of the gutter, the blanks behind a label of three characters included."""
LONGEST_LABEL = 8
"""Cells of the longest label that a gutter is made wider for."""
NARROW = 56
"""Columns below which there is no room for a gutter."""

_PHONE = re.compile(r"(?<![0-9A-Za-z-])(?:0\d{2,3}-\d{5,8}|12393|12345)(?![0-9A-Za-z-])", re.ASCII)
# What can be typed.
_COMMAND = re.compile(r"(?<![0-9A-Za-z-])(?:--[a-z][a-z-]*|yibao [a-z]+)")
_ADDRESS = re.compile(r"https?://[!-~]+")
# What stands at the end of a text and says what it rests on.
_REFERENCE = re.compile(r" \[[^\[\]]*\]$")
# A line feed or tab inside a line would undo the layout.
_BREAK = re.compile(r"[^\S \u3000]")


def words(text: str, style: str = "") -> Text:
    """Text of the knowledge or of a user; addresses and telephone numbers can be followed."""
    made = Text(_BREAK.sub(" ", text), style)
    if _ADDRESS.fullmatch(text):
        made.stylize("accent")
        made.stylize(Style(link=text))
    if reference := _REFERENCE.search(made.plain):
        made.stylize("muted", *reference.span())
    for found in _COMMAND.finditer(made.plain):
        made.stylize("accent", *found.span())
    for found in _PHONE.finditer(made.plain):
        made.stylize("head", *found.span())
        made.stylize(Style(link=f"tel:{found[0]}"), *found.span())
    return made


def flow(text: Text, width: int) -> list[Text]:
    """A text in lines of at most `width` cells, broken by the rules of Chinese typesetting."""
    lines, end = [], 0
    for line in wrap(text.plain, width):
        start = text.plain.index(line, end)
        end = start + len(line)
        lines.append(text[start:end])
    return lines


def hanging(mark: Text, lines: Iterable[Text], indent: int) -> list[Text]:
    """Lines below each other, the first one after a mark."""
    first, *rest = lines
    return [Text.assemble(mark, first), *(Text.assemble(" " * indent, line) for line in rest)]


def columns(texts: Sequence[Text], width: int) -> list[Text]:
    """Short texts beside each other in as few lines as fit, filled line by line."""
    sizes = [cells(one.plain) for one in texts]
    for many in range(len(texts), 1, -1):
        widths = [max(sizes[column::many]) + 2 for column in range(many)]
        if sum(widths) - 2 <= width:
            rows = [texts[at : at + many] for at in range(0, len(texts), many)]
            return [Text.assemble(*_padded(row, widths)) for row in rows]
    return [line for one in texts for line in hanging(one[:2], flow(one[2:], width - 3), 2)]


def _padded(texts: Sequence[Text], widths: Sequence[int]) -> Iterator[Text]:
    *before, last = texts
    for text, width in zip(before, widths, strict=False):
        yield Text.assemble(text, " " * (width - cells(text.plain)))
    yield last


def bar(texts: Iterable[Text], width: int) -> list[Text]:
    """What matters most, with a bar at its left."""
    lines = [line for text in texts for line in flow(text, min(width, WIDEST) - 4)]
    return [Text.assemble((" ▌ ", "accent"), line) for line in lines]


def refusal(text: str, width: int) -> list[Text]:
    """Why nothing came of it, with a cross at its left."""
    return hanging(Text(" × ", "warn"), flow(words(text), min(width, WIDEST) - 4), 3)


def heading(label: str, width: int) -> list[Text]:
    """A heading and a line of underlined blanks, which are there on a terminal alone."""
    *lines, last = flow(Text(label, "act"), min(width, WIDEST) - 2)
    blanks = min(width, WIDEST) - 3 - cells(last.plain)
    made = [Text.assemble(" ", line) for line in lines]
    return [*made, Text.assemble(" ", last, " ", (" " * max(blanks, 0), "line"))]


class Page:
    """Lines with a gutter of labels at the left, or with labels above them where it is narrow."""

    def __init__(self, width: int, labels: Iterable[str] = ()) -> None:
        self.width = wide = min(width, WIDEST)
        longest = max(size for size in (GUTTER - 2, *map(cells, labels)) if size <= LONGEST_LABEL)
        self.gutter = longest + 2 if wide >= NARROW else 0
        self.room = wide - 1 - self.gutter
        self.lines: list[Text] = []

    def add(self, label: str, content: Iterable[Text], style: str = "head") -> None:
        """Put lines of at most `room` cells beside a label, or below one that is too long."""
        if label and cells(label) > self.gutter - 2:
            self.lines += [
                Text.assemble(" ", line) for line in flow(Text(label, style), self.width - 1)
            ]
            label = ""
        for line in content:
            blank = " " * (self.gutter - cells(label))
            self.lines.append(Text.assemble(" ", (label, style), blank, line))
            label = ""
