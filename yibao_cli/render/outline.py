"""What is to be said: the form between what was found and a page, and the parts of a checklist."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

from yibao_cli.knowledge.law import Source
from yibao_cli.result import CitedSource

Mark = Literal["lead", "task", "ordered", "source", "bullet", "plain", "gained", "lost"]
Kind = Literal[
    "outcome", "steps", "needs", "documents", "warnings", "notes", "local", "questions",
    "contacts", "words", "answers", "sources", "closing",
]  # fmt: skip
Reader = Literal["patient", "proxy"]


class Part(Struct, frozen=True):
    """What a part of a checklist is called, where there is room for three characters at most, on
    the short list, and where its entries are counted.
    """

    heading: str
    label: str = ""
    short: str = ""
    counted: str = ""


PARTS: dict[str, Part] = {
    "outcome": Part("结论"),
    "needs": Part("代办人先备好", "先备好"),
    "steps": Part("要办的事", "步骤", counted="步骤"),
    "documents": Part("材料", "材料", "带上"),
    "warnings": Part("要当心", "当心", "当心", "当心"),
    "notes": Part("待遇和规则", "规则", counted="规则"),
    "local": Part("当地规定", "当地", counted="当地"),
    "questions": Part("要问的话", "要问", counted="要问的话"),
    "contacts": Part("该找谁", "找谁", "打电话"),
    "words": Part("办事用语", "名词"),
    "answers": Part("没问的", "情况"),
    "sources": Part("依据", "依据", counted="依据"),
    "closing": Part("说明", "说明"),
}
"""The parts by their kinds; the entries of most are the field of that name."""
PAPERS = "材料清单"
ADVICE = "经验"
PHONE = re.compile(r"(?a)(?<![0-9A-Za-z-])(?:0\d{2,3}-\d{5,8}|12393|12345)(?![0-9A-Za-z-])")
"""A telephone number in a text, which can be followed where a page has links."""
_NUMBERS = re.compile(r"\[([0-9]+(?:,[0-9]+)*)\]$")


class Entry(Struct, frozen=True):
    """One thing to say: a sentence, what belongs to it, and what it rests on.

    mark: `lead` is a conclusion, `task` gets a box to tick, `ordered` a number, `source` the
    number that references point to, `bullet` a dash, `plain` nothing; `gained` and `lost` are what
    only one of two has. link: the address that the sentence leads to.
    """

    mark: Mark
    text: str
    details: tuple[str, ...] = ()
    reference: str = ""
    number: int | None = None
    link: str = ""

    @property
    def gap(self) -> str:
        """What stands before the reference: Chinese brackets need no blank."""
        return " " if self.reference and not self.reference.startswith("（") else ""


class Group(Struct, frozen=True):
    """Entries that stand together, under a heading of their own where the section has several."""

    heading: str | None
    entries: tuple[Entry, ...]


class Section(Struct, frozen=True):
    """A part of the document; the kind of a checklist's tells what is in it, whatever it is called.

    hint: how to use it. label: a short name of it where it stands beside its content.
    """

    heading: str
    groups: tuple[Group, ...]
    kind: Kind | None = None
    hint: str = ""
    label: str = ""

    @property
    def title(self) -> str:
        """The heading with its hint."""
        return f"{self.heading}（{self.hint}）" if self.hint else self.heading


class Outline(Struct, frozen=True):
    """The whole document."""

    title: str
    sections: tuple[Section, ...]

    def heading(self, section: Section) -> str:
        """The heading that a section needs on a page: a conclusion that opens the page stands
        below its title, and steps stand below their phases, without more words.
        """
        opens = section.kind == "outcome" and section is self.sections[0]
        return "" if opens or section.kind == "steps" else section.title


def section(
    heading: str,
    *groups: Iterable[Entry] | Group,
    kind: Kind | None = None,
    hint: str = "",
    label: str = "",
) -> Section:
    """A section of those groups that have entries; mere entries are a group without a heading."""
    made = (one if isinstance(one, Group) else Group(None, tuple(one)) for one in groups)
    return Section(
        heading,
        tuple(one for one in made if one.entries),
        kind,
        hint,
        label,
    )


def part(
    kind: Kind,
    *groups: Iterable[Entry] | Group,
    short: bool = False,
    heading: str = "",
    hint: str = "",
    label: str = "",
) -> Section:
    """A part of a checklist by its own names, where it gets no others."""
    name = PARTS[kind]
    usual, beside = (
        (name.short or name.heading, name.short) if short else (name.heading, name.label)
    )
    return section(heading or usual, *groups, kind=kind, hint=hint, label=label or beside)


def split_reference(reference: str) -> tuple[str, list[str]]:
    """The words of an entry's reference, and the numbers of its sources."""
    found = _NUMBERS.search(reference)
    return (reference[: found.start()], found[1].split(",")) if found else (reference, [])


def filled(*texts: str | None) -> tuple[str, ...]:
    """The texts that there are."""
    return tuple(text for text in texts if text)


def titled(source: Source | CitedSource) -> str:
    """A source by its title and its number."""
    return f"{source.title}（{source.number}）" if source.number else source.title


def dated(source: Source | CitedSource) -> tuple[str, ...]:
    """When a source was issued and since when it applies, as far as that is known."""
    return filled(
        source.issued and f"{source.issued}发布", source.effective and f"{source.effective}起施行"
    )
