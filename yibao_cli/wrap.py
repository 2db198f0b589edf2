"""Wrapping of Chinese text to a width in terminal cells, by the rules of Chinese typesetting."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache

NO_LINE_START = frozenset("，。、；：？！）〕］｝〉》」』】〗’”…—～·％‰℃°／,.;:?!)]}%/")
NO_LINE_END = frozenset("（〔［｛〈《「『【〖‘“￥([{$")

# Words, numbers, flags and addresses stay whole; so do the hotline of a city that is not chosen
# yet and a short mark in brackets.
_WORDS = re.compile(r"(\s*)(区号-[!-~]+|\[[^\s!-~]{1,4}\]|（[^\s（），]{1,6}）|[!-~]+|\S)")
_CHARACTERS = re.compile(r"(\s*)(\S)")
_OTHER_BLANK = re.compile(r"[^\S \u3000]")
# Fewer cells are one character and what belongs to it: hardly a line.
_SHORTEST = 5
# Where a sentence is taken breath in; which part of a line may stay empty for it.
_PAUSES = frozenset("，。；：！？、）》”")
_SPARED = 5
# From coarse to fine, and whether punctuation sticks to its neighbour.
_CUTS = ((_WORDS, True), (_CHARACTERS, True), (_CHARACTERS, False))


def cells(text: str) -> int:
    """How many terminal cells a text takes, at most.

    Characters of ambiguous width count two, as Chinese consoles draw them.
    """
    return len(text) if text.isascii() else sum(map(_cells, text))


def in_one_line(text: str) -> str:
    """A text whose blanks are all plain: a line feed or tab inside a line would undo the layout."""
    return _OTHER_BLANK.sub(" ", text)


def wrap(text: str, width: int, *, first: str = "", rest: str = "") -> list[str]:
    """Break a text into lines of at most `width` cells, prefixes included.

    `first` stands before the first line and `rest` before the others. Only blanks are dropped,
    and only at breaks. A word is cut when it alone is wider than a line, and only a run of
    punctuation wider than a line may put punctuation where it does not belong. Where lines that are
    a little shorter, and no more, end at a pause, or leave more than one character for the last
    line, they do.
    """
    # Two cells hold any character, so that a hopeless width still shows everything.
    room = max(width - max(cells(first), cells(rest)), 2)
    pieces = [(gap, piece, cells(piece)) for gap, piece in _pieces(text, room, 0)]
    lines = _filled(pieces, width, first, rest)
    narrower = range(width - 1, width - width // _SPARED - 1, -1)
    for one in narrower if len(lines) > 1 else ():
        others = _filled(pieces, one, first, rest)
        if len(others) > len(lines):
            break
        # Of lines that read as well, the longer ones.
        lines = min(lines, others, key=lambda found: _torn(found, rest))
    return lines


def _torn(lines: list[str], rest: str) -> tuple[bool, int]:
    """How badly a text is broken: whether its end is hardly a line, and how often between words."""
    ends = sum(line[-1:] not in _PAUSES for line in lines[:-1])
    return cells(lines[-1]) < cells(rest) + _SHORTEST, ends


def packed(texts: Iterable[str], width: int, *, first: str = "", rest: str = "") -> list[str]:
    """Short texts beside each other in lines of at most `width` cells, broken between them."""
    room = max(width - max(cells(first), cells(rest)), 2)
    pieces = [("  ", piece, cells(piece)) for text in texts for piece in wrap(text, room)]
    return _filled(pieces, width, first, rest)


def _filled(pieces: list[tuple[str, str, int]], width: int, first: str, rest: str) -> list[str]:
    """Lines that each hold as many pieces as they can; a piece comes with its blanks and cells."""
    lines: list[str] = []
    line, used, fresh = first, cells(first), True
    for gap, piece, size in pieces:
        if fresh:
            line, used = line + piece, used + size
        elif used + cells(gap) + size <= width:
            line, used = line + gap + piece, used + cells(gap) + size
        else:
            lines.append(line)
            line, used = rest + piece, cells(rest) + size
        fresh = False
    return [*lines, line]


@cache
def _cells(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WFA" else 1


def _pieces(text: str, room: int, cut: int) -> Iterator[tuple[str, str]]:
    """What may not be broken in a line of `room` cells, each with the blanks before it."""
    pattern, sticky = _CUTS[cut]
    for gap, piece in _tokens(text, pattern, sticky=sticky):
        if cells(piece) <= room:
            yield gap, piece
        else:
            yield from _pieces(gap + piece, room, cut + 1)


def _tokens(text: str, pattern: re.Pattern[str], *, sticky: bool) -> Iterator[tuple[str, str]]:
    before = held = ""
    for blanks, token in pattern.findall(text):
        gap = blanks and in_one_line(blanks)
        if held and sticky and _stick(held[-1], token[0]):
            held += gap + token
            continue
        if held:
            yield before, held
        before, held = gap, token
    if held:
        yield before, held


def _stick(last: str, following: str) -> bool:
    return last in NO_LINE_END or following in NO_LINE_START or not _cells(following)
