"""A table as it is read: what kind it is, its columns, and its rows one after the other."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import BinaryIO, Literal, NamedTuple, TextIO

from yibao_cli.batch.columns import header
from yibao_cli.batch.records import Record, cells, each, is_broken, lines, quoted
from yibao_cli.errors import AnswerError, FileError, Finding
from yibao_cli.model import Knowledge

Kind = Literal["csv", "jsonl"]
KINDS: tuple[Kind, ...] = ("csv", "jsonl")
# GB18030 holds all of GBK and the rare characters of people's names besides.
ENCODINGS = {"utf-8": "utf-8", "gbk": "gb18030"}

# Spreadsheets end with lines of nothing but commas.
_BLANK: dict[Kind, str] = {"csv": " \t\r\n,", "jsonl": " \t\r\n"}


class Row(NamedTuple):
    """One row as it was read: its number, the line it begins on, and its text or its trouble."""

    number: int
    line: int
    text: str
    problem: str | None = None


class Sheet(NamedTuple):
    """What is read: columns (of a CSV file) hold a question's id, `id`, or nothing."""

    kind: Kind
    columns: tuple[str, ...]
    rows: Iterator[Row]


def decoded(binary: BinaryIO, encoding: str) -> io.TextIOWrapper:
    """The text of bytes in one of `ENCODINGS`, with its line ends and what is no text kept."""
    return io.TextIOWrapper(
        binary, encoding=ENCODINGS[encoding], errors="surrogateescape", newline=""
    )


def open_sheet(known: Knowledge, stream: TextIO, kind: Kind | None = None) -> Sheet | None:
    """The rows of a `decoded` stream, read as they are asked for; None where there is nothing.

    Raises AnswerError where the header has unknown columns, FileError where it is unreadable.
    """
    found = lines(stream)
    first = next((line for line in found if line.cut or line.text.strip("\ufeff \t\r\n")), None)
    if first is None:
        return None
    first = first._replace(text=first.text.removeprefix("\ufeff"))
    start = first.text.lstrip()[:1]
    if start == "[" and kind != "csv":
        message = "输入是一个 JSON 数组；请改成每行一个对象（JSON Lines）。"
        raise AnswerError(Finding("json_array", message))
    found = chain((first,), found)
    if (kind or ("jsonl" if start == "{" else "csv")) == "jsonl":
        return Sheet("jsonl", (), _numbered(each(found), _BLANK["jsonl"]))
    records = quoted(found)
    names = next(records)
    _check_readable(names)
    columns = header(known, cells(names.text), names.line)
    return Sheet("csv", columns, _numbered(records, _BLANK["csv"]))


def _numbered(records: Iterable[Record], blank: str) -> Iterator[Row]:
    number = 0
    for line, text, problem in records:
        if problem or text.strip(blank):
            number += 1
            yield Row(number, line, text, problem)


def _check_readable(names: Record) -> None:
    if names.problem:
        raise FileError(Finding("bad_header", f"第一行（列名）读不懂：{names.problem}。"))
    if not is_broken(names.text):
        return
    raw = names.text.encode("utf-8", "surrogateescape")
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in raw:
        hint = "像是 UTF-16；请另存为“CSV UTF-8”。"
    else:
        hint = "换一个 --encoding（utf-8 或 gbk）试试；Excel 直接存的 CSV 多是 gbk。"
    raise FileError(Finding("bad_encoding", f"第一行（列名）不是这种编码的文字。{hint}"))
