"""What a checklist is made of: its items, and the outcomes that they hang on."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from msgspec import Meta, Struct, field

from yibao_cli.knowledge.kinds import (
    By,
    Filled,
    ItemId,
    Key,
    Path,
    Phase,
    RuleId,
    Topic,
    Urgency,
    Weight,
    When,
)


class Item(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What every entry of `data/checklist` may say.

    It rests on `rules`, or is practical advice. `when` names the answers that it is about, `weight`
    how much it counts (else the kind says so, see `counts`), `needs` what stands before it,
    `replaces` what it stands for, `contradicts` what must never stand on the same list.
    """

    usual_weight: ClassVar[Weight] = "background"

    id: Key = ""
    rules: Annotated[
        tuple[RuleId, ...], Meta(description="依据哪些规则：data/rules.yaml 里的名称")
    ] = ()
    advice: Annotated[bool, Meta(description="yes：实用建议，没有法规依据")] = False
    detail: Annotated[Filled, Meta(description="补充的一句，写在下一行")] | None = None
    contradicts: Annotated[
        tuple[ItemId, ...], Meta(description="不能和哪些条目出现在同一张清单上")
    ] = ()
    when: When = field(default_factory=dict)
    weight: (
        Annotated[
            Weight,
            Meta(
                description="多要紧：must 一定要看，should 有地方就放，background 只在 --full 里；"
                "不写就按种类"
            ),
        ]
        | None
    ) = None
    needs: Annotated[
        tuple[ItemId, ...], Meta(description="排在哪些条目后面（它们也在清单上时）")
    ] = ()
    replaces: Annotated[
        tuple[ItemId, ...], Meta(description="有了它，哪些条目就不再显示：特殊情况代替一般说法")
    ] = ()

    @property
    def counts(self) -> Weight:
        """How much it counts: by its own word, or else as its kind does."""
        return self.weight or self.usual_weight


class StepItem(Item, frozen=True, kw_only=True, omit_defaults=True, tag="step", tag_field="kind"):
    """Something to do. `calendar` names the reminder before the discharge, or tells of a claim."""

    usual_weight: ClassVar[Weight] = "must"

    text: Annotated[Filled, Meta(description="要做什么，一句话")]
    phase: Annotated[
        Phase,
        Meta(description="什么时候做：before 去之前，during 就医时，settle 结账前，after 结账之后"),
    ]
    urgency: Annotated[
        Urgency,
        Meta(
            description="先后：safety 救人，money 不办今天就亏钱，event 下一步之前要有的（不写就是它），"
            "check 核对，papers 材料，call 打电话问，rest 其余；先问清的放 money"
        ),
    ] = "event"
    by: (
        Annotated[
            By,
            Meta(
                description="最晚什么时候：now 现在，leaving 出发前，registration 挂号入院前，"
                "treatment 治疗前，paying 付钱前，discharge 出院前，claim 交报销材料前；过了就不显示"
            ),
        ]
        | None
    ) = None
    where: Annotated[Filled, Meta(description="在哪里办")] | None = None
    deadline: Annotated[Filled, Meta(description="什么时候之前办")] | None = None
    calendar: (
        Annotated[
            Literal["discharge", "claim"],
            Meta(
                description="日历（--format ics）里的用处：discharge（只用于 settle 的步骤）出院前一天的提醒"
                "拿它当题目，清单上有几条时用最前面的；claim 有这一步，就是要手工报销"
            ),
        ]
        | None
    ) = None


class DocumentItem(
    Item, frozen=True, kw_only=True, omit_defaults=True, tag="document", tag_field="kind",
    rename={"alternatives": "or"},
):  # fmt: skip
    """A paper to bring. What is said to a proxy: whose it is, who signs it, what only he needs."""

    usual_weight: ClassVar[Weight] = "must"

    name: Annotated[Filled, Meta(description="材料的名称")]
    purpose: Annotated[Filled, Meta(description="用来做什么")]
    original: Annotated[bool, Meta(description="yes：要原件")] = False
    copies: Annotated[int, Meta(ge=0, le=99, description="要几份复印件")] = 0
    alternatives: Annotated[tuple[Filled, ...], Meta(description="可以用什么代替")] = ()
    owner: (
        Annotated[Filled, Meta(description="是谁的（不写就是病人的），说给代办的家人听")] | None
    ) = None
    signer: Annotated[Filled, Meta(description="由谁签，说给代办的家人听")] | None = None
    proxy: Annotated[bool, Meta(description="yes：代办的家人总要带")] = False


class WarningItem(
    Item, frozen=True, kw_only=True, omit_defaults=True, tag="warning", tag_field="kind"
):
    """What loses money or rights."""

    usual_weight: ClassVar[Weight] = "should"

    text: Annotated[Filled, Meta(description="要当心什么，一句话")]


class NoteItem(Item, frozen=True, kw_only=True, omit_defaults=True, tag="note", tag_field="kind"):
    """A rule worth knowing. `calendar`: the reminder that it stands in."""

    text: Annotated[Filled, Meta(description="说明，一句话")]
    topic: Topic
    calendar: (
        Annotated[
            Literal["long_term", "temporary"],
            Meta(description="日历（--format ics）里写进哪一个提醒"),
        ]
        | None
    ) = None


class QuestionItem(
    Item, frozen=True, kw_only=True, omit_defaults=True, tag="question", tag_field="kind"
):
    """What to ask the agency. It claims nothing, so it needs no source.

    One with a topic is left out where a reliable local fact answers it; `region`: asked of any
    place by `yibao region`; `calendar`: the reminders that it stands in.
    """

    # A question claims nothing.
    rules: Annotated[tuple[RuleId, ...], Meta(extra={"unwritten": True})] = ()
    advice: Annotated[bool, Meta(extra={"unwritten": True})] = False
    text: Annotated[Filled, Meta(description="要问的一句话")]
    topic: Topic | None = None
    region: Annotated[bool, Meta(description="yes：yibao region 也列出这一句")] = False
    calendar: (
        Annotated[
            Literal["claim", "filing"], Meta(description="日历（--format ics）里写进哪些提醒")
        ]
        | None
    ) = None


class ContactItem(
    Item, frozen=True, kw_only=True, omit_defaults=True, tag="contact", tag_field="kind"
):
    """Whom to ask. `calendar`: the reminders of a claim say to ring him."""

    usual_weight: ClassVar[Weight] = "should"

    name: Annotated[Filled, Meta(description="问谁")]
    phone: Annotated[Filled, Meta(description="电话；热线写 {hotline}")] | None = None
    calendar: (
        Annotated[Literal["claim"], Meta(description="日历（--format ics）里报销的提醒写上它")]
        | None
    ) = None


AnyItem = StepItem | DocumentItem | WarningItem | NoteItem | QuestionItem | ContactItem
ITEM_TYPES: dict[str, type[Item]] = {
    "step": StepItem,
    "document": DocumentItem,
    "warning": WarningItem,
    "note": NoteItem,
    "question": QuestionItem,
    "contact": ContactItem,
}


class Outcome(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A variant of one of the contract's paths: what is concluded and what it brings along.

    `add` comes with it also where something else was concluded before, `alone` only where it is
    the outcome itself. It rests on `rules` and on a `local` rule or zone, or is practical advice.
    """

    id: Key = ""
    path: Annotated[Path, Meta(description="合同里的哪一种结论")]
    title: Annotated[Filled, Meta(description="标题")]
    summary: Annotated[Filled, Meta(description="一句话的结论")]
    rules: Annotated[
        tuple[RuleId, ...], Meta(description="依据哪些规则：data/rules.yaml 里的名称")
    ] = ()
    local: (
        Annotated[
            Literal["filing_inside", "maternity", "zone"],
            Meta(description="还依据参保地的这项规定，或两地所在的免备案区域"),
        ]
        | None
    ) = None
    advice: Annotated[bool, Meta(description="yes：实用建议，没有法规依据")] = False
    add: Annotated[tuple[ItemId, ...], Meta(description="加哪些条目")]
    alone: Annotated[
        tuple[ItemId, ...], Meta(description="只在它自己是清单的结论时，另加哪些条目")
    ] = ()
    topics: Annotated[tuple[Topic, ...], Meta(description="显示哪些主题的当地规定")] = ()
