"""Why a checklist is as it is, and what two situations do not share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal, get_args

from msgspec import Struct, structs

from yibao_cli import facts
from yibao_cli.checklist import build, fits, placeholders
from yibao_cli.consult import decide
from yibao_cli.evidence import Citations
from yibao_cli.explained import (
    Changed,
    Comparison,
    Difference,
    Effect,
    Part,
    Reworded,
    Side,
    Stage,
    Value,
    Why,
)
from yibao_cli.knowledge.items import ITEM_TYPES, AnyItem, ContactItem, DocumentItem
from yibao_cli.knowledge.model import Knowledge, in_force
from yibao_cli.places import Place
from yibao_cli.result import Checklist, Contact, Document, Evidence, Remark, Step
from yibao_cli.walk import GIVEN, Answers, Decision, Stop

Entry = Step | Document | Remark | Contact
PARTS: tuple[Part, ...] = get_args(Part)

_KINDS = {type_: kind for kind, type_ in ITEM_TYPES.items()}
# What a reader is told of an entry, in the order in which he is told what changed.
_TOLD = (
    "phase", "text", "name", "phone", "purpose", "detail", "original", "copies", "alternatives",
    "where", "deadline", "evidence", "owner", "signer",
)  # fmt: skip
_LOCAL: Mapping[str, Literal["filing_inside", "maternity", "zone"]] = {
    "filing_rule": "filing_inside", "maternity_rule": "maternity", "zone": "zone",
}  # fmt: skip
"""What decides a fact that a switch turns on."""


class Situation(Struct, frozen=True):
    """Answers, by which knowledge and ISO day they are judged, and what comes of them.

    The decisions stand in the order in which the checklist tells them.
    """

    knowledge: Knowledge
    answers: Answers
    day: str
    decisions: tuple[Decision, ...]
    checklist: Checklist

    def say(self, text: str) -> str:
        """A text of the knowledge with the names of these places."""
        for name, value in placeholders(self.knowledge, self.answers).items():
            text = text.replace(name, value)
        return text


def situation(knowledge: Knowledge, answers: Answers, day: str) -> Situation:
    """A situation thought through to its end.

    Raises MissingAnswerError, naming the flags, where a required answer is missing.
    """
    order = list(knowledge.outcomes)
    decisions = sorted(decide(knowledge, answers, day), key=lambda one: order.index(one.outcome))
    checklist = build(knowledge, answers, decisions, day)
    return Situation(knowledge, answers, day, tuple(decisions), checklist)


def entries(checklist: Checklist) -> dict[str, tuple[Part, Entry]]:
    """Everything on a checklist that is explained and compared, by its id, with its part."""
    return {one.id: (part, one) for part in PARTS for one in getattr(checklist, part)}


def text_of(entry: Entry | AnyItem) -> str:
    """The sentence of an entry, or of the item that it is made from."""
    if isinstance(entry, Document | Contact | DocumentItem | ContactItem):
        return entry.name
    return entry.text


# ---------------------------------------------------------------- why


def why(base: Situation) -> Why:
    """Which stop added and concluded what; every item stands at the first stop that added it."""
    state = base.checklist
    return Why(
        stops=tuple(_stages(base)),
        outcome=state.outcome,
        outcomes=state.outcomes,
        knowledge=state.knowledge,
        disclaimer=state.disclaimer,
    )


def _stages(base: Situation) -> Iterator[Stage]:
    lines = iter(base.checklist.trace)
    outcomes = {one.id: one for one in (*base.checklist.every_outcome, *base.checklist.also)}
    on_list = entries(base.checklist)
    errands = base.knowledge.questions["errand"].options
    told: set[str] = set()
    for decision in base.decisions:
        added: dict[int, list[Effect]] = {}
        for one in decision.added:
            if one.item not in told:
                told.add(one.item)
                added.setdefault(one.stop, []).append(_effect(base, on_list, one.item))
        ahead = {decision.outcome, *decision.also}
        for index, stop in enumerate(decision.trace):
            name = _concluded(base.knowledge, stop)
            yield Stage(
                **structs.asdict(next(lines)),
                errand=decision.errand,
                errand_label=errands[decision.errand].label,
                flag=base.knowledge.questions[stop.on].flag if stop.kind == "ask" else None,
                evidence=_fact_evidence(base, stop),
                added=tuple(added.get(index, ())),
                concluded=outcomes[name] if name in ahead else None,
            )
            ahead.discard(name)


def _concluded(knowledge: Knowledge, stop: Stop) -> str:
    """The outcome that a stop stands for."""
    if stop.kind == "end":
        return stop.on
    place = stop.kind == "ask" and knowledge.questions[stop.on].kind == "place"
    value = GIVEN if place and stop.origin == "given" else stop.value
    return knowledge.nodes[stop.node].branch(value).conclude or ""


def _effect(base: Situation, on_list: Mapping[str, tuple[Part, Entry]], name: str) -> Effect:
    item = base.knowledge.items[name]
    listed = on_list[name][1] if name in on_list else None
    return Effect(
        id=name,
        kind=_KINDS[type(item)],
        text=text_of(listed) if listed else base.say(text_of(item)),
        hidden=None if listed else hidden(base, name),
        **Citations(base.knowledge, base.day).of_rules(item.rules),
    )


def _fact_evidence(base: Situation, stop: Stop) -> Evidence | None:
    """What a derived fact rests on, where a local rule or a zone decided it."""
    insured, care = base.answers.get("from"), base.answers.get("to")
    if stop.kind != "switch" or not isinstance(insured, Place) or not isinstance(care, Place):
        return None
    journey = facts.Journey(base.knowledge, insured, care, base.day)
    name = "zone" if stop.value == "zone" else _LOCAL.get(stop.on)
    across = stop.on == "filing_rule" and facts.relation(journey) != "same_province"
    if name is None or (across and name != "zone"):
        return None
    found = facts.local_basis(journey, name)
    return (
        Evidence(**Citations(base.knowledge, base.day).of(found.cites, found.level))
        if found
        else None
    )


def hidden(base: Situation, name: str) -> str:
    """Why an item on the way is not on the list."""
    reason = out_of_force(base, name) or beside_the_point(base, name)
    return reason or "当地规定里已经有答案，不用再问"


def beside_the_point(base: Situation, name: str) -> str | None:
    """The answers that an item is about and that were not given; None where it fits."""
    walked = {name: value for one in base.decisions for name, value in one.values.items()}
    said = []
    for asked, options in base.knowledge.items[name].when.items():
        if not fits(walked, {asked: options}):
            question = base.knowledge.questions[asked]
            labels = "”或“".join(question.options[option].label for option in options)
            said.append(f"“{question.label}”是“{labels}”")
    return f"只有{'、'.join(said)}时才列出来" if said else None


def out_of_force(base: Situation, name: str) -> str | None:
    """The rules an item rests on that do not hold on that day; None where all do."""
    said: dict[str, None] = {}
    for rule in (base.knowledge.rules[one] for one in base.knowledge.items[name].rules):
        if rule.until is not None and rule.until < base.day:
            said[f"规定“{rule.says}”到 {rule.until} 为止，{base.day} 已经不用了"] = None
        elif not in_force(rule, base.day):
            said[f"规定“{rule.says}”从 {rule.since} 起才有，{base.day} 还没有"] = None
    return "；".join(said) or None


# ---------------------------------------------------------------- compare


def compare(first: Situation, second: Situation) -> Comparison:
    """What the second situation gains and loses against the first."""
    one, other = first.checklist, second.checklist
    gained, lost = tuple(_only(second, first)), tuple(_only(first, second))
    reworded = tuple(_reworded(one, other))
    before, after = ([outcome.id for outcome in side.every_outcome] for side in (one, other))
    return Comparison(
        same=one.every_outcome == other.every_outcome and not (gained or lost or reworded),
        answers=tuple(_changed_answers(first, second)),
        knowledge_changed=first.knowledge is not second.knowledge,
        outcome_changed=before != after,
        before=_side(one),
        after=_side(other),
        gained=gained,
        lost=lost,
        reworded=reworded,
    )


def _side(state: Checklist) -> Side:
    return Side(
        outcome=state.outcome,
        outcomes=state.outcomes,
        knowledge=state.knowledge,
        disclaimer=state.disclaimer,
    )


def _only(having: Situation, lacking: Situation) -> Iterator[Difference]:
    """What is on one list alone."""
    absent = entries(lacking.checklist)
    for name, (part, entry) in entries(having.checklist).items():
        if name in absent:
            continue
        # Of a local fact no answer is known that brought it, and a contact is for everybody.
        reason = None if isinstance(entry, Contact) or part == "local" else entry.because
        yield Difference(
            part=part,
            id=name,
            text=text_of(entry),
            phone=entry.phone if isinstance(entry, Contact) else None,
            because=reason or None,
            lacking=_lacking(lacking, name),
            **_evidence(entry),
        )


def _lacking(base: Situation, name: str) -> str | None:
    """Why a situation lacks an entry, where it is not for its answers."""
    local = {fact.id: fact for sheet in base.knowledge.sheets.values() for fact in sheet.facts}
    if name not in base.knowledge.items and name not in local:
        return f"资料 {base.knowledge.about.version} 里没有这一条"
    if name in local:
        there = in_force(local[name], base.day)
        return None if there else f"这条规定 {base.day} 不在有效期里"
    on_way = any(one.item == name for decision in base.decisions for one in decision.added)
    return hidden(base, name) if on_way else None


def _evidence(entry: Evidence) -> dict[str, Any]:
    return {field: getattr(entry, field) for field in Evidence.__struct_fields__}


def _reworded(one: Checklist, other: Checklist) -> Iterator[Reworded]:
    """What both lists have in different words."""
    theirs = entries(other)
    for name, (part, entry) in entries(one).items():
        if name not in theirs:
            continue
        before, after = _told(entry), _told(theirs[name][1])
        fields = {
            field: (value, after.get(field))
            for field, value in before.items()
            if field not in after or value != after[field]
        }
        if fields:
            phone = entry.phone if isinstance(entry, Contact) else None
            yield Reworded(part=part, id=name, text=text_of(entry), phone=phone, fields=fields)


def _told(entry: Entry) -> dict[str, Value]:
    """What a reader is told of an entry, field by field."""
    found = {**structs.asdict(entry), "evidence": Evidence(**_evidence(entry))}
    return {field: found[field] for field in _TOLD if field in found}


def _changed_answers(first: Situation, second: Situation) -> Iterator[Changed]:
    """Answers that differ; what only one way assumes is no difference to a reader."""
    before = {one.question: one for one in first.checklist.situation}
    after = {one.question: one for one in second.checklist.situation}
    for name in {**first.knowledge.questions, **second.knowledge.questions}:
        old, new = before.get(name), after.get(name)
        either = old or new
        if either is None or (None in (old, new) and either.assumed):
            continue
        texts = old.text if old else None, new.text if new else None
        if texts[0] != texts[1]:
            yield Changed(question=name, label=either.label, before=texts[0], after=texts[1])
