"""`yibao why` and `yibao compare`: flags in, an explanation out."""

from __future__ import annotations

from pathlib import Path

from yibao_cli import explain
from yibao_cli.cli.options import (
    Given,
    asker,
    day_of,
    knowledge_for,
    merge,
    parse,
    print_listing,
    renamed,
)
from yibao_cli.console import Console
from yibao_cli.consult import open_question
from yibao_cli.errors import AnswerError, Finding, UsageError
from yibao_cli.explain import Situation
from yibao_cli.knowledge.model import Knowledge
from yibao_cli.places import Place
from yibao_cli.render import explanation
from yibao_cli.why_not import find_goal, why_not


def why(
    console: Console,
    *,
    given: Given,
    not_: str | None,
    format_: str | None,
    plain: bool,
    no_input: bool,
    on: str | None,
    data: Path | None,
) -> None:
    """Why the list is what it is, or why something is not on it."""
    known = knowledge_for(console, data)
    texts = given.texts(known, console)
    base = _situation(console, known, texts, on, asking=not no_input, plain=plain)
    if not_ is None:
        listing = explanation.why(explain.why(base))
    else:
        listing = explanation.why_not(why_not(base, find_goal(base, not_)))
    print_listing(console, format_, listing)


def compare(
    console: Console,
    *,
    given: Given,
    with_: list[str] | None,
    with_on: str | None,
    with_data: Path | None,
    format_: str | None,
    plain: bool,
    no_input: bool,
    on: str | None,
    data: Path | None,
) -> None:
    """How the lists of two situations differ."""
    if not (with_ or with_on or with_data):
        raise UsageError(
            Finding(
                "nothing_to_compare",
                "还要写另一种情况：--with 问题=答案、--with-on 日期 或 --with-data 文件夹。",
            )
        )
    known = knowledge_for(console, data)
    try:
        other = merge(known, {}, with_ or ())
    except UsageError as error:
        raise renamed(error, {"--set": "--with"}) from None
    texts = given.texts(known, console)
    first = _situation(console, known, texts, on, asking=not no_input, plain=plain)
    try:
        second = _situation(
            console,
            knowledge_for(console, with_data) if with_data else known,
            {**texts, **other},
            with_on or on,
            asking=not no_input,
            plain=plain,
            otherwise=first,
        )
    except AnswerError as error:
        raise renamed(error, {"--on": "--with-on"} if with_on else {}) from None
    print_listing(console, format_, explanation.compare(explain.compare(first, second)))


def _situation(
    console: Console,
    known: Knowledge,
    given: dict[str, list[str]],
    on: str | None,
    *,
    asking: bool,
    plain: bool,
    otherwise: Situation | None = None,
) -> Situation:
    """The situation that was written down; on a terminal what is missing is asked.

    Answers that were asked for a first situation hold for the second one too.
    """
    day = day_of(known, on, console)
    wizard = asker(known, console, day, plain=plain) if asking and console.interactive else None
    answers: dict[str, str | Place] = dict(otherwise.answers) if otherwise else {}
    answers |= parse(known, given, wizard)
    if wizard is not None and open_question(known, answers, day):
        answers = wizard().required(answers)
    return explain.situation(known, answers, day)
