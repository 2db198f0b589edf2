"""The names in a data folder: where each named thing stands, and which names have to exist."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from yibao_cli.knowledge.yamltext import Entry

# Ids are flags, words in answer codes and keys of the JSON. A source's is the first word of a
# citation.
_ID = re.compile("[a-z0-9_]+")
_SOURCE_ID = re.compile("[a-z0-9-]+")

T = TypeVar("T")


@dataclass
class Lines:
    """Where each named thing of the data folder stands, for messages about it."""

    places: dict[tuple[str, str], tuple[str, int]] = field(default_factory=dict)

    def of(self, kind: str, name: str) -> tuple[str, int]:
        """File and line of a thing."""
        return self.places.get((kind, name), ("data", 1))


@dataclass(frozen=True, slots=True)
class Mention:
    """A name that has to exist: of what kind, and for an option or a value whose it is."""

    kind: str
    name: str
    entry: Entry
    of: str


class Names:
    """Notes, while a folder is read, the names that it defines and those that it mentions.

    Whether a mentioned name exists can only be told when everything is read.
    """

    def __init__(self) -> None:
        self.lines = Lines()
        self.mentions: list[Mention] = []

    def new(self, kind: str, name: str, entry: Entry) -> bool:
        """Note where a thing stands; false where its name is taken, in this file or another."""
        place = self.lines.places.setdefault((kind, name), (entry.file, entry.line))
        if place != (entry.file, entry.line):
            message = f"“{name}”在 {place[0]} 第{place[1]}行已经有了；每个名称只能用一次"
            entry.problem(message, "duplicate_key")
            return False
        source = kind == "source"
        if kind != "region" and not (_SOURCE_ID if source else _ID).fullmatch(name):
            may = "小写字母、数字和“-”" if source else "小写字母、数字和“_”"
            entry.problem(f"名称“{name}”不行；只能用{may}", "bad_id")
        return True

    def defined(self, kind: str, pairs: Iterable[tuple[str, Entry]]) -> Iterator[tuple[str, Entry]]:
        """The pairs whose name is new."""
        return ((name, entry) for name, entry in pairs if self.new(kind, name, entry))

    def table(
        self, kind: str, top: Entry | None, how: Callable[[str, Entry, Names], T]
    ) -> dict[str, T]:
        """Things by their names; nothing where there is no value to read them from."""
        pairs = self.defined(kind, top.pairs() if top else ())
        return {name: how(name, entry, self) for name, entry in pairs}

    def words(self, kind: str, entry: Entry | None) -> dict[str, str]:
        """Texts by their names."""
        return self.table(kind, entry, lambda _, value, __: value.text())

    def mention(self, kind: str, name: str, entry: Entry, of: str = "") -> None:
        """Remember a name that has to exist."""
        self.mentions.append(Mention(kind, name, entry, of))

    def one(self, kind: str, entry: Entry | None, of: str = "") -> str | None:
        """A text that is the name of something."""
        if entry is None:
            return None
        name = entry.text()
        self.mention(kind, name, entry, of)
        return name

    def several(self, kind: str, entries: list[Entry], of: str = "") -> tuple[str, ...]:
        """A list of texts that are names of something."""
        return tuple(self.one(kind, entry, of) or "" for entry in entries)
