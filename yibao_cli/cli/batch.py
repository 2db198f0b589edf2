"""`yibao batch`: a table of answers in, a checklist for each row out."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Annotated, TextIO

from msgspec import Struct

from yibao_cli import files
from yibao_cli.answers import parse_answers
from yibao_cli.batch import ENCODINGS, Done, Job, answer, rows
from yibao_cli.cli import complete
from yibao_cli.cli.given import Basis, merge
from yibao_cli.cli.options import (
    REST,
    RESULT,
    Day,
    Force,
    argument,
    choice_option,
    format_option,
    option,
    path_option,
)
from yibao_cli.console import Console
from yibao_cli.errors import FileError, Finding, Status, UsageError

_MOST_NAMED = 20
_INSTEAD = "每行是一个 JSON，请写成 .jsonl；要每人一份清单，写 --into 文件夹 --format markdown。"


def batch(
    basis: Basis,
    file: Annotated[Path, argument("文件", complete.nothing, parser=files.named)],
    output: Annotated[
        Path | None, path_option("--output -o", "写到文件：每行一个 JSON", RESULT)
    ] = None,
    summary: Annotated[bool, option("--summary", "每行只写结论，不写整张清单", RESULT)] = False,
    into: Annotated[
        Path | None, path_option("--into", "每行写成一个文件，放到这个文件夹", RESULT)
    ] = None,
    format_: Annotated[
        str | None, format_option(f"每行一个文件时：{' '.join(files.PAGES)}", files.PAGES)
    ] = None,
    force: Force = False,
    encoding: Annotated[
        str, choice_option("--encoding", "输入的编码：utf-8，或 Excel 常用的 gbk", ENCODINGS, REST)
    ] = "utf-8",
    set_: Annotated[
        list[str] | None,
        option("--set", "各行没有写的答案：问题=答案，可写多次", offered=complete.settings),
    ] = None,
    on: Day = None,
) -> int | None:
    """一次处理一整张表：第一行写列名，每行一个人。文件是 CSV 或 JSON Lines，写 - 就读标准输入；
    列名是问题的编号或名称，另可有 id。例如：

    yibao batch 名单.csv -o 结果.jsonl
    """
    console, known = basis.console, basis.known
    if into is None and format_ not in (None, "json"):
        message = f"--format {format_} 每行写一个文件，要和 --into 文件夹 一起写。"
        raise UsageError(Finding("no_folder", message, ("--into",)))
    if str(output) == "-":
        output = None
    if output is not None:
        files.check_ending(output, "--output", files.LINES, _INSTEAD)
        files.check_target(output, force=force, flag="--output")
    fixed = merge(known, {}, set_ or ())
    parse_answers(known, fixed)
    page = (format_ or "markdown") if into else None
    job = Job(known, basis.day_of(on), fixed, summary, page, console.width)
    # Pages speak for themselves; lines about them are written where they are asked for.
    target = Target(output, into, force, summary or into is None or output is not None)
    with files.reading(file, console.stdin, ENCODINGS[encoding], newline="") as table:
        found = rows(known, table)
        if found is None:
            console.say("输入是空的，没有一行可以处理。")
        failed = _run(console, map(partial(answer, job), found or ()), table, target)
    return Status.NOT_UNDERSTOOD if failed else None


class Target(Struct, frozen=True):
    """Where the results go: `into` is a folder for a page of each row, `lines` go elsewhere."""

    output: Path | None
    into: Path | None
    force: bool
    lines: bool


def _run(console: Console, answered: Iterator[Done], table: TextIO, target: Target) -> int:
    """Write every row as it is answered, and say which failed; how many did."""
    count = failed = 0
    reasons: list[str] = []
    try:
        with (
            _sink(console, target) as write,
            closing(_watched(console, answered, table, target)) as watched,
        ):
            for done in watched:
                write(done)
                count += 1
                failed += bool(done.failure)
                if done.failure and failed <= _MOST_NAMED:
                    reasons.append(done.failure)
    except KeyboardInterrupt:
        if target.output is not None and target.into is None:
            raise
        raise KeyboardInterrupt(f"已中断；前面 {count} 行已经处理完。") from None
    except FileError as error:
        if target.into is None:
            raise
        stopped = Finding("stopped", f"停在这里；前面的 {count - failed} 个文件已经写好。")
        raise FileError(*error.findings, stopped) from error
    if failed > _MOST_NAMED:
        where = "在结果里都写着" if target.lines else "加 -o 文件 可以全部列出"
        reasons.append(f"另有 {failed - _MOST_NAMED} 行没有成功，{where}。")
    for line in (*reasons, f"共 {count} 行，成功 {count - failed} 行，失败 {failed} 行。"):
        console.say(line)
    return failed


@contextmanager
def _sink(console: Console, target: Target) -> Iterator[Callable[[Done], None]]:
    """What takes the answered rows; a file of lines appears when it is whole."""
    if target.into is not None:
        target.into.mkdir(parents=True, exist_ok=True)
    path = target.output and files.check_target(target.output, force=target.force)
    with files.opened(path, force=target.force) if path else nullcontext() as stream:
        put: Callable[[str], object] = stream.write if stream else console.data

        def write(done: Done) -> None:
            if target.into is not None and done.name:
                with files.opened(
                    target.into / done.name, force=target.force, synced=False
                ) as page:
                    page.write(done.page)
            if target.lines:
                put(done.text)

        yield write
    if target.output is not None:
        console.say(f"已写入 {files.shown_path(target.output)}")


def _watched(
    console: Console, answered: Iterator[Done], table: TextIO, target: Target
) -> Generator[Done, None, None]:
    """The answered rows; a bar on stderr shows how far they are, where a person waits for the end."""
    # Lines that are printed on a terminal show themselves how far it is.
    if not console.waits or (console.shows and target.lines and target.output is None):
        yield from answered
        return
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    # Short enough for terminals that draw every cell of it twice as wide.
    bar = BarColumn(24, "accent", "accent", "accent", "accent")
    columns = (bar, TaskProgressColumn(), TextColumn("{task.fields[rows]} 行"), TimeElapsedColumn())
    # Of a pipe nobody knows the end.
    size = os.fstat(table.fileno()).st_size if table.seekable() else None
    with Progress(*columns, console=console.printer(console.stderr), transient=True) as shown:
        task = shown.add_task("", total=size, rows=0)
        for count, done in enumerate(answered, 1):
            shown.update(task, completed=table.buffer.tell() if size else None, rows=count)
            yield done
