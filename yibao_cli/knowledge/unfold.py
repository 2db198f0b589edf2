"""Unfolds what a tree file says in short into plain nodes, each with one question or one fact.

`cases` look at several answers together and are read from above; `along` asks questions whose
options say themselves what they add. Both become chains of plain nodes, so that walking, proving
and explaining know nothing but plain nodes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import count

from msgspec import Struct

from yibao_cli.knowledge.questions import Question
from yibao_cli.knowledge.tree import Branch, Node, TreeNode

_PART = "/"
"""Stands between the name of a node in its file and the number of a plain node made from it."""


def written(node: str) -> str:
    """The name under which a plain node stands in its file."""
    return node.partition(_PART)[0]


def unfold(
    nodes: Mapping[str, TreeNode],
    questions: Mapping[str, Question],
    facts: Mapping[str, tuple[str, ...]],
) -> dict[str, Node]:
    """The plain nodes for those of the tree files, by their names; facts with their values."""
    found: dict[str, Node] = {}
    for node in nodes.values():
        if node.cases:
            values = {one.id: tuple(one.options) for one in questions.values()} | dict(facts)
            found |= {one.id: one for one in _Cases(node, values, frozenset(facts)).nodes()}
        elif node.along:
            found |= {one.id: one for one in _along(node, questions)}
        else:
            found[node.id] = _plain(node)
    return found


def _plain(node: TreeNode) -> Node:
    # Where no answer leads anywhere else, those that add nothing need not be named.
    leads = any(one.next or one.conclude for one in node.branches.values())
    said = {name: getattr(node, name) for name in Node.__struct_fields__}
    return Node(**said | {"others": node.others or (None if leads else Branch())})


def _along(node: TreeNode, questions: Mapping[str, Question]) -> Iterator[Node]:
    names = [node.id, *(f"{node.id}{_PART}{asked}" for asked in node.along[1:])]
    for name, asked, after in zip(names, node.along, (*names[1:], node.next), strict=True):
        options = questions[asked].options.values()
        branches = {one.id: Branch(add=one.add) for one in options if one.add}
        yield Node(id=name, ask=asked, branches=branches, others=Branch(), next=after)


class _Row(Struct, frozen=True):
    """A case: the answers that it still waits for, and what it does then."""

    when: tuple[tuple[str, tuple[str, ...]], ...]
    branch: Branch


class _Cases:
    """A list of cases on its way to a chain of plain nodes.

    The chain asks for what the first case looks at first, and goes on with those cases that an
    answer leaves.
    """

    def __init__(
        self, node: TreeNode, values: Mapping[str, tuple[str, ...]], facts: frozenset[str]
    ) -> None:
        self._node = node
        self._values = values
        self._facts = facts
        self._names = (f"{node.id}{_PART}{number}" if number else node.id for number in count())
        self._made: dict[tuple[_Row, ...], Node] = {}

    def nodes(self) -> Iterator[Node]:
        rows = tuple(
            _Row(
                tuple(case.when.items()),
                Branch(add=case.add, conclude=case.conclude, next=case.next, case=number),
            )
            for number, case in enumerate(self._node.cases, 1)
        )
        self._branch(rows)
        return iter(sorted(self._made.values(), key=lambda one: one.id))

    def _branch(self, rows: tuple[_Row, ...]) -> Branch:
        """What is done where these cases are left."""
        if not rows:
            return Branch()
        if not rows[0].when:
            return rows[0].branch
        made = self._made.get(rows) or self._ask(rows, next(self._names))
        return Branch(next=made.id)

    def _ask(self, rows: tuple[_Row, ...], name: str) -> Node:
        on = rows[0].when[0][0]
        named = dict.fromkeys(value for row in rows for value in dict(row.when).get(on, ()))
        unnamed = set(self._values[on]).difference(named)
        node = Node(
            id=name,
            ask=None if on in self._facts else on,
            switch=on if on in self._facts else None,
            branches={value: self._branch(_left(rows, on, value)) for value in named},
            others=self._branch(_left(rows, on, None)) if unnamed else None,
            next=self._node.next,
            asked=self._node.asked,
        )
        self._made[rows] = node
        return node


def _left(rows: tuple[_Row, ...], on: str, value: str | None) -> tuple[_Row, ...]:
    """The cases that an answer leaves; None is any answer that no case names."""
    found = []
    for row in rows:
        when = dict(row.when)
        if value in when.pop(on, (value,)):
            found.append(_Row(tuple(when.items()), row.branch))
            if not when:
                break
    return tuple(found)
