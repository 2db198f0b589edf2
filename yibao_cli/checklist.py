"""Decisions to a checklist: what fits, in order, without repeats, every entry with its evidence."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec.structs import asdict

from yibao_cli import facts
from yibao_cli.answer_code import code_of
from yibao_cli.evidence import Citations
from yibao_cli.fitting import fits, in_order, passed, reworded
from yibao_cli.knowledge.about import Phases
from yibao_cli.knowledge.items import (
    AnyItem,
    ContactItem,
    DocumentItem,
    Item,
    NoteItem,
    QuestionItem,
    StepItem,
    WarningItem,
)
from yibao_cli.knowledge.law import LocalFact
from yibao_cli.knowledge.model import Knowledge, in_force
from yibao_cli.placeholders import channels, fill, placeholders
from yibao_cli.places import Place
from yibao_cli.result import (
    Checklist,
    Contact,
    Document,
    Entry,
    Evidence,
    KnowledgeState,
    LocalRemark,
    Outcome,
    Remark,
    Step,
    TraceLine,
)
from yibao_cli.situation import (
    answered_place,
    counted,
    in_one_line,
    label_of,
    situation,
    values_of,
    word_for,
)
from yibao_cli.walk import Answers, Decision, Stop

_KINDS: dict[type[Item], type[Entry]] = {
    StepItem: Step,
    DocumentItem: Document,
    WarningItem: Remark,
    NoteItem: Remark,
    QuestionItem: Remark,
    ContactItem: Contact,
}
# What an entry makes of its item itself: how much it counts, and what it rests on.
_OWN = {"weight", *Evidence.__struct_fields__}
_MADE = {
    kind: (
        entry,
        [one for one in kind.__struct_fields__ if one in {*entry.__struct_fields__} - _OWN],
    )
    for kind, entry in _KINDS.items()
}
"""Of each kind of items the entries that are made of it, and the fields that both have."""


def build(
    knowledge: Knowledge, answers: Answers, decisions: Sequence[Decision], day: str
) -> Checklist:
    """One checklist for one or several errands, by the rules of an ISO day.

    The outcome is that of the errand with the nearest deadline; steps stand in the order in which
    they are done.
    """
    return _Builder(knowledge, answers, decisions, day).build()


def listed(
    knowledge: Knowledge, answers: Answers, decisions: Sequence[Decision], day: str
) -> tuple[str, ...]:
    """The ids of the items that stand on a list."""
    return tuple(_Builder(knowledge, answers, decisions, day).reasons())


class _Builder:
    """One checklist in the making."""

    def __init__(
        self, knowledge: Knowledge, answers: Answers, decisions: Sequence[Decision], day: str
    ) -> None:
        self.knowledge = knowledge
        self.answers = answers
        self.decisions = decisions
        self.day = day
        self.references = Citations(knowledge, answers, day)
        self.words = placeholders(knowledge, answers)
        self.channels = channels(knowledge, answers)
        self.journey = facts.journey_of(knowledge, answers, day)
        self.values = values_of(knowledge, answers, self.journey)
        # By its item: the errand that put it on the list, and the reason.
        self.errands: dict[str, str] = {}
        self.because: dict[str, str] = {}
        self.worded: dict[str, LocalFact] = {}

    def build(self) -> Checklist:
        """The whole list. What cites is made in the order of reading: so sources are numbered."""
        outcome, *outcomes = [self.outcome(one.outcome, one.errand) for one in self.decisions]
        later: dict[str, str] = {}
        for one in self.decisions:
            later |= {name: one.errand for name in one.also if name not in later}
        also = tuple(self.outcome(name, errand) for name, errand in later.items())
        entries = self.entries()
        shown = tuple(situation(self.knowledge, self.answers, self.decisions))
        given = counted(self.knowledge, self.answers, self.decisions)
        about = self.knowledge.about
        sources = self.references.sources()
        return Checklist(
            answers={
                name: answered_place(value) if isinstance(value, Place) else value
                for name, value in given.items()
            },
            assumed=tuple(one.question for one in shown if one.assumed),
            outcome=outcome,
            outcomes=tuple(outcomes),
            also=also,
            **entries,
            unknown=self.unknown(),
            sources=sources,
            trace=tuple(self.line(stop) for one in self.decisions for stop in one.trace),
            situation=shown,
            in_short=in_one_line(self.knowledge, self.answers),
            knowledge=KnowledgeState(
                version=about.version,
                read_on=about.read_on,
                as_of=self.day,
                overdue=tuple(one.id for one in sources if one.overdue),
            ),
            phases=self.phases(),
            levels=about.levels,
            calendar=about.calendar,
            words=self.knowledge.wording.explained,
            disclaimer=about.disclaimer,
            code=code_of(self.knowledge, self.answers),
        )

    def entries(self) -> dict[str, Any]:
        """What stands on the list, part by part."""
        self.because = self.reasons()
        stated = self.local_facts(self.because)
        absent = {name for fact in stated for name in fact.replaces}
        ids = {name for name in self.because if name not in absent}
        self.worded = {name: one for one in stated for name in one.rewords if name in ids}
        items = [self.here(item) for name, item in self.knowledge.items.items() if name in ids]

        def listed(kind: type[Item]) -> tuple[Any, ...]:
            return tuple(self.entry(one) for one in items if isinstance(one, kind))

        steps = in_order([one for one in items if isinstance(one, StepItem)])
        return {
            "steps": tuple(map(self.entry, steps)),
            "documents": listed(DocumentItem),
            "warnings": listed(WarningItem),
            "notes": listed(NoteItem),
            "local": tuple(map(self.local, stated)),
            "questions": tuple(map(self.entry, self.still_open(items, stated))),
            "contacts": listed(ContactItem),
            "proxy": tuple(self.for_proxy(items)),
        }

    def phases(self) -> Phases:
        """The headings of the steps: who is in care or has paid does nothing before he goes, and
        who runs an errand does not go to a doctor.
        """
        about = self.knowledge.about
        if about.phases_office and self.decisions[0].errand in about.office_errands:
            return about.phases_office
        before = self.values.get("stage", "before") == "before"
        return about.phases if before else about.phases_under_way

    # ------------------------------------------------------------ items

    def reasons(self) -> dict[str, str]:
        """Ids of the items that fit and are in force, each with the reason it is on the list."""
        found: dict[str, str] = {}
        for decision in self.decisions:
            values = self.values | {"errand": decision.errand}
            for one in decision.added:
                item = self.knowledge.items[one.item]
                if item.id not in found and self.suits(item, values):
                    label, text = self.describe(decision.trace[one.stop])
                    found[item.id] = f"{label}是“{text}”"
                    self.errands[item.id] = decision.errand
        replaced = {other for name in found for other in self.knowledge.items[name].replaces}
        return {name: reason for name, reason in found.items() if name not in replaced}

    def suits(self, item: AnyItem, values: Mapping[str, str]) -> bool:
        """Whether an item fits the answers and all its rules hold on the day."""
        rules = (self.knowledge.rules[name] for name in item.basis)
        if isinstance(item, StepItem) and item.by in passed(values):
            return False
        return fits(values, item.when) and all(in_force(one, self.day) for one in rules)

    def here(self, item: AnyItem) -> AnyItem:
        """An item as the rules of the two places word it."""
        fact = self.worded.get(item.id)
        return reworded(item, fact.rewords[item.id]) if fact else item

    def for_proxy(self, items: Iterable[AnyItem]) -> Iterator[Document]:
        """The papers that a relative needs besides those on the list."""
        listed = {item.id for item in items}
        for item in self.knowledge.proxy_papers:
            if item.id not in listed and self.suits(item, self.values):
                yield self.entry(item, cited=False)

    def entry(self, item: AnyItem, *, cited: bool = True) -> Any:
        """An item as the list has it: `cited` puts what it rests on among the sources."""
        made, same = _MADE[type(item)]
        channels = self.channels if isinstance(item, StepItem) and _names_channel(item) else []
        worded = self.worded.get(item.id)
        return made(
            **{name: self.say(getattr(item, name)) for name in same},
            because=self.because.get(item.id, ""),
            weight=item.counts,
            errand=self.errands.get(item.id, self.decisions[0].errand),
            **self.references.of(
                item.rules, worded, detail=item.detail_rules, portals=channels, listed=cited
            ),
        )

    def outcome(self, name: str, errand: str) -> Outcome:
        found = self.knowledge.outcomes[name]
        local = (
            facts.local_basis(self.journey, found.local) if found.local and self.journey else None
        )
        return Outcome(
            id=name,
            errand=errand,
            path=found.path,
            title=self.say(found.title),
            summary=self.say(found.summary),
            **self.references.of(found.rules, local),
        )

    # ------------------------------------------------------------ local facts

    def local_facts(self, items: Collection[str]) -> list[LocalFact]:
        """Statements about the places that are known, on the outcome's topics, and those that reword
        its items.
        """
        insured, care = (
            one if isinstance(one := self.answers.get(name), Place) else None
            for name in ("from", "to")
        )
        if care and care.level == "abroad":
            return []
        topics = {
            topic
            for decision in self.decisions
            for name in (decision.outcome, *decision.also)
            for topic in self.knowledge.outcomes[name].topics
        }
        found = [
            fact
            for role, place, other in (("insured", insured, care), ("care", care, insured))
            if place
            for sheet in self.knowledge.sheets_of(place)
            for fact in sheet.facts
            if fact.role == role
            and (fact.topic in topics or not fact.rewords.keys().isdisjoint(items))
            and self.about(fact, place, other)
        ]
        order = list(self.knowledge.about.topics)
        return sorted(found, key=lambda fact: order.index(fact.topic))

    def about(self, fact: LocalFact, place: Place, other: Place | None) -> bool:
        """Whether a fact of one place is about these answers, and the journey to the `other`."""
        # In one pooling area nobody goes anywhere, and an errand may lead nowhere.
        relation = self.values.get("relation", "")
        reach = {"same_province": "inside", "other_province": "across"}.get(relation)
        away = other.codes if other else frozenset()
        return (
            fact.reach in (None, reach)
            and (not fact.only_with or not away.isdisjoint(fact.only_with))
            and away.isdisjoint(fact.never_with)
            and (not fact.only_from or (place.district_code or fact.only_from[0]) in fact.only_from)
            and fits(self.values, fact.when)
            and in_force(fact, self.day)
        )

    def unknown(self) -> tuple[str, ...]:
        """The insured place, where nothing reliable is known of it."""
        if self.journey is None or self.journey.care.level == "abroad":
            return ()
        insured = self.journey.insured
        reliable = any(
            fact.role == "insured" and fact.level != "C"
            for sheet in self.knowledge.sheets_of(insured)
            for fact in sheet.facts
        )
        return () if insured.is_unsure or reliable else (self.words["{from}"],)

    def local(self, fact: LocalFact) -> LocalRemark:
        about, detail = self.knowledge.about, fact.careful
        if fact.review_by and fact.review_by < self.day:
            detail = "；".join(filter(None, (detail, f"{fact.review_by}起没有复查，可能已变")))
        claim = about.calendar.claim
        places = self.knowledge.places
        return LocalRemark(
            id=fact.id,
            place=places.called(places.get(fact.region)),
            role=fact.role,
            text=fact.says,
            detail=detail,
            because=about.topics[fact.topic],
            calendar="claim" if claim and fact.topic in claim.topics else None,
            # What an item of the list says by it need not be said again.
            weight="background" if fact in self.worded.values() else fact.weight,
            errand=self.decisions[0].errand,
            **self.references.of((), fact),
        )

    def still_open(
        self, items: Iterable[AnyItem], stated: Iterable[LocalFact]
    ) -> Iterator[QuestionItem]:
        """The questions that no reliable local fact has answered.

        What has to be confirmed all the same is still worth asking.
        """
        known = {one.topic for one in stated if one.role == "insured" and not one.careful}
        for item in items:
            if isinstance(item, QuestionItem) and item.topic not in known:
                yield item

    # ------------------------------------------------------------ words

    def line(self, stop: Stop) -> TraceLine:
        """A stop as the list has it."""
        label, text = self.describe(stop)
        return TraceLine(**asdict(stop), label=label, text=text)

    def describe(self, stop: Stop) -> tuple[str, str]:
        """What a stop turned on and what was met there, in words."""
        place, question = self.answers.get(stop.on), self.knowledge.questions.get(stop.on)
        if question and question.kind == "place":
            return question.label, place.full_name if isinstance(place, Place) else "没有写"
        word = word_for(self.knowledge, stop.on, stop.value)
        return label_of(self.knowledge, stop.on), word

    def say(self, said: Any) -> Any:
        """What the knowledge says, in texts with the words for its placeholders."""
        if isinstance(said, str):
            return fill(said, self.words)
        return tuple(map(self.say, said)) if isinstance(said, tuple) else said


def _names_channel(step: StepItem) -> bool:
    """Whether a step says where to file, which rests on what names the channels."""
    return "{channel}" in f"{step.text}{step.where}{step.detail}"
