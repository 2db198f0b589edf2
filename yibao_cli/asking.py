"""What is asked of a person, and how a question reads, whatever reads the keys."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from msgspec import Struct

from yibao_cli.console import Console
from yibao_cli.wrap import wrap

BACK = "上一题"
BACK_WORDS = (BACK, "返回", "<", "＜", "b")
INDENT = "  "
CHOOSING = "上下键选，回车确定"

Choices = Sequence[tuple[str, str]]
"""What may be chosen: how it reads and the value it stands for."""
Check = Callable[[str], "str | None"]
"""What is wrong with a typed text, or None."""
Complete = Callable[[str], Sequence[str]]
"""What a typed text may go on to."""


class Asked(Struct, frozen=True):
    """A question as a person reads it.

    `progress` stands above it and `tip` below; `help` is shown on demand. `back` is what going
    back is called here, or empty where there is no way back.
    """

    message: str
    tip: str = ""
    help: tuple[str, ...] = ()
    progress: str = ""
    back: str = ""


class Back(Exception):  # noqa: N818 - it is no error
    """The person wants the question before this one again."""


class Prompts(Protocol):
    """A way to ask a person. Ctrl-C and the end of input raise KeyboardInterrupt."""

    def say(self, text: str) -> None:
        """Tell something beside the questions."""

    def choose(self, asked: Asked, choices: Choices, *, current: str | None = None) -> str:
        """The value of one of several choices, one of them the answer so far; raises Back."""

    def type(self, asked: Asked, complete: Complete, check: Check) -> str:
        """A text that passes the check; raises Back."""


class Indented:
    """Tells things the way the prompts by arrow keys do."""

    console: Console

    def say(self, text: str) -> None:
        """Tell something, wrapped and indented like what belongs to a question."""
        for line in wrap(text, self.console.asking_width, first=INDENT, rest=INDENT):
            self.console.say(line)


def hung(text: str, indent: int, width: int) -> str:
    """A text wrapped by the rules, all lines but the first indented."""
    blank = " " * indent
    return "\n".join(wrap(text, width, first=blank, rest=blank))[indent:]


def above(asked: Asked) -> str:
    """What stands before the question."""
    return f"\n{asked.progress}\n?" if asked.progress else "\n?"


def below(asked: Asked, keys: str, width: int, *, helping: bool = False) -> str:
    """What stands between the question and its choices."""
    if asked.help:
        keys += "，? 收起说明" if helping else "，? 看说明"
    texts = [asked.tip, *(asked.help if helping else ()), f"（{keys}）"]
    return "\n".join(INDENT + hung(text, len(INDENT), width) for text in texts if text)
