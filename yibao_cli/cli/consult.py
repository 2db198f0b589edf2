"""`yibao plan`, `ask`, `wizard` and `resume`: a consultation, written or asked."""

from __future__ import annotations

from contextlib import suppress
from itertools import dropwhile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from msgspec.structs import replace

from yibao_cli.answers import answer_in_words
from yibao_cli.cli import complete
from yibao_cli.cli.given import Given, Run
from yibao_cli.cli.options import RESULT, argument, option
from yibao_cli.cli.output import Output
from yibao_cli.cli.program import see_help
from yibao_cli.console import is_terminal
from yibao_cli.errors import Finding, MissingAnswerError, UsageError
from yibao_cli.files import TITLE, shown_path
from yibao_cli.knowledge.model import Knowledge, in_force
from yibao_cli.places import Place
from yibao_cli.wrap import wrap

if TYPE_CHECKING:
    from yibao_cli.ask import menu
    from yibao_cli.render.outline import Kind
    from yibao_cli.result import Step
    from yibao_cli.walk import Answers

# What of everything is looked for most.
_JUMPS: tuple[Kind, ...] = ("notes", "local", "questions", "sources")
_GREETING = "回答几个问题，得到一份清单；不问姓名和证件号。"
_NOTHING = "没有听懂能用的；请说得具体些，或用 yibao 一问一答。"
_NO_TERMINAL = "一问一答要在终端上用；在脚本里请"
_GIT_BASH = "Git Bash 的窗口不能一问一答；请写 winpty yibao，或者"
_ONE_SHOT = "yibao plan --insurance 居民 --from 绵阳 --to 北京 --care 住院 --filing 未备案"


def plan(given: Given, output: Output) -> None:
    """一次写全答案，得到清单；适合脚本。例如：

    yibao plan --insurance 居民 --from 绵阳 --to 北京 --care 住院 --filing 未备案
    """
    _print_list(given, output, {})


def _print_list(given: Given, output: Output, heard: Answers) -> None:
    """The list of what was given or `heard` in a sentence; what is missing is asked, or an error."""
    output.check(given.day)
    answers = given.answered(given.texts(heard))
    output.tell_idle(given.known, answers)
    output.show(given, answers)


def ask(
    given: Given,
    output: Output,
    text: Annotated[list[str] | None, argument("一句话...", complete.nothing)] = None,
    understood: Annotated[
        bool, option("--understood", "只印听懂了什么，写成答案文件", RESULT)
    ] = False,
) -> None:
    """用一句平常话说情况，听懂的不再问。听懂了什么、是哪几个字，都印出来；没说准的不猜。例如：

    yibao ask 我爸赣州居民医保在广州住院没备案
    """
    from yibao_cli.sentence import begun, told, understand

    console, known = given.console, given.known
    spoken = _read(given, text) if text is None or text == ["-"] else " ".join(text)
    if not spoken:
        message = f"还缺 一句话。{see_help(given.context.command_path)}"
        raise UsageError(Finding("missing_argument", message))
    heard = understand(known, spoken)
    if understood:
        from yibao_cli import answer_file

        written = answer_file.json_text if output.format == "json" else answer_file.text
        console.data(written(known, heard.answers))
        return
    screen, width = console.asking() if given.asks else console, console.asking_width
    for line in [*([] if heard.answers else wrap(_NOTHING, width)), *told(known, heard, width)]:
        screen.say(line)
    if given.asks:
        _interview(given, output, heard=begun(known, heard))
    else:
        _print_list(given, output, heard.answers)


def _read(given: Given, text: list[str] | None) -> str | None:
    """A sentence from standard input, where that was asked for or nothing else comes from there."""
    from yibao_cli.sentence import LONGEST

    stdin = given.console.stdin
    if stdin is None or (text is None and (is_terminal(stdin) or str(given.file) == "-")):
        return None
    try:
        # A little more than is read of a sentence, so that a longer one is refused as one.
        return stdin.read(2 * LONGEST).strip() or None
    except (OSError, UnicodeDecodeError):
        return None


def wizard(given: Given, output: Output) -> None:
    """在终端上一问一答；已经写明的答案不再问。例如：

    yibao wizard --from 绵阳 --to 北京
    """
    _interview(given, output)


def resume(
    run: Run,
    output: Output,
    list_: Annotated[bool, option("--list", "只列出存着的答案，和存在哪里")] = False,
    forget: Annotated[bool, option("--forget", "删掉存着的答案")] = False,
) -> None:
    """接着上次没问完的问题；只存答案，不存姓名和证件。例如：

    yibao resume --list
    """
    from yibao_cli.ask import session

    console = run.console
    if forget:
        console.say(session.forget(console.environ))
        return
    saved = session.load(console.environ, run.known)
    if saved is None:
        message = "没有存着的答案（看完清单就删了）；用 yibao 从头开始。"
        raise MissingAnswerError(Finding("no_session", message))
    for remark in saved.remarks:
        console.say(remark)
    if not list_:
        _interview(run, output, so_far=saved.answers)
        return
    asked = run.known.questions
    again = f"{'清单已经出过，再出一遍' if saved.finished else '接着问'}：yibao resume"
    lines = [
        f"{saved.day} 存的答案，只有这些：",
        *(
            f"{asked[name].label}：{answer_in_words(asked[name], one)}"
            for name, one in saved.answers.items()
        ),
        f"存在：{shown_path(saved.path)}",
        f"{again}；删掉：yibao resume --forget",
    ]
    console.result("\n".join(lines) + "\n")


def _interview(
    run: Run, output: Output, *, so_far: Answers | None = None, heard: Answers | None = None
) -> None:
    """The wizard from the first question to the list; an interruption loses no answer.

    What was `heard` in a sentence is not asked. `so_far` are answers of another time, which it goes
    on from; starting over is without them.
    """
    from yibao_cli.ask import opening
    from yibao_cli.ask.prompts import Back
    from yibao_cli.ask.session import Keeper
    from yibao_cli.clock import today

    console, known = run.console, run.known
    if not run.asks:
        # Git Bash hands programs of Windows a pipe for a terminal.
        where = _GIT_BASH if "MSYSTEM" in console.environ else _NO_TERMINAL
        raise UsageError(Finding("no_terminal", f"{where}一次写全，例如：{_ONE_SHOT}"))
    output.check(run.day)
    prompts = run.wizard.prompts
    day = today(console.environ, known.about.begins)
    keeper = Keeper(console.environ, known, day, prompts.say, ours=bool(so_far))
    run.wizard.noted = keeper.keep
    try:
        written = run.parse(run.texts(heard))
        # Of a province that the sentence names the city is asked, unless an option tells it.
        written = run.wizard.narrowed(written) if heard else written
        answers = {**(so_far or {}), **written}
        if run.wizard.next(answers) is not None:
            prompts.say(_GREETING + keeper.promise)
        if so_far is None and (kept := opening.earlier(prompts, known, console.environ)):
            answers, keeper.ours = {**kept, **written}, True
        answers = opening.consultation(run.wizard, written, answers)
        prompts.say("")
        # The menu can still make a calendar of the days, and the papers are one of its lists.
        ends = not console.shows or output.format_ or output.path
        if ends:
            output.tell_idle(known, answers)
        output.show(run, answers)
        while not ends:
            # Kept for as long as the menu is open: a machine that goes off loses nothing.
            keeper.keep(answers, finished=True)
            chosen = _afterwards(run, output, answers)
            if chosen == "finish":
                break
            with suppress(Back):
                begun = {} if chosen == "next" else answers
                answers = opening.consultation(run.wizard, written, begun, back="返回清单")
                prompts.say("")
                # What was written for the first list is written anew for the next one.
                output = replace(output, force=True)
                output.show(run, answers)
        keeper.drop()
    except KeyboardInterrupt:
        raise KeyboardInterrupt(keeper.interrupted()) from None


def _afterwards(run: Run, output: Output, answers: Answers) -> menu.Next:
    """The menu after the list."""
    from yibao_cli.ask import menu
    from yibao_cli.render import document, drawn, text
    from yibao_cli.render.outline import PARTS

    console, known, prompts = run.console, run.known, run.wizard.prompts
    checklist, view = output.checklist(run, answers), output.view(run.day)
    everything = document(checklist, replace(view, full=True, bag=False))
    kinds = {one.kind for one in everything.sections}

    def show(kind: str) -> None:
        sections = tuple(dropwhile(lambda one: kind not in ("", one.kind), everything.sections))
        prompts.show(text.drawn(replace(everything, sections=sections), console.width))

    def save(path: Path, force: bool, dates: menu.Dates) -> None:
        # Who gets a page cannot ask for the rest of it.
        replace(output, path=path, force=force, full=True, **dates).write(checklist, run.day)
        if path.suffix.lower() == ".html" and console.desktop:
            # From there it can be printed.
            typer.launch(str(path))

    # A list higher than the window has pushed its own beginning out of it.
    fits = len(drawn(checklist, view, console.width)) < console.rows
    above = "" if fits else f"结论：{checklist.outcome.title}"
    place = answers.get("to") or answers.get("from")
    return menu.Menu(
        prompts,
        above=above,
        name=f"~/{TITLE}{f'-{place.short}' if isinstance(place, Place) else ''}.html",
        parts=[
            ("全部，从头看", ""),
            *((PARTS[one].heading, one) for one in _JUMPS if one in kinds),
        ],
        show=show,
        reasons=[(step.text, _reason(known, step, run.day)) for step in checklist.steps],
        save=save,
        given=output.dates,
        day=run.day,
    ).run()


def _reason(known: Knowledge, step: Step, day: str) -> str:
    """Why a step has to be done: what the rule says, and where it stands."""
    rules = (known.rules[one] for one in known.items[step.id].rules)
    says = next((one.says for one in rules if in_force(one, day)), None)
    said = f"{says}（{step.clauses[0]}）" if says and step.clauses else ""
    return said or "办事经验，没有读到这样规定的文件。"
