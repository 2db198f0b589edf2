"""Rows of a table, CSV or JSON Lines: what each says to each question, and what is wrong with it.

Rows are read as they are asked for and none is kept, so a million need no more memory than a
thousand. Rows of data are counted from 1, and so are the lines of the file.
"""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from itertools import chain, repeat
from typing import Any, BinaryIO, TextIO, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from yibao_cli.answers import normalized, printable, visible
from yibao_cli.errors import AnswerError, FileError, Finding
from yibao_cli.files import os_reason
from yibao_cli.knowledge.model import Knowledge
from yibao_cli.knowledge.questions import Question

# GB18030 holds all of GBK and the rare characters of people's names besides.
ENCODINGS = {"utf-8": "utf-8", "gbk": "gb18030"}

_ID = "id"
_ID_NAMES = (_ID, "编号")

_LONGEST_LINE = 1 << 20
# A spreadsheet's cell holds at most 253 line feeds; a quote still open after that was a slip.
_MOST_LINES = 254
_LONGEST_NAME = 200
# No accepted answer is nearly as long, and a place name is searched at every character.
_LONGEST_ANSWER = 200
_MOST_NAMED = 20

# Stands for NUL, at which the csv module of Python 3.10 gives up; no encoding leads to it.
_NUL = "\udc00"
_NOT_TEXT = re.compile("[\ud800-\udfff]")

Identity = str | int | float | bool | None
Pairs = list[tuple[str | Finding, Any]]
"""What a row says: the question, or what is wrong there, and the value."""
T = TypeVar("T")


class Row(Struct, frozen=True):
    """One row: its number, the line it begins on, its texts by question, and what is wrong."""

    number: int
    line: int
    id: Identity = None
    given: dict[str, list[str]] = {}
    wrong: tuple[Finding, ...] = ()


def decoded(binary: BinaryIO, encoding: str) -> io.TextIOWrapper:
    """The text of bytes in one of `ENCODINGS`, with its line ends and what is no text kept."""
    return io.TextIOWrapper(
        binary, encoding=ENCODINGS[encoding], errors="surrogateescape", newline=""
    )


def rows(knowledge: Knowledge, stream: TextIO) -> Iterator[Row] | None:
    """The rows of a `decoded` stream; None where there is nothing in it.

    Raises AnswerError where the header has unknown columns, FileError where it is unreadable;
    while rows are read, FileError where the stream cannot be read to its end.
    """
    lines = _Lines(stream)
    names = _names(knowledge)
    try:
        first = lines.peek()
        if not first:
            return None
        start = first.lstrip()[:1]
        if start == "[":
            message = "输入是一个 JSON 数组；请改成每行一个对象（JSON Lines）。"
            raise AnswerError(Finding("json_array", message))
        if start == "{":
            return _rows(knowledge, lines, lines, lambda text: _json_pairs(names, text))
        if _NOT_TEXT.search(first):
            raise FileError(_wrong_encoding(first))
        # Strict, so that a stray quote is told and never read as something else.
        records = csv.reader(lines, strict=True)
        columns = _columns(names, next(records), lines.begin)
    except csv.Error:
        raise FileError(_bad_header(_unclosed(lines))) from None
    except _TooLongError as error:
        raise FileError(_bad_header(error.findings[0])) from None
    return _rows(knowledge, lines, records, lambda cells: _csv_pairs(columns, cells))


def _rows(
    knowledge: Knowledge,
    lines: _Lines,
    records: Iterator[T],
    pairs_of: Callable[[T], Pairs | None],
) -> Iterator[Row]:
    number = 1
    while True:
        lines.begin = lines.number + 1
        try:
            pairs = pairs_of(next(records))
        except StopIteration:
            return
        except AnswerError as error:
            row = Row(number, lines.begin, wrong=error.findings)
        except csv.Error:
            row = Row(number, lines.begin, wrong=(_unclosed(lines),))
        else:
            if pairs is None:
                continue
            row = _row(knowledge, Row(number, lines.begin), pairs)
        yield row
        number += 1


# ---------------------------------------------------------------- lines


class _TooLongError(AnswerError):
    """A line, or a row of several lines, is longer than any table needs."""


class _Lines:
    """The lines of a stream, of which one row takes one or several.

    `number` counts the lines read, `begin` is the first one of the row that is being read. Where
    a line or a row is too long it raises, and can be read on after that.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._peeked = ""
        self.number = 0
        self.begin = 1

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        text, self._peeked = self._peeked or self._read(), ""
        if not text:
            raise StopIteration
        self.number += 1
        if len(text) == _LONGEST_LINE and text[-1] not in "\r\n":
            while (rest := self._read()) and rest[-1] not in "\r\n":
                pass
            raise _TooLongError(_bad(f"这一行超过 {_LONGEST_LINE} 个字，没有读。"))
        if self.number - self.begin >= _MOST_LINES:
            raise _TooLongError(_unclosed(self))
        return text.replace("\0", _NUL)

    def peek(self) -> str:
        """The first line that is not blank, which is still to be read; "" where there is none."""
        for line in self:
            text = line.removeprefix("\ufeff") if self.number == 1 else line
            if text.strip():
                self.number -= 1
                self._peeked = text
                return text
            self.begin = self.number + 1
        return ""

    def _read(self) -> str:
        try:
            return self._stream.readline(_LONGEST_LINE)
        except (OSError, ValueError) as error:
            message = f"读到一半读不下去了（{os_reason(error)}）。"
            raise FileError(Finding("cannot_read", message)) from error


# ---------------------------------------------------------------- one row


def _csv_pairs(columns: Sequence[str], cells: Iterable[str]) -> Pairs | None:
    """What the cells of a row say; None where there is nothing in them."""
    texts = (cell.strip() for cell in cells)
    told = [
        (number, target, text)
        for number, (target, text) in enumerate(
            zip(chain(columns, repeat("")), texts, strict=False), 1
        )
        if visible(text)
    ]
    # Spreadsheets end with lines of nothing but commas.
    if not told:
        return None
    found: Pairs = [(target, text) for _, target, text in told if target]
    nameless = [(number, text) for number, target, text in told if not target]
    if broken := _not_text("".join(text for *_, text in told)):
        found.append((broken, None))
    elif nameless:
        number, text = nameless[0]
        found.append((_bad(f"第 {number} 列没有列名，却写了“{printable(text)}”。"), None))
    return found


def _json_pairs(names: Mapping[str, str], text: str) -> Pairs | None:
    """What an object says; None where the line is blank. Raises AnswerError where it is none."""
    if not text.strip():
        return None
    if broken := _not_text(text):
        raise AnswerError(broken)
    try:
        # As pairs, so that a key that is written twice is seen twice.
        found = json.loads(text, object_pairs_hook=tuple)
    except (ValueError, RecursionError):
        raise AnswerError(_bad("不是完整的 JSON；每行要写一个对象。")) from None
    if not isinstance(found, tuple):
        raise AnswerError(_bad("不是 JSON 对象；每行要写一个对象。"))
    return [(names.get(_name(key)) or _unknown(names, key), value) for key, value in found]


def _row(knowledge: Knowledge, row: Row, pairs: Pairs) -> Row:
    """A row with what it says and all that is wrong with it."""
    identity: Identity = None
    given: dict[str, list[str]] = {}
    wrong: list[Finding] = []
    for target, value in pairs:
        if isinstance(target, Finding):
            wrong.append(target)
        elif target != _ID:
            question = knowledge.questions[target]
            texts = _texts(value, several=question.several)
            if texts is None:
                wrong.append(_bad(f"{question.label}（{target}）要写成文字。"))
            elif texts:
                given.setdefault(target, []).extend(texts)
                wrong += [_too_long(question, one) for one in texts if len(one) > _LONGEST_ANSWER]
        elif _is_identity(value):
            identity = value
        else:
            wrong.append(_bad("id 要写成文字或数。"))
    return replace(row, id=identity, given=given, wrong=tuple(wrong))


def _is_identity(value: object) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    return value is None or isinstance(value, str | int)


def _texts(value: object, *, several: bool) -> list[str] | None:
    """The texts of a value; None where it is none."""
    if value is None:
        return []
    if isinstance(value, int) and not isinstance(value, bool):
        return [str(value)]
    parts = [value] if isinstance(value, str) else value
    if not isinstance(parts, list) or not all(isinstance(one, str) for one in parts):
        return None
    texts = [one.strip() for one in parts if visible(one).strip()]
    return [",".join(texts)] if several and texts else texts


# ---------------------------------------------------------------- columns


def _names(knowledge: Knowledge) -> dict[str, str]:
    """Every accepted name of a question, and of the id of a row."""
    found = {_name(name): _ID for name in _ID_NAMES}
    for question in knowledge.questions.values():
        found |= {_name(question.id): question.id, _name(question.label): question.id}
    for question in knowledge.questions.values():
        for name in question.was:
            found.setdefault(_name(name), question.id)
    return found


def _name(name: str) -> str:
    return normalized(name[:_LONGEST_NAME]).removeprefix("--").replace("-", "_")


def _unknown(names: Mapping[str, str], name: str) -> Finding:
    near = tuple(get_close_matches(_name(name), names, 3))
    hint = f"是不是：{'、'.join(near)}？" if near else ""
    return Finding("unknown_column", f"“{printable(name)}”不认识。{hint}", near)


def _columns(names: Mapping[str, str], cells: Sequence[str], line: int) -> tuple[str, ...]:
    """What each column holds: a question's id, `id`, or nothing. Raises AnswerError."""
    columns = tuple(names.get(_name(cell), "") for cell in cells)
    wrong: list[Finding] = []
    for number, (cell, target) in enumerate(zip(cells, columns, strict=True), 1):
        if visible(cell).strip() and not target:
            found = _unknown(names, cell)
            wrong.append(replace(found, message=f"第 {number} 列{found.message}"))
    if columns.count(_ID) > 1:
        wrong.append(Finding("two_ids", "有两列都是 id；只能留一列。"))
    if not wrong:
        return columns
    if (rest := len(wrong) - _MOST_NAMED) > 0:
        wrong[_MOST_NAMED:] = [Finding("unknown_column", f"另有 {rest} 列也不认识。")]
    hint = f"文件第 {line} 行要写列名：问题的编号或名称；用 yibao questions 看全部。"
    raise AnswerError(*wrong, Finding("unknown_column", hint))


# ---------------------------------------------------------------- what to say


def _bad(message: str) -> Finding:
    return Finding("bad_row", message)


def _unclosed(lines: _Lines) -> Finding:
    """What to say where the csv module gives up: it has dropped all lines since the row began."""
    dropped = ""
    if lines.number > lines.begin:
        dropped = f"文件第 {lines.begin} 行到第 {lines.number} 行都没有读，改好再来。"
    return _bad(f"引号没有配对，或者有一格太长。{dropped}")


def _not_text(text: str) -> Finding | None:
    """What to say about bytes that the encoding does not know, or NUL."""
    if _NUL in text:
        return _bad("有空字符（NUL），文件可能坏了。")
    if _NOT_TEXT.search(text):
        return _bad("有的字不是这种编码；换一个 --encoding（utf-8 或 gbk）试试。")
    return None


def _too_long(question: Question, text: str) -> Finding:
    said = f"{question.label}（{question.flag}）写了 {len(text)} 个字"
    return Finding(
        "unknown_place" if question.kind == "place" else "unknown_value",
        f"{said}，看不懂：“{printable(text)}”。",
        question=question.id,
    )


def _bad_header(reason: Finding) -> Finding:
    return Finding("bad_header", f"第一行（列名）读不懂：{reason.message}")


def _wrong_encoding(first: str) -> Finding:
    hint = "换一个 --encoding（utf-8 或 gbk）试试；Excel 直接存的 CSV 多是 gbk。"
    if _NUL in first:
        hint = "像是 UTF-16；请另存为“CSV UTF-8”。"
    return Finding("bad_encoding", f"第一行（列名）不是这种编码的文字。{hint}")
