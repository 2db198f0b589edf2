"""Choices by arrow keys and typing with suggestions, with questionary.

A question is drawn where the cursor is and wiped away when it is answered; what was answered is
for the caller to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import questionary
from prompt_toolkit.application import get_app
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.enums import DEFAULT_BUFFER
from prompt_toolkit.filters import Condition, has_focus, to_filter
from prompt_toolkit.formatted_text import StyleAndTextTuples, fragment_list_to_text
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent, merge_key_bindings
from prompt_toolkit.layout import ConditionalContainer, Container, HSplit, Layout, Window
from prompt_toolkit.layout.controls import FormattedTextControl, UIControl
from prompt_toolkit.output import create_output
from prompt_toolkit.output.vt100 import Vt100_Output
from questionary.prompts.common import InquirerControl

from yibao_cli.answers import visible
from yibao_cli.ask.bar import Bar
from yibao_cli.ask.prompts import (
    BACK_WORDS,
    Actions,
    Asked,
    Back,
    Check,
    Choices,
    Complete,
    Prompts,
)
from yibao_cli.console import Console
from yibao_cli.wrap import cells, wrap

if TYPE_CHECKING:
    from rich.console import RenderableType

_MARGIN, _INDENT, _TICK, _BAR = " ", "   ", "     ", " ▌"
_MENU_ROWS, _MOST_ROWS = 8, 1000
# Cells of the label of an answer: most have fewer.
_LABEL = 10
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


class ArrowPrompts(Prompts):
    """Choices by arrow keys with questionary, and typing with suggestions."""

    margin = _MARGIN

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        self.output = create_output(console.stderr)
        if isinstance(self.output, Vt100_Output):
            # Some terminals never answer where their cursor is, others too late: into the shell.
            self.output.enable_cpr = False
        self.look: dict[str, Any] = {
            "style": _STYLE, "erase_when_done": True, "output": self.output
        }  # fmt: skip

    def answered(self, label: str, text: str) -> None:
        """Say again what was answered, labels and answers below each other, quietly."""
        margin = _MARGIN + " " * (_LABEL - cells(label))
        width = self.console.asking_width
        for line in wrap(f"{label}：{text}", width, first=margin, rest=_MARGIN + " " * _LABEL):
            questionary.print(line, _MUTED, output=self.output)

    def choose(
        self,
        asked: Asked,
        choices: Choices,
        current: Sequence[str] = (),
        *,
        several: bool = False,
        least: int = 1,
    ) -> list[str]:
        """The values of the choices that are ticked, or, where one is needed, the one pointed at.

        Going back is the left key, and where one is chosen a choice, too.
        """
        hint, width = "上下键选，回车确定", self.console.asking_width
        offered: list[tuple[str, Any]] = [*choices]
        if several:
            hint += "，空格可以选几个" + (f"，左键{asked.back}" if asked.back else "")
        elif asked.back:
            offered.append((f"← {asked.back}", _BACK))
        # A single answer is not ticked: whoever points at another one means that instead.
        ticked = current if len(current) > 1 else ()
        titles = [
            questionary.Choice(
                _hung(label, width, _TICK if several else _INDENT), value, checked=value in ticked
            )
            for label, value in offered
        ]
        start = current[0] if current else None
        look = {"pointer": ">", "use_jk_keys": False, **self.look}
        if several:
            question = questionary.checkbox("", titles, initial_choice=start, **look)
        else:
            question = questionary.select("", titles, default=start, **look)
        control = _list_of(question)
        # Lines are wrapped already; a terminal made narrower must not cut them.
        page = _Page(self.console, asked, hint, Window(control, wrap_lines=True))
        keys = page.keys()

        # A slip of the finger would tick all of them, or turn all ticks over.
        for letter in ("a", "i"):
            keys.add(letter, eager=True)(lambda event: None)

        # What was typed before the question stood there comes with line feeds for Enter.
        @keys.add("c-j", eager=True, filter=~page.alone)
        @keys.add("enter", eager=True, filter=~page.alone)
        def accept(event: KeyPressEvent) -> None:
            picked = control.get_selected_values() if several else []
            picked = picked or [control.get_pointed_at()][:least]
            event.app.exit(result=[one.value for one in picked])

        return self.ask(question, page, control, keys)

    def act(self, actions: Actions, above: str = "") -> str:
        """The value of one of several actions, chosen in a bar of keys."""
        return Bar(self.console, actions, above).ask(**self.look)

    def show(self, drawn: Iterable[RenderableType]) -> None:
        """Show it in the pager, from its first line on."""
        self.console.page(drawn)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """What is asked within this stands on the other screen of the terminal."""
        self.output.enter_alternate_screen()
        self.output.flush()
        try:
            yield
        finally:
            self.output.quit_alternate_screen()
            self.output.flush()

    def type(self, asked: Asked, complete: Complete, check: Check, default: str = "") -> str:
        """A typed text with type-ahead, `default` to begin with; what is wrong stands beside it."""
        question = questionary.autocomplete(
            ">",
            [],
            default=default,
            qmark="",
            completer=_Completer(complete, self.console.asking_width - 4),
            # Below there is more room than above, where suggestions would hide the question.
            reserve_space_for_menu=max(1, min(_MENU_ROWS, self.output.get_size().rows // 3)),
            **self.look,
        )
        layout = question.application.layout
        # In a text the left key has something else to do.
        back = f"，{'Esc ' if default else '左键'}{asked.back}" if asked.back else ""
        page = _Page(self.console, asked, f"回车确定{back}", layout.container)
        keys = page.keys()
        # Where it switches input methods, it must not begin a selection, in which nothing is typed.
        keys.add("c-space", eager=True)(lambda event: None)

        @keys.add("enter", eager=True, filter=has_focus(DEFAULT_BUFFER) & ~page.alone)
        def accept(event: KeyPressEvent) -> None:
            text = visible(event.current_buffer.text)
            if asked.back and text.strip() in BACK_WORDS:
                event.app.exit(result=[_BACK])
            elif wrong := check(text):
                page.refused, page.wrong = event.current_buffer.text, wrong
            else:
                event.app.exit(result=[text])

        return self.ask(question, page, layout.current_control, keys)[0]

    def ask(
        self, question: questionary.Question, page: _Page, focused: UIControl, keys: KeyBindings
    ) -> list[str]:
        """What was answered on the page; raises Back, and KeyboardInterrupt where nothing was."""
        application = question.application
        above = Window(FormattedTextControl(page.text), dont_extend_height=True, wrap_lines=True)
        below = ConditionalContainer(page.below, ~page.alone)
        application.layout = Layout(HSplit([above, below]), focused)
        own = application.key_bindings or KeyBindings()
        application.key_bindings = merge_key_bindings([own, keys])
        try:
            answer: list[str] = question.unsafe_ask()
        except (EOFError, OSError) as error:
            # The end of input, or a window that was closed.
            raise KeyboardInterrupt from error
        if _BACK in answer:
            raise Back
        return answer


class _Page:
    """The question as it stands at each moment above what it is answered in, which is `below`."""

    def __init__(self, console: Console, asked: Asked, hint: str, below: Container) -> None:
        self.console, self.asked, self.hint, self.below = console, asked, hint, below
        self.helping = False
        self.wrong, self.refused = "", ""
        self.alone = Condition(self.low)

    def text(self) -> StyleAndTextTuples:
        """All of it, with the keys that work now."""
        showing = "，? 收起说明" if self.helping else "，? 看说明"
        keys = self.hint + (showing if self.asked.help else "")
        return self.lines("回车回到这一题" if self.alone() else keys)

    def low(self) -> bool:
        """Whether the window is too low to show the help beside what stands below."""
        if not self.helping:
            return False
        rows, columns = get_app().output.get_size()
        lines = fragment_list_to_text(self.lines(self.hint)).count("\n") + 1
        return lines + self.below.preferred_height(columns, _MOST_ROWS).preferred > rows

    def lines(self, keys: str) -> StyleAndTextTuples:
        """Progress, these words for the keys, the help on demand, the question and its tip."""
        found: StyleAndTextTuples = []

        def add(style: str, text: str, first: str = _MARGIN, rest: str = _MARGIN) -> None:
            lines = wrap(text, self.console.asking_width, first=first, rest=rest)
            found.extend((style, f"\n{line}") for line in lines)

        if self.asked.progress:
            add("", self.asked.progress)
        add("class:keys", keys)
        for number, text in enumerate(self.asked.help if self.helping else ()):
            found += [
                ("class:pointer", f"\n{_INDENT if number else ' ? '}"),
                ("", _hung(text, self.console.asking_width)),
            ]
        found += [("class:qmark", f"\n{_BAR}"), ("class:question", " ")]
        found.append(("class:question", _hung(self.asked.message, self.console.asking_width)))
        if self.wrong and get_app().current_buffer.text == self.refused:
            add("class:wrong", self.wrong, " ! ", _INDENT)
        elif self.asked.tip:
            add("class:instruction", self.asked.tip, _INDENT, _INDENT)
        return found

    def keys(self) -> KeyBindings:
        """The keys beside those of the library: back, help, the end of input, an interruption."""
        keys = KeyBindings()
        # In a text the left key has something else to do.
        idle = Condition(lambda: not get_app().current_buffer.text)

        # As a signal it is a key of its own, for which a list of choices does nothing.
        @keys.add("<sigint>")
        @keys.add("c-d", filter=idle, eager=True)
        def leave(event: KeyPressEvent) -> None:
            event.app.exit(exception=KeyboardInterrupt)

        if self.asked.back:

            @keys.add("escape", eager=True)
            @keys.add("left", filter=idle, eager=True)
            def go_back(event: KeyPressEvent) -> None:
                event.app.exit(result=[_BACK])

        if self.asked.help:

            @keys.add("enter", filter=self.alone, eager=True)
            @keys.add("?", eager=True)
            @keys.add("？", eager=True)
            def tell(event: KeyPressEvent) -> None:
                self.helping = not self.helping

        return keys


class _Completer(Completer):
    """What the text may go on to; of what is wider than the room, the end tells it from others."""

    def __init__(self, complete: Complete, room: int) -> None:
        self.complete, self.room = complete, room

    def get_completions(
        self, document: Document, complete_event: CompleteEvent
    ) -> Iterable[Completion]:
        """Completions that stand below the first letter, however much is typed."""
        text = document.text_before_cursor
        for name in self.complete(visible(text)) if text.strip() else ():
            shown = name
            while cells(shown) > self.room:
                shown = f"…{shown[2:]}"
            yield Completion(name, -len(text), display=shown)


def _list_of(question: questionary.Question) -> InquirerControl:
    """The choices, made to take the focus: screen readers follow the cursor, which stands there."""
    controls = question.application.layout.find_all_controls()
    [control] = (one for one in controls if isinstance(one, InquirerControl))
    control.focusable = to_filter(True)
    return control


def _hung(text: str, width: int, indent: str = _INDENT) -> str:
    """A text wrapped by the rules, all lines but the first indented."""
    return "\n".join(wrap(text, width, first=indent, rest=indent))[len(indent) :]
