"""Decisions to a checklist: what fits, in order, without repeats, every entry with its evidence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from yibao_cli import facts
from yibao_cli.answer_code import code_of
from yibao_cli.evidence import Citations
from yibao_cli.fitting import PASSED, fits, in_order
from yibao_cli.knowledge.about import Phases
from yibao_cli.knowledge.items import (
    AnyItem,
    ContactItem,
    DocumentItem,
    NoteItem,
    QuestionItem,
    StepItem,
    WarningItem,
)
from yibao_cli.knowledge.local import LocalFact, Portal
from yibao_cli.knowledge.model import Knowledge, in_force
from yibao_cli.placeholders import channels, placeholders
from yibao_cli.places import Place
from yibao_cli.result import (
    Checklist,
    Contact,
    Document,
    KnowledgeState,
    LocalRemark,
    Outcome,
    Remark,
    Step,
    TraceLine,
)
from yibao_cli.situation import answered_place, counted, in_one_line, situation, values_of
from yibao_cli.walk import Answers, Decision, Stop


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
        # The errand with the nearest deadline leads; the question names them in this order.
        order = list(knowledge.questions["errand"].options)
        self.decisions = sorted(decisions, key=lambda one: order.index(one.errand))
        self.day = day
        self.references = Citations(knowledge, answers, day)
        self.words = placeholders(knowledge, answers)
        self.channels = channels(knowledge, answers)
        insured, care = answers.get("from"), answers.get("to")
        self.journey = (
            facts.Journey(knowledge, insured, care, day)
            if isinstance(insured, Place) and isinstance(care, Place)
            else None
        )
        self.values = values_of(knowledge, answers, self.journey)
        self.errands: dict[str, str] = {}

    def build(self) -> Checklist:
        """The whole list. What cites is made in the order of reading: so sources are numbered."""
        outcome, *outcomes = [self.outcome(one.outcome, one.errand) for one in self.decisions]
        later: dict[str, str] = {}
        for one in self.decisions:
            later |= {name: one.errand for name in one.also if name not in later}
        also = tuple(self.outcome(name, errand) for name, errand in later.items())
        stated = self.local_facts()
        replaced = {name for fact in stated for name in fact.replaces}
        reasons = {name: one for name, one in self.reasons().items() if name not in replaced}
        items = [item for item in self.knowledge.items.values() if item.id in reasons]
        shown = tuple(situation(self.knowledge, self.answers, self.decisions))
        given = counted(self.knowledge, self.answers, self.decisions)
        about = self.knowledge.about
        return Checklist(
            answers={
                name: answered_place(value) if isinstance(value, Place) else value
                for name, value in given.items()
            },
            assumed=tuple(one.question for one in shown if one.assumed),
            outcome=outcome,
            outcomes=tuple(outcomes),
            also=also,
            steps=self.steps(items, reasons),
            documents=tuple(
                self.document(one, reasons[one.id])
                for one in items
                if isinstance(one, DocumentItem)
            ),
            warnings=self.remarks((one for one in items if isinstance(one, WarningItem)), reasons),
            notes=self.remarks((one for one in items if isinstance(one, NoteItem)), reasons),
            local=tuple(map(self.local, stated)),
            unknown=self.unknown(),
            questions=self.remarks(self.still_open(items, stated), reasons),
            contacts=tuple(self.contact(one) for one in items if isinstance(one, ContactItem)),
            proxy=tuple(self.for_proxy(reasons)),
            sources=self.references.sources(),
            trace=tuple(self.line(stop) for one in self.decisions for stop in one.trace),
            situation=shown,
            in_short=in_one_line(self.knowledge, self.answers),
            knowledge=self.state(),
            phases=self.phases(),
            levels=about.levels,
            calendar=about.calendar,
            disclaimer=about.disclaimer,
            code=code_of(self.knowledge, self.answers),
        )

    def state(self) -> KnowledgeState:
        """Which knowledge answers; called when everything is cited."""
        about, overdue = self.knowledge.about, self.references.overdue()
        return KnowledgeState(
            version=about.version, read_on=about.read_on, as_of=self.day, overdue=overdue
        )

    def phases(self) -> Phases:
        """The headings of the steps: who is in care or has paid does nothing before he goes."""
        before = self.values.get("stage", "before") == "before"
        about = self.knowledge.about
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
                    line = self.line(decision.trace[one.stop])
                    found[item.id] = f"{line.label}是“{line.text}”"
                    self.errands[item.id] = decision.errand
        replaced = {other for name in found for other in self.knowledge.items[name].replaces}
        return {name: reason for name, reason in found.items() if name not in replaced}

    def suits(self, item: AnyItem, values: Mapping[str, str]) -> bool:
        """Whether an item fits the answers and all its rules hold on the day."""
        rules = (self.knowledge.rules[name] for name in item.rules)
        if isinstance(item, StepItem) and item.by in PASSED.get(values.get("stage", ""), ()):
            return False
        return fits(values, item.when) and all(in_force(one, self.day) for one in rules)

    def for_proxy(self, reasons: Mapping[str, str]) -> Iterator[Document]:
        """The papers that a relative needs besides those on the list."""
        for item in self.knowledge.items.values():
            if not isinstance(item, DocumentItem) or not item.proxy or item.id in reasons:
                continue
            if self.suits(item, self.values):
                yield self.document(item, "")

    def steps(self, items: Iterable[AnyItem], reasons: Mapping[str, str]) -> tuple[Step, ...]:
        return tuple(
            Step(
                id=item.id,
                phase=item.phase,
                text=self.say(item.text),
                detail=self.maybe(item.detail),
                where=self.maybe(item.where),
                deadline=self.maybe(item.deadline),
                by=item.by,
                urgency=item.urgency,
                because=reasons[item.id],
                calendar=item.calendar,
                weight=item.counts,
                errand=self.errands[item.id],
                **self.references.of_rules(item.rules, portals=self.cited_channels(item)),
            )
            for item in in_order([one for one in items if isinstance(one, StepItem)])
        )

    def cited_channels(self, step: StepItem) -> list[Portal]:
        """The local channels that a step names."""
        named = "{channel}" in f"{step.text}{step.where}{step.detail}"
        return self.channels if named else []

    def document(self, item: DocumentItem, because: str) -> Document:
        return Document(
            id=item.id,
            name=self.say(item.name),
            purpose=self.say(item.purpose),
            detail=self.maybe(item.detail),
            original=item.original,
            copies=item.copies,
            alternatives=tuple(map(self.say, item.alternatives)),
            because=because,
            owner=item.owner,
            signer=item.signer,
            proxy=item.proxy,
            weight=item.counts,
            errand=self.errands.get(item.id, self.decisions[0].errand),
            **self.references.of_rules(item.rules, listed=because != ""),
        )

    def remarks(
        self,
        items: Iterable[WarningItem | NoteItem | QuestionItem],
        reasons: Mapping[str, str],
    ) -> tuple[Remark, ...]:
        return tuple(
            Remark(
                id=item.id,
                text=self.say(item.text),
                detail=self.maybe(item.detail),
                because=reasons[item.id],
                calendar=None if isinstance(item, WarningItem) else item.calendar,
                weight=item.counts,
                errand=self.errands[item.id],
                **self.references.of_rules(item.rules),
            )
            for item in items
        )

    def contact(self, item: ContactItem) -> Contact:
        return Contact(
            id=item.id,
            name=self.say(item.name),
            phone=self.maybe(item.phone),
            detail=self.maybe(item.detail),
            calendar=item.calendar,
            weight=item.counts,
            errand=self.errands[item.id],
            **self.references.of_rules(item.rules),
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
            **self.references.of_rules(found.rules, local),
        )

    # ------------------------------------------------------------ local facts

    def local_facts(self) -> list[LocalFact]:
        """Statements about the insured place and the place of care on the outcome's topics."""
        if self.journey is None or self.journey.care.level == "abroad":
            return []
        insured, care = self.journey.insured, self.journey.care
        topics = {
            topic
            for decision in self.decisions
            for name in (decision.outcome, *decision.also)
            for topic in self.knowledge.outcomes[name].topics
        }
        found = [
            fact
            for role, place, other in (("insured", insured, care), ("care", care, insured))
            for code in dict.fromkeys((place.code, place.province))
            if code in self.knowledge.sheets
            for fact in self.knowledge.sheets[code].facts
            if fact.role == role and fact.topic in topics and self.about(fact, other)
        ]
        order = list(self.knowledge.about.topics)
        return sorted(found, key=lambda fact: order.index(fact.topic))

    def about(self, fact: LocalFact, other: Place) -> bool:
        """Whether a fact is about this journey and these answers; `other` is its other end."""
        assert self.journey is not None
        inside = self.journey.insured.shares_province(self.journey.care)
        ends = {other.code, other.province, other.district_code}
        return (
            fact.reach in (None, "inside" if inside else "across")
            and (not fact.only_with or not ends.isdisjoint(fact.only_with))
            and ends.isdisjoint(fact.never_with)
            and fits(self.values, fact.when)
            and in_force(fact, self.day)
        )

    def unknown(self) -> tuple[str, ...]:
        """The insured place, where nothing reliable is known of it."""
        if self.journey is None or self.journey.care.level == "abroad":
            return ()
        place, sheets = self.journey.insured, self.knowledge.sheets
        if place.is_unsure:
            return ()
        facts = [
            fact
            for code in (place.code, place.province)
            if code in sheets
            for fact in sheets[code].facts
        ]
        reliable = any(fact.role == "insured" and fact.level != "C" for fact in facts)
        return () if reliable else (self.words["{from}"],)

    def local(self, fact: LocalFact) -> LocalRemark:
        about, detail = self.knowledge.about, fact.careful
        if fact.review_by and fact.review_by < self.day:
            detail = "；".join(filter(None, (detail, f"{fact.review_by}起没有复查，可能已变")))
        claim = about.calendar.claim
        places = self.knowledge.places
        home = (fact.region, places.get(fact.region).province)
        evidence = self.references.of(fact.cites, fact.level, home=home)
        # A figure is told with its day.
        if fact.since and evidence["authority"] and any(map(str.isdecimal, fact.says)):
            evidence["authority"] += f"，{fact.since}起"
        return LocalRemark(
            id=fact.id,
            place=places.called(places.get(fact.region)),
            text=fact.says,
            detail=detail,
            because=about.topics[fact.topic],
            calendar="claim" if claim and fact.topic in claim.topics else None,
            weight=fact.weight,
            errand=self.decisions[0].errand,
            **evidence,
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
        """A stop in words."""
        if stop.kind == "ask":
            question = self.knowledge.questions[stop.on]
            label = question.label
            value = self.answers.get(stop.on)
            if question.kind == "choice":
                text = question.options[stop.value].label
            else:
                text = value.full_name if isinstance(value, Place) else "没有写"
        else:
            label = self.knowledge.about.facts[stop.on].label
            text = self.knowledge.fact_word(stop.on, stop.value)
        return TraceLine(
            node=stop.node,
            kind=stop.kind,
            on=stop.on,
            label=label,
            value=stop.value,
            text=text,
            origin=stop.origin,
        )

    def say(self, text: str) -> str:
        for name, value in self.words.items() if "{" in text else ():
            text = text.replace(name, value)
        return text

    def maybe(self, text: str | None) -> str | None:
        return self.say(text) if text else None
