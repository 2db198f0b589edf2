"""`yibao`, `yibao wizard`, `yibao resume` and `yibao plan`: a consultation, asked or written."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from yibao_cli.cli.options import (
    ONE_SHOT,
    SUFFIXES,
    DataFolder,
    Day,
    Given,
    NoInput,
    Output,
    Plain,
    asker,
    day_of,
    knowledge_for,
    parse,
)
from yibao_cli.console import Console
from yibao_cli.errors import Finding, MissingAnswerError, Status, UsageError

if TYPE_CHECKING:
    from yibao_cli import afterwards
    from yibao_cli.model import Knowledge
    from yibao_cli.prompts import Prompts
    from yibao_cli.regions import Place

_KEPT = "已中断。答案存着，用 yibao resume 接着来，用 yibao resume --forget 删掉。"
_GREETING = (
    "回答几个问题，得到一份清单；不问姓名和证件号。随时可以按 Ctrl-C 离开，用 yibao resume 接着来。"
)


def wizard_command(
    context: typer.Context,
    given: "Given",
    output: "Output",
    plain: Plain = False,
    on: Day = None,
    data: DataFolder = None,
) -> None:
    """在终端上一问一答；已经写明的答案不再问。

    例：yibao wizard --from 四川绵阳 --to 北京
    """
    consult_on_terminal(context.obj, given, output, on=on, data=data, plain=plain)


def resume_command(
    context: typer.Context,
    output: "Output",
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
    saved = session.load(console.environ, knowledge_for(console, data))
    if saved is None:
        message = "没有存着的答案；用 yibao 从头开始。"
        raise MissingAnswerError(Finding("no_session", message))
    for remark in saved.remarks:
        console.say(remark)
    given = Given(known=dict(saved.answers))
    consult_on_terminal(console, given, output, on=None, data=data, plain=plain)


def plan_command(
    context: typer.Context,
    given: "Given",
    output: "Output",
    plain: Plain = False,
    no_input: NoInput = False,
    on: Day = None,
    data: DataFolder = None,
) -> None:
    """一次给出全部答案，得到清单；适合脚本。

    例：yibao plan --insurance 居民 --from 四川绵阳 --to 北京 --care 住院 --filing 未备案
    """
    from yibao_cli.consult import open_question

    console: Console = context.obj
    output.check()
    known = knowledge_for(console, data)
    day = day_of(known, on, console)
    asking = console.interactive and not no_input
    wizard = asker(known, console, day, plain=plain) if asking else None
    answers = parse(known, given.texts(known, console), wizard)
    if wizard is not None and open_question(known, answers, day):
        answers = wizard().required(answers)
    output.show(console, known, answers, day)


def consult_on_terminal(
    console: Console,
    given: Given,
    output: Output,
    *,
    on: str | None,
    data: Path | None,
    plain: bool,
) -> None:
    """The wizard from the first question to the list; an interruption loses no answer."""
    from yibao_cli import session

    output.check()
    if not console.interactive:
        raise UsageError(Finding("no_terminal", _no_terminal(console)))
    known = knowledge_for(console, data)
    day = day_of(known, on, console)
    wizard = asker(known, console, day, plain=plain)
    kept: list[session.Saved] = []

    def noted(answers: "dict[str, str | Place]") -> None:
        kept.append(session.save(console.environ, known, answers, console.today))

    wizard().noted = noted
    try:
        answers = parse(known, given.texts(known, console), wizard)
        # Answers of the last time are gone on from, but starting over is without them.
        written = parse(known, replace(given, known={}).texts(known, console), wizard)
        if wizard().next(answers) is not None:
            wizard().prompts.say(_GREETING)
        shown = output
        while True:
            answers = wizard().run(written, answers)
            session.save(console.environ, known, answers, console.today, finished=True)
            wizard().prompts.say("")
            shown.show(console, known, answers, day)
            if not console.shows or output.format or output.path:
                return
            chosen = _afterwards(wizard().prompts, console, output, known, answers, day)
            if chosen == "finish":
                return
            if chosen == "again":
                answers = {}
            # What was written for the first list is written anew for the next one.
            shown = _like(output, save=output.save, force=True)
    except KeyboardInterrupt:
        if not kept or kept[-1].path is None:
            raise
        wizard().prompts.say(_KEPT)
        raise typer.Exit(Status.INTERRUPTED) from None


def _no_terminal(console: Console) -> str:
    if "MSYSTEM" in console.environ:
        # Git Bash hands programs of Windows a pipe for a terminal.
        return f"Git Bash 的窗口不能一问一答；请写 winpty yibao，或者一次写全，例如：{ONE_SHOT}"
    return f"一问一答要在终端上用；在脚本里请一次写全，例如：{ONE_SHOT}"


def _afterwards(
    prompts: "Prompts",
    console: Console,
    output: Output,
    known: "Knowledge",
    answers: "dict[str, str | Place]",
    day: str,
) -> "afterwards.Next":
    """The menu after the list."""
    from yibao_cli import afterwards
    from yibao_cli.consult import consult

    def show(part: "afterwards.Part") -> None:
        # What was shown before stays on the screen.
        prompts.say("")
        if part == "why":
            from yibao_cli import explain
            from yibao_cli.render import explanation

            found = explanation.why(explain.why(explain.situation(known, answers, day)))
            console.result(found.plain(console.width))
        else:
            bag = part == "papers" or output.bag
            _like(output, bag=bag).show(console, known, answers, day)

    def save(path: Path, force: bool, dates: "afterwards.Dates") -> None:
        target = _like(output, path=path, force=force, dates=dates)
        target.show(console, known, answers, day)

    conclusion = consult(known, answers, day).conclusion.title
    return afterwards.menu(prompts, conclusion, show, save, SUFFIXES, output.dates, day)


def _like(
    output: Output,
    *,
    path: Path | None = None,
    force: bool = False,
    bag: bool | None = None,
    dates: "afterwards.Dates | None" = None,
    save: Path | None = None,
) -> Output:
    """Another output of the same list."""
    return Output(
        None,
        path,
        force,
        bag=output.bag if bag is None else bag,
        reader=output.reader,
        dates=output.dates if dates is None else dict(dates),
        save=save,
    )
