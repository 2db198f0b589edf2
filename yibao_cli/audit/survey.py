"""Proves the knowledge by walking every way through it. Nothing at run time imports this.

Ways are counted without being enumerated one by one: a state keeps only those answers that some
node ahead will ask for again, so that millions of ways fold into thousands of states.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from yibao_cli import facts
from yibao_cli.ahead import ahead, asked, switched
from yibao_cli.model import Knowledge, Node
from yibao_cli.regions import Place
from yibao_cli.walk import GIVEN

PlaceClass = tuple[tuple[str, str], ...]
"""The value of every fact for a pair of places."""


@dataclass(frozen=True, slots=True)
class Hole:
    """A way that does not end in an outcome."""

    errand: str
    node: str
    value: str
    answers: tuple[tuple[str, str], ...]


@dataclass
class Survey:
    """What walking every way has shown."""

    ways: int = 0
    states: int = 0
    classes: dict[PlaceClass, tuple[Place, Place]] = field(default_factory=dict)
    holes: list[Hole] = field(default_factory=list)
    nodes: set[str] = field(default_factory=set)
    branches: set[tuple[str, str]] = field(default_factory=set)
    outcomes: set[str] = field(default_factory=set)
    items: set[str] = field(default_factory=set)
    contradictions: set[tuple[str, str, str]] = field(default_factory=set)
    """Errand and two items that contradict each other and meet on one way."""
    samples: dict[tuple[str, str], Sample] = field(default_factory=dict)
    """For each branch (node and value), and for each outcome that is concluded first (`first` and
    the outcome), one set of answers that gets there."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Answers that lead to a place of the tree; what comes after them is left to defaults."""

    errand: str
    answers: tuple[tuple[str, str], ...]
    insured: Place
    care: Place


def survey(knowledge: Knowledge) -> Survey:
    """Walk every way of every errand, places by their classes of facts."""
    found = Survey(classes=place_classes(knowledge))
    for errand, start in knowledge.starts.items():
        explorer = _Explorer(knowledge, found, errand)
        for place_class, pair in found.classes.items():
            explorer.run(start, dict(place_class), pair)
        found.states += len(explorer.known)
    return found


def place_classes(knowledge: Knowledge) -> dict[PlaceClass, tuple[Place, Place]]:
    """Every combination of facts that a pair of places can have, with one such pair."""
    sample = list(_sample_places(knowledge))
    found: dict[PlaceClass, tuple[Place, Place]] = {}
    for insured in sample:
        if insured.level == "abroad":
            continue
        for care in sample:
            journey = facts.Journey(knowledge, insured, care, knowledge.about.read_on)
            key = tuple(facts.derived(journey).items())
            found.setdefault(key, (insured, care))
    return found


def _sample_places(knowledge: Knowledge) -> Iterator[Place]:
    """Places of every kind: provinces, two cities of each, those with rules of their own."""
    gazetteer = knowledge.places
    seen: set[str] = set()

    def once(code: str) -> Iterator[Place]:
        if code not in seen:
            seen.add(code)
            yield gazetteer.get(code)

    # First those of which least is known: their lists hold nothing local that hides the rest.
    provinces = sorted(
        (place for place in gazetteer.all() if place.level in ("province", "abroad")),
        key=lambda place: (
            len(knowledge.sheets[place.code].facts) if place.code in knowledge.sheets else 0
        ),
    )
    for province in provinces:
        yield from once(province.code)
        for city in gazetteer.children(province.code)[:2]:
            yield from once(city.code)
    for code, sheet in knowledge.sheets.items():
        if sheet.rules:
            yield from once(code)
    for zone in knowledge.zones:
        for code in zone.members:
            yield from once(code)


def _added(knowledge: Knowledge, node: Node) -> set[str]:
    """The items that a node may add."""
    ends = [node.on] if node.kind == "end" else []
    ends += [branch.conclude for branch in node.every_branch if branch.conclude]
    outcomes = [knowledge.outcomes[name] for name in ends]
    lists = [branch.add for branch in node.every_branch]
    lists += [items for outcome in outcomes for items in (outcome.add, outcome.alone)]
    return {item for items in lists for item in items}


class _Explorer:
    """Walks all ways of one errand; classes of places that a state cannot tell apart share it."""

    def __init__(self, knowledge: Knowledge, found: Survey, errand: str) -> None:
        self.knowledge = knowledge
        self.found = found
        self.questions = ahead(knowledge, asked)
        self.switches = ahead(knowledge, switched)
        self.items = ahead(knowledge, lambda node: _added(knowledge, node))
        self.errand = errand
        self.known: dict[tuple[object, ...], int] = {}
        # Only items that contradict something are worth remembering on the way.
        self.rivals: dict[str, set[str]] = defaultdict(set)
        for item in knowledge.items.values():
            for other in item.contradicts:
                self.rivals[item.id].add(other)
                self.rivals[other].add(item.id)

    def run(self, start: str, values: dict[str, str], pair: tuple[Place, Place]) -> None:
        """Walk on from the start for places with these derived facts, of which `pair` is one."""
        self.values = values
        self.pair = pair
        # What the places still decide at each node.
        self.deciding = {
            name: tuple([values.get(fact) for fact in self.switches(name)])
            for name in self.knowledge.nodes
        }
        self.found.ways += self.visit(start, None, (), (), frozenset())

    def visit(
        self,
        at: str,
        concluded: str | None,
        answers: tuple[tuple[str, str], ...],
        way: tuple[tuple[str, str], ...],
        listed: frozenset[str],
    ) -> int:
        """How many ways lead on from a state; every state is visited once."""
        key = (at, concluded is None, answers, listed, self.deciding[at])
        if key in self.known:
            return self.known[key]
        node = self.knowledge.nodes[at]
        self.found.nodes.add(at)
        count = 0
        if node.kind == "end":
            self.found.outcomes.add(node.on)
            if concluded is None:
                outcome = self.knowledge.outcomes[node.on]
                self.collect((*outcome.add, *outcome.alone), listed)
            count = 1
        else:
            for value in self.options(node, dict(answers), concluded):
                count += self.take(node, value, concluded, answers, way, listed)
        self.known[key] = count
        return count

    def options(
        self, node: Node, answers: dict[str, str], concluded: str | None
    ) -> tuple[str, ...]:
        if node.kind == "switch":
            if node.on == "concluded":
                return ("yes" if concluded else "no",)
            return (self.values[node.on],)
        question = self.knowledge.questions[node.on]
        if question.kind == "place":
            return (GIVEN, "unsure") if node.optional else (GIVEN,)
        if node.on in answers:
            return (answers[node.on],)
        return tuple(option.id for option in question.options)

    def take(
        self,
        node: Node,
        value: str,
        concluded: str | None,
        answers: tuple[tuple[str, str], ...],
        way: tuple[tuple[str, str], ...],
        listed: frozenset[str],
    ) -> int:
        place = node.kind == "ask" and self.knowledge.questions[node.on].kind == "place"
        if place and value != GIVEN:
            way = (*way, (node.on, value))
        elif node.kind == "ask" and not place and (node.on, value) not in answers:
            answers = tuple(sorted((*answers, (node.on, value))))
            way = (*way, (node.on, value))
        try:
            branch = node.branch(value)
        except KeyError:
            self.found.holes.append(Hole(self.errand, node.id, value, way))
            return 1
        name = value if value in node.branches else "others"
        self.found.branches.add((node.id, name))
        self.found.samples.setdefault((node.id, name), Sample(self.errand, way, *self.pair))
        added = branch.add
        if branch.conclude:
            outcome = self.knowledge.outcomes[branch.conclude]
            added += outcome.add if concluded else outcome.add + outcome.alone
            self.found.outcomes.add(branch.conclude)
            if concluded is None:
                sample = Sample(self.errand, way, *self.pair)
                self.found.samples.setdefault(("first", branch.conclude), sample)
            concluded = concluded or branch.conclude
        listed = self.collect(added, listed)
        if branch.next is None:
            if concluded is None:
                self.found.holes.append(Hole(self.errand, node.id, value, way))
            return 1
        coming = self.questions(branch.next)
        kept = tuple(pair for pair in answers if pair[0] in coming)
        # An item is worth remembering only until nothing that contradicts it can come.
        added_ahead = self.items(branch.next)
        listed = frozenset(one for one in listed if self.rivals[one] & added_ahead)
        return self.visit(branch.next, concluded, kept, way, listed)

    def collect(self, added: tuple[str, ...], listed: frozenset[str]) -> frozenset[str]:
        """What stands on the list now, as far as it can contradict anything."""
        self.found.items.update(added)
        new = {item for item in added if item in self.rivals} - listed
        for item in new:
            for rival in self.rivals[item] & (listed | new):
                first, second = sorted((item, rival))
                self.found.contradictions.add((self.errand, first, second))
        return listed | new
