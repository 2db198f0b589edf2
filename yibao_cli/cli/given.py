"""Where answers come from: the environment, a file, a code, flags; and on a terminal, a person."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from yibao_cli.answers import printable
from yibao_cli.ask.wizard import Wizard
from yibao_cli.console import Console
from yibao_cli.errors import AnswerError, Finding, UsageError, YibaoError
from yibao_cli.knowledge import knowledge, overlay
from yibao_cli.knowledge.model import Knowledge
from yibao_cli.places import Place

if TYPE_CHECKING:
    from yibao_cli.ask.wizard import Wizard


class Given(Struct, frozen=True):
    """Everything that gives answers, in rising order of precedence.

    The environment, a file, a code, flags and settings.
    """

    environ: Mapping[str, str] = {}
    file: Path | None = None
    code: str | None = None
    flags: Mapping[str, Sequence[str]] = {}
    settings: Sequence[str] = ()

    def texts(self, known: Knowledge, console: Console) -> dict[str, list[str]]:
        """The texts given for each question, by its id."""
        found: dict[str, list[str]] = {}
        if self.file is not None:
            from yibao_cli import answer_file

            stdin = console.stdin if str(self.file) == "-" else None
            found |= answer_file.read(self.file, known, stdin)
        if self.code is not None:
            from yibao_cli.answer_code import decode
            from yibao_cli.answers import answer_as_text

            decoded = decode(known, self.code)
            for remark in decoded.remarks:
                console.say(remark)
            for name, value in decoded.answers.items():
                found[name] = [answer_as_text(value)]
        found |= merge(known, self.flags, self.settings)
        self._tell_outdated(known, console)
        return self.defaults(known, found) | found

    def _tell_outdated(self, known: Knowledge, console: Console) -> None:
        """Say of settings and variables that the questions they name are called otherwise now."""
        written = {text.partition("=")[0].strip().replace("-", "_") for text in self.settings}
        for question in known.questions.values():
            for old in question.was:
                for name, now in ((old, question.id), (variable(old), variable(question.id))):
                    if name in written or self.environ.get(name):
                        console.say(called_now(name, now))

    def defaults(self, known: Knowledge, found: Mapping[str, object]) -> dict[str, list[str]]:
        """What the environment answers of all that is not answered otherwise.

        Typer does not read these variables: which questions there are is the knowledge's to say,
        which may be another than the shipped one, and a file or a code counts more.
        """
        variables = {
            one.id: [variable(name) for name in (one.id, *one.was)]
            for one in known.questions.values()
        }
        usual = {
            name: next(filter(None, map(self.environ.get, several)), None)
            for name, several in variables.items()
        }
        texts = {name: [text] for name, text in usual.items() if text and name not in found}
        if texts:
            from yibao_cli.answers import parse_answers

            # What is wrong with them is told by the names of the variables.
            parse_answers(known, texts, lambda one: f"{one.label}（{variable(one.id)}）")
        return texts


def knowledge_for(console: Console, data: Path | None) -> Knowledge:
    """The knowledge to answer by; the user's own local facts lie over it."""
    return knowledge(data, overlay(console.environ))


def asker(known: Knowledge, console: Console, day: str, *, plain: bool) -> Callable[[], Wizard]:
    """The wizard, made only where something has to be asked: its library is slow to import."""

    @cache
    def made() -> Wizard:
        from yibao_cli.ask.prompts import prompts
        from yibao_cli.ask.wizard import Wizard

        return Wizard(known, prompts(console, plain=plain), day)

    return made


def parse(
    known: Knowledge, given: dict[str, list[str]], wizard: Callable[[], Wizard] | None
) -> dict[str, str | Place]:
    """Given texts as answers; on a terminal an ambiguous one is asked about."""
    from yibao_cli.answers import parse_answers

    try:
        return parse_answers(known, given)
    except AnswerError as error:
        if wizard is None or any(one.code != "ambiguous" for one in error.findings):
            raise
        for finding in error.findings:
            question = known.questions[str(finding.question)]
            given = {**given, question.id: [wizard().among(question, finding.candidates)]}
        return parse_answers(known, given)


def day_of(known: Knowledge, text: str | None, console: Console) -> str:
    """The ISO day by whose rules to answer: the one that was written, or today.

    Raises AnswerError where it is none that can be answered for.
    """
    if text is None:
        return console.today(known.about.begins).isoformat()
    from yibao_cli.dates import day_to_answer

    return day_to_answer(text, known.about.begins, "--on")


def merge(
    known: Knowledge, given: Mapping[str, Sequence[str]], settings: Sequence[str]
) -> dict[str, list[str]]:
    """Flags and `--set` together, by question id; a setting may use any name of a question.

    Raises UsageError where a setting has no equals sign.
    """
    merged = {name: list(texts) for name, texts in given.items()}
    if settings:
        from yibao_cli.answers import find_question
    for setting in settings:
        name, equals, text = setting.partition("=")
        if not equals:
            raise UsageError(
                Finding(
                    "bad_set",
                    f"--set 写的是“{printable(setting)}”；要写成 问题=答案，例如 stage=住院中。",
                )
            )
        question = find_question(known, name)
        merged.setdefault(question.id if question else name, []).append(text)
    return merged


def renamed(error: YibaoError, names: Mapping[str, str]) -> YibaoError:
    """An error about flags told as one about what was really written."""
    found = [replace(one, message=_renamed(one.message, names)) for one in error.findings]
    return type(error)(*found)


def _renamed(message: str, names: Mapping[str, str]) -> str:
    for flag, name in names.items():
        message = message.replace(f"{flag} ", f"{name} ").replace(f"（{flag}）", f"（{name}）")
    return message


def variable(name: str) -> str:
    """The environment variable that answers a question."""
    return "YIBAO_" + name.upper()


def called_now(old: str, now: str) -> str:
    """What to say about a name that still works, but is another one by now."""
    return f"{old} 已经改名，请写 {now}；旧名到下一个大版本为止还能用。"
