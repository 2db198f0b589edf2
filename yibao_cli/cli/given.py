"""Where answers come from: the environment, a file, a code, flags; and on a terminal, a person.

Typer reads the annotations at every start, so they are no strings, which take longer to read.
"""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from msgspec import Struct

from yibao_cli.answers import answer_as_text, find_question, parse_answers, printable
from yibao_cli.cli import complete
from yibao_cli.cli.options import MAY, given_flags, option, path_option
from yibao_cli.console import Console
from yibao_cli.errors import AnswerError, Finding, UsageError
from yibao_cli.knowledge import knowledge, overlay
from yibao_cli.knowledge.model import Knowledge
from yibao_cli.places import Place

if TYPE_CHECKING:
    from yibao_cli.ask.wizard import Wizard
    from yibao_cli.walk import Answers


class Given(Struct, frozen=True):
    """Everything that gives answers, in rising order of precedence: variables, a file, a code, flags.

    The flags of the questions are no fields: which there are is for the knowledge to say.
    """

    context: typer.Context
    answers: Annotated[
        Path | None, path_option("--answers", help="从 YAML、JSON 文件读答案；- 是标准输入")
    ] = None
    code: Annotated[str | None, option("--code", help="用清单末尾的答案代码")] = None
    settings: Annotated[
        list[str] | None,
        option(
            "--set",
            help="别的问题，写 问题=答案；有哪些：yibao questions",
            panel=MAY,
            autocompletion=complete.settings,
        ),
    ] = None

    def texts(
        self, known: Knowledge, console: Console, heard: Mapping[str, str | Place] | None = None
    ) -> dict[str, list[str]]:
        """The texts given for each question, by its id.

        What was `heard` in a sentence comes before variables and after all else.
        """
        found = {name: [answer_as_text(one)] for name, one in (heard or {}).items()}
        if self.answers is not None:
            from yibao_cli import answer_file

            stdin = console.stdin if str(self.answers) == "-" else None
            found |= answer_file.read(self.answers, known, stdin)
        if self.code is not None:
            from yibao_cli.answer_code import decode

            decoded = decode(known, self.code)
            for remark in decoded.remarks:
                console.say(remark)
            found |= {name: [answer_as_text(one)] for name, one in decoded.answers.items()}
        flags, settings = given_flags(self.context), self.settings or ()
        found |= merge(known, flags, settings)
        names = {text.partition("=")[0].strip().replace("-", "_") for text in settings}
        for question in known.questions.values():
            for old in question.was:
                then, now = variable(old), variable(question.id)
                _tell_renamed(console, old in flags, f"--{old.replace('_', '-')}", question.flag)
                _tell_renamed(console, old in names, old, question.id)
                _tell_renamed(console, bool(console.environ.get(then)), then, now)
        found = _usual(known, console.environ, found) | found
        places = [found.get(one.id, ()) for one in known.questions.values() if one.kind == "place"]
        tell_hospitals(console, known, [text for texts in places for text in texts])
        return found


def tell_hospitals(console: Console, known: Knowledge, texts: Iterable[str]) -> None:
    """Say of the hospitals among some texts where they are: that place is what is gone by."""
    for text in texts:
        if found := known.places.hospital(text):
            console.say(f"{found[0]}在{found[1].full_name}。")


def _tell_renamed(console: Console, used: bool, old: str, now: str) -> None:
    if used:
        console.say(f"{old} 已经改名，请写 {now}；旧名到下一个大版本为止还能用。")


def _usual(
    known: Knowledge, environ: Mapping[str, str], found: Container[str]
) -> dict[str, list[str]]:
    """What variables answer of all that is not answered otherwise.

    Typer cannot read them: a file and a code come between them and the flags, and which
    questions there are is for the chosen knowledge to say. Raises AnswerError.
    """
    names = {
        one.id: name
        for one in known.questions.values()
        for name in map(variable, (*reversed(one.was), one.id))
        if one.id not in found and environ.get(name)
    }
    texts = {asked: [environ[name]] for asked, name in names.items()}
    # What is wrong with them is told by the names of the variables.
    parse_answers(known, texts, lambda one: f"{one.label}（{names[one.id]}）")
    return texts


def knowledge_for(console: Console, data: Path | None) -> Knowledge:
    """The knowledge to answer by; the user's own local facts lie over it."""
    return knowledge(data, overlay(console.environ))


def asker(known: Knowledge, console: Console, day: str, *, plain: bool) -> "Callable[[], Wizard]":
    """The wizard, made only where something has to be asked: its library is slow to import."""

    @cache
    def made() -> "Wizard":
        from yibao_cli.ask.prompts import prompts
        from yibao_cli.ask.wizard import Wizard

        return Wizard(known, prompts(console, plain=plain), day)

    return made


def answered(
    known: Knowledge,
    texts: dict[str, list[str]],
    day: str,
    wizard: "Callable[[], Wizard] | None",
    so_far: "Answers | None" = None,
) -> dict[str, str | Place]:
    """Answers from texts over earlier ones; the wizard asks what is ambiguous, and what is missing."""
    from yibao_cli.consult import open_question

    answers = {**(so_far or {}), **parse(known, texts, wizard)}
    if wizard is not None and open_question(known, answers, day):
        return wizard().required(answers)
    return answers


def parse(
    known: Knowledge, texts: dict[str, list[str]], wizard: "Callable[[], Wizard] | None"
) -> dict[str, str | Place]:
    """Texts as answers; where there is a wizard, an ambiguous one is asked about."""
    try:
        return parse_answers(known, texts)
    except AnswerError as error:
        if wizard is None or any(one.code != "ambiguous" for one in error.findings):
            raise
        for finding in error.findings:
            question = known.questions[str(finding.question)]
            texts = {**texts, question.id: [wizard().among(question, finding.candidates)]}
        return parse_answers(known, texts)


def day_of(known: Knowledge, text: str | None, console: Console, flag: str = "--on") -> str:
    """The ISO day by whose rules to answer: what was written after a flag, or today.

    Raises AnswerError where it is none that can be answered for.
    """
    if text is None:
        return console.today(known.about.begins).isoformat()
    from yibao_cli.dates import day_to_answer

    return day_to_answer(text, known.about.begins, flag)


def merge(
    known: Knowledge,
    given: Mapping[str, Sequence[str]],
    settings: Sequence[str],
    flag: str = "--set",
) -> dict[str, list[str]]:
    """Answers and settings together, by question id; both may use any name of a question.

    `flag` is what the settings are written after. Raises UsageError where one has no equals sign.
    """
    pairs = [(name, text) for name, texts in given.items() for text in texts]
    for setting in settings:
        name, equals, text = setting.partition("=")
        if not equals:
            message = f"{flag} 写的是“{printable(setting)}”；要写成 问题=答案，例如 stage=住院中。"
            raise UsageError(Finding("bad_set", message))
        pairs.append((name, text))
    merged: dict[str, list[str]] = {}
    for name, text in pairs:
        question = find_question(known, name)
        merged.setdefault(question.id if question else name, []).append(text)
    return merged


def variable(name: str) -> str:
    """The environment variable that answers a question."""
    return "YIBAO_" + name.upper()
