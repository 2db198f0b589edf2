"""What shows the knowledge itself: `questions`, `region`, `sources`, `tree`; and what proves it."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from yibao_cli.answers import find_question, normalized, parse_answer, printable, unknown_question
from yibao_cli.cli import complete
from yibao_cli.cli.given import Basis, tell_hospitals
from yibao_cli.cli.options import (
    RESULT,
    ListingFormat,
    argument,
    format_option,
    option,
    path_option,
)
from yibao_cli.cli.output import print_listing
from yibao_cli.console import Console, is_terminal
from yibao_cli.dates import today
from yibao_cli.errors import AnswerError, Finding, Status, UsageError
from yibao_cli.knowledge.model import Knowledge
from yibao_cli.places import Place

if TYPE_CHECKING:
    from yibao_cli.knowledge.load import Lines


def questions(
    basis: Basis,
    ids: Annotated[list[str] | None, argument("[问题]...", complete.questions)] = None,
    format_: ListingFormat = None,
) -> None:
    """每个问题、可以写的答案和写法。写了问题的编号或名称，就只看这些。例如：

    yibao questions filing
    """
    from yibao_cli.render import listings

    known = basis.known
    named = {name: find_question(known, name) for name in ids or ()}
    unknown = [unknown_question(known, name) for name, found in named.items() if found is None]
    if unknown:
        raise AnswerError(*unknown)
    chosen = {found.id: found for found in named.values() if found} or known.questions
    print_listing(basis.console, format_, listings.questions(chosen.values()))


def region(
    basis: Basis,
    text: Annotated[list[str], argument("地名", complete.answer("to"))],
    format_: ListingFormat = None,
) -> None:
    """一个地名认成哪里，当地有哪些已知的规定，热线是多少。地名是省名、市名或拼音。例如：

    yibao region 江苏
    """
    from yibao_cli.render import listings

    known, written = basis.known, " ".join(text)
    # Not an answer to any question, so no message may speak of a flag.
    place = parse_answer(known, known.questions["to"], written, "地名")
    if not isinstance(place, Place) or place.is_unsure:
        message = f"地名写的是“{printable(written)}”；要写一个省、市或区，例如 绵阳。"
        raise AnswerError(Finding("unknown_place", message))
    tell_hospitals(known, basis.console, [written])
    print_listing(basis.console, format_, listings.region(known, place, basis.day_of()))


def sources(
    basis: Basis,
    overdue: Annotated[bool, option("--overdue", "只看过了复查日的", RESULT)] = False,
    format_: ListingFormat = None,
) -> None:
    """全部依据：文件、文号、日期、哪天读的、可信程度。例如：

    yibao sources --overdue
    """
    from yibao_cli.render import listings

    listing = listings.sources(basis.known, basis.day_of(), overdue_only=overdue)
    print_listing(basis.console, format_, listing)


def tree(
    basis: Basis,
    where: Annotated[str | None, argument("[要办的事|节点]", complete.nodes)] = None,
    format_: Annotated[
        str | None, format_option("tree（默认）或 mermaid；另有 --data", ("tree", "mermaid"))
    ] = None,
    depth: Annotated[str | None, option("--depth", "只看这么多步", RESULT)] = None,
) -> None:
    """画出决策树，给改资料的人。可以写要办的事，或从哪个节点起；同名时是要办的事。例如：

    yibao tree 转移接续
    """
    from yibao_cli.render.tree import drawn, mermaid, view

    steps = {str(number): number for number in range(1, 100)}.get(normalized(depth or ""))
    if depth is not None and steps is None:
        message = f"--depth 写的是“{printable(depth)}”；要写1到99的整数。"
        raise UsageError(Finding("bad_depth", message))
    console, known = basis.console, basis.known
    part = view(known, where, depth=steps)
    if format_ == "mermaid":
        console.data(mermaid(known, part))
    else:
        console.show(drawn(known, part, console.width))


def check(
    ctx: typer.Context,
    data: Annotated[Path | None, path_option("--data", "检查这个知识文件夹，代替自带的")] = None,
    cases: Annotated[Path | None, path_option("--cases", "另外跑这个文件夹里的案例")] = None,
    mutate: Annotated[
        bool, option("--mutate", "逐条改坏规则，看案例能不能发现；要写 --cases")
    ] = False,
    update: Annotated[
        bool, option("--update", "重写案例文件夹里的 ways.tsv；要写 --cases")
    ] = False,
    strict: Annotated[bool, option("--strict", "提醒也算错误")] = False,
    format_: ListingFormat = None,
) -> int | None:
    """检查资料，给改资料的人。例如：

    yibao check --data ./data --cases ./cases
    """
    # Only here: no other command needs the proof.
    from yibao_cli.audit.report import report
    from yibao_cli.render import checked, json_text

    console: Console = ctx.obj
    if (mutate or update) and cases is None:
        raise UsageError(Finding("no_cases", "--mutate 和 --update 要和 --cases 文件夹 一起写。"))
    known, lines = loaded(data)
    day = today(console.environ, known.about.begins).isoformat()
    waiting = console.printer(console.stderr).status(
        "正在检查知识", spinner="line", spinner_style="accent"
    )
    with waiting if console.waits else nullcontext():
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
    from yibao_cli.knowledge.load import Lines, extend, load
    from yibao_cli.knowledge.location import is_whole, shipped

    if data is None or is_whole(data):
        return load(data or shipped())
    # A folder of local facts is checked as what it is used for: laid over the shipped knowledge.
    base, lines = load(shipped())
    known, own = extend(base, data)
    return known, Lines({**lines.places, **own.places})
