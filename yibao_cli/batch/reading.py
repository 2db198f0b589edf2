"""What one row says: its id, and the texts that are given for each question."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Callable
from typing import Any, NamedTuple

from yibao_cli.answers import shown
from yibao_cli.batch.columns import ID, Names
from yibao_cli.batch.records import cells, is_broken
from yibao_cli.errors import Finding
from yibao_cli.model import Knowledge

Texts = tuple[str, ...]


class Said(NamedTuple):
    """A row that was read: its id, the texts for each question, and all that is wrong with it."""

    identity: Any
    given: dict[str, Texts]
    wrong: list[Finding]


Read = Callable[[str], Said]
"""Reads the text of a row; what is wrong with it is told, never raised."""


def bad(message: str) -> Finding:
    """What to say about a row that cannot be read."""
    return Finding("bad_row", message)


def csv_reader(columns: tuple[str, ...]) -> Read:
    """Reads rows of a CSV file with these columns."""

    def read(text: str) -> Said:
        identity: str | None = None
        given: dict[str, Texts] = {}
        wrong: list[Finding] = []
        try:
            # Python 3.10 refuses NUL bytes by itself, without the cells.
            row = cells(text.replace("\0", "?"))
        except csv.Error:
            return Said(None, {}, [bad("有一格太长，没有读。")])
        for number, cell in enumerate(row):
            cell = cell.strip()
            if not cell:
                continue
            target = columns[number] if number < len(columns) else ""
            if target == ID:
                identity = cell
            elif target:
                given[target] = (*given.get(target, ()), cell)
            elif not wrong:
                wrong.append(bad(f"第 {number + 1} 列没有列名，却写了“{shown(cell)}”。"))
        if is_broken(text):
            wrong = [_undecodable(text)]
        return Said(identity, given, wrong)

    return read


def json_reader(known: Knowledge) -> Read:
    """Reads rows of JSON Lines, one object each."""
    names = Names(known)
    decode = json.JSONDecoder(
        object_pairs_hook=_Pairs, parse_constant=_refuse, parse_float=_finite
    ).decode

    def read(text: str) -> Said:
        if is_broken(text):
            return Said(None, {}, [_undecodable(text)])
        try:
            pairs = decode(text)
        except (ValueError, RecursionError):
            return Said(None, {}, [bad("不是完整的 JSON；每行要写一个对象。")])
        if not isinstance(pairs, _Pairs):
            return Said(None, {}, [bad("不是 JSON 对象；每行要写一个对象。")])
        identity: Any = None
        given: dict[str, Texts] = {}
        wrong: list[Finding] = []
        for key, value in pairs:
            target = names.find(key)
            if isinstance(target, Finding):
                wrong.append(target)
            elif target == ID:
                if isinstance(value, list):
                    wrong.append(bad("id 要写成文字或数。"))
                else:
                    identity = value
            else:
                question = known.questions[target]
                texts = _texts(value, several=question.several)
                if texts is None:
                    wrong.append(bad(f"{question.label}（{target}）要写成文字。"))
                elif texts:
                    given[target] = given.get(target, ()) + texts
        return Said(identity, given, wrong)

    return read


class _Pairs(list[tuple[str, Any]]):
    """A JSON object that still shows keys that were written twice."""


def _texts(value: Any, *, several: bool) -> Texts | None:
    """The texts of a JSON value; None where it is none."""
    if isinstance(value, str):
        return (value.strip(),) if value.strip() else ()
    if value is None:
        return ()
    if isinstance(value, int) and not isinstance(value, bool):
        return (str(value),)
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        texts = tuple(one.strip() for one in value if one.strip())
        return (",".join(texts),) if several and texts else texts
    return None


def _undecodable(text: str) -> Finding:
    if "\0" in text:
        return bad("有空字符（NUL），文件可能坏了。")
    return bad("有的字不是这种编码；换一个 --encoding（utf-8 或 gbk）试试。")


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(text)
    return number
