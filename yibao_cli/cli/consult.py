"""`yibao`, `yibao wizard`, `yibao resume` and `yibao plan`: a consultation, asked or written."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from msgspec.structs import replace

from yibao_cli.answers import answer_in_words
from yibao_cli.cli.given import Given, asker, day_of, knowledge_for, parse
from yibao_cli.cli.options import (
    ONE_SHOT,
    DataFolder,
    Day,
    HiddenDataFolder,
    HiddenPlain,
    HintedNoInput,
    Plain,
    option,
)
from yibao_cli.cli.output import Output
from yibao_cli.console import Console
from yibao_cli.errors import Finding, MissingAnswerError, UsageError
from yibao_cli.knowledge.model import Knowledge
from yibao_cli.places import Place

if TYPE_CHECKING:
    from yibao_cli.ask import menu
    from yibao_cli.ask.prompts import Prompts
    from yibao_cli.ask.session import Session
    from yibao_cli.render.outline import Outline

_GREETING = "回答几个问题，得到一份清单；不问姓名和证件号。"


def wizard(
    ctx: typer.Context,
    given: Given,
    output: Output,
    on: Day = None,
    plain: Plain = False,
    data: DataFolder = None,
) -> None:
    """Ask on the terminal; what was written is not asked."""
    consult_on_terminal(ctx.obj, given, output, on=on, data=data, plain=plain)


def resume(
    ctx: typer.Context,
    output: Output,
    list_: Annotated[bool, option("--list", help="只列出存着的答案，和存在哪里")] = False,
    forget: Annotated[bool, option("--forget", help="删掉存着的答案")] = False,
    plain: Plain = False,
    data: DataFolder = None,
) -> None:
    """Go on where the last consultation was left; or list or delete what is kept of it."""
    from yibao_cli.ask import session

    console: Console = ctx.obj
    if forget:
        console.say(session.forget(console.environ))
        return
    known = knowledge_for(console, data)
    saved = session.load(console.environ, known)
    if saved is None:
        message = "没有存着的答案（看完清单就删了）；用 yibao 从头开始。"
        raise MissingAnswerError(Finding("no_session", message))
    for remark in saved.remarks:
        console.say(remark)
    if list_:
        from yibao_cli.render.text import drawn

        console.show(drawn(_listed(known, saved), console.width))
        return
    consult_on_terminal(
        console, Given(), output, so_far=saved.answers, on=None, data=data, plain=plain
    )


def _listed(known: Knowledge, saved: Session) -> Outline:
    """What is kept of the last consultation, and where."""
    from yibao_cli.files import shown_path
    from yibao_cli.render.outline import Entry, Group, Outline, Section

    answers = [
        f"{known.questions[name].label}：{answer_in_words(known.questions[name], value)}"
        for name, value in saved.answers.items()
    ]
    again = f"{'清单已经出过，再出一遍' if saved.finished else '接着问'}：yibao resume"
    parts = {
        "回答": answers,
        "存在": [shown_path(saved.path)],
        "然后": [again, "删掉：yibao resume --forget"],
    }
    sections = [
        Section(name, (Group(None, tuple(Entry("plain", one) for one in texts)),))
        for name, texts in parts.items()
    ]
    return Outline(f"存着的答案（{saved.day} 存的，只有这些）", tuple(sections))


def plan(
    ctx: typer.Context,
    given: Given,
    output: Output,
    on: Day = None,
    no_input: HintedNoInput = False,
    plain: HiddenPlain = False,
    data: HiddenDataFolder = None,
) -> None:
    """Answers in, checklist out; on a terminal only what the way still needs is asked."""
    from yibao_cli.consult import open_question

    console: Console = ctx.obj
    known = knowledge_for(console, data)
    day = day_of(known, on, console)
    output.check(console, day)
    asking = console.interactive and not no_input
    asked = asker(known, console, day, plain=plain) if asking else None
    answers = parse(known, given.texts(known, console), asked)
    if asked is not None and open_question(known, answers, day):
        answers = asked().required(answers)
    output.tell_idle(console, known, answers)
    output.show(console, known, answers, day)


def consult_on_terminal(
    console: Console,
    given: Given,
    output: Output,
    *,
    on: str | None,
    data: Path | None,
    plain: bool,
    so_far: Mapping[str, str | Place] | None = None,
) -> None:
    """The wizard from the first question to the list; an interruption loses no answer.

    `so_far` are answers of another time, which it goes on from; starting over is without them.
    """
    from yibao_cli.ask.session import Keeper

    if not console.interactive:
        raise UsageError(Finding("no_terminal", _no_terminal(console)))
    known = knowledge_for(console, data)
    today = console.today(known.about.begins)
    day = day_of(known, on, console)
    output.check(console, day)
    asked = asker(known, console, day, plain=plain)
    prompts = asked().prompts
    keeper = Keeper(console.environ, known, today, prompts.say, ours=bool(so_far))
    asked().noted = keeper.keep
    try:
        written = parse(known, given.texts(known, console), asked)
        answers = {**(so_far or {}), **written}
        if asked().next(answers) is not None:
            prompts.say(_GREETING + keeper.promise)
        shown = output
        while True:
            answers = asked().run(written, answers)
            prompts.say("")
            # The menu can still make a calendar of the days, and the papers are one of its lists.
            ends = not console.shows or output.format or output.usual or output.path
            if ends:
                output.tell_idle(console, known, answers)
            shown.show(console, known, answers, day)
            if ends:
                keeper.drop()
                return
            # Kept for as long as the menu is open: a machine that is switched off loses nothing.
            keeper.keep(answers, finished=True)
            chosen = _afterwards(prompts, console, output, known, answers, day)
            if chosen == "finish":
                keeper.drop()
                return
            if chosen == "again":
                answers = {}
            # What was written for the first list is written anew for the next one.
            shown = replace(output, force=True)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(keeper.interrupted()) from None


def _no_terminal(console: Console) -> str:
    if "MSYSTEM" in console.environ:
        # Git Bash hands programs of Windows a pipe for a terminal.
        return f"Git Bash 的窗口不能一问一答；请写 winpty yibao，或者一次写全，例如：{ONE_SHOT}"
    return f"一问一答要在终端上用；在脚本里请一次写全，例如：{ONE_SHOT}"


def _afterwards(
    prompts: Prompts,
    console: Console,
    output: Output,
    known: Knowledge,
    answers: dict[str, str | Place],
    day: str,
) -> menu.Next:
    """The menu after the list."""
    from yibao_cli.ask import menu
    from yibao_cli.consult import consult

    def show(part: menu.Part) -> None:
        # What was shown before stays on the screen.
        prompts.say("")
        if part == "why":
            from yibao_cli import explain
            from yibao_cli.render import explanation

            found = explanation.why(explain.why(explain.situation(known, answers, day)))
            console.show(found.drawn(console.width))
        else:
            bag = part == "papers" or output.bag
            replace(output, bag=bag, save=None).show(console, known, answers, day)

    def save(path: Path, force: bool, dates: menu.Dates) -> None:
        target = replace(output, path=path, force=force, dates=dates, save=None)
        target.show(console, known, answers, day)

    conclusion = consult(known, answers, day).outcome.title
    return menu.menu(prompts, conclusion, show, save, output.dates, day)
