"""The pictures of the README: `python tools/pictures.py` draws a real list and a real question anew.

What rich draws becomes an SVG whose letters stand in the cells that a terminal gives them (rich's own
export crushes Chinese). A test draws them again and compares.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from html import escape
from itertools import groupby
from pathlib import Path

from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from yibao_cli.answers import parse_answers
from yibao_cli.consult import consult
from yibao_cli.knowledge import knowledge
from yibao_cli.look import printer
from yibao_cli.render import View, drawn
from yibao_cli.wrap import cells

FOLDER = Path(__file__).resolve().parent.parent / "docs"
DAY = "2026-11-27"
WIDTH = 80
SITUATION = {
    "insurance": ["居民"],
    "from": ["江西赣州"],
    "to": ["广州"],
    "care": ["住院"],
    "filing": ["未备案"],
    "category": ["其他临时外出"],
    "agent": ["家人代办"],
}

_COLOURS = [
    (0, 0, 0), (241, 76, 76), (35, 209, 139), (229, 229, 16),
    (59, 142, 234), (214, 112, 214), (41, 184, 219), (229, 229, 229),
]  # fmt: skip
_THEME = TerminalTheme((24, 26, 31), (222, 224, 228), _COLOURS, _COLOURS)
# Pixels: of a cell and a line, of letters and of Chinese ones, of the margins.
_CELL, _LINE, _SIZE, _WIDE, _EDGE = 10.2, 26, 17, 19, 14
_FONTS = (
    "ui-monospace,Menlo,Consolas,'DejaVu Sans Mono','Noto Sans Mono CJK SC','PingFang SC',"
    "'Microsoft YaHei',monospace"
)


def pictures() -> dict[str, str]:
    """Every picture by its name."""
    known = knowledge()
    checklist = consult(known, parse_answers(known, SITUATION), DAY)
    return {"list.svg": svg(drawn(checklist, View(), WIDTH), "yibao plan")}


def svg(lines: Iterable[Text], title: str) -> str:
    """Lines of styled text as a picture of a terminal window."""
    console = printer(io.StringIO(), WIDTH, "truecolor")
    rows = [list(one.render(console)) for one in lines]
    width, height = WIDTH * _CELL + 2 * _EDGE, len(rows) * _LINE + 3 * _EDGE + _LINE
    back = _THEME.background_color.hex
    body = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'font-family="{_FONTS}" font-size="{_SIZE}">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{width:.0f}" height="{height:.0f}" rx="8" fill="{back}"/>',
        f'<text x="{_EDGE}" y="{_LINE}" fill="#767676">$ {escape(title)}</text>',
    ]
    for number, row in enumerate(rows, 2):
        body += _row(console, row, number * _LINE + _EDGE)
    return "\n".join([*body, "</svg>"]) + "\n"


def _row(console: Console, row: Iterable[Segment], base: float) -> Iterator[str]:
    left = float(_EDGE)
    for text, style, _ in row:
        for run in _runs(text):
            wide = cells(run) * _CELL
            if run.strip():
                yield _run(run, left, base, style or Style())
            left += wide


def _runs(text: str) -> list[str]:
    """A text in runs of letters that are equally wide."""
    return ["".join(run) for _, run in groupby(text, key=lambda one: (cells(one), one == " "))]


def _run(run: str, left: float, base: float, style: Style) -> str:
    colour = style.color.get_truecolor(_THEME) if style.color else _THEME.foreground_color
    marks = f' fill="{colour.hex}"' + (' font-weight="700"' if style.bold else "")
    if cells(run[0]) == 1:
        wide = f' textLength="{cells(run) * _CELL:.1f}"'
        return f'<text x="{left:.1f}" y="{base:.1f}"{wide}{marks}>{escape(run)}</text>'
    # Each wide letter in the middle of its two cells.
    places = " ".join(
        f"{left + 2 * _CELL * number + _CELL - _WIDE / 2:.1f}" for number in range(len(run))
    )
    return f'<text x="{places}" y="{base:.1f}" font-size="{_WIDE}"{marks}>{escape(run)}</text>'


if __name__ == "__main__":
    for name, text in pictures().items():
        (FOLDER / name).write_text(text, "utf-8", newline="\n")
