"""Many people at once: the rows of a table, CSV or JSON Lines, and for each a checklist, or why not.

Rows are read as they are asked for and none is kept, so a million need no more memory than a
thousand. Rows of data are counted from 1, and so are the lines of the file.
"""

from __future__ import annotations

import csv
import json
import math
import re
import unicodedata
from codecs import BOM_UTF8
from collections.abc import Iterator, Mapping, Sequence
from io import BufferedReader, TextIOWrapper
from itertools import chain, islice, zip_longest
from typing import Any, TextIO

import msgspec
from msgspec import Raw, Struct

from yibao_cli.answers import (
    find_question,
    normalized,
    parse_answers,
    printable,
    unknown_question,
    visible,
)
from yibao_cli.consult import consult
from yibao_cli.errors import AnswerError, FileError, Finding, YibaoError
from yibao_cli.files import SUFFIXES
from yibao_cli.knowledge.model import Knowledge
from yibao_cli.render import render

# GB18030 holds all of GBK and the rare characters of people's names besides.
ENCODINGS = {"utf-8": "utf-8-sig", "gbk": "gb18030"}
"""What people call the encoding of a table, and the one that reads it."""

_ID, _ID_NAMES = "id", ("id", "编号")
_LONGEST_LINE, _LONGEST_NAME, _LONGEST_FILE_NAME = 1 << 20, 200, 40
# A spreadsheet's cell holds at most 253 line feeds; a quote still open after that was a slip.
_MOST_LINES = 255
_MOST_NAMED = 20

# What no encoding leads to: it stands for NUL, at which the csv module of Python 3.10 gives up, and
# for a line that is too long.
_UNREAD = "\udc00"
_NOT_TEXT = re.compile("[\ud800-\udfff]")
_ODD = (
    f"有的字不是这种编码，或者一行超过 {_LONGEST_LINE} 个字；请换一个 --encoding（utf-8 或 gbk，"
    "Excel 直接存的 CSV 多是 gbk），或另存为“CSV UTF-8”。"
)
_HEADER = "第一行（列名）读不懂："
_WORKBOOKS = (b"PK\3\4", b"\xd0\xcf\x11\xe0")
_WORKBOOK = "这是一个工作簿（.xlsx、.xls），不是文本；请在表格软件里另存为“CSV UTF-8”。"
# What else parts the columns in other countries, in copied tables and by a Chinese keyboard.
_OTHER_COMMAS = {";": "分号", "\t": "制表符", "，": "全角逗号", "；": "全角分号"}
# As pandas writes a whole number in a column with gaps.
_WHOLE = re.compile(r"^([0-9]+)\.0$")

Identity = str | int | float | bool | None
Contents = list[tuple[str, Any]] | str
"""What a row gives for each question, or why it cannot be read."""


class Row(Struct, frozen=True):
    """One row: its number, the line it begins on, its texts by question, or what is wrong."""

    number: int
    line: int
    id: Identity = None
    given: dict[str, list[str]] = {}
    wrong: str = ""


def rows(knowledge: Knowledge, stream: TextIO) -> Iterator[Row] | None:
    """The rows of a stream that keeps line ends and escapes what is no text; None without any.

    A name that is no question's is kept, for whoever parses the answers to refuse. Raises
    AnswerError where the header of a CSV has such names, FileError where it is unreadable.
    """
    _look_at_bytes(stream)
    lines = enumerate(_lines(stream), 1)
    begin, first = next((one for one in lines if one[1].strip()), (0, ""))
    start = first.lstrip()[:1]
    if not start:
        return None
    if start == "[":
        message = "输入是一个 JSON 数组；请改成每行一个对象（JSON Lines）。"
        raise AnswerError(Finding("json_array", message))
    every = chain([(begin, first)], lines)
    if start == "{":
        read = ((number, _object(knowledge, line)) for number, line in every if line.strip())
    else:
        if _NOT_TEXT.search(first):
            raise FileError(Finding("bad_encoding", _HEADER + _ODD))
        records = _records((line for _, line in every), begin)
        columns = _header(knowledge, *next(records))
        read = ((number, _named(columns, cells)) for number, cells in records if cells)
    return (_row(number, line, found) for number, (line, found) in enumerate(read, 1))


def _look_at_bytes(stream: TextIO) -> None:
    """Read as UTF-8 what its mark proves to be that, and refuse what is no text."""
    if not (isinstance(stream, TextIOWrapper) and isinstance(stream.buffer, BufferedReader)):
        return
    begin = stream.buffer.peek(4)
    if begin.startswith(BOM_UTF8):
        stream.reconfigure(encoding="utf-8-sig")
    elif begin.startswith(_WORKBOOKS):
        raise FileError(Finding("bad_encoding", _WORKBOOK))


def _lines(stream: TextIO) -> Iterator[str]:
    while line := stream.readline(_LONGEST_LINE):
        if len(line) == _LONGEST_LINE and line[-1] not in "\r\n":
            while (rest := stream.readline(_LONGEST_LINE)) and rest[-1] not in "\r\n":
                pass
            line = _UNREAD
        yield line.replace("\0", _UNREAD)


def _object(knowledge: Knowledge, text: str) -> Contents:
    """What a line of JSON says."""
    if _NOT_TEXT.search(text):
        return _ODD
    try:
        # As pairs, so that a key that is written twice is seen twice.
        found = json.loads(text, object_pairs_hook=tuple)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, tuple):
        return "不是完整的 JSON 对象；每行要写一个对象。"
    if found and found[0][0] == "row":
        return "这是 batch 写出的结果，不是答案；请写原来的那张表。"
    return [(_column(knowledge, name), value) for name, value in found]


def _records(lines: Iterator[str], begin: int) -> Iterator[tuple[int, list[str] | str]]:
    """The line that each record of CSV begins on, and its cells, or what is wrong with it."""
    while True:
        # A reader for each: where one gives up, it has dropped all lines since the row began.
        # Strict, so that a stray quote is told and never read as something else.
        reader = csv.reader(islice(lines, _MOST_LINES), strict=True)
        try:
            cells = [cell.strip() for cell in next(reader)]
            text = "".join(cells)
            # Spreadsheets end with lines of nothing but commas.
            yield begin, _ODD if _NOT_TEXT.search(text) else cells if visible(text) else []
        except StopIteration:
            return
        except csv.Error:
            end = begin + reader.line_num - 1
            dropped = f"文件第 {begin} 行到第 {end} 行都没有读，改好再来。" if end > begin else ""
            yield begin, f"引号没有配对，或者有一格太长。{dropped}"
        begin += reader.line_num


def _header(knowledge: Knowledge, line: int, cells: list[str] | str) -> list[str]:
    """What the columns hold. Raises what `rows` raises."""
    if isinstance(cells, str):
        raise FileError(Finding("bad_header", _HEADER + cells))
    columns = [_column(knowledge, name) for name in cells]
    unknown = [one for one in columns if one not in ("", _ID, *knowledge.questions)]
    wrong = [unknown_question(knowledge, one, "unknown_column") for one in unknown[:_MOST_NAMED]]
    if unknown and len("".join(cells)) == len(cells[0]):
        raise AnswerError(Finding("unknown_column", _one_column(line, cells[0])))
    if columns.count(_ID) > 1:
        wrong.append(Finding("two_ids", "有两列都是 id；只能留一列。"))
    if wrong:
        known = "、".join(
            name for name, one in zip(cells, columns, strict=True) if one and one not in unknown
        )
        hint = (
            f"文件第 {line} 行要写列名：问题的编号或名称；用 yibao questions 看全部。"
            f"不是问题的列请删掉{f'，认得的有：{printable(known)}' if known else ''}。"
        )
        raise AnswerError(*wrong, Finding("unknown_column", hint))
    return columns


def _one_column(line: int, header: str) -> str:
    """What to say of a header with one name that is none."""
    if normalized(header).startswith("sep="):
        return (
            f"文件第 {line} 行是“{printable(header)}”，不是列名；请删掉这一行，用半角逗号隔开各列。"
        )
    other = next((name for char, name in _OTHER_COMMAS.items() if char in header), None)
    if other:
        return f"文件第 {line} 行的列是用{other}隔开的；各列要用半角逗号“,”，请另存为“CSV UTF-8”。"
    return (
        f"文件第 {line} 行只有一列“{printable(header)}”，不是问题；这一行要写列名，用半角逗号隔开。"
    )


def _column(knowledge: Knowledge, name: str) -> str:
    """The id of the question of this name, `id`, or the name itself."""
    called = knowledge.simplified(normalized(name[:_LONGEST_NAME]))
    # A form marks with a star what has to be filled in.
    called = called.strip("*").removeprefix("--")
    question = find_question(knowledge, called)
    return question.id if question else _ID if called in _ID_NAMES else called


def _named(columns: list[str], cells: list[str] | str) -> Contents:
    """What a record of CSV says."""
    if isinstance(cells, str):
        return cells
    pairs = enumerate(zip_longest(columns[: len(cells)], cells), 1)
    return [(column or f"第 {number} 列（没有列名）", cell) for number, (column, cell) in pairs]


def _row(number: int, line: int, found: Contents) -> Row:
    if isinstance(found, str):
        return Row(number, line, wrong=found)
    identity: Identity = None
    given: dict[str, list[str]] = {}
    for column, value in found:
        if column != _ID:
            text = _text(value)
            if visible(text):
                given.setdefault(column, []).append(text)
        elif isinstance(value, str):
            # Half a character is none that an encoding could write.
            identity = _NOT_TEXT.sub("\ufffd", value) or identity
        elif isinstance(value, int) or (isinstance(value, float) and math.isfinite(value)):
            identity = value
        elif value is not None:
            return Row(number, line, wrong="id 要写成文字或数。")
    return Row(number, line, identity, given)


def _text(value: object) -> str:
    """A value as the text that means it; of what is none, one that nobody understands."""
    if isinstance(value, list):
        # Not as deep as a value may be.
        return ",".join(filter(None, ("{…}" if type(one) is list else _text(one) for one in value)))
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, str):
        return _WHOLE.sub(r"\1", value.strip())
    return "" if value is None else "{…}" if isinstance(value, tuple) else json.dumps(value)


class Job(Struct, frozen=True):
    """How every row is answered, by the rules of an ISO day.

    `fixed` are texts for what a row leaves open, by question id. With a `format` each checklist is
    rendered for a file of its own, `width` columns wide. `summary` leaves only the outcome.
    """

    knowledge: Knowledge
    day: str
    fixed: Mapping[str, Sequence[str]] = {}
    summary: bool = False
    format: str | None = None
    width: int = 80


class Done(Struct, frozen=True):
    """One row answered: its line of JSON, and the name and the text of a file of its own.

    Where it has no checklist `failure` says of which row, and why.
    """

    text: str
    failure: str = ""
    name: str = ""
    page: str = ""


def answer(job: Job, row: Row) -> Done:
    """The row's checklist, or the reason why there is none; never raises."""
    # One row may break in a way nobody thought of; the rows after it are still wanted.
    try:
        return _answer(job, row)
    except YibaoError as error:
        failure = error
    except Exception as error:
        message = f"程序内部出错（{type(error).__name__}），这一行没有清单。"
        failure = YibaoError(Finding("internal", message))
    who = f"，id {printable(str(row.id))}" if row.id is not None else ""
    why = str(failure).replace("\n", " ")
    where = f"第 {row.number} 行（文件第 {row.line} 行{who}）"
    return Done(_line(row, error=failure.body), f"{where}：{why}")


def _answer(job: Job, row: Row) -> Done:
    if row.wrong:
        raise AnswerError(Finding("bad_row", row.wrong))
    answers = parse_answers(job.knowledge, {**job.fixed, **row.given})
    checklist = consult(job.knowledge, answers, job.day)
    outcome = {"path": checklist.outcome.path, "title": checklist.outcome.title}
    if job.format:
        name = file_name(row.number, row.id, job.format)
        page = render(checklist, job.format, width=job.width)
        return Done(_line(row, **outcome, file=name), name=name, page=page)
    return Done(_line(row, **outcome) if job.summary else _line(row, checklist=checklist))


def _line(row: Row, **more: Any) -> str:
    # An id that is no ordinary text is spelt out, so that no terminal obeys it.
    spelt = json.dumps(row.id, ensure_ascii=not str(row.id).isprintable())
    line = {"row": row.number, "id": Raw(spelt.encode()), **more}
    return msgspec.json.encode(line).decode() + "\n"


def file_name(number: int, identity: Identity, format_: str) -> str:
    """A name that cannot leave its folder: the row's number, and letters and digits of its id.

    Its ending is one that asks for the format anywhere else.
    """
    text = unicodedata.normalize("NFC", str(identity or "")[: _LONGEST_FILE_NAME * 4])
    safe = re.sub(r"([^\w-]|_)+", "_", text)[:_LONGEST_FILE_NAME].strip("_")
    ending = next(suffix for suffix, one in SUFFIXES.items() if one == format_)
    return f"{number:06}{'-' if safe else ''}{safe}{ending}"
