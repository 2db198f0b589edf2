"""Rows of a table, CSV or JSON Lines: what each says to each question, and what is wrong with it.

Rows are read as they are asked for and none is kept, so a million need no more memory than a
thousand. Rows of data are counted from 1, and so are the lines of the file.
"""

from __future__ import annotations

import csv
import json
import math
import re
from collections.abc import Iterator, Sequence
from itertools import chain, islice, zip_longest
from typing import Any, TextIO

from msgspec import Struct
from msgspec.structs import replace

from yibao_cli.answers import find_question, normalized, printable, unknown_question, visible
from yibao_cli.errors import AnswerError, FileError, Finding
from yibao_cli.knowledge.model import Knowledge

# GB18030 holds all of GBK and the rare characters of people's names besides.
ENCODINGS = {"utf-8": "utf-8-sig", "gbk": "gb18030"}

_ID = "id"
_ID_NAMES = (_ID, "编号")

_LONGEST_LINE = 1 << 20
_LONGEST_NAME = 200
# A spreadsheet's cell holds at most 253 line feeds; a quote still open after that was a slip.
_MOST_LINES = 255
_MOST_NAMED = 20

# What is no text, and no encoding leads to the first two: they stand for NUL, at which the csv
# module of Python 3.10 gives up, and for a line that is too long.
_NUL, _LONG = "\udc00", "\udc01"
_NOT_TEXT = re.compile("[\ud800-\udfff]")
_ODD = {
    _NUL: "有空字符（NUL）：像是 UTF-16，请另存为“CSV UTF-8”；也可能文件坏了。",
    _LONG: f"这一行超过 {_LONGEST_LINE} 个字，没有读。",
}
_FOREIGN = (
    "有的字不是这种编码；换一个 --encoding（utf-8 或 gbk）试试，Excel 直接存的 CSV 多是 gbk。"
)

Identity = str | int | float | bool | None
Said = list[tuple[str, Any]]
"""The values that a row gives, each with the id of its question, `id`, or nothing."""


class Row(Struct, frozen=True):
    """One row: its number, the line it begins on, its texts by question, and what is wrong."""

    number: int
    line: int
    id: Identity = None
    given: dict[str, list[str]] = {}
    wrong: tuple[Finding, ...] = ()


def rows(knowledge: Knowledge, stream: TextIO) -> Iterator[Row] | None:
    """The rows of a stream that keeps line ends and escapes what is no text; None without any.

    Raises AnswerError where the header has unknown columns, FileError where it is unreadable.
    """
    lines = _lines(stream)
    numbered = ((number, line) for number, line in enumerate(lines, 1) if line.strip())
    begin, first = next(numbered, (0, ""))
    start = first.lstrip()[:1]
    if not start:
        return None
    if start == "[":
        message = "输入是一个 JSON 数组；请改成每行一个对象（JSON Lines）。"
        raise AnswerError(Finding("json_array", message))
    lines = chain([first], lines)
    if start == "{":
        objects = ((begin + number, line) for number, line in enumerate(lines) if line.strip())
        read = ((line, *_object(knowledge, text)) for line, text in objects)
    else:
        if odd := _odd(first):
            raise FileError(Finding("bad_encoding", f"第一行（列名）读不懂：{odd}"))
        records = _records(lines, begin)
        columns = _columns(knowledge, *next(records))
        read = ((line, *_cells(columns, cells)) for line, cells in records if _visible(cells))
    return (_row(knowledge, number, *one) for number, one in enumerate(read, 1))


def _lines(stream: TextIO) -> Iterator[str]:
    while line := stream.readline(_LONGEST_LINE):
        if len(line) == _LONGEST_LINE and line[-1] not in "\r\n":
            while (rest := stream.readline(_LONGEST_LINE)) and rest[-1] not in "\r\n":
                pass
            line = _LONG
        yield line.replace("\0", _NUL)


def _odd(text: str) -> str | None:
    """What to say about a text that is none."""
    found = _NOT_TEXT.search(text)
    return _ODD.get(found[0], _FOREIGN) if found else None


def _row(knowledge: Knowledge, number: int, line: int, said: Said, wrong: list[Finding]) -> Row:
    identity: Identity = None
    given: dict[str, list[str]] = {}
    for target, value in said:
        if target == _ID:
            identity = value if _is_identity(value) else None
            if identity != value:
                wrong.append(_bad("id 要写成文字或数。"))
        elif target:
            question = knowledge.questions[target]
            texts = _texts(value)
            if texts is None:
                wrong.append(_bad(f"{question.label}（{target}）要写成文字。"))
            elif texts:
                one_text = [",".join(texts)] if question.several else texts
                given.setdefault(target, []).extend(one_text)
    return Row(number, line, identity, given, tuple(wrong))


def _is_identity(value: object) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    return value is None or isinstance(value, str | int)


def _texts(value: object) -> list[str] | None:
    """The texts of a value; None where it is none."""
    parts = value if isinstance(value, list) else [value]
    if not all(one is None or type(one) in (str, int) for one in parts):
        return None
    texts = [str(one).strip() for one in parts if one is not None]
    return [text for text in texts if visible(text)]


def _visible(cells: list[str] | str) -> str:
    return visible("".join(cells)).strip()


def _bad(message: str) -> Finding:
    return Finding("bad_row", message)


def _target(knowledge: Knowledge, name: str) -> str:
    """The id of the question of this name, `id`, or nothing."""
    called = normalized(name[:_LONGEST_NAME]).removeprefix("--")
    question = find_question(knowledge, called)
    if question is None:
        return _ID if called in _ID_NAMES else ""
    return question.id


def _unknown(knowledge: Knowledge, name: str, where: str = "") -> Finding:
    found = unknown_question(knowledge, name.strip())
    return replace(found, code="unknown_column", message=where + found.message)


# ---------------------------------------------------------------- JSON Lines


def _object(knowledge: Knowledge, text: str) -> tuple[Said, list[Finding]]:
    if odd := _odd(text):
        return [], [_bad(odd)]
    try:
        # As pairs, so that a key that is written twice is seen twice.
        found = json.loads(text, object_pairs_hook=tuple)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, tuple):
        return [], [_bad("不是完整的 JSON 对象；每行要写一个对象。")]
    said = [(_target(knowledge, key), value) for key, value in found]
    unknown = [key for (key, _), (target, _) in zip(found, said, strict=True) if not target]
    return said, [_unknown(knowledge, key) for key in unknown]


# ---------------------------------------------------------------- CSV


def _records(lines: Iterator[str], begin: int) -> Iterator[tuple[int, list[str] | str]]:
    """The cells of each record, or why there are none, with the line it begins on."""
    while True:
        # A reader for each: where one gives up, it has dropped all lines since the row began.
        # Strict, so that a stray quote is told and never read as something else.
        reader = csv.reader(islice(lines, _MOST_LINES), strict=True)
        try:
            yield begin, next(reader)
        except StopIteration:
            return
        except csv.Error:
            end = begin + reader.line_num - 1
            dropped = f"文件第 {begin} 行到第 {end} 行都没有读，改好再来。" if end > begin else ""
            yield begin, f"引号没有配对，或者有一格太长。{dropped}"
        begin += reader.line_num


def _cells(columns: Sequence[str], cells: list[str] | str) -> tuple[Said, list[Finding]]:
    if isinstance(cells, str):
        return [], [_bad(cells)]
    named = list(zip_longest(columns, map(str.strip, cells), fillvalue=""))
    said = [(target, cell) for target, cell in named if visible(cell)]
    if odd := _odd("".join(cells)):
        return said, [_bad(odd)]
    for number, (target, cell) in enumerate(named, 1):
        if visible(cell) and not target:
            return said, [_bad(f"第 {number} 列没有列名，却写了“{printable(cell)}”。")]
    return said, []


def _columns(knowledge: Knowledge, line: int, cells: list[str] | str) -> tuple[str, ...]:
    """What each column holds: a question's id, `id`, or nothing. Raises what `rows` raises."""
    if isinstance(cells, str):
        raise FileError(Finding("bad_header", f"第一行（列名）读不懂：{cells}"))
    columns = tuple(_target(knowledge, cell) for cell in cells)
    unknown = [
        (number, cell)
        for number, (cell, target) in enumerate(zip(cells, columns, strict=True), 1)
        if _visible(cell) and not target
    ]
    wrong = [_unknown(knowledge, cell, f"第 {n} 列：") for n, cell in unknown[:_MOST_NAMED]]
    if rest := len(unknown[_MOST_NAMED:]):
        wrong.append(Finding("unknown_column", f"另有 {rest} 列也不认识。"))
    if columns.count(_ID) > 1:
        wrong.append(Finding("two_ids", "有两列都是 id；只能留一列。"))
    if wrong:
        hint = f"文件第 {line} 行要写列名：问题的编号或名称；用 yibao questions 看全部。"
        raise AnswerError(*wrong, Finding("unknown_column", hint))
    return columns
