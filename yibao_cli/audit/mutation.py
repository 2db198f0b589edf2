"""Mutation: break what decides a list, one thing at a time, and see whether a case notices.

What nobody notices is either untested or says nothing: both deserve a look.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from yibao_cli.audit.cases import Case, run_cases
from yibao_cli.audit.checks import Fault, effects, fault, topics_shown
from yibao_cli.audit.survey import Survey
from yibao_cli.audit.ways import Way, digest
from yibao_cli.checklist import build
from yibao_cli.consult import decide
from yibao_cli.errors import YibaoError
from yibao_cli.knowledge.items import Item, Outcome
from yibao_cli.knowledge.law import Rule, Sheet, Zone
from yibao_cli.knowledge.load import Lines
from yibao_cli.knowledge.model import Knowledge
from yibao_cli.knowledge.tree import AnyNode, Branch, CasesNode, Node, PlainNode

Mutant = tuple[str, str, str, Knowledge]
"""Kind and name of what is broken, what was done to it in words, and the knowledge after it."""

# The names that decide a list. Citations only support it, and the survey looks for contradictions.
_NAMES = {"add": "条目", "alone": "条目", "conclude": "结论", "next": "节点", "when": "问题"}
_TABLES = ("outcomes", "items", "rules", "sheets", "zones")


def mutate(
    knowledge: Knowledge, lines: Lines, found: Survey, ways: list[Way], cases: list[Case]
) -> tuple[int, list[Fault]]:
    """How many changes were tried, and one fault for each that nothing noticed.

    Ways notice first, because they are cheap; whatever they overlook is put to the cases. A branch
    that the survey never took is not tried: there is no way for it.
    """
    near: dict[tuple[str, str], list[Way]] = defaultdict(list)
    for way in ways:
        for thing in way.past:
            near[thing].append(way)
    taken: dict[str, set[str]] = defaultdict(set)
    for name, value in found.samples:
        taken[name].add(value)
    # A case that fails as it is would seem to notice every change.
    sound = [case for case in cases if not run_cases(knowledge, [case])]
    survivors = []
    count = 0
    for kind, name, what, broken in _mutants(knowledge, taken):
        count += 1
        if any(_notices(kind, broken, way) for way in near[kind, name]):
            continue
        if any(run_cases(broken, [case]) for case in sound):
            continue
        message = f"{what}，没有案例发现；请加一个案例，或用 --update 重写 ways.tsv"
        survivors.append(fault("unnoticed", *lines.of(kind, name), message))
    return count, survivors


def _notices(kind: str, broken: Knowledge, before: Way) -> bool:
    """Whether a way ends in another list, or not at all, where a thing of a kind is broken."""
    try:
        decisions = decide(broken, before.answers, before.day)
        # A list is made of decisions; the tree matters to nothing else.
        if kind in ("node", "question") and decisions == before.decisions:
            return False
        return digest(build(broken, before.answers, decisions, before.day)) != before.digest
    except (LookupError, YibaoError):
        return True


# ---------------------------------------------------------------- what is broken


def _mutants(known: Knowledge, taken: dict[str, set[str]]) -> Iterator[Mutant]:
    """Every change that some way or case has to notice."""
    for node in known.tree.values():
        for what, changed in _node_changes(node, known.nodes[node.id], taken[node.id]):
            broken = _with(known, "tree", {node.id: changed})
            yield "node", node.id, f"节点“{node.id}”{what}", broken
    for name, question in known.questions.items():
        for option in question.options.values():
            for what, new in _less(option, "add"):
                changed_question = replace(question, options={**question.options, option.id: new})
                broken = _with(known, "questions", {name: changed_question})
                yield "question", name, f"问题“{name}”的选项“{option.id}”{what}", broken
    for table in _TABLES:
        for key, thing in getattr(known, table).items():
            for kind, name, what, new in _changes(known, key, thing):
                yield kind, name, what, _with(known, table, {key: new})


def _changes(
    known: Knowledge, name: str, thing: Any
) -> Iterator[tuple[str, str, str, Struct | None]]:
    """What may be done to a thing of a table: it is another one then, or gone."""
    match thing:
        case Outcome():
            for what, new in _less(thing):
                yield "outcome", name, f"结论“{name}”{what}", new
        case Item():
            for what, new in _less(thing):
                yield "item", name, f"条目“{name}”{what}", new
        case Rule():
            for field, day in (("since", thing.since), ("until", thing.until)):
                # Nobody can ask for a day before the knowledge begins, and what rests on several
                # rules from one day on moves with none of them alone.
                if day and day >= known.about.begins and _alone(known, thing, field):
                    yield "rule", name, f"规则“{name}”去掉 {field}", replace(thing, **{field: None})
        case Sheet():
            for rule in thing.own_rules:
                rules = replace(thing.rules, **{rule: None})
                yield "region", name, f"地区“{name}”去掉规则“{rule}”", replace(thing, rules=rules)
            # Facts on other topics stand on no checklist, only in `yibao region`.
            topics = topics_shown(known)
            for fact in (one for one in thing.facts if one.topic in topics):
                facts = tuple(one for one in thing.facts if one != fact)
                yield "fact", fact.id, f"去掉地方事实“{fact.id}”", replace(thing, facts=facts)
        case Zone():
            yield "zone", name, f"去掉免备案区域“{name}”", None


def _node_changes(node: AnyNode, plain: Node, taken: set[str]) -> Iterator[tuple[str, AnyNode]]:
    """A node without one of its names, or one of whose cases is; or with a taken branch that does
    what another one does.
    """
    if isinstance(node, CasesNode):
        for number, case in enumerate(node.cases):
            for what, new in _less(case, "add", "conclude", "next"):
                cases = (*node.cases[:number], new, *node.cases[number + 1 :])
                yield f"的第{number + 1}行{what}", replace(node, cases=cases)
    if not isinstance(node, PlainNode):
        return
    does, branches = effects(plain), plain.named
    # Nothing was written for the others of which nothing is said.
    said = (one for one in taken & {*branches} if branches[one] != Branch())
    for value, branch in ((one, branches[one]) for one in sorted(said)):
        other = next((one for one in does if does[one] != does[branch]), None)
        swaps = [("换成另一个分支", other)] if other else []
        for what, new in (*_less(branch), *swaps):
            changed = {**branches, value: new}
            others = changed.pop("others", None)
            yield f"的分支“{value}”{what}", replace(node, branches=changed, others=others)
    # A `next` of a node whose branches all go elsewhere is used by none.
    if taken and not all(branch.next for branch in plain.every_branch):
        yield from _less(node)


def _alone(known: Knowledge, rule: Rule, field: str) -> bool:
    """Whether something rests on a rule, and on no other one that begins or ends with it."""
    bases = [one.basis for one in known.items.values()]
    bases += [one.rules for one in known.outcomes.values()]
    resting = (
        {getattr(known.rules[other], field) for other in basis if other != rule.id}
        for basis in bases
        if rule.id in basis
    )
    return any(getattr(rule, field) not in days for days in resting)


def _less(thing: Any, *fields: str) -> Iterator[tuple[str, Any]]:
    """A thing without one of the names in it that decide a list, in some fields or in any."""
    for field in fields or _NAMES:
        word, held = _NAMES[field], getattr(thing, field, None) or ()
        for name in (held,) if isinstance(held, str) else held:
            left: object = None
            if isinstance(held, dict):
                left = {one: options for one, options in held.items() if one != name}
            elif isinstance(held, tuple):
                left = tuple(one for one in held if one != name)
            yield f"去掉{word}“{name}”", replace(thing, **{field: left})


def _with(known: Knowledge, table: str, things: dict[str, Any]) -> Knowledge:
    """The knowledge with other things in one of its tables, or without those that are None."""
    changed = {**getattr(known, table), **things}
    for name in (name for name, thing in things.items() if thing is None):
        del changed[name]
    # What is made of the tables need not be made again: no mutant moves a place.
    made: dict[str, Any] = {"places": known.places, "sheets": known.sheets}
    if table not in ("tree", "questions"):
        made["nodes"] = known.nodes
    if table == "sheets":
        broken, made[table] = replace(known), changed
    else:
        broken = replace(known, **{table: changed})
    vars(broken).update(made)
    return broken
