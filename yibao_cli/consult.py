"""One consultation: answers, walked through every errand, become a checklist."""

from __future__ import annotations

from collections.abc import Mapping

from yibao_cli.checklist import build
from yibao_cli.errors import Finding, MissingAnswerError
from yibao_cli.knowledge.model import Knowledge
from yibao_cli.knowledge.questions import Question
from yibao_cli.places import Place
from yibao_cli.result import Checklist
from yibao_cli.walk import Answers, Decision, Pending, walk


def errands(knowledge: Knowledge, answers: Answers) -> tuple[str, ...]:
    """The errands to walk, one by one."""
    chosen = answers.get("errand") or knowledge.questions["errand"].default
    return tuple(str(chosen).split(","))


def consult(knowledge: Knowledge, answers: Answers, day: str) -> Checklist:
    """The checklist for these answers by the rules of an ISO day.

    Raises MissingAnswerError, naming the flags, where a required answer is missing.
    """
    return build(knowledge, answers, decide(knowledge, answers, day), day)


def decide(knowledge: Knowledge, answers: Answers, day: str) -> list[Decision]:
    """What the tree says, errand by errand.

    Raises MissingAnswerError, naming the flags, where a required answer is missing.
    """
    found: list[Decision] = []
    for errand in errands(knowledge, answers):
        walked = walk(knowledge, errand, answers, day)
        if isinstance(walked, Pending):
            raise MissingAnswerError(missing(knowledge, answers, day))
        found.append(walked)
    return found


def open_question(
    knowledge: Knowledge, answers: Answers, day: str, *, ask_all: bool = False
) -> Pending | None:
    """The next question the way still needs, or None."""
    for errand in errands(knowledge, answers):
        found = walk(knowledge, errand, answers, day, ask_all=ask_all)
        if isinstance(found, Pending):
            return found
    return None


def missing(knowledge: Knowledge, answers: Answers, day: str) -> Finding:
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
    answers: Mapping[str, str | Place],
    day: str,
    wanted: dict[str, None],
) -> None:
    found = walk(knowledge, errand, answers, day)
    if not isinstance(found, Pending):
        return
    wanted[found.question] = None
    question = knowledge.questions[found.question]
    examples: list[str | Place] = (
        [example_place(knowledge, answers)] if question.kind == "place" else [*question.options]
    )
    for example in examples:
        _collect(knowledge, errand, {**answers, question.id: example}, day, wanted)


def example_place(knowledge: Knowledge, answers: Answers) -> Place:
    """A place in another province than the one already known: such a way asks the most."""
    known = [one.province for one in answers.values() if isinstance(one, Place)]
    cities = knowledge.places.all()
    return next(one for one in cities if one.level == "city" and one.province not in known)


def _examples(question: Question) -> str:
    if question.kind == "place":
        return "省名或市名，例如 四川绵阳"
    return " / ".join(option.label for option in question.options.values())


def used(knowledge: Knowledge, answers: Answers, day: str) -> frozenset[str]:
    """The questions whose answers count on this way."""
    walked = [walk(knowledge, one, answers, day) for one in errands(knowledge, answers)]
    asked = (stop.on for found in walked for stop in found.trace if stop.kind == "ask")
    # The errand chooses the tree, so no node of a tree asks for it.
    return frozenset(("errand", *asked))


def optional_questions(knowledge: Knowledge, answers: Answers, day: str) -> tuple[Question, ...]:
    """Questions on this way that were assumed and that a person may want to answer after all."""
    walked = [walk(knowledge, one, answers, day) for one in errands(knowledge, answers)]
    assumed = {stop.on for found in walked for stop in found.trace if stop.origin == "assumed"}
    return tuple(one for one in knowledge.questions.values() if one.id in assumed and one.extra)
