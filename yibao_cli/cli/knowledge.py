"""What shows the knowledge itself: `questions`, `region`, `sources`, `tree`; and what proves it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from yibao_cli.answers import find_question, parse_answer, printable, unknown_question
from yibao_cli.cli import complete
from yibao_cli.cli.given import day_of, knowledge_for, tell_hospitals
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
from yibao_cli.places import Place

if TYPE_CHECKING:
    from yibao_cli.knowledge.load import Lines

_Questions = Annotated[list[str] | None, argument("[问题]...", autocompletion=complete.questions)]
_Place = Annotated[list[str] | None, argument("地名", autocompletion=complete.places)]
_Overdue = Annotated[bool, option("--overdue", help="只看过了复查日的", panel=RESULT)]
_Where = Annotated[str | None, argument("[要办的事|节点]", autocompletion=complete.nodes)]
_Depth = Annotated[str | None, option("--depth", help="只看这么多步", panel=RESULT)]
_Diagram = Annotated[
    str | None,
    choice_option(("--format", "-f"), DIAGRAMS, f"{' 或 '.join(DIAGRAMS)}，默认 {DIAGRAMS[0]}"),
]
_Checked = Annotated[Path | None, path_option("--data", help="检查这个知识文件夹，代替自带的")]
_Cases = Annotated[Path | None, path_option("--cases", help="另外跑这个文件夹里的案例")]
_Mutate = Annotated[bool, option("--mutate", help="逐条改坏规则，看案例能不能发现；要写 --cases")]
_Update = Annotated[bool, option("--update", help="重写案例文件夹里的 ways.tsv；要写 --cases")]
_Strict = Annotated[bool, option("--strict", help="提醒也算错误")]


def questions(
    ctx: typer.Context,
    ids: _Questions = None,
    format_: ListingFormat = None,
    data: DataFolder = None,
) -> None:
    """Every question, or those that are named."""
    from yibao_cli.render import listings

    known = knowledge_for(ctx.obj, data)
    named = {name: find_question(known, name) for name in ids or ()}
    unknown = [unknown_question(known, name) for name, found in named.items() if found is None]
    if unknown:
        raise AnswerError(*unknown)
    chosen = {found.id: found for found in named.values() if found} or known.questions
    print_listing(ctx.obj, format_, listings.questions(chosen.values()))


def region(
    ctx: typer.Context, text: _Place = None, format_: ListingFormat = None, data: DataFolder = None
) -> None:
    """What a name of a place resolves to, and what is known of it."""
    from yibao_cli.render import listings

    known = knowledge_for(ctx.obj, data)
    written = " ".join(present(ctx, text, "地名"))
    # Not an answer to any question, so no message may speak of a flag.
    place = parse_answer(known, known.questions["to"], written, "地名")
    if isinstance(place, Place) and place.is_unsure:
        message = f"地名写的是“{printable(written)}”；要写一个省、市或区，例如 绵阳。"
        raise AnswerError(Finding("unknown_place", message))
    tell_hospitals(ctx.obj, known, [written])
    listing = listings.region(known, place, day_of(known, None, ctx.obj))  # type: ignore[arg-type]
    print_listing(ctx.obj, format_, listing)


def sources(
    ctx: typer.Context,
    overdue: _Overdue = False,
    format_: ListingFormat = None,
    data: DataFolder = None,
) -> None:
    """Every text the knowledge rests on, or those that are due to be read again."""
    from yibao_cli.render import listings

    known = knowledge_for(ctx.obj, data)
    listing = listings.sources(known, day_of(known, None, ctx.obj), overdue_only=overdue)
    print_listing(ctx.obj, format_, listing)


def tree(
    ctx: typer.Context,
    where: _Where = None,
    format_: _Diagram = None,
    depth: _Depth = None,
    data: DataFolder = None,
) -> None:
    """Draw the tree, or a part of it."""
    from yibao_cli.render.tree import drawn, mermaid, view

    console: Console = ctx.obj
    steps = {str(number): number for number in range(1, 100)}.get(depth or "")
    if depth is not None and steps is None:
        message = f"--depth 写的是“{printable(depth)}”；要写1到99的整数。"
        raise UsageError(Finding("bad_depth", message))
    known = knowledge_for(console, data)
    part = view(known, where, depth=steps)
    if format_ == "mermaid":
        console.data(mermaid(known, part))
    else:
        console.show(drawn(known, part, console.width))


def check(
    ctx: typer.Context,
    data: _Checked = None,
    cases: _Cases = None,
    mutate: _Mutate = False,
    update: _Update = False,
    strict: _Strict = False,
    format_: ListingFormat = None,
) -> int | None:
    """Check a knowledge; the status says whether something was found."""
    # Only here: no other command needs the proof.
    from yibao_cli.audit.report import report
    from yibao_cli.render import checked, json_text

    console: Console = ctx.obj
    if (mutate or update) and cases is None:
        raise UsageError(Finding("no_cases", "--mutate 和 --update 要和 --cases 文件夹 一起写。"))
    known, lines = loaded(data)
    day = day_of(known, None, console)
    with console.working("正在检查知识"):
        found = report(known, lines, day, cases, mutate=mutate, update=update)
    if format_ == "json":
        console.data(json_text(found))
    else:
        if is_terminal(console.stderr):
            console.tell(checked.faults(found, console.asking_width))
        else:
            # A line each, as editors read them.
            for fault in found.findings:
                console.say(str(fault))
        console.show(checked.summary(found, console.width))
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
