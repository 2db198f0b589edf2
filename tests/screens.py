"""Screens of the wizard in three situations; `python tests/screens.py` writes docs/screens.md anew.

Every screen is read from a real pseudo-terminal on which the real command runs.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
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

DOWN, ENTER = "\x1b[B", "\r"
# More than any screen here needs.
_ROWS = 200
_REVIEW, _NEXT, _MENU, _BACK = "还有别的情况吗", "接下来做什么", "从头再来", "← "


@dataclass(frozen=True)
class Step:
    """What to wait for, what to do then, and what the screen before it is called, if shown.

    wanted: the id of a question, or a text. pick: the id of the option to choose, or a text to go
    down to. last: the last text that is drawn of what is waited for.
    """

    wanted: str
    pick: str = ""
    keys: str = ENTER
    shown: str = ""
    last: str = _BACK


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
            Step("errand", "care", shown="第一问", last="> "),
            Step("insurance", "resident"),
            Step("from", keys="mianyang" + ENTER),
            Step("to", keys="beijing" + ENTER),
            Step("stage", "before"),
            Step("care", "inpatient"),
            Step("filing", keys="?"),
            Step("收起说明", shown="按 ? 看说明"),
            Step("category", "referral"),
            Step(_REVIEW, shown="出清单前核对", last=_MENU),
            Step(_NEXT, shown="清单和接下来能做的事", last=_MENU),
        ),
    ),
    Situation(
        "proxy",
        "父母在外地住着院，没备案，儿女代办",
        (
            Step("errand", "care", last="> "),
            Step("insurance", "resident"),
            Step("from", keys="阜阳" + ENTER),
            Step("to", keys="shanghai" + ENTER),
            Step("stage", "in_care", shown="到了哪一步"),
            Step("care", "inpatient"),
            Step("filing", "none"),
            Step("category", "long_term_resident"),
            Step(_REVIEW, "agent", shown="补充一种情况", last=_MENU),
            Step("agent", "proxy"),
            Step(_REVIEW, last=_MENU),
            Step(_NEXT, "只看", shown="清单和接下来能做的事", last=_MENU),
            Step("材料清单（安徽省阜阳市到上海市）", shown="只看要带的材料", last=_MENU),
        ),
    ),
    Situation(
        "claim",
        "在外地已经自己付清，回参保地报销",
        (
            Step("errand", "care", last="> "),
            Step("insurance", "employee"),
            Step("from", keys="武汉" + ENTER),
            Step("to", keys="guangz"),
            Step("广东省广州市", keys="hou" + ENTER, shown="打拼音找地名", last="广东省广州市"),
            Step("stage", "paid"),
            Step("care", "inpatient"),
            Step("claim_problem", "lost_invoice", shown="材料齐不齐"),
            Step("filing", "none"),
            Step(_REVIEW, last=_MENU),
            Step(_NEXT, shown="清单和接下来能做的事", last=_MENU),
        ),
    ),
)


def shots(situation: Situation, columns: int) -> Iterator[tuple[str, str]]:
    """The name and the text of every screen that is shown of a situation."""
    from support import Screen

    with (
        TemporaryDirectory() as state,
        Screen("wizard", columns=columns, rows=_ROWS, XDG_STATE_HOME=state) as screen,
    ):
        for step in situation.steps:
            question = _QUESTIONS.get(step.wanted)
            screen.see(question.ask[:6] if question else step.wanted)
            screen.see(step.last if not question or question.kind != "place" else question.ask[:6])
            screen.settle()
            if step.shown:
                yield step.shown, _short(screen.text)
            if step.pick:
                _go_down(screen, _said(question, step.pick))
            screen.type(step.keys)
        if step.keys == ENTER:
            screen.end()


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
    """The screen from the last list on."""
    lines = text.strip("\n").splitlines()
    if not any(_NEXT in line for line in lines):
        return "\n".join(lines).rstrip()
    bars = [at for at, line in enumerate(lines) if line.startswith(" ▌ ")]
    papers = [at for at in bars if lines[at].startswith(" ▌ 材料清单（")]
    return "\n".join(lines[(papers or bars)[0] :]).rstrip()


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
        "上下键选，回车确定；按 ? 看这一题的说明，再按一次收起；左键或 Esc 回上一题；Ctrl-C 随时离开，"
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
