"""What is asked of a person and how a question reads, and asking it line by line."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Protocol

from msgspec import Struct

from yibao_cli.answers import visible
from yibao_cli.console import Console
from yibao_cli.wrap import wrap

BACK = "上一题"
BACK_WORDS = (BACK, "返回", "<", "＜", "b")
_HELP_WORDS = ("?", "？", "帮助", "说明")

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


def prompts(console: Console, *, plain: bool) -> Prompts:
    """The prompts that work here: arrow keys, or lines where asked for or on dumb terminals."""
    console = console.asking()
    term = console.environ.get("TERM", "")
    # Windows consoles need no TERM.
    dumb = term in ("dumb", "unknown") or (not term and os.name != "nt")
    if plain or dumb:
        return LinePrompts(console)
    try:
        from yibao_cli.ask.arrows import ArrowPrompts

        return ArrowPrompts(console)
    except Exception:
        # Git Bash without winpty has no console, and says so by errors of its own.
        return LinePrompts(console)


class LinePrompts:
    """Numbered choices by ordinary lines: for screen readers, Git Bash and dumb terminals."""

    def __init__(self, console: Console) -> None:
        self.console = console

    def say(self, text: str) -> None:
        """Tell something, wrapped to the width."""
        for line in wrap(text, self.console.asking_width):
            self.console.say(line)

    def choose(self, asked: Asked, choices: Choices, *, current: str | None = None) -> str:
        """One of several choices by its number."""
        self.head(asked)
        for number, (label, value) in enumerate(choices, 1):
            now = "（现在的回答）" if value == current else ""
            first = f"{number}. "
            for line in wrap(label + now, self.console.asking_width, first=first, rest="   "):
                self.console.say(line)
        while True:
            text = self.line(asked, "请输入编号")
            number = int(text) if text.isdecimal() and len(text) < 4 else -1
            if 1 <= number <= len(choices):
                return choices[number - 1][1]
            self.say(f"请写 1 到 {len(choices)} 的数字。")

    def type(self, asked: Asked, complete: Complete, check: Check) -> str:
        """A typed text; what is wrong with it is said and it is asked for again."""
        self.head(asked)
        while True:
            text = self.line(asked, "请输入")
            wrong = check(text)
            if wrong is None:
                return text
            self.say(wrong)

    def head(self, asked: Asked) -> None:
        """An empty line, so that a screen reader and an eye find where a question begins."""
        self.console.say("")
        for text in filter(None, (asked.progress, asked.message, asked.tip)):
            self.say(text)

    def line(self, asked: Asked, wanted: str) -> str:
        """A line that is an answer; one that asks for help is given it. Raises Back."""
        keys = ["? 看说明"] if asked.help else []
        keys += [f"0 {asked.back}"] if asked.back else []
        prompt = wanted + (f"（{'，'.join(keys)}）" if keys else "") + "："
        while (text := self.read(prompt)) in _HELP_WORDS:
            for one in asked.help or ("这一题没有别的说明。",):
                self.say(one)
        if asked.back and (text == "0" or text in BACK_WORDS):
            raise Back
        return text

    def read(self, prompt: str) -> str:
        """One line from the terminal; its end is an interruption."""
        stdin, screen = self.console.stdin, self.console.stderr
        try:
            if screen is not None:
                screen.write(prompt)
                screen.flush()
            text = stdin.readline() if stdin else ""
        except UnicodeDecodeError:
            # Typed in another encoding than the terminal's: nothing that could be meant.
            return "\N{REPLACEMENT CHARACTER}"
        except (KeyboardInterrupt, OSError):
            text = ""
        if not text:
            # What is said next begins a line.
            self.console.say("")
            raise KeyboardInterrupt
        return visible(text).strip()
