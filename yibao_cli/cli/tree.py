"""`yibao tree`: the decision tree, drawn."""

from __future__ import annotations

import re
from pathlib import Path

from yibao_cli.console import Console
from yibao_cli.errors import Finding, UsageError


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
    from yibao_cli.answers import shown
    from yibao_cli.knowledge import knowledge, overlay
    from yibao_cli.render import diagram

    if depth is not None and not re.fullmatch("[1-9][0-9]?", depth):
        message = f"--depth 写的是“{shown(depth)}”；要写1到99的整数。"
        raise UsageError(Finding("bad_depth", message))
    known = knowledge(data, overlay(console.environ))
    steps = int(depth) if depth else None
    part = diagram.view(known, where, depth=steps, around=around)
    console.result(diagram.draw(known, part, format_ or "tree", console.width))
