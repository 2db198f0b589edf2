"""One outcome, two readers: the patient, or the relative who runs the errand for the patient."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Literal, TypeVar

from msgspec.structs import replace

from yibao_cli.render.outline import (
    ADVICE,
    LABELS,
    PAPERS,
    Entry,
    Group,
    Kind,
    Outline,
    Section,
    outline,
    paper,
)
from yibao_cli.result import Checklist, Document, Outcome, Remark, Step

Reader = Literal["patient", "proxy"]
Said = TypeVar("Said", Outcome, Remark, Step)

READERS: Mapping[Reader, str] = {"patient": "病人", "proxy": "代办人"}

NEEDS = "代办人先备好"
OWNER, SIGNER = "谁的：", "谁签："

# Whose a paper is that does not say it.
_OWNER = "病人的"

_HEADINGS: dict[Kind | None, str] = {"answers": "病人的情况"}
_HINTS: dict[Kind | None, str] = {"questions": "先说“我替家人问”，再照着念"}
# Who speaks or is spoken to in the patient's list is the patient; what was chosen on the command
# line was chosen by whoever reads the list.
_PATIENT = re.compile("我(?!们)|您(?!选)")


def for_reader(checklist: Checklist, reader: Reader) -> Outline:
    """The outline of a checklist as its reader needs it; both carry the same facts."""
    if reader == "patient":
        return outline(checklist)
    first = tuple(one for one in checklist.documents if one.proxy)
    rest = tuple(one for one in checklist.documents if not one.proxy)
    document = outline(_spoken(replace(checklist, documents=(*first, *rest))))
    needs = [_missing(one) for one in checklist.proxy]
    sections: list[Section] = []
    for section in document.sections:
        if section.kind == "documents":
            entries = [entry for group in section.groups for entry in group.entries]
            marked = list(map(_marked, entries, (*first, *rest)))
            needs[:0], papers = marked[: len(first)], marked[len(first) :]
            if papers:
                sections.append(_section("documents", PAPERS, papers))
        else:
            heading = _HEADINGS.get(section.kind, section.heading)
            hint = _HINTS.get(section.kind, section.hint)
            sections.append(replace(section, heading=heading, hint=hint))
    if needs:
        sections.insert(0, _section("needs", NEEDS, needs))
    return Outline(f"{document.title}：{READERS[reader]}用", tuple(sections))


def _section(kind: Kind, heading: str, entries: Iterable[Entry]) -> Section:
    return Section(heading, (Group(None, tuple(entries)),), kind, label=LABELS[kind])


def _marked(entry: Entry, document: Document) -> Entry:
    """An entry with the marks first, so that its reference still follows what it proves."""
    return replace(entry, details=(*_marks(document), *entry.details))


def _missing(document: Document) -> Entry:
    return Entry("task", paper(document), _marks(document), f"[{ADVICE}]")


def _marks(document: Document) -> tuple[str, ...]:
    """Whose a paper is and who signs it."""
    signer = (SIGNER + document.signer,) if document.signer else ()
    return (OWNER + (document.owner or _OWNER), *signer)


def _spoken(checklist: Checklist) -> Checklist:
    """The patient in the third person; local rules and reasons are quotations and stay."""
    return replace(
        checklist,
        outcome=_third(checklist.outcome),
        outcomes=tuple(map(_third, checklist.outcomes)),
        steps=tuple(map(_third, checklist.steps)),
        warnings=tuple(map(_third, checklist.warnings)),
        notes=tuple(map(_third, checklist.notes)),
        questions=tuple(map(_third, checklist.questions)),
    )


def _third(entry: Said) -> Said:
    texts = {name: getattr(entry, name, None) for name in ("title", "summary", "text", "detail")}
    spoken: dict[str, Any] = {
        name: _PATIENT.sub("病人", text) for name, text in texts.items() if text
    }
    return replace(entry, **spoken)
