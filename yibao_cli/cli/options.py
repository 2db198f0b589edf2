"""Options of all kinds: those that several commands share, and the flags of the questions."""

from __future__ import annotations

from collections.abc import Callable, Collection
from difflib import get_close_matches
from functools import wraps
from inspect import Parameter, Signature, signature
from pathlib import Path
from typing import Annotated, Any

import typer
from msgspec import Struct
from typer.core import TyperOption

from yibao_cli.answers import printable
from yibao_cli.cli import complete
from yibao_cli.errors import Finding, UsageError
from yibao_cli.files import named
from yibao_cli.knowledge import knowledge
from yibao_cli.knowledge.questions import Question
from yibao_cli.wrap import cells

MUST, MAY, RESULT, REST = "必答", "按情况答，不写就按括号里的", "结果", "其他"
PANELS: dict[str | None, int] = {MUST: 0, MAY: 1, RESULT: 3, REST: 4}
"""The panels of the help of a command, in order; those of single commands are in the middle."""

QUESTION = "answer_"
"""Begins the name of the parameter for the flag of a question."""

# What a question offers for one line of the help; the rest stands in `yibao questions`.
_SHOWN = 21
_HELP_CELLS = 48
# How every option stands in the help: without Typer's own words about its value.
_QUIET: dict[str, Any] = {"metavar": " ", "show_default": False, "show_envvar": False}


def option(
    flags: str,
    help: str,
    panel: str = REST,
    offered: Callable[..., complete.Offered] | None = None,
    **more: Any,
) -> Any:
    """An option of some flags in a named panel of the help; `offered` completes its value."""
    how = {**_QUIET, "rich_help_panel": panel, "autocompletion": offered, **more}
    return typer.Option(*flags.split(), help=help, **how)


def argument(metavar: str, offered: Callable[..., complete.Offered], **more: Any) -> Any:
    """An argument, which the text of the help explains: Typer's panel would name its type in English."""
    how = {"metavar": metavar, "autocompletion": offered, "show_default": False, **more}
    return typer.Argument(hidden=True, **how)


def path_option(flags: str, help: str, panel: str = REST, **more: Any) -> Any:
    """An option with the name of a file or a folder, which shells complete themselves."""
    return option(flags, help, panel, complete.nothing, **{"parser": named, **more})


def choice_option(
    flags: str, help: str, words: Collection[str], panel: str = RESULT, **more: Any
) -> Any:
    """An option for one of some words, in capital or small letters."""

    def parse(word: str) -> str:
        if word.lower() in words:
            return word.lower()
        flag, near = flags.split()[0], tuple(get_close_matches(word[:40], words, 2))
        code = "unknown_format" if flag == "--format" else "unknown_choice"
        message = f"{flag} 没有“{printable(word)}”；可以写：{'、'.join(words)}。"
        raise UsageError(Finding(code, message, near or tuple(words)))

    return option(flags, help, panel, complete.one_of(words), parser=parse, **more)


def format_option(help: str, words: Collection[str], **more: Any) -> Any:
    """The option for one of some formats."""
    return choice_option("--format -f", help, words, **more)


_DATA = "您自己的知识文件夹：补充或代替自带的"

DataFolder = Annotated[Path | None, path_option("--data", _DATA, envvar="YIBAO_DATA", hidden=True)]
Day = Annotated[str | None, option("--on", "按哪天的规定，例如 2025-06-01；另有 --data")]
ListingFormat = Annotated[
    str | None, format_option("plain（默认）或 json；另有 --data", ("plain", "json"))
]
NoInput = Annotated[
    bool, option("--no-input", "从不提问，缺答案就报错；另有 --plain", envvar="YIBAO_NO_INPUT")
]
Plain = Annotated[
    bool, option("--plain", "一行一行地问；读屏软件、旧终端用", envvar="YIBAO_PLAIN", hidden=True)
]
Force = Annotated[bool, option("--force", "覆盖已有的文件", RESULT)]


def shared(command: Callable[..., int | None]) -> Callable[..., int | None]:
    """Give a command, in place of each parameter that is a Struct, the options that it is made of.

    Its first field is the context, the others are the options.
    """
    own = signature(command, eval_str=True).parameters
    made = {
        name: [*signature(one.annotation).parameters.values()][1:]
        for name, one in own.items()
        if isinstance(one.annotation, type) and issubclass(one.annotation, Struct)
    }

    @wraps(command)
    def with_shared(ctx: typer.Context, **values: Any) -> int | None:
        values["ctx"] = ctx
        for name, options in made.items():
            fields = {one.name: values[one.name] for one in options}
            values[name] = own[name].annotation(ctx, **fields)
        return command(**{name: values[name] for name in own})

    found = [Parameter("ctx", Parameter.KEYWORD_ONLY, annotation=typer.Context)]
    for name, one in own.items():
        found += made.get(name, [one]) if name != "ctx" else []
    # Typer reads the signature and the annotations apart; both have to name the same parameters.
    keywords = [one.replace(kind=Parameter.KEYWORD_ONLY) for one in found]
    with_shared.__signature__ = Signature(keywords)  # type: ignore[attr-defined]
    with_shared.__annotations__ = {one.name: one.annotation for one in keywords}
    return with_shared


def question_options(command: Callable[..., int | None]) -> list[TyperOption]:
    """The flags of the questions, where a command takes answers; those of former names are hidden.

    A new question in the knowledge needs no code.
    """
    if "given" not in signature(command).parameters:
        return []
    questions = sorted(knowledge().questions.values(), key=lambda one: one.default is not None)
    shown = [one.id for one in questions][:_SHOWN]
    return [
        TyperOption(
            param_decls=[QUESTION + name, "--" + name.replace("_", "-")],
            # Two values that differ are a contradiction, so both have to be seen.
            multiple=True,
            help=_help(question),
            rich_help_panel=MUST if question.default is None else MAY,
            hidden=name not in shown,
            autocompletion=complete.answer(question.id),
            **_QUIET,
        )
        for question in questions
        for name in (question.id, *question.was)
    ]


def _help(question: Question) -> str:
    """A question for one line of the help: its first options, and the one that is assumed."""
    if question.kind == "place":
        return f"{question.label}：省名、市名或拼音"
    labels = [one.label for one in question.options.values() if one.id != question.default]
    end = f"（{question.options[question.default].label}）" if question.default else ""
    for count in range(len(labels), 0, -1):
        more = "…" if count < len(labels) else ""
        text = f"{question.label}：{' / '.join(labels[:count])}{more}"
        if cells(text + end) <= _HELP_CELLS:
            break
    else:
        end = ""
    # Typer reads the help as markup.
    return f"{text}{end}".replace("[", "\\[")
