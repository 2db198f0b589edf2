"""Mutation: break every branch, addition and fact in turn, and see whether a case notices.

What nobody notices is either untested or says nothing: both deserve a look.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from yibao_cli.audit.cases import Case, run_cases
from yibao_cli.audit.checks import Fault
from yibao_cli.audit.ways import Walked, Walker, parsed
from yibao_cli.errors import YibaoError
from yibao_cli.knowledge.load import Lines
from yibao_cli.model import Branch, Knowledge, Node, RegionSheet
from yibao_cli.regions import Place


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change of the knowledge: where it is, what it is, and which ways may notice it."""

    kind: str
    name: str
    what: str
    knowledge: Knowledge
    near: frozenset[int]


def mutate(
    knowledge: Knowledge, lines: Lines, walked: list[Walked], cases: list[Case]
) -> tuple[int, list[Fault]]:
    """How many changes were tried, and one fault for each that nothing noticed.

    Ways notice first, because they are cheap; whatever they overlook is put to the cases.
    """
    # No mutant touches questions or places: answers that were read once hold for all of them.
    before = [_Before(one, one.digest, parsed(knowledge, one.way)) for one in walked]
    # A case that fails as it is would seem to notice every change.
    sound = [case for case in cases if not run_cases(knowledge, [case])]
    survivors = []
    count = 0
    for mutant in _Mutants(knowledge, walked).all():
        count += 1
        walker = Walker(mutant.knowledge)
        if any(_notices(mutant, walker, before[index]) for index in sorted(mutant.near)):
            continue
        if any(run_cases(mutant.knowledge, [case]) for case in sound):
            continue
        message = f"{mutant.what}，没有案例发现；请加一个案例，或用 --update 重写 ways.tsv"
        survivors.append(Fault("unnoticed", *lines.of(mutant.kind, mutant.name), message))
    return count, survivors


@dataclass(frozen=True, slots=True)
class _Before:
    """A way in the sound knowledge, with what every mutant is compared to."""

    walked: Walked
    digest: str
    answers: dict[str, str | Place]


def _notices(mutant: Mutant, walker: Walker, before: _Before) -> bool:
    way = before.walked.way
    try:
        decisions = walker.decide(before.answers, way.day)
        # A list is made of decisions; nodes matter to nothing else.
        if mutant.kind == "node" and decisions == before.walked.decisions:
            return False
        after = walker.conclude(way, before.answers, decisions)
    except (LookupError, YibaoError):
        return True
    return after.digest != before.digest


class _Mutants:
    def __init__(self, knowledge: Knowledge, walked: list[Walked]) -> None:
        self.knowledge = knowledge
        # Which ways pass a branch, reach an outcome, show a fact, rest on a rule, name a place.
        self.by: dict[tuple[str, ...], set[int]] = defaultdict(set)
        for index, one in enumerate(walked):
            for decision in one.decisions:
                for stop in decision.trace:
                    self.by["node", stop.node].add(index)
                for outcome in (decision.outcome, *decision.also):
                    self.by["outcome", outcome].add(index)
                for added in decision.added:
                    self.by["item", added.item].add(index)
                    for rule in knowledge.items[added.item].basis.rules:
                        self.by["rule", rule].add(index)
            for fact in one.case.settled.local:
                self.by["fact", fact.id].add(index)
            for place in one.case.places.values():
                for code in (place.code, place.province, place.district_code):
                    self.by["place", code].add(index)

    def near(self, *key: str) -> frozenset[int]:
        return frozenset(self.by[key])

    def all(self) -> Iterator[Mutant]:
        """Every mutant, one at a time."""
        yield from self.branches()
        yield from self.outcomes()
        yield from self.items()
        yield from self.rules()
        yield from self.sheets()
        yield from self.zones()

    def branches(self) -> Iterator[Mutant]:
        for node in self.knowledge.nodes.values():
            told = {**node.branches, **({"others": node.others} if node.others else {})}
            for value, branch in told.items():
                for what, changed in _changed(branch, told.values()):
                    broken = self.with_node(_with_branch(node, value, changed))
                    said = f"节点“{node.id}”的分支“{value}”{what}"
                    yield Mutant("node", node.id, said, broken, self.near("node", node.id))

    def outcomes(self) -> Iterator[Mutant]:
        for outcome in self.knowledge.outcomes.values():
            for part in ("add", "alone"):
                listed: tuple[str, ...] = getattr(outcome, part)
                for item in listed:
                    left = tuple(one for one in listed if one != item)
                    changed = outcome._replace(**{part: left})  # type: ignore[arg-type]
                    everything = {**self.knowledge.outcomes, outcome.id: changed}
                    broken = self.knowledge._replace(outcomes=everything)
                    said = f"结论“{outcome.id}”去掉条目“{item}”"
                    yield Mutant(
                        "outcome", outcome.id, said, broken, self.near("outcome", outcome.id)
                    )

    def items(self) -> Iterator[Mutant]:
        """Items that are shown whatever the answers."""
        for item in self.knowledge.items.values():
            if item.when:
                everything = {**self.knowledge.items, item.id: item._replace(when=())}
                broken = self.knowledge._replace(items=everything)
                said = f"条目“{item.id}”去掉 when"
                yield Mutant("item", item.id, said, broken, self.near("item", item.id))

    def rules(self) -> Iterator[Mutant]:
        for rule in self.knowledge.rules.values():
            for end in ("since", "until"):
                bound = getattr(rule, end)
                # Nobody can ask for a day before the knowledge begins.
                if bound is None or bound < self.knowledge.about.begins:
                    continue
                changed = rule._replace(**{end: None})  # type: ignore[arg-type]
                broken = self.knowledge._replace(rules={**self.knowledge.rules, rule.id: changed})
                said = f"规则“{rule.id}”去掉 {end}"
                yield Mutant("rule", rule.id, said, broken, self.near("rule", rule.id))

    def sheets(self) -> Iterator[Mutant]:
        # Facts on other topics stand on no checklist, only in `yibao region`.
        topics = {topic for one in self.knowledge.outcomes.values() for topic in one.topics}
        for sheet in self.knowledge.sheets.values():
            for name in sheet.rules:
                left = {key: rule for key, rule in sheet.rules.items() if key != name}
                said = f"地区“{sheet.code}”去掉规则“{name}”"
                changed = sheet._replace(rules=left)
                near = self.near("place", sheet.code)
                yield Mutant("region", sheet.code, said, self.with_sheet(changed), near)
            for fact in sheet.facts:
                if fact.topic not in topics:
                    continue
                kept = tuple(one for one in sheet.facts if one is not fact)
                said = f"去掉地方事实“{fact.id}”"
                changed = sheet._replace(facts=kept)
                near = self.near("fact", fact.id)
                yield Mutant("fact", fact.id, said, self.with_sheet(changed), near)

    def zones(self) -> Iterator[Mutant]:
        for zone in self.knowledge.zones:
            left = tuple(one for one in self.knowledge.zones if one is not zone)
            near = frozenset().union(*(self.near("place", code) for code in zone.members))
            said = f"去掉免备案区域“{zone.id}”"
            yield Mutant("zone", zone.id, said, self.knowledge._replace(zones=left), near)

    def with_node(self, node: Node) -> Knowledge:
        return self.knowledge._replace(nodes={**self.knowledge.nodes, node.id: node})

    def with_sheet(self, sheet: RegionSheet) -> Knowledge:
        return self.knowledge._replace(sheets={**self.knowledge.sheets, sheet.code: sheet})


def _changed(branch: Branch, siblings: Iterable[Branch]) -> Iterator[tuple[str, Branch]]:
    """A branch without one of its items, and a branch that does what a sibling does."""
    for item in branch.add:
        left = tuple(one for one in branch.add if one != item)
        yield f"去掉条目“{item}”", branch._replace(add=left)
    other = next((one for one in siblings if one != branch), None)
    if other is not None:
        yield "换成另一个分支", other


def _with_branch(node: Node, value: str, branch: Branch) -> Node:
    if value == "others":
        return node._replace(others=branch)
    return node._replace(branches={**node.branches, value: branch})
