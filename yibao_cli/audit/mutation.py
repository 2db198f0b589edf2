"""Mutation: break what decides a list, one thing at a time, and see whether a case notices.

What nobody notices is either untested or says nothing: both deserve a look.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import fields, replace

from yibao_cli.audit.cases import Case, run_cases
from yibao_cli.audit.checks import Fault, fault
from yibao_cli.audit.references import Steps, references
from yibao_cli.audit.survey import local_rules
from yibao_cli.audit.ways import Walked, digest
from yibao_cli.checklist import build
from yibao_cli.consult import decide
from yibao_cli.errors import YibaoError
from yibao_cli.knowledge.load import Lines
from yibao_cli.knowledge.local import Sheet
from yibao_cli.knowledge.model import Knowledge
from yibao_cli.knowledge.tree import Branch, Node
from yibao_cli.places import Place

# The names that decide a list. Citations only support it, the survey looks for contradictions,
# and a local fact is left out as a whole.
_DECIDING = {"add", "alone", "conclude", "next", "when"}
_WORDS = {"nodes": ("node", "节点"), "outcomes": ("outcome", "结论"), "items": ("item", "条目")}
_GONE = object()


class Mutant(Struct, frozen=True):
    """A change of the knowledge: of which thing, in words, the part that is another one."""

    kind: str
    name: str
    what: str
    at: Steps
    new: object = _GONE


def mutate(
    knowledge: Knowledge, lines: Lines, walked: list[Walked], cases: list[Case]
) -> tuple[int, list[Fault]]:
    """How many changes were tried, and one fault for each that nothing noticed.

    Ways notice first, because they are cheap; whatever they overlook is put to the cases.
    """
    near = _near(knowledge, walked)
    # A case that fails as it is would seem to notice every change.
    sound = [case for case in cases if not run_cases(knowledge, [case])]
    survivors = []
    count = 0
    for mutant in _mutants(knowledge):
        count += 1
        broken = _changed(knowledge, mutant.at, mutant.new)
        # No mutant touches a place: the index is made once.
        vars(broken)["places"] = knowledge.places
        if any(_notices(mutant, broken, one) for one in near[mutant.kind, mutant.name]):
            continue
        if any(_fails(broken, case) for case in sound):
            continue
        message = f"{mutant.what}，没有案例发现；请加一个案例，或用 --update 重写 ways.tsv"
        survivors.append(fault("unnoticed", *lines.of(mutant.kind, mutant.name), message))
    return count, survivors


def _notices(mutant: Mutant, broken: Knowledge, before: Walked) -> bool:
    """Whether a way ends in another list, or not at all."""
    try:
        decisions = tuple(decide(broken, before.answers, before.way.day))
        # A list is made of decisions; nodes matter to nothing else.
        if mutant.kind == "node" and decisions == before.decisions:
            return False
        return digest(build(broken, before.answers, decisions, before.way.day)) != before.digest
    except (LookupError, YibaoError):
        return True


def _fails(broken: Knowledge, case: Case) -> bool:
    try:
        return bool(run_cases(broken, [case]))
    except LookupError:
        return True


def _near(knowledge: Knowledge, walked: list[Walked]) -> dict[tuple[str, str], list[Walked]]:
    """Which ways may notice a change of a thing: those that come past it."""
    found: dict[tuple[str, str], list[Walked]] = defaultdict(list)
    for one in walked:
        past: set[tuple[str, str]] = {("fact", name) for name in one.local}
        for decision in one.decisions:
            past |= {("node", stop.node) for stop in decision.trace}
            past |= {("outcome", name) for name in (decision.outcome, *decision.also)}
            for item in {added.item for added in decision.added}:
                past.add(("item", item))
                past |= {("rule", rule) for rule in knowledge.items[item].rules}
        for place in one.answers.values():
            if isinstance(place, Place):
                codes = {place.code, place.province, place.district_code}
                past |= {("region", code) for code in codes}
                zones = knowledge.zones.values()
                past |= {("zone", zone.id) for zone in zones if codes & {*zone.members}}
        for thing in past:
            found[thing].append(one)
    return found


def _mutants(knowledge: Knowledge) -> Iterator[Mutant]:
    """Every change that some way or case has to notice."""
    yield from _names(knowledge)
    yield from _swaps(knowledge)
    yield from _dates(knowledge)
    yield from _local(knowledge)
    for zone in knowledge.zones:
        yield Mutant("zone", zone, f"去掉免备案区域“{zone}”", ("zones", zone))


def _names(knowledge: Knowledge) -> Iterator[Mutant]:
    """The tree, the outcomes and the items without one of the names that decide a list."""
    for one in references(knowledge):
        table, thing, *steps = map(str, one.at)
        if table not in _WORDS or not _DECIDING.intersection(steps):
            continue
        # A `next` of a node whose branches all go elsewhere is used by none.
        if one.at == ("nodes", thing, "next") and _goes_elsewhere(knowledge.nodes[thing]):
            continue
        kind, word = _WORDS[table]
        where = f"{word}“{thing}”" + _branch(steps)
        yield Mutant(kind, thing, f"{where}去掉{one.kind}“{one.name}”", one.at)


def _goes_elsewhere(node: Node) -> bool:
    return all(branch.next for branch in node.every_branch)


def _branch(steps: Sequence[str]) -> str:
    """Which branch of a node these steps lead to, in words."""
    value = steps[1] if steps[0] == "branches" else steps[0]
    return f"的分支“{value}”" if steps[0] in ("branches", "others") else ""


def _swaps(knowledge: Knowledge) -> Iterator[Mutant]:
    """Branches that do what another one of their node does."""
    for node in knowledge.nodes.values():
        does = {one: (one.add, one.conclude, node.after(one)) for one in node.every_branch}
        branches: dict[tuple[str, ...], Branch] = {}
        for value, branch in node.branches.items():
            branches["branches", value] = branch
        if node.others:
            branches["others",] = node.others
        for steps, branch in branches.items():
            other = next((one for one in does if does[one] != does[branch]), None)
            if other:
                what = f"节点“{node.id}”{_branch(steps)}换成另一个分支"
                yield Mutant("node", node.id, what, ("nodes", node.id, *steps), other)


def _dates(knowledge: Knowledge) -> Iterator[Mutant]:
    """Rules without the day on which they begin or end."""
    for rule in knowledge.rules.values():
        for name, day in (("since", rule.since), ("until", rule.until)):
            # Nobody can ask for a day before the knowledge begins.
            if day and day >= knowledge.about.begins:
                at: Steps = ("rules", rule.id, name)
                yield Mutant("rule", rule.id, f"规则“{rule.id}”去掉 {name}", at)


def _local(knowledge: Knowledge) -> Iterator[Mutant]:
    """Provinces and cities without one of their rules or facts."""
    # Facts on other topics stand on no checklist, only in `yibao region`.
    topics = {topic for one in knowledge.outcomes.values() for topic in one.topics}
    for code, province in knowledge.provinces.items():
        above: Steps = ("provinces", code)
        sheets: list[tuple[str, Steps, Sheet]] = [(code, above, province)]
        sheets += [(city, (*above, "cities", city), one) for city, one in province.cities.items()]
        for place, at, sheet in sheets:
            for name in local_rules(sheet):
                what = f"地区“{place}”去掉规则“{name}”"
                yield Mutant("region", place, what, (*at, "rules", name))
            for index, fact in enumerate(sheet.facts):
                if fact.topic in topics:
                    what = f"去掉地方事实“{fact.id}”"
                    yield Mutant("fact", fact.id, what, (*at, "facts", index))


def _changed(value: Any, at: Steps, new: object) -> Any:
    """A value whose part at these steps is another one, or is left out."""
    step, *rest = at
    if isinstance(value, Struct):
        part = _changed(getattr(value, str(step)), tuple(rest), new) if rest else new
        if part is _GONE:
            part = next(one.default for one in fields(value) if one.name == step)
        return replace(value, **{str(step): part})
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    changed = {
        key: one if key != step else _changed(one, tuple(rest), new) if rest else new
        for key, one in pairs
        if rest or key != step or new is not _GONE
    }
    return changed if isinstance(value, dict) else tuple(changed.values())
