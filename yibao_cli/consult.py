"""One consultation: given answers, walked through every errand, become a checklist."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache

from yibao_cli.answer_code.write import Encoder, code_of, place_bits
from yibao_cli.checklist import UNNAMED, Core, Draft, Drafts, Settled, names_of, places_of, unplaced
from yibao_cli.errors import Finding, MissingAnswerError
from yibao_cli.forms import Form, Memory, mark
from yibao_cli.ground import Ground, Grounds
from yibao_cli.model import Checklist, Conclusion, Decision, Knowledge, Question, Stop
from yibao_cli.regions import Place
from yibao_cli.values import Value
from yibao_cli.walk import Pending, walk

DRAFTS = 4096
_PLACES = 8192


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
    return Consultant(knowledge, day).case(answers).checklist()


class Case(Value):
    """One situation that was thought through: what it shares with others, and what is its own."""

    draft: Draft
    ground: Ground
    places: dict[str, Place]
    names: dict[str, str]
    bits: Form[str]

    @property
    def code(self) -> str:
        """The answers as a short code."""
        return code_of(self.bits.filled(self.names))

    @property
    def conclusion(self) -> Conclusion:
        """The outcome alone, without the list that hangs on it."""
        return self.draft.core.conclusions.all[0].filled(self.names)

    @property
    def settled(self) -> Settled:
        """What its ground settles."""
        return self.draft.settled(self.ground)

    def checklist(self) -> Checklist:
        """The whole checklist; nothing that can be changed belongs to another case as well."""
        return self.draft.checklist(self.settled, self.places, self.names, self.code)


class Consultant:
    """Answers any number of situations by one knowledge on one ISO day. Safe in threads.

    It walks the tree anew only where it has not done so lately for the same answers and places of
    the same kind: a walk sees of the places whether they are given and which facts are derived
    from them, a draft sees besides the local rules that it rests on. The core of a draft is made
    anew only for a way that was not gone lately.
    What is remembered is bounded, and never changed or handed out with a place in it.
    """

    def __init__(self, knowledge: Knowledge, day: str) -> None:
        self.knowledge = knowledge
        self.day = day
        self._grounds = Grounds(knowledge, day)
        self._encoder = Encoder(knowledge)
        self.drafts = Drafts(knowledge, day)
        self._drafted: Memory[object, tuple[Draft, Form[str]]] = Memory(DRAFTS)
        self._cores: Memory[object, Core] = Memory(DRAFTS)
        self.names = lru_cache(_PLACES)(self._names)

    def case(self, answers: Mapping[str, str | Place]) -> Case:
        """These answers thought through.

        Raises MissingAnswerError, naming the flags, where a required answer is missing.
        """
        places: dict[str, Place] = {}
        rest: list[tuple[str, str]] = []
        names = UNNAMED
        for item in answers.items():
            name, value = item
            if isinstance(value, Place):
                places[name] = value
                names = names | self.names(name, value)
            else:
                rest.append((name, value))
        ground = self._grounds.of(places)
        key = (frozenset(rest), tuple(places), ground.values)
        found = self._drafted.get(key)
        if found is not None and (bases := found[0].core.bases):
            found = self._drafted.get((key, *[ground.basis(name) for name in bases]))
        if found is None:
            draft = self.drafts.draft(answers, self._core(answers, places, ground))
            found = self._drafted.keep(key, (draft, self._encoder.form(answers)))
            if bases := draft.core.bases:
                self._drafted.keep((key, *[ground.basis(name) for name in bases]), found)
        return Case(found[0], ground, places, names, found[1])

    def decisions(self, answers: Mapping[str, str | Place]) -> list[Decision]:
        """What the tree says, errand by errand.

        Raises MissingAnswerError, naming the flags, where a required answer is missing.
        """
        return self._walked(answers, self._grounds.of(places_of(answers)))

    def _core(
        self, answers: Mapping[str, str | Place], places: Collection[str], ground: Ground
    ) -> Core:
        decisions = [unplaced(one, places) for one in self._walked(answers, ground)]
        key = tuple([(one.errand, one.trace) for one in decisions])
        found = self._cores.get(key)
        if found is not None and found.bases:
            found = self._cores.get((key, *[ground.basis(name) for name in found.bases]))
        if found is None:
            found = self._cores.keep(key, self.drafts.core(decisions, ground))
            if found.bases:
                self._cores.keep((key, *[ground.basis(name) for name in found.bases]), found)
        return found

    def _walked(self, answers: Mapping[str, str | Place], ground: Ground) -> list[Decision]:
        decisions: list[Decision] = []
        derived = ground.derived
        for errand in errands(self.knowledge, answers):
            found = walk(self.knowledge, errand, answers, self.day, derived=derived)
            if isinstance(found, Pending):
                raise MissingAnswerError(missing(self.knowledge, answers, self.day))
            decisions.append(found)
        return decisions

    def _names(self, question_id: str, place: Place) -> dict[str, str]:
        return {
            **names_of(self.knowledge, question_id, place),
            mark(question_id, "bits"): place_bits(place),
        }


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
