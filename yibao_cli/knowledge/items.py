"""What a checklist is made of: its items, and the outcomes that they hang on."""

from typing import Annotated, ClassVar, Literal, get_args

from msgspec import Meta, Struct, field

from yibao_cli.knowledge.kinds import (
    By,
    Filled,
    ItemId,
    Key,
    Number,
    Path,
    Phase,
    RuleId,
    Topic,
    Urgency,
    Weight,
    When,
)


class Item(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="kind"):
    """What every entry of `data/checklist` may say.

    It rests on `rules`, or is practical advice; `detail_rules` are those that only its detail needs.
    `when` names the situation that it is about,
    `weight` how much it counts (else its kind says so), `needs` what stands before it, `replaces`
    what it stands for, `contradicts` what must never stand on the same list.
    """

    usual_weight: ClassVar[Weight] = "background"

    id: Annotated[Key, Meta(extra={"defines": "item"})] = ""
    rules: tuple[RuleId, ...] = ()
    detail_rules: tuple[RuleId, ...] = ()
    advice: bool = False
    detail: Filled | None = None
    contradicts: tuple[ItemId, ...] = ()
    when: When = field(default_factory=dict)
    weight: Weight | None = None
    needs: tuple[ItemId, ...] = ()
    replaces: tuple[ItemId, ...] = ()

    @property
    def counts(self) -> Weight:
        """How much it counts: by its own word, or else as its kind does."""
        return self.weight or self.usual_weight

    @property
    def basis(self) -> tuple[RuleId, ...]:
        """All the rules that it needs, also those of its detail."""
        return (*self.rules, *self.detail_rules)


class StepItem(Item, frozen=True, kw_only=True, tag="step"):
    """Something to do.

    `by` is the moment after which it makes no sense. `calendar` names the reminder before the
    discharge, or tells of a claim.
    """

    usual_weight: ClassVar[Weight] = "must"

    text: Filled
    phase: Phase
    where: Filled | None = None
    deadline: Filled | None = None
    urgency: Urgency = "event"
    by: By | None = None
    calendar: Literal["discharge", "claim"] | None = None


class DocumentItem(Item, frozen=True, kw_only=True, tag="document", rename={"alternatives": "or"}):
    """A paper to bring. What is said to a proxy: whose it is, who signs it, what only he needs."""

    usual_weight: ClassVar[Weight] = "must"

    name: Filled
    purpose: Filled
    original: bool = False
    copies: Number = 0
    alternatives: tuple[Filled, ...] = ()
    owner: Filled | None = None
    signer: Filled | None = None
    proxy: bool = False


class WarningItem(Item, frozen=True, kw_only=True, tag="warning"):
    """What loses money or rights."""

    usual_weight: ClassVar[Weight] = "should"

    text: Filled


class NoteItem(Item, frozen=True, kw_only=True, tag="note"):
    """A rule worth knowing. `calendar`: the reminder that it stands in."""

    text: Filled
    topic: Topic
    calendar: Literal["long_term", "temporary"] | None = None


class QuestionItem(Item, frozen=True, kw_only=True, tag="question"):
    """What to ask the agency. It claims nothing, so it needs no source.

    One with a topic is left out where a reliable local fact answers it; `region`: asked of any
    place by `yibao region`; `calendar`: the reminders that it stands in.
    """

    rules: Annotated[tuple[RuleId, ...], Meta(extra={"unwritten": True})] = ()
    advice: Annotated[bool, Meta(extra={"unwritten": True})] = False
    text: Filled
    topic: Topic | None = None
    region: bool = False
    calendar: Literal["claim", "filing"] | None = None


class ContactItem(Item, frozen=True, kw_only=True, tag="contact"):
    """Whom to ask. `calendar`: the reminders of a claim say to ring him."""

    usual_weight: ClassVar[Weight] = "should"

    name: Filled
    phone: Filled | None = None
    calendar: Literal["claim"] | None = None


AnyItem = StepItem | DocumentItem | WarningItem | NoteItem | QuestionItem | ContactItem
ITEM_TYPES: dict[str, type[Item]] = {of.__struct_config__.tag: of for of in get_args(AnyItem)}
"""The kinds of items by the names of their files."""


class Outcome(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A variant of one of the paths: what is concluded and what it brings along.

    `add` comes with it also where something else was concluded before, `alone` only where it is
    the outcome itself. It rests on `rules` and on a `local` rule or zone, or is practical advice.
    One that holds `only_while` a rule is in force is passed by on other days: the way goes on.
    """

    id: Annotated[Key, Meta(extra={"defines": "outcome"})] = ""
    path: Path
    title: Filled
    summary: Filled
    rules: tuple[RuleId, ...] = ()
    local: Literal["filing_inside", "maternity", "zone"] | None = None
    advice: bool = False
    add: tuple[ItemId, ...]
    alone: tuple[ItemId, ...] = ()
    topics: tuple[Topic, ...] = ()
    only_while: RuleId | None = None

    def brings(self, *, first: bool) -> tuple[ItemId, ...]:
        """The items that come with it, where it is the first conclusion or a later one."""
        return self.add + (self.alone if first else ())
