"""Ways that stand for all: they meet every branch, date, local rule and local fact.

Each has a digest of the list it ends in: a change of routing moves exactly the ways that took it,
a change of wording moves none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from hashlib import sha256

from msgspec import Struct

from yibao_cli.answers import answer_as_text
from yibao_cli.audit.checks import Fault, fault, topics_shown
from yibao_cli.audit.survey import Survey, completed
from yibao_cli.checklist import build
from yibao_cli.clock import first_day
from yibao_cli.consult import decide
from yibao_cli.facts import zones_of
from yibao_cli.knowledge.items import AnyItem
from yibao_cli.knowledge.law import LocalFact, LocalRule, Rule, Zone
from yibao_cli.knowledge.load import Lines
from yibao_cli.knowledge.model import Knowledge, in_force
from yibao_cli.knowledge.tree import written
from yibao_cli.places import Place
from yibao_cli.result import Checklist
from yibao_cli.walk import Answers, Decision

PARTS = ("steps", "documents", "warnings", "notes", "local", "questions", "contacts")
"""The parts of a list, in the order of the digests."""

_TURNS = 5


class Way(Struct, frozen=True):
    """Answers and a day, as one text too, and what comes of them."""

    text: str
    day: str
    answers: Answers
    decisions: Sequence[Decision]
    outcomes: tuple[str, ...]
    digest: str
    past: frozenset[tuple[str, str]]
    """Kind and name of everything in the knowledge that had a say, and the items `shown`."""


def run(knowledge: Knowledge, answers: Answers, day: str) -> Way:
    """Walk one way; raises YibaoError or LookupError where the knowledge cannot."""
    decisions = decide(knowledge, answers, day)
    shown = build(knowledge, answers, decisions, day)
    outcomes = tuple(one.id for one in shown.every_outcome)
    past = {("fact", one.id) for one in shown.local}.union(_past(knowledge, answers, decisions))
    past |= {("shown", one.id) for part in PARTS for one in getattr(shown, part)}
    text = as_text(knowledge, answers)
    return Way(text, day, answers, decisions, outcomes, digest(shown), frozenset(past))


def as_text(knowledge: Knowledge, answers: Answers) -> str:
    """Answers by their ids (places by code) in one line."""
    known = (name for name in knowledge.questions if name in answers)
    return " ".join(f"{name}={answer_as_text(answers[name])}" for name in known)


def digest(checklist: Checklist) -> str:
    """Which items stand on the list, where, with what weight, and what its outcome rests on; not
    what they say.
    """
    concluded = [one.id for one in (*checklist.every_outcome, *checklist.also)]
    listed = [[(one.id, one.weight) for one in getattr(checklist, part)] for part in PARTS]
    held = (concluded, listed, checklist.outcome.sources)
    return sha256(repr(held).encode()).hexdigest()[:12]


def _past(
    knowledge: Knowledge, answers: Answers, decisions: Iterable[Decision]
) -> Iterator[tuple[str, str]]:
    for decision in decisions:
        yield from (("node", written(stop.node)) for stop in decision.trace)
        yield from (("question", stop.on) for stop in decision.trace)
        yield from (("outcome", name) for name in (decision.outcome, *decision.also))
        for item in {added.item for added in decision.added}:
            yield "item", item
            yield from (("rule", rule) for rule in knowledge.items[item].basis)
    for place in answers.values():
        if isinstance(place, Place):
            yield from (
                ("region", code) for code in sorted(place.codes) if code in knowledge.sheets
            )
            zones = knowledge.zones.values()
            yield from (("zone", zone.id) for zone in zones if place.codes & {*zone.members})


def covering(knowledge: Knowledge, survey: Survey) -> list[Way]:
    """Ways that take every branch, show every local fact and every item wherever it is added, and
    stand on both sides of every date.

    A way that meets a hole is left out: the survey tells of holes.
    """
    cover = _Cover(knowledge, survey)
    for answers in survey.samples.values():
        cover.keep(answers)
        cover.keep({**cover.plain, **answers})
    cover.show_items()
    cover.hide_items()
    cover.follow_local_rules()
    turned: Counter[tuple[str, ...]] = Counter()
    for way in list(cover.found.values()):
        for day, thing in sorted(_turns(knowledge, way)):
            # For an item, a few ways to each outcome are enough; the first may not be for it.
            here = (day, thing, *way.outcomes) if thing in knowledge.items else (day, way.text)
            turned[here] += 1
            if turned[here] <= _TURNS:
                cover.keep(way.answers, day)
    for fact in knowledge.local_facts:
        cover.show_fact(fact)
    return list(cover.found.values())


def showing(knowledge: Knowledge, survey: Survey) -> list[Way]:
    """Those of the covering ways that are there to show a local fact."""
    cover = _Cover(knowledge, survey)
    for fact in knowledge.local_facts:
        cover.show_fact(fact)
    return list(cover.found.values())


def unseen(knowledge: Knowledge, lines: Lines, ways: Iterable[Way]) -> list[Fault]:
    """Local facts in force that stand on no checklist, though outcomes show their topic."""
    shown = {thing for way in ways for thing in way.past}
    topics = topics_shown(knowledge)
    found = []
    for fact in knowledge.local_facts:
        hidden = ("fact", fact.id) not in shown and fact.topic in topics
        if hidden and in_force(fact, knowledge.about.read_on):
            message = f"地方事实“{fact.id}”没有一张清单会显示"
            advice = "请改 when、reach 或 only_with，或删掉"
            found.append(fault("unseen_fact", *lines.of("fact", fact.id), f"{message}；{advice}"))
    return found


class _Cover:
    """Collects the ways that stand for all."""

    def __init__(self, knowledge: Knowledge, survey: Survey) -> None:
        self.knowledge = knowledge
        self.today = knowledge.about.read_on
        self.found: dict[tuple[str, str], Way] = {}
        # Another folder may have no place that is not known yet.
        self.unsure = next((one for one in knowledge.places.all() if one.is_unsure), None)
        # Answers that end in each outcome, the last in the order of precedence at the end.
        names = (name for name in knowledge.outcomes if ("", name) in survey.samples)
        self.samples = {name: survey.samples["", name] for name in names}
        # What comes with other outcomes would hide what was concluded before; the last brings the
        # least.
        last = next(reversed(self.samples.values()), {})
        questions = knowledge.questions
        self.plain = {name: one for name, one in last.items() if questions[name].default is None}

    def keep(
        self, answers: Answers, day: str | None = None, past: tuple[str, str] | None = None
    ) -> Way | None:
        """Keep a way, if it comes past something.

        None where it does not, or the knowledge has no outcome for it.
        """
        day = day or self.today
        try:
            complete = completed(self.knowledge, answers, day)
            key = (as_text(self.knowledge, complete), day)
            way = self.found.get(key) or run(self.knowledge, complete, day)
        except LookupError:
            return None
        return self.found.setdefault(key, way) if past is None or past in way.past else None

    def show_items(self) -> None:
        """Every item for somebody that it is for, wherever a branch or an outcome adds it."""
        known: set[tuple[str, ...]] = set()
        for way in list(self.found.values()):
            for decision in way.decisions:
                for added in decision.added:
                    stop, item = decision.trace[added.stop], self.knowledge.items[added.item]
                    here = (item.id, stop.node, stop.value, decision.outcome)
                    if item.when and here not in known and self.shows(item, way.answers):
                        known.add(here)

    def shows(self, item: AnyItem, answers: Answers) -> bool:
        """Whether an item is shown to somebody like this that it is for; keeps the way."""
        told = dict(answers)
        for name, allowed in item.when.items():
            question = self.knowledge.questions.get(name)
            if question and question.kind == "place":
                if self.unsure and allowed == ("unsure",):
                    told[name] = self.unsure
            elif question and (answers.get(name) or question.default or "unsure") not in allowed:
                told[name] = allowed[0]
        shown = ("shown", item.id)
        return any(self.keep(one, past=shown) for one in (told, *self.elsewhere(told)))

    def elsewhere(self, answers: Answers) -> Iterator[Answers]:
        """The same person at home, near it, and far from it."""
        home = answers.get("from")
        if isinstance(home, Place):
            yield from ({**answers, "to": place} for place in (home, *self.others(home)))

    def hide_items(self) -> None:
        """An answer or a journey that breaks each condition of an item, so that it is not shown."""
        hidden: set[tuple[str, str]] = set()
        for way in list(self.found.values()):
            for name in sorted(name for kind, name in way.past if kind == "shown"):
                item = self.knowledge.items.get(name)
                for condition, told in self.not_meant(way.answers, item) if item else ():
                    here = (name, condition)
                    # Where the answer leads another way, the item may not come up at all.
                    other = here not in hidden and self.keep(told, past=("item", name))
                    if other and ("shown", name) not in other.past:
                        hidden.add(here)

    def not_meant(self, answers: Answers, item: AnyItem) -> Iterator[tuple[str, Answers]]:
        """Conditions of an item, and answers that may break each."""
        for name, allowed in item.when.items():
            if question := self.knowledge.questions.get(name):
                for option in question.options:
                    if option not in allowed:
                        yield name, {**answers, name: option}
            else:
                yield from ((name, told) for told in self.elsewhere(answers))

    def follow_local_rules(self) -> None:
        """What provinces and cities decide themselves."""
        for code, sheet in self.knowledge.sheets.items():
            home = self.knowledge.places.get(code)
            near, _ = self.others(home)
            for name in sheet.own_rules:
                for outcome, answers in self.samples.items():
                    if self.knowledge.outcomes[outcome].local == name:
                        self.keep({**answers, "from": home, "to": near})

    def show_fact(self, fact: LocalFact) -> None:
        """A list that a local fact stands on."""
        day = max(self.today, fact.since or self.today)
        when = {question: options[0] for question, options in fact.when.items()}
        for insured, care in self.journeys(fact):
            for outcome, answers in self.samples.items():
                if fact.topic in self.knowledge.outcomes[outcome].topics:
                    told = {**answers, "from": insured, "to": care, **when}
                    if self.keep(told, day, ("fact", fact.id)):
                        return

    def journeys(self, fact: LocalFact) -> Iterator[tuple[Place, Place]]:
        """Journeys that a local fact may be about."""
        home = self.knowledge.places.get(fact.region)
        near, far = self.others(home)
        others = [self.knowledge.places.get(code) for code in fact.only_with]
        others = others or {"inside": [near], "across": [far], None: [far, near]}[fact.reach]
        yield from ((home, one) if fact.role == "insured" else (one, home) for one in others)
        if not fact.only_with and fact.reach is None:
            # What is said of a place may also be for those who stay there.
            here = home if home.is_pooling_area else near
            yield here, here

    def others(self, home: Place) -> tuple[Place, Place]:
        """A place in the same province, and a city outside of it and of all zones.

        Another folder may have none, and a municipality is all there is of its province.
        """
        known = self.knowledge
        inside = (one for one in known.places.children(home.province) if one.code != home.code)
        cities = (one for one in known.places.all() if one.level == "city")
        outside = (one for one in cities if one.province != home.province)
        far = (one for one in outside if not zones_of(known, one, self.today))
        return next(inside, home), next(far, home)


def _turns(knowledge: Knowledge, way: Way) -> set[tuple[str, str]]:
    """The days on both sides of every date that matters to a way, each with what has the date."""
    holding: list[tuple[str, Rule | LocalRule | Zone]] = []
    for kind, name in way.past:
        if kind == "item":
            holding += [(name, knowledge.rules[one]) for one in knowledge.items[name].rules]
        elif kind == "zone":
            holding.append((name, knowledge.zones[name]))
        elif kind == "region":
            holding += [(name, rule) for rule in knowledge.sheets[name].own_rules.values()]
    days = set()
    for name, one in holding:
        for text, beside in ((one.since, -1), (one.until, 1)):
            if text:
                day = first_day(text)
                days |= {(at.isoformat(), name) for at in (day, day + timedelta(days=beside))}
    # Nobody can ask for a day before the knowledge begins.
    return {(day, name) for day, name in days if day >= knowledge.about.begins}
