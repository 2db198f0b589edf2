"""Choices by arrow keys with questionary, and typing with suggestions.

An answered prompt is wiped away; what was answered is for the caller to say.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import questionary
from msgspec.structs import replace
from prompt_toolkit import PromptSession
from prompt_toolkit.completion import Completer, Completion
from prompt_toolkit.filters import Condition, to_filter
from prompt_toolkit.input.vt100_parser import Vt100Parser
from prompt_toolkit.key_binding import KeyBindings, merge_key_bindings
from prompt_toolkit.layout.controls import FormattedTextControl
from prompt_toolkit.output.defaults import create_output

from yibao_cli.asking import (
    BACK_WORDS,
    CHOOSING,
    Asked,
    Back,
    Check,
    Choices,
    Complete,
    Indented,
    above,
    below,
    hung,
)
from yibao_cli.console import Console
from yibao_cli.wrap import cells

if TYPE_CHECKING:
    from prompt_toolkit.application import Application
    from prompt_toolkit.completion import CompleteEvent
    from prompt_toolkit.document import Document

_CTRL_C = "\x03"


class ArrowPrompts(Indented):
    """Choices by arrow keys with questionary, and typing with suggestions."""

    def __init__(self, console: Console) -> None:
        self.console = console
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

    def choose(self, asked: Asked, choices: Choices, *, current: str | None = None) -> str:
        """One of several choices; going back is one of them, and the left key."""
        offered: list[tuple[str, Any]] = [*choices]
        if asked.back:
            offered.append((f"← {asked.back}", _GONE))
        values = [value for _, value in offered]
        pointed, helping = values.index(current) if current in values else 0, False
        while True:
            width = self.console.asking_width
            titles = [hung(label, 3, width) for label, _ in offered]
            question = questionary.select(
                hung(asked.message, 2, width),
                choices=[
                    questionary.Choice(title, value)
                    for title, value in zip(titles, values, strict=True)
                ],
                qmark=above(asked),
                pointer=">",
                instruction="\n" + below(asked, CHOOSING, width, helping=helping),
                style=self.style,
                output=self.output,
            )
            application = question.application
            (control,) = (
                one
                for one in application.layout.find_all_controls()
                if isinstance(one, questionary.prompts.common.InquirerControl)
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
            width = self.console.asking_width
            session: PromptSession[Any] = PromptSession(
                [
                    ("class:qmark", above(asked)),
                    ("class:question", " " + hung(asked.message, 2, width) + "\n"),
                    (
                        "",
                        below(
                            replace(asked, tip=wrong or asked.tip), typing, width, helping=helping
                        ),
                    ),
                    ("class:pointer", "\n> "),
                ],
                completer=Names(),
                complete_while_typing=True,
                style=self.style,
                output=self.output,
                # Below there is more room than above, where suggestions would hide the question.
                reserve_space_for_menu=8,
            )
            typed = partial(getattr, session.default_buffer, "text")
            keys = self.keys(asked, typed, empty=True)
            answer = self.ask(session.app, keys, partial(session.prompt, default=text))
            if isinstance(answer, _Help):
                text, helping = answer.at, not helping and self.room_for_help(asked, 1)
                continue
            if answer is _GONE or (asked.back and answer.strip() in BACK_WORDS):
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
        told = below(asked, "", self.console.asking_width, helping=True).count("\n") + 1
        if lines + told + others <= self.output.get_size().rows:
            return True
        self.choose(Asked(asked.message, "".join(asked.help)), [("回到这一题", "")])
        return False

    def keys(self, asked: Asked, at: Callable[[], Any], *, empty: bool = False) -> KeyBindings:
        """The keys beside those of the library: back, help, the end of input, an interruption.

        `at` tells where the person is, to begin there again; with `empty` the left key goes back
        only from an empty line, in which it has nothing else to do.
        """

        def idle() -> bool:
            return not (empty and at())

        def go_back(event: Any) -> None:
            event.app.exit(result=_GONE)

        def tell(event: Any) -> None:
            event.app.exit(result=_Help(at()))

        def leave(event: Any) -> None:
            event.app.exit(exception=EOFError)

        def stop(event: Any) -> None:
            event.app.exit(exception=KeyboardInterrupt)

        keys = KeyBindings()
        # As a signal it is a key of its own, for which a list of choices does nothing.
        keys.add("<sigint>")(stop)
        keys.add("c-d", filter=Condition(idle))(leave)
        if asked.back:
            keys.add("left", filter=Condition(idle))(go_back)
        if asked.help:
            keys.add("?")(tell)
            keys.add("？")(tell)
        return keys

    def ask(self, application: Application[Any], keys: KeyBindings, run: Callable[[], Any]) -> Any:
        """What was answered; Ctrl-C, a closed terminal and a wish to end are interruptions."""
        own = application.key_bindings
        application.key_bindings = merge_key_bindings([own, keys] if own else [keys])
        application.erase_when_done = True
        for window in application.layout.find_all_windows():
            if isinstance(window.content, FormattedTextControl):
                # Lines are wrapped already; a terminal made narrower must not cut them.
                window.wrap_lines = to_filter(True)
        read: Any = application.input
        parser = getattr(read, "vt100_parser", None)
        if isinstance(parser, Vt100Parser) and not isinstance(parser, _Keys):
            read.vt100_parser = _Keys(parser.feed_key_callback)
        try:
            with _ended_by_signal(application):
                return run()
        except (EOFError, OSError) as error:
            # The end of input, or a window that was closed.
            raise KeyboardInterrupt from error


class _Keys(Vt100Parser):
    """Keys of which Ctrl-C is one whatever came before it: also a paste that never ended."""

    def feed(self, data: str) -> None:
        before, interruption, after = data.partition(_CTRL_C)
        super().feed(before)
        if interruption:
            self.reset()
            super().feed(interruption)
            self.feed(after)


class _Help(NamedTuple):
    """Stands for the wish to see the help or to put it away, and where the person was."""

    at: Any


_GONE = object()
"""Stands for the choice to go back."""


@contextmanager
def _ended_by_signal(application: Application[Any]) -> Iterator[None]:
    """Let a wish to end end the prompt like Ctrl-C: a killed one would leave a broken terminal."""
    wished = False

    def leave(*_: Any) -> None:
        nonlocal wished
        if application.loop is None:
            raise KeyboardInterrupt
        wished = True
        application.loop.call_soon_threadsafe(end)

    def end() -> None:
        if application.future is not None and not application.future.done():
            application.exit(exception=KeyboardInterrupt)

    before: dict[int, Any] = {}
    for name in ("SIGTERM", "SIGHUP", "SIGQUIT"):
        number = getattr(signal, name, None)
        # Windows lacks some, and `nohup` wants them ignored.
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            before[number] = signal.signal(number, leave)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    # It came just after the prompt was answered.
    if wished:
        raise KeyboardInterrupt


def _tail(text: str, room: int) -> str:
    """A name that is wider than the menu by its end, which tells it from the others."""
    if cells(text) <= room:
        return text
    while cells(text) > room - 2:
        text = text[1:]
    return f"…{text}"
