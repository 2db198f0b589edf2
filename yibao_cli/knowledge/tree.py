"""The decision tree: where each errand starts, and how each node goes on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from yibao_cli.knowledge.names import Names
from yibao_cli.knowledge.yamltext import Entry
from yibao_cli.model import Branch, Node

# What a node of each kind names, and what its branches are then.
_KINDS: dict[Literal["ask", "switch", "end"], tuple[str, str]] = {
    "ask": ("问题", "选项"),
    "switch": ("事实", "取值"),
    "end": ("结论", ""),
}
_ONWARD = ("branches", "others", "next", "optional", "wizard")


def tree(tops: Iterable[Entry], names: Names) -> tuple[dict[str, str], dict[str, Node]]:
    """The first node of each errand, and all nodes, of the files in `tree/`."""
    starts: dict[str, str] = {}
    nodes: dict[str, Node] = {}
    for top in tops:
        fields = top.fields(("nodes",), ("start",))
        for errand, entry in names.defined("start", fields.pairs("start")):
            names.mention("选项", errand, entry, "errand")
            starts[errand] = names.one("节点", entry) or ""
        nodes |= names.table("node", fields.get("nodes"), _node)
    return starts, nodes


def _node(name: str, entry: Entry, names: Names) -> Node:
    fields = entry.fields((), (*_KINDS, *_ONWARD))
    kinds = [kind for kind in _KINDS if fields.get(kind) is not None]
    if len(kinds) != 1:
        may = "要写 ask（问题）、switch（事实）、end（结论）中的一个"
        entry.problem(f"节点写了{len(kinds)}个种类；{may}", "bad_node")
        return Node(name, "end", "", {}, None, False, False)
    kind = kinds[0]
    named, branched = _KINDS[kind]
    on = names.one(named, fields.get(kind)) or ""
    idle = [key for key in _ONWARD if kind == "end" and fields.get(key) is not None]
    if idle:
        entry.problem(f"end 节点写了{'、'.join(idle)}；结论之后不能再有别的", "bad_node")
    onward = names.one("节点", fields.get("next"))
    branches: dict[str, Branch] = {}
    for value, branch in fields.pairs("branches"):
        names.mention(branched, value, branch, on)
        branches[value] = _branch(branch, onward, names)
    others = fields.get("others")
    rest = _branch(others, onward, names) if others is not None else None
    if kind != "end" and not branches and rest is None:
        # A place question has no options to branch on.
        rest = Branch((), None, onward)
    return Node(
        id=name,
        kind=kind,
        on=on,
        branches=branches,
        others=rest,
        optional=fields.yes("optional"),
        wizard=fields.yes("wizard", default=True),
    )


def _branch(entry: Entry, onward: str | None, names: Names) -> Branch:
    fields = entry.fields((), ("add", "conclude", "next"))
    return Branch(
        names.several("条目", fields.entries("add")),
        names.one("结论", fields.get("conclude")),
        names.one("节点", fields.get("next")) or onward,
    )
