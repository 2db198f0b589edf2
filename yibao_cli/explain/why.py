"""Why a checklist is as it is: the way that led to it, stop by stop."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from yibao_cli import facts
from yibao_cli.explain.situation import Shown, Situation, entries, hidden, text_of
from yibao_cli.model import Checklist, Conclusion, Evidence, Knowledge, Stop, TraceLine
from yibao_cli.regions import Place
from yibao_cli.walk import GIVEN


@dataclass(frozen=True, slots=True)
class Effect:
    """An item that a stop put on the list; `hidden` says why it is not shown all the same."""

    item: str
    kind: str
    text: str
    evidence: Evidence
    hidden: str | None


@dataclass(frozen=True, slots=True)
class Stage:
    """One stop of the way and what it did."""

    errand: str
    line: TraceLine
    flag: str | None
    evidence: Evidence | None
    added: tuple[Effect, ...]
    concluded: Conclusion | None


@dataclass(frozen=True, slots=True)
class Why:
    """The way through the tree, errand by errand, and where it led."""

    stages: tuple[Stage, ...]
    checklist: Checklist
    errands: Mapping[str, str]
    """The labels of the errands."""


def why(base: Situation) -> Why:
    """Which stop added and concluded what; every item stands at the first stop that added it."""
    lines = iter(base.checklist.trace)
    on_list = entries(base.checklist)
    conclusions = {
        one.id: one
        for one in (base.checklist.conclusion, *base.checklist.others, *base.checklist.also)
    }
    stages: list[Stage] = []
    told: set[str] = set()
    for decision in base.decisions:
        added: dict[int, list[str]] = {}
        for one in decision.added:
            if one.item not in told:
                told.add(one.item)
                added.setdefault(one.stop, []).append(one.item)
        ahead = {decision.outcome, *decision.also}
        for index, stop in enumerate(decision.trace):
            name = _concluded(base.knowledge, stop)
            stages.append(
                Stage(
                    decision.errand,
                    next(lines),
                    base.knowledge.questions[stop.on].flag if stop.kind == "ask" else None,
                    _fact_evidence(base, stop),
                    tuple(_effect(base, on_list, item) for item in added.get(index, ())),
                    conclusions[name] if name in ahead else None,
                )
            )
            ahead.discard(name or "")
    labels = {one.id: one.label for one in base.knowledge.questions["errand"].options}
    return Why(tuple(stages), base.checklist, labels)


def _concluded(knowledge: Knowledge, stop: Stop) -> str | None:
    """The outcome that a stop stands for."""
    if stop.kind == "end":
        return stop.on
    place = stop.kind == "ask" and knowledge.questions[stop.on].kind == "place"
    value = GIVEN if place and stop.origin == "given" else stop.value
    return knowledge.nodes[stop.node].branch(value).conclude


def _effect(base: Situation, on_list: Mapping[str, tuple[str, Shown]], name: str) -> Effect:
    item = base.knowledge.items[name]
    if name in on_list:
        entry = on_list[name][1]
        return Effect(name, item.kind, text_of(entry), entry.evidence, None)
    evidence, _ = base.consultant.drafts.evidence(item.basis, None)
    return Effect(name, item.kind, base.say(item.text), evidence, hidden(base, name))


def _fact_evidence(base: Situation, stop: Stop) -> Evidence | None:
    """What a derived fact rests on, where a local rule or a zone decided it."""
    names = {"filing_rule": "filing_inside", "maternity_rule": "maternity"}
    insured, care = base.answers.get("from"), base.answers.get("to")
    if stop.kind != "switch" or not isinstance(insured, Place) or not isinstance(care, Place):
        return None
    journey = facts.Journey(base.knowledge, insured, care, base.day)
    name = "zone" if "zone" in (stop.value, stop.on) else names.get(stop.on)
    across = stop.on == "filing_rule" and facts.relation(journey) != "same_province"
    if name is None or (across and name != "zone"):
        return None
    found = facts.local_basis(journey, name)
    return base.consultant.drafts.cite(found.cites, found.level)[0] if found else None
