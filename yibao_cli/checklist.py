"""Decisions to a checklist: ordered, without repeats, every entry with its evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from yibao_cli import facts
from yibao_cli.answers import place_name
from yibao_cli.model import (
    LEVELS,
    PHASES,
    Answer,
    Basis,
    Checklist,
    Citation,
    CitedSource,
    Conclusion,
    Contact,
    Decision,
    Document,
    Evidence,
    Item,
    Knowledge,
    KnowledgeState,
    LocalFact,
    LocalRule,
    Outcome,
    Remark,
    Rule,
    Source,
    Step,
    Stop,
    TraceLine,
    Zone,
)
from yibao_cli.regions import Place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar

    T = TypeVar("T")

UNNAMED = {"{from}": "参保地", "{to}": "就医地", "{hotline}": "参保城市区号-12393"}
"""What the placeholders of the knowledge stand for where no place is known."""


def build(
    knowledge: Knowledge,
    answers: Mapping[str, str | Place],
    decisions: Sequence[Decision],
    day: str,
) -> Checklist:
    """One checklist for one or several errands, by the rules of an ISO day.

    The outcome is the first in the order of precedence; steps stand in the order of their phases
    and, within one, in the order of the knowledge.
    """
    return _Builder(knowledge, answers, decisions, day).build()


class _Builder:
    def __init__(
        self,
        knowledge: Knowledge,
        answers: Mapping[str, str | Place],
        decisions: Sequence[Decision],
        day: str,
    ) -> None:
        self.knowledge = knowledge
        self.answers = answers
        self.decisions = sorted(decisions, key=lambda one: knowledge.outcomes[one.outcome].rank)
        self.day = day
        self.cited: dict[str, dict[str, None]] = {}
        self.words = words(knowledge, answers)
        insured, care = answers.get("from"), answers.get("to")
        self.journey = (
            facts.Journey(knowledge, insured, care, day)
            if isinstance(insured, Place) and isinstance(care, Place)
            else None
        )
        # What the walks went by, assumed answers included.
        self.values = {
            stop.on: stop.value
            for decision in decisions
            for stop in decision.trace
            if stop.kind == "ask"
        }

    def build(self) -> Checklist:
        conclusions = [self.conclusion(one.outcome) for one in self.decisions]
        also = [self.conclusion(name) for one in self.decisions for name in one.also]
        chosen = self.chosen()
        facts_shown = self.local_facts()
        # What has to be confirmed all the same is still worth asking.
        topics = {one.topic for one in facts_shown if one.role == "insured" and not one.careful}
        # Sources are numbered in the order in which a reader meets them.
        steps = self.steps(chosen)
        documents = tuple(
            self.document(item, because) for item, because in self.of("document", chosen)
        )
        warnings = self.remarks("warning", chosen)
        notes = self.remarks("note", chosen)
        local = tuple(self.local(fact) for fact in facts_shown)
        questions = tuple(
            self.remark(item, because)
            for item, because in self.of("question", chosen)
            if item.topic is None or item.topic not in topics
        )
        contacts = tuple(self.contact(item) for item, _ in self.of("contact", chosen))
        sources = self.sources()
        about = self.knowledge.about
        return Checklist(
            answers=self.shown_answers(),
            places={
                name: value for name, value in self.answers.items() if isinstance(value, Place)
            },
            conclusion=conclusions[0],
            others=tuple(conclusions[1:]),
            also=tuple(_distinct(also, lambda one: one.id)),
            steps=steps,
            documents=documents,
            warnings=warnings,
            notes=notes,
            local=local,
            questions=questions,
            contacts=contacts,
            sources=sources,
            trace=tuple(
                self.trace_line(stop) for decision in self.decisions for stop in decision.trace
            ),
            knowledge=KnowledgeState(
                about.version,
                about.read_on,
                self.day,
                tuple(one.source.id for one in sources if one.overdue),
            ),
            disclaimer=about.disclaimer,
            # Who is in care or has paid cannot do anything before he goes.
            phases=about.phases
            if self.values.get("stage", "before") == "before"
            else about.phases_under_way,
            levels=about.levels,
        )

    # ------------------------------------------------------------ items

    def chosen(self) -> dict[str, str]:
        """Ids of the items in force that day, each with the reason it is on the list."""
        found: dict[str, str] = {}
        for decision in self.decisions:
            for one in decision.added:
                item = self.knowledge.items[one.item]
                if one.item in found or not self.answered(item.when):
                    continue
                if self.in_force(item.basis):
                    found[one.item] = self.because(decision.trace[one.stop])
        return found

    def in_force(self, basis: Basis) -> bool:
        return all(self.knowledge.rules[name].in_force(self.day) for name in basis.rules)

    def of(self, kind: str, chosen: Mapping[str, str]) -> list[tuple[Item, str]]:
        """The chosen items of a kind, in the order of the knowledge."""
        return [
            (item, chosen[item.id])
            for item in self.knowledge.items.values()
            if item.kind == kind and item.id in chosen
        ]

    def steps(self, chosen: Mapping[str, str]) -> tuple[Step, ...]:
        found = sorted(
            self.of("step", chosen), key=lambda pair: PHASES.index(pair[0].phase or "before")
        )
        return tuple(
            Step(
                id=item.id,
                phase=item.phase or "before",
                text=self.say(item.text),
                detail=self.maybe(item.detail),
                where=self.maybe(item.where),
                deadline=self.maybe(item.deadline),
                evidence=self.evidence(item.basis),
                because=because,
            )
            for item, because in found
        )

    def document(self, item: Item, because: str) -> Document:
        return Document(
            id=item.id,
            name=self.say(item.text),
            purpose=self.say(item.purpose or ""),
            detail=self.maybe(item.detail),
            original=item.original,
            copies=item.copies,
            alternatives=tuple(self.say(text) for text in item.alternatives),
            evidence=self.evidence(item.basis),
            because=because,
        )

    def remarks(self, kind: str, chosen: Mapping[str, str]) -> tuple[Remark, ...]:
        return tuple(self.remark(item, because) for item, because in self.of(kind, chosen))

    def remark(self, item: Item, because: str) -> Remark:
        return Remark(
            item.id,
            self.say(item.text),
            self.maybe(item.detail),
            self.evidence(item.basis),
            because,
        )

    def contact(self, item: Item) -> Contact:
        return Contact(
            item.id,
            self.say(item.text),
            self.maybe(item.phone),
            self.maybe(item.detail),
            self.evidence(item.basis),
        )

    def conclusion(self, name: str) -> Conclusion:
        outcome: Outcome = self.knowledge.outcomes[name]
        return Conclusion(
            outcome.id,
            outcome.path,
            self.say(outcome.title),
            self.say(outcome.summary),
            self.evidence(outcome.basis),
        )

    # ------------------------------------------------------------ local facts

    def local_facts(self) -> list[LocalFact]:
        """Statements about the insured place and the place of care on the outcome's topics."""
        if self.journey is None or self.journey.care.level == "abroad":
            return []
        insured, care = self.journey.insured, self.journey.care
        inside = "inside" if insured.province == care.province else "across"
        topics = {
            topic
            for decision in self.decisions
            for name in (decision.outcome, *decision.also)
            for topic in self.knowledge.outcomes[name].topics
        }
        found: list[LocalFact] = []
        for role, place, other in (("insured", insured, care), ("care", care, insured)):
            ends = {other.code, other.province, other.district_code}
            for code in dict.fromkeys((place.code, place.province)):
                sheet = self.knowledge.sheets.get(code)
                found += [
                    fact
                    for fact in (sheet.facts if sheet else ())
                    if fact.role == role
                    and fact.topic in topics
                    and fact.reach in (None, inside)
                    and (not fact.only_with or ends & set(fact.only_with))
                    and not ends & set(fact.never_with)
                    and self.answered(fact.when)
                    and fact.in_force(self.day)
                ]
        order = list(self.knowledge.about.topics)
        return sorted(found, key=lambda fact: order.index(fact.topic))

    def answered(self, when: tuple[tuple[str, tuple[str, ...]], ...]) -> bool:
        """Whether something is about these answers; who does not know is told rather too much."""
        return all(
            self.values.get(question, "unsure") in (*options, "unsure")
            for question, options in when
        )

    def local(self, fact: LocalFact) -> Remark:
        overdue = fact.review_by < self.day
        detail = fact.careful
        if overdue:
            detail = "；".join(filter(None, (detail, f"{fact.review_by}起没有复查，可能已变")))
        return Remark(
            fact.id,
            fact.says,
            detail,
            self.cite(fact.cites, fact.level),
            self.knowledge.about.topics[fact.topic],
        )

    # ------------------------------------------------------------ evidence

    def evidence(self, basis: Basis) -> Evidence:
        """What a basis rests on; the weakest of its rules gives the level."""
        rules = [self.knowledge.rules[name] for name in basis.rules]
        found: list[Rule | LocalRule | Zone] = [one for one in rules if one.in_force(self.day)]
        if basis.local and self.journey:
            local = facts.local_basis(self.journey, basis.local)
            found += [local] if local else []
        level = max((one.level for one in found), key=LEVELS.index, default=None)
        return self.cite([cite for one in found for cite in one.cites], level)

    def cite(self, cites: Iterable[Citation], level: str | None) -> Evidence:
        distinct = self.known_then(_distinct(cites, lambda one: one))
        for one in distinct:
            self.cited.setdefault(one.source, {})[one.clause] = None
        return Evidence(
            level,
            tuple(dict.fromkeys(one.source for one in distinct)),
            tuple(f"{self.called(one.source)} {one.clause}" for one in distinct),
        )

    def known_then(self, cites: list[Citation]) -> list[Citation]:
        """Without texts of a later day, unless nothing else supports the statement."""
        earlier = [
            one for one in cites if (self.knowledge.sources[one.source].issued or "") <= self.day
        ]
        return earlier or cites

    def called(self, source_id: str) -> str:
        source = self.knowledge.sources[source_id]
        return source.number or f"《{source.title}》"

    def sources(self) -> tuple[CitedSource, ...]:
        return tuple(
            CitedSource(
                source=source,
                clauses=tuple(clauses),
                level=self.level_here(source),
                overdue=source.review_by < self.day,
            )
            for source, clauses in (
                (self.knowledge.sources[name], clauses) for name, clauses in self.cited.items()
            )
        )

    def level_here(self, source: Source) -> str:
        """A provincial text proves its own province; elsewhere it is strong evidence (B)."""
        if source.level != "A" or source.scope is None:
            return source.level
        places = [value for value in self.answers.values() if isinstance(value, Place)]
        home = {code for place in places for code in (place.code, place.province)}
        return "A" if source.scope in home else "B"

    # ------------------------------------------------------------ words

    def because(self, stop: Stop) -> str:
        line = self.trace_line(stop)
        return f"{line.label}是“{line.text}”"

    def trace_line(self, stop: Stop) -> TraceLine:
        if stop.kind == "ask":
            question = self.knowledge.questions[stop.on]
            label = question.label
            value = self.answers.get(stop.on)
            if isinstance(value, Place):
                text = place_name(value)
            elif question.kind == "place":
                text = "没有写"
            else:
                text = question.option(stop.value).label
        elif stop.kind == "switch":
            label = facts.LABELS[stop.on]
            zones = {zone.id: zone.name for zone in self.knowledge.zones}
            text = zones.get(stop.value) or facts.WORDS[stop.value]
        else:
            label, text = "结论", self.say(self.knowledge.outcomes[stop.on].title)
        return TraceLine(stop.node, stop.kind, stop.on, label, stop.value, text, stop.origin)

    def shown_answers(self) -> tuple[Answer, ...]:
        """Given answers and those assumed on the way, in the order of the questions."""
        # The errand chooses the tree, so no node of a tree asks for it.
        assumed = {"errand": self.decisions[0].errand}
        for decision in self.decisions:
            for stop in decision.trace:
                if stop.origin == "assumed":
                    assumed.setdefault(stop.on, stop.value)
        found = []
        for question in self.knowledge.questions.values():
            value = self.answers.get(question.id)
            if isinstance(value, Place):
                text, key = place_name(value), value.code
            elif value is not None:
                labels = [question.option(one).label for one in value.split(",")]
                text, key = "、".join(labels), value
            elif question.id in assumed:
                if question.kind == "place":
                    continue
                key = assumed[question.id]
                text = question.option(key).label
            else:
                continue
            used = question.id in self.values or question.id == "errand"
            found.append(
                Answer(question.id, question.label, question.flag, key, text, value is None, used)
            )
        return tuple(found)

    def say(self, text: str) -> str:
        for name, value in self.words.items():
            text = text.replace(name, value)
        return text

    def maybe(self, text: str | None) -> str | None:
        return self.say(text) if text else None


def hotline(place: Place) -> str:
    """The number of the agency's hotline, as far as it is known for a place."""
    return f"{place.area_code}-12393" if place.area_code else "参保城市区号-12393"


def words(knowledge: Knowledge, answers: Mapping[str, str | Place]) -> dict[str, str]:
    """What the placeholders of the knowledge stand for."""
    found = dict(UNNAMED)
    insured, care = answers.get("from"), answers.get("to")
    if isinstance(insured, Place):
        found["{from}"] = knowledge.places.called(insured)
        found["{hotline}"] = hotline(insured)
    if isinstance(care, Place):
        found["{to}"] = knowledge.places.called(care)
    return found


def _distinct(values: Iterable[T], key: Callable[[T], object]) -> list[T]:
    return list({key(value): value for value in values}.values())
