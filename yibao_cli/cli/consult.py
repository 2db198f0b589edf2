"""`yibao`, `yibao wizard`, `yibao resume` and `yibao plan`: a consultation, asked or written."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from itertools import dropwhile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from msgspec.structs import replace

from yibao_cli.answers import answer_in_words
from yibao_cli.cli.given import Given, answered, asker, day_of, knowledge_for, parse
from yibao_cli.cli.help import ONE_SHOT
from yibao_cli.cli.options import (
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
from yibao_cli.formats import TITLE
from yibao_cli.knowledge.model import Knowledge, in_force
from yibao_cli.places import Place

if TYPE_CHECKING:
    from yibao_cli.ask import menu
    from yibao_cli.ask.prompts import Prompts
    from yibao_cli.ask.session import Session
    from yibao_cli.render.outline import Kind, Outline
    from yibao_cli.result import Step

# What of everything is looked for most.
_JUMPS: tuple[Kind, ...] = ("notes", "local", "questions", "sources")
_GREETING = "回答几个问题，得到一份清单；不问姓名和证件号。"


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
    console: Console = ctx.obj
    asking = console.interactive and not no_input
    print_list(output, given, on=on, asking=asking, plain=plain, data=data)


def print_list(
    output: Output,
    given: Given,
    *,
    on: str | None,
    data: Path | None,
    asking: bool = False,
    plain: bool = False,
    heard: Mapping[str, str | Place] | None = None,
) -> None:
    """The list of what was given, and `heard` in a sentence; what is missing is asked, or an error."""
    console: Console = output.context.obj
    known = knowledge_for(console, data)
    day = day_of(known, on, console)
    output.check(day)
    asked = asker(known, console, day, plain=plain) if asking else None
    answers = answered(known, given.texts(known, console, heard), day, asked)
    output.tell_idle(known, answers)
    output.show(known, answers, day)


def wizard(
    ctx: typer.Context,
    given: Given,
    output: Output,
    on: Day = None,
    plain: Plain = False,
    data: DataFolder = None,
) -> None:
    """Ask on the terminal; what was written is not asked."""
    interview(output, given, on=on, data=data, plain=plain)


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
    else:
        interview(output, None, data=data, plain=plain, so_far=saved.answers)


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


def interview(
    output: Output,
    given: Given | None,
    *,
    on: str | None = None,
    data: Path | None,
    plain: bool,
    so_far: Mapping[str, str | Place] | None = None,
    heard: Mapping[str, str | Place] | None = None,
) -> None:
    """The wizard from the first question to the list; an interruption loses no answer.

    What was `heard` in a sentence is not asked. `so_far` are answers of another time, which it goes
    on from; starting over is without them.
    """
    from yibao_cli.ask import opening
    from yibao_cli.ask.prompts import Back
    from yibao_cli.ask.session import Keeper

    console: Console = output.context.obj
    if not console.interactive:
        raise UsageError(Finding("no_terminal", _no_terminal(console)))
    known = knowledge_for(console, data)
    today = console.today(known.about.begins)
    day = day_of(known, on, console)
    output.check(day)
    asked = asker(known, console, day, plain=plain)
    wizard = asked()
    say = wizard.prompts.say
    keeper = Keeper(console.environ, known, today, say, ours=bool(so_far))
    wizard.noted = keeper.keep
    try:
        written = parse(known, given.texts(known, console, heard) if given else {}, asked)
        answers = {**(so_far or {}), **written}
        if wizard.next(answers) is not None:
            say(_GREETING + keeper.promise)
        if so_far is None and (kept := opening.earlier(wizard.prompts, known, console.environ)):
            answers, keeper.ours = {**kept, **written}, True
        answers = opening.consultation(wizard, written, answers)
        say("")
        # The menu can still make a calendar of the days, and the papers are one of its lists.
        ends = not console.shows or output.format_ or output.path
        if ends:
            output.tell_idle(known, answers)
        output.show(known, answers, day)
        while not ends:
            # Kept for as long as the menu is open: a machine that goes off loses nothing.
            keeper.keep(answers, finished=True)
            chosen = _afterwards(wizard.prompts, output, known, answers, day)
            if chosen == "finish":
                break
            with suppress(Back):
                begun = {} if chosen == "next" else answers
                answers = opening.consultation(wizard, written, begun, back="返回清单")
                say("")
                # What was written for the first list is written anew for the next one.
                output = replace(output, force=True)
                output.show(known, answers, day)
        keeper.drop()
    except KeyboardInterrupt:
        raise KeyboardInterrupt(keeper.interrupted()) from None


def _no_terminal(console: Console) -> str:
    if "MSYSTEM" in console.environ:
        # Git Bash hands programs of Windows a pipe for a terminal.
        return f"Git Bash 的窗口不能一问一答；请写 winpty yibao，或者一次写全，例如：{ONE_SHOT}"
    return f"一问一答要在终端上用；在脚本里请一次写全，例如：{ONE_SHOT}"


def _afterwards(
    prompts: Prompts,
    output: Output,
    known: Knowledge,
    answers: dict[str, str | Place],
    day: str,
) -> menu.Next:
    """The menu after the list."""
    from yibao_cli.ask import menu
    from yibao_cli.render import document, drawn, text
    from yibao_cli.render.outline import PARTS

    console: Console = output.context.obj
    checklist, view = output.checklist(known, answers, day), output.view(day)
    everything = document(checklist, replace(view, full=True, bag=False))
    kinds = {one.kind: one.heading for one in reversed(everything.sections)}

    def show(kind: str) -> None:
        sections = tuple(dropwhile(lambda one: kind not in ("", one.kind), everything.sections))
        prompts.show(text.drawn(replace(everything, sections=sections), console.width))

    def save(path: Path, force: bool, dates: menu.Dates) -> None:
        replace(output, path=path, force=force, **dates).write(checklist, day)
        if path.suffix.lower() == ".html" and console.desktop:
            # From there it can be printed.
            typer.launch(str(path))

    # A list higher than the window has pushed its own beginning out of it.
    fits = len(drawn(checklist, view, console.width)) < console.rows
    place = answers.get("to") or answers.get("from")
    return menu.Menu(
        prompts,
        above="" if fits else f"结论：{checklist.outcome.title}",
        name=f"~/{TITLE}{f'-{place.short}' if isinstance(place, Place) else ''}.html",
        parts=[
            ("全部，从头看", ""),
            *((PARTS.get(one, kinds[one]), one) for one in _JUMPS if one in kinds),
        ],
        show=show,
        reasons=[(step.text, _reason(known, step, day)) for step in checklist.steps],
        save=save,
        given=output.dates,
        day=day,
    ).run()


def _reason(known: Knowledge, step: Step, day: str) -> str:
    """Why a step has to be done: what the rule says, and where it stands."""
    rules = (known.rules[one] for one in known.items[step.id].rules)
    says = next((one.says for one in rules if in_force(one, day)), None)
    return (
        f"{says}（{step.clauses[0]}）"
        if says and step.clauses
        else "办事经验，没有读到这样规定的文件。"
    )
