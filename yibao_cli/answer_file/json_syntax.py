"""Answers that are written in JSON, and checklists of ours."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from yibao_cli.answer_file.entries import DEEPEST, MOST, Entry, RefusedError, too_deep, too_many

# Of a checklist nothing else counts, and all of it is much.
_OF_A_CHECKLIST = ("schema", "answers", "assumed")
# So far from the last one a key is looked for.
_NEAR = 20_000


def read(content: str) -> Entry:
    """The top value. Raises RefusedError."""
    try:
        value = json.loads(
            content,
            object_pairs_hook=_Pairs,
            parse_int=str,
            parse_float=lambda _: None,
            parse_constant=lambda _: None,
        )
    except json.JSONDecodeError as error:
        raise RefusedError(error.lineno, "不合 JSON 的写法；逗号、引号和括号要成对") from None
    except (RecursionError, ValueError):
        raise too_deep(1) from None
    checklist = isinstance(value, _Pairs) and any(name == "schema" for name, _ in value)
    return _Tree(content).entry(value, 0, _OF_A_CHECKLIST if checklist else ())


class _Pairs(list[tuple[str, Any]]):
    """A JSON object with its keys in order, also those that stand twice."""


class _Tree:
    """Makes entries of values, with the lines of their keys, in the order of the file."""

    def __init__(self, content: str) -> None:
        self.content = content
        self.at = 0
        self.line = 1
        self.count = 0

    def entry(self, value: Any, depth: int, wanted: Sequence[str] = ()) -> Entry:
        """A value; under other keys than the wanted ones nothing."""
        self.count += 1
        if self.count > MOST:
            raise too_many(self.line)
        if depth > DEEPEST:
            raise too_deep(self.line)
        if isinstance(value, _Pairs):
            found = Entry(self.line, "map")
            for name, inner in value:
                key = Entry(self.find(name), "text", name)
                skipped = wanted and name not in wanted
                found.children += [key, self.entry(None if skipped else inner, depth + 1)]
            return found
        if isinstance(value, list):
            line = self.line
            return Entry(line, "list", children=[self.entry(one, depth + 1) for one in value])
        if isinstance(value, str):
            return Entry(self.line, "text", value)
        return Entry(self.line, "other")

    def find(self, key: str) -> int:
        """The line of the next key of this name."""
        for written in (json.dumps(key, ensure_ascii=False), json.dumps(key)):
            found = self.content.find(written, self.at, self.at + _NEAR)
            if found >= 0:
                self.line += self.content.count("\n", self.at, found)
                self.at = found + 1
                break
        return self.line
