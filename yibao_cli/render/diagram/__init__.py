"""The decision tree drawn: as branches of text, and as Mermaid."""

from __future__ import annotations

from yibao_cli.knowledge.model import Knowledge
from yibao_cli.render.diagram.part import View, Way, say, view, ways

__all__ = ["View", "Way", "draw", "say", "view", "ways"]


def draw(knowledge: Knowledge, part: View, format_: str, width: int) -> str:
    """A part of the tree in one of `formats.DIAGRAMS`; only text keeps to a width."""
    if format_ == "tree":
        from yibao_cli.look import unstyled
        from yibao_cli.render.diagram.text import drawn

        return unstyled(drawn(knowledge, part, width), width)
    from yibao_cli.render.diagram import mermaid
    from yibao_cli.render.diagram.graph import graph_of

    return mermaid.draw(graph_of(knowledge, part))
