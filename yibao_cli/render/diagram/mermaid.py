"""A graph in the language of Mermaid, which code hosts draw in Markdown."""

from __future__ import annotations

import re

from yibao_cli.render.diagram.graph import Graph, Kind

_MERMAID: dict[Kind, tuple[str, str]] = {
    "start": ("([", "])"),
    "ask": ("[", "]"),
    "switch": ("{{", "}}"),
    "outcome": ("[[", "]]"),
    "stop": ("((", "))"),
    "cut": (">", "]"),
}
# Everything that Mermaid or Markdown in it could take for markup; `_` is safe inside words.
_MARKUP = re.compile(r"[!-/:-@\[-^`{-~]")


def draw(graph: Graph) -> str:
    """A flow chart."""
    lines = ["flowchart TD"]
    for name, box in graph.boxes.items():
        before, after = _MERMAID[box.kind]
        lines.append(f"    {name}{before}{_text(box.lines)}{after}")
    for (start, end, aside), said in graph.arrows.items():
        label = f"|{_text(said)}|" if said else ""
        lines.append(f"    {start} {'-.->' if aside else '-->'}{label} {end}")
    return "\n".join(lines) + "\n"


def _text(lines: list[str]) -> str:
    escaped = (_MARKUP.sub(lambda found: f"#{ord(found[0])};", line) for line in lines)
    return f'"{"<br/>".join(escaped)}"'
