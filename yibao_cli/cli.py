"""The command line: flags in, answers → checklist → renderer out, exit status."""

import json
import os
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import get_close_matches
from functools import cache, wraps
from inspect import Parameter, Signature, signature
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import click
import typer

from yibao_cli import __version__
from yibao_cli.cli_batch import batch
from yibao_cli.cli_check import check
from yibao_cli.cli_cost import cost
from yibao_cli.cli_explain import compare, why
from yibao_cli.cli_tree import tree
from yibao_cli.console import Console
from yibao_cli.errors import (
    AnswerError,
    FileError,
    Finding,
    MissingAnswerError,
    Status,
    UsageError,
    YibaoError,
)
from yibao_cli.knowledge import knowledge, overlay
from yibao_cli.render import ALL_FORMATS, View, render

if TYPE_CHECKING:
    from yibao_cli.model import Knowledge, Question
    from yibao_cli.regions import Place
    from yibao_cli.wizard import Wizard

_ONE_SHOT = "yibao plan --insurance 居民 --from 四川绵阳 --to 北京 --care 住院 --filing 未备案"
_SUFFIXES = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".json": "json",
    ".txt": "plain",
    ".html": "html",
    ".htm": "html",
    ".ics": "ics",
}
_TEXT_FORMATS = ("plain", "json")


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit status; no error leaves here as a traceback."""
    console = Console.real()
    as_json = _wants_json(arguments)
    try:
        command = typer.main.get_command(_app(console))
        # Not `main()`: typer's turns an interruption and a broken pipe into statuses of its own.
        with command.make_context("yibao", list(arguments), obj=console) as context:
            command.invoke(context)
        if console.stdout is not None:
            console.stdout.flush()
        return Status.OK
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except YibaoError as error:
        return _report(console, error, as_json)
    except (click.Abort, KeyboardInterrupt):
        console.say("已中断，什么都没有保存。")
        return Status.INTERRUPTED
    except click.ClickException as error:
        return _report(console, UsageError(_usage(error)), as_json)
    except BrokenPipeError:
        # The reader has gone (`| head`); nothing more may be written at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Status.OK
    except OSError as error:
        message = f"输出写不出去（{error.strerror or error}）；请检查磁盘空间或换个地方输出。"
        return _report(console, FileError(Finding("cannot_write", message)), as_json)
    except Exception as error:
        message = (
            f"程序内部出错（{type(error).__name__}），没有给出清单；请把命令和这句话告诉维护者。"
        )
        return _report(console, YibaoError(Finding("internal", message)), as_json)


# ---------------------------------------------------------------- commands


def _app(console: Console) -> typer.Typer:
    app = typer.Typer(
        name="yibao",
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        add_completion=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        help="异地就医备忘：回答几个问题，得到一份要做的事和要带的材料，每条都有出处。",
        epilog=f"一次问完：{_ONE_SHOT}",
    )
    app.callback(invoke_without_command=True)(_root)
    for name, command, shared in (
        ("wizard", _wizard, ("given", "output")),
        ("plan", _plan, ("given", "output")),
        ("resume", _resume, ("output",)),
        ("questions", _questions, ()),
        ("region", _region, ()),
        ("sources", _sources, ()),
        ("cost", cost, ()),
        ("why", why, ("given",)),
        ("compare", compare, ("given",)),
        ("tree", tree, ()),
        ("batch", batch, ()),
        ("check", check, ()),
    ):
        app.command(name)(_with_options(command, shared) if shared else command)
    return app


def _root(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", "-V", help="显示版本和知识的日期。")
    ] = False,
) -> None:
    console: Console = context.obj
    if version:
        about = knowledge().about
        console.result(f"yibao {__version__}（知识 {about.version}，{about.read_on} 读）\n")
        raise typer.Exit
    if context.invoked_subcommand is None:
        output = _Output(None, None, False)
        _consult_on_terminal(console, _Given(), output, on=None, data=None, plain=False)


DataFolder = Annotated[
    Path | None,
    typer.Option(
        "--data", help="您自己的知识文件夹：补充省市的规定；有 knowledge.yaml 的整套代替。"
    ),
]
Day = Annotated[str | None, typer.Option("--on", help="按哪一天的规则回答，例如 2025-06-01。")]
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


def _output_options(
    format_: FormatOption = None,
    output: OutputOption = None,
    force: Force = False,
    bag: Bag = False,
    reader: Reader = "patient",
    admission: Admission = None,
    discharge: Discharge = None,
    filed_on: FiledOn = None,
    save_answers: SaveAnswers = None,
) -> "_Output":
    """The options of every command that ends in a checklist."""
    return _Output(
        format_,
        output,
        force,
        bag=bag,
        reader=reader,
        dates={"admission": admission, "discharge": discharge, "filed_on": filed_on},
        save=save_answers,
    )


def _given_options(
    set_: Set = None, code: Code = None, answers_file: AnswersFile = None
) -> "_Given":
    """The options, besides the flags of the questions, that give answers."""
    return _Given(tuple(set_ or ()), code, answers_file)


def _wizard(
    context: typer.Context,
    given: "_Given",
    output: "_Output",
    plain: Plain = False,
    on: Day = None,
    data: DataFolder = None,
) -> None:
    """在终端上一问一答；已经写明的答案不再问。

    例：yibao wizard --from 四川绵阳 --to 北京
    """
    _consult_on_terminal(context.obj, given, output, on=on, data=data, plain=plain)


def _resume(
    context: typer.Context,
    output: "_Output",
    forget: Annotated[bool, typer.Option("--forget", help="删掉存着的答案。")] = False,
    plain: Plain = False,
    data: DataFolder = None,
) -> None:
    """接着上次没问完的问题；只存答案，不存姓名和证件。

    例：yibao resume
    """
    from yibao_cli import session

    console: Console = context.obj
    if forget:
        console.say(session.forget(console.environ))
        return
    saved = session.load(console.environ, _knowledge(console, data))
    if saved is None:
        message = "没有存着的答案；用 yibao 从头开始。"
        raise MissingAnswerError(Finding("no_session", message))
    for remark in saved.remarks:
        console.say(remark)
    given = _Given(known=dict(saved.answers))
    _consult_on_terminal(console, given, output, on=None, data=data, plain=plain)


def _plan(
    context: typer.Context,
    given: "_Given",
    output: "_Output",
    plain: Plain = False,
    no_input: Annotated[
        bool, typer.Option("--no-input", help="从不提问；缺答案就报错退出。")
    ] = False,
    on: Day = None,
    data: DataFolder = None,
) -> None:
    """一次给出全部答案，得到清单；适合脚本。

    例：yibao plan --insurance 居民 --from 四川绵阳 --to 北京 --care 住院 --filing 未备案
    """
    from yibao_cli.consult import open_question

    console: Console = context.obj
    output.check()
    known = _knowledge(console, data)
    day = _day(known, on, console)
    asking = console.interactive and not no_input
    wizard = _asker(known, console, day, plain=plain) if asking else None
    answers = _parse(known, given.texts(known, console), wizard)
    if wizard is not None and open_question(known, answers, day):
        answers = wizard().required(answers)
    output.show(console, known, answers, day)


def _questions(
    context: typer.Context,
    ids: Annotated[
        list[str] | None, typer.Argument(help="只看这些问题。", metavar="[问题]...")
    ] = None,
    format_: Annotated[str, typer.Option("--format", "-f", help="plain 或 json。")] = "plain",
    data: DataFolder = None,
) -> None:
    """列出每个问题、可以写的答案和写法。

    例：yibao questions filing
    """
    from yibao_cli.render import catalogue

    known = _knowledge(context.obj, data)
    chosen = list(known.questions.values())
    if ids:
        from yibao_cli.answers import unknown_question

        unknown = [unknown_question(known, one) for one in ids if one not in known.questions]
        if unknown:
            raise AnswerError(*unknown)
        chosen = [known.questions[one] for one in dict.fromkeys(ids)]
    _print_listing(context.obj, format_, catalogue.questions(chosen))


def _region(
    context: typer.Context,
    text: Annotated[list[str], typer.Argument(help="省名、市名或拼音。", metavar="地名")],
    format_: Annotated[str, typer.Option("--format", "-f", help="plain 或 json。")] = "plain",
    data: DataFolder = None,
) -> None:
    """查一个地名认成哪里，当地有哪些已知的规定，热线是多少。

    例：yibao region 江苏
    """
    from yibao_cli import answers as door
    from yibao_cli.render import catalogue

    console: Console = context.obj
    known = _knowledge(context.obj, data)
    # Not an answer to any question, so no message may speak of a flag.
    question = replace(known.questions["to"], id="", label="地名")
    place = door.parse(known, question, " ".join(text))
    _print_listing(
        console,
        format_,
        catalogue.region(known, place, console.today.isoformat()),  # type: ignore[arg-type]
    )


def _sources(
    context: typer.Context,
    overdue: Annotated[bool, typer.Option("--overdue", help="只看过了复查日的。")] = False,
    format_: Annotated[str, typer.Option("--format", "-f", help="plain 或 json。")] = "plain",
    data: DataFolder = None,
) -> None:
    """列出全部依据：文件、文号、日期、哪天读的、可信程度、有没有过复查日。

    例：yibao sources --overdue
    """
    from yibao_cli.render import catalogue

    console: Console = context.obj
    _print_listing(
        console,
        format_,
        catalogue.sources(
            _knowledge(console, data), console.today.isoformat(), overdue_only=overdue
        ),
    )


# ---------------------------------------------------------------- one run


@dataclass(frozen=True)
class _Given:
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
        return found | _merge(self.flags, self.settings)


class _Output:
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
            raise UsageError(_unknown_format(self.format, ALL_FORMATS))
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
            format_ = _SUFFIXES.get(self.path.suffix.lower(), "plain")
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


def _consult_on_terminal(
    console: Console,
    given: _Given,
    output: _Output,
    *,
    on: str | None,
    data: Path | None,
    plain: bool,
) -> None:
    """The wizard from the first question to the list; an interruption loses no answer."""
    from yibao_cli import session

    output.check()
    if not console.interactive:
        raise UsageError(
            Finding("no_terminal", f"一问一答要在终端上用；在脚本里请一次写全，例如：{_ONE_SHOT}")
        )
    known = _knowledge(console, data)
    day = _day(known, on, console)
    wizard = _asker(known, console, day, plain=plain)
    kept: list[session.Saved] = []

    def noted(answers: "dict[str, str | Place]") -> None:
        kept.append(session.save(console.environ, known, answers, console.today))

    wizard().noted = noted
    try:
        answers = wizard().run(_parse(known, given.texts(known, console), wizard))
    except KeyboardInterrupt:
        if not kept or kept[-1].path is None:
            raise
        console.say("已中断。答案存着，用 yibao resume 接着来，用 yibao resume --forget 删掉。")
        raise typer.Exit(Status.INTERRUPTED) from None
    session.save(console.environ, known, answers, console.today, finished=True)
    output.show(console, known, answers, day)


def _knowledge(console: Console, data: Path | None) -> "Knowledge":
    """The knowledge to answer by; the user's own local facts lie over it."""
    return knowledge(data, overlay(console.environ))


def _asker(
    known: "Knowledge", console: Console, day: str, *, plain: bool
) -> "Callable[[], Wizard]":
    """The wizard, made only where something has to be asked: its library is slow to import."""

    @cache
    def made() -> "Wizard":
        from yibao_cli.prompts import prompts
        from yibao_cli.wizard import Wizard

        return Wizard(known, prompts(console, plain=plain), day)

    return made


def _parse(
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


def _day(known: "Knowledge", text: str | None, console: Console) -> str:
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


def _merge(given: dict[str, list[str]], settings: Sequence[str] | None) -> dict[str, list[str]]:
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


def _print_listing(console: Console, format_: str, listing: Any) -> None:
    if format_ not in _TEXT_FORMATS:
        raise UsageError(_unknown_format(format_, _TEXT_FORMATS))
    console.result(listing.json() if format_ == "json" else listing.plain(console.width))


# ---------------------------------------------------------------- flags from the questions


def _with_options(command: Callable[..., None], shared: Sequence[str]) -> Callable[..., None]:
    """Give a command the options that several share: `given` (answers) and `output`.

    There is one flag for each question, so that a new question needs no code.
    """
    questions = list(knowledge().questions.values()) if "given" in shared else []
    makers: dict[str, Callable[..., Any]] = {
        "given": _given_options,
        "output": _output_options,
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
            made["given"] = replace(made["given"], flags=given)
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


# ---------------------------------------------------------------- errors


def _report(console: Console, error: YibaoError, as_json: bool) -> int:
    for finding in error.findings:
        console.say(finding.message)
    if as_json:
        first = error.findings[0]
        body = {
            "code": first.code,
            "message": str(error),
            "candidates": [one for finding in error.findings for one in finding.candidates],
        }
        try:
            console.result(json.dumps({"error": body}, ensure_ascii=False, indent=2) + "\n")
        except OSError:
            return Status.FILE
    return error.status


def _wants_json(arguments: Sequence[str]) -> bool:
    """Whether errors have to speak JSON; asked of the raw arguments, which may not parse."""
    text = "\0".join(arguments)
    return bool(re.search(r"(^|\0)(--format|-f)(=|\0)json(\0|$)|(^|\0)-fjson(\0|$)", text))


def _unknown_format(format_: str, allowed: Sequence[str]) -> Finding:
    from yibao_cli.answers import shown

    near = get_close_matches(format_, allowed, 2) or list(allowed)
    return Finding(
        "unknown_format",
        f"没有“{shown(format_)}”这种格式；可以写：{'、'.join(allowed)}。",
        tuple(near),
    )


def _usage(error: click.ClickException) -> Finding:
    """A usage error in Chinese, with what may have been meant."""
    from yibao_cli.answers import shown

    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "yibao"
    if isinstance(error, click.NoSuchOption):
        name = shown(error.option_name)
        known = [opt for one in context.command.params for opt in one.opts] if context else []
        near = tuple(get_close_matches(error.option_name, known, 3))
        hint = f"是不是：{'、'.join(near)}？" if near else f"用 {command} --help 看全部。"
        return Finding("unknown_option", f"没有 {name} 这个选项。{hint}", near)
    if isinstance(error, click.BadOptionUsage):
        return Finding(
            "bad_option", f"{shown(error.option_name)} 后面要写内容。用 {command} --help 看用法。"
        )
    if isinstance(error, click.MissingParameter):
        name = error.param.make_metavar(context) if error.param and context else ""
        return Finding("missing_argument", f"还缺 {name}。用 {command} --help 看用法。")
    found = re.match(r"No such command '([^']*)'", error.message)
    if found and isinstance(getattr(context, "command", None), click.Group):
        names = list(context.command.commands)  # type: ignore[union-attr]
        near = tuple(get_close_matches(found[1], names, 3)) or tuple(names)
        return Finding(
            "unknown_command", f"没有“{shown(found[1])}”这个命令；可以写：{'、'.join(near)}。", near
        )
    return Finding("usage", f"命令写得不对（{shown(error.message)}）。用 {command} --help 看用法。")
