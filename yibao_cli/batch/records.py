"""Records of a stream: its lines, put together where a quoted cell goes over several."""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import count
from typing import NamedTuple, TextIO

from yibao_cli.errors import FileError, Finding
from yibao_cli.files import why

_LONGEST_LINE = 1 << 20
# A spreadsheet's cell holds at most 253 line feeds; a quote still open after that was a slip.
_MOST_LINES = 254

_BROKEN = re.compile("[\0\ud800-\udfff]")

_TOO_LONG = f"这一行超过 {_LONGEST_LINE} 个字，没有读"
_NOT_CLOSED = "引号没有配对"


class Line(NamedTuple):
    """One line with its end; one that is too long is `cut` and has no text."""

    number: int
    text: str
    cut: bool


class Record(NamedTuple):
    """The text of one row and the number of the line it begins on, or what is wrong with it."""

    line: int
    text: str
    problem: str | None


def lines(stream: TextIO) -> Iterator[Line]:
    """The lines of a stream. Raises FileError where it cannot be read to its end."""
    for number in count(1):
        text = _read(stream)
        if not text:
            return
        cut = len(text) == _LONGEST_LINE and text[-1] not in "\r\n"
        if cut:
            while (rest := _read(stream)) and rest[-1] not in "\r\n":
                pass
            text = ""
        yield Line(number, text, cut)


def _read(stream: TextIO) -> str:
    try:
        return stream.readline(_LONGEST_LINE)
    except (OSError, ValueError) as error:
        raise FileError(Finding("cannot_read", f"读到一半读不下去了（{why(error)}）。")) from error


def each(lines: Iterable[Line]) -> Iterator[Record]:
    """Every line as a record of its own."""
    for line in lines:
        yield Record(line.number, line.text, _TOO_LONG if line.cut else None)


def quoted(lines: Iterator[Line]) -> Iterator[Record]:
    """Lines put together where a quoted cell goes over several.

    A quote that is never closed costs its own line alone: the lines after it are read again.
    """
    back: deque[Line] = deque()

    def take() -> Line | None:
        return back.popleft() if back else next(lines, None)

    while (line := take()) is not None:
        if line.cut or '"' not in line.text or not _stays_open(line.text, False):
            yield Record(line.number, line.text, _TOO_LONG if line.cut else None)
            continue
        group, size, is_open = [line], len(line.text), True
        while is_open and len(group) < _MOST_LINES and size < _LONGEST_LINE:
            more = take()
            if more is None:
                break
            group.append(more)
            if more.cut:
                break
            size += len(more.text)
            is_open = _stays_open(more.text, True)
        if is_open:
            back.extendleft(reversed(group[1:]))
            yield Record(line.number, line.text, _NOT_CLOSED)
        else:
            yield Record(line.number, "".join(one.text for one in group), None)


def _stays_open(text: str, is_open: bool) -> bool:
    """Whether a quoted cell goes on after this line, as the csv module sees quotes."""
    at = 0
    while True:
        if is_open:
            at = text.find('"', at)
            if at < 0:
                return True
            if text.startswith('"', at + 1):
                at += 2
                continue
            is_open = False
        elif text.startswith('"', at):
            is_open = True
            at += 1
            continue
        at = text.find(",", at) + 1
        if not at:
            return False


def cells(text: str) -> list[str]:
    """The cells of a record. Raises csv.Error where one is too long."""
    text = text.rstrip("\r\n")
    return next(csv.reader([text])) if '"' in text else text.split(",")


def is_broken(text: str) -> bool:
    """Whether a text has bytes that its encoding does not know, or NUL."""
    return _BROKEN.search(text) is not None
