"""Why a checklist is as it is, and what two situations do not share.

The types are the JSON, field for field: `yibao.why/1` and `yibao.compare/1`. Keys are only added.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, Literal

from msgspec import Struct, structs

from yibao_cli import facts, result
from yibao_cli.checklist import build
from yibao_cli.consult import decide
from yibao_cli.evidence import Citations
from yibao_cli.fitting import fits, passed
from yibao_cli.knowledge.items import ITEM_TYPES, AnyItem, ContactItem, DocumentItem, StepItem
from yibao_cli.knowledge.model import Knowledge, in_force
from yibao_cli.placeholders import fill, placeholders
from yibao_cli.result import Listed, Part
from yibao_cli.situation import label_of, values_of, word_for
from yibao_cli.walk import Answers, Decision, Stop, taken

Value = str | int | bool | tuple[str, ...] | result.Evidence | None
"""What a field of an entry holds, its evidence taken together."""

FIELDS = {
    "phase": "什么时候办", "text": "内容", "name": "名称", "phone": "电话", "purpose": "用途",
    "detail": "说明", "original": "原件", "copies": "复印件份数", "alternatives": "可以代替",
    "where": "在哪里办", "deadline": "期限", "evidence": "依据", "owner": "谁的", "signer": "谁签",
}  # fmt: skip
"""What a reader is told of an entry, in the order in which he is told what changed."""

ANSWERED = "当地规定里已经有答案，不用再问"
"""Why a question to the agency is not on a list, where no other reason is known."""

_BASES: dict[tuple[str, str], Literal["filing_inside", "maternity", "zone"]] = {
    ("filing_rule", "same_province"): "filing_inside",
    ("filing_rule", "other_province"): "zone",
    ("zone", "other_province"): "zone",
}
_KINDS = {type_: kind for kind, type_ in ITEM_TYPES.items()}


class Situation(Struct, frozen=True):
    """Answers, by which knowledge and ISO day they are judged, and what comes of them.

    The decisions stand in the order in which the checklist tells them; without a place there is no
    journey.
    """

    knowledge: Knowledge
    answers: Answers
    day: str
    journey: facts.Journey | None
    decisions: tuple[Decision, ...]
    checklist: result.Checklist

    def say(self, text: str) -> str:
        """A text of the knowledge with the names of these places."""
        return fill(text, placeholders(self.knowledge, self.answers))


def situation(knowledge: Knowledge, answers: Answers, day: str) -> Situation:
    """A situation thought through to its end.

    Raises MissingAnswerError, naming the flags, where a required answer is missing.
    """
    decisions = decide(knowledge, answers, day)
    checklist = build(knowledge, answers, decisions, day)
    ends = facts.journey_of(knowledge, answers, day)
    return Situation(knowledge, answers, day, ends, tuple(decisions), checklist)


def entries(checklist: result.Checklist) -> dict[str, tuple[Part, Listed]]:
    """Everything on a checklist that is explained and compared, by its id, with its part."""
    return {one.id: (part, one) for part, listed in checklist.parts.items() for one in listed}


def text_of(entry: Listed | AnyItem) -> str:
    """The sentence of an entry, or of the item that it is made from."""
    if isinstance(entry, result.Document | result.Contact | DocumentItem | ContactItem):
        return entry.name
    return entry.text


def fields_of(type_: type[Struct], value: Struct) -> dict[str, Any]:
    """The fields that a type has, as a value has them."""
    return {name: getattr(value, name) for name in type_.__struct_fields__}


class Side(Struct, frozen=True, kw_only=True):
    """What a situation leads to, and by which knowledge."""

    outcome: result.Outcome
    outcomes: tuple[result.Outcome, ...]
    knowledge: result.KnowledgeState
    disclaimer: str

    @property
    def every_outcome(self) -> tuple[result.Outcome, ...]:
        """The outcome and those of the other errands."""
        return (self.outcome, *self.outcomes)


class Effect(result.Evidence, frozen=True, kw_only=True):
    """An item that a stop added; `hidden` says why it is not on the list all the same."""

    id: str
    kind: str
    text: str
    hidden: str | None


class TracedStop(result.TraceLine, frozen=True, kw_only=True):
    """One stop of the way of an errand, what its fact rests on, and what it did."""

    errand: str
    errand_label: str
    flag: str | None
    evidence: result.Evidence | None
    added: tuple[Effect, ...]
    concluded: result.Outcome | None


class Why(Side, frozen=True, kw_only=True, tag_field="schema", tag="yibao.why/1"):
    """The way through the tree and where it led."""

    stops: tuple[TracedStop, ...]


def why(base: Situation) -> Why:
    """Which stop added and concluded what; every item stands at the first stop that added it."""
    return Why(stops=tuple(_traced(base)), **fields_of(Side, base.checklist))


def _traced(base: Situation) -> Iterator[TracedStop]:
    questions, state = base.knowledge.questions, base.checklist
    outcomes = {one.id: one for one in (*state.every_outcome, *state.also)}
    on_list = entries(state)
    first: dict[str, tuple[str, int]] = {}
    for decision in base.decisions:
        for one in decision.added:
            first.setdefault(one.item, (decision.errand, one.stop))
    lines = iter(state.trace)
    for decision in base.decisions:
        ahead = {name: outcomes[name] for name in (decision.outcome, *decision.also)}
        for index, stop in enumerate(decision.trace):
            here = (decision.errand, index)
            yield TracedStop(
                **structs.asdict(next(lines)),
                errand=decision.errand,
                errand_label=questions["errand"].options[decision.errand].label,
                flag=questions[stop.on].flag if stop.kind == "ask" else None,
                evidence=_fact_evidence(base, stop),
                added=tuple(
                    _effect(base, name, on_list.get(name))
                    for name, where in first.items()
                    if where == here
                ),
                concluded=ahead.pop(_conclusion(base, stop) or "", None),
            )


def _conclusion(base: Situation, stop: Stop) -> str | None:
    """The outcome that a stop stands for."""
    return base.knowledge.nodes[stop.node].branch(taken(stop, base.answers)).conclude


def _effect(base: Situation, name: str, listed: tuple[Part, Listed] | None) -> Effect:
    """What a stop brought: as it stands on the list, where a local rule may have worded it."""
    item = base.knowledge.items[name]
    if listed:
        text, evidence = text_of(listed[1]), fields_of(result.Evidence, listed[1])
    else:
        cited = Citations(base.knowledge, base.answers, base.day)
        text, evidence = base.say(text_of(item)), cited.of(item.rules, detail=item.detail_rules)
    return Effect(
        id=name,
        kind=_KINDS[type(item)],
        text=text,
        hidden=None if listed else hidden(base, name),
        **evidence,
    )


def _fact_evidence(base: Situation, stop: Stop) -> result.Evidence | None:
    """What a derived fact rests on, where a local rule or a zone decided it."""
    if stop.kind != "switch" or base.journey is None:
        return None
    name = _BASES.get((stop.on, facts.relation(base.journey)))
    name = "maternity" if stop.on == "maternity_rule" else name
    found = facts.local_basis(base.journey, name) if name else None
    cited = Citations(base.knowledge, base.answers, base.day)
    return result.Evidence(**cited.of((), found)) if found else None


def hidden(base: Situation, name: str) -> str:
    """Why an item on the way is not on the list."""
    reasons = out_of_force(base, name) or _beside_the_point(base, name) or _replaced(base, name)
    return reasons or ANSWERED


def _beside_the_point(base: Situation, name: str) -> str | None:
    """The answers that an item is about and that were not given; None where it fits."""
    known, item = base.knowledge, base.knowledge.items[name]
    values = values_of(known, base.answers, base.journey)
    for decision in base.decisions:
        if any(one.item == name for one in decision.added):
            values["errand"] = decision.errand
    if isinstance(item, StepItem) and item.by in passed(values):
        return "现在已经来不及，也用不着了"
    said = []
    for asked, options in item.when.items():
        if not fits(values, {asked: options}):
            words = (word_for(known, asked, one) for one in options)
            said.append(f"“{label_of(known, asked)}”是“{'”或“'.join(words)}”")
    return f"只有{'、'.join(said)}时才列出来" if said else None


def _replaced(base: Situation, name: str) -> str | None:
    """What stands on the list instead of an item."""
    items = base.knowledge.items
    for other, (_, entry) in entries(base.checklist).items():
        if other in items and name in items[other].replaces:
            return f"“{text_of(entry)}”代替了它"
    return None


def out_of_force(base: Situation, name: str) -> str | None:
    """The rules an item or outcome needs that do not hold on that day; None where all do."""
    known, said = base.knowledge, []
    for rule in (known.rules[one] for one in _needed(known, name)):
        if rule.until is not None and rule.until < base.day:
            said.append(f"规定“{rule.says}”到 {rule.until} 为止，{base.day} 已经不用了")
        elif not in_force(rule, base.day):
            said.append(f"规定“{rule.says}”从 {rule.since} 起才有，{base.day} 还没有")
    return "；".join(dict.fromkeys(said)) or None


def _needed(known: Knowledge, name: str) -> Iterable[str]:
    """The rules an item or outcome needs, also that of the only outcome that brings an item."""
    item, branches = known.items.get(name), (one.every_branch for one in known.nodes.values())
    if item is None:
        return filter(None, (known.outcomes[name].only_while,))
    if any(name in branch.add for branch in chain.from_iterable(branches)):
        return item.basis
    brought = [one.only_while for one in known.outcomes.values() if name in one.add + one.alone]
    return (*item.basis, *filter(None, brought if len(brought) == 1 else ()))


class Changed(Struct, frozen=True, kw_only=True):
    """An answer that differs; None where a situation does not turn on it."""

    question: str
    label: str
    before: str | None
    after: str | None


class Difference(result.Evidence, frozen=True, kw_only=True):
    """An entry that only one of two situations has, and why the other one lacks it."""

    part: Part
    id: str
    text: str
    phone: str | None
    because: str | None
    lacking: str | None


class Reworded(Struct, frozen=True, kw_only=True):
    """An entry that both have, and the fields in which they differ: before and after."""

    part: Part
    id: str
    text: str
    phone: str | None
    fields: dict[str, tuple[Value, Value]]


class Comparison(Struct, frozen=True, kw_only=True, tag_field="schema", tag="yibao.compare/1"):
    """Two situations and all that they do not share.

    `outcome_changed`: the outcomes are others, not only in other words; `knowledge_changed`: the
    second is judged by another folder.
    """

    same: bool
    answers: tuple[Changed, ...]
    knowledge_changed: bool
    outcome_changed: bool
    before: Side
    after: Side
    gained: tuple[Difference, ...]
    lost: tuple[Difference, ...]
    reworded: tuple[Reworded, ...]


def compare(first: Situation, second: Situation) -> Comparison:
    """What the second situation gains and loses against the first."""
    before, after = (Side(**fields_of(Side, one.checklist)) for one in (first, second))
    gained, lost = tuple(_only(second, first)), tuple(_only(first, second))
    reworded = tuple(_reworded(first.checklist, second.checklist))
    ids, others = ([one.id for one in side.every_outcome] for side in (before, after))
    return Comparison(
        same=before.every_outcome == after.every_outcome and not (gained or lost or reworded),
        answers=tuple(_changed_answers(first, second)),
        knowledge_changed=first.knowledge is not second.knowledge,
        outcome_changed=ids != others,
        before=before,
        after=after,
        gained=gained,
        lost=lost,
        reworded=reworded,
    )


def _only(having: Situation, lacking: Situation) -> Iterator[Difference]:
    """What is on one list alone."""
    absent = entries(lacking.checklist)
    for name, (part, entry) in entries(having.checklist).items():
        if name not in absent:
            # Of a local fact no answer is known that brought it, and a contact is for everybody.
            reason = None if part == "local" else getattr(entry, "because", None)
            yield Difference(
                **_named(part, entry),
                because=reason or None,
                lacking=_lacking(lacking, name),
                **fields_of(result.Evidence, entry),
            )


def _named(part: Part, entry: Listed) -> dict[str, Any]:
    phone = getattr(entry, "phone", None)
    return {"part": part, "id": entry.id, "text": text_of(entry), "phone": phone}


def _lacking(base: Situation, name: str) -> str | None:
    """Why a situation lacks an entry, where it is not for its answers."""
    local = {fact.id: fact for fact in base.knowledge.local_facts}
    if name in local:
        there = in_force(local[name], base.day)
        return None if there else f"这条规定 {base.day} 不在有效期里"
    if name not in base.knowledge.items:
        return f"资料 {base.knowledge.about.version} 里没有这一条"
    on_way = any(one.item == name for decision in base.decisions for one in decision.added)
    return hidden(base, name) if on_way else None


def _reworded(one: result.Checklist, other: result.Checklist) -> Iterator[Reworded]:
    """What both lists have in different words."""
    theirs = entries(other)
    for name, (part, entry) in entries(one).items():
        if name in theirs:
            pairs = {key: (_field(entry, key), _field(theirs[name][1], key)) for key in FIELDS}
            fields = {key: pair for key, pair in pairs.items() if pair[0] != pair[1]}
            if fields:
                yield Reworded(**_named(part, entry), fields=fields)


def _field(entry: Listed, field: str) -> Value:
    """What a reader is told in a field of an entry."""
    if field == "evidence":
        return result.Evidence(**fields_of(result.Evidence, entry))
    value: Value = getattr(entry, field, None)
    return value


def _changed_answers(first: Situation, second: Situation) -> Iterator[Changed]:
    """Answers that differ; what only one way assumes is no difference to a reader."""
    sides = [{one.question: one for one in side.checklist.situation} for side in (first, second)]
    for name in {**first.knowledge.questions, **second.knowledge.questions}:
        found = [side[name] for side in sides if name in side]
        before, after = (side[name].text if name in side else None for side in sides)
        if before != after and not (len(found) == 1 and found[0].assumed):
            yield Changed(question=name, label=found[0].label, before=before, after=after)
