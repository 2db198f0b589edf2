"""Choices by arrow keys and typing with suggestions, with questionary.

A question is drawn where the cursor is and wiped away when it is answered; what was answered is
for the caller to say.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import questionary
from prompt_toolkit.application import get_app
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.enums import DEFAULT_BUFFER
from prompt_toolkit.filters import Condition, has_focus, to_filter
from prompt_toolkit.formatted_text import StyleAndTextTuples, fragment_list_to_text
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent, merge_key_bindings
from prompt_toolkit.key_binding.key_processor import KeyPress
from prompt_toolkit.keys import Keys
from prompt_toolkit.layout import ConditionalContainer, HSplit, Layout, Window
from prompt_toolkit.layout.controls import FormattedTextControl, UIControl
from prompt_toolkit.output import create_output
from prompt_toolkit.output.vt100 import Vt100_Output
from questionary.prompts.common import InquirerControl

from yibao_cli.answers import visible
from yibao_cli.ask.prompts import BACK_WORDS, Asked, Back, Check, Choices, Complete
from yibao_cli.console import Console
from yibao_cli.wrap import cells, wrap

_MARGIN, _INDENT, _BAR = " ", "   ", " ▌"
_MENU_ROWS = 8
_ACCENT, _ALERT, _MUTED = "fg:#0087d7", "fg:#d75f00", "fg:#767676"
_STYLE = questionary.Style(
    [
        ("qmark", _ACCENT),
        ("question", "bold"),
        ("instruction", _MUTED),
        ("keys", _MUTED),
        ("wrong", f"{_ALERT} bold"),
        ("answer", "noinherit"),
        ("pointer", f"{_ACCENT} bold"),
        ("highlighted", f"{_ACCENT} bold"),
        ("selected", f"noreverse {_ACCENT} bold"),
        ("completion-menu", "bg:default"),
        ("completion-menu.completion", "bg:default fg:default"),
        ("completion-menu.completion.current", f"noreverse bg:default {_ACCENT} bold"),
        ("scrollbar", "bg:default"),
    ]
)

_BACK = object()
"""Stands for the choice to go back."""
_ALWAYS = Condition(lambda: True)


class ArrowPrompts:
    """Choices by arrow keys with questionary, and typing with suggestions."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.output = create_output(console.stderr)
        if isinstance(self.output, Vt100_Output):
            # Some terminals never answer where their cursor is, others too late: into the shell.
            self.output.enable_cpr = False

    def say(self, text: str) -> None:
        """Tell something, wrapped and indented like what belongs to a question."""
        for line in wrap(text, self.console.asking_width, first=_MARGIN, rest=_MARGIN):
            self.console.say(line)

    def choose(self, asked: Asked, choices: Choices, *, current: str | None = None) -> str:
        """One of several choices; going back is one of them, and the left key."""
        width = self.console.asking_width
        offered: list[tuple[str, Any]] = [*choices]
        if asked.back:
            offered.append((f"← {asked.back}", _BACK))
        titles = [_hung(label, width) for label, _ in offered]
        message = _hung(asked.message, width)
        # A blank silences the library's own, which is English.
        tip = f"\n{_INDENT}{_hung(asked.tip, width)}" if asked.tip else " "
        question = questionary.select(
            message,
            [questionary.Choice(title, one[1]) for title, one in zip(titles, offered, strict=True)],
            default=current if any(value == current for _, value in choices) else None,
            qmark=_BAR,
            pointer=">",
            instruction=tip,
            use_jk_keys=False,
            style=_STYLE,
            erase_when_done=True,
            output=self.output,
        )
        height = "\n".join([message + tip, *titles]).count("\n") + 1
        page = _Page(self.console, asked, "上下键选，回车确定", height)
        keys = page.keys()

        # What was typed before the question stood there comes with line feeds for Enter.
        @keys.add("c-j", eager=True)
        def enter(event: KeyPressEvent) -> None:
            event.key_processor.feed(KeyPress(Keys.ControlM, "\r"), first=True)

        return self.ask(question, page, _choices_of(question), keys)

    def type(self, asked: Asked, complete: Complete, check: Check) -> str:
        """A typed text with type-ahead; what is wrong with it stands beside it."""
        menu = max(1, min(_MENU_ROWS, self.output.get_size().rows // 3))
        question = questionary.autocomplete(
            ">",
            [],
            qmark="",
            completer=_Completer(complete, self.console.asking_width - 4),
            # Below there is more room than above, where suggestions would hide the question.
            reserve_space_for_menu=menu,
            style=_STYLE,
            erase_when_done=True,
            output=self.output,
        )
        # In a list going back is one of the choices.
        typing = "回车确定" + (f"，左键{asked.back}" if asked.back else "")
        page = _Page(self.console, asked, typing, menu, typed=True)
        keys = page.keys(idle=Condition(lambda: not get_app().current_buffer.text))
        # Where it switches input methods, it must not begin a selection, in which nothing is typed.
        keys.add("c-space", eager=True)(lambda event: None)

        @keys.add("enter", eager=True, filter=has_focus(DEFAULT_BUFFER) & ~Condition(page.alone))
        def accept(event: KeyPressEvent) -> None:
            text = visible(event.current_buffer.text)
            if asked.back and text.strip() in BACK_WORDS:
                event.app.exit(result=_BACK)
            elif wrong := check(text):
                page.refused, page.wrong = event.current_buffer.text, wrong
            else:
                event.app.exit(result=text)

        return self.ask(question, page, question.application.layout.current_control, keys)

    def ask(
        self, question: questionary.Question, page: _Page, focused: UIControl, keys: KeyBindings
    ) -> str:
        """What was answered below the page; raises Back, and KeyboardInterrupt where nothing was."""
        application = question.application
        above = Window(FormattedTextControl(page.text), dont_extend_height=True)
        below = ConditionalContainer(application.layout.container, ~Condition(page.alone))
        application.layout = Layout(HSplit([above, below]), focused)
        for window in application.layout.find_all_windows():
            if isinstance(window.content, FormattedTextControl):
                # Lines are wrapped already; a terminal made narrower must not cut them.
                window.wrap_lines = to_filter(True)
        own = application.key_bindings
        application.key_bindings = merge_key_bindings([own, keys] if own else [keys])
        try:
            answer = question.unsafe_ask()
        except (EOFError, OSError) as error:
            # The end of input, or a window that was closed.
            raise KeyboardInterrupt from error
        if answer is _BACK:
            raise Back
        return str(answer)


class _Page:
    """What stands above the choices or the line to type in, as it is at each moment.

    `height` is that of what stands below.
    """

    def __init__(
        self, console: Console, asked: Asked, keys: str, height: int, *, typed: bool = False
    ) -> None:
        self.console, self.asked, self.hint = console, asked, keys
        self.height, self.typed = height, typed
        self.helping = False
        self.wrong, self.refused = "", ""

    def text(self) -> StyleAndTextTuples:
        """Progress, keys and, on demand, the help; the question itself where one types."""
        showing = "，? 收起说明" if self.helping else "，? 看说明"
        keys = self.hint + (showing if self.asked.help else "")
        return self.lines("回车回到这一题" if self.alone() else keys)

    def alone(self) -> bool:
        """Whether the window is too low to show the help beside what stands below."""
        if not self.helping:
            return False
        lines = fragment_list_to_text(self.lines(self.hint)).count("\n") + 1
        return lines + self.height > get_app().output.get_size().rows

    def lines(self, keys: str) -> StyleAndTextTuples:
        """What `text` says, with these words for the keys."""
        width = self.console.asking_width
        found: StyleAndTextTuples = []

        def add(style: str, text: str, first: str = _MARGIN, rest: str = _MARGIN) -> None:
            found.extend((style, f"\n{line}") for line in wrap(text, width, first=first, rest=rest))

        if self.asked.progress:
            add("", self.asked.progress)
        add("class:keys", keys)
        for number, text in enumerate(self.asked.help if self.helping else ()):
            found += [
                ("class:pointer", f"\n{_INDENT if number else ' ? '}"),
                ("", _hung(text, width)),
            ]
        if self.typed:
            found += [("class:qmark", f"\n{_BAR}"), ("class:question", " ")]
            found.append(("class:question", _hung(self.asked.message, width)))
            if self.wrong and get_app().current_buffer.text == self.refused:
                add("class:wrong", self.wrong, " ! ", _INDENT)
            elif self.asked.tip:
                add("class:instruction", self.asked.tip, _INDENT, _INDENT)
        return found

    def keys(self, idle: Condition = _ALWAYS) -> KeyBindings:
        """The keys beside those of the library: back, help, the end of input, an interruption.

        `idle` tells that there is no text in which the left key has something else to do.
        """
        keys = KeyBindings()

        # As a signal it is a key of its own, for which a list of choices does nothing.
        @keys.add("<sigint>")
        def stop(event: KeyPressEvent) -> None:
            event.app.exit(exception=KeyboardInterrupt)

        @keys.add("c-d", filter=idle, eager=True)
        def leave(event: KeyPressEvent) -> None:
            event.app.exit(exception=EOFError)

        if self.asked.back:

            @keys.add("escape", eager=True)
            @keys.add("left", filter=idle, eager=True)
            def go_back(event: KeyPressEvent) -> None:
                event.app.exit(result=_BACK)

        if self.asked.help:

            @keys.add("enter", filter=Condition(self.alone), eager=True)
            @keys.add("?", eager=True)
            @keys.add("？", eager=True)
            def tell(event: KeyPressEvent) -> None:
                self.helping = not self.helping

        return keys


class _Completer(Completer):
    """What the text may go on to, each cut to the room there is."""

    def __init__(self, complete: Complete, room: int) -> None:
        self.complete, self.room = complete, room

    def get_completions(
        self, document: Document, complete_event: CompleteEvent
    ) -> Iterable[Completion]:
        """Completions that stand below the first letter, however much is typed."""
        text = document.text_before_cursor
        for name in self.complete(visible(text)) if text.strip() else ():
            yield Completion(name, -len(text), display=_tail(name, self.room))


def _choices_of(question: questionary.Question) -> UIControl:
    """The lines of the choices, made to take the focus.

    Screen readers and magnifiers follow the cursor, which stands where the focus is.
    """
    controls = question.application.layout.find_all_controls()
    [found] = (one for one in controls if isinstance(one, InquirerControl))
    found.focusable = to_filter(True)
    return found


def _hung(text: str, width: int) -> str:
    """A text wrapped by the rules, all lines but the first indented."""
    return "\n".join(wrap(text, width, first=_INDENT, rest=_INDENT))[len(_INDENT) :]


def _tail(text: str, room: int) -> str:
    """A name that is wider than the menu by its end, which tells it from the others."""
    if cells(text) <= room:
        return text
    while cells(text) > room - 2:
        text = text[1:]
    return f"…{text}"
