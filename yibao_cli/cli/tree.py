"""`yibao tree`: the decision tree, drawn."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from yibao_cli.console import Console
from yibao_cli.errors import Finding, UsageError

_FORMATS = "tree、mermaid、graphviz"


def tree(
    context: typer.Context,
    where: Annotated[
        str | None,
        typer.Argument(
            help="要办的事，或从哪个节点起；同名时是要办的事。", metavar="[要办的事|节点]"
        ),
    ] = None,
    format_: Annotated[
        str, typer.Option("--format", "-f", help=f"输出格式：{_FORMATS}。", metavar="格式")
    ] = "tree",
    depth: Annotated[
        str | None, typer.Option("--depth", help="只看这么多步。", metavar="步数")
    ] = None,
    around: Annotated[
        str | None,
        typer.Option(
            "--around", help="只看这个节点的前后；不写 --depth 就是一步。", metavar="节点"
        ),
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option("--data", help="您自己的知识文件夹；有 knowledge.yaml 的整套代替。"),
    ] = None,
) -> None:
    """画出决策树：每个问题怎么分，哪里加条目，在哪里得出结论。

    例：yibao tree 转移接续
    """
    from yibao_cli import diagram
    from yibao_cli.answers import shown
    from yibao_cli.knowledge import knowledge, overlay

    console: Console = context.obj
    if format_ not in diagram.FORMATS:
        message = f"没有“{shown(format_)}”这种格式；可以写：{'、'.join(diagram.FORMATS)}。"
        raise UsageError(Finding("unknown_format", message, diagram.FORMATS))
    if depth is not None and not re.fullmatch("[1-9][0-9]?", depth):
        message = f"--depth 写的是“{shown(depth)}”；要写1到99的整数。"
        raise UsageError(Finding("bad_depth", message))
    known = knowledge(data, overlay(console.environ))
    steps = int(depth) if depth else None
    part = diagram.view(known, where, depth=steps, around=around)
    console.result(diagram.draw(known, part, format_, console.width))
