"""Answers of every kind, and the knowledge as a later edition might have it."""

from __future__ import annotations

from hypothesis import strategies as st
from msgspec.structs import replace

from yibao_cli.answers import parse_answers
from yibao_cli.knowledge import knowledge
from yibao_cli.knowledge.model import Knowledge
from yibao_cli.knowledge.questions import Option, Question
from yibao_cli.places import Place

KNOWN = knowledge()
CODES = sorted(KNOWN.places.codes())
INSURED = [code for code in CODES if KNOWN.places.get(code).level != "abroad"]
TYPICAL = parse_answers(
    KNOWN,
    {
        "insurance": ["居民"],
        "from": ["四川绵阳"],
        "to": ["北京"],
        "stage": ["住院中"],
        "care": ["住院"],
        "filing": ["未备案"],
        "category": ["转诊"],
        "hospital": ["已联网"],
        "patient": ["老人"],
    },
)


def values(question: Question) -> st.SearchStrategy[str | Place]:
    if question.kind == "place":
        codes = INSURED if question.id == "from" else CODES
        return st.sampled_from(codes).map(KNOWN.places.get)
    options = st.sampled_from(list(question.options))
    if question.several:
        return st.lists(options, min_size=1, unique=True).map(",".join)
    return options


ANSWERS = st.fixed_dictionaries(
    {}, optional={question.id: values(question) for question in KNOWN.questions.values()}
)


def edited(version: str = "2027.02.01", **questions: Question | None) -> Knowledge:
    """The knowledge after an edit; None removes a question."""
    kept = {
        name: questions.get(name, question)
        for name, question in KNOWN.questions.items()
        if questions.get(name, question) is not None
    }
    added = {one.id: one for one in questions.values() if one is not None}
    renamed = {one.id: one for one in kept.values() if one is not None}
    about = replace(KNOWN.about, version=version)
    return replace(KNOWN, questions={**renamed, **added}, about=about)


def with_options(name: str, *options: Option) -> Question:
    return replace(KNOWN.questions[name], options={option.id: option for option in options})
