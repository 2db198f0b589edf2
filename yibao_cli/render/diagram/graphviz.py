"""A graph in the language of Graphviz."""

from __future__ import annotations

from yibao_cli.render.diagram.graph import Graph, Kind

_SHAPES: dict[Kind, str] = {
    "start": "oval",
    "ask": "box",
    "switch": "hexagon",
    "outcome": "doubleoctagon",
    "stop": "circle",
    "cut": "plaintext",
}


def draw(graph: Graph) -> str:
    """A directed graph."""
    lines = ["digraph yibao {"]
    for name, box in graph.boxes.items():
        lines.append(f"    {name} [shape={_SHAPES[box.kind]}, label={_text(box.lines)}];")
    for (start, end, aside), said in graph.arrows.items():
        style = ", style=dashed" if aside else ""
        lines.append(f"    {start} -> {end} [label={_text(said)}{style}];")
    return "\n".join([*lines, "}"]) + "\n"


def _text(lines: list[str]) -> str:
    escaped = (line.replace("\\", "\\\\").replace('"', '\\"') for line in lines)
    return '"{}"'.format("\\n".join(escaped))
