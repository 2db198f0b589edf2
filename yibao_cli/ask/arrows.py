"""Choices by arrow keys and typing with suggestions, with questionary.

A question is one page, drawn where the cursor is and wiped away when it is answered: what was
answered so far stands on the page of the next one.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import questionary
from prompt_toolkit.application import get_app
from prompt_toolkit.filters import Condition, Filter, has_focus, to_filter
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent, merge_key_bindings
from prompt_toolkit.layout import ConditionalContainer, HSplit, Layout, Window
from prompt_toolkit.layout.controls import FormattedTextControl, UIControl
from prompt_toolkit.output import create_output
from prompt_toolkit.output.vt100 import Vt100_Output
from questionary.prompts.common import InquirerControl

from yibao_cli.answers import normalized, visible
from yibao_cli.ask.page import Bar, Page, indented, run
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
from yibao_cli.wrap import cells

if TYPE_CHECKING:
    from rich.console import RenderableType

# Of a window that is closed asyncio would tell a second time, as a traceback on standard error.
logging.getLogger("asyncio").addHandler(logging.NullHandler())

_BACK = object()
"""Stands for the wish to go back."""
_DIGITS = "123456789"
_ACCENT, _ALERT, _MUTED = "fg:#0087d7", "fg:#d75f00", "fg:#767676"
_STYLE = questionary.Style(
    [
        ("qmark", _ACCENT),
        ("question", "bold"),
        ("instruction", _MUTED),
        ("keys", _MUTED),
        ("placeholder", _MUTED),
        ("wrong", f"{_ALERT} bold"),
        ("answer", "noinherit"),
        ("pointer", f"{_ACCENT} bold"),
        ("highlighted", f"{_ACCENT} bold"),
        ("selected", f"noreverse {_ACCENT} bold"),
    ]
)


class ArrowPrompts(Prompts):
    """Choices by arrow keys with questionary, and typing with suggestions."""

    margin = " "
    paging = "空格 下一页，b 上一页，q 退出。"

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        self.output = create_output(console.stderr)
        if isinstance(self.output, Vt100_Output):
            # Some terminals never answer where their cursor is, others too late: into the shell.
            self.output.enable_cpr = False
        self.look: dict[str, Any] = {
            "style": _STYLE, "erase_when_done": True, "output": self.output
        }  # fmt: skip

    def choose(
        self,
        asked: Asked,
        choices: Choices,
        current: Sequence[str] = (),
        *,
        several: bool = False,
        least: int = 1,
    ) -> list[str]:
        """The values of the choices that are ticked, or, where one is needed, the one pointed at."""
        # A single answer is not ticked: whoever points at another one means that instead.
        ticked = current if len(current) > 1 or not least else ()
        # They move the pointer.
        digits = [f"{one}) " for one in _DIGITS] + ["   "] * len(choices)
        indent, width = " " * (8 if several else 6), self.console.asking_width
        titles = [
            questionary.Choice(
                digit + indented(label, width, indent), value, checked=value in ticked
            )
            for digit, (label, value) in zip(digits, choices, strict=False)
        ]
        start = current[0] if current else None
        look = {"pointer": ">", "use_jk_keys": False, **self.look}
        if several:
            question = questionary.checkbox("", titles, initial_choice=start, **look)
        else:
            question = questionary.select("", titles, default=start, **look)
        control = _list_of(question)
        # Lines are wrapped already; a terminal made narrower must not cut them.
        hint = "↑↓ 数字 移动　空格 选上、去掉　回车 好了" if several else "↑↓ 数字 选　回车 定"
        page = Page(self.console, asked, hint, Window(control, wrap_lines=True))

        def accept(event: KeyPressEvent) -> None:
            picked = control.get_selected_values() if several else []
            picked = picked or [control.get_pointed_at()][:least]
            event.app.exit(result=[one.value for one in picked])

        keys = _keys(page, accept, ~page.alone)
        # A slip of the finger would tick all of them, or turn all ticks over.
        for letter in ("a", "i"):
            keys.add(letter, eager=True)(lambda event: None)

        @keys.add("<any>", filter=~page.alone)
        def point(event: KeyPressEvent) -> None:
            # More than one character may have been pasted.
            if event.data in [*_DIGITS[: len(choices)]]:
                control.pointed_at = int(event.data) - 1

        return self.ask(question, page, control, keys)

    def act(self, actions: Actions, above: str, back: str) -> str:
        """The value of one of several actions, chosen in a bar of keys."""
        return Bar(self.console, actions, above, back).ask(**self.look)

    def show(self, drawn: Iterable[RenderableType]) -> None:
        """Show it in the pager, from its first line on."""
        # Where it ends, the prompt of a pager tells nobody how to get out.
        self.console.page([*drawn, "", " 到底了，按 q 退出。"])

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

    def type(
        self, asked: Asked, complete: Complete, check: Check, default: str = "", begun: str = ""
    ) -> str:
        """A typed text, or the suggestion that is pointed at; what is wrong stands beside it."""
        question = questionary.text(
            ">",
            default=begun,
            qmark="",
            placeholder=[("class:placeholder", default or asked.example)],
            **self.look,
        )
        layout = question.application.layout
        buffer = question.application.current_buffer
        offered = _Offered(complete, begun, self.console.asking_width)
        buffer.on_text_changed += lambda changed: offered.follow(visible(changed.text))
        below = HSplit([layout.container, Window(FormattedTextControl(offered.text))])
        hint = "↓ 选　回车 定" if asked.example else "回车 定"
        hint = "↑↓ 数字 选　回车 定" if offered.listed else hint
        page = Page(self.console, asked, hint, below)

        def accept(event: KeyPressEvent) -> None:
            typed = visible(buffer.text)
            text = offered.pointed or typed or default
            if asked.back and not offered.pointed and typed.strip() in BACK_WORDS:
                event.app.exit(result=[_BACK])
            elif wrong := check(text):
                # Where there is a list to choose from, it comes back with an empty line.
                buffer.text = "" if offered.listed else buffer.text
                page.refused, page.wrong = buffer.text, wrong
            else:
                event.app.exit(result=[text])

        keys = _keys(page, accept, has_focus(buffer) & ~page.alone)
        # Where it switches input methods, it must not begin a selection, in which nothing is typed.
        keys.add("c-space", eager=True)(lambda event: None)
        for key, by in (("up", -1), ("down", 1)):
            keys.add(key, eager=True)(lambda event, by=by: offered.move(by))
        return self.ask(question, page, layout.current_control, keys)[0]

    def ask(
        self, question: questionary.Question, page: Page, focused: UIControl, keys: KeyBindings
    ) -> list[str]:
        """What was answered on the page; raises Back, and KeyboardInterrupt where nothing was."""
        application = question.application
        above = Window(FormattedTextControl(page.text), dont_extend_height=True, wrap_lines=True)
        below = ConditionalContainer(page.below, ~page.alone)
        application.layout = Layout(HSplit([above, below]), focused)
        own = application.key_bindings or KeyBindings()
        application.key_bindings = merge_key_bindings([own, keys])
        answer: list[str] = run(application)
        if _BACK in answer:
            raise Back
        return answer


class _Offered:
    """What a typed text may mean, in one column below it; one of them is pointed at.

    What is `listed` before anything is typed has numbers, and a number points at one of them.
    """

    def __init__(self, complete: Complete, begun: str, width: int) -> None:
        self.complete, self.width = complete, width
        self.listed = complete("")
        self.follow(begun)

    def follow(self, text: str) -> None:
        """Offer what goes with a text that has changed."""
        typed, numbers = normalized(text), _DIGITS[: len(self.listed)]
        pointing = len(typed) == 1 and typed in numbers
        self.names = self.listed if pointing else self.complete(text)
        self.at = numbers.index(typed) if pointing else 0

    def move(self, by: int) -> None:
        """Point at another one."""
        self.at = (self.at + by) % max(1, len(self.names))

    @property
    def pointed(self) -> str:
        """The one that is pointed at, if any."""
        return self.names[self.at] if self.names else ""

    def text(self) -> StyleAndTextTuples:
        """The names below each other; of what is wider than the room, the end tells it from others."""
        found: StyleAndTextTuples = []
        for number, name in enumerate(self.names):
            shown = indented(f"{number + 1}) {name}", self.width, " " * 6) if self.listed else name
            while not self.listed and cells(shown) > self.width - 4:
                shown = f"…{shown[2:]}"
            here = number == self.at
            line = f"{' > ' if here else '   '}{shown}"
            found += [("", "\n" * (number > 0)), ("class:pointer" * here, line)]
        return found


def _keys(page: Page, accept: Callable[[KeyPressEvent], None], when: Filter) -> KeyBindings:
    """The keys beside those of the library: an answer, back, help, the end of input, an interruption."""
    keys = KeyBindings()
    # What was typed before the question stood there comes with line feeds for Enter.
    for key in ("c-j", "enter"):
        keys.add(key, eager=True, filter=when)(accept)
    # In a text the left key has something else to do.
    idle = Condition(lambda: not get_app().current_buffer.text)

    # As a signal it is a key of its own, for which a list of choices does nothing.
    @keys.add("<sigint>")
    @keys.add("c-d", filter=idle, eager=True)
    def leave(event: KeyPressEvent) -> None:
        event.app.exit(exception=KeyboardInterrupt)

    if page.asked.back:

        @keys.add("escape", eager=True)
        @keys.add("left", filter=idle, eager=True)
        def go_back(event: KeyPressEvent) -> None:
            event.app.exit(result=[_BACK])

    if page.asked.help:

        @keys.add("enter", filter=page.alone, eager=True)
        @keys.add("?", eager=True)
        @keys.add("？", eager=True)
        def tell(event: KeyPressEvent) -> None:
            page.helping = not page.helping

    return keys


def _list_of(question: questionary.Question) -> InquirerControl:
    """The choices, made to take the focus: screen readers follow the cursor, which stands there."""
    controls = question.application.layout.find_all_controls()
    [control] = (one for one in controls if isinstance(one, InquirerControl))
    control.focusable = to_filter(True)
    return control
