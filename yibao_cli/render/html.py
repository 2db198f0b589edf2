"""One self-contained HTML page: large type, boxes to tick, made for printing on A4."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape
from itertools import groupby
from pathlib import Path
from string import Template

from yibao_cli.render.outline import PHONE, Entry, Outline, Section, split_reference

_PAGE = Path(__file__).with_name("page.html")
_ADDRESS = re.compile(r"https?://[!-~]+")
# Read by few: shown when opened.
_FOLDED = frozenset({"notes", "answers", "sources"})


def page(document: Outline, _width: int = 0) -> str:
    """An HTML page that needs neither network nor scripts."""
    lines = (line for one in document.sections for line in _section(one, document.heading(one)))
    return Template(_PAGE.read_text("utf-8")).substitute(
        title=escape(document.title), body="\n".join(lines)
    )


def _section(section: Section, heading: str) -> Iterator[str]:
    kind, title = section.kind or "other", escape(heading)
    yield f'<section class="{kind}" aria-label="{escape(section.heading)}">'
    if kind in _FOLDED:
        yield f"<details><summary>{title}</summary>"
    elif title:
        yield f"<h2>{title}</h2>"
    for group in section.groups:
        if group.heading:
            tag = "h3" if title else "h2"
            yield f"<{tag}>{escape(group.heading)}</{tag}>"
        for mark, entries in groupby(group.entries, key=lambda entry: entry.mark):
            match mark:
                case "lead":
                    yield from (f'<div class="lead">{_entry(entry)}</div>' for entry in entries)
                case "plain":
                    yield from map(_entry, entries)
                case _:
                    yield from _list(mark, entries)
    yield "</details></section>" if kind in _FOLDED else "</section>"


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
    lines = [_linked(entry), *map(_dialled, entry.details)]
    if entry.reference:
        lines[-1] += f'{entry.gap}<span class="reference">{_reference(entry.reference)}</span>'
    first, *rest = lines
    below = "".join(f"<p>{line}</p>" for line in rest)
    match entry.mark:
        case "task":
            number = f"{entry.number}、" if entry.number else ""
            return f'<label><input type="checkbox">{number}{first}</label>{below}'
        case "lead":
            return f"<p><strong>{first}</strong></p>{below}"
        case "source":
            number = f'<span class="number" id="source-{entry.number}">[{entry.number}]</span>'
            return f"{number}<p>{first}</p>{below}"
        case _:
            return f"<p>{first}</p>{below}"


def _reference(text: str) -> str:
    """Numbers of sources lead to where they stand; a browser opens what is folded there."""
    words, numbers = split_reference(text)
    links = ",".join(f'<a href="#source-{one}">{one}</a>' for one in numbers)
    return escape(words) + (f"[{links}]" if links else "")


def _linked(entry: Entry) -> str:
    if not _ADDRESS.fullmatch(entry.link):
        return _dialled(entry.text)
    return f'<a href="{escape(entry.link)}" rel="noreferrer">{escape(entry.text)}</a>'


def _dialled(text: str) -> str:
    """A text whose telephone numbers can be dialled."""
    return PHONE.sub(r'<a href="tel:\g<0>">\g<0></a>', escape(text))
