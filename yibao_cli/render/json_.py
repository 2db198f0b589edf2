"""The checklist for programs; `schema/checklist.json` describes it."""

from __future__ import annotations

import json
from typing import Any

from yibao_cli.model import (
    Checklist,
    CitedSource,
    Conclusion,
    Contact,
    Document,
    Evidence,
    KnowledgeState,
    Remark,
    Source,
    Step,
    TraceLine,
)
from yibao_cli.regions import Place

SCHEMA = "yibao.checklist/1"

# Making one takes longer than most of what it encodes.
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def render(checklist: Checklist) -> str:
    """The checklist as JSON text."""
    return json.dumps(payload(checklist), ensure_ascii=False, indent=2) + "\n"


def payload(checklist: Checklist) -> dict[str, Any]:
    """The checklist as plain values, keys in the order of the contract."""
    return {
        "schema": SCHEMA,
        "answers": _answers(checklist),
        "assumed": [answer.question for answer in checklist.answers if answer.assumed],
        "outcome": outcome_values(checklist.conclusion),
        "outcomes": [outcome_values(other) for other in checklist.others],
        "steps": [step_values(step) for step in checklist.steps],
        "documents": [document_values(document) for document in checklist.documents],
        "warnings": [remark_values(warning) for warning in checklist.warnings],
        "contacts": [contact_values(contact) for contact in checklist.contacts],
        "notes": [remark_values(note) for note in checklist.notes],
        "local": [remark_values(fact) for fact in checklist.local],
        "questions": [question_values(question) for question in checklist.questions],
        "sources": [source_values(cited) for cited in checklist.sources],
        "trace": [line_values(line) for line in checklist.trace],
        "knowledge": knowledge_values(checklist.knowledge),
        "disclaimer": checklist.disclaimer,
        "code": checklist.code,
    }


def compact(value: object) -> str:
    """Plain values as JSON on one line, without blanks."""
    return _ENCODER.encode(value)


def _answers(checklist: Checklist) -> dict[str, Any]:
    answers: dict[str, Any] = {answer.question: answer.value for answer in checklist.answers}
    for question, place in checklist.places.items():
        answers[question] = place_values(place)
    return answers


def place_values(place: Place) -> dict[str, Any]:
    """A place as plain values."""
    return {
        "code": place.code,
        "name": place.name,
        "level": place.level,
        "district": place.district or None,
    }


def question_values(question: Remark) -> dict[str, Any]:
    """A question to put to the agency as plain values."""
    return {"id": question.id, "text": question.text, "detail": question.detail}


def line_values(line: TraceLine) -> dict[str, Any]:
    """A line of the explanation as plain values."""
    return line._asdict()


def knowledge_values(state: KnowledgeState) -> dict[str, Any]:
    """Which knowledge answered, as plain values."""
    return {
        "version": state.version,
        "read_on": state.read_on,
        "as_of": state.as_of,
        "overdue": list(state.overdue),
    }


def outcome_values(conclusion: Conclusion) -> dict[str, Any]:
    """An outcome as plain values."""
    return {
        "path": conclusion.path,
        "title": conclusion.title,
        "summary": conclusion.summary,
        **evidence_values(conclusion.evidence),
    }


def step_values(step: Step) -> dict[str, Any]:
    """A step as plain values."""
    return {
        "id": step.id,
        "phase": step.phase,
        "text": step.text,
        "where": step.where,
        "deadline": step.deadline,
        "sources": list(step.evidence.sources),
        "because": step.because,
        "detail": step.detail,
        **_evidence(step.evidence),
    }


def document_values(document: Document) -> dict[str, Any]:
    """A paper as plain values."""
    return {
        "id": document.id,
        "name": document.name,
        "for": document.purpose,
        "original": document.original,
        "copies": document.copies,
        "alternatives": list(document.alternatives),
        "sources": list(document.evidence.sources),
        "detail": document.detail,
        **_evidence(document.evidence),
    }


def remark_values(remark: Remark) -> dict[str, Any]:
    """A warning, a note or a local fact as plain values."""
    return {
        "id": remark.id,
        "text": remark.text,
        "sources": list(remark.evidence.sources),
        "detail": remark.detail,
        **_evidence(remark.evidence),
    }


def contact_values(contact: Contact) -> dict[str, Any]:
    """A contact as plain values."""
    return {
        "id": contact.id,
        "name": contact.name,
        "phone": contact.phone,
        "sources": list(contact.evidence.sources),
        "detail": contact.detail,
        **_evidence(contact.evidence),
    }


def evidence_values(evidence: Evidence) -> dict[str, Any]:
    """What something rests on as plain values."""
    return {"sources": list(evidence.sources), **_evidence(evidence)}


def _evidence(evidence: Evidence) -> dict[str, Any]:
    return {
        "level": evidence.level,
        "advice": evidence.advice,
        "clauses": list(evidence.clauses),
    }


def source_values(cited: CitedSource) -> dict[str, Any]:
    """A cited source as plain values."""
    return {
        **text_values(cited.source, cited.level),
        "clauses": list(cited.clauses),
        "overdue": cited.overdue,
        "quoted": cited.source.quoted,
        "read_as": cited.source.read_as,
    }


def text_values(source: Source, level: str) -> dict[str, Any]:
    """Which text a source is, and how strongly it proves something, as plain values."""
    return {
        "id": source.id,
        "title": source.title,
        "number": source.number,
        "issued": source.issued,
        "effective": source.effective,
        "read_on": source.read_on,
        "level": level,
        "url": source.url,
    }
