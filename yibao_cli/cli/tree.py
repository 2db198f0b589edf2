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
    around: str | None,
    data: Path | None,
) -> None:
    """Draw the tree, or a part of it."""
    from yibao_cli.render import diagram

    steps = None if depth is None else bounded(depth, 1, 99)
    if depth is not None and steps is None:
        message = f"--depth 写的是“{printable(depth)}”；要写1到99的整数。"
        raise UsageError(Finding("bad_depth", message))
    known = knowledge_for(console, data)
    part = diagram.view(known, where, depth=steps, around=around)
    console.result(diagram.draw(known, part, format_ or "tree", console.width))
