"""Asking on a terminal: by arrow keys, or line by line where a full-screen prompt cannot work.

Prompts are drawn on the terminal itself, never on stdout, so a redirected result stays clean.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from yibao_cli.console import Console
from yibao_cli.render.wrap import wrap

if TYPE_CHECKING:
    from prompt_toolkit.completion import CompleteEvent, Completion
    from prompt_toolkit.document import Document

BACK = "上一题"
_BACK_WORDS = (BACK, "<", "＜", "b")

Check = Callable[[str], "str | None"]
"""What is wrong with a typed text, or None."""
Complete = Callable[[str], Sequence[str]]
"""What a typed text may go on to."""


class Back(Exception):  # noqa: N818 - it is no error
    """The person wants the question before this one again."""


class Prompts(Protocol):
    """A way to ask a person."""

    def say(self, text: str) -> None:
        """Tell something beside the questions."""

    def choose(self, message: str, choices: Sequence[tuple[str, str]], *, back: bool) -> str:
        """The value of one of several (label, value) choices; raises Back."""

    def type(self, message: str, complete: Complete, check: Check, *, back: bool) -> str:
        """A text that passes the check; raises Back."""


def prompts(console: Console, *, plain: bool) -> Prompts:
    """The prompts that work here: arrow keys, or lines where asked for or on dumb terminals."""
    if plain or console.environ.get("TERM") == "dumb" or console.environ.get("YIBAO_PLAIN"):
        return LinePrompts(console)
    try:
        return ArrowPrompts(console)
    except Exception:
        return LinePrompts(console)


class LinePrompts:
    """Numbered choices by ordinary lines: for screen readers, Git Bash and dumb terminals."""

    def __init__(self, console: Console) -> None:
        self.console = console

    def say(self, text: str) -> None:
        """Tell something, wrapped to the width."""
        for line in wrap(text, self.console.width):
            self.console.say(line)

    def choose(self, message: str, choices: Sequence[tuple[str, str]], *, back: bool) -> str:
        """One of several choices by its number."""
        self.say(message)
        for number, (label, _) in enumerate(choices, 1):
            self.say(f"{number}. {label}")
        if back:
            self.say(f"0. {BACK}")
        while True:
            text = self.line("请输入编号：")
            number = int(text) if text.isdecimal() and len(text) < 4 else -1
            if back and (number == 0 or text in _BACK_WORDS):
                raise Back
            if 1 <= number <= len(choices):
                return choices[number - 1][1]
            self.say(f"请写 1 到 {len(choices)} 的数字。")

    def type(self, message: str, complete: Complete, check: Check, *, back: bool) -> str:
        """A typed text; what is wrong with it is said and it is asked for again."""
        self.say(message + (f"（写“{BACK}”回到上一题）" if back else ""))
        while True:
            text = self.line("请输入：")
            if back and text in _BACK_WORDS:
                raise Back
            wrong = check(text)
            if wrong is None:
                return text
            self.say(wrong)

    def line(self, prompt: str) -> str:
        """One line from the terminal; its end is an interruption."""
        stdin = self.console.stdin
        if self.console.stderr is not None:
            self.console.stderr.write(prompt)
            self.console.stderr.flush()
        text = stdin.readline() if stdin else ""
        if not text:
            raise KeyboardInterrupt
        return text.strip()


class ArrowPrompts:
    """Choices by arrow keys and type-ahead, with questionary."""

    def __init__(self, console: Console) -> None:
        import questionary
        from prompt_toolkit.output.defaults import create_output

        self.console = console
        self.questionary = questionary
        self.output = create_output(always_prefer_tty=True)
        self.style = questionary.Style(
            [
                ("qmark", "bold"),
                ("question", "bold"),
                ("answer", "fg:ansicyan"),
                ("pointer", "bold"),
                ("highlighted", "bold"),
            ]
        )

    def say(self, text: str) -> None:
        """Tell something, wrapped and indented under the question."""
        for line in wrap(text, self.console.width, first="  ", rest="  "):
            self.console.say(line)

    def choose(self, message: str, choices: Sequence[tuple[str, str]], *, back: bool) -> str:
        """One of several choices; going back is one of them, and the left key."""
        offered = [self.questionary.Choice(label, value) for label, value in choices]
        if back:
            offered.append(self.questionary.Choice(f"← {BACK}", _Gone))
        question = self.questionary.select(
            message,
            choices=offered,
            qmark="?",
            pointer=">",
            instruction="（上下键选，回车确定）",
            style=self.style,
            output=self.output,
        )
        return str(self.ask(question, back=back))

    def type(self, message: str, complete: Complete, check: Check, *, back: bool) -> str:
        """A typed text with type-ahead; a wrong one is refused while typing."""
        from prompt_toolkit.completion import Completer, Completion
        from prompt_toolkit.validation import ValidationError, Validator

        class Names(Completer):
            def get_completions(
                self, document: Document, complete_event: CompleteEvent
            ) -> Iterable[Completion]:
                text = document.text_before_cursor
                for name in complete(text) if text.strip() else ():
                    yield Completion(name, start_position=-len(text))

        class Known(Validator):
            def validate(self, document: Document) -> None:
                if back and document.text.strip() in _BACK_WORDS:
                    return
                wrong = check(document.text)
                if wrong is not None:
                    raise ValidationError(len(document.text), wrong)

        question = self.questionary.autocomplete(
            message,
            choices=[""],
            completer=Names(),
            validate=Known(),
            qmark="?",
            style=self.style,
            output=self.output,
        )
        text = str(self.ask(question, back=False))
        if back and text.strip() in _BACK_WORDS:
            raise Back
        return text

    def ask(self, question: Any, *, back: bool) -> Any:
        """The answer; Ctrl-C and a closed terminal are interruptions."""
        if back:
            from prompt_toolkit.key_binding import KeyBindings, merge_key_bindings

            keys = KeyBindings()

            @keys.add("left")
            def _(event: Any) -> None:
                event.app.exit(result=_Gone)

            own = question.application.key_bindings
            question.application.key_bindings = merge_key_bindings([own, keys])
        try:
            answer = question.unsafe_ask()
        except EOFError as error:
            raise KeyboardInterrupt from error
        if answer is _Gone:
            raise Back
        return answer


class _Gone:
    """Stands for the choice to go back."""
