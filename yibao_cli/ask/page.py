"""A question as it stands at each moment above what it is answered in."""

from __future__ import annotations

from collections.abc import Iterable

from prompt_toolkit.application import get_app
from prompt_toolkit.filters import Condition
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.layout import Container

from yibao_cli.ask.prompts import Asked, in_words
from yibao_cli.console import Console
from yibao_cli.files import TITLE
from yibao_cli.wrap import cells, packed, wrap

_MARGIN, _INDENT = " ", "   "
_MOST_ROWS = 1000
# Cells of the label of an answer: most have fewer.
_LABEL = 10

Line = list[tuple[str, str]]


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


def hung(text: str, width: int, indent: str) -> str:
    """A text wrapped by the rules, all lines but the first indented."""
    return "\n".join(wrap(text, width, first=indent, rest=indent))[len(indent) :]
