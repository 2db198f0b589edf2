"""Proves the knowledge by walking every way through it. Nothing at run time imports this.

Ways are counted without being enumerated one by one: a state keeps only those answers that some
node ahead will ask for again, so that millions of ways fold into thousands of states.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from yibao_cli import facts
from yibao_cli.errors import Finding
from yibao_cli.model import Branch, Knowledge, Node
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
    samples: dict[str, dict[str, str | Place]] = field(default_factory=dict)
    """For each outcome one set of answers that ends in it."""


def survey(knowledge: Knowledge) -> Survey:
    """Walk every way of every errand, places by their classes of facts."""
    found = Survey(classes=place_classes(knowledge))
    live = _live_questions(knowledge)
    for errand, start in knowledge.starts.items():
        for place_class, pair in found.classes.items():
            _Explorer(knowledge, found, live, errand, dict(place_class), pair).run(start)
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
            key = tuple((name, derive(journey)) for name, (derive, _) in facts.FACTS.items())
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

    provinces = [place for place in gazetteer.all() if place.level in ("province", "abroad")]
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


def _live_questions(knowledge: Knowledge) -> dict[str, frozenset[str]]:
    """For each node the questions asked there or anywhere ahead of it."""
    ahead: dict[str, set[str]] = defaultdict(set)
    changed = True
    while changed:
        changed = False
        for node in knowledge.nodes.values():
            asked = {node.on} if node.kind == "ask" else set()
            for branch in _branches(node):
                if branch.next:
                    asked |= ahead[branch.next]
            if not asked <= ahead[node.id]:
                ahead[node.id] |= asked
                changed = True
    return {name: frozenset(asked) for name, asked in ahead.items()}


def _branches(node: Node) -> list[Branch]:
    return [*node.branches.values(), *([node.others] if node.others else [])]


class _Explorer:
    def __init__(
        self,
        knowledge: Knowledge,
        found: Survey,
        live: dict[str, frozenset[str]],
        errand: str,
        values: dict[str, str],
        pair: tuple[Place, Place],
    ) -> None:
        self.knowledge = knowledge
        self.found = found
        self.live = live
        self.errand = errand
        self.values = values
        self.pair = pair
        self.known: dict[tuple[str, str | None, tuple[tuple[str, str], ...]], int] = {}

    def run(self, start: str) -> None:
        self.found.ways += self.visit(start, None, (), ())
        self.found.states += len(self.known)

    def visit(
        self,
        at: str,
        concluded: str | None,
        answers: tuple[tuple[str, str], ...],
        way: tuple[tuple[str, str], ...],
    ) -> int:
        """How many ways lead on from a state; every state is visited once."""
        key = (at, concluded, answers)
        if key in self.known:
            return self.known[key]
        node = self.knowledge.nodes[at]
        self.found.nodes.add(at)
        count = 0
        if node.kind == "end":
            self.conclude(concluded or node.on, way)
            if concluded is None:
                self.found.items.update(self.knowledge.outcomes[node.on].add)
            count = 1
        else:
            for value in self.options(node, dict(answers), concluded):
                count += self.take(node, value, concluded, answers, way)
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
    ) -> int:
        place = node.kind == "ask" and self.knowledge.questions[node.on].kind == "place"
        asked = node.kind == "ask" and not place
        if asked and (node.on, value) not in answers:
            answers = tuple(sorted((*answers, (node.on, value))))
            way = (*way, (node.on, value))
        try:
            branch = node.branch(value)
        except KeyError:
            self.found.holes.append(Hole(self.errand, node.id, value, way))
            return 1
        self.found.branches.add((node.id, value if value in node.branches else "others"))
        self.found.items.update(branch.add)
        if branch.conclude:
            self.found.items.update(self.knowledge.outcomes[branch.conclude].add)
            concluded = concluded or branch.conclude
        if branch.next is None:
            if concluded is None:
                self.found.holes.append(Hole(self.errand, node.id, value, way))
            else:
                self.conclude(concluded, way)
            return 1
        ahead = self.live[branch.next]
        kept = tuple(pair for pair in answers if pair[0] in ahead)
        return self.visit(branch.next, concluded, kept, way)

    def conclude(self, outcome: str, way: tuple[tuple[str, str], ...]) -> None:
        self.found.outcomes.add(outcome)
        insured, care = self.pair
        self.found.samples.setdefault(outcome, {**dict(way), "from": insured, "to": care})


def findings(knowledge: Knowledge, found: Survey) -> list[Finding]:
    """What is wrong with the knowledge as a whole, after a survey."""
    wrong = [
        Finding("no_outcome", f"在节点“{hole.node}”答“{hole.value}”之后没有结论。")
        for hole in found.holes
    ]
    kinds: list[tuple[str, str, set[str], set[str]]] = [
        ("unreachable_node", "节点", set(knowledge.nodes), found.nodes),
        ("unreachable_outcome", "结论", set(knowledge.outcomes), found.outcomes),
        ("unreachable_item", "条目", set(knowledge.items), found.items),
    ]
    for code, what, defined, reached in kinds:
        wrong += [
            Finding(code, f"{what}“{name}”没有一条路用到。") for name in sorted(defined - reached)
        ]
    return wrong
