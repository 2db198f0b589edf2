"""Asking a person on a terminal: prompts, the wizard, the menu after the list, saved answers."""

from __future__ import annotations

import os

from yibao_cli.ask.prompts import Prompts
from yibao_cli.console import Console


def asker(console: Console, *, plain: bool) -> Prompts:
    """The prompts that work here: arrow keys, or lines where asked for or on dumb terminals."""
    console = console.asking()
    term = console.environ.get("TERM", "")
    # Windows consoles need no TERM.
    dumb = term in ("dumb", "unknown") or (not term and os.name != "nt")
    if plain or dumb:
        return Prompts(console)
    try:
        from yibao_cli.ask.arrows import ArrowPrompts

        return ArrowPrompts(console)
    except Exception:
        # Git Bash without winpty has no console, and says so by errors of its own.
        return Prompts(console)
