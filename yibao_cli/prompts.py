"""Asking on a terminal: by arrow keys, or line by line where a full-screen prompt cannot work.

Prompts are drawn on the terminal itself, never on stdout, so a redirected result stays clean. An
answered prompt by arrow keys is wiped away; what was answered is for the caller to say.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from yibao_cli.console import Console
from yibao_cli.render.wrap import cells, wrap

if TYPE_CHECKING:
    from prompt_toolkit.application import Application
    from prompt_toolkit.completion import CompleteEvent, Completion
    from prompt_toolkit.document import Document
    from prompt_toolkit.key_binding import KeyBindings

BACK = "上一题"
_BACK_WORDS = (BACK, "返回", "<", "＜", "b")
_HELP_WORDS = ("?", "？", "帮助", "说明")
_INDENT = "  "

Choices = Sequence[tuple[str, str]]
"""What may be chosen: how it reads and the value it stands for."""
Check = Callable[[str], "str | None"]
"""What is wrong with a typed text, or None."""
Complete = Callable[[str], Sequence[str]]
"""What a typed text may go on to."""


@dataclass(frozen=True, slots=True)
class Asked:
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
        """The value of one of several choices, of which one is the answer so far; raises Back."""

    def type(self, asked: Asked, complete: Complete, check: Check) -> str:
        """A text that passes the check; raises Back."""


def prompts(console: Console, *, plain: bool) -> Prompts:
    """The prompts that work here: arrow keys, or lines where asked for or on dumb terminals."""
    term = console.environ.get("TERM", "")
    # Windows consoles need no TERM.
    dumb = term in ("dumb", "unknown") or (not term and os.name != "nt")
    if plain or dumb or console.environ.get("YIBAO_PLAIN"):
        return LinePrompts(console)
    try:
        return ArrowPrompts(console)
    except Exception:
        # Git Bash without winpty has no console to draw on, and says so by errors of its own.
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
        keys = ["? 看说明"] if asked.help else []
        keys += [f"0 {asked.back}"] if asked.back else []
        while True:
            text = self.line("请输入编号" + (f"（{'，'.join(keys)}）" if keys else "") + "：")
            number = int(text) if text.isdecimal() and len(text) < 4 else -1
            if asked.back and (number == 0 or text in _BACK_WORDS):
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
            if asked.back and (text == "0" or text in _BACK_WORDS):
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
        if not text:
            self.console.say("")
            raise KeyboardInterrupt
        return text.strip()


class ArrowPrompts:
    """Choices by arrow keys with questionary, and typing with suggestions."""

    def __init__(self, console: Console) -> None:
        import questionary
        from prompt_toolkit.output.defaults import create_output

        self.console = console
        self.questionary = questionary
        self.output = create_output(always_prefer_tty=True)
        # The terminal's own colours, whatever they are, so that it reads on light and dark.
        own = "fg:ansidefault bg:ansidefault"
        self.style = questionary.Style(
            [
                ("qmark", own),
                ("question", f"{own} bold"),
                ("pointer", f"{own} bold"),
                ("highlighted", f"{own} bold"),
                ("completion-menu", own),
                ("completion-menu.completion", own),
                ("completion-menu.completion.current", f"{own} reverse"),
            ]
        )

    def say(self, text: str) -> None:
        """Tell something, wrapped and indented like what belongs to a question."""
        for line in wrap(text, self.console.asking_width, first=_INDENT, rest=_INDENT):
            self.console.say(line)

    def choose(self, asked: Asked, choices: Choices, *, current: str | None = None) -> str:
        """One of several choices; going back is one of them, and the left key."""
        offered: list[tuple[str, Any]] = [*choices]
        if asked.back:
            offered.append((f"← {asked.back}", _GONE))
        values = [value for _, value in offered]
        pointed, helping = values.index(current) if current in values else 0, False
        while True:
            titles = [self.hung(label, 3) for label, _ in offered]
            question = self.questionary.select(
                self.hung(asked.message, 2),
                choices=[
                    self.questionary.Choice(title, value)
                    for title, value in zip(titles, values, strict=True)
                ],
                qmark=self.above(asked),
                pointer=">",
                instruction="\n" + self.below(asked, "上下键选，回车确定", helping=helping),
                style=self.style,
                output=self.output,
            )
            application = question.application
            (control,) = (
                one
                for one in application.layout.find_all_controls()
                if isinstance(one, self.questionary.prompts.common.InquirerControl)
            )
            control.pointed_at = pointed
            keys = self.keys(asked, partial(getattr, control, "pointed_at"))
            answer = self.ask(application, keys, question.unsafe_ask)
            if isinstance(answer, _Help):
                lines = "\n".join(titles).count("\n") + 1
                pointed, helping = answer.at, not helping and self.room_for_help(asked, lines)
            elif answer is _GONE:
                raise Back
            else:
                return str(answer)

    def type(self, asked: Asked, complete: Complete, check: Check) -> str:
        """A typed text with type-ahead; what is wrong with it stands beside it."""
        from prompt_toolkit import PromptSession
        from prompt_toolkit.completion import Completer, Completion

        room = self.console.asking_width - 4

        class Names(Completer):
            def get_completions(
                self, document: Document, complete_event: CompleteEvent
            ) -> Iterable[Completion]:
                text = document.text_before_cursor
                for name in complete(text) if text.strip() else ():
                    yield Completion(name, start_position=-len(text), display=_tail(name, room))

        # In a list going back is one of the choices.
        typing = "回车确定" + (f"，左键{asked.back}" if asked.back else "")
        text, helping, wrong = "", False, None
        while True:
            session: PromptSession[Any] = PromptSession(
                [
                    ("class:qmark", self.above(asked)),
                    ("class:question", " " + self.hung(asked.message, 2) + "\n"),
                    (
                        "",
                        self.below(replace(asked, tip=wrong or asked.tip), typing, helping=helping),
                    ),
                    ("class:pointer", "\n> "),
                ],
                completer=Names(),
                complete_while_typing=True,
                style=self.style,
                output=self.output,
                # Some lines are always free for the suggestions; not more than they need.
                reserve_space_for_menu=4,
            )
            typed = partial(getattr, session.default_buffer, "text")
            keys = self.keys(asked, typed, empty=True)
            answer = self.ask(session.app, keys, partial(session.prompt, default=text))
            if isinstance(answer, _Help):
                text, helping = answer.at, not helping and self.room_for_help(asked, 1)
                continue
            if answer is _GONE or (asked.back and answer.strip() in _BACK_WORDS):
                raise Back
            text = str(answer)
            wrong = check(text)
            if wrong is None:
                return text

    def room_for_help(self, asked: Asked, lines: int) -> bool:
        """Whether the window is high enough to show the help beside so many lines of choices.

        Where it is not (a telephone with its keyboard open), the help gets a screen of its own.
        """
        others = 4  # an empty line, the progress, the question and one to spare
        below = self.below(asked, "", helping=True).count("\n") + 1
        if lines + below + others <= self.output.get_size().rows:
            return True
        self.choose(Asked(asked.message, "".join(asked.help)), [("回到这一题", "")])
        return False

    def hung(self, text: str, indent: int) -> str:
        """A text wrapped by the rules, all lines but the first indented."""
        blank = " " * indent
        return "\n".join(wrap(text, self.console.asking_width, first=blank, rest=blank))[indent:]

    def above(self, asked: Asked) -> str:
        """What stands before the question."""
        return f"\n{asked.progress}\n?" if asked.progress else "\n?"

    def below(self, asked: Asked, keys: str, *, helping: bool) -> str:
        """What stands between the question and its choices."""
        if asked.help:
            keys += "，? 收起说明" if helping else "，? 看说明"
        texts = [asked.tip, *(asked.help if helping else ()), f"（{keys}）"]
        return "\n".join(_INDENT + self.hung(text, len(_INDENT)) for text in texts if text)

    def keys(self, asked: Asked, at: Callable[[], Any], *, empty: bool = False) -> KeyBindings:
        """The keys beside those of the library: back, help, and the end of input.

        `at` tells where the person is, to begin there again; with `empty` the left key goes back
        only from an empty line, in which it has nothing else to do.
        """
        from prompt_toolkit.filters import Condition
        from prompt_toolkit.key_binding import KeyBindings

        def idle() -> bool:
            return not (empty and at())

        def go_back(event: Any) -> None:
            event.app.exit(result=_GONE)

        def tell(event: Any) -> None:
            event.app.exit(result=_Help(at()))

        def leave(event: Any) -> None:
            event.app.exit(exception=EOFError)

        keys = KeyBindings()
        keys.add("c-d", filter=Condition(idle))(leave)
        if asked.back:
            keys.add("left", filter=Condition(idle))(go_back)
        if asked.help:
            keys.add("?")(tell)
            keys.add("？")(tell)
        return keys

    def ask(self, application: Application[Any], keys: KeyBindings, run: Callable[[], Any]) -> Any:
        """What was answered; Ctrl-C, a closed terminal and a wish to end are interruptions."""
        from prompt_toolkit.filters import to_filter
        from prompt_toolkit.key_binding import merge_key_bindings
        from prompt_toolkit.layout.controls import FormattedTextControl

        own = application.key_bindings
        application.key_bindings = merge_key_bindings([own, keys] if own else [keys])
        application.erase_when_done = True
        for window in application.layout.find_all_windows():
            if isinstance(window.content, FormattedTextControl):
                # Lines are wrapped already; a terminal made narrower must not cut them.
                window.wrap_lines = to_filter(True)
        try:
            with _ended_by_signal(application):
                return run()
        except EOFError as error:
            raise KeyboardInterrupt from error


@dataclass(frozen=True, slots=True)
class _Help:
    """Stands for the wish to see the help or to put it away, and where the person was."""

    at: Any


_GONE = object()
"""Stands for the choice to go back."""


@contextmanager
def _ended_by_signal(application: Application[Any]) -> Iterator[None]:
    """Let SIGTERM end the prompt like Ctrl-C: a killed one would leave a terminal without echo."""

    def leave(*_: Any) -> None:
        if application.loop is not None:
            application.loop.call_soon_threadsafe(end)

    def end() -> None:
        if application.future is not None and not application.future.done():
            application.exit(exception=KeyboardInterrupt)

    before = signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _tail(text: str, room: int) -> str:
    """A name that is wider than the menu by its end, which tells it from the others."""
    if cells(text) <= room:
        return text
    while cells(text) > room - 2:
        text = text[1:]
    return f"…{text}"
