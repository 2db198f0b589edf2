"""How a command answers: by which knowledge and day, asking or not; and what answers are given.

Typer reads the annotations at every start, so they are no strings, which take longer to read.
"""

import re
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from msgspec import Struct

from yibao_cli.answers import answer_as_text, find_question, parse_answers, printable
from yibao_cli.cli import complete
from yibao_cli.cli.options import (
    MAY,
    QUESTION,
    DataFolder,
    Day,
    NoInput,
    Plain,
    option,
    path_option,
)
from yibao_cli.console import Console
from yibao_cli.dates import day_to_answer, today
from yibao_cli.errors import AnswerError, Finding, UsageError
from yibao_cli.knowledge import knowledge
from yibao_cli.knowledge.location import overlay
from yibao_cli.knowledge.model import Knowledge
from yibao_cli.places import Place

if TYPE_CHECKING:
    from yibao_cli.ask.wizard import Wizard
    from yibao_cli.walk import Answers

Texts = dict[str, list[str]]
"""Every text given for a question, by its id."""


class Basis(Struct, frozen=True, dict=True):
    """What a command answers by."""

    context: typer.Context
    data: DataFolder = None

    @property
    def console(self) -> Console:
        """What surrounds the command."""
        console: Console = self.context.obj
        return console

    @cached_property
    def known(self) -> Knowledge:
        """The knowledge to answer by; the user's own local facts lie over it."""
        return knowledge(self.data, overlay(self.console.environ))

    def day_of(self, text: str | None = None) -> str:
        """The ISO day by whose rules to answer: what was written after `--on`, or today.

        Raises AnswerError where it is none that can be answered for.
        """
        begins = self.known.about.begins
        if text is None:
            return today(self.console.environ, begins).isoformat()
        return day_to_answer(text, begins, "--on")


class Run(Basis, frozen=True):
    """By which day a command answers, and how it asks a person."""

    on: Day = None
    no_input: NoInput = False
    plain: Plain = False

    @cached_property
    def day(self) -> str:
        """The ISO day by whose rules to answer."""
        return self.day_of(self.on)

    @property
    def asks(self) -> bool:
        """Whether a person may be asked."""
        return self.console.interactive and not self.no_input

    @cached_property
    def wizard(self) -> "Wizard":
        """Who asks; made only where something has to be asked: its library is slow to import."""
        from yibao_cli.ask import asker
        from yibao_cli.ask.wizard import Wizard

        return Wizard(self.known, asker(self.console, plain=self.plain), self.day)

    def texts(self, heard: "Answers | None" = None) -> Texts:
        """What is given, as text; what was `heard` in a sentence comes after all else."""
        return {name: [answer_as_text(one)] for name, one in (heard or {}).items()}

    def parse(self, texts: Texts) -> dict[str, str | Place]:
        """Texts as answers; where a person may be asked, an ambiguous one is asked about."""
        try:
            return parse_answers(self.known, texts)
        except AnswerError as error:
            if not self.asks or any(one.code != "ambiguous" for one in error.findings):
                raise
            asked = {str(one.question): one.candidates for one in error.findings}
            questions = self.known.questions
            chosen = {name: [self.wizard.among(questions[name], asked[name])] for name in asked}
            return parse_answers(self.known, {**texts, **chosen})

    def answered(self, texts: Texts, so_far: "Answers | None" = None) -> dict[str, str | Place]:
        """Answers from texts over earlier ones; what is ambiguous or missing is asked about."""
        from yibao_cli.consult import open_question

        answers = {**(so_far or {}), **self.parse(texts)}
        if self.asks and open_question(self.known, answers, self.day):
            return self.wizard.required(answers)
        return answers


class Given(Run, frozen=True):
    """Everything that gives answers, in rising order of precedence: variables, a file, a code, flags.

    The flags of the questions are no fields: which there are is for the knowledge to say.
    """

    file: Annotated[
        Path | None, path_option("--answers", "从 YAML、JSON 文件读答案；- 是标准输入")
    ] = None
    code: Annotated[str | None, option("--code", "用清单末尾的答案代码")] = None
    settings: Annotated[
        list[str] | None,
        option("--set", "别的问题，写 问题=答案；有哪些：yibao questions", MAY, complete.settings),
    ] = None

    def texts(self, heard: "Answers | None" = None) -> Texts:
        """What is given, as text; what was `heard` in a sentence comes before variables alone."""
        known, console, found = self.known, self.console, super().texts(heard)
        if self.file is not None:
            from yibao_cli import answer_file

            stdin = console.stdin if str(self.file) == "-" else None
            found |= answer_file.read(self.file, known, stdin)
        if self.code is not None:
            from yibao_cli.answer_code import decode

            decoded = decode(known, self.code)
            for remark in decoded.remarks:
                console.say(remark)
            found |= super().texts(decoded.answers)
        flags = {
            name.removeprefix(QUESTION): texts
            for name, texts in self.context.params.items()
            if name.startswith(QUESTION) and texts
        }
        settings = self.settings or ()
        _tell_renamed(known, console, [*flags, *(_parted(one)[0] for one in settings)])
        found |= merge(known, flags, settings)
        found = _variables(known, console, found) | found
        places = [one.id for one in known.questions.values() if one.kind == "place"]
        tell_hospitals(known, console, [text for one in places for text in found.get(one, ())])
        return found


def _variables(known: Knowledge, console: Console, found: Texts) -> Texts:
    """What variables answer of all that is not answered otherwise.

    Typer cannot read them: a file and a code come between them and the flags, and which
    questions there are is for the chosen knowledge to say. Raises AnswerError.
    """
    environ, names = console.environ, dict[str, str]()
    for question in known.questions.values():
        for name in (*reversed(question.was), question.id):
            if environ.get(variable := "YIBAO_" + name.upper()):
                names[question.id] = variable
                _tell_renamed(known, console, [name])
    texts = {asked: [environ[name]] for asked, name in names.items() if asked not in found}
    # What is wrong with them is told by the names of the variables.
    parse_answers(known, texts, lambda one: f"{one.label}（{names[one.id]}）")
    return texts


def _tell_renamed(known: Knowledge, console: Console, names: Iterable[str]) -> None:
    for name in names:
        question = find_question(known, name)
        if question and name.strip().replace("-", "_") in question.was:
            now = question.id
            console.say(f"{name} 已经改名，请写 {now}；旧名到下一个大版本为止还能用。")


def tell_hospitals(known: Knowledge, console: Console, texts: Iterable[str]) -> None:
    """Say of the hospitals among some texts where they are: that place is what is gone by."""
    for text in texts:
        if found := known.places.hospital(text):
            console.say(f"{found[0]}在{found[1].full_name}。")


def _parted(setting: str) -> tuple[str, str | None]:
    """The question and the answer of a setting; None without an equals sign, which may be wide."""
    name, *text = re.split("[=＝]", setting, maxsplit=1)
    return name, next(iter(text), None)


def merge(known: Knowledge, given: Texts, settings: Iterable[str], flag: str = "--set") -> Texts:
    """Answers and settings together, by question id; both may use any name of a question.

    `flag` is what the settings are written after. Raises UsageError where one has no equals sign.
    """
    pairs = [(name, text) for name, texts in given.items() for text in texts]
    for setting in settings:
        name, text = _parted(setting)
        if text is None:
            message = f"{flag} 写的是“{printable(setting)}”；要写成 问题=答案，例如 stage=住院中。"
            raise UsageError(Finding("bad_set", message))
        pairs.append((name, text))
    merged: Texts = {}
    for name, text in pairs:
        question = find_question(known, name)
        merged.setdefault(question.id if question else name, []).append(text)
    return merged
