"""Proves the knowledge by walking every way through it. Nothing at run time imports this.

Ways are counted without being enumerated one by one: a state keeps only those answers that some
node ahead will ask for again, so that millions of ways fold into thousands of states.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cache

from msgspec import Struct
from msgspec.structs import asdict

from yibao_cli import facts
from yibao_cli.knowledge.local import LocalRule, Sheet
from yibao_cli.knowledge.model import Knowledge
from yibao_cli.knowledge.tree import Node
from yibao_cli.places import Place
from yibao_cli.walk import GIVEN

Pairs = tuple[tuple[str, str], ...]
"""Questions with their answers, or facts with their values."""


class Hole(Struct, frozen=True):
    """A node, and a value after which no outcome comes."""

    node: str
    value: str


class Sample(Struct, frozen=True):
    """Answers that lead to a place of the tree; what comes after them is left to defaults."""

    errand: str
    answers: Pairs
    insured: Place
    care: Place


class Survey(Struct):
    """What walking every way has shown."""

    ways: int = 0
    states: int = 0
    classes: dict[Pairs, tuple[Place, Place]] = {}
    """Every combination of facts that a pair of places can have, with one such pair."""
    holes: list[Hole] = []
    nodes: set[str] = set()
    branches: set[tuple[str, str]] = set()
    outcomes: set[str] = set()
    items: set[str] = set()
    contradictions: set[tuple[str, str, str]] = set()
    """Errand and two items that contradict each other and meet on one way."""
    samples: dict[tuple[str, str], Sample] = {}
    """For each branch (node and value), and for each outcome that is concluded first (`first` and
    the outcome), one set of answers that gets there."""


def survey(knowledge: Knowledge) -> Survey:
    """Walk every way of every errand, places by their classes of facts."""
    found = Survey(classes=_place_classes(knowledge))
    for errand, start in knowledge.starts.items():
        explorer = _Explorer(knowledge, found, errand)
        for place_class, pair in found.classes.items():
            explorer.run(start, dict(place_class), pair)
        found.states += len(explorer.known)
    return found


def local_rules(sheet: Sheet) -> dict[str, LocalRule]:
    """The rules that a sheet sets, by their names."""
    return {name: rule for name, rule in asdict(sheet.rules).items() if rule}


def _place_classes(knowledge: Knowledge) -> dict[Pairs, tuple[Place, Place]]:
    day = knowledge.about.read_on
    places = [(one, facts.standing(knowledge, one, day)) for one in _sample_places(knowledge)]
    alike: set[tuple[object, ...]] = set()
    found: dict[Pairs, tuple[Place, Place]] = {}
    for insured, at_home in places:
        if insured.level == "abroad":
            continue
        for care, away in places:
            same = (insured.code == care.code, insured.province == care.province)
            if (at_home, away, same) in alike:
                continue
            alike.add((at_home, away, same))
            derived = facts.derived(facts.Journey(knowledge, insured, care, day))
            found.setdefault(tuple(derived.items()), (insured, care))
    return found


def _sample_places(knowledge: Knowledge) -> Iterator[Place]:
    """Places of every kind: provinces, two cities of each, those with rules of their own."""
    gazetteer, sheets = knowledge.places, knowledge.sheets
    # First those of which least is known: their lists hold nothing local that hides the rest.
    provinces = sorted(
        (place for place in gazetteer.all() if place.level in ("province", "abroad")),
        key=lambda place: len(sheets[place.code].facts) if place.code in sheets else 0,
    )
    codes: list[str] = []
    for province in provinces:
        codes += [province.code, *(one.code for one in gazetteer.children(province.code)[:2])]
    codes += [code for code, sheet in sheets.items() if local_rules(sheet)]
    codes += [code for zone in knowledge.zones.values() for code in zone.members]
    return map(gazetteer.get, dict.fromkeys(codes))


def _ahead(
    knowledge: Knowledge, brought: Callable[[Node], Iterable[str]]
) -> Callable[[str], frozenset[str]]:
    """Tells of a node what it brings itself and all that is brought ahead of it.

    The loader refuses circles, so going on from any node ends.
    """

    @cache
    def of(name: str) -> frozenset[str]:
        node = knowledge.nodes[name]
        onward = {after for one in node.every_branch if (after := node.after(one))}
        return frozenset(brought(node)).union(*map(of, onward))

    return of


def _added(knowledge: Knowledge, node: Node) -> Iterator[str]:
    """The items that a node may add."""
    concluded = [node.end, *(branch.conclude for branch in node.every_branch)]
    for outcome in (knowledge.outcomes[name] for name in concluded if name):
        yield from (*outcome.add, *outcome.alone)
    for branch in node.every_branch:
        yield from branch.add


class _State(Struct, frozen=True):
    """Where a walk stands, and what of its past still matters."""

    node: str
    concluded: bool
    answers: Pairs
    """Those that some node ahead will ask for again."""
    way: Pairs
    """Every answer, for samples."""
    listed: frozenset[str]
    """Items that something ahead may contradict."""


class _Explorer:
    """Walks all ways of one errand; classes of places that a state cannot tell apart share it."""

    def __init__(self, knowledge: Knowledge, found: Survey, errand: str) -> None:
        self.knowledge = knowledge
        self.found = found
        self.errand = errand
        self.questions = _ahead(knowledge, lambda node: [node.ask] if node.ask else [])
        self.switches = _ahead(knowledge, lambda node: [node.switch] if node.switch else [])
        self.items = _ahead(knowledge, lambda node: _added(knowledge, node))
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
        self.found.ways += self.visit(_State(start, False, (), (), frozenset()))

    def visit(self, state: _State) -> int:
        """How many ways lead on from a state; every state is visited once."""
        at = state.node
        key = (at, state.concluded, state.answers, state.listed, self.deciding[at])
        if key not in self.known:
            self.found.nodes.add(at)
            node = self.knowledge.nodes[at]
            self.known[key] = (
                self.end(node.end, state)
                if node.end
                else sum(self.take(node, value, state) for value in self.options(node, state))
            )
        return self.known[key]

    def end(self, name: str, state: _State) -> int:
        self.found.outcomes.add(name)
        if not state.concluded:
            outcome = self.knowledge.outcomes[name]
            self.collect((*outcome.add, *outcome.alone), state.listed)
        return 1

    def options(self, node: Node, state: _State) -> tuple[str, ...]:
        """The values that a node may meet."""
        if node.kind == "switch":
            if node.on == "concluded":
                return ("yes" if state.concluded else "no",)
            return (self.values[node.on],)
        question = self.knowledge.questions[node.on]
        if question.kind == "place":
            return (GIVEN, "unsure") if node.optional else (GIVEN,)
        answer = dict(state.answers).get(node.on)
        return (answer,) if answer else tuple(question.options)

    def take(self, node: Node, value: str, state: _State) -> int:
        """How many ways lead on from a node when it meets a value."""
        answers, way = self.answered(node, value, state)
        try:
            branch = node.branch(value)
        except KeyError:
            self.found.holes.append(Hole(node.id, value))
            return 1
        sample = Sample(self.errand, way, *self.pair)
        name = value if value in node.branches else "others"
        self.found.branches.add((node.id, name))
        self.found.samples.setdefault((node.id, name), sample)
        added = branch.add
        if branch.conclude:
            outcome = self.knowledge.outcomes[branch.conclude]
            added += outcome.add if state.concluded else outcome.add + outcome.alone
            self.found.outcomes.add(branch.conclude)
            if not state.concluded:
                self.found.samples.setdefault(("first", branch.conclude), sample)
        listed = self.collect(added, state.listed)
        concluded = state.concluded or branch.conclude is not None
        after = node.after(branch)
        if after is None:
            if not concluded:
                self.found.holes.append(Hole(node.id, value))
            return 1
        coming, added_ahead = self.questions(after), self.items(after)
        kept = tuple(pair for pair in answers if pair[0] in coming)
        # An item is worth remembering only until nothing that contradicts it can come.
        listed = frozenset(one for one in listed if self.rivals[one] & added_ahead)
        return self.visit(_State(after, concluded, kept, way, listed))

    def answered(self, node: Node, value: str, state: _State) -> tuple[Pairs, Pairs]:
        """The answers that matter and the whole way, once a node has met a value."""
        answers, way, pair = state.answers, state.way, (node.on, value)
        if node.kind != "ask" or pair in answers:
            return answers, way
        if self.knowledge.questions[node.on].kind == "place":
            return answers, way if value == GIVEN else (*way, pair)
        return tuple(sorted((*answers, pair))), (*way, pair)

    def collect(self, added: tuple[str, ...], listed: frozenset[str]) -> frozenset[str]:
        """What stands on the list now, as far as it can contradict anything."""
        self.found.items.update(added)
        new = {item for item in added if item in self.rivals} - listed
        for item in new:
            for rival in self.rivals[item] & (listed | new):
                first, second = sorted((item, rival))
                self.found.contradictions.add((self.errand, first, second))
        return listed | new
