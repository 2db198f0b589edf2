"""The checklist for people: lines of text, styled where they are printed on a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.style import Style
from rich.text import Text

from yibao_cli.render.drawing import GUTTER, WIDEST, bar, columns, flow, hanging, heading, words
from yibao_cli.render.outline import Entry, Kind, Outline, Section
from yibao_cli.wrap import cells

# Cells of the longest label that the gutter is made wider for.
_LONGEST_LABEL = 8
# Columns below which there is no room for a gutter: labels then stand above.
_NARROW = 56
# Cells of the longest reference that stands behind a sentence; others have a line of their own.
_SHORT = 24


def page(document: Outline, width: int = 80) -> str:
    """Plain text without escape codes, no line wider than `width` cells."""
    return "".join(f"{line.plain.rstrip()}\n" for line in drawn(document, width))


def drawn(document: Outline, width: int) -> list[Text]:
    """The lines of a document, none wider than `width` cells."""
    sections = document.sections
    opens = bool(sections) and sections[0].kind == "outcome"
    lines = bar([Text(document.title, "muted" if opens else "act")], width)
    if opens:
        lines += _conclusions(sections[0], width)
        sections = sections[1:]
    return lines + [line for section in blocks(sections, width) for line in (Text(), *section)]


def short(document: Outline, width: int) -> list[Text]:
    """The lines of a short list: no heading stands alone, and where something is done stands behind
    it if there is room.
    """
    conclusion, *others = document.sections
    lines, gutter = _conclusions(conclusion, width), _gutter(others, width)
    before = "outcome"
    for one in others:
        apart = {before, one.kind} & {"outcome", "steps", "closing"}
        lines += [Text()] if apart else []
        lines += _section(one, width, gutter, compact=True)
        before = one.kind or ""
    return lines


def _compact(them: Iterable[Entry], room: int, kind: Kind | None) -> list[Text]:
    """Entries of a short list: the papers stand beside each other."""
    if kind == "steps":
        return [line for one in them for line in _step(one, room)]
    if kind == "documents":
        return columns([Text.assemble("□ ", one.text) for one in them], room)
    return entries(them, room, kind)


def _step(entry: Entry, room: int) -> list[Text]:
    """A step, with its place behind it where both fit into one line."""
    mark, text = Text(f"{entry.number:<3}", "head"), words(entry.text, "act")
    places = [Text.assemble(words(one), (entry.reference, "muted")) for one in entry.details]
    if not places:
        text = Text.assemble(text, (entry.reference, "muted"))
    elif cells(text.plain) + cells(places[0].plain) + 6 <= room:
        text, places = Text.assemble(text, "   ", places[0]), []
    return hanging(mark, [line for one in (text, *places) for line in flow(one, room - 3)], 3)


def _gutter(sections: Iterable[Section], width: int) -> int:
    """Cells of the gutter: as wide as the longest label that is not too long for one."""
    labels = [label for one in sections for label in _labels(one)]
    longest = max((size for size in map(cells, labels) if size <= _LONGEST_LABEL), default=0)
    return max(GUTTER, longest + 2) if width >= _NARROW else 0


def _labels(section: Section) -> list[str]:
    phases = [group.heading or "" for group in section.groups if section.kind == "steps"]
    return [_label(section), *phases]


def _beside(label: str, style: str, made: list[Text], width: int, gutter: int) -> list[Text]:
    """Lines beside a label in the gutter, or below it where it is too long."""
    above: list[Text] = []
    if label and cells(label) > gutter - 2:
        above = hanging(Text(" "), flow(Text(label, style), width - 1), 1)
        label = ""
    mark = Text.assemble(" ", (label, style), " " * (gutter - cells(label)))
    return above + hanging(mark, made, gutter + 1)


def blocks(sections: tuple[Section, ...], width: int) -> Iterator[list[Text]]:
    """The lines of each section; their labels stand in gutters of one width."""
    gutter = _gutter(sections, width)
    for section in sections:
        if section.kind == "outcome":
            yield _conclusions(section, width)
        else:
            yield _section(section, width, gutter)


def _conclusions(section: Section, width: int) -> list[Text]:
    """What was concluded, as the answer to everything that was asked."""
    texts = []
    for group in section.groups:
        texts += [Text(group.heading, "head")] if group.heading else []
        for entry in group.entries:
            texts += _texts(entry, "act" if entry.mark == "lead" else "", "")
    return bar(texts, width)


def _label(section: Section) -> str:
    """What stands in the gutter beside a section; nothing where it has a heading of its own."""
    if section.label or any(group.heading for group in section.groups):
        return section.label
    return section.heading if cells(section.heading) <= GUTTER - 2 else ""


def _section(section: Section, width: int, gutter: int, *, compact: bool = False) -> list[Text]:
    width = min(width, WIDEST)
    if compact and section.kind == "closing":
        texts = (words(one.text, "muted") for group in section.groups for one in group.entries)
        return hanging(Text(" "), [line for text in texts for line in flow(text, width - 2)], 1)
    room = width - 1 - gutter
    # Steps have labels of their own: their phases.
    label = "" if section.kind == "steps" else _label(section)
    lines = [] if label or section.kind == "steps" else heading(section.title, width)
    hint = flow(Text(section.hint, "muted"), room) if label and section.hint else []
    style = "warn" if section.kind == "warnings" else "head"
    for position, group in enumerate(section.groups):
        lines += [Text()] if position and not compact else []
        made = (_compact if compact else entries)(group.entries, room, section.kind)
        lines += _beside(group.heading or label, style, [*hint, *made], width, gutter)
        label, hint = "", []
    return lines


def entries(them: Iterable[Entry], room: int, kind: Kind | None = None) -> list[Text]:
    """Entries of a section of some kind, below each other in lines of `room` cells."""
    lines: list[Text] = []
    for entry in them:
        mark, style, below = _marks(entry, kind)
        indent = max(mark.cell_len, 0 if entry.mark == "lead" else 2)
        # A box is drawn two cells wide by some terminals.
        rest = room - max(indent, cells(mark.plain))
        broken = [line for text in _texts(entry, style, below) for line in flow(text, rest)]
        lines += hanging(mark, broken, indent)
    return lines


def _texts(entry: Entry, style: str, below: str) -> list[Text]:
    """What an entry says, the reference at its end."""
    texts = [words(entry.text, style), *(words(one, below) for one in entry.details)]
    if entry.link:
        texts[0].stylize(Style(link=entry.link))
    if cells(entry.reference) > _SHORT:
        texts.append(Text(entry.reference, "muted"))
    elif entry.reference:
        texts[-1] = Text.assemble(texts[-1], entry.gap, (entry.reference, "muted"))
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
