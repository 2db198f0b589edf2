"""The decision tree: as authors write it, and unfolded into plain nodes with one question or one fact.

`cases` look at several answers together and are read from above; `along` asks questions whose
options say themselves what they add. Both become chains of plain nodes, so that walking, proving
and explaining know nothing but plain nodes.
"""

from collections.abc import Collection, Iterator, Mapping
from itertools import count
from typing import Annotated, ClassVar, Literal

from msgspec import Meta, Struct, field
from msgspec.structs import replace

from yibao_cli.knowledge.kinds import FactName, ItemId, Key, NodeId, OutcomeId, QuestionId, When
from yibao_cli.knowledge.questions import Question

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


class Case(Branch, frozen=True, kw_only=True):
    """A situation, and what it does; without `when` it is all that is left."""

    when: When = field(default_factory=dict)


class TreeNode(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="kind"):
    """One stop as an author writes it: of one of these kinds, each told by its own first key."""

    id: Annotated[Key, Meta(extra={"defines": "node"})] = ""
    next: NodeId | None = None


class PlainNode(TreeNode, frozen=True, kw_only=True):
    """One that turns on one thing: its branches are the answers, or the values of a fact.

    What has no branch of its own takes `others`, and a branch that leads nowhere goes on to `next`.
    """

    branches: dict[str, EmptyBranch] = field(default_factory=dict)
    others: EmptyBranch | None = None

    @property
    def named(self) -> dict[str, Branch]:
        """Its branches, with that for all others as far as there is one."""
        return self.branches | ({"others": self.others} if self.others else {})

    @property
    def every_branch(self) -> tuple[Branch, ...]:
        """All branches, the one for values not listed at the end."""
        return tuple(self.named.values())

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


class AskNode(PlainNode, frozen=True, kw_only=True, tag="ask"):
    """Asks a question; `asked` tells whether the wizard asks it here, whatever it says itself."""

    kind: ClassVar[Literal["ask"]] = "ask"

    ask: QuestionId
    asked: Literal["always", "never"] | None = None

    @property
    def on(self) -> str:
        """What it turns on."""
        return self.ask


class SwitchNode(PlainNode, frozen=True, kw_only=True, tag="switch"):
    """Switches on a derived fact, which nobody is asked for."""

    kind: ClassVar[Literal["switch"]] = "switch"
    asked: ClassVar[None] = None

    switch: FactName

    @property
    def on(self) -> str:
        """What it turns on."""
        return self.switch


Node = AskNode | SwitchNode
"""What is walked: the other kinds are unfolded into these."""


class CasesNode(TreeNode, frozen=True, kw_only=True, tag="cases"):
    """Looks at several things together; the cases are read from above."""

    cases: Annotated[tuple[Case, ...], Meta(extra={"least": 1})]
    asked: Literal["always", "never"] | None = None


class AlongNode(TreeNode, frozen=True, kw_only=True, tag="along"):
    """Asks questions that only add."""

    along: Annotated[tuple[QuestionId, ...], Meta(extra={"least": 1})]


AnyNode = Node | CasesNode | AlongNode


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


_PART = "/"
"""Stands between the name of a node in its file and the number of a plain node made from it."""
Rows = tuple[tuple[tuple[tuple[str, tuple[str, ...]], ...], Branch], ...]
"""Cases: the answers that each still waits for, and what it does then."""


def written(node: str) -> str:
    """The name under which a plain node stands in its file."""
    return node.partition(_PART)[0]


def unfold(
    nodes: Mapping[str, AnyNode],
    questions: Mapping[str, Question],
    facts: Mapping[str, tuple[str, ...]],
) -> dict[str, Node]:
    """The plain nodes for those of the tree files, by their names; facts with their values."""
    values = {name: tuple(one.options) for name, one in questions.items()} | dict(facts)
    found: dict[str, Node] = {}
    for node in nodes.values():
        match node:
            case CasesNode():
                plain = _of_cases(node, values, facts)
            case AlongNode():
                plain = [*_along(node, questions)]
            case _:
                # Where no answer leads anywhere else, those that add nothing need not be named.
                leads = any(one.next or one.conclude for one in node.branches.values())
                plain = [node if node.others or leads else replace(node, others=Branch())]
        found |= {one.id: one for one in plain}
    return found


def _along(node: AlongNode, questions: Mapping[str, Question]) -> Iterator[Node]:
    names = [node.id, *(f"{node.id}{_PART}{asked}" for asked in node.along[1:])]
    for name, asked, after in zip(names, node.along, (*names[1:], node.next), strict=True):
        options = questions[asked].options.values()
        branches = {one.id: Branch(add=one.add) for one in options if one.add}
        yield AskNode(id=name, ask=asked, branches=branches, others=Branch(), next=after)


def _of_cases(
    node: CasesNode, values: Mapping[str, tuple[str, ...]], facts: Collection[str]
) -> list[Node]:
    """A chain that asks for what the first case looks at first, and goes on with those cases that an
    answer leaves.
    """
    names = (f"{node.id}{_PART}{number}" if number else node.id for number in count())
    made: dict[Rows, Node] = {}

    def branch(rows: Rows) -> Branch:
        """What is done where these cases are left."""
        if not rows or not rows[0][0]:
            return rows[0][1] if rows else Branch()
        if rows not in made:
            made[rows] = ask(rows, next(names))
        return Branch(next=made[rows].id)

    def ask(rows: Rows, name: str) -> Node:
        on = rows[0][0][0][0]
        named = dict.fromkeys(value for when, _ in rows for value in dict(when).get(on, ()))
        unnamed = set(values[on]).difference(named)
        branches = {value: branch(_left(rows, on, value)) for value in named}
        others = branch(_left(rows, on, None)) if unnamed else None
        if on in facts:
            return SwitchNode(id=name, switch=on, branches=branches, others=others, next=node.next)
        return AskNode(
            id=name, ask=on, branches=branches, others=others, next=node.next, asked=node.asked
        )

    branch(
        tuple(
            (
                tuple(case.when.items()),
                Branch(add=case.add, conclude=case.conclude, next=case.next, case=number),
            )
            for number, case in enumerate(node.cases, 1)
        )
    )
    return sorted(made.values(), key=lambda one: one.id)


def _left(rows: Rows, on: str, value: str | None) -> Rows:
    """The cases that an answer leaves; None is any answer that no case names."""
    found = []
    for row, does in rows:
        when = dict(row)
        if value in when.pop(on, (value,)):
            found.append((tuple(when.items()), does))
            if not when:
                break
    return tuple(found)
