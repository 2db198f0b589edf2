"""`yibao why` and `yibao compare`: flags in, an explanation out."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from yibao_cli.cli.options import DataFolder, Day, NoInput, Plain
from yibao_cli.console import Console
from yibao_cli.errors import Finding, UsageError, YibaoError

if TYPE_CHECKING:
    from yibao_cli.cli.options import Given
    from yibao_cli.explain import Situation
    from yibao_cli.model import Knowledge

_Format = Annotated[str, typer.Option("--format", "-f", help="plain 或 json。")]


def why(
    context: typer.Context,
    given: "Given",
    not_: Annotated[
        str | None,
        typer.Option(
            "--not",
            help="为什么没有这一条，最少改哪个答案才会有：条目或结论的编号，或者一段文字。",
            metavar="条目",
        ),
    ] = None,
    format_: _Format = "plain",
    plain: Plain = False,
    no_input: NoInput = False,
    on: Day = None,
    data: DataFolder = None,
) -> None:
    """说明清单为什么是这样：走过哪几步，每一步加上了什么，依据是什么。

    例：yibao why --insurance 居民 --from 四川绵阳 --to 北京 --care 住院 --filing 未备案
    """
    from yibao_cli import explain
    from yibao_cli.cli.options import knowledge_for, print_listing
    from yibao_cli.render import explanation

    console: Console = context.obj
    known = knowledge_for(console, data)
    texts = given.texts(known, console)
    base = _situation(console, known, texts, on, asking=not no_input, plain=plain)
    if not_ is None:
        listing = explanation.why(explain.why(base))
    else:
        listing = explanation.why_not(explain.why_not(base, explain.find_goal(base, not_)))
    print_listing(console, format_, listing)


def compare(
    context: typer.Context,
    given: "Given",
    with_: Annotated[
        list[str] | None,
        typer.Option("--with", help="另一种情况的答案：问题=答案，可写多次。", metavar="问题=答案"),
    ] = None,
    with_on: Annotated[
        str | None, typer.Option("--with-on", help="另一种情况按哪一天的规则。")
    ] = None,
    with_data: Annotated[
        Path | None, typer.Option("--with-data", help="另一种情况用哪个知识文件夹。")
    ] = None,
    format_: _Format = "plain",
    plain: Plain = False,
    no_input: NoInput = False,
    on: Day = None,
    data: DataFolder = None,
) -> None:
    """比较两种情况：换一个答案、换一天或换一套资料，清单上多了什么、少了什么。

    例：yibao compare --insurance 居民 --from 四川绵阳 --to 北京 --care 住院
    --filing 未备案 --with filing=已备案
    """
    from yibao_cli import explain
    from yibao_cli.cli.options import knowledge_for, merge, print_listing
    from yibao_cli.render import explanation

    console: Console = context.obj
    if not (with_ or with_on or with_data):
        raise UsageError(
            Finding(
                "nothing_to_compare",
                "还要写另一种情况：--with 问题=答案、--with-on 日期 或 --with-data 文件夹。",
            )
        )
    with _named("--set", "--with"):
        other = merge({}, with_)
    known = knowledge_for(console, data)
    texts = given.texts(known, console)
    first = _situation(console, known, texts, on, asking=not no_input, plain=plain)
    with _named("--on", "--with-on" if with_on else "--on"):
        second = _situation(
            console,
            knowledge_for(console, with_data) if with_data else known,
            {**texts, **other},
            with_on or on,
            asking=not no_input,
            plain=plain,
            otherwise=first,
        )
    print_listing(console, format_, explanation.compare(explain.compare(first, second)))


def _situation(
    console: Console,
    known: "Knowledge",
    given: dict[str, list[str]],
    on: str | None,
    *,
    asking: bool,
    plain: bool,
    otherwise: "Situation | None" = None,
) -> "Situation":
    """The situation that was written down; on a terminal what is missing is asked.

    Answers that were asked for a first situation hold for the second one too.
    """
    from yibao_cli.cli.options import asker, day_of, parse
    from yibao_cli.consult import open_question
    from yibao_cli.explain import situation

    day = day_of(known, on, console)
    wizard = asker(known, console, day, plain=plain) if asking and console.interactive else None
    answers: dict[str, Any] = dict(otherwise.answers) if otherwise else {}
    answers |= parse(known, given, wizard)
    if wizard is not None and open_question(known, answers, day):
        answers = wizard().required(answers)
    return situation(known, answers, day)


@contextmanager
def _named(flag: str, called: str) -> Iterator[None]:
    """Errors about one flag told as errors about the one that was really written."""
    try:
        yield
    except YibaoError as error:
        raise type(error)(
            *(
                one._replace(message=one.message.replace(f"{flag} ", f"{called} "))
                for one in error.findings
            )
        ) from None
