"""One consultation: answers, walked through every errand, become a checklist."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

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
    """What the tree says, errand by errand, the one with the nearest deadline first: so the question
    names them. Raises MissingAnswerError as `consult` does.
    """
    walked = _walked(knowledge, answers, day)
    found = [one for one in walked if isinstance(one, Decision)]
    if len(found) < len(walked):
        raise MissingAnswerError(_missing(knowledge, answers, day))
    order = list(knowledge.questions["errand"].options)
    return sorted(found, key=lambda one: order.index(one.errand))


def open_question(
    knowledge: Knowledge, answers: Answers, day: str, *, ask_all: bool = False
) -> Pending | None:
    """The next question the way still needs, or None."""
    walked = _walked(knowledge, answers, day, ask_all=ask_all)
    return next((one for one in walked if isinstance(one, Pending)), None)


def used(knowledge: Knowledge, answers: Answers, day: str) -> frozenset[str]:
    """The questions whose answers count on this way."""
    trace = [stop for one in _walked(knowledge, answers, day) for stop in one.trace]
    # The errand chooses the tree, so no node of a tree asks for it.
    return frozenset(("errand", *(stop.on for stop in trace if stop.kind == "ask")))


def optional_questions(knowledge: Knowledge, answers: Answers, day: str) -> tuple[Question, ...]:
    """Questions on this way that were assumed and that a person may want to answer after all."""
    trace = [stop for one in _walked(knowledge, answers, day) for stop in one.trace]
    assumed = {stop.on for stop in trace if stop.origin == "assumed"}
    return tuple(one for one in knowledge.questions.values() if one.id in assumed and one.extra)


def example_place(knowledge: Knowledge, answers: Answers) -> Place:
    """A place in another province than the one already known: such a way asks the most."""
    known = [one.province for one in answers.values() if isinstance(one, Place)]
    cities = knowledge.places.all()
    return next(one for one in cities if one.level == "city" and one.province not in known)


def _walked(
    knowledge: Knowledge, answers: Answers, day: str, *, ask_all: bool = False
) -> list[Decision | Pending]:
    chosen = errands(knowledge, answers)
    return [walk(knowledge, errand, answers, day, ask_all=ask_all) for errand in chosen]


def _missing(knowledge: Knowledge, answers: Answers, day: str) -> Finding:
    """Every required answer that the way needs or may need, in one finding."""
    wanted = dict.fromkeys(
        name
        for errand in errands(knowledge, answers)
        for name in _required(knowledge, errand, answers, day)
    )
    questions = [knowledge.questions[name] for name in wanted]
    named = "；".join(f"{one.label} {one.flag}（{_allowed(one)}）" for one in questions)
    flags = tuple(one.flag for one in questions)
    return Finding("missing_answer", f"还缺：{named}。", flags, questions[0].id)


def _allowed(question: Question) -> str:
    """What may be written as an answer, in short."""
    labels = [option.label for option in question.options.values()]
    return " / ".join(labels) or "省名或市名，例如 四川绵阳"


def _required(knowledge: Knowledge, errand: str, answers: Answers, day: str) -> Iterator[str]:
    """The questions without an answer, as far as they are met.

    What comes after an open question depends on its answer, so all of its answers are followed;
    places do not open new questions and are followed by one example.
    """
    found = walk(knowledge, errand, answers, day)
    if isinstance(found, Pending):
        yield found.question
        question = knowledge.questions[found.question]
        examples: Sequence[str | Place] = [*question.options]
        for example in examples or [example_place(knowledge, answers)]:
            followed = {**answers, question.id: example}
            yield from _required(knowledge, errand, followed, day)
