"""The interactive wizard: asks what the walk needs, one question at a time, and decides nothing.

Prompts are drawn on the terminal itself, never on stdout, so a redirected result stays clean.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import questionary
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.output import Output
from prompt_toolkit.output.defaults import create_output
from prompt_toolkit.validation import ValidationError, Validator

from yibao_cli import answers as door
from yibao_cli.console import Console
from yibao_cli.consult import open_question, optional_questions
from yibao_cli.errors import AnswerError
from yibao_cli.model import Knowledge, Question
from yibao_cli.regions import Gazetteer, Place
from yibao_cli.render.wrap import wrap

_MARK = "?"
_POINTER = ">"
_INDENT = "  "
_HINT = "（上下键选，回车确定）"
_DONE = "没有别的情况，出清单"
_STYLE = questionary.Style(
    [
        ("qmark", "bold"),
        ("question", "bold"),
        ("answer", "fg:ansicyan"),
        ("pointer", "bold"),
        ("highlighted", "bold"),
        ("instruction", ""),
    ]
)


class Wizard:
    """Asks a person on a terminal."""

    def __init__(self, knowledge: Knowledge, console: Console, day: str) -> None:
        self.knowledge = knowledge
        self.console = console
        self.day = day
        self.output: Output = create_output(always_prefer_tty=True)

    def run(self, answers: dict[str, str | Place]) -> dict[str, str | Place]:
        """Ask everything that matters on the way, then offer what else may apply."""
        answers = dict(answers)
        # The errand chooses the tree, so it comes before anything a tree can ask.
        if "errand" not in answers:
            answers["errand"] = self.ask(self.knowledge.questions["errand"])
        while True:
            while pending := open_question(self.knowledge, answers, self.day, ask_all=True):
                question = self.knowledge.questions[pending.question]
                answers[question.id] = self.ask(question)
            chosen = self.more(answers)
            if chosen is None:
                return answers
            answers[chosen.id] = self.ask(chosen)

    def required(self, answers: dict[str, str | Place]) -> dict[str, str | Place]:
        """Ask only what is required and still missing."""
        answers = dict(answers)
        while pending := open_question(self.knowledge, answers, self.day):
            question = self.knowledge.questions[pending.question]
            answers[question.id] = self.ask(question)
        return answers

    def ask(self, question: Question) -> str | Place:
        """One answer to one question, with its help above it."""
        if question.help:
            for line in wrap(question.help, self.console.width, first=_INDENT, rest=_INDENT):
                self.console.say(line)
        return self.place(question) if question.kind == "place" else self.choice(question)

    def choice(self, question: Question) -> str:
        """One option by arrow keys."""
        return self.select(
            question.ask,
            [
                (option.label + (f"（{option.hint}）" if option.hint else ""), option.id)
                for option in question.options
            ],
        )

    def among(self, question: Question, candidates: Iterable[str]) -> str:
        """Which of several readings of an ambiguous text is meant."""
        return self.select(f"{question.label}，您说的是哪一个？", [(one, one) for one in candidates])

    def more(self, answers: dict[str, str | Place]) -> Question | None:
        """Another question that the person wants to answer, or None."""
        offered = optional_questions(self.knowledge, answers, self.day)
        if not offered:
            return None
        chosen = self.select(
            "还有下面这些情况吗？",
            [(_DONE, ""), *((question.extra or "", question.id) for question in offered)],
        )
        return self.knowledge.questions[chosen] if chosen else None

    def place(self, question: Question) -> Place:
        """A place by type-ahead over names, pinyin and initials; ambiguity is asked about."""
        while True:
            text = self.prompt(
                questionary.autocomplete(
                    question.ask,
                    choices=[""],
                    completer=_Places(self.knowledge.places),
                    validate=_Known(self.knowledge, question),
                    qmark=_MARK,
                    style=_STYLE,
                    output=self.output,
                )
            )
            try:
                found = door.parse(self.knowledge, question, text)
            except AnswerError as error:
                found = door.parse(
                    self.knowledge, question, self.among(question, error.findings[0].candidates)
                )
            assert isinstance(found, Place)
            name = door.place_name(found)
            if text.strip() != name:
                self.console.say(f"{_INDENT}→ {name}")
            return found

    def select(self, message: str, choices: list[tuple[str, str]]) -> str:
        """One of several (label, value) choices."""
        return str(
            self.prompt(
                questionary.select(
                    message,
                    choices=[questionary.Choice(label, value) for label, value in choices],
                    qmark=_MARK,
                    pointer=_POINTER,
                    instruction=_HINT,
                    style=_STYLE,
                    output=self.output,
                )
            )
        )

    def prompt(self, question: questionary.Question) -> Any:
        """The answer; Ctrl-C and a closed terminal raise KeyboardInterrupt."""
        try:
            return question.unsafe_ask()
        except EOFError as error:
            raise KeyboardInterrupt from error


class _Places(Completer):
    def __init__(self, gazetteer: Gazetteer) -> None:
        self.gazetteer = gazetteer

    def get_completions(
        self, document: Document, complete_event: CompleteEvent
    ) -> Iterable[Completion]:
        """Full names that resolve again, for what was typed so far."""
        text = document.text_before_cursor
        if not text.strip():
            return
        for name in door.candidates(self.gazetteer.complete(text, 8)):
            yield Completion(name, start_position=-len(text))


class _Known(Validator):
    """Refuses unknown places while typing; an ambiguous one is asked about afterwards."""

    def __init__(self, knowledge: Knowledge, question: Question) -> None:
        self.knowledge = knowledge
        self.question = question

    def validate(self, document: Document) -> None:
        """Raise ValidationError with the Chinese sentence of the one door."""
        try:
            door.parse(self.knowledge, self.question, document.text)
        except AnswerError as error:
            finding = error.findings[0]
            if finding.code != "ambiguous":
                raise ValidationError(len(document.text), finding.message) from error
