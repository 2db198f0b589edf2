"""`yibao why` and `yibao compare`: flags in, an explanation out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from msgspec.structs import replace

from yibao_cli import explain
from yibao_cli.cli import complete
from yibao_cli.cli.given import Given, Texts, merge
from yibao_cli.cli.options import ListingFormat, option, path_option
from yibao_cli.cli.output import print_listing
from yibao_cli.dates import day_to_answer
from yibao_cli.errors import Finding, UsageError
from yibao_cli.render import explanation
from yibao_cli.walk import Answers
from yibao_cli.why_not import find_goal, why_not

_OTHER = "另一种情况"


def why(
    given: Given,
    not_: Annotated[str | None, option("--not", "为什么没有这一条：它的编号，或一段文字")] = None,
    format_: ListingFormat = None,
) -> None:
    """说明清单为什么是这样；怎样才会有另一条。例如：

    yibao why --insurance 居民 --from 绵阳 --to 北京 --care 住院 --filing 未备案 --not direct_settlement
    """
    base = _situation(given, given.texts())
    if not_ is None:
        listing = explanation.why(explain.why(base))
    else:
        listing = explanation.why_not(why_not(base, find_goal(base, not_)))
    print_listing(given.console, format_, listing)


def compare(
    given: Given,
    with_: Annotated[
        list[str] | None,
        option("--with", "另一种情况的答案：问题=答案，可写多次", _OTHER, complete.settings),
    ] = None,
    with_on: Annotated[str | None, option("--with-on", "按哪天的规定", _OTHER)] = None,
    with_data: Annotated[
        Path | None, path_option("--with-data", "用哪个知识文件夹", _OTHER)
    ] = None,
    format_: ListingFormat = None,
) -> None:
    """比较两种情况：清单上多了什么、少了什么。例如：

    yibao compare --insurance 居民 --from 绵阳 --to 北京 --care 住院 --filing 未备案 --with filing=已备案
    """
    if not (with_ or with_on or with_data):
        message = "还要写另一种情况：--with 问题=答案、--with-on 日期 或 --with-data 文件夹。"
        raise UsageError(Finding("nothing_to_compare", message))
    changed = merge(given.known, {}, with_ or (), "--with")
    other = replace(given, on=with_on or given.on, data=with_data or given.data)
    if with_on:
        day_to_answer(with_on, other.known.about.begins, "--with-on")
    texts = given.texts()
    first = _situation(given, texts)
    # Answers that were asked for the first situation hold for the second one too.
    second = _situation(other, {**texts, **changed}, first.answers)
    print_listing(given.console, format_, explanation.compare(explain.compare(first, second)))


def _situation(given: Given, texts: Texts, so_far: Answers | None = None) -> explain.Situation:
    """The situation that was written down; on a terminal what is missing is asked."""
    return explain.situation(given.known, given.answered(texts, so_far), given.day)
