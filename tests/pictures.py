"""The pictures of the README; `python tests/pictures.py` draws them anew.

rich's own export gives a Chinese character the room of one letter, which crushes lines; here every
letter stands in the cells that a terminal gives it. The list is the frozen one of golden.py, the
question is read from a real pseudo-terminal.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from html import escape
from itertools import groupby
from pathlib import Path

import golden
import screens
from rich.ansi import AnsiDecoder
from rich.color import Color
from rich.style import Style
from rich.terminal_theme import TerminalTheme

from yibao_cli.look import printer
from yibao_cli.wrap import cells

FOLDER = screens.ROOT / "docs"
COLUMNS = 80
WIZARD, LIST = "wizard.svg", "list.svg"
# The question that is shown, in the first of the situations.
ASKED = "filing"

Run = tuple[str, Style]
"""Text that is drawn in one style."""

_COLOURS = [
    (0, 0, 0), (241, 76, 76), (35, 209, 139), (229, 229, 16),
    (59, 142, 234), (214, 112, 214), (41, 184, 219), (229, 229, 229),
]  # fmt: skip
_THEME = TerminalTheme((24, 26, 31), (222, 224, 228), _COLOURS, _COLOURS)
# Pixels: a cell, a line, letters and Chinese ones, the margins.
_CELL, _LINE, _SIZE, _WIDE, _EDGE = 10.2, 26, 17, 19, 14
_FONTS = "ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace"
_WIDE_FONTS = "'Noto Sans Mono CJK SC','PingFang SC','Microsoft YaHei',monospace"


def checklist() -> str:
    """The picture of the frozen list."""
    console = printer(sys.stdout, COLUMNS, "256")
    text = (golden.FOLDER / "short-80.ansi").read_text("utf-8")
    lines = [line.render(console, end="") for line in AnsiDecoder().decode(text.rstrip("\n"))]
    rows = [[(one.text, one.style or Style()) for one in line] for line in lines]
    return svg(rows, golden.COMMAND.split(" --")[0])


def question() -> str:
    """The picture of a question of the wizard, as it stands on a terminal now."""
    situation = screens.SITUATIONS[0]
    with screens.walked_to(situation, ASKED, COLUMNS) as screen:
        buffer, lines = screen.pyte.buffer, screen.text.rstrip().count("\n") + 1
        rows = [
            [(cell.data, _style(cell)) for at in range(COLUMNS) if (cell := buffer[line][at]).data]
            for line in range(lines)
        ]
    return svg(rows, "wizard")


def _style(cell: object) -> Style:
    """How pyte drew a cell: colours are names of terminals, or six hexadecimal digits."""
    names = [str(getattr(cell, side)).replace("brown", "yellow") for side in ("fg", "bg")]
    front, back = (f"#{one}" if len(one) == 6 and one != "yellow" else one for one in names)
    bold, reverse = bool(getattr(cell, "bold", 0)), bool(getattr(cell, "reverse", 0))
    return Style(color=front, bgcolor=back, bold=bold, reverse=reverse)


def svg(rows: Iterable[list[Run]], command: str) -> str:
    """Rows of a terminal as a picture; `command` stands above them."""
    prompt = [("$ yibao " + command, Style(color="#8a8a8a"))]
    drawn = [prompt, [], *rows]
    width, height = COLUMNS * _CELL + 2 * _EDGE, len(drawn) * _LINE + 2 * _EDGE
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'font-family="{_FONTS}" font-size="{_SIZE}">',
        f"<style>.w{{font:{_WIDE}px {_WIDE_FONTS}}}.b{{font-weight:700}}</style>",
        f"<title>yibao {escape(command)}</title>",
        f'<rect width="{width:.0f}" height="{height:.0f}" rx="8" '
        f'fill="{_THEME.background_color.hex}"/>',
    ]
    for number, row in enumerate(drawn):
        lines += _row(row, _EDGE + number * _LINE)
    return "\n".join([*lines, "</svg>"]) + "\n"


def _row(row: list[Run], top: float) -> Iterator[str]:
    left = float(_EDGE)
    for style, runs in groupby(row, key=lambda one: one[1]):
        text = "".join(run for run, _ in runs)
        front, back = (
            (one or Color.default()).get_truecolor(_THEME, foreground=place).hex
            for one, place in ((style.color, True), (style.bgcolor, False))
        )
        if style.reverse:
            front, back = back, front
        if back != _THEME.background_color.hex:
            wide = cells(text) * _CELL
            yield f'<rect x="{left:.1f}" y="{top}" width="{wide:.1f}" height="{_LINE}" fill="{back}"/>'
        marks = f' y="{top + 19:.0f}" fill="{front}"'
        heavy = "b" if style.bold else ""
        for wide_ones, letters in groupby(text, key=lambda one: one != " " and cells(one)):
            run = "".join(letters)
            yield from _letters(run, left, marks, heavy) if wide_ones else ()
            left += cells(run) * _CELL


def _letters(run: str, left: float, marks: str, heavy: str) -> Iterator[str]:
    """Letters that are equally wide; each wide one stands in the middle of its two cells."""
    wide = cells(run[0]) > 1
    if kind := f"{'w' if wide else ''} {heavy}".strip():
        marks += f' class="{kind}"'
    if not wide:
        length = f' textLength="{cells(run) * _CELL:.1f}"'
        yield f'<text x="{left:.1f}"{length}{marks}>{escape(run)}</text>'
        return
    middles = (left + (2 * number + 1) * _CELL - _WIDE / 2 for number in range(len(run)))
    places = " ".join(f"{one:.1f}" for one in middles)
    yield f'<text x="{places}"{marks}>{escape(run)}</text>'


if __name__ == "__main__":
    for name, text in ((LIST, checklist()), (WIZARD, question())):
        Path(FOLDER / name).write_text(text, "utf-8", newline="\n")
