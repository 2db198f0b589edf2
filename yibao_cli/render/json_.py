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
    Remark,
    Step,
)

SCHEMA = "yibao.checklist/1"


def render(checklist: Checklist, _width: int = 0, _colour: bool = False) -> str:
    """The checklist as JSON text."""
    return json.dumps(payload(checklist), ensure_ascii=False, indent=2) + "\n"


def payload(checklist: Checklist) -> dict[str, Any]:
    """The checklist as plain values, keys in the order of the contract."""
    return {
        "schema": SCHEMA,
        "answers": _answers(checklist),
        "assumed": [answer.question for answer in checklist.answers if answer.assumed],
        "outcome": _outcome(checklist.conclusion),
        "outcomes": [_outcome(other) for other in checklist.others],
        "steps": [_step(step) for step in checklist.steps],
        "documents": [_document(document) for document in checklist.documents],
        "warnings": [_remark(warning) for warning in checklist.warnings],
        "contacts": [_contact(contact) for contact in checklist.contacts],
        "notes": [_remark(note) for note in checklist.notes],
        "local": [_remark(fact) for fact in checklist.local],
        "questions": [
            {"id": question.id, "text": question.text, "detail": question.detail}
            for question in checklist.questions
        ],
        "sources": [_source(cited) for cited in checklist.sources],
        "trace": [line._asdict() for line in checklist.trace],
        "knowledge": {
            "version": checklist.knowledge.version,
            "read_on": checklist.knowledge.read_on,
            "as_of": checklist.knowledge.as_of,
            "overdue": list(checklist.knowledge.overdue),
        },
        "disclaimer": checklist.disclaimer,
        "code": checklist.code,
    }


def _answers(checklist: Checklist) -> dict[str, Any]:
    answers: dict[str, Any] = {answer.question: answer.value for answer in checklist.answers}
    for question, place in checklist.places.items():
        answers[question] = {
            "code": place.code,
            "name": place.name,
            "level": place.level,
            "district": place.district or None,
        }
    return answers


def _outcome(conclusion: Conclusion) -> dict[str, Any]:
    return {
        "path": conclusion.path,
        "title": conclusion.title,
        "summary": conclusion.summary,
        "sources": list(conclusion.evidence.sources),
        **_evidence(conclusion.evidence),
    }


def _step(step: Step) -> dict[str, Any]:
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


def _document(document: Document) -> dict[str, Any]:
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


def _remark(remark: Remark) -> dict[str, Any]:
    return {
        "id": remark.id,
        "text": remark.text,
        "sources": list(remark.evidence.sources),
        "detail": remark.detail,
        **_evidence(remark.evidence),
    }


def _contact(contact: Contact) -> dict[str, Any]:
    return {
        "id": contact.id,
        "name": contact.name,
        "phone": contact.phone,
        "sources": list(contact.evidence.sources),
        "detail": contact.detail,
        **_evidence(contact.evidence),
    }


def _evidence(evidence: Evidence) -> dict[str, Any]:
    return {
        "level": evidence.level,
        "advice": evidence.advice,
        "clauses": list(evidence.clauses),
    }


def _source(cited: CitedSource) -> dict[str, Any]:
    source = cited.source
    return {
        "id": source.id,
        "title": source.title,
        "number": source.number,
        "issued": source.issued,
        "effective": source.effective,
        "read_on": source.read_on,
        "level": cited.level,
        "url": source.url,
        "clauses": list(cited.clauses),
        "overdue": cited.overdue,
        "quoted": source.quoted,
        "read_as": source.read_as,
    }
