"""Questions and their options."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal, TypeVar

from msgspec import Meta, Struct, field

from yibao_cli.knowledge.kinds import ItemId, Key, Text, Was


class Option(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One answer to a question: its id, its label and everything a user may type for it."""

    id: Key = ""
    label: Annotated[Text, Meta(description="显示给人看的说法")]
    number: Annotated[
        int,
        Meta(
            ge=0, le=99, description="答案代码里的编号；同一个问题里不能重复，用过的不再给别的选项"
        ),
    ]
    also: Annotated[tuple[Text, ...], Meta(description="还可以怎么写，例如 [居民, 新农合]")] = ()
    hint: Annotated[Text, Meta(description="一问一答时写在选项后面的小字")] | None = None
    add: Annotated[
        tuple[ItemId, ...],
        Meta(description="选了它加哪些条目：data/checklist 里的名称；在树里写 along 的地方加"),
    ] = ()
    alone: (
        Annotated[Text, Meta(description="没有题目在旁边时的说法，例如 医保码还没激活")] | None
    ) = None
    was: Was = ()

    def in_short(self, question: str) -> str:
        """What it is called where its question, which has this label, is not beside it."""
        return f"{question}{self.label}" if self.id == "unsure" else self.alone or self.label


class Question(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A question, whether it is asked, given as a flag or assumed."""

    id: Key = ""
    label: Annotated[Text, Meta(description="短名称，用在清单和帮助里，例如 参保险种")]
    ask: Annotated[Text, Meta(description="问出来的整句话")]
    number: Annotated[
        int, Meta(ge=0, le=99, description="答案代码里的编号；不能重复，用过的不再给别的问题")
    ]
    kind: Annotated[
        Literal["choice", "place"], Meta(description="choice 选择题（不写就是它），place 地点题")
    ] = "choice"
    options: Annotated[dict[str, Option], Meta(description="选项：名称在前，后面是它的说法")] = (
        field(default_factory=dict)
    )
    default: (
        Annotated[str, Meta(description="不答时当作哪个选项；不写 default 就是必答")] | None
    ) = None
    several: Annotated[bool, Meta(description="yes：可以同时选几个")] = False
    asked: Annotated[
        Literal["always", "offered", "never"],
        Meta(
            description="一问一答时问不问：always 走到就问（不写就是它），"
            "offered 最后列在“还有没有别的情况”里（写在 extra），never 不问，写了才算"
        ),
    ] = "always"
    known: Annotated[bool, Meta(description="yes：谁都答得出，不用“不清楚”")] = False
    extra: Annotated[Text, Meta(description="一问一答最后“还有没有别的情况”里的一行")] | None = None
    tip: Annotated[Text, Meta(description="一问一答时写在问题下面的一句话")] | None = None
    help: (
        Annotated[Text, Meta(description="这是什么，到哪里能查到答案；一问一答时按 ? 才显示")]
        | None
    ) = None
    was: Was = ()
    fits: Annotated[
        dict[str, tuple[str, ...]],
        Meta(description="可能指几个选项的词，遇到时要再问清楚：词在前，选项的列表在后"),
    ] = field(default_factory=dict)

    @property
    def flag(self) -> str:
        """The command line flag of this question."""
        return "--" + self.id.replace("_", "-")


Named = TypeVar("Named", Question, Option)


def find_named(things: Iterable[Named], name: str) -> Named | None:
    """The question or option that has this id, or else the one that once had it."""
    known = tuple(things)
    current = next((one for one in known if one.id == name), None)
    return current or next((one for one in known if name in one.was), None)
