"""Golden texts: one for each outcome, one situation in each format, and what a proxy reads.

`python tests/golden.py` writes them anew. An outcome's text holds its own words and the ids of
what it lists, so that a changed sentence of one item moves no outcome; whether a way leads
elsewhere is the matter of `cases/ways.tsv`.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from day import DAY
from msgspec import Struct
from msgspec.structs import replace
from rich.text import Text

from yibao_cli import audit, result
from yibao_cli.answers import parse_answers
from yibao_cli.audit.ways import Walked
from yibao_cli.consult import consult
from yibao_cli.dates import parse_dates
from yibao_cli.formats import ALL_FORMATS
from yibao_cli.knowledge import knowledge
from yibao_cli.knowledge.items import (
    ContactItem,
    DocumentItem,
    NoteItem,
    QuestionItem,
    StepItem,
    WarningItem,
)
from yibao_cli.knowledge.model import Knowledge
from yibao_cli.look import Colours, painted, printer
from yibao_cli.render import View, document, render
from yibao_cli.render import text as text_module
from yibao_cli.render.outline import Outline, outline

SHOWN: dict[type, tuple[str, type[Any]]] = {
    StepItem: ("steps", result.Step),
    DocumentItem: ("documents", result.Document),
    WarningItem: ("warnings", result.Remark),
    NoteItem: ("notes", result.Remark),
    QuestionItem: ("questions", result.Remark),
    ContactItem: ("contacts", result.Contact),
}
"""Where an item of each kind stands on a list, and as what."""
FOLDER = Path(__file__).resolve().parent / "golden"
SITUATION = {
    "insurance": ["居民"],
    "from": ["四川绵阳"],
    "to": ["北京海淀"],
    "care": ["住院"],
    "filing": ["未备案"],
    "category": ["异地转诊"],
}


def outcomes() -> Iterator[tuple[str, str]]:
    """A file name and a text for each outcome, from the first way that ends in it."""
    known = knowledge()
    seen: set[str] = set()
    for walked in audit.covering(known, audit.survey(known)):
        name = walked.outcomes[0]
        if name not in seen:
            seen.add(name)
            yield f"outcomes/{name}.txt", _outcome(known, walked)


def _outcome(known: Knowledge, walked: Walked) -> str:
    shown = consult(known, walked.answers, walked.way.day)
    lines = [walked.way.text, "", shown.outcome.title, shown.outcome.summary, ""]
    for heading in ("steps", "documents", "warnings", "notes", "local", "questions", "contacts"):
        lines.append(f"{heading}: {' '.join(one.id for one in getattr(shown, heading))}")
    return "\n".join(lines) + "\n"


def formats() -> Iterator[tuple[str, str]]:
    """A file name and a text for each format, all of one situation."""
    known = knowledge()
    checklist = consult(known, parse_answers(known, SITUATION), DAY)
    dates = parse_dates(DAY, admission="2026-11-25", discharge="2026-12-05", filed_on=DAY)
    for fmt in ALL_FORMATS:
        view = View(dates=dates)
        text = render(checklist, fmt, width=60, view=view)
        if fmt == "terminal":
            text = styled(text_module.drawn(document(checklist, view), 60), 60)
        yield f"formats/{fmt}.txt", text


def styled(drawn: list[Text], width: int, colours: Colours = "256") -> str:
    """What is drawn as a terminal of so many colours gets it; links are numbered by chance."""
    return re.sub("id=[-0-9]+", "id=", painted(printer(io.StringIO(), width, colours), drawn))


def proxy() -> Iterator[tuple[str, str]]:
    """A file name and every line that a proxy reads otherwise than a patient, or that says 我 or 您.

    The wording is made by rule from the patient's; whoever writes a sentence sees here what
    becomes of it.
    """
    known = knowledge()
    found: dict[str, list[Any]] = {}
    for item in known.items.values():
        part, kind = SHOWN[type(item)]
        found.setdefault(part, []).append(_as_shown(item, kind))
    first, *others = (_as_shown(one, result.Outcome) for one in known.outcomes.values())
    parts: dict[str, Any] = {name: tuple(entries) for name, entries in found.items()}
    checklist = replace(
        consult(known, parse_answers(known, SITUATION), DAY),
        outcome=first,
        outcomes=tuple(others),
        local=(),
        **parts,
    )
    before = set(_lines(outline(checklist)))
    lines = [
        line
        for line in dict.fromkeys(_lines(outline(checklist, "proxy")))
        if line not in before or {"我", "您"} & set(line)
    ]
    yield "proxy.txt", "".join(f"{line}\n" for line in lines)


def _as_shown(thing: Struct, kind: type[Any]) -> Any:
    """A thing of the knowledge as a list would have it, its placeholders left in, no evidence."""
    own = {name: getattr(thing, name) for name in thing.__struct_fields__}
    words = {name: own[name] for name in kind.__struct_fields__ if name in own}
    because = {"because": ""} if "because" in kind.__struct_fields__ else {}
    return kind(**{**words, **because, "advice": True})


def _lines(document: Outline) -> Iterator[str]:
    yield document.title
    for section in document.sections:
        yield section.title
        for group in section.groups:
            for entry in group.entries:
                yield from (entry.text, *entry.below)


if __name__ == "__main__":
    for name, text in (*outcomes(), *formats(), *proxy()):
        target = FOLDER / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="")
