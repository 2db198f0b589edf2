"""What the commands share: flags of the questions, where answers come from, where the result goes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from difflib import get_close_matches
from functools import cache, wraps
from inspect import Parameter, Signature, signature
from pathlib import Path
from typing import Annotated, Any, TypeVar, get_args

import typer

from yibao_cli.answers import printable
from yibao_cli.cli import complete
from yibao_cli.cli.given import Given, called_now
from yibao_cli.cli.help import REST, see_help
from yibao_cli.cli.output import Output
from yibao_cli.console import Console
from yibao_cli.errors import Finding, UsageError
from yibao_cli.formats import ALL_FORMATS
from yibao_cli.knowledge import knowledge
from yibao_cli.knowledge.questions import Question
from yibao_cli.wrap import cells

ONE_SHOT = "yibao plan --insurance 居民 --from 绵阳 --to 北京 --care 住院 --filing 未备案"

Value = TypeVar("Value")

MUST, MAY, RESULT = "必答", "按情况答，不写就按括号里的", "结果"
"""The panels of the help of a command, with `REST`."""

FORMER = "former_"
"""Begins the name of the parameter for a flag that a question once had."""

QUESTION = "answer_"
"""Begins the name of the parameter for the flag of a question."""

# What a question offers for one line of the help; the rest stands in `yibao questions`.
_SHOWN = 17
_HELP_CELLS = 48


def option(*flags: str, help: str, panel: str = REST, **more: Any) -> Any:
    """An option in a named panel of the help, without Typer's own words about its value."""
    quiet = {"metavar": " ", "show_default": False, "show_envvar": False}
    return typer.Option(*flags, help=help, rich_help_panel=panel, **{**quiet, **more})


def argument(metavar: str, **more: Any) -> Any:
    """An argument, which the text of the help explains: Typer's panel would name its type in English.

    None is required of Typer, whose help would say so in English, too: see `present`.
    """
    return typer.Argument(metavar=metavar, hidden=True, show_default=False, **more)


def present(ctx: typer.Context, value: Value | None, metavar: str) -> Value:
    """The value of an argument that must be there. Raises UsageError where it is not."""
    if value is None:
        message = f"还缺 {metavar}。{see_help(ctx.command_path)}"
        raise UsageError(Finding("missing_argument", message))
    return value


def path_option(*flags: str, help: str, panel: str = REST, **more: Any) -> Any:
    """An option with the name of a file or a folder, which shells complete themselves."""
    return option(
        *flags, help=help, panel=panel, parser=Path, autocompletion=complete.nothing, **more
    )


def choice_option(flags: Sequence[str], words: Collection[str], help: str, **more: Any) -> Any:
    """An option for one of some words, in capital or small letters."""
    return option(
        *flags,
        help=help,
        panel=RESULT,
        parser=lambda word: chosen(flags[0], word, words),
        autocompletion=complete.one_of(words),
        **more,
    )


def chosen(flag: str, word: str, words: Collection[str]) -> str:
    """One of the words that an option takes. Raises UsageError with the nearest ones."""
    if word.lower() in words:
        return word.lower()
    near = tuple(get_close_matches(word[:40], words, 2)) or tuple(words)
    code = "unknown_format" if flag == "--format" else "unknown_choice"
    message = f"{flag} 没有“{printable(word)}”；可以写：{'、'.join(words)}。"
    raise UsageError(Finding(code, message, near))


def _data(*, hidden: bool = False) -> Any:
    help = "您自己的知识文件夹：补充或代替自带的"
    return path_option("--data", help=help, envvar="YIBAO_DATA", hidden=hidden)


def _plain(*, hidden: bool = False) -> Any:
    help = "一行一行地问；读屏软件、旧终端用"
    return option("--plain", help=help, envvar="YIBAO_PLAIN", hidden=hidden)


def _no_input(more: str = "") -> Any:
    help = f"从不提问，缺答案就报错{more}"
    return option("--no-input", help=help, envvar="YIBAO_NO_INPUT")


DataFolder = Annotated[Path | None, _data()]
HiddenDataFolder = Annotated[Path | None, _data(hidden=True)]
Day = Annotated[str | None, option("--on", help="按哪天的规定，例如 2025-06-01")]
NoInput = Annotated[bool, _no_input()]
HintedNoInput = Annotated[bool, _no_input("；另有 --plain --data")]
Plain = Annotated[bool, _plain()]
HiddenPlain = Annotated[bool, _plain(hidden=True)]
ListingFormat = Annotated[
    str | None, choice_option(("--format", "-f"), ("plain", "json"), "plain（默认）或 json")
]
OutputFile = Annotated[
    Path | None,
    path_option("--output", "-o", help="写到文件，格式看扩展名：清单.html", panel=RESULT),
]
Force = Annotated[bool, option("--force", help="覆盖已有的文件", panel=RESULT)]
Setting = Annotated[
    list[str] | None,
    option(
        "--set",
        help="别的问题，写 问题=答案；有哪些：yibao questions",
        panel=MAY,
        autocompletion=complete.settings,
    ),
]


def given_options(
    set_: Setting = None,
    answers_file: Annotated[
        Path | None, path_option("--answers", help="从 YAML、JSON 文件读答案；- 是标准输入")
    ] = None,
    code: Annotated[str | None, option("--code", help="用清单末尾的答案代码")] = None,
) -> None:
    """What gives answers besides the flags of the questions."""


def output_options(
    format_: Annotated[
        str | None,
        choice_option(
            ("--format", "-f"),
            ALL_FORMATS,
            " ".join(ALL_FORMATS),
            envvar="YIBAO_FORMAT",
        ),
    ] = None,
    output: OutputFile = None,
    force: Force = False,
    bag: Annotated[
        bool, option("--bag", help="只要材料；另有 --for --discharge --save-answers", panel=RESULT)
    ] = False,
    reader: Annotated[
        str | None,
        choice_option(
            ("--for",), ("patient", "proxy"), "给谁看：proxy 代办人（病人）", hidden=True
        ),
    ] = None,
    save_answers: Annotated[
        Path | None,
        path_option(
            "--save-answers", help="把答案存成 YAML 或 JSON 文件", panel=RESULT, hidden=True
        ),
    ] = None,
    admission: Annotated[
        str | None, option("--admission", help="入院日期，日历用", panel=RESULT, hidden=True)
    ] = None,
    discharge: Annotated[
        str | None, option("--discharge", help="出院日期，日历用", panel=RESULT, hidden=True)
    ] = None,
    filed_on: Annotated[
        str | None, option("--filed-on", help="备案日期，日历用", panel=RESULT, hidden=True)
    ] = None,
) -> None:
    """Where a checklist goes, and in which form."""


def shared(command: Callable[..., int | None]) -> Callable[..., int | None]:
    """Give a command, in place of its `given` and `output`, the options that these are made of.

    Each question has a flag, so a new question in the knowledge needs no code.
    """
    own = signature(command, eval_str=True).parameters
    makers = {name: _MADE[one.annotation] for name, one in own.items() if one.annotation in _MADE}
    if not makers:
        return command

    @wraps(command)
    def with_shared(ctx: typer.Context, **values: Any) -> int | None:
        made = {name: make(ctx, values) for name, (_, make) in makers.items()}
        return command(ctx, **made, **values)

    parameters: list[Parameter] = []
    for name, one in own.items():
        parameters += makers[name][0]() if name in makers else (one,)
    parameters = [one.replace(kind=Parameter.KEYWORD_ONLY) for one in parameters]
    # The help shows the panels in the order in which they are met.
    parameters.sort(key=_panel)
    # Typer reads the signature and the annotations apart; both have to name the same parameters.
    with_shared.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
    with_shared.__annotations__ = {one.name: one.annotation for one in parameters}
    return with_shared


@cache
def _flags() -> tuple[Parameter, ...]:
    """A flag for each question, those without a default first, and its former ones, hidden."""
    questions = knowledge().questions.values()
    shown = {one.id for one in questions if one.default is None}
    shown |= set([one.id for one in questions if one.default is not None][:_SHOWN])
    return tuple(
        _flag(question, name, hidden=name not in shown)
        for question in questions
        for name in (question.id, *question.was)
    )


def _flag(question: Question, name: str, *, hidden: bool) -> Parameter:
    made = option(
        "--" + name.replace("_", "-"),
        help=_said(question),
        panel=MUST if question.default is None else MAY,
        hidden=hidden,
        autocompletion=complete.answer(question.id),
    )
    return Parameter(
        (QUESTION if name == question.id else FORMER) + name,
        Parameter.KEYWORD_ONLY,
        default=None,
        annotation=Annotated[list[str] | None, made],
    )


def _said(question: Question) -> str:
    """A question for one line of the help: its first options, and the one that is assumed."""
    if question.kind == "place":
        return f"{question.label}：省名、市名或拼音"
    default = question.options[question.default].label if question.default else None
    first, *others = [one.label for one in question.options.values() if one.label != default]
    text, more = f"{question.label}：{first}", "…" if others else ""
    end = f"（{default}）" if default else ""
    if cells(text + more + end) > _HELP_CELLS:
        end = ""
    for number, label in enumerate(others, 1):
        longer, after = f"{text} / {label}", "…" if number < len(others) else ""
        if cells(longer + after + end) > _HELP_CELLS:
            break
        text, more = longer, after
    # Typer reads the help as markup.
    return f"{text}{more}{end}".replace("[", "\\[")


def _given(ctx: typer.Context, values: dict[str, Any]) -> Given:
    """What gives answers, taken from the values of a command."""
    console: Console = ctx.obj
    flags: dict[str, list[str]] = {}
    for question in knowledge().questions.values():
        for name in (question.id, *question.was):
            former = name != question.id
            texts = values.pop((FORMER if former else QUESTION) + name)
            if texts and former:
                console.say(called_now("--" + name.replace("_", "-"), question.flag))
            if texts:
                flags.setdefault(question.id, []).extend(texts)
    return Given(
        console.environ,
        values.pop("answers_file"),
        values.pop("code"),
        flags=flags,
        settings=values.pop("set_") or (),
    )


def _output(ctx: typer.Context, values: dict[str, Any]) -> Output:
    """Where the result goes, taken from the values of a command."""
    source = ctx.get_parameter_source("format_")
    format_, path = values.pop("format_"), values.pop("output")
    variable = source is not None and source.name == "ENVIRONMENT"
    return Output(
        format=None if variable else format_,
        usual=format_ if variable else None,
        path=path if path is None or str(path) != "-" else None,
        force=values.pop("force"),
        bag=values.pop("bag"),
        reader=values.pop("reader") or "patient",
        dates={name: values.pop(name) for name in ("admission", "discharge", "filed_on")},
        save=values.pop("save_answers"),
    )


def _panel(one: Parameter) -> int:
    """Where the panel of a parameter stands; the context has none."""
    panels = [getattr(part, "rich_help_panel", None) for part in get_args(one.annotation)]
    order = (MUST, MAY, None, RESULT, REST)
    named = next(filter(None, panels), None)
    return order.index(named if named in order else None)


def _asked() -> list[Parameter]:
    return [*_flags(), *signature(given_options, eval_str=True).parameters.values()]


def _placed() -> list[Parameter]:
    return list(signature(output_options, eval_str=True).parameters.values())


_MADE: dict[Any, tuple[Callable[[], list[Parameter]], Callable[..., Any]]] = {
    Given: (_asked, _given),
    Output: (_placed, _output),
}
"""What a parameter of this type is made of: its options, and what makes it of their values."""
