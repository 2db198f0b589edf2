"""The tree as branches of text, for terminals."""

from __future__ import annotations

from dataclasses import dataclass, field

from rich.console import RenderableType
from rich.text import Text
from rich.tree import Tree

from yibao_cli.knowledge.model import Knowledge
from yibao_cli.knowledge.tree import Node
from yibao_cli.render.diagram.part import View, Way, concluded, effect, onward, title, ways, within
from yibao_cli.render.drawing import WIDEST, flow
from yibao_cli.render.tables import inset

# Cells of a guide beside twigs, and of the one before a twig, at most; and for words, at least.
_STEM, _JOINT, _LEAST = 5, 7, 12
_LEGEND = (
    "（加2条）是清单上多两条；“往下”是接着同一级的下一个；“见”是画在别处，“略”是这次没有画；"
    "先得出的结论是清单的结论，后面的只补充条目。"
)


def drawn(knowledge: Knowledge, part: View, width: int) -> list[RenderableType]:
    """A part of the tree, no line wider than `width` cells."""
    branches = _Branches(knowledge, part)
    made: list[RenderableType] = []
    for heading, start in part.starts.items():
        root = Tree(Text(heading, "act"), guide_style="muted")
        _grow(root, branches.chain(start, frozenset()), min(width, WIDEST) - 1, 1)
        made.append(inset(root))
    legend = flow(Text(_LEGEND, "muted"), min(width, WIDEST) - 1)
    return [*made, Text(), *(Text.assemble(" ", line) for line in legend)]


@dataclass(frozen=True, slots=True)
class _Twig:
    text: Text
    twigs: list[_Twig] = field(default_factory=list)


class _Branches:
    """Nodes below each other where their ways join again; what branches off stands inside."""

    def __init__(self, knowledge: Knowledge, part: View) -> None:
        self.knowledge = knowledge
        self.part = part
        self.after = {
            name: [one for one in onward(knowledge.nodes[name]) if one in part.nodes]
            for name in part.nodes
        }
        self.drawn: set[str] = set()

    def chain(self, start: str, later: frozenset[str]) -> list[_Twig]:
        """The nodes from a start on, without those that stand further below anyway."""
        found = []
        at: str | None = start
        while at is not None and at not in self.drawn:
            self.drawn.add(at)
            node = self.knowledge.nodes[at]
            if node.kind == "end":
                found.append(_Twig(Text.assemble(self.conclusion(node.on), (f" {at}", "muted"))))
                break
            all_ways = ways(self.knowledge, node)
            onward = self.onward(all_ways, later)
            below = later | within([onward], self.after, None) if onward else later
            twigs = [self.way(one, onward, below) for one in all_ways]
            if len(all_ways) == 1 and not twigs[0].twigs and twigs[0].text.plain == "→ 往下":
                twigs = []
            found.append(_Twig(self.named(node), twigs))
            at = onward
        return found

    def onward(self, all_ways: list[Way], later: frozenset[str]) -> str | None:
        """Where the ways of a node join again: the target that most of the others lead to."""
        counts: dict[str, int] = {}
        for way in all_ways:
            if way.next in self.part.nodes and way.next is not None:
                counts[way.next] = counts.get(way.next, 0) + way.count
        ahead = {target: within([target], self.after, None) for target in counts}

        def joins(target: str) -> tuple[int, int]:
            return sum(target in reached for reached in ahead.values()), counts[target]

        best = max(counts, key=joins, default=None)
        return None if best in later or best in self.drawn else best

    def way(self, way: Way, onward: str | None, below: frozenset[str]) -> _Twig:
        text = Text(effect(way))
        if way.conclude:
            colon = "：" if text else ""
            text = Text.assemble(text, colon, self.conclusion(way.conclude))
        if way.next is None:
            return _Twig(text if way.conclude else self.goes(text, "到此为止"))
        if way.next == onward:
            return _Twig(self.goes(text, "往下"))
        node = self.knowledge.nodes[way.next]
        if node.id in self.part.nodes and node.id not in self.drawn | below:
            return _Twig(text or Text("→"), self.chain(node.id, below))
        name = node.id if node.kind == "end" else f"{title(self.knowledge, node)} {node.id}"
        hint = "见 " if node.id in self.part.nodes else "略 "
        return _Twig(self.goes(text, f"{hint}{name}"))

    def named(self, node: Node) -> Text:
        return Text.assemble((title(self.knowledge, node), "act"), (f" {node.id}", "muted"))

    def goes(self, text: Text, where: str) -> Text:
        """What is answered, and where it leads without a conclusion."""
        return Text.assemble(text, " " if text else "", (f"→ {where}", "muted"))

    def conclusion(self, name: str) -> Text:
        said, path = concluded(self.knowledge, name)
        return Text.assemble((f"结论“{said}”", "accent"), (f"（{path}）", "muted"))


def _grow(tree: Tree, twigs: list[_Twig], width: int, depth: int) -> None:
    """Put twigs on a tree, in lines that the guides at their left leave room for."""
    room = max(width - (depth - 1) * _STEM - _JOINT, _LEAST)
    for twig in twigs:
        label = Text("\n").join(flow(twig.text, room))
        _grow(tree.add(label), twig.twigs, width, depth + 1)
