"""`yibao ask 一句话`: what a sentence states, and from there as the other commands."""

from __future__ import annotations

from typing import Annotated

import typer

from yibao_cli.cli import complete, consult
from yibao_cli.cli.given import Given, knowledge_for
from yibao_cli.cli.options import (
    RESULT,
    Day,
    HiddenDataFolder,
    HiddenPlain,
    HintedNoInput,
    argument,
    option,
    present,
)
from yibao_cli.cli.output import Output
from yibao_cli.console import Console, is_terminal
from yibao_cli.sentence import LONGEST, begun, told, understand
from yibao_cli.wrap import wrap

_NOTHING = "没有听懂能用的；请说得具体些，或用 yibao 一问一答。"


def ask(
    ctx: typer.Context,
    given: Given,
    output: Output,
    text: Annotated[
        list[str] | None, argument("一句话...", autocompletion=complete.nothing)
    ] = None,
    understood: Annotated[
        bool, option("--understood", help="只印听懂了什么，写成答案文件", panel=RESULT)
    ] = False,
    on: Day = None,
    no_input: HintedNoInput = False,
    plain: HiddenPlain = False,
    data: HiddenDataFolder = None,
) -> None:
    """Answers out of a sentence; what it leaves open is asked on a terminal."""
    console: Console = ctx.obj
    known = knowledge_for(console, data)
    spoken = None if text in (None, ["-"]) else " ".join(text or ())
    heard = understand(known, present(ctx, spoken or _read(console, given, text), "一句话"))
    if understood:
        from yibao_cli import answer_file

        written = answer_file.json_text if output.chosen() == "json" else answer_file.text
        console.data(written(known, heard.answers))
        return
    asking = console.interactive and not no_input
    screen = console.asking() if asking else console
    width = console.asking_width
    for line in [*([] if heard.answers else wrap(_NOTHING, width)), *told(known, heard, width)]:
        screen.say(line)
    if not asking:
        consult.print_list(output, given, on=on, data=data, heard=heard.answers)
        return
    consult.interview(output, given, on=on, data=data, plain=plain, heard=begun(known, heard))


def _read(console: Console, given: Given, text: list[str] | None) -> str | None:
    """A sentence from standard input, where that was asked for or nothing else comes from there."""
    stdin = console.stdin
    if stdin is None or (text is None and (is_terminal(stdin) or str(given.answers) == "-")):
        return None
    try:
        # A little more than is read of a sentence, so that a longer one is refused as one.
        return stdin.read(2 * LONGEST).strip() or None
    except (OSError, UnicodeDecodeError):
        return None
