"""The plain layout with some colour, for a terminal."""

from __future__ import annotations

from yibao_cli.render import plain
from yibao_cli.render.outline import Outline

# Parameters of ANSI's "select graphic rendition", readable on light and dark backgrounds. Five of
# them are no reason to import a library that takes longer than all the rest of a run.
_BOLD, _DIM, _CYAN = "1", "2", "36"
_STYLES: dict[plain.Role, str] = {
    "title": _BOLD,
    "heading": f"{_BOLD};{_CYAN}",
    "group": _CYAN,
    "strong": _BOLD,
    "text": "",
}


def page(document: Outline, width: int = 80, colour: bool = True) -> str:
    """Text with ANSI styles; without colour it is the plain text."""
    if not colour:
        return plain.page(document, width)
    return "".join(f"{_coloured(line)}\n" for line in plain.layout(document, width))


def _coloured(line: plain.Line) -> str:
    text = line.text.removesuffix(line.tail)
    return _styled(text, _STYLES[line.role]) + _styled(line.tail, _DIM)


def _styled(text: str, style: str) -> str:
    return f"\x1b[{style}m{text}\x1b[0m" if text and style else text
