"""The checklist for people: lines of text, styled where they are printed on a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.text import Text

from yibao_cli.look import unstyled
from yibao_cli.render.drawing import (
    GUTTER,
    Page,
    bar,
    columns,
    flow,
    hanging,
    heading,
    words,
)
from yibao_cli.render.outline import Entry, Kind, Outline, Section
from yibao_cli.wrap import cells

# Cells of the longest reference that stands behind a sentence; others have a line of their own.
_SHORT = 24


def page(document: Outline, width: int = 80) -> str:
    """Plain text without escape codes, no line wider than `width` cells."""
    return unstyled(drawn(document, width), width)


def drawn(document: Outline, width: int) -> list[Text]:
    """The lines of a document, none wider than `width` cells."""
    sections = document.sections
    opens = bool(sections) and sections[0].kind == "outcome"
    lines = bar([Text(document.title, "muted" if opens else "act")], width)
    if opens:
        lines += _conclusions(sections[0], width)
        sections = sections[1:]
    return lines + [line for section in blocks(sections, width) for line in (Text(), *section)]


def short(document: Outline, width: int, *, tight: bool = False) -> list[Text]:
    """The lines of a short list: no heading stands alone, and where something is done stands behind
    it if there is room. `tight` leaves out the blank lines between its parts.
    """
    first, *others = document.sections
    lines = _conclusions(first, width)
    phases = [group.heading or "" for one in others if one.kind == "steps" for group in one.groups]
    labels = [*(one.label for one in others), *phases]
    before = ""
    for section in others:
        kind = section.kind or ""
        if not tight and {before, kind} & {"outcome", "steps", "closing"} or not before:
            lines += [Text()] if not tight else []
        lines += _short(section, width, labels)
        before = kind
    return lines


def _short(section: Section, width: int, labels: list[str]) -> list[Text]:
    made = Page(width, labels)
    style = "warn" if section.kind == "warnings" else "head"
    if section.kind == "closing":
        texts = (words(entry.text, "muted") for group in section.groups for entry in group.entries)
        return [Text.assemble(" ", line) for text in texts for line in flow(text, made.width - 2)]
    for group in section.groups:
        lines = (
            [line for entry in group.entries for line in _step(entry, made.room)]
            if section.kind == "steps"
            else entries(group.entries, made.room, section.kind)
        )
        made.add(group.heading or section.label, lines, style)
    return made.lines


def _step(entry: Entry, room: int) -> list[Text]:
    """A step with its place behind it where both fit into one line."""
    mark, text = Text(f"{entry.number:<3}", "head"), words(entry.text, "act")
    places = [Text.assemble(words(one), (entry.reference, "muted")) for one in entry.details]
    if not places and entry.reference:
        text = Text.assemble(text, (entry.reference, "muted"))
    if places and cells(text.plain) + cells(places[0].plain) + 3 + 3 <= room:
        text, places = Text.assemble(text, "   ", places[0]), []
    lines = [line for one in (text, *places) for line in flow(one, room - 3)]
    return hanging(mark, lines, 3)


def blocks(sections: tuple[Section, ...], width: int) -> Iterator[list[Text]]:
    """The lines of each section; their labels stand in gutters of one width."""
    phases = [
        group.heading or "" for one in sections if one.kind == "steps" for group in one.groups
    ]
    labels = [*map(_label, sections), *phases]
    for section in sections:
        yield _section(section, width, labels)


def _conclusions(section: Section, width: int) -> list[Text]:
    """What was concluded, as the answer to everything that was asked."""
    texts = []
    for group in section.groups:
        if group.heading:
            texts.append(Text(group.heading, "head"))
        texts += [text for entry in group.entries for text in _texts(entry, "act", "")]
    return bar(texts, width)


def _label(section: Section) -> str:
    """What stands in the gutter beside a section; nothing where it has a heading of its own."""
    if section.label or any(group.heading for group in section.groups):
        return section.label
    return section.heading if cells(section.heading) <= GUTTER - 2 else ""


def _section(section: Section, width: int, labels: list[str]) -> list[Text]:
    if section.kind == "outcome":
        return _conclusions(section, width)
    made = Page(width, labels)
    label, style = _label(section), "warn" if section.kind == "warnings" else "head"
    if section.kind == "steps":
        label = ""
    elif not label:
        made.lines += heading(section.title, width)
    elif section.hint:
        made.add(label, flow(Text(section.hint, "muted"), made.room), style)
        label = ""
    for position, group in enumerate(section.groups):
        made.lines += [Text()] if position else []
        made.add(group.heading or label, entries(group.entries, made.room, section.kind), style)
        label = ""
    return made.lines


def entries(them: Iterable[Entry], room: int, kind: Kind | None = None) -> list[Text]:
    """Entries of a section of some kind, below each other in lines of `room` cells."""
    them = tuple(them)
    if kind == "documents" and not any(one.below or one.reference for one in them):
        return columns([Text.assemble("□ ", one.text) for one in them], room)
    lines: list[Text] = []
    for entry in them:
        mark, style, below = _marks(entry, kind)
        indent = max(mark.cell_len, 0 if entry.mark == "lead" else 2)
        texts = _texts(entry, style, below)
        # A box is drawn two cells wide by some terminals.
        rest = room - max(indent, cells(mark.plain))
        broken = [line for text in texts for line in flow(text, rest)]
        lines += hanging(mark, broken, indent)
    return lines


def _texts(entry: Entry, style: str, below: str) -> list[Text]:
    """What an entry says, the reference at its end."""
    texts = [words(entry.text, style), *(words(one, below) for one in entry.details)]
    texts += [words(entry.due, "accent")] if entry.due else []
    texts += [words(entry.because, "muted")] if entry.because else []
    if cells(entry.reference) > _SHORT:
        texts.append(Text(entry.reference, "muted"))
    elif entry.reference:
        texts[-1] = Text.assemble(texts[-1], " ", (entry.reference, "muted"))
    return texts


def _marks(entry: Entry, kind: Kind | None) -> tuple[Text, str, str]:
    """What stands before an entry, and the styles of its text and of what is below."""
    number = f"{entry.number or '':<3}"
    muted = "muted" if kind == "closing" else ""
    match entry.mark:
        case "task":
            return Text(number, "head") if entry.number else Text("□ "), "act", ""
        case "ordered":
            return Text(number, "head"), "", ""
        case "source":
            return Text(number, "muted"), "", "muted"
        case "gained" | "lost":
            return Text("+ " if entry.mark == "gained" else "- ", "act"), "act", ""
        case "bullet" if kind == "warnings":
            return Text("! ", "warn"), "warn", ""
        case _:
            return Text(), "act" if entry.mark == "lead" else muted, muted
