"""Screens of the wizard in three situations; `python tests/screens.py` writes docs/screens.md anew.

Every screen is read from a real pseudo-terminal on which the real command runs.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from day import DAY

from yibao_cli.knowledge import knowledge
from yibao_cli.knowledge.questions import Question

if TYPE_CHECKING:
    from support import Screen

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "screens.md"
WIDTHS = (60, 120)
_QUESTIONS = knowledge(ROOT / "data").questions

DOWN, ENTER, QUIT = "\x1b[B", "\r", "q"
# More than any screen here needs.
_ROWS = 80
# What else there is, the review of the answers and its last line, and the end of the bar of keys below the list.
_EXTRAS, _REVIEW, _MENU, _BAR = "还有哪些情况", "这样对吗", "再加一些情况", "q 结束"


@dataclass(frozen=True)
class Step:
    """What to wait for, what to do then, and what the screen before it is called, if shown.

    wanted: the id of a question, or a text. pick: the id of the option to choose, or a text to go
    down to. last: the last text that is drawn of what is waited for; that of the last option, if none.
    """

    wanted: str
    pick: str = ""
    keys: str = ENTER
    shown: str = ""
    last: str = ""


@dataclass(frozen=True)
class Situation:
    """A person at the wizard."""

    name: str
    title: str
    steps: tuple[Step, ...]


SITUATIONS = (
    Situation(
        "referral",
        "绵阳居民医保，转诊去北京住院，还没备案",
        (
            Step("一句话", shown="一句话，或一题一题选", last="几件事"),
            Step("insurance", "resident", shown="第一问"),
            Step("from", keys="mianyang" + ENTER),
            Step("to", keys="beijing" + ENTER),
            Step("stage", "before"),
            Step("care", "inpatient"),
            Step("filing", keys="?"),
            Step("收起说明", shown="按 ? 看说明"),
            Step("category", "referral"),
            Step(_EXTRAS, shown="还有哪些情况", last="港澳台"),
            Step(_REVIEW, shown="出清单前核对", last=_MENU),
            Step(_BAR, keys="s", shown="清单和接下来能做的事", last=_BAR),
            Step("存到哪里", keys="\x1b", shown="存成网页", last="~/医保办事清单-北京.html"),
            Step(_BAR, keys=QUIT, last=_BAR),
        ),
    ),
    Situation(
        "proxy",
        "父母在外地住着院，没备案，儿女代办",
        (
            Step("一句话", last="几件事"),
            Step("insurance", "resident"),
            Step("from", keys="阜阳" + ENTER),
            Step("to", keys="shanghai" + ENTER),
            Step("stage", "in_care", shown="到了哪一步"),
            Step("care", "inpatient"),
            Step("filing", "none"),
            Step("category", "long_term_resident"),
            Step(_EXTRAS, "agent", keys=" " + ENTER, shown="补充一种情况", last="港澳台"),
            Step(_REVIEW, last=_MENU),
            Step(_BAR, keys=QUIT, shown="清单和接下来能做的事", last=_BAR),
        ),
    ),
    Situation(
        "claim",
        "在外地已经自己付清，回参保地报销",
        (
            Step("一句话", last="几件事"),
            Step("insurance", "employee"),
            Step("from", keys="武汉" + ENTER),
            Step("to", keys="guangz"),
            Step("广东省广州市", keys="hou" + ENTER, shown="打拼音找地名", last="广东省广州市"),
            Step("stage", "paid"),
            Step("care", "inpatient"),
            Step("claim_problem", "lost_invoice", shown="材料齐不齐"),
            Step("filing", "none"),
            Step(_EXTRAS, last="港澳台"),
            Step(_REVIEW, last=_MENU),
            Step(_BAR, keys=QUIT, shown="清单和接下来能做的事", last=_BAR),
        ),
    ),
)


def shots(situation: Situation, columns: int) -> Iterator[tuple[str, str]]:
    """The name and the text of every screen that is shown of a situation."""
    with _screen(columns) as screen:
        for step in situation.steps:
            _reach(screen, step)
            if step.shown:
                yield step.shown, _short(screen.text)
            _take(screen, step)
        if step.keys == ENTER:
            screen.end()


@contextmanager
def walked_to(situation: Situation, wanted: str, columns: int) -> Iterator[Screen]:
    """The screen of a situation where a question is asked."""
    with _screen(columns) as screen:
        for step in situation.steps:
            _reach(screen, step)
            if step.wanted == wanted:
                yield screen
                return
            _take(screen, step)


@contextmanager
def _screen(columns: int) -> Iterator[Screen]:
    from support import Screen

    with (
        TemporaryDirectory() as state,
        Screen("wizard", columns=columns, rows=_ROWS, XDG_STATE_HOME=state) as screen,
    ):
        yield screen


def _reach(screen: Screen, step: Step) -> None:
    """Wait until what a step waits for is drawn."""
    question = _QUESTIONS.get(step.wanted)
    screen.see(question.ask[:6] if question else step.wanted)
    labels = [one.label for one in question.options.values()] if question else []
    screen.see(step.last or "".join(labels[-1:]))
    screen.settle()


def _take(screen: Screen, step: Step) -> None:
    """Do what a step does."""
    if step.pick:
        _go_down(screen, _said(_QUESTIONS.get(step.wanted), step.pick))
    screen.type(step.keys)


def _said(question: Question | None, pick: str) -> str:
    """How what is picked stands on the screen."""
    if question:
        return question.options[pick].label
    return str(_QUESTIONS[pick].extra) if pick in _QUESTIONS else pick


def _go_down(screen: Screen, label: str) -> None:
    """Press the key until the cursor stands on a line."""
    for _ in range(_ROWS):
        if re.search(f"^ *> .*{re.escape(label)}", screen.text, re.MULTILINE):
            return
        screen.type(DOWN)
        screen.settle()
    raise AssertionError(f"never reached {label}:\n{screen.text}")


def _short(text: str) -> str:
    """The screen from the list on, if there is one."""
    lines = text.strip("\n").splitlines()
    begins = [at for at, line in enumerate(lines) if line.startswith(" ▌ ")]
    made = _BAR in lines[-1]
    return "\n".join(lines[begins[0] if made else 0 :]).rstrip()


def section(situation: Situation, columns: int) -> Iterator[str]:
    """The lines of the page for one situation at one width."""
    for name, text in shots(situation, columns):
        yield from ("", f"### {name}（{columns}列）", "", "```text", text, "```")


def page() -> str:
    """The whole page."""
    lines = [
        "<!-- made by tests/screens.py on a real pseudo-terminal -->",
        "",
        "# 一问一答是什么样子",
        "",
        f"在终端上运行 `yibao` 看到的就像这样（按 {DAY} 的规则，话会随知识变）。三种常见的情况，"
        f"各在{'列和'.join(map(str, WIDTHS))}列宽的窗口里。",
        "",
        "上下键或数字选，回车确定；按 ? 看这一题的说明，再按一次收起；左键或 Esc 回上一题；Ctrl-C 随时离开，"
        "以后用 `yibao resume` 接着来。",
    ]
    for situation in SITUATIONS:
        lines += ["", f"## {situation.title}"]
        for columns in WIDTHS:
            lines += section(situation, columns)
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    PAGE.write_text(page(), "utf-8", newline="\n")
