"""The decision tree."""

from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from yibao_cli.knowledge.kinds import FactName, ItemId, Key, NodeId, OutcomeId, QuestionId, When

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

NODE_KINDS: dict[str, tuple[str, ...]] = {
    "ask": ("branches", "others", "next", "asked"),
    "switch": ("branches", "others", "next"),
    "cases": ("next", "asked"),
    "along": ("next",),
}
"""The kinds of nodes, and what else each may say."""


class Branch(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one answer does: add items, conclude an outcome, lead on.

    Of a node made from cases, `case` tells which of them this is, from 1 on.
    """

    add: tuple[ItemId, ...] = ()
    conclude: OutcomeId | None = None
    next: NodeId | None = None
    case: Annotated[int, Meta(extra={"unwritten": True})] = 0


EmptyBranch = Annotated[Branch, Meta(extra={"empty": True})]


class Node(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One stop: asks a question or switches on a derived fact.

    What has no branch of its own takes `others`, and a branch that leads nowhere goes on to `next`.
    `asked` tells whether the wizard asks here, whatever the question itself says about that.
    """

    id: Annotated[Key, Meta(extra={"defines": "node"})] = ""
    ask: QuestionId | None = None
    switch: FactName | None = None
    next: NodeId | None = None
    branches: dict[str, EmptyBranch] = field(default_factory=dict)
    others: EmptyBranch | None = None
    asked: Literal["always", "never"] | None = None

    @property
    def kind(self) -> Literal["ask", "switch"]:
        """What this node does."""
        return "ask" if self.ask else "switch"

    @property
    def on(self) -> str:
        """The question or fact that it is about."""
        return self.ask or self.switch or ""

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

    @property
    def onward(self) -> list[str]:
        """The nodes that its branches lead to."""
        return [after for one in self.every_branch if (after := self.after(one))]


class Case(Branch, frozen=True, kw_only=True):
    """A situation, and what it does; without `when` it is all that is left."""

    when: When = field(default_factory=dict)


class TreeNode(Node, frozen=True, kw_only=True):
    """One stop as an author writes it.

    Besides the plain ones there are those that look at several things together (`cases`, read from
    above), and those that ask `along` what only adds.
    """

    cases: Annotated[tuple[Case, ...], Meta(extra={"least": 1})] = ()
    along: Annotated[tuple[QuestionId, ...], Meta(extra={"least": 1})] = ()

    @property
    def is_plain(self) -> bool:
        """Whether it is one plain node."""
        return not (self.cases or self.along)


Errand = Annotated[str, Meta(extra={"defines": "start", "option_of": "errand"})]


class TreeFile(Struct, frozen=True, kw_only=True):
    """A file of `data/tree/`: errands begin at a node."""

    start: dict[Errand, NodeId] = field(default_factory=dict)
    nodes: dict[str, TreeNode]
