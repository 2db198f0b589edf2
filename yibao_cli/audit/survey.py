"""Walks every way through the knowledge: what can be reached, what is missing, what meets.

Ways are counted without being enumerated one by one: a state keeps of the past only what some
node ahead will ask for again, so that millions of ways fold into thousands of states.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import product

from msgspec import Struct
from msgspec.structs import replace

from yibao_cli import facts
from yibao_cli.consult import open_question
from yibao_cli.knowledge.law import Sheet
from yibao_cli.knowledge.model import Knowledge
from yibao_cli.knowledge.tree import Branch, Node
from yibao_cli.places import Place
from yibao_cli.walk import GIVEN, Answers

Found = Iterator[tuple[str, str, str, str]]
"""What a proof finds: code, kind and name of the thing that it is about, message."""


class Survey(Struct):
    """What walking every way has shown."""

    ways: int = 0
    states: int = 0
    place_classes: int = 0
    """Combinations of facts that two places can have."""
    holes: list[tuple[str, str]] = []
    """Nodes and values after which no outcome comes."""
    nodes: set[str] = set()
    outcomes: set[str] = set()
    items: set[str] = set()
    contradictions: set[tuple[str, str, str]] = set()
    """Errand and two items that contradict each other and meet on one way."""
    samples: dict[tuple[str, str], Answers] = {}
    """Answers that lead to each branch (node, value) and to each first conclusion ("", outcome), no
    further.
    """


def survey(knowledge: Knowledge) -> Survey:
    """Walk every way of every errand, for every combination of facts that two places can have."""
    classes = _place_classes(knowledge)
    found = Survey(place_classes=len(classes))
    for errand, start in knowledge.starts.items():
        explorer = _Explorer(knowledge, found, errand)
        for derived, (insured, care) in classes.items():
            way: Answers = {"errand": errand, "from": insured, "to": care}
            values = {**dict(derived), "concluded": "no"}
            found.ways += explorer.visit(start, values, frozenset(), way)
        found.states += len(explorer.known)
    return found


def completed(knowledge: Knowledge, answers: Answers, day: str) -> Answers:
    """Possible answers, with the first option of whatever is still required.

    Raises LookupError where the way meets a hole.
    """
    questions = knowledge.questions
    # An optional place may be unsure, which nobody writes.
    full = {
        name: value
        for name, value in answers.items()
        if isinstance(value, Place) or value in questions[name].options
    }
    while pending := open_question(knowledge, full, day):
        options = questions[pending.question].options
        full[pending.question] = next(iter(options), knowledge.places.all()[0])
    return full


def _place_classes(
    knowledge: Knowledge,
) -> dict[tuple[tuple[str, str], ...], tuple[Place, Place]]:
    """Every combination of facts that there is, with two places that have it."""
    day = knowledge.about.read_on
    pairs: dict[object, tuple[Place, Place]] = {}
    for (insured, at_home), (care, away) in product(_typical_places(knowledge, day), repeat=2):
        same = (insured.code == care.code, insured.province == care.province)
        pairs.setdefault((at_home, away, same), (insured, care))
    found: dict[tuple[tuple[str, str], ...], tuple[Place, Place]] = {}
    for insured, care in pairs.values():
        if insured.level != "abroad":
            derived = facts.derived(facts.Journey(knowledge, insured, care, day))
            found.setdefault(tuple(derived.items()), (insured, care))
    return found


def _typical_places(knowledge: Knowledge, day: str) -> Iterator[tuple[Place, object]]:
    """Places that stand for all others, with their standings: two of a kind in each province."""

    def known_of(place: Place) -> int:
        return len(knowledge.sheets.get(place.province, Sheet()).facts)

    districts = (code for zone in knowledge.zones.values() for code in zone.members)
    places = (*knowledge.places.all(), *map(knowledge.places.get, districts))
    kinds: dict[tuple[str, object], dict[str, Place]] = defaultdict(dict)
    # First those of which least is known: their lists hold nothing local that hides the rest.
    for place in sorted(places, key=known_of):
        kind = (place.province, facts.standing(knowledge, place, day))
        kinds[kind].setdefault(place.code, place)
    for (_, standing), alike in kinds.items():
        yield from ((place, standing) for place in list(alike.values())[:2])


class _Explorer:
    """Walks all ways of one errand; ways that differ in nothing that still matters share a state.

    On a way goes what is known (`values`: answers, the facts of both places, and whether it has
    `concluded`), which items it listed, and the answers as a person would give them (`way`).
    """

    def __init__(self, knowledge: Knowledge, found: Survey, errand: str) -> None:
        self.knowledge = knowledge
        self.found = found
        self.errand = errand
        self.day = knowledge.about.read_on
        self.seen_ahead: dict[str, tuple[frozenset[str], frozenset[str]]] = {}
        self.known: dict[object, int] = {}
        # Only items that contradict something are worth remembering on the way.
        self.rivals: dict[str, set[str]] = defaultdict(set)
        for item in knowledge.items.values():
            for other in item.contradicts:
                self.rivals[item.id].add(other)
                self.rivals[other].add(item.id)

    def ahead(self, name: str) -> tuple[frozenset[str], frozenset[str]]:
        """What a node and those ahead of it turn on, and the items that they may add.

        The loader refuses circles, so going on from any node ends.
        """
        if name not in self.seen_ahead:
            node = self.knowledge.nodes[name]
            turns, items = {node.on, "concluded"}, set[str]()
            for branch in node.every_branch:
                items.update(self.added(branch, first=True))
            for more_turns, more_items in map(self.ahead, node.onward):
                turns |= more_turns
                items |= more_items
            self.seen_ahead[name] = frozenset(turns), frozenset(items)
        return self.seen_ahead[name]

    def added(self, branch: Branch, *, first: bool) -> tuple[str, ...]:
        """The items that a branch adds; `first` tells that nothing is concluded before it."""
        outcome = self.knowledge.outcomes.get(branch.conclude or "")
        return branch.add + (outcome.brings(first=first) if outcome else ())

    def visit(self, name: str, values: dict[str, str], listed: frozenset[str], way: Answers) -> int:
        """How many ways lead on from a node; every state is visited once."""
        turns, items = self.ahead(name)
        # An item is worth remembering only while something that contradicts it can come.
        listed = frozenset(one for one in listed if self.rivals[one] & items)
        state = (name, listed, *map(values.get, turns))
        if state not in self.known:
            self.found.nodes.add(name)
            node = self.knowledge.nodes[name]
            options = self.options(node, values)
            self.known[state] = sum(self.take(node, one, values, listed, way) for one in options)
        return self.known[state]

    def options(self, node: Node, values: dict[str, str]) -> Iterable[str]:
        """The values that a node may meet."""
        if node.on in values:
            return (values[node.on],)
        question = self.knowledge.questions[node.on]
        if question.kind == "place":
            return (GIVEN, "unsure") if node.asked == "never" else (GIVEN,)
        return question.options

    def take(
        self, node: Node, value: str, values: dict[str, str], listed: frozenset[str], way: Answers
    ) -> int:
        """How many ways lead on from a node when it meets a value."""
        found, first = self.found, values["concluded"] == "no"
        try:
            branch = node.branch(value)
        except KeyError:
            found.holes.append((node.id, value))
            return 1
        if node.kind == "ask":
            values = {**values, node.on: value}
            way = way if value == GIVEN else {**way, node.on: value}
        found.samples.setdefault((node.id, value if value in node.branches else "others"), way)
        if branch.conclude and not self.knowledge.concludes(branch.conclude, self.day):
            # It is reached on other days, on which the rest of this way is not.
            found.outcomes.add(branch.conclude)
            found.items.update(self.added(branch, first=first))
            branch = replace(branch, conclude=None)
        if branch.conclude:
            found.outcomes.add(branch.conclude)
            values = {**values, "concluded": "yes"}
            if first:
                found.samples.setdefault(("", branch.conclude), way)
        listed = self.list_items(self.added(branch, first=first), listed)
        after = node.after(branch)
        if after:
            return self.visit(after, values, listed, way)
        if values["concluded"] == "no":
            found.holes.append((node.id, value))
        return 1

    def list_items(self, added: tuple[str, ...], listed: frozenset[str]) -> frozenset[str]:
        """What stands on the list now, as far as it can contradict anything."""
        self.found.items.update(added)
        new = {item for item in added if item in self.rivals} - listed
        for item in new:
            for rival in self.rivals[item] & (listed | new):
                first, second = sorted((item, rival))
                self.found.contradictions.add((self.errand, first, second))
        return listed | new
