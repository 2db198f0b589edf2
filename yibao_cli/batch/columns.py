"""What the columns of a table and the keys of an object are called."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from functools import lru_cache

from yibao_cli.answers import plain, shown
from yibao_cli.errors import AnswerError, Finding
from yibao_cli.model import Knowledge

ID = "id"
_ID_NAMES = (ID, "编号")

_LONGEST = 200
_REMEMBERED = 1024
_MOST_NAMED = 20


class Names:
    """Every accepted name of a question, and of the id of a row."""

    def __init__(self, known: Knowledge) -> None:
        """Take the names of all questions."""
        self._targets = {_plain(name): ID for name in _ID_NAMES}
        for question in known.questions.values():
            for name in (question.id, question.label):
                self._targets[_plain(name)] = question.id
        for question in known.questions.values():
            for name in question.was:
                self._targets.setdefault(_plain(name), question.id)
        # The keys of objects come again in every row.
        self._found = lru_cache(_REMEMBERED)(self._find)

    def find(self, name: str) -> str | Finding:
        """The id of the question, or `id`, that a name stands for; or what to say about it."""
        return self._targets.get(name) or self._found(name[:_LONGEST])

    def _find(self, name: str) -> str | Finding:
        wanted = _plain(name)
        target = self._targets.get(wanted)
        if target is not None:
            return target
        near = tuple(get_close_matches(wanted, self._targets, 3))
        hint = f"是不是：{'、'.join(near)}？" if near else ""
        return Finding("unknown_column", f"“{shown(name)}”不认识。{hint}", near)


def header(known: Knowledge, cells: Sequence[str], line: int) -> tuple[str, ...]:
    """What each column of a table holds: a question's id, `id`, or nothing.

    Raises AnswerError where the cells of that line of the file hold a name nobody knows.
    """
    names = Names(known)
    wrong: list[Finding] = []
    columns: list[str] = []
    for number, cell in enumerate(cells, 1):
        found = names.find(cell) if cell.strip() else ""
        if isinstance(found, Finding):
            wrong.append(found._replace(message=f"第 {number} 列{found.message}"))
            found = ""
        columns.append(found)
    if columns.count(ID) > 1:
        wrong.append(Finding("two_ids", "有两列都是 id；只能留一列。"))
    if wrong:
        rest = len(wrong) - _MOST_NAMED
        if rest > 0:
            wrong[_MOST_NAMED:] = [Finding("unknown_column", f"另有 {rest} 列也不认识。")]
        hint = f"文件第 {line} 行要写列名：问题的编号或名称；用 yibao questions 看全部。"
        raise AnswerError(*wrong, Finding("unknown_column", hint))
    return tuple(columns)


def _plain(name: str) -> str:
    return plain(name[:_LONGEST]).removeprefix("--").replace("-", "_")
