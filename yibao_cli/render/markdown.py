"""Markdown that renders alike on common hosts: headings, task lists, nested lists."""

from __future__ import annotations

import re
from collections.abc import Iterator

from yibao_cli.render.outline import Entry, Group, Outline, Section, split_reference

_ADDRESS = re.compile(r"(https?://[!-;=?-~]*[\w/])", re.ASCII)
_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~$]|&(?=[#\w]))")
_BLOCK_START = re.compile(r"^(\d+(?=[.)])|(?=[-+=]))")
# Four blanks nest a list everywhere; two or three do not.
_NESTED = "    - "


def page(document: Outline, _width: int = 0) -> str:
    """A Markdown document."""
    return "\n\n".join(_blocks(document)) + "\n"


def escape(text: str) -> str:
    """Text that Markdown shows as it stands; web addresses become links."""
    parts = _ADDRESS.split(" ".join(text.split()))
    for position, part in enumerate(parts):
        parts[position] = f"<{part}>" if position % 2 else _SPECIAL.sub(r"\\\1", part)
    return _BLOCK_START.sub(r"\1\\", "".join(parts))


def _blocks(document: Outline) -> Iterator[str]:
    yield f"# {escape(document.title)}"
    for section in document.sections:
        heading = document.heading(section)
        if heading:
            yield f"## {escape(heading)}"
        for group in section.groups:
            if group.heading:
                yield f"{'###' if heading else '##'} {escape(group.heading)}"
            yield from _group(group)
        yield from _definitions(section)


def _definitions(section: Section) -> Iterator[str]:
    """Where the numbers of a section's sources lead: to its heading, under which they stand."""
    entries = (entry for group in section.groups for entry in group.entries)
    lines = [f"[{one.number}]: #{section.heading}" for one in entries if one.mark == "source"]
    if lines:
        yield "\n".join(lines)


def _reference(text: str) -> str:
    """Numbers of sources as links, which the definitions below the sources lead on; a blank keeps
    two of them apart.
    """
    words, numbers = split_reference(text)
    return escape(words) + " ".join(f"[{one}]" for one in numbers)


def _group(group: Group) -> Iterator[str]:
    listed: list[str] = []
    for entry in group.entries:
        *before, last = (_linked(entry), *map(escape, entry.details))
        text, *details = (*before, last + entry.gap + _reference(entry.reference))
        match entry.mark:
            case "lead":
                yield f"**{text}**"
                yield from details
            case "plain":
                yield text
                if details:
                    yield "\n".join(f"- {detail}" for detail in details)
            case _:
                listed.append(_bullet(entry) + text)
                listed.extend(_NESTED + detail for detail in details)
    if listed:
        yield "\n".join(listed)


def _linked(entry: Entry) -> str:
    text = escape(entry.text)
    return f"[{text}](<{entry.link}>)" if _ADDRESS.fullmatch(entry.link) else text


def _bullet(entry: Entry) -> str:
    match entry.mark:
        case "task":
            return f"- [ ] {entry.number}、" if entry.number else "- [ ] "
        case "ordered" | "source":
            return f"{entry.number}. "
        case _:
            return "- "
