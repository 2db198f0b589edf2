"""One consultation: given answers, walked through every errand, become a checklist."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from yibao_cli.answer_code import encode
from yibao_cli.checklist import build
from yibao_cli.errors import Finding, MissingAnswerError
from yibao_cli.model import Checklist, Decision, Knowledge, Question, Stop
from yibao_cli.regions import Place
from yibao_cli.walk import Pending, walk


def errands(knowledge: Knowledge, answers: Mapping[str, str | Place]) -> tuple[str, ...]:
    """The errands to walk, one by one."""
    chosen = answers.get("errand") or knowledge.questions["errand"].default
    return tuple(str(chosen).split(","))


def open_question(
    knowledge: Knowledge,
    answers: Mapping[str, str | Place],
    day: str,
    *,
    ask_all: bool = False,
) -> Pending | None:
    """The next question the way still needs, or None."""
    for errand in errands(knowledge, answers):
        found = walk(knowledge, errand, answers, day, ask_all=ask_all)
        if isinstance(found, Pending):
            return found
    return None


def consult(knowledge: Knowledge, answers: Mapping[str, str | Place], day: str) -> Checklist:
    """The checklist for these answers by the rules of an ISO day.

    Raises MissingAnswerError, naming the flags, where a required answer is missing.
    """
    decisions: list[Decision] = []
    for errand in errands(knowledge, answers):
        found = walk(knowledge, errand, answers, day)
        if isinstance(found, Pending):
            raise MissingAnswerError(missing(knowledge, answers, day))
        decisions.append(found)
    checklist = build(knowledge, answers, decisions, day)
    return checklist._replace(code=encode(knowledge, answers))


def missing(knowledge: Knowledge, answers: Mapping[str, str | Place], day: str) -> Finding:
    """Every required answer that the way needs or may need, in one finding.

    What comes after the first open question depends on its answer, so all of its answers are
    followed; places do not open new questions and are followed by one example.
    """
    wanted: dict[str, None] = {}
    for errand in errands(knowledge, answers):
        _collect(knowledge, errand, dict(answers), day, wanted)
    questions = [knowledge.questions[name] for name in wanted]
    named = "、".join(f"{one.label} {one.flag}" for one in questions)
    first = questions[0]
    return Finding(
        "missing_answer",
        f"还缺：{named}。{first.label}可以写：{_examples(first)}。",
        tuple(one.flag for one in questions),
        first.id,
    )


def _collect(
    knowledge: Knowledge,
    errand: str,
    answers: dict[str, str | Place],
    day: str,
    wanted: dict[str, None],
) -> None:
    found = walk(knowledge, errand, answers, day)
    if not isinstance(found, Pending):
        return
    wanted[found.question] = None
    question = knowledge.questions[found.question]
    if question.kind == "place":
        examples: list[str | Place] = [example_place(knowledge, answers)]
    else:
        examples = [option.id for option in question.options]
    for example in examples:
        _collect(knowledge, errand, {**answers, question.id: example}, day, wanted)


def example_place(knowledge: Knowledge, answers: Mapping[str, str | Place]) -> Place:
    """A place in another province than the one already known: such a way asks the most."""
    known = [one.province for one in answers.values() if isinstance(one, Place)]
    cities: Iterable[Place] = knowledge.places.all()
    return next(one for one in cities if one.level == "city" and one.province not in known)


def _examples(question: Question) -> str:
    if question.kind == "place":
        return "省名或市名，例如 四川绵阳"
    return " / ".join(option.label for option in question.options)


def used(knowledge: Knowledge, answers: Mapping[str, str | Place], day: str) -> frozenset[str]:
    """The questions whose answers count on this way."""
    walked = [walk(knowledge, one, answers, day) for one in errands(knowledge, answers)]
    asked = (stop.on for found in walked for stop in found.trace if stop.kind == "ask")
    # The errand chooses the tree, so no node of a tree asks for it.
    return frozenset(("errand", *asked))


def optional_questions(
    knowledge: Knowledge, answers: Mapping[str, str | Place], day: str
) -> tuple[Question, ...]:
    """Questions on this way that were assumed and that a person may want to answer after all."""
    seen: dict[str, None] = {}
    for errand in errands(knowledge, answers):
        found = walk(knowledge, errand, answers, day)
        stops: tuple[Stop, ...] = found.trace
        for stop in stops:
            if stop.origin == "assumed":
                seen[stop.on] = None
    return tuple(
        question
        for question in knowledge.questions.values()
        if question.id in seen and question.extra
    )
