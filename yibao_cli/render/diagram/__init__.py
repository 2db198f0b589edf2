"""The decision tree drawn: as branches of text, as Mermaid and as Graphviz."""

from __future__ import annotations

from yibao_cli.knowledge.model import Knowledge
from yibao_cli.render.diagram import graphviz, mermaid, text
from yibao_cli.render.diagram.graph import graph_of
from yibao_cli.render.diagram.part import View, Way, say, view, ways

__all__ = ["View", "Way", "draw", "say", "view", "ways"]


def draw(knowledge: Knowledge, part: View, format_: str, width: int) -> str:
    """A part of the tree in one of `formats.DIAGRAMS`; only text keeps to a width."""
    if format_ == "tree":
        return text.draw(knowledge, part, width)
    graph = graph_of(knowledge, part)
    return mermaid.draw(graph) if format_ == "mermaid" else graphviz.draw(graph)
