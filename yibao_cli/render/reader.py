"""One outcome, two readers: the patient, or the relative who runs the errand for the patient."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from yibao_cli.model import Checklist, Conclusion, Document, Remark, Step
from yibao_cli.render.outline import ADVICE, PAPERS, PARTS, Entry, Group, Outline, Section, outline

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Literal, TypeVar

    from yibao_cli.render.outline import Kind

    Reader = Literal["patient", "proxy"]
    Said = TypeVar("Said", Conclusion, Remark, Step)
READERS: Mapping[Reader, str] = {"patient": "病人", "proxy": "代办人"}

NEEDS = "代办人先备好"
OWNER, SIGNER = "谁的：", "谁签："

# What a proxy needs before anything else, and what to say where the list does not have it.
_FIRST = {
    "proxy_ids": "代办人的身份证件，病人的身份证件：原件",
    "proxy_letter": "授权委托书（要求委托时）：原件",
}
# Everything else is the patient's, or says in its name whose it is.
_OWNERS = {
    "proxy_ids": "一件是您（代办人）的，一件是病人的",
    "proxy_letter": "病人写给您的",
    "child_papers": "孩子的和孩子父母的",
    "birth_certificate": "孩子的",
    "aid_giver_code": "出钱人的",
}
_PLEDGE = "承诺书"
_SIGNERS = {
    "proxy_letter": "病人签；表上有受托人一栏的，您也签",
    "injury_pledge": "病人签，或您作为近亲属签",
}
_PLEDGE_SIGNER = "承诺书由病人签；病人签不了的，先问能不能由您代签"

_HEADINGS: dict[Kind | None, str] = {
    "answers": "病人的情况",
    "questions": f"{PARTS['questions']}（先说“我替家人问”，再照着念）",
}
# Who speaks or is spoken to in the patient's list is the patient; what was chosen on the command
# line was chosen by whoever reads the list.
_PATIENT = re.compile("我(?!们)|您(?!选)")


def for_reader(checklist: Checklist, reader: Reader) -> Outline:
    """The outline of a checklist as its reader needs it; both carry the same facts."""
    if reader == "patient":
        return outline(checklist)
    first = tuple(paper for paper in checklist.documents if paper.id in _FIRST)
    rest = tuple(paper for paper in checklist.documents if paper.id not in _FIRST)
    document = outline(_spoken(checklist._replace(documents=(*first, *rest))))
    needs = [_missing(name) for name in _FIRST if name not in {paper.id for paper in first}]
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
            sections.append(section._replace(heading=heading))
    title = f"{document.title}：{READERS[reader]}用"
    return Outline(title, (_section("needs", NEEDS, needs), *sections))


def _section(kind: Kind, heading: str, entries: Iterable[Entry]) -> Section:
    return Section(heading, (Group(None, tuple(entries)),), kind)


def _marked(entry: Entry, paper: Document) -> Entry:
    """An entry with the marks first, so that its reference still follows what it proves."""
    return entry._replace(details=(*_marks(paper), *entry.details))


def _missing(name: str) -> Entry:
    marks = _labels(_OWNERS[name], _SIGNERS.get(name))
    return Entry("task", _FIRST[name], marks, f"[{ADVICE}]")


def _marks(paper: Document) -> tuple[str, ...]:
    """Whose a paper is and who signs it."""
    signer = _SIGNERS.get(paper.id)
    if signer is None and any(_PLEDGE in text for text in (paper.name, *paper.alternatives)):
        signer = _PLEDGE_SIGNER
    return _labels(_OWNERS.get(paper.id, "病人的"), signer)


def _labels(owner: str, signer: str | None) -> tuple[str, ...]:
    return (OWNER + owner, *((SIGNER + signer,) if signer else ()))


def _spoken(checklist: Checklist) -> Checklist:
    """The patient in the third person; local rules and reasons are quotations and stay."""
    return checklist._replace(
        conclusion=_third(checklist.conclusion),
        others=tuple(map(_third, checklist.others)),
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
    return entry._replace(**spoken)
