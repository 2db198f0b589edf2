"""Golden texts: one frozen checklist in every format; `python tests/golden.py` writes them anew.

The checklist stands in `golden/checklist.json` as it came from a real consultation, so that no
edit of `data/` moves a text here. Where that file is missing, it is made from today's knowledge.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
from day import DAY
from rich.text import Text

from yibao_cli.answers import parse_answers
from yibao_cli.consult import consult
from yibao_cli.dates import parse_dates
from yibao_cli.knowledge import knowledge
from yibao_cli.look import Colours, painted, printer
from yibao_cli.render import View, drawn, render
from yibao_cli.result import Checklist

FOLDER = Path(__file__).resolve().parent / "golden"
FROZEN = FOLDER / "checklist.json"
WIDTHS = (40, 60, 80, 120)
# Of the README, which shows it.
COMMAND = "plan --insurance 居民 --from 四川绵阳 --to 北京 --care 住院 --filing 未备案 --category 异地转诊"
DATES = {"admission": "2026-11-25", "discharge": "2026-12-05", "filed_on": DAY}


def frozen() -> Checklist:
    """The checklist that all golden texts are made of."""
    if FROZEN.exists():
        return msgspec.json.decode(FROZEN.read_bytes(), type=Checklist)
    known, words = knowledge(), COMMAND.split()[1:]
    given = {flag[2:]: [text] for flag, text in zip(words[::2], words[1::2], strict=True)}
    return consult(known, parse_answers(known, given), DAY)


def texts() -> Iterator[tuple[str, str]]:
    """A file name and a text for each format, short and full, and at every width."""
    checklist = frozen()
    yield FROZEN.name, render(checklist, "json")
    yield "calendar.ics", render(checklist, "ics", view=View(dates=parse_dates(DAY, **DATES)))
    for name, view in (("short", View()), ("full", View(full=True))):
        for width in WIDTHS:
            yield f"{name}-{width}.txt", render(checklist, "plain", width=width, view=view)
        yield f"{name}-80.ansi", styled(drawn(checklist, view, 80), 80)
        yield f"{name}.md", render(checklist, "markdown", view=view)
        yield f"{name}.html", render(checklist, "html", view=view)


def styled(lines: list[Text], width: int, colours: Colours = "256") -> str:
    """What is drawn as a terminal of so many colours gets it; links are numbered by chance."""
    return re.sub("id=[-0-9]+", "id=", painted(printer(io.StringIO(), width, colours), lines))


if __name__ == "__main__":
    for name, text in texts():
        FOLDER.mkdir(exist_ok=True)
        (FOLDER / name).write_text(text, encoding="utf-8", newline="")
