"""The plain layout with some colour, for a terminal."""

from __future__ import annotations

from yibao_cli.render import plain
from yibao_cli.render.outline import Outline

# Readable on light and dark backgrounds.
_STYLES: dict[plain.Role, str] = {
    "title": "bold",
    "heading": "bold cyan",
    "group": "cyan",
    "strong": "bold",
    "text": "",
}
_TAIL = "not bold dim"


def page(document: Outline, width: int = 80, colour: bool = True) -> str:
    """Text with ANSI styles; without colour it is the plain text."""
    if not colour:
        return plain.page(document, width)
    from rich.console import Console
    from rich.text import Text

    # Everything is said here, so that no environment variable decides behind the caller's back.
    console = Console(
        force_terminal=True,
        color_system="standard",
        no_color=False,
        legacy_windows=False,
        width=width,
        markup=False,
        emoji=False,
        highlight=False,
    )
    with console.capture() as captured:
        for line in plain.layout(document, width):
            text = Text(line.text, _STYLES[line.role])
            if line.tail:
                text.stylize(_TAIL, -len(line.tail))
            # The lines are wrapped already, and rich counts ambiguous characters differently.
            console.print(text, soft_wrap=True)
    return captured.get()
