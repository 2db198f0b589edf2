"""Asking on a terminal: line by line, or by arrow keys where a full screen can be drawn.

Prompts are drawn on the terminal itself, never on stdout, so a redirected result stays clean.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, TextIO

from yibao_cli.asking import (
    BACK_WORDS,
    CHOOSING,
    Asked,
    Back,
    Check,
    Choices,
    Complete,
    Indented,
    Prompts,
    above,
    below,
    hung,
)
from yibao_cli.console import Console, is_terminal
from yibao_cli.wrap import wrap

_HELP_WORDS = ("?", "？", "帮助", "说明")


def prompts(console: Console, *, plain: bool) -> Prompts:
    """The prompts that work here: arrow keys, or lines where asked for or on dumb terminals."""
    term = console.environ.get("TERM", "")
    # Windows consoles need no TERM.
    dumb = term in ("dumb", "unknown") or (not term and os.name != "nt")
    if plain or dumb:
        return LinePrompts(console)
    return EarlyPrompts(console)


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
        keys = ["? 看说明"] if asked.help else []
        keys += [f"0 {asked.back}"] if asked.back else []
        while True:
            text = self.line("请输入编号" + (f"（{'，'.join(keys)}）" if keys else "") + "：")
            number = int(text) if text.isdecimal() and len(text) < 4 else -1
            if asked.back and (number == 0 or text in BACK_WORDS):
                raise Back
            if 1 <= number <= len(choices):
                return choices[number - 1][1]
            if text in _HELP_WORDS:
                self.help(asked)
            else:
                self.say(f"请写 1 到 {len(choices)} 的数字。")

    def type(self, asked: Asked, complete: Complete, check: Check) -> str:
        """A typed text; what is wrong with it is said and it is asked for again."""
        self.head(asked)
        keys = ["? 看说明"] if asked.help else []
        keys += [f"0 {asked.back}"] if asked.back else []
        while True:
            text = self.line("请输入" + (f"（{'，'.join(keys)}）" if keys else "") + "：")
            if asked.back and (text == "0" or text in BACK_WORDS):
                raise Back
            if text in _HELP_WORDS:
                self.help(asked)
                continue
            wrong = check(text)
            if wrong is None:
                return text
            self.say(wrong)

    def head(self, asked: Asked) -> None:
        """An empty line, so that a screen reader and an eye find where a question begins."""
        self.console.say("")
        for text in filter(None, (asked.progress, asked.message, asked.tip)):
            self.say(text)

    def help(self, asked: Asked) -> None:
        """What is known about the question."""
        for text in asked.help or ("这一题没有别的说明。",):
            self.say(text)

    def line(self, prompt: str) -> str:
        """One line from the terminal; its end is an interruption."""
        stdin = self.console.stdin
        if self.console.stderr is not None:
            self.console.stderr.write(prompt)
            self.console.stderr.flush()
        try:
            text = stdin.readline() if stdin else ""
        except UnicodeDecodeError:
            # Typed in another encoding than the terminal's: nothing that could be meant.
            return "\N{REPLACEMENT CHARACTER}"
        except KeyboardInterrupt:
            text = ""
        if not text:
            # What is said next begins a line.
            self.console.say("")
            raise KeyboardInterrupt
        return text.strip()


class EarlyPrompts(Indented):
    """Arrow keys whose first question can be read while what reads the keys is still loaded."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self._loaded: Prompts | None = None

    def choose(self, asked: Asked, choices: Choices, *, current: str | None = None) -> str:
        """One of several choices; going back is one of them, and the left key."""
        if self._loaded is not None:
            return self._loaded.choose(asked, choices, current=current)
        shown = _modes(self.console.stdin)
        # An interruption may come between any two steps, so whatever may hide keys is inside.
        try:
            wipe = _draw(self.console, asked, choices, shown) if shown else None
            try:
                prompts = self._load()
            finally:
                if wipe is not None:
                    wipe()
            if isinstance(prompts, LinePrompts):
                _set_modes(self.console.stdin, shown)
            return prompts.choose(asked, choices, current=current)
        finally:
            _set_modes(self.console.stdin, shown)

    def type(self, asked: Asked, complete: Complete, check: Check) -> str:
        """A typed text with type-ahead; what is wrong with it stands beside it."""
        return self._load().type(asked, complete, check)

    def _load(self) -> Prompts:
        if self._loaded is None:
            try:
                from yibao_cli.arrows import ArrowPrompts

                self._loaded = ArrowPrompts(self.console)
            except Exception:
                # Git Bash without winpty has no console, and says so by errors of its own.
                self._loaded = LinePrompts(self.console)
        return self._loaded


def _modes(stdin: TextIO | None) -> list[Any] | None:
    """How the terminal treats keys; None where that cannot be known."""
    if stdin is None or os.name == "nt":
        return None
    import termios

    try:
        return termios.tcgetattr(stdin)
    except (OSError, ValueError, termios.error):
        return None


def _set_modes(stdin: TextIO | None, modes: list[Any] | None) -> None:
    if stdin is None or modes is None:
        return
    import termios

    try:
        termios.tcsetattr(stdin, termios.TCSANOW, modes)
    except termios.error:
        # The window was closed meanwhile.
        return


def _draw(
    console: Console, asked: Asked, choices: Choices, shown: list[Any]
) -> Callable[[], None] | None:
    """Draw a question without its keys, where that is possible; the result wipes it away.

    Keys that are typed from now on wait to be read; shown, they would stay on the screen.
    """
    screen = console.stderr
    if screen is None or not is_terminal(screen):
        return None
    import termios

    width = console.asking_width
    lines = [above(asked) + " " + hung(asked.message, 2, width), below(asked, CHOOSING, width)]
    lines += [
        f" {' ' if number else '>'} {hung(label, 3, width)}"
        for number, (label, _) in enumerate(choices)
    ]
    text = "\n".join(lines)
    height = text.count("\n")
    try:
        # A terminal that tells no size has some.
        rows = os.get_terminal_size(screen.fileno()).lines or 24
    except (OSError, ValueError):
        return None
    if height + 1 >= rows:
        return None
    _set_modes(console.stdin, [*shown[:3], shown[3] & ~termios.ECHO, *shown[4:]])
    screen.write(text)
    screen.flush()

    def wipe() -> None:
        screen.write(f"\r\x1b[{height}A\x1b[J")
        screen.flush()

    return wipe
