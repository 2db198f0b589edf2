"""The answers of a person as a list goes by them and shows them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from yibao_cli import facts
from yibao_cli.answers import answer_in_words
from yibao_cli.knowledge.model import Knowledge
from yibao_cli.knowledge.questions import Question
from yibao_cli.places import Place
from yibao_cli.result import Answer, PlaceAnswer
from yibao_cli.walk import GIVEN, Answers, Decision

_PLACE_WORDS = {GIVEN: "写了地名", "unsure": "不知道"}


def values_of(
    knowledge: Knowledge, answers: Answers, journey: facts.Journey | None
) -> dict[str, str]:
    """What every question and fact counts as: given answers count whether or not a way asks for
    them, what was not answered is assumed, and an answer may stand for that of another question.
    """
    questions = [one for one in knowledge.questions.values() if one.kind == "choice"]
    places = {name: one for name, one in answers.items() if isinstance(one, Place)}
    found = {one.id: str(answers.get(one.id) or one.default or "unsure") for one in questions}
    for one in questions:
        chosen = one.options.get(found[one.id])
        for other, option in (chosen.stands_for if chosen else {}).items():
            if other not in answers:
                found[other] = option
    found |= {name: "unsure" if one.is_unsure else GIVEN for name, one in places.items()}
    return found | (facts.derived(journey) if journey else {})


def label_of(knowledge: Knowledge, name: str) -> str:
    """What a question or a fact is called."""
    question = knowledge.questions.get(name)
    return question.label if question else knowledge.about.facts[name].label


def word_for(knowledge: Knowledge, name: str, value: str) -> str:
    """What an answer to a question is called, or a value of a fact."""
    question = knowledge.questions.get(name)
    if question is None:
        return knowledge.fact_word(name, value)
    return question.options[value].label if question.options else _PLACE_WORDS[value]


def counted(
    knowledge: Knowledge, answers: Answers, decisions: Iterable[Decision]
) -> dict[str, str | Place]:
    """Given answers and those assumed on the way, in the order of the questions."""
    found: dict[str, str | Place] = {}
    for decision in decisions:
        # The errand chooses the tree, so no node of a tree asks for it.
        found.setdefault("errand", decision.errand)
        for stop in decision.trace:
            if stop.origin == "assumed" and knowledge.questions[stop.on].kind == "choice":
                found.setdefault(stop.on, stop.value)
    found.update(answers)
    return {name: found[name] for name in knowledge.questions if name in found}


def situation(
    knowledge: Knowledge, answers: Answers, decisions: Iterable[Decision]
) -> Iterator[Answer]:
    """The answers in words."""
    decisions = tuple(decisions)
    asked = {"errand", *(name for one in decisions for name in one.values)}
    for name, value in counted(knowledge, answers, decisions).items():
        question = knowledge.questions[name]
        yield Answer(
            question=name,
            label=question.label,
            flag=question.flag,
            value=value.code if isinstance(value, Place) else value,
            text=answer_in_words(question, value),
            in_short=_in_short(knowledge, question, value),
            assumed=name not in answers or (isinstance(value, Place) and value.is_unsure),
            used=name in asked,
        )


def in_one_line(knowledge: Knowledge, answers: Answers) -> str:
    """What was answered and is out of the ordinary, the places with an arrow between them."""
    parts: list[str] = []
    for name, question in knowledge.questions.items():
        value = answers.get(name)
        # The errand is what the conclusions are about.
        if value is None or value == question.default or name == "errand":
            continue
        said = _in_short(knowledge, question, value)
        if name == "to" and "from" in answers:
            parts[-1] += f" → {said}"
        else:
            parts.append(said)
    return "，".join(parts)


def answered_place(place: Place) -> PlaceAnswer | None:
    """A place as the JSON has it; None where it is not known yet."""
    if place.level == "unsure":
        return None
    return PlaceAnswer(
        code=place.code, name=place.name, level=place.level, district=place.district or None
    )


def _in_short(knowledge: Knowledge, question: Question, value: str | Place) -> str:
    """An answer where its question is not beside it."""
    if isinstance(value, Place):
        return (question.label if value.is_unsure else "") + knowledge.places.called(value)
    return "、".join(question.options[one].in_short(question.label) for one in value.split(","))
