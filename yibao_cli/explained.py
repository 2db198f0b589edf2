"""Explanations. These types are their JSON, field for field: `yibao.why/1` and two more.

Keys are only ever added.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from yibao_cli.result import Evidence, KnowledgeState, Outcome, TraceLine

Part = Literal["steps", "documents", "warnings", "notes", "local", "questions", "contacts"]
"""A part of a checklist, by the name of its field."""

Value = str | int | bool | tuple[str, ...] | Evidence | None
"""What a field of an entry holds, its evidence taken together."""


class Effect(Evidence, frozen=True, kw_only=True):
    """An item that a stop added; `hidden` says why it is not on the list all the same."""

    id: str
    kind: str
    text: str
    hidden: str | None


class Stage(TraceLine, frozen=True, kw_only=True):
    """One stop of the way of an errand, what its fact rests on, and what it did."""

    errand: str
    flag: str | None
    evidence: Evidence | None
    added: tuple[Effect, ...]
    concluded: Outcome | None


class Why(Struct, frozen=True, kw_only=True):
    """The way through the tree and where it led; `errands` holds their labels."""

    schema: Literal["yibao.why/1"] = "yibao.why/1"
    stops: tuple[Stage, ...]
    errands: dict[str, str]
    outcome: Outcome
    outcomes: tuple[Outcome, ...]
    knowledge: KnowledgeState
    disclaimer: str


class Goal(Struct, frozen=True, kw_only=True):
    """What somebody misses: an item, or any of some outcomes."""

    kind: Literal["item", "outcome"]
    ids: tuple[str, ...]
    text: str


class Change(Struct, frozen=True, kw_only=True):
    """One answer that would have to be another one; `value` is what its flag takes."""

    question: str
    label: str
    flag: str
    before: str
    after: str
    value: str


class Proposal(Struct, frozen=True, kw_only=True):
    """A smallest change, what it makes of the places, and what would be concluded then."""

    changes: tuple[Change, ...]
    facts: tuple[str, ...]
    outcome: Outcome
    outcomes: tuple[Outcome, ...]


class WhyNot(Struct, frozen=True, kw_only=True):
    """Where a goal comes from, or the fewest answers to change in order to reach it.

    `hidden` tells why an item is not listed though the way or the law has it: no answer helps then,
    unless the item is only beside the point. `concluded_later`: the outcome was reached, but not
    first. `stops` are those that the goal comes from, with nothing else of what they did.
    """

    schema: Literal["yibao.why-not/1"] = "yibao.why-not/1"
    goal: Goal
    reached: bool
    hidden: str | None
    concluded_later: bool
    stops: tuple[Stage, ...]
    outcome: Outcome
    outcomes: tuple[Outcome, ...]
    proposals: tuple[Proposal, ...]
    knowledge: KnowledgeState
    disclaimer: str


class Side(Struct, frozen=True, kw_only=True):
    """One of two situations that are compared."""

    outcome: Outcome
    outcomes: tuple[Outcome, ...]
    knowledge: KnowledgeState
    disclaimer: str


class Changed(Struct, frozen=True, kw_only=True):
    """An answer that differs; None where a situation does not turn on it."""

    question: str
    label: str
    before: str | None
    after: str | None


class Difference(Evidence, frozen=True, kw_only=True):
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


class Comparison(Struct, frozen=True, kw_only=True):
    """Two situations and all that they do not share.

    `outcome_changed`: the outcomes are others, not only in other words; `knowledge_changed`: the
    second is judged by another folder.
    """

    schema: Literal["yibao.compare/1"] = "yibao.compare/1"
    same: bool
    answers: tuple[Changed, ...]
    knowledge_changed: bool
    outcome_changed: bool
    before: Side
    after: Side
    gained: tuple[Difference, ...]
    lost: tuple[Difference, ...]
    reworded: tuple[Reworded, ...]
