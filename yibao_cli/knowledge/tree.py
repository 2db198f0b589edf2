"""The decision tree."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from yibao_cli.knowledge.kinds import (
    Errand,
    FactName,
    ItemId,
    Key,
    NodeId,
    OutcomeId,
    QuestionId,
    When,
)

FACT_VALUES: dict[str, tuple[str, ...]] = {
    "relation": ("abroad", "same_pool", "same_province", "other_province"),
    "filing_rule": ("none", "local", "zone", "free", "required", "unknown"),
    "zone": ("none",),
    "maternity_rule": ("unknown", "manual", "direct"),
    "neighbours": ("none", "xinjiang_bingtuan"),
    "to_detail": ("city", "province"),
    "concluded": ("yes", "no"),
}
"""The facts that a node may switch on, and their values; `zone` has the ids of the zones too."""


class Branch(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one answer does: add items, conclude an outcome, lead on."""

    add: Annotated[
        tuple[ItemId, ...], Meta(description="加哪些条目：条目的名称，写在 data/checklist 里")
    ] = ()
    conclude: (
        Annotated[OutcomeId, Meta(description="得出哪个结论；路上第一个得出的就是清单的结论")]
        | None
    ) = None
    next: (
        Annotated[NodeId, Meta(description="接着去哪个节点；不写就用节点的 next，都没有就到此为止")]
        | None
    ) = None
    case: Annotated[int, Meta(extra={"unwritten": True})] = 0
    """Of a node made from cases: which of them this is, from 1 on."""


class Case(Struct, frozen=True, kw_only=True):
    """Several answers and facts that are looked at together, and what they do."""

    when: When = field(default_factory=dict)
    """Nothing is all that is left."""
    add: Annotated[tuple[ItemId, ...], Meta(description="加哪些条目")] = ()
    conclude: Annotated[OutcomeId, Meta(description="得出哪个结论")] | None = None
    next: Annotated[NodeId, Meta(description="接着去哪个节点；不写就用节点的 next")] | None = None


class TreeNode(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One stop of the tree as an author writes it."""

    id: Key = ""
    ask: (
        Annotated[QuestionId, Meta(description="问哪个问题：data/questions.yaml 里的名称")] | None
    ) = None
    switch: (
        Annotated[
            FactName,
            Meta(
                description="按哪个事实分：relation 两地的关系，filing_rule 两地之间要不要备案，"
                "zone 免备案区域，maternity_rule 参保地的异地生育规定，neighbours 同一地域的两种医保，"
                "to_detail 就医地写到哪一级，concluded 是否已有结论"
            ),
        ]
        | None
    ) = None
    cases: Annotated[
        tuple[Case, ...],
        Meta(description="几个条件一起看：从上往下，第一行符合的算数，都不符合就去 next"),
    ] = ()
    along: Annotated[
        tuple[QuestionId, ...],
        Meta(description="顺便问这几题：加什么写在 data/questions.yaml 的选项里，不改变走法"),
    ] = ()
    end: Annotated[OutcomeId, Meta(description="前面没有结论时，得出这个结论")] | None = None
    next: (
        Annotated[NodeId, Meta(description="接着去哪个节点；分支自己写了 next 的，用分支的")] | None
    ) = None
    branches: Annotated[
        dict[str, Annotated[Branch, Meta(extra={"empty": True})]],
        Meta(
            description="分支：选项（或事实的取值）在前，后面写它做什么，什么都不做就空着；"
            "没有一个分支下结论或改变去处时，什么都不做的不用写"
        ),
    ] = field(default_factory=dict)
    others: (
        Annotated[
            Branch, Meta(extra={"empty": True}, description="没有列在 branches 里的其他答案做什么")
        ]
        | None
    ) = None
    asked: (
        Annotated[
            Literal["never"],
            Meta(description="never：不追问；没答的用默认答案，没有默认答案的当作“不清楚”"),
        ]
        | None
    ) = None


class Node(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One plain stop: asks a question, switches on a derived fact, or ends in an outcome.

    A question that is never asked counts as its default, or as `unsure` where it has none.
    """

    id: str
    ask: str | None = None
    switch: str | None = None
    end: str | None = None
    branches: dict[str, Branch] = field(default_factory=dict)
    others: Branch | None = None
    """The branch of values that are not listed."""
    next: str | None = None
    never_asked: bool = False

    @property
    def kind(self) -> Literal["ask", "switch", "end"]:
        """What this node does."""
        return "ask" if self.ask else "switch" if self.switch else "end"

    @property
    def on(self) -> str:
        """The question, fact or outcome that it is about."""
        return self.ask or self.switch or self.end or ""

    @property
    def every_branch(self) -> tuple[Branch, ...]:
        """All branches, the one for values not listed at the end."""
        return (*self.branches.values(), *([self.others] if self.others else []))

    def branch(self, value: str) -> Branch:
        """The branch that a value takes; KeyError where the tree has a hole."""
        found = self.branches.get(value, self.others)
        if found is None:
            raise KeyError(value)
        return found

    def after(self, branch: Branch) -> str | None:
        """The node that a branch of this one leads to; None ends the walk."""
        return branch.next or self.next


class TreeFile(Struct, frozen=True, kw_only=True):
    """A file of `data/tree/`: errands begin at a node."""

    start: Annotated[
        dict[Errand, NodeId],
        Meta(description="要办的事（问题 errand 的选项）从哪个节点开始"),
    ] = field(default_factory=dict)
    nodes: Annotated[
        dict[str, TreeNode],
        Meta(
            description="节点：问一个问题（ask），按一个事实分（switch），几个条件一起看（cases），"
            "顺便问几题（along），或得出结论（end）"
        ),
    ]
