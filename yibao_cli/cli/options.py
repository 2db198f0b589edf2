"""What the commands share: where answers come from, where the result goes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache

from yibao_cli.cli.command import ANSWERS, PLACE, Parameter
from yibao_cli.console import Console
from yibao_cli.errors import AnswerError, Finding, UsageError, YibaoError
from yibao_cli.formats import SUFFIXES
from yibao_cli.knowledge import knowledge, overlay
from yibao_cli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from yibao_cli.model import Knowledge, Question
    from yibao_cli.regions import Place
    from yibao_cli.wizard import Wizard

_ANSWER = "answer_"
"""Begins the name of a question's own parameter: `from` is a keyword of Python."""


def flags() -> tuple[Parameter, ...]:
    """One flag for each question, so that a new question needs no code."""
    return tuple(_flag(question) for question in knowledge().questions.values())


def _flag(question: Question) -> Parameter:
    spellings = [question.flag]
    if "_" in question.id:
        spellings.append("--" + question.id)
    place = question.kind == "place"
    labels = tuple(option.label for option in question.options)
    text = "省名、市名或拼音" if place else " / ".join(labels)
    return Parameter(
        _ANSWER + question.id,
        tuple(spellings),
        f"{question.label}：{text}",
        "地名" if place else "答案",
        many=True,
        values=PLACE if place else labels,
        section=ANSWERS,
        environ=_variable(question.id),
    )


def _variable(question_id: str) -> str:
    return "YIBAO_" + question_id.upper()


def given(
    values: Mapping[str, Any], taken: Sequence[Parameter], environ: Mapping[str, str]
) -> Given:
    """What gives answers, from the values of the flags of the questions and of `GIVEN`."""
    asked = {one.name.removeprefix(_ANSWER): one for one in taken if one.name.startswith(_ANSWER)}
    usual = {name: environ.get(str(one.environ), "") for name, one in asked.items()}
    return Given(
        {name: text for name, text in usual.items() if text},
        values["answers_file"],
        values["code"],
        flags={name: values[one.name] for name, one in asked.items() if values[one.name]},
        settings=values["set_"] or (),
    )


def output(values: Mapping[str, Any]) -> Output:
    """Where the result goes, from the values of `OUTPUT`."""
    path = values["output"]
    return Output(
        format=values["format_"],
        path=path if path is None or str(path) != "-" else None,
        force=values["force"],
        bag=values["bag"],
        reader=values["reader"] or "patient",
        dates={name: values[name] for name in ("admission", "discharge", "filed_on")},
        save=values["save_answers"],
    )


class Given(Value):
    """Everything that gives answers, in rising order of precedence.

    The environment, a file, a code (or what was saved), flags and settings.
    """

    environ: Mapping[str, str] = {}
    file: Path | None = None
    code: str | None = None
    known: Mapping[str, str | Place] = {}
    flags: Mapping[str, Sequence[str]] = {}
    settings: Sequence[str] = ()

    def texts(self, known: Knowledge, console: Console) -> dict[str, list[str]]:
        """Texts for the one door, by question id."""
        found: dict[str, list[str]] = {}
        if self.file is not None:
            from yibao_cli import answer_file

            found |= answer_file.read(self.file, known)
        answers = dict(self.known)
        if self.code is not None:
            from yibao_cli.answer_code.decode import decode

            decoded = decode(known, self.code)
            for remark in decoded.remarks:
                console.say(remark)
            answers |= decoded.answers
        for name, value in answers.items():
            text = value if isinstance(value, str) else value.district_code or value.code
            found[name] = [text]
        found |= merge(known, self.flags, self.settings)
        return self.defaults(known, found) | found

    def defaults(self, known: Knowledge, found: Mapping[str, object]) -> dict[str, list[str]]:
        """What the environment answers of all that is not answered otherwise."""
        texts = {name: [text] for name, text in self.environ.items() if name not in found}
        if texts:
            from yibao_cli import answers as door

            try:
                door.parse_all(known, texts)
            except AnswerError as error:
                names = {known.questions[name].flag: _variable(name) for name in texts}
                raise renamed(error, names) from None
        return texts


class Output(Value):
    """Where the result goes, and in which form; `save` is a file for the answers."""

    format: str | None
    path: Path | None
    force: bool
    bag: bool
    reader: str
    dates: Mapping[str, str | None]
    save: Path | None

    def check(self) -> None:
        """Refuse what cannot work before anything is asked."""
        for path in (self.path, self.save):
            if path is not None:
                from yibao_cli.files import check

                check(path, force=self.force)

    def show(
        self, console: Console, known: Knowledge, answers: dict[str, str | Place], day: str
    ) -> None:
        """Consult, render and print or write; save the answers where that was asked for."""
        from yibao_cli.consult import consult
        from yibao_cli.dates import parse_dates
        from yibao_cli.render import View, render

        if self.reader == "proxy":
            # The list of who runs the errand is the list of an errand run for somebody.
            answers = {"agent": "proxy", **answers}
        dates = parse_dates(day, **self.dates)
        checklist = consult(known, answers, day)
        format_ = self.format
        if format_ is None and self.path is not None:
            format_ = SUFFIXES.get(self.path.suffix.lower(), "plain")
        if format_ is None:
            format_ = "terminal" if console.shows else "plain"
        colour = console.colour and self.path is None
        reader = "proxy" if self.reader == "proxy" else "patient"
        view = View(self.bag, reader, dates)  # type: ignore[arg-type]
        text = render(checklist, format_, width=console.width, colour=colour, view=view)
        if self.path is None:
            console.result(text)
        else:
            from yibao_cli.files import write

            write(self.path, text, force=self.force)
            console.say(f"已写入 {self.path}")
        if self.save is not None:
            from yibao_cli import answer_file

            answer_file.write(self.save, known, answers, force=self.force)
            console.say(f"答案已存到 {self.save}")


def knowledge_for(console: Console, data: Path | None) -> Knowledge:
    """The knowledge to answer by; the user's own local facts lie over it."""
    return knowledge(data, overlay(console.environ))


def asker(known: Knowledge, console: Console, day: str, *, plain: bool) -> Callable[[], Wizard]:
    """The wizard, made only where something has to be asked: its library is slow to import."""

    @cache
    def made() -> Wizard:
        from yibao_cli.prompts import prompts
        from yibao_cli.wizard import Wizard

        return Wizard(known, prompts(console, plain=plain), day)

    return made


def parse(
    known: Knowledge, given: dict[str, list[str]], wizard: Callable[[], Wizard] | None
) -> dict[str, str | Place]:
    """Given texts as answers; on a terminal an ambiguous one is asked about."""
    from yibao_cli import answers as door

    try:
        return door.parse_all(known, given)
    except AnswerError as error:
        if wizard is None or any(one.code != "ambiguous" for one in error.findings):
            raise
        for finding in error.findings:
            question = known.questions[str(finding.question)]
            given = {**given, question.id: [wizard().among(question, finding.candidates)]}
        return door.parse_all(known, given)


def day_of(known: Knowledge, text: str | None, console: Console) -> str:
    """The day by whose rules to answer."""
    if text is None:
        return console.today.isoformat()
    from yibao_cli.dates import day_to_answer

    return day_to_answer(text, known.about.begins, "--on")


def merge(
    known: Knowledge, given: Mapping[str, Sequence[str]], settings: Sequence[str]
) -> dict[str, list[str]]:
    """Flags and `--set` together, by question id; a setting may name the label of a question.

    Raises UsageError where a setting has no equals sign.
    """
    ids = {question.label: question.id for question in known.questions.values()}
    merged = {name: list(texts) for name, texts in given.items()}
    for setting in settings:
        name, equals, text = setting.partition("=")
        if not equals:
            from yibao_cli.answers import shown

            raise UsageError(
                Finding(
                    "bad_set",
                    f"--set 写的是“{shown(setting)}”；要写成 问题=答案，例如 stage=住院中。",
                )
            )
        name = name.strip()
        merged.setdefault(ids.get(name) or name.replace("-", "_"), []).append(text)
    return merged


def print_listing(console: Console, format_: str | None, listing: Any) -> None:
    """Print a listing of the knowledge as text or JSON."""
    console.result(listing.json() if format_ == "json" else listing.plain(console.width))


def renamed(error: YibaoError, names: Mapping[str, str]) -> YibaoError:
    """An error about flags told as one about what was really written."""
    found = [one._replace(message=_renamed(one.message, names)) for one in error.findings]
    return type(error)(*found)


def _renamed(message: str, names: Mapping[str, str]) -> str:
    for flag, name in names.items():
        message = message.replace(f"{flag} ", f"{name} ").replace(f"（{flag}）", f"（{name}）")
    return message
