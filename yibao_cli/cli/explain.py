"""`yibao why` and `yibao compare`: flags in, an explanation out."""

from __future__ import annotations

from functools import partial
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
    from yibao_cli.walk import Answers

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

    known = knowledge_for(ctx.obj, data)
    texts, day = given.texts(known, ctx.obj), day_of(known, on, ctx.obj)
    base = _situation(ctx.obj, known, texts, day, no_input=no_input, plain=plain)
    if not_ is None:
        listing = explanation.why(explain.why(base))
    else:
        listing = explanation.why_not(why_not(base, find_goal(base, not_)))
    print_listing(ctx.obj, format_, listing)


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

    if not (with_ or with_on or with_data):
        message = "还要写另一种情况：--with 问题=答案、--with-on 日期 或 --with-data 文件夹。"
        raise UsageError(Finding("nothing_to_compare", message))
    known = knowledge_for(ctx.obj, data)
    changed = merge(known, {}, with_ or (), "--with")
    texts = given.texts(known, ctx.obj)
    make = partial(_situation, ctx.obj, no_input=no_input, plain=plain)
    first = make(known, texts, day_of(known, on, ctx.obj))
    other = knowledge_for(ctx.obj, with_data) if with_data else known
    day = day_of(other, with_on or on, ctx.obj, "--with-on" if with_on else "--on")
    # Answers that were asked for the first situation hold for the second one too.
    second = make(other, {**texts, **changed}, day, first.answers)
    print_listing(ctx.obj, format_, explanation.compare(explain.compare(first, second)))


def _situation(
    console: Console,
    known: Knowledge,
    texts: dict[str, list[str]],
    day: str,
    so_far: Answers | None = None,
    *,
    no_input: bool,
    plain: bool,
) -> Situation:
    """The situation that was written down; on a terminal what is missing is asked."""
    from yibao_cli import explain

    asking = console.interactive and not no_input
    wizard = asker(known, console, day, plain=plain) if asking else None
    return explain.situation(known, answered(known, texts, day, wizard, so_far), day)
