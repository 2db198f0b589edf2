"""What every screen is drawn with: a bar, a heading, and lines that fit.

The left edge carries the structure. Nothing is drawn at the right edge, because characters like
“ and □ are one cell wide on some terminals and two on others, so that a frame would break.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from rich.style import Style
from rich.text import Text

from yibao_cli.render.outline import PHONE
from yibao_cli.wrap import cells, in_one_line, wrap

WIDEST = 112
"""Columns beyond which no line of text goes: longer ones are hard to follow."""
GUTTER = 8
"""Cells of the gutter, the blanks behind a label of three characters included."""

_ADDRESS = re.compile(r"\Ahttps?://[!-~]+\Z")
# Of what is said, and how it is told from the rest; what can be typed stands out too.
_STYLES = (
    (_ADDRESS, "accent"),
    (_ADDRESS, lambda address: Style(link=address)),
    # At the end of a text, what it rests on.
    (re.compile(r" \[[^\[\]]*\]$"), "muted"),
    (re.compile(r"(?<![0-9A-Za-z-])(?:--[a-z][a-z-]*|yibao [a-z]+)"), "accent"),
    (PHONE, "head"),
    (PHONE, lambda number: Style(link=f"tel:{number}")),
)
# All of them have one of these.
_SPECIAL = re.compile(r"[0-9A-Za-z\[]")


def words(text: str, style: str = "") -> Text:
    """Text of the knowledge or of a user; addresses and telephone numbers can be followed."""
    made = Text(in_one_line(text), style)
    for pattern, look in _STYLES if _SPECIAL.search(text) else ():
        made.highlight_regex(pattern, look)
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
    """Lines below each other, the first one after a mark, the others after so many blanks."""
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
    lines = hanging(Text(" "), flow(Text(label, "act"), min(width, WIDEST) - 2), 1)
    blanks = min(width, WIDEST) - 2 - cells(lines[-1].plain)
    lines[-1].append(" ").append(" " * blanks, "line")
    return lines
