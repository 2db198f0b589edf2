"""The tree as boxes and arrows, whatever draws them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from yibao_cli.knowledge.model import Knowledge
from yibao_cli.render.diagram.part import View, concluded, effect, title, ways
from yibao_cli.wrap import wrap

# Cells of a line in a box or on an arrow; Mermaid breaks no Chinese text.
_LABEL = 32

Kind = Literal["start", "ask", "switch", "outcome", "stop", "cut"]


@dataclass(frozen=True, slots=True)
class Box:
    """A node, an outcome or an end, and the lines in it."""

    kind: Kind
    lines: list[str]


@dataclass(frozen=True, slots=True)
class Graph:
    """Boxes by id, and the lines on each arrow; an arrow aside concludes and the way goes on."""

    boxes: dict[str, Box] = field(default_factory=dict)
    arrows: dict[tuple[str, str, bool], list[str]] = field(default_factory=dict)

    def arrow(self, start: str, end: str, text: str, *, aside: bool = False) -> None:
        """Draw an arrow, or write more on it."""
        lines = self.arrows.setdefault((start, end, aside), [])
        lines += wrap(text, _LABEL) if text else []


def graph_of(knowledge: Knowledge, part: View) -> Graph:
    """A part of the tree as a graph."""
    graph = Graph()

    def outcome(name: str) -> str:
        said, path = concluded(knowledge, name)
        graph.boxes[f"outcome_{name}"] = Box("outcome", [*wrap(said, _LABEL), path])
        return f"outcome_{name}"

    def target(name: str) -> str:
        node = knowledge.nodes[name]
        if node.kind == "end":
            return outcome(node.on)
        if name in part.nodes:
            return f"node_{name}"
        graph.boxes[f"cut_{name}"] = Box("cut", [f"{title(knowledge, node)}（略）"])
        return f"cut_{name}"

    for number, (heading, start) in enumerate(part.starts.items(), 1):
        if start in knowledge.starts.values():
            graph.boxes[f"start_{number}"] = Box("start", [heading])
            graph.arrow(f"start_{number}", target(start), "")
    for node in knowledge.nodes.values():
        if node.id not in part.nodes:
            continue
        here = target(node.id)
        if node.kind == "end":
            continue
        graph.boxes[here] = Box(node.kind, wrap(title(knowledge, node), _LABEL))
        for way in ways(knowledge, node):
            text = effect(way)
            if way.conclude:
                graph.arrow(here, outcome(way.conclude), text, aside=way.next is not None)
            if way.next:
                graph.arrow(here, target(way.next), text)
            elif not way.conclude:
                graph.boxes["stop"] = Box("stop", ["到此为止"])
                graph.arrow(here, "stop", text)
    return graph
