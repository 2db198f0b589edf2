"""`yibao why` and `yibao compare`: flags in, an explanation out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from yibao_cli.cli import complete
from yibao_cli.cli.given import Given, answered, asker, day_of, knowledge_for, merge
from yibao_cli.cli.options import (
    DataFolder,
    Day,
    ListingFormat,
    NoInput,
    Plain,
    option,
    path_option,
)
from yibao_cli.cli.output import print_listing
from yibao_cli.console import Console
from yibao_cli.errors import Finding, UsageError
from yibao_cli.knowledge.model import Knowledge

if TYPE_CHECKING:
    from yibao_cli.explain import Situation

_OTHER = "另一种情况"


def why(
    ctx: typer.Context,
    given: Given,
    not_: Annotated[
        str | None,
        option("--not", help="为什么没有这一条：它的编号，或一段文字"),
    ] = None,
    format_: ListingFormat = None,
    on: Day = None,
    no_input: NoInput = False,
    plain: Plain = False,
    data: DataFolder = None,
) -> None:
    """Why the list is what it is, or why something is not on it."""
    from yibao_cli import explain
    from yibao_cli.render import explanation
    from yibao_cli.why_not import find_goal, why_not

    console: Console = ctx.obj
    known = knowledge_for(console, data)
    texts = given.texts(known, console)
    base = _situation(console, known, texts, on, asking=not no_input, plain=plain)
    if not_ is None:
        listing = explanation.why(explain.why(base))
    else:
        listing = explanation.why_not(why_not(base, find_goal(base, not_)))
    print_listing(console, format_, listing)


def compare(
    ctx: typer.Context,
    given: Given,
    with_: Annotated[
        list[str] | None,
        option(
            "--with",
            help="另一种情况的答案：问题=答案，可写多次",
            panel=_OTHER,
            autocompletion=complete.settings,
        ),
    ] = None,
    with_on: Annotated[str | None, option("--with-on", help="按哪天的规定", panel=_OTHER)] = None,
    with_data: Annotated[
        Path | None, path_option("--with-data", help="用哪个知识文件夹", panel=_OTHER)
    ] = None,
    format_: ListingFormat = None,
    on: Day = None,
    no_input: NoInput = False,
    plain: Plain = False,
    data: DataFolder = None,
) -> None:
    """How the lists of two situations differ."""
    from yibao_cli import explain
    from yibao_cli.render import explanation

    console: Console = ctx.obj
    if not (with_ or with_on or with_data):
        raise UsageError(
            Finding(
                "nothing_to_compare",
                "还要写另一种情况：--with 问题=答案、--with-on 日期 或 --with-data 文件夹。",
            )
        )
    known = knowledge_for(console, data)
    other = merge(known, {}, with_ or (), "--with")
    texts = given.texts(known, console)
    first = _situation(console, known, texts, on, asking=not no_input, plain=plain)
    second = _situation(
        console,
        knowledge_for(console, with_data) if with_data else known,
        {**texts, **other},
        with_on or on,
        "--with-on" if with_on else "--on",
        asking=not no_input,
        plain=plain,
        otherwise=first,
    )
    print_listing(console, format_, explanation.compare(explain.compare(first, second)))


def _situation(
    console: Console,
    known: Knowledge,
    given: dict[str, list[str]],
    on: str | None,
    flag: str = "--on",
    *,
    asking: bool,
    plain: bool,
    otherwise: Situation | None = None,
) -> Situation:
    """The situation that was written down; on a terminal what is missing is asked.

    `flag` is what the day was written after. Answers that were asked for a first situation hold
    for the second one too.
    """
    from yibao_cli import explain

    day = day_of(known, on, console, flag)
    wizard = asker(known, console, day, plain=plain) if asking and console.interactive else None
    answers = answered(known, given, day, wizard, otherwise.answers if otherwise else None)
    return explain.situation(known, answers, day)
