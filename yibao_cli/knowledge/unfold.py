"""Unfolds what a tree file says in short into plain nodes, each with one question or one fact.

`cases` look at several answers together and are read from above; `along` asks questions whose
options say themselves what they add. Both become chains of plain nodes, so that walking, proving
and explaining know nothing but plain nodes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import count
from typing import Literal

from yibao_cli.knowledge.questions import Question
from yibao_cli.knowledge.tree import (
    AlongNode,
    AnyNode,
    AskNode,
    Branch,
    BranchingNode,
    CasesNode,
    Node,
    SwitchNode,
)

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
            case AskNode():
                plain = [_plain(node, "ask", node.ask, node.asked)]
            case SwitchNode():
                plain = [_plain(node, "switch", node.switch)]
        found |= {one.id: one for one in plain}
    return found


def _plain(
    node: BranchingNode,
    kind: Literal["ask", "switch"],
    on: str,
    asked: Literal["always", "never"] | None = None,
) -> Node:
    # Where no answer leads anywhere else, those that add nothing need not be named.
    leads = any(one.next or one.conclude for one in node.branches.values())
    others = node.others or (None if leads else Branch())
    return Node(
        id=node.id,
        kind=kind,
        on=on,
        next=node.next,
        branches=node.branches,
        others=others,
        asked=asked,
    )


def _along(node: AlongNode, questions: Mapping[str, Question]) -> Iterator[Node]:
    names = [node.id, *(f"{node.id}{_PART}{asked}" for asked in node.along[1:])]
    for name, asked, after in zip(names, node.along, (*names[1:], node.next), strict=True):
        options = questions[asked].options.values()
        branches = {one.id: Branch(add=one.add) for one in options if one.add}
        yield Node(id=name, kind="ask", on=asked, branches=branches, others=Branch(), next=after)


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
        return Node(
            id=name,
            kind="switch" if on in facts else "ask",
            on=on,
            branches={value: branch(_left(rows, on, value)) for value in named},
            others=branch(_left(rows, on, None)) if unnamed else None,
            next=node.next,
            asked=node.asked,
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
