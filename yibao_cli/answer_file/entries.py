"""What a file holds before it means anything: values with their lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from yibao_cli.answers import shown

# Limits that no file of answers and no checklist of ours meets.
MOST, DEEPEST = 2000, 20

Kind = Literal["text", "list", "map", "other"]


class RefusedError(Exception):
    """A file that cannot be read: the line, from 1 on, and what is wrong there."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message


def too_deep(line: int) -> RefusedError:
    """What is said of a file that nests too much."""
    return RefusedError(line, "套得太深，不像答案文件")


def too_many(line: int) -> RefusedError:
    """What is said of a file that holds too much."""
    return RefusedError(line, "内容太多，不像答案文件")


@dataclass(slots=True, eq=False)
class Entry:
    """One value of a file and its line; the children of a mapping are its keys and values."""

    line: int
    kind: Kind
    text: str = ""
    children: list[Entry] = field(default_factory=list)

    def pairs(self) -> Iterator[tuple[Entry, Entry]]:
        """The keys and values of a mapping."""
        return zip(self.children[::2], self.children[1::2], strict=True)

    def get(self, key: str) -> Entry | None:
        """The value of a key."""
        for name, value in self.pairs():
            if name.text == key:
                return value
        return None

    def refuse_repeated(self) -> None:
        """Raise RefusedError for a key that stands twice: readers disagree on which one counts."""
        known: dict[str, int] = {}
        for key, _ in self.pairs() if self.kind == "map" else ():
            if key.text in known:
                first = known[key.text]
                message = f"“{shown(key.text)}”写了两遍，前一遍在第{first}行；只能写一遍"
                raise RefusedError(key.line, message)
            known[key.text] = key.line
        for child in self.children:
            child.refuse_repeated()
