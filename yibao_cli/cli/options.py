"""What the commands share: flags of the questions, and options that more than one command has."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from difflib import get_close_matches
from functools import wraps
from inspect import Parameter, Signature, signature
from pathlib import Path
from typing import Annotated, Any, TypeVar, get_type_hints

import typer
from msgspec import Struct
from typer.core import TyperOption

from yibao_cli.answers import printable
from yibao_cli.cli import complete
from yibao_cli.cli.help import FORMER, REST, see_help
from yibao_cli.errors import Finding, UsageError
from yibao_cli.knowledge import knowledge
from yibao_cli.knowledge.questions import Question
from yibao_cli.wrap import cells

Value = TypeVar("Value")

MUST, MAY, RESULT = "必答", "按情况答，不写就按括号里的", "结果"
"""The panels of the help of a command, with `REST`."""

QUESTION = "answer_"
"""Begins the name of the parameter for the flag of a question."""

# What a question offers for one line of the help; the rest stands in `yibao questions`.
_SHOWN = 21
_HELP_CELLS = 48
# How every option stands in the help: without Typer's own words about its value.
_QUIET: dict[str, Any] = {"metavar": " ", "show_default": False, "show_envvar": False}


def option(*flags: str, help: str, panel: str = REST, **more: Any) -> Any:
    """An option in a named panel of the help."""
    return typer.Option(*flags, help=help, rich_help_panel=panel, **{**_QUIET, **more})


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


def path_option(*flags: str, help: str, **more: Any) -> Any:
    """An option with the name of a file or a folder, which shells complete themselves."""
    return option(*flags, help=help, parser=Path, autocompletion=complete.nothing, **more)


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


_FOLDER: dict[str, Any] = {
    "help": "您自己的知识文件夹：补充或代替自带的",
    "envvar": "YIBAO_DATA",
}
_LINES: dict[str, Any] = {"help": "一行一行地问；读屏软件、旧终端用", "envvar": "YIBAO_PLAIN"}
_NEVER = "从不提问，缺答案就报错"

DataFolder = Annotated[Path | None, path_option("--data", **_FOLDER)]
HiddenDataFolder = Annotated[Path | None, path_option("--data", **_FOLDER, hidden=True)]
Plain = Annotated[bool, option("--plain", **_LINES)]
HiddenPlain = Annotated[bool, option("--plain", **_LINES, hidden=True)]
NoInput = Annotated[bool, option("--no-input", help=_NEVER, envvar="YIBAO_NO_INPUT")]
HintedNoInput = Annotated[
    bool, option("--no-input", help=f"{_NEVER}；另有 --plain --data", envvar="YIBAO_NO_INPUT")
]
Day = Annotated[str | None, option("--on", help="按哪天的规定，例如 2025-06-01")]
ListingFormat = Annotated[
    str | None, choice_option(("--format", "-f"), ("plain", "json"), "plain（默认）或 json")
]
Force = Annotated[bool, option("--force", help="覆盖已有的文件", panel=RESULT)]


def shared(command: Callable[..., int | None]) -> Callable[..., int | None]:
    """Give a command, in place of each parameter that is a Struct, the options that it is made of.

    Its first field is the context, the others are the options.
    """
    own = signature(command, eval_str=True).parameters
    groups = {name: _options(one.annotation) for name, one in own.items()}

    @wraps(command)
    def with_shared(ctx: typer.Context, **values: Any) -> int | None:
        taken = {name: values[name] for name in own if name in values}
        for name, options in groups.items():
            if options:
                taken[name] = own[name].annotation(ctx, **{one: values[one] for one in options})
        return command(ctx, **taken)

    found = [one for name in own for one in (groups[name].values() or (own[name],))]
    # Typer reads the signature and the annotations apart; both have to name the same parameters.
    keywords = [one.replace(kind=Parameter.KEYWORD_ONLY) for one in found]
    with_shared.__signature__ = Signature(keywords)  # type: ignore[attr-defined]
    with_shared.__annotations__ = {one.name: one.annotation for one in keywords}
    return with_shared


def _options(made: Any) -> dict[str, Parameter]:
    """The options that a Struct is made of; nothing else is made of any."""
    if not (isinstance(made, type) and issubclass(made, Struct)):
        return {}
    hints, kind = get_type_hints(made, include_extras=True), Parameter.KEYWORD_ONLY
    # Not `fields`, which reads the annotations once more.
    named = zip(made.__struct_fields__[1:], made.__struct_defaults__, strict=True)
    return {
        name: Parameter(name, kind, default=default, annotation=hints[name])
        for name, default in named
    }


def panel_order(one: Any) -> int:
    """Where the panel of a parameter stands in a help; those of single commands are in the middle."""
    order = (MUST, MAY, None, RESULT, REST)
    return order.index(one.rich_help_panel if one.rich_help_panel in order else None)


def question_options(command: Callable[..., int | None]) -> list[TyperOption]:
    """The flags of the questions, where a command takes answers; those of former names are hidden.

    A new question in the knowledge needs no code.
    """
    if "given" not in signature(command).parameters:
        return []
    questions = knowledge().questions.values()
    must = [one.id for one in questions if one.default is None]
    shown = [*must, *(one.id for one in questions if one.default is not None)][:_SHOWN]
    return [
        _flag(question, name, hidden=name not in shown)
        for question in questions
        for name in (question.id, *question.was)
    ]


def given_flags(ctx: typer.Context) -> dict[str, list[str]]:
    """What was written after the flags of the questions, by their names of today or of once."""
    return {
        name.removeprefix(QUESTION).removeprefix(FORMER): texts
        for name, texts in ctx.params.items()
        if name.startswith((QUESTION, FORMER)) and texts
    }


def _flag(question: Question, name: str, *, hidden: bool) -> TyperOption:
    prefix = QUESTION if name == question.id else FORMER
    return TyperOption(
        param_decls=[prefix + name, "--" + name.replace("_", "-")],
        # Two values that differ are a contradiction, so both have to be seen.
        multiple=True,
        help=_said(question),
        rich_help_panel=MUST if question.default is None else MAY,
        hidden=hidden,
        autocompletion=complete.answer(question.id),
        **_QUIET,
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
