"""`yibao plan`, `ask`, `wizard` and `resume`: a consultation, written or asked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from msgspec.structs import replace

from yibao_cli.answers import answer_in_words
from yibao_cli.cli import complete
from yibao_cli.cli.given import Given, Run
from yibao_cli.cli.options import RESULT, argument, option
from yibao_cli.cli.output import Output
from yibao_cli.errors import Finding, MissingAnswerError, UsageError
from yibao_cli.files import shown_path
from yibao_cli.knowledge.model import Knowledge, in_force
from yibao_cli.places import Place
from yibao_cli.wrap import wrap

if TYPE_CHECKING:
    from yibao_cli.ask import menu
    from yibao_cli.result import Step
    from yibao_cli.walk import Answers

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
    text: Annotated[list[str], argument("一句话...", complete.nothing)],
    understood: Annotated[
        bool, option("--understood", "只印听懂了什么，写成答案文件", RESULT)
    ] = False,
) -> None:
    """用一句平常话说情况，听懂的不再问。听懂了什么、是哪几个字，都印出来；没说准的不猜。例如：

    yibao ask 我爸江西居民医保在广州住院没备案
    """
    from yibao_cli.sentence import begun, chips, left_open, understand

    console, known = given.console, given.known
    heard = understand(known, " ".join(text))
    if understood:
        from yibao_cli import answer_file

        written = answer_file.json_text if output.format == "json" else answer_file.text
        console.data(written(known, heard.answers))
        return
    screen = console.asking() if given.asks else console
    heard_of = "  ".join(f"{label}：{answer}" for label, answer in chips(known, heard))
    told = f"听懂了  {heard_of}" if heard_of else _NOTHING
    for said in (told, *left_open(known, heard)):
        for line in wrap(said, console.asking_width, rest="  "):
            screen.say(line)
    if given.asks:
        _interview(given, output, heard=begun(known, heard))
    else:
        _print_list(given, output, heard.answers)


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
        answers = {**(so_far or {}), **written}
        if run.wizard.next(answers) is not None:
            prompts.say(_GREETING + keeper.promise)
        if so_far is None and (kept := opening.earlier(prompts, known, console.environ)):
            answers, keeper.ours = {**kept, **written}, True
        elif so_far is None and not written:
            answers = opening.sentence(prompts, known)
        # The menu can still make a calendar of the days, and the papers are one of its lists.
        ends = not console.shows or output.format_ or output.path
        chosen: menu.Next = "change"
        while chosen != "finish":
            answers = run.wizard.run(written, {} if chosen == "again" else answers)
            prompts.say("")
            if ends:
                output.tell_idle(known, answers)
            output.show(run, answers)
            if ends:
                break
            # Kept for as long as the menu is open: a machine that goes off loses nothing.
            keeper.keep(answers, finished=True)
            chosen = _afterwards(run, output, answers)
            # What was written for the first list is written anew for the next one.
            output = replace(output, force=True)
        keeper.drop()
    except KeyboardInterrupt:
        raise KeyboardInterrupt(keeper.interrupted()) from None


def _afterwards(run: Run, output: Output, answers: Answers) -> menu.Next:
    """The menu after the list."""
    from yibao_cli.ask import menu
    from yibao_cli.render import drawn
    from yibao_cli.render.outline import TITLE

    console, known, prompts = run.console, run.known, run.wizard.prompts
    checklist, view = output.checklist(run, answers), output.view(run.day)

    def show(part: menu.Part) -> None:
        if part == "why":
            from yibao_cli import explain
            from yibao_cli.render import explanation

            found = explanation.why(explain.why(explain.situation(known, answers, run.day)))
            prompts.show(found.drawn(console.width))
        else:
            shown = replace(view, full=part == "all", bag=part == "papers")
            prompts.show(drawn(checklist, shown, console.width))

    def save(path: Path, force: bool, dates: menu.Dates) -> None:
        replace(output, path=path, force=force, **dates).write(checklist, run.day)

    # A list higher than the window has pushed its own beginning out of it.
    fits = len(drawn(checklist, view, console.width)) < console.rows
    above = "" if fits else f"结论：{checklist.outcome.title}"
    place = answers.get("to") or answers.get("from")
    name = f"~/{TITLE}{f'-{place.short}' if isinstance(place, Place) else ''}.html"
    reasons = [(step.text, _reason(known, step, run.day)) for step in checklist.steps]
    return menu.menu(prompts, above, name, show, reasons, save, output.dates, run.day)


def _reason(known: Knowledge, step: Step, day: str) -> str:
    """Why a step has to be done: what the rule says, and where it stands."""
    rules = (known.rules[one] for one in known.items[step.id].rules)
    says = next((one.says for one in rules if in_force(one, day)), None)
    said = f"{says}（{step.clauses[0]}）" if says and step.clauses else ""
    return said or "办事经验，没有读到这样规定的文件。"
