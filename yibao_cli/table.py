"""Rows of a table, CSV or JSON Lines: what each says to each question, and what is wrong with it.

Rows are read as they are asked for and none is kept, so a million need no more memory than a
thousand. Rows of data are counted from 1, and so are the lines of the file.
"""

from __future__ import annotations

import csv
import json
import math
import re
from collections.abc import Iterator
from itertools import chain, islice, zip_longest
from typing import Any, TextIO

from msgspec import Struct
from msgspec.structs import replace

from yibao_cli.answers import find_question, normalized, printable, unknown_question, visible
from yibao_cli.errors import AnswerError, FileError, Finding
from yibao_cli.knowledge.model import Knowledge

# GB18030 holds all of GBK and the rare characters of people's names besides.
ENCODINGS = {"utf-8": "utf-8-sig", "gbk": "gb18030"}
"""What people call the encoding of a table, and the one that reads it."""

_ID = "id"
_ID_NAMES = (_ID, "编号")

_LONGEST_LINE = 1 << 20
_LONGEST_NAME = 200
# A spreadsheet's cell holds at most 253 line feeds; a quote still open after that was a slip.
_MOST_LINES = 255
_MOST_NAMED = 20

# What is no text. No encoding leads to the first two: they stand for NUL, at which the csv module
# of Python 3.10 gives up, and for a line that is too long.
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
Columns = list[str | None]
"""What each column holds: a question's id, `id`, "" where its name is unknown, None without one."""


class Row(Struct, frozen=True):
    """One row: its number, the line it begins on, its texts by question, and what is wrong."""

    number: int
    line: int
    id: Identity
    given: dict[str, list[str]]
    wrong: tuple[Finding, ...]


def rows(knowledge: Knowledge, stream: TextIO) -> Iterator[Row] | None:
    """The rows of a stream that keeps line ends and escapes what is no text; None without any.

    Raises AnswerError where the header has unknown columns, FileError where it is unreadable.
    """
    lines = _lines(stream)
    filled = ((number, line) for number, line in enumerate(lines, 1) if line.strip())
    begin, first = next(filled, (0, ""))
    start = first.lstrip()[:1]
    if not start:
        return None
    if start == "[":
        message = "输入是一个 JSON 数组；请改成每行一个对象（JSON Lines）。"
        raise AnswerError(Finding("json_array", message))
    lines = chain([first], lines)
    if start == "{":
        objects = ((number, line) for number, line in enumerate(lines, begin) if line.strip())
        read = ((number, *_object(knowledge, line)) for number, line in objects)
    else:
        records = _records(lines, begin)
        columns = _header(knowledge, *next(records))
        read = ((n, columns, cells, wrong) for n, cells, wrong in records if cells or wrong)
    return (_row(knowledge, number, *one) for number, one in enumerate(read, 1))


def _lines(stream: TextIO) -> Iterator[str]:
    while line := stream.readline(_LONGEST_LINE):
        if len(line) == _LONGEST_LINE and line[-1] not in "\r\n":
            while (rest := stream.readline(_LONGEST_LINE)) and rest[-1] not in "\r\n":
                pass
            line = _LONG
        yield line.replace("\0", _NUL)


def _odd(text: str) -> list[Finding]:
    """What to say about a text that is none."""
    found = _NOT_TEXT.search(text)
    return [_bad(_ODD.get(found[0], _FOREIGN))] if found else []


def _bad(message: str) -> Finding:
    return Finding("bad_row", message)


def _object(knowledge: Knowledge, text: str) -> tuple[Columns, list[Any], list[Finding]]:
    """The keys and values of a line of JSON, and what is wrong with it."""
    if odd := _odd(text):
        return [], [], odd
    try:
        # As pairs, so that a key that is written twice is seen twice.
        found = json.loads(text, object_pairs_hook=tuple)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, tuple):
        return [], [], [_bad("不是完整的 JSON 对象；每行要写一个对象。")]
    columns, wrong = _columns(knowledge, [key for key, _ in found])
    return columns, [value for _, value in found], wrong


def _records(lines: Iterator[str], begin: int) -> Iterator[tuple[int, list[str], list[Finding]]]:
    """The line that each record of CSV begins on, its cells, and what is wrong with it."""
    while True:
        # A reader for each: where one gives up, it has dropped all lines since the row began.
        # Strict, so that a stray quote is told and never read as something else.
        reader = csv.reader(islice(lines, _MOST_LINES), strict=True)
        try:
            cells = [cell.strip() for cell in next(reader)]
            text = "".join(cells)
            # Spreadsheets end with lines of nothing but commas.
            yield begin, cells if visible(text) else [], _odd(text)
        except StopIteration:
            return
        except csv.Error:
            end = begin + reader.line_num - 1
            dropped = f"文件第 {begin} 行到第 {end} 行都没有读，改好再来。" if end > begin else ""
            yield begin, [], [_bad(f"引号没有配对，或者有一格太长。{dropped}")]
        begin += reader.line_num


def _header(knowledge: Knowledge, line: int, cells: list[str], wrong: list[Finding]) -> Columns:
    """The columns of a table. Raises what `rows` raises."""
    if wrong:
        code = "bad_encoding" if cells else "bad_header"
        raise FileError(Finding(code, f"第一行（列名）读不懂：{wrong[0].message}"))
    columns, wrong = _columns(knowledge, cells)
    if wrong:
        hint = f"文件第 {line} 行要写列名：问题的编号或名称；用 yibao questions 看全部。"
        raise AnswerError(*wrong, Finding("unknown_column", hint))
    return columns


def _columns(knowledge: Knowledge, names: list[str]) -> tuple[Columns, list[Finding]]:
    columns: Columns = []
    wrong: list[Finding] = []
    for name in names:
        called = normalized(name[:_LONGEST_NAME]).removeprefix("--")
        question = find_question(knowledge, called)
        if question is not None:
            columns.append(question.id)
        elif called in _ID_NAMES:
            columns.append(_ID)
        else:
            columns.append("" if called else None)
            if called and len(wrong) < _MOST_NAMED:
                found = unknown_question(knowledge, name.strip())
                wrong.append(replace(found, code="unknown_column"))
    if columns.count(_ID) > 1:
        wrong.append(Finding("two_ids", "id 写了两遍；只能留一个。"))
    return columns, wrong


def _row(
    knowledge: Knowledge,
    number: int,
    line: int,
    columns: Columns,
    values: list[Any],
    wrong: list[Finding],
) -> Row:
    identity: Identity = None
    given: dict[str, list[str]] = {}
    for place, (column, value) in enumerate(zip_longest(columns, values), 1):
        texts = _texts(value)
        if column == "" or texts == []:
            continue
        if column == _ID:
            if isinstance(value, str | int) or (isinstance(value, float) and math.isfinite(value)):
                identity = value
            else:
                wrong.append(_bad("id 要写成文字或数。"))
        elif column is None:
            said = printable(str(value))
            wrong.append(_bad(f"第 {place} 列没有列名，却写了“{said}”。"))
        elif texts is None:
            label = knowledge.questions[column].label
            wrong.append(_bad(f"{label}（{column}）要写成文字。"))
        else:
            several = knowledge.questions[column].several
            given.setdefault(column, []).extend([",".join(texts)] if several else texts)
    return Row(number, line, identity, given, tuple(wrong))


def _texts(value: object) -> list[str] | None:
    """The texts of a value, which may be a list of them; None where it is none."""
    parts = value if isinstance(value, list) else [value]
    if not all(one is None or type(one) in (str, int) for one in parts):
        return None
    texts = [str(one).strip() for one in parts if one is not None]
    return [text for text in texts if visible(text)]
