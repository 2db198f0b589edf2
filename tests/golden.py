"""Golden texts: one for each outcome, one situation in each format, and what a proxy reads.

`python tests/golden.py` writes them anew. An outcome's text holds its own words and the ids of
what it lists, so that a changed sentence of one item moves no outcome; whether a way leads
elsewhere is the matter of `cases/ways.tsv`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from day import DAY

from yibao_cli import audit
from yibao_cli.answers import parse_all
from yibao_cli.audit.ways import Walked, covering
from yibao_cli.consult import Consultant, consult
from yibao_cli.dates import parse_dates
from yibao_cli.formats import ALL_FORMATS
from yibao_cli.knowledge import knowledge
from yibao_cli.model import Evidence
from yibao_cli.render import View, render
from yibao_cli.render.outline import Outline, outline
from yibao_cli.render.reader import for_reader

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
    for walked in covering(known, audit.survey(known)):
        name = walked.case.conclusion.id
        if name not in seen:
            seen.add(name)
            yield f"outcomes/{name}.txt", _outcome(walked)


def _outcome(walked: Walked) -> str:
    shown = walked.case.checklist()
    lines = [str(walked.way), "", shown.conclusion.title, shown.conclusion.summary, ""]
    for heading in ("steps", "documents", "warnings", "notes", "local", "questions", "contacts"):
        lines.append(f"{heading}: {' '.join(one.id for one in getattr(shown, heading))}")
    return "\n".join(lines) + "\n"


def formats() -> Iterator[tuple[str, str]]:
    """A file name and a text for each format, all of one situation."""
    known = knowledge()
    checklist = consult(known, parse_all(known, SITUATION), DAY)
    dates = parse_dates(DAY, admission="2026-11-25", discharge="2026-12-05", filed_on=DAY)
    for fmt in ALL_FORMATS:
        text = render(checklist, fmt, width=60, colour=True, view=View(dates=dates))
        yield f"formats/{fmt}.txt", text


def proxy() -> Iterator[tuple[str, str]]:
    """A file name and every line that a proxy reads otherwise than a patient, or that says 我 or 您.

    The wording is made by rule from the patient's; whoever writes a sentence sees here what
    becomes of it.
    """
    known = knowledge()
    drafts = Consultant(known, DAY).drafts
    nothing = Evidence(None, (), ())
    found: dict[str, list[Any]] = {}
    for name, item in known.items.items():
        shown = drafts.item(name, "", None).value._replace(evidence=nothing)
        found.setdefault(f"{item.kind}s", []).append(shown)
    first, *others = [
        drafts.conclusion(name, None).value._replace(evidence=nothing) for name in known.outcomes
    ]
    parts: dict[str, Any] = {name: tuple(entries) for name, entries in found.items()}
    checklist = consult(known, parse_all(known, SITUATION), DAY)._replace(
        conclusion=first, others=tuple(others), local=(), **parts
    )
    before = set(_lines(outline(checklist)))
    lines = [
        line
        for line in dict.fromkeys(_lines(for_reader(checklist, "proxy")))
        if line not in before or {"我", "您"} & set(line)
    ]
    yield "proxy.txt", "".join(f"{line}\n" for line in lines)


def _lines(document: Outline) -> Iterator[str]:
    yield document.title
    for section in document.sections:
        yield section.heading
        for group in section.groups:
            for entry in group.entries:
                yield from (entry.text, *entry.details)


if __name__ == "__main__":
    for name, text in (*outcomes(), *formats(), *proxy()):
        target = FOLDER / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="")
