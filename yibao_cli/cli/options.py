"""What the commands share: options, where answers come from, where the result goes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from dataclasses import replace as changed
from datetime import date
from difflib import get_close_matches
from functools import cache, wraps
from inspect import Parameter, Signature, signature
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from yibao_cli.console import Console
from yibao_cli.errors import AnswerError, FileError, Finding, UsageError
from yibao_cli.knowledge import knowledge, overlay
from yibao_cli.render import ALL_FORMATS, View, render

if TYPE_CHECKING:
    from yibao_cli.model import Knowledge, Question
    from yibao_cli.regions import Place
    from yibao_cli.wizard import Wizard

ONE_SHOT = "yibao plan --insurance 居民 --from 四川绵阳 --to 北京 --care 住院 --filing 未备案"
SUFFIXES = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".json": "json",
    ".txt": "plain",
    ".html": "html",
    ".htm": "html",
    ".ics": "ics",
}
"""The format that the ending of a file's name tells."""
_TEXT_FORMATS = ("plain", "json")

DataFolder = Annotated[
    Path | None,
    typer.Option(
        "--data", help="您自己的知识文件夹：补充省市的规定；有 knowledge.yaml 的整套代替。"
    ),
]
Day = Annotated[str | None, typer.Option("--on", help="按哪一天的规则回答，例如 2025-06-01。")]
NoInput = Annotated[bool, typer.Option("--no-input", help="从不提问；缺答案就报错退出。")]
Plain = Annotated[
    bool, typer.Option("--plain", help="一行一行地问，选项用编号；适合读屏软件和旧终端。")
]
Set = Annotated[
    list[str] | None, typer.Option("--set", help="给任意一个答案：问题=答案，可写多次。")
]
Code = Annotated[
    str | None, typer.Option("--code", help="清单末尾的答案代码；写了就不用再写那些答案。")
]
AnswersFile = Annotated[
    Path | None, typer.Option("--answers", help="从文件（YAML 或 JSON）读答案；选项写的优先。")
]
FormatOption = Annotated[
    str | None,
    typer.Option(
        "--format",
        "-f",
        help=f"输出格式：{'、'.join(ALL_FORMATS)}。终端上默认 terminal，其他默认 plain。",
    ),
]
OutputOption = Annotated[
    Path | None, typer.Option("--output", "-o", help="写到文件（UTF-8）；已有的文件不覆盖。")
]
Force = Annotated[bool, typer.Option("--force", help="允许覆盖已有的文件。")]
Bag = Annotated[bool, typer.Option("--bag", help="只要材料清单。")]
Reader = Annotated[
    str, typer.Option("--for", help="给谁看：patient 病人，proxy 代办人。", metavar="读者")
]
Admission = Annotated[str | None, typer.Option("--admission", help="入院日期（日历用）。")]
Discharge = Annotated[str | None, typer.Option("--discharge", help="出院日期（日历用）。")]
FiledOn = Annotated[str | None, typer.Option("--filed-on", help="备案日期（日历用）。")]
SaveAnswers = Annotated[
    Path | None, typer.Option("--save-answers", help="把答案存成 YAML 文件，以后用 --answers 读。")
]


def output_options(
    format_: FormatOption = None,
    output: OutputOption = None,
    force: Force = False,
    bag: Bag = False,
    reader: Reader = "patient",
    admission: Admission = None,
    discharge: Discharge = None,
    filed_on: FiledOn = None,
    save_answers: SaveAnswers = None,
) -> "Output":
    """The options of every command that ends in a checklist."""
    return Output(
        format_,
        output,
        force,
        bag=bag,
        reader=reader,
        dates={"admission": admission, "discharge": discharge, "filed_on": filed_on},
        save=save_answers,
    )


def given_options(set_: Set = None, code: Code = None, answers_file: AnswersFile = None) -> "Given":
    """The options, besides the flags of the questions, that give answers."""
    return Given(tuple(set_ or ()), code, answers_file)


@dataclass(frozen=True)
class Given:
    """Everything that gives answers, in rising order of precedence: file, code, flags."""

    settings: tuple[str, ...] = ()
    code: str | None = None
    file: Path | None = None
    flags: dict[str, list[str]] = field(default_factory=dict)
    known: "dict[str, str | Place]" = field(default_factory=dict)

    def texts(self, known: "Knowledge", console: Console) -> dict[str, list[str]]:
        """Texts for the one door, by question id."""
        found: dict[str, list[str]] = {}
        if self.file is not None:
            from yibao_cli import answer_file

            found |= answer_file.read(self.file, known)
        answers = dict(self.known)
        if self.code is not None:
            from yibao_cli import answer_code

            decoded = answer_code.decode(known, self.code)
            for remark in decoded.remarks:
                console.say(remark)
            answers |= decoded.answers
        for name, value in answers.items():
            text = value if isinstance(value, str) else value.district_code or value.code
            found[name] = [text]
        return found | merge(self.flags, self.settings)


class Output:
    """Where the result goes, and in which format."""

    def __init__(
        self,
        format_: str | None,
        path: Path | None,
        force: bool,
        *,
        bag: bool = False,
        reader: str = "patient",
        dates: "dict[str, str | None] | None" = None,
        save: Path | None = None,
    ) -> None:
        self.format = format_
        self.path = path if path is None or str(path) != "-" else None
        self.force = force
        self.bag = bag
        self.reader = reader
        self.dates = dates or {}
        self.save = save

    def check(self) -> None:
        """Refuse what cannot work before anything is asked."""
        if self.format is not None and self.format not in ALL_FORMATS:
            raise UsageError(unknown_format(self.format, ALL_FORMATS))
        if self.reader not in ("patient", "proxy"):
            from yibao_cli.answers import shown

            message = f"--for 写的是“{shown(self.reader)}”；可以写：patient、proxy。"
            raise UsageError(Finding("unknown_reader", message, ("patient", "proxy")))
        for path in (self.path, self.save):
            if path is not None and path.is_file() and not self.force:
                raise FileError(
                    Finding("exists", f"文件“{path}”已经有了，没有改动；要覆盖请加 --force。")
                )

    def show(
        self, console: Console, known: "Knowledge", answers: "dict[str, str | Place]", day: str
    ) -> None:
        """Consult, render and print or write; save the answers where that was asked for."""
        from yibao_cli.consult import consult
        from yibao_cli.dates import parse_dates

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


def knowledge_for(console: Console, data: Path | None) -> "Knowledge":
    """The knowledge to answer by; the user's own local facts lie over it."""
    return knowledge(data, overlay(console.environ))


def asker(known: "Knowledge", console: Console, day: str, *, plain: bool) -> "Callable[[], Wizard]":
    """The wizard, made only where something has to be asked: its library is slow to import."""

    @cache
    def made() -> "Wizard":
        from yibao_cli.prompts import prompts
        from yibao_cli.wizard import Wizard

        return Wizard(known, prompts(console, plain=plain), day)

    return made


def parse(
    known: "Knowledge", given: dict[str, list[str]], wizard: "Callable[[], Wizard] | None"
) -> "dict[str, str | Place]":
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


def day_of(known: "Knowledge", text: str | None, console: Console) -> str:
    """The day by whose rules to answer."""
    if text is None:
        return console.today.isoformat()
    try:
        day = date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        from yibao_cli.answers import shown

        raise AnswerError(
            Finding("bad_date", f"--on 写的是“{shown(text)}”，看不懂；日期写成 2026-11-21。")
        ) from None
    if day < known.about.begins:
        raise AnswerError(
            Finding(
                "before_knowledge",
                f"--on 写的是 {day}，早于本工具资料的起点 {known.about.begins}，没法回答；"
                "请写这天或以后的日期。",
            )
        )
    return day


def merge(given: dict[str, list[str]], settings: Sequence[str] | None) -> dict[str, list[str]]:
    """Flags and `--set` together. Raises UsageError where a setting has no equals sign."""
    merged = {name: list(texts) for name, texts in given.items()}
    for setting in settings or ():
        name, equals, text = setting.partition("=")
        if not equals:
            from yibao_cli.answers import shown

            raise UsageError(
                Finding(
                    "bad_set",
                    f"--set 写的是“{shown(setting)}”；要写成 问题=答案，例如 stage=住院中。",
                )
            )
        merged.setdefault(name.strip().replace("-", "_"), []).append(text)
    return merged


def print_listing(console: Console, format_: str, listing: Any) -> None:
    """Print a listing of the knowledge as text or JSON."""
    if format_ not in _TEXT_FORMATS:
        raise UsageError(unknown_format(format_, _TEXT_FORMATS))
    console.result(listing.json() if format_ == "json" else listing.plain(console.width))


def unknown_format(format_: str, allowed: Sequence[str]) -> Finding:
    """What to say about a format that there is none of."""
    from yibao_cli.answers import shown

    near = get_close_matches(format_, allowed, 2) or list(allowed)
    return Finding(
        "unknown_format",
        f"没有“{shown(format_)}”这种格式；可以写：{'、'.join(allowed)}。",
        tuple(near),
    )


def with_options(command: Callable[..., None], shared: Sequence[str]) -> Callable[..., None]:
    """Give a command the options that several share: `given` (answers) and `output`.

    There is one flag for each question, so that a new question needs no code.
    """
    questions = list(knowledge().questions.values()) if "given" in shared else []
    makers: dict[str, Callable[..., Any]] = {
        "given": given_options,
        "output": output_options,
    }
    own = [one for name, one in signature(command).parameters.items() if name not in shared]
    options = {name: list(signature(makers[name]).parameters.values()) for name in shared}
    flags = [_flag(question) for question in questions]

    @wraps(command)
    def with_options(**values: Any) -> None:
        made: dict[str, Any] = {}
        for name in shared:
            made[name] = makers[name](**{one.name: values.pop(one.name) for one in options[name]})
        if "given" in shared:
            texts = {one.id: values.pop(_parameter(one)) for one in questions}
            given = {name: found for name, found in texts.items() if found}
            made["given"] = changed(made["given"], flags=given)
        command(**made, **values)

    added = [one for name in shared for one in options[name]]
    parameters = [
        one.replace(kind=Parameter.KEYWORD_ONLY) for one in (own[0], *flags, *added, *own[1:])
    ]
    # Typer reads the signature and the annotations apart; both have to name the same parameters.
    with_options.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
    with_options.__annotations__ = {one.name: one.annotation for one in parameters}
    return with_options


def _parameter(question: "Question") -> str:
    # `from` is a keyword of Python.
    return f"answer_{question.id}"


def _flag(question: "Question") -> Parameter:
    spellings = [question.flag]
    if "_" in question.id:
        spellings.append("--" + question.id)
    if question.kind == "place":
        text = f"{question.label}：省名、市名或拼音"
    else:
        text = f"{question.label}：{' / '.join(option.label for option in question.options)}"
    option = typer.Option(
        *spellings, help=text, metavar="地名" if question.kind == "place" else "答案"
    )
    return Parameter(
        _parameter(question),
        Parameter.KEYWORD_ONLY,
        default=None,
        annotation=Annotated[list[str] | None, option],
    )
