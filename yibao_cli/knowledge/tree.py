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


class Branch(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one answer does: add items, conclude an outcome, lead on.

    Of a node made from cases, `case` tells which of them this is, from 1 on.
    """

    add: tuple[ItemId, ...] = ()
    conclude: OutcomeId | None = None
    next: NodeId | None = None
    case: Annotated[int, Meta(extra={"unwritten": True})] = 0


EmptyBranch = Annotated[Branch, Meta(extra={"empty": True})]


class Node(Struct, frozen=True, kw_only=True):
    """One stop of a way: asks a question or switches on a derived fact, which it is all `on`.

    What has no branch of its own takes `others`, and a branch that leads nowhere goes on to `next`.
    `asked` tells whether the wizard asks here, whatever the question itself says about that.
    """

    id: str
    kind: Literal["ask", "switch"]
    on: str
    next: str | None = None
    branches: dict[str, Branch] = field(default_factory=dict)
    others: Branch | None = None
    asked: Literal["always", "never"] | None = None

    @property
    def every_branch(self) -> tuple[Branch, ...]:
        """All branches, the one for values not listed at the end."""
        return tuple(named_branches(self).values())

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


class TreeNode(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="kind"):
    """One stop as an author writes it: of one of these kinds, each told by its own first key."""

    id: Annotated[Key, Meta(extra={"defines": "node"})] = ""
    next: NodeId | None = None


class BranchingNode(TreeNode, frozen=True, kw_only=True):
    """A plain one: its branches are the answers to a question, or the values of a fact."""

    branches: dict[str, EmptyBranch] = field(default_factory=dict)
    others: EmptyBranch | None = None


class AskNode(BranchingNode, frozen=True, kw_only=True, tag="ask"):
    """Asks a question."""

    ask: QuestionId
    asked: Literal["always", "never"] | None = None


class SwitchNode(BranchingNode, frozen=True, kw_only=True, tag="switch"):
    """Switches on a derived fact."""

    switch: FactName


class CasesNode(TreeNode, frozen=True, kw_only=True, tag="cases"):
    """Looks at several things together; the cases are read from above."""

    cases: Annotated[tuple[Case, ...], Meta(extra={"least": 1})]
    asked: Literal["always", "never"] | None = None


class AlongNode(TreeNode, frozen=True, kw_only=True, tag="along"):
    """Asks questions that only add."""

    along: Annotated[tuple[QuestionId, ...], Meta(extra={"least": 1})]


AnyNode = AskNode | SwitchNode | CasesNode | AlongNode


def named_branches(node: Node | BranchingNode) -> dict[str, Branch]:
    """The branches of a node, with that for all others as far as there is one."""
    return node.branches | ({"others": node.others} if node.others else {})


Errand = Annotated[str, Meta(extra={"defines": "start", "option_of": "errand"})]


class TreeFile(Struct, frozen=True, kw_only=True):
    """A file of `data/tree/`: errands begin at a node."""

    start: dict[Errand, NodeId] = field(default_factory=dict)
    nodes: dict[
        str,
        Annotated[
            AnyNode,
            Meta(
                extra={"kinds": "ask（问题）、switch（事实）、cases（几个条件）、along（顺便问）"}
            ),
        ],
    ]
