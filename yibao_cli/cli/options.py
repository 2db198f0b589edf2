"""What the commands share: where answers come from, where the result goes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from yibao_cli.answers import printable
from yibao_cli.cli.command import ANSWERS, PLACE, Parameter, called_now
from yibao_cli.console import Console
from yibao_cli.errors import AnswerError, Finding, UsageError, YibaoError
from yibao_cli.formats import SUFFIXES, TEXTS
from yibao_cli.knowledge import knowledge, overlay
from yibao_cli.knowledge.model import Knowledge
from yibao_cli.knowledge.questions import Question
from yibao_cli.places import Place
from yibao_cli.wizard import Wizard

_ANSWER = "answer_"
"""Begins the name of a question's own parameter: `from` is a keyword of Python."""


def flags() -> tuple[Parameter, ...]:
    """One flag for each question, so that a new question needs no code."""
    return tuple(_flag(question) for question in knowledge().questions.values())


def _flag(question: Question) -> Parameter:
    spellings, *former = [
        tuple(dict.fromkeys(("--" + name.replace("_", "-"), "--" + name)))
        for name in (question.id, *question.was)
    ]
    place = question.kind == "place"
    labels = tuple(option.label for option in question.options.values())
    text = "省名、市名或拼音" if place else " / ".join(labels)
    return Parameter(
        _ANSWER + question.id,
        spellings,
        f"{question.label}：{text}",
        "地名" if place else "答案",
        many=True,
        values=PLACE if place else labels,
        section=ANSWERS,
        environ=_variable(question.id),
        formerly=tuple(flag for flags in former for flag in flags),
    )


def _variable(question_id: str) -> str:
    return "YIBAO_" + question_id.upper()


def given(
    values: Mapping[str, Any], taken: Sequence[Parameter], environ: Mapping[str, str]
) -> Given:
    """What gives answers, from the values of the flags of the questions and of `GIVEN`."""
    asked = {one.name.removeprefix(_ANSWER): one for one in taken if one.name.startswith(_ANSWER)}
    return Given(
        environ,
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

            found |= answer_file.read(self.file, known)
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
                for name, now in ((old, question.id), (_variable(old), _variable(question.id))):
                    if name in written or self.environ.get(name):
                        console.say(called_now(name, now))

    def defaults(self, known: Knowledge, found: Mapping[str, object]) -> dict[str, list[str]]:
        """What the environment answers of all that is not answered otherwise."""
        # Which questions there are is the knowledge's to say: it may be another than the shipped.
        variables = {
            one.id: [_variable(name) for name in (one.id, *one.was)]
            for one in known.questions.values()
        }
        usual = {
            name: next(filter(None, map(self.environ.get, several)), None)
            for name, several in variables.items()
        }
        texts = {name: [text] for name, text in usual.items() if text and name not in found}
        if texts:
            from yibao_cli.answers import parse_answers

            try:
                parse_answers(known, texts)
            except AnswerError as error:
                names = {known.questions[name].flag: _variable(name) for name in texts}
                raise renamed(error, names) from None
        return texts


class Output(Struct, frozen=True):
    """Where the result goes, and in which form; `save` is a file for the answers."""

    format: str | None
    path: Path | None
    force: bool
    bag: bool
    reader: str
    dates: Mapping[str, str | None]
    save: Path | None

    def check(self, console: Console, day: str) -> None:
        """Refuse what cannot work before anything is asked; `day` is the ISO day of the list.

        Raises FileError where a file cannot be written, UsageError where two are the same, and
        AnswerError where a date makes no sense, or a calendar has none.
        """
        from yibao_cli.dates import parse_dates, require_dates

        dates = parse_dates(day, **self.dates)
        if self.chosen(console) == "ics":
            require_dates(dates)
        if self.path is None and self.save is None:
            return
        from yibao_cli.files import check_target, is_device, shown_path

        written = {"--output": self.path, "--save-answers": self.save}
        places = [
            check_target(path, force=self.force, flag=flag)
            for flag, path in written.items()
            if path
        ]
        if len(places) != len(set(places)) and not is_device(places[0]):
            named = "和".join(f" {flag} " for flag in written).strip()
            message = f"{named} 写的是同一个文件“{shown_path(places[0])}”；请写两个文件名。"
            raise UsageError(Finding("same_file", message, tuple(written)))

    def chosen(self, console: Console) -> str:
        """The format: the one that is written, or what the file's name or the terminal asks for."""
        if self.format is not None:
            return self.format
        if self.path is not None:
            return SUFFIXES.get(self.path.suffix.lower(), "plain")
        return "terminal" if console.shows else "plain"

    def tell_idle(
        self, console: Console, known: Knowledge, answers: Mapping[str, str | Place]
    ) -> None:
        """Say what was written and changes nothing in the list that comes."""
        from yibao_cli.dates import FLAGS

        format_ = self.chosen(console)
        if self.bag and format_ in ("json", "ics"):
            console.say(f"--bag 对 {format_} 不起作用：给的不只是材料。")
        days = [FLAGS[name] for name, text in self.dates.items() if text is not None]
        if days and format_ != "ics":
            console.say(f"{'、'.join(days)} 只有日历（--format ics）用得上，这份清单没有用。")
        if self.reader == "proxy" and answers.get("agent") == "self":
            question = known.questions["agent"]
            console.say(
                f"--for proxy 是给代办人看的，可是{question.label}（{question.flag}）"
                f"答的是{question.options['self'].label}；代办人要的材料没有列进去。"
            )

    def show(
        self, console: Console, known: Knowledge, answers: dict[str, str | Place], day: str
    ) -> None:
        """Consult, render and print or write; save the answers where that was asked for."""
        from yibao_cli.consult import consult
        from yibao_cli.dates import parse_dates
        from yibao_cli.render import View, document, render

        if self.reader == "proxy" and _has(known, "agent", "proxy"):
            # The list of who runs the errand is the list of an errand run for somebody.
            answers = {"agent": "proxy", **answers}
        dates = parse_dates(day, **self.dates)
        checklist = consult(known, answers, day)
        reader = "proxy" if self.reader == "proxy" else "patient"
        view = View(self.bag, reader, dates)  # type: ignore[arg-type]
        format_ = self.chosen(console)
        if self.path is None and format_ == "terminal":
            from yibao_cli.render.text import drawn

            console.show(drawn(document(checklist, view), console.width))
        else:
            self._put(console, format_, render(checklist, format_, width=console.width, view=view))
        if self.save is not None:
            from yibao_cli import answer_file

            answer_file.write(self.save, known, answers, force=self.force)
            console.say(f"答案已存到 {self.save}")

    def _put(self, console: Console, format_: str, text: str) -> None:
        if self.path is not None:
            from yibao_cli.files import write

            write(self.path, text, force=self.force)
            console.say(f"已写入 {self.path}")
        elif format_ in TEXTS:
            console.result(text)
        else:
            console.data(text)


def _has(known: Knowledge, question_id: str, option_id: str) -> bool:
    question = known.questions.get(question_id)
    return question is not None and option_id in question.options


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


def print_listing(console: Console, format_: str | None, listing: Any) -> None:
    """Print a listing of the knowledge as text or JSON."""
    if format_ == "json":
        console.data(listing.json())
    else:
        console.show(listing.drawn(console.width))


def renamed(error: YibaoError, names: Mapping[str, str]) -> YibaoError:
    """An error about flags told as one about what was really written."""
    found = [replace(one, message=_renamed(one.message, names)) for one in error.findings]
    return type(error)(*found)


def _renamed(message: str, names: Mapping[str, str]) -> str:
    for flag, name in names.items():
        message = message.replace(f"{flag} ", f"{name} ").replace(f"（{flag}）", f"（{name}）")
    return message
