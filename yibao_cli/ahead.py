"""What lies ahead of a node of the tree, whatever is answered."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import cache

from yibao_cli.model import Knowledge, Node


def ahead(
    knowledge: Knowledge, brought: Callable[[Node], Collection[str]]
) -> Callable[[str], frozenset[str]]:
    """Tells of a node what it brings itself and all that is brought ahead of it.

    The loader refuses circles, so going on from any node ends.
    """

    @cache
    def of(name: str) -> frozenset[str]:
        node = knowledge.nodes[name]
        onward = [of(branch.next) for branch in node.every_branch if branch.next]
        return frozenset(brought(node)).union(*onward)

    return of


def asked(node: Node) -> tuple[str, ...]:
    """The question of a node, if it asks one."""
    return (node.on,) if node.kind == "ask" else ()


def switched(node: Node) -> tuple[str, ...]:
    """The fact that a node switches on, if it does."""
    return (node.on,) if node.kind == "switch" else ()
