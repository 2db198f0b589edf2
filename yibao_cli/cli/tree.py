"""`yibao tree`: the decision tree, drawn."""

from __future__ import annotations

from pathlib import Path

from yibao_cli.answers import printable
from yibao_cli.cli.options import knowledge_for
from yibao_cli.console import Console
from yibao_cli.errors import Finding, UsageError
from yibao_cli.numbers import bounded


def tree(
    console: Console,
    *,
    where: str | None,
    format_: str | None,
    depth: str | None,
    data: Path | None,
) -> None:
    """Draw the tree, or a part of it."""
    from yibao_cli.render import diagram

    steps = None if depth is None else bounded(depth, 1, 99)
    if depth is not None and steps is None:
        message = f"--depth 写的是“{printable(depth)}”；要写1到99的整数。"
        raise UsageError(Finding("bad_depth", message))
    known = knowledge_for(console, data)
    part = diagram.view(known, where, depth=steps)
    if format_ == "mermaid":
        console.data(diagram.draw(known, part, format_, console.width))
    else:
        from yibao_cli.render.diagram.text import drawn

        console.show(drawn(known, part, console.width))
