"""What is asked of a person and how a question reads, and asking it line by line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from msgspec import Struct

from yibao_cli.answers import normalized, visible
from yibao_cli.console import Console
from yibao_cli.errors import AnswerError
from yibao_cli.wrap import wrap

if TYPE_CHECKING:
    from rich.console import RenderableType

BACK = "上一题"
BACK_WORDS = (BACK, "返回", "<", "＜", "b")
_HELP_WORDS = ("?", "？", "帮助", "说明", "幫助", "說明")
_SEVERAL = "可以写几个，例如 1 2"

Choices = Sequence[tuple[str, str]]
"""What may be chosen: how it reads and the value it stands for."""
Actions = Sequence[tuple[str, str, str]]
"""What may be done: the letter for it, how it reads and the value it stands for."""
Check = Callable[[str], "str | None"]
"""What is wrong with a typed text, or None."""
Complete = Callable[[str], Sequence[str]]
"""What a typed text may go on to."""


class Asked(Struct, frozen=True):
    """A question as a person reads it.

    Above it stand `progress`, which question of about how many it is, and the `answers` so far, each
    with its label; below it the `tip`, and where nothing is typed yet the `example`. `help` is shown
    on demand. `back` is what going back is called here, or empty where there is no way back.
    """

    message: str
    tip: str = ""
    help: tuple[str, ...] = ()
    progress: tuple[int, int] | None = None
    answers: tuple[tuple[str, str], ...] = ()
    example: str = ""
    back: str = ""


class Back(Exception):  # noqa: N818 - it is no error
    """The person wants the question before this one again."""


def in_words(progress: tuple[int, int] | None) -> str:
    """Which question it is, of about how many."""
    return "第 {} 题，大约 {} 题".format(*progress) if progress else ""


def trouble(parse: Callable[[], object]) -> str | None:
    """What is wrong with a text in a sentence, judged by what would parse it."""
    try:
        parse()
    except AnswerError as error:
        return error.findings[0].message
    return None


class Prompts:
    """Asks by ordinary lines: for screen readers, Git Bash and dumb terminals.

    Ctrl-C and the end of input raise KeyboardInterrupt, going back raises Back.
    """

    margin = ""
    paging = ""
    """How to turn pages where more is shown than fits, and how to leave."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.shown: set[tuple[str, str]] = set()

    def say(self, text: str) -> None:
        """Tell something beside the questions, wrapped to the width."""
        for line in wrap(text, self.console.asking_width, first=self.margin, rest=self.margin):
            self.console.say(line)

    def choose(
        self,
        asked: Asked,
        choices: Choices,
        current: Sequence[str] = (),
        *,
        several: bool = False,
        least: int = 1,
    ) -> list[str]:
        """The value of one of several choices, or the values of several, at least so many.

        `current` are the values of the answer of before, which an empty line keeps.
        """
        self.head(asked)
        numbers = {str(number): value for number, (_, value) in enumerate(choices, 1)}
        most = len(numbers) if several else 1
        kept = [value for value in numbers.values() if value in current]
        hints = (_SEVERAL if several else "", "直接回车就是现在的回答" if kept else "")
        for number, (label, value) in enumerate(choices, 1):
            now = "（现在的回答）" if value in kept else ""
            first = f"{number}. "
            for line in wrap(label + now, self.console.asking_width, first=first, rest="   "):
                self.console.say(line)
        while True:
            text = self.line(asked, "请输入编号", "，".join(filter(None, hints)))
            written = {normalized(one) for one in re.split(r"[\s,，、]+", text) if one}
            if not written and kept:
                return kept
            if written <= numbers.keys() and len(written) in range(least, most + 1):
                return [value for number, value in numbers.items() if number in written]
            self.say(f"请写 1 到 {len(choices)} 的数字{f'，{_SEVERAL}' if several else ''}。")

    def act(self, actions: Actions, above: str, back: str) -> str:
        """The value of one of several actions, asked in one line so that a list above it stays.

        `above` is told before, if there is anything to tell; `back` is the value for going back.
        """
        if above:
            self.say(above)
        values = {normalized(name): value for *names, value in actions for name in names}
        values |= dict.fromkeys(BACK_WORDS, back)
        hint = "，".join(f"{key} {label}" for key, label, _ in actions)
        while (text := normalized(self.line(Asked(""), "下一步", hint))) not in values:
            self.say("请写其中一个字母。")
        return values[text]

    def type(
        self, asked: Asked, complete: Complete, check: Check, default: str = "", begun: str = ""
    ) -> str:
        """A typed text that passes the check; what is wrong is said and it is asked again.

        `default` is what an empty line stands for; `begun` is there already, to be typed on.
        """
        self.head(asked)
        usual = default or begun
        hint = f"直接回车就是 {usual}" if usual else asked.example
        while wrong := check(text := self.line(asked, "请输入", hint) or usual):
            self.say(wrong)
        return text

    def show(self, drawn: Iterable[RenderableType]) -> None:
        """Show what may be longer than the window."""
        self.say("")
        self.console.show(drawn)

    def aside(self) -> AbstractContextManager[object]:
        """What is asked within this leaves the list on the screen as it is."""
        return nullcontext()

    def head(self, asked: Asked) -> None:
        """The answers that were not said yet, and the question after an empty line, so that a screen
        reader and an eye find where it begins.
        """
        for answer in asked.answers:
            if answer not in self.shown:
                self.say("：".join(answer))
        self.shown = {*asked.answers}
        self.console.say("")
        for text in filter(None, (in_words(asked.progress), asked.message, asked.tip)):
            self.say(text)

    def line(self, asked: Asked, wanted: str, hint: str = "") -> str:
        """A line that is an answer; one that asks for help is given it."""
        hints = (hint, "? 看说明" if asked.help else "", asked.back and f"0 {asked.back}")
        shown = "，".join(filter(None, hints))
        prompt = wanted + (f"（{shown}）" if shown else "") + "："
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
