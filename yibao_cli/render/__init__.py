"""From a checklist to text: one small module per format, imported only when it is used."""

from __future__ import annotations

from datetime import datetime
from importlib import import_module
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from yibao_cli.dates import Dates
from yibao_cli.render.brief import FOLDS
from yibao_cli.render.outline import Outline, Reader
from yibao_cli.render.writer import brief, explained, outline
from yibao_cli.result import Checklist

if TYPE_CHECKING:
    from rich.text import Text

HEIGHT, COLUMNS = 23, 80
"""Lines of a short list on a screen of so many columns; what gives way does so until it is as low.
A narrower screen has more lines for the same words: none that is needed gives way to the width.
"""


class View(Struct, frozen=True):
    """What of a checklist is shown to whom: the short list, everything (`full`) or the papers
    alone (`bag`). `made` is the moment for which a calendar sets its alarms.
    """

    bag: bool = False
    full: bool = False
    reader: Reader = "patient"
    dates: Dates | None = None
    made: datetime | None = None


def render(checklist: Checklist, fmt: str, *, width: int = 80, view: View | None = None) -> str:
    """The checklist in one of `files.ALL_FORMATS`, as text that ends in one line feed.

    What a terminal shows of it, with styles, is what `drawn` draws.
    """
    view = view or View()
    if fmt == "json":
        return json_text(checklist)
    if fmt == "ics":
        from yibao_cli.render import ics

        return ics.render(checklist, view.dates or Dates(), view.made)
    if fmt in ("terminal", "plain"):
        return "".join(f"{line.plain.rstrip()}\n" for line in drawn(checklist, view, width))
    return page(document(checklist, view), fmt, width=width)


def document(checklist: Checklist, view: View) -> Outline:
    """What of a checklist is said to its reader; a page has room for the words, a window has not."""
    if view.full or view.bag:
        return outline(checklist, view.reader, bag=view.bag)
    return explained(brief(checklist, view.reader, page=True), checklist.words)


def drawn(checklist: Checklist, view: View, width: int) -> list[Text]:
    """The lines of a checklist, none wider than `width` cells; a short list as low as it can be."""
    from yibao_cli.render import text

    if view.full or view.bag:
        return text.drawn(document(checklist, view), width)
    lines = text.short(brief(checklist, view.reader), width)
    folds, most = 1, max(HEIGHT, HEIGHT * COLUMNS // width)
    while len(lines) > most and folds <= FOLDS:
        # Blank lines give way first; without them it is the same list, which need not be drawn anew.
        if folds > 1:
            lines = text.short(brief(checklist, view.reader, folds), width)
        lines = [line for line in lines if line.plain]
        folds += 1
    return lines


def page(document: Outline, fmt: str, *, width: int = 80) -> str:
    """An outline in one of the formats for people: terminal, plain, markdown or html."""
    module = "text" if fmt in ("terminal", "plain") else fmt
    text: str = import_module(f"{__name__}.{module}").page(document, width)
    return text


def json_text(value: object) -> str:
    """A value as JSON for people and programs: indented, in characters, ended by a line feed."""
    return msgspec.json.format(msgspec.json.encode(value)).decode() + "\n"
