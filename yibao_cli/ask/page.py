"""What stands on the screen while something is asked: a question, and the bar of keys after a list."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from prompt_toolkit.application import Application, get_app
from prompt_toolkit.filters import Condition
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.layout import Container, Layout, Window
from prompt_toolkit.layout.controls import FormattedTextControl

from yibao_cli.ask.prompts import Actions, Asked, in_words
from yibao_cli.console import Console
from yibao_cli.files import TITLE
from yibao_cli.wrap import cells, packed, wrap

_MARGIN, _INDENT = " ", "   "
_MOST_ROWS = 1000
# Cells of the label of an answer: most have fewer.
_LABEL = 10
_BAR_HINT = "←→ 回车"
_MOVES = {"left": -1, "up": -1, "right": 1, "down": 1, "tab": 1}

Line = list[tuple[str, str]]
T = TypeVar("T")


class Page:
    """The question; `below` is what it is answered in, and `hint` the keys for that."""

    def __init__(self, console: Console, asked: Asked, hint: str, below: Container) -> None:
        self.console, self.asked, self.hint, self.below = console, asked, hint, below
        self.helping = False
        self.wrong, self.refused = "", ""
        self.alone = Condition(lambda: self.helping and self.room() < 0)

    def text(self) -> StyleAndTextTuples:
        """All of it: progress, the keys that work now, the answers that there is room for, and the
        question.
        """
        answers = answered(self.asked.answers, self.console.asking_width)
        room = max(self.room(), 0)
        if len(answers) > room:
            answers = ["前面还有答案，这里排不下", *answers[len(answers) - room + 1 :]][:room]
        elif len(answers) + 2 <= room:
            answers = ["", *answers, ""] if answers else [""]
        shown: list[Line] = [[("class:keys", f"{_MARGIN}{line}")] for line in answers]
        found: StyleAndTextTuples = []
        for line in (*self.head(), *shown, *self.question()):
            found += [*line, ("", "\n")]
        return found[:-1]

    def room(self) -> int:
        """How many rows of the window are left for the answers so far; none, if it is less than 0."""
        rows, columns = get_app().output.get_size()
        below = self.below.preferred_height(columns, _MOST_ROWS).preferred
        return rows - below - len([*self.head(alone=False), *self.question()])

    def head(self, *, alone: bool | None = None) -> Iterable[Line]:
        """A blank line, which question it is, and the keys that work."""
        asked = self.asked
        yield []
        if asked.progress:
            at, about = asked.progress
            done, left = "●" * (at - 1), "○" * (about - at + 1)
            words = [
                ("class:pointer", f"{_MARGIN}{TITLE}"),
                ("", f"　{in_words(asked.progress)}　"),
            ]
            dots = [("class:pointer", done), ("class:keys", left)]
            room = self.console.asking_width - sum(cells(text) for _, text in (*words, *dots))
            yield [*words, *dots] if room >= 0 else words
        keys = self.hint.split("　")
        # In a text the left key moves the cursor.
        key = "Esc" if get_app().current_buffer.text else "←"
        keys += [f"{key} {asked.back}"] if asked.back else []
        keys += [f"? {'收起' if self.helping else ''}说明"] if asked.help else []
        if self.alone() if alone is None else alone:
            keys = ["回车 回到这一题"]
        for line in packed(keys, self.console.asking_width, first=_MARGIN, rest=_MARGIN):
            yield [("class:keys", line)]

    def question(self) -> Iterable[Line]:
        """The help on demand, the question, what is wrong with an answer, and a tip."""
        for number, text in enumerate(self.asked.help if self.helping else ()):
            first, *rest = self.lines("", text, _INDENT if number else " ? ", _INDENT)
            [(_, line)] = first
            yield [("class:pointer", line[:3]), ("", line[3:])]
            yield from rest
        bold = self.lines("class:question", self.asked.message, _INDENT, _INDENT)
        for number, [(style, line)] in enumerate(bold):
            yield [("class:qmark", _INDENT if number else " ▌ "), (style, line[3:])]
        if self.wrong and get_app().current_buffer.text == self.refused:
            yield from self.lines("class:wrong", self.wrong, " ! ", _INDENT)
        if self.asked.tip:
            yield from self.lines("class:instruction", self.asked.tip, _INDENT, _INDENT)

    def lines(
        self, style: str, text: str, first: str = _MARGIN, rest: str = _MARGIN
    ) -> Iterable[Line]:
        """A text in lines as wide as the window."""
        for line in wrap(text, self.console.asking_width, first=first, rest=rest):
            yield [(style, line)]


def answered(answers: Iterable[tuple[str, str]], width: int) -> list[str]:
    """Answers with their labels below each other; in two columns, where all of them fit."""
    texts = [(" " * (_LABEL - cells(label)), f"{label}：{text}") for label, text in answers]
    half = max((cells(blanks + text) for blanks, text in texts), default=0) + 2
    if 2 * half <= width:
        column = [blanks + text for blanks, text in texts]
        padded = [one + " " * (half - cells(one)) for one in column]
        return ["".join(padded[at : at + 2]).rstrip() for at in range(0, len(padded), 2)]
    rest = " " * (_LABEL + 2)
    return [line for one, text in texts for line in wrap(text, width - 1, first=one, rest=rest)]


def indented(text: str, width: int, indent: str) -> str:
    """A text wrapped by the rules, all lines but the first indented."""
    return "\n".join(wrap(text, width, first=indent, rest=indent))[len(indent) :]


class Bar:
    """What can be done next, in one line, so that the list above it stays in sight.

    One of the actions is pointed at; a letter, or the arrow keys and Enter, choose.
    """

    def __init__(self, console: Console, actions: Actions, above: str, back: str) -> None:
        self.console, self.actions, self.above, self.back = console, actions, above, back
        self.at = 0

    def text(self) -> StyleAndTextTuples:
        """What stands above, and the actions in lines that are not broken inside one."""
        width, used = self.console.asking_width, 0
        above = wrap(self.above, width, first=" ", rest=" ") if self.above else ()
        found: StyleAndTextTuples = [("", f"{line}\n") for line in above]
        for number, (key, label, _) in enumerate(self.actions):
            size = cells(f" {key} {label} ")
            found.append(("", "\n" if used and used + size > width else ""))
            used = size if found[-1][1] else used + size
            if number == self.at:
                # Screen readers follow the cursor.
                cursor = ("[SetCursorPosition]", "")
                found += [("class:pointer", "["), cursor, ("class:pointer", f"{key} {label}]")]
            else:
                found += [("", " "), ("class:pointer", key), ("", f" {label} ")]
        return [
            *found,
            ("class:keys", f" {_BAR_HINT}" if used + cells(_BAR_HINT) + 1 < width else ""),
        ]

    def keys(self) -> KeyBindings:
        """A letter for each action, Esc for going back; leaving is an interruption."""
        keys = KeyBindings()
        results = {self.back: ["escape"]}
        for letter, _, value in self.actions:
            results.setdefault(value, []).extend((letter, letter.upper()))
        for value, names in results.items():
            for name in names:
                keys.add(name, eager=True)(lambda event, value=value: event.app.exit(result=value))
        for key, by in _MOVES.items():
            keys.add(key)(lambda event, by=by: self.move(by))

        @keys.add("enter")
        @keys.add("c-j")
        def accept(event: KeyPressEvent) -> None:
            event.app.exit(result=self.actions[self.at][2])

        @keys.add("<sigint>")
        @keys.add("c-c")
        @keys.add("c-d")
        def leave(event: KeyPressEvent) -> None:
            event.app.exit(exception=KeyboardInterrupt)

        return keys

    def move(self, by: int) -> None:
        """Point at another one."""
        self.at = (self.at + by) % len(self.actions)

    def ask(self, **look: Any) -> str:
        """The action that was chosen; raises KeyboardInterrupt where none was."""
        control = FormattedTextControl(self.text, focusable=True)
        window = Window(control, dont_extend_height=True, wrap_lines=True)
        application: Application[str] = Application(
            Layout(window), key_bindings=self.keys(), **look
        )
        return run(application)


def run(application: Application[T]) -> T:
    """What was answered; raises KeyboardInterrupt where nothing was."""
    try:
        return application.run()
    except (EOFError, OSError) as error:
        # The end of input, or a window that was closed.
        raise KeyboardInterrupt from error
