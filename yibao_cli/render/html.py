"""One self-contained HTML page: large type, boxes to tick, made for printing on A4."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape
from itertools import count, groupby
from pathlib import Path
from string import Template

from yibao_cli.render.outline import Entry, Outline, Section

_PAGE = Path(__file__).with_name("page.html")
_ADDRESS = re.compile(r"https?://[!-~]+")
# For looking things up afterwards, not for reading along.
_SMALL = frozenset({"source", "plain"})


def page(document: Outline, _width: int = 0) -> str:
    """An HTML page that needs neither network nor scripts."""
    sections = map(_section, document.sections, count(1))
    return Template(_PAGE.read_text("utf-8")).substitute(
        title=escape(document.title), body="\n".join(line for one in sections for line in one)
    )


def _section(section: Section, number: int) -> Iterator[str]:
    marks = {entry.mark for group in section.groups for entry in group.entries}
    small = ' class="small"' if marks <= _SMALL else ""
    yield f'<section aria-labelledby="s{number}"{small}>'
    yield f'<h2 id="s{number}">{escape(section.title)}</h2>'
    for group in section.groups:
        if group.heading:
            yield f"<h3>{escape(group.heading)}</h3>"
        for mark, entries in groupby(group.entries, key=lambda entry: entry.mark):
            match mark:
                case "lead":
                    yield from (f'<div class="lead">{_entry(entry)}</div>' for entry in entries)
                case "plain":
                    yield from map(_entry, entries)
                case _:
                    yield from _list(mark, entries)
    yield "</section>"


def _list(mark: str, entries: Iterable[Entry]) -> Iterator[str]:
    tag = "ol" if mark == "ordered" else "ul"
    # A list without bullets is none for some screen readers unless it says so.
    yield f'<{tag} class="{mark}" role="list">'
    for entry in entries:
        value = f' value="{entry.number}"' if mark == "ordered" else ""
        yield f"<li{value}>{_entry(entry)}</li>"
    yield f"</{tag}>"


def _entry(entry: Entry) -> str:
    """Text and details as paragraphs, the reference at the end of the last."""
    lines = [escape(entry.text), *(_detail(entry, one) for one in entry.below)]
    if entry.reference:
        lines[-1] += f' <span class="reference">{escape(entry.reference)}</span>'
    first, *rest = lines
    below = "".join(f"<p>{line}</p>" for line in rest)
    match entry.mark:
        case "task":
            number = f"{entry.number}、" if entry.number else ""
            return f'<label><input type="checkbox">{number}{first}</label>{below}'
        case "lead":
            return f"<p><strong>{first}</strong></p>{below}"
        case "source":
            return f'<span class="number">[{entry.number}]</span><p>{first}</p>{below}'
        case _:
            return f"<p>{first}</p>{below}"


def _detail(entry: Entry, text: str) -> str:
    if entry.mark == "source" and _ADDRESS.fullmatch(text):
        return f'<a href="{escape(text)}" rel="noreferrer">{escape(text)}</a>'
    return escape(text)
