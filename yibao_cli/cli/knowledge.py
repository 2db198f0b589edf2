"""What shows the knowledge itself: `questions`, `region`, `sources`, `tree`; and what proves it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from yibao_cli.answers import printable
from yibao_cli.cli import complete
from yibao_cli.cli.given import knowledge_for
from yibao_cli.cli.options import (
    RESULT,
    DataFolder,
    ListingFormat,
    argument,
    choice_option,
    option,
    path_option,
    present,
)
from yibao_cli.cli.output import print_listing
from yibao_cli.console import Console, is_terminal
from yibao_cli.errors import AnswerError, Finding, Status, UsageError
from yibao_cli.formats import DIAGRAMS
from yibao_cli.knowledge.model import Knowledge

if TYPE_CHECKING:
    from yibao_cli.audit.report import Report
    from yibao_cli.knowledge.load import Lines


def questions(
    ctx: typer.Context,
    ids: Annotated[
        list[str] | None,
        argument("[问题]...", autocompletion=complete.questions),
    ] = None,
    format_: ListingFormat = None,
    data: DataFolder = None,
) -> None:
    """Every question, or those that are named."""
    from yibao_cli.render import listings

    console: Console = ctx.obj
    known = knowledge_for(console, data)
    chosen = list(known.questions.values())
    if ids:
        from yibao_cli.answers import find_question, unknown_question

        named = [(one, find_question(known, one)) for one in ids]
        unknown = [unknown_question(known, name) for name, found in named if found is None]
        if unknown:
            raise AnswerError(*unknown)
        chosen = list({found.id: found for _, found in named if found}.values())
    print_listing(console, format_, listings.questions(chosen))


def region(
    ctx: typer.Context,
    text: Annotated[
        list[str] | None,
        argument("地名", autocompletion=complete.places),
    ] = None,
    format_: ListingFormat = None,
    data: DataFolder = None,
) -> None:
    """What a name of a place resolves to, and what is known of it."""
    from yibao_cli.answers import parse_answer
    from yibao_cli.render import listings

    console: Console = ctx.obj
    known = knowledge_for(console, data)
    written = " ".join(present(ctx, text, "地名"))
    # Not an answer to any question, so no message may speak of a flag.
    place = parse_answer(known, known.questions["to"], written, "地名")
    day = console.today(known.about.begins).isoformat()
    print_listing(console, format_, listings.region(known, place, day))  # type: ignore[arg-type]


def sources(
    ctx: typer.Context,
    overdue: Annotated[bool, option("--overdue", help="只看过了复查日的", panel=RESULT)] = False,
    format_: ListingFormat = None,
    data: DataFolder = None,
) -> None:
    """Every text the knowledge rests on, or those that are due to be read again."""
    from yibao_cli.render import listings

    console: Console = ctx.obj
    known = knowledge_for(console, data)
    day = console.today(known.about.begins).isoformat()
    print_listing(console, format_, listings.sources(known, day, overdue_only=overdue))


def tree(
    ctx: typer.Context,
    where: Annotated[
        str | None,
        argument(
            "[要办的事|节点]",
            autocompletion=complete.nodes,
        ),
    ] = None,
    format_: Annotated[
        str | None,
        choice_option(("--format", "-f"), DIAGRAMS, f"{' 或 '.join(DIAGRAMS)}，默认 {DIAGRAMS[0]}"),
    ] = None,
    depth: Annotated[str | None, option("--depth", help="只看这么多步", panel=RESULT)] = None,
    data: DataFolder = None,
) -> None:
    """Draw the tree, or a part of it."""
    from yibao_cli.render import diagram

    console: Console = ctx.obj
    steps = {str(number): number for number in range(1, 100)}.get(depth or "")
    if depth is not None and steps is None:
        message = f"--depth 写的是“{printable(depth)}”；要写1到99的整数。"
        raise UsageError(Finding("bad_depth", message))
    known = knowledge_for(console, data)
    part = diagram.view(known, where, depth=steps)
    if format_ == "mermaid":
        console.data(diagram.draw(known, part, format_, console.width))
    else:
        from yibao_cli.render.diagram.text import drawn

        console.show(drawn(known, part, console.width))


def check(
    ctx: typer.Context,
    data: Annotated[
        Path | None, path_option("--data", help="检查这个知识文件夹，代替自带的")
    ] = None,
    cases: Annotated[Path | None, path_option("--cases", help="另外跑这个文件夹里的案例")] = None,
    mutate: Annotated[
        bool, option("--mutate", help="逐条改坏规则，看案例能不能发现；要写 --cases")
    ] = False,
    update: Annotated[
        bool, option("--update", help="重写案例文件夹里的 ways.tsv；要写 --cases")
    ] = False,
    strict: Annotated[bool, option("--strict", help="提醒也算错误")] = False,
    format_: ListingFormat = None,
) -> int | None:
    """Check a knowledge; the status says whether something was found."""
    # Only here: no other command needs the proof.
    from yibao_cli.audit.report import report
    from yibao_cli.render import json_text

    console: Console = ctx.obj
    if (mutate or update) and cases is None:
        raise UsageError(Finding("no_cases", "--mutate 和 --update 要和 --cases 文件夹 一起写。"))
    known, lines = loaded(data)
    day = console.today(known.about.begins).isoformat()
    with console.working("正在检查知识"):
        found = report(known, lines, day, cases, mutate=mutate, update=update)
    if format_ == "json":
        console.data(json_text(found))
        return _status(found, strict=strict)
    from yibao_cli.render.checked import faults, summary

    if is_terminal(console.stderr):
        console.tell(faults(found, console.asking_width))
    else:
        # A line each, as editors read them.
        for fault in found.findings:
            console.say(str(fault))
    console.show(summary(found, console.width))
    return _status(found, strict=strict)


def _status(found: Report, *, strict: bool) -> int | None:
    return Status.BROKEN_KNOWLEDGE if found.broken(strict=strict) else None


def loaded(data: Path | None) -> tuple[Knowledge, Lines]:
    """The knowledge to check, and where its parts stand."""
    from yibao_cli.knowledge import is_whole, shipped
    from yibao_cli.knowledge.load import Lines, extend, load

    if data is None or is_whole(data):
        return load(data or shipped())
    # A folder of local facts is checked as what it is used for: laid over the shipped knowledge.
    base, lines = load(shipped())
    known, own = extend(base, data)
    return known, Lines({**lines.places, **own.places})
