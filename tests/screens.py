"""Screens of the wizard in three situations; `python tests/screens.py` writes docs/screens.md anew.

Every screen is read from a real pseudo-terminal on which the real command runs.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from day import DAY

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "screens.md"
WIDTHS = (60, 120)

DOWN, ENTER, QUIT = "\x1b[B", "\r", "q"
# What was answered, and the highest list at the smallest width below it.
_ROWS = 80
# The last lines of the review of the answers, and of the bar of keys below the list.
_REVIEW, _BAR = "从头再来", "q 结束"


@dataclass(frozen=True)
class Step:
    """What to wait for, what to type then, and what the screen before it is called, if shown.

    `last` is the last text that is drawn of what is waited for.
    """

    wanted: str
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
            Step("您要办什么事", shown="第一问", last="转移接续"),
            Step("哪种医保", DOWN + ENTER),
            Step("在哪里参加的", "mianyang" + ENTER),
            Step("要去哪里看病", "beijing" + ENTER),
            Step("到了哪一步"),
            Step("看什么，买什么"),
            Step("备案办得怎么样了", "?"),
            Step("收起说明", shown="按 ? 看说明", last="← 上一题"),
            Step("病人属于哪种情况", DOWN * 3 + ENTER),
            Step("还有别的情况吗", shown="出清单前核对", last=_REVIEW),
            Step(_BAR, "s", shown="清单和接下来能做的事", last=_BAR),
            Step("存成哪个文件", "\x1b", shown="存成文件", last="~/医保办事清单-北京.html"),
            Step(_BAR, QUIT),
        ),
    ),
    Situation(
        "proxy",
        "父母在外地住着院，没备案，儿女代办",
        (
            Step("您要办什么事"),
            Step("哪种医保", DOWN + ENTER),
            Step("在哪里参加的", "阜阳" + ENTER),
            Step("要去哪里看病", "shanghai" + ENTER),
            Step("到了哪一步", DOWN, shown="到了哪一步", last="← 上一题"),
            Step("> 正在看病"),
            Step("看什么，买什么"),
            Step("备案办得怎么样了"),
            Step("病人属于哪种情况", DOWN + ENTER),
            Step("还有别的情况吗", DOWN * 6),
            Step("> 补充：由家人代办", shown="补充一种情况", last=_REVIEW),
            Step("由谁去办", DOWN + ENTER),
            Step("谁去办：家人代办"),
            Step(_BAR, QUIT, shown="清单和接下来能做的事", last=_BAR),
        ),
    ),
    Situation(
        "claim",
        "在外地已经自己付清，回参保地报销",
        (
            Step("您要办什么事"),
            Step("哪种医保"),
            Step("在哪里参加的", "武汉" + ENTER),
            Step("要去哪里看病", "guangz"),
            Step("广东省广州市", "hou" + ENTER, shown="打拼音找地名", last="广东省广州市"),
            Step("到了哪一步", DOWN * 2 + ENTER),
            Step("看什么，买什么"),
            Step("报销的材料齐吗", DOWN, shown="材料齐不齐", last="← 上一题"),
            Step("> 发票丢了"),
            Step("备案办得怎么样了"),
            Step("还有别的情况吗"),
            Step(_BAR, QUIT, shown="清单和接下来能做的事", last=_BAR),
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
            screen.see(step.wanted)
            if step.shown:
                screen.see(step.last)
                screen.settle()
                yield step.shown, _short(screen.text)
            screen.type(step.keys)
        screen.end()


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
        f"在终端上运行 `yibao` 看到的就是这些（按 {DAY} 的规则）。三种常见的情况，"
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
