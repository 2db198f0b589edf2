"""Plain text: for paper, pipes, screen readers and old consoles. No escape codes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from yibao_cli.render.outline import Entry, Outline
from yibao_cli.wrap import wrap

Role = Literal["title", "heading", "group", "strong", "text"]


class Line(Struct, frozen=True):
    """One line of the page and what it is; `tail` is the reference at its end."""

    text: str = ""
    role: Role = "text"
    tail: str = ""


def page(document: Outline, width: int = 80, _colour: bool = False) -> str:
    """Plain text, no line wider than `width` cells."""
    return "".join(f"{line.text}\n" for line in layout(document, width))


def layout(document: Outline, width: int) -> Iterator[Line]:
    """The lines of the page."""
    yield from _heading(document.title, "title", width)
    for section in document.sections:
        yield Line()
        yield from _heading(f"【{section.heading}】", "heading", width)
        for position, group in enumerate(section.groups):
            if position:
                yield Line()
            if group.heading:
                yield from _heading(f"〔{group.heading}〕", "group", width)
            for entry in group.entries:
                yield from _entry(entry, width)


def _heading(text: str, role: Role, width: int) -> Iterator[Line]:
    for line in wrap(text, width):
        yield Line(line, role)


def _entry(entry: Entry, width: int) -> Iterator[Line]:
    first, indent = _marks(entry)
    role: Role = "strong" if entry.mark in ("lead", "task") else "text"
    for text in entry.lines:
        for line in wrap(text, width, first=first, rest=indent):
            tail = entry.reference if line.endswith(entry.reference) else ""
            yield Line(line, role, tail)
        first, role = indent, "text"


def _marks(entry: Entry) -> tuple[str, str]:
    """What stands before an entry, and the indentation of all that follows."""
    number = f"{entry.number}、" if entry.number else ""
    match entry.mark:
        case "task":
            return f"□ {number}", " " * 3
        case "ordered":
            return number, " " * 3
        case "source":
            return f"[{entry.number}] ", " " * 4
        case "bullet":
            return "- ", " " * 2
        case _:
            return "", ""
