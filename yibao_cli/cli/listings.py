"""`yibao questions`, `yibao region` and `yibao sources`: the knowledge itself, listed."""

from typing import Annotated

import typer

from yibao_cli.cli.options import DataFolder, knowledge_for, print_listing
from yibao_cli.console import Console
from yibao_cli.errors import AnswerError


def questions(
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

    known = knowledge_for(context.obj, data)
    chosen = list(known.questions.values())
    if ids:
        from yibao_cli.answers import unknown_question

        unknown = [unknown_question(known, one) for one in ids if one not in known.questions]
        if unknown:
            raise AnswerError(*unknown)
        chosen = [known.questions[one] for one in dict.fromkeys(ids)]
    print_listing(context.obj, format_, catalogue.questions(chosen))


def region(
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
    known = knowledge_for(context.obj, data)
    # Not an answer to any question, so no message may speak of a flag.
    question = known.questions["to"]._replace(id="", label="地名")
    place = door.parse(known, question, " ".join(text))
    print_listing(
        console,
        format_,
        catalogue.region(known, place, console.today.isoformat()),  # type: ignore[arg-type]
    )


def sources(
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
    print_listing(
        console,
        format_,
        catalogue.sources(
            knowledge_for(console, data), console.today.isoformat(), overdue_only=overdue
        ),
    )
