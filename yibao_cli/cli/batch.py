"""`yibao batch`: a table of answers in, a checklist for each row out."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer
from msgspec import Struct

from yibao_cli.answers import parse_answers, printable
from yibao_cli.cli import complete
from yibao_cli.cli.given import day_of, knowledge_for, merge
from yibao_cli.cli.options import (
    RESULT,
    DataFolder,
    Day,
    Force,
    argument,
    choice_option,
    chosen,
    option,
    path_option,
    present,
)
from yibao_cli.console import Console, is_terminal, unprinted
from yibao_cli.errors import FileError, Finding, Status, UsageError
from yibao_cli.files import check_target, opened, os_reason, shown_path, taken, whole
from yibao_cli.formats import LINES, PAGES, check_ending

if TYPE_CHECKING:
    from yibao_cli.batch import Done, Job
    from yibao_cli.table import Row

_MOST_NAMED = 20
_INSTEAD = "每行是一个 JSON，请写成 .jsonl；要每人一份清单，写 --into 文件夹 --format markdown。"


class Target(Struct, frozen=True):
    """Where the results go: `into` is a folder for a file of each row."""

    output: Path | None
    into: Path | None
    force: bool


def batch(
    ctx: typer.Context,
    file: Annotated[
        Path | None,
        argument(
            "文件",
            parser=Path,
            autocompletion=complete.nothing,
        ),
    ] = None,
    output: Annotated[
        Path | None,
        path_option("--output", "-o", help="写到文件：每行一个 JSON", panel=RESULT),
    ] = None,
    summary: Annotated[
        bool, option("--summary", help="每行只写结论，不写整张清单", panel=RESULT)
    ] = False,
    into: Annotated[
        Path | None,
        path_option("--into", help="每行写成一个文件，放到这个文件夹", panel=RESULT),
    ] = None,
    format_: Annotated[
        str | None,
        choice_option(("--format", "-f"), PAGES, f"每行一个文件时：{' '.join(PAGES)}"),
    ] = None,
    force: Force = False,
    encoding: Annotated[
        str | None, option("--encoding", help="输入的编码：utf-8，或 Excel 常用的 gbk")
    ] = None,
    set_: Annotated[
        list[str] | None,
        option(
            "--set",
            help="各行没有写的答案：问题=答案，可写多次",
            autocompletion=complete.settings,
        ),
    ] = None,
    on: Day = None,
    data: DataFolder = None,
) -> int | None:
    """Answer every row; the status says whether one failed."""
    from yibao_cli.batch import Job
    from yibao_cli.table import decoded, rows

    console: Console = ctx.obj
    source = present(ctx, file, "文件")
    charset = _charset(encoding or "utf-8")
    page = _page(format_, into)
    target = Target(None if str(output) == "-" else output, into, force)
    if target.output is not None:
        check_ending(target.output, "--output", LINES, _INSTEAD)
        check_target(target.output, force=force, flag="--output")
    known = knowledge_for(console, data)
    fixed = merge(known, {}, set_ or ())
    job = Job(known, day_of(known, on, console), fixed, summary, page, console.width)
    parse_answers(known, fixed)
    with _opened(console, source) as binary:
        stream = decoded(binary, charset)
        try:
            found = rows(known, stream)
            if found is None:
                console.say("输入是空的，没有一行可以处理。")
            failed = _run(console, job, found or iter(()), binary, target)
        finally:
            # Closing standard input is not ours to do.
            with suppress(ValueError, OSError):
                stream.detach()
    return Status.NOT_UNDERSTOOD if failed else None


def _charset(name: str) -> str:
    """Windows and Python write names of encodings in several ways."""
    from yibao_cli.table import ENCODINGS

    others = {"utf8": "utf-8", "utf-8-sig": "utf-8", "gb18030": "gbk", "gb2312": "gbk"}
    return chosen("--encoding", others.get(name.lower(), name), tuple(ENCODINGS))


def _page(format_: str | None, into: Path | None) -> str | None:
    """The format of a file for each row; None for JSON Lines."""
    if into is not None:
        return format_ or "markdown"
    if format_ not in (None, "json"):
        message = f"--format {format_} 每行写一个文件，要和 --into 文件夹 一起写。"
        raise UsageError(Finding("no_folder", message, ("--into",)))
    return None


@contextmanager
def _opened(console: Console, file: Path) -> Iterator[BinaryIO]:
    if str(file) == "-":
        if console.stdin is None:
            raise FileError(Finding("cannot_read", "没有标准输入可以读；请写文件名。"))
        yield console.stdin.buffer
        return
    try:
        binary = file.open("rb")
    except (OSError, ValueError) as error:
        message = f"读不了文件“{shown_path(file)}”（{os_reason(error)}）；请检查文件名和权限。"
        raise FileError(Finding("cannot_read", message)) from error
    with binary:
        yield binary


# ---------------------------------------------------------------- running


def _run(console: Console, job: Job, found: Iterator[Row], binary: BinaryIO, target: Target) -> int:
    """Answer and write every row; how many failed."""
    from yibao_cli.batch import answer

    count, failed = 0, 0
    named: list[Done] = []
    # Pages speak for themselves; lines about them are written where they are asked for.
    lines = target.into is None or job.summary or target.output is not None
    try:
        with (
            _sink(console, target) as write,
            _progress(console, binary, idle=lines and target.output is None) as tell,
        ):
            for done in (answer(job, row) for row in found):
                if done.name and target.into is not None:
                    _write_page(target.into / done.name, done.page, target.force, count - failed)
                if lines:
                    write(done.text)
                count += 1
                failed += done.failure is not None
                if done.failure is not None and len(named) < _MOST_NAMED:
                    named.append(done)
                tell(count)
    except KeyboardInterrupt:
        if target.output is not None and target.into is None:
            raise
        raise KeyboardInterrupt(f"已中断；前面 {count} 行已经处理完。") from None
    for done in named:
        console.say(_reason(done))
    if failed > len(named):
        where = "在结果里都写着" if lines else "加 -o 文件 可以全部列出"
        console.say(f"另有 {failed - len(named)} 行没有成功，{where}。")
    console.say(f"共 {count} 行，成功 {count - failed} 行，失败 {failed} 行。")
    return failed


def _reason(done: Done) -> str:
    row = done.row
    who = f"，id {printable(str(row.id))}" if row.id not in (None, "") else ""
    reason = " ".join(str(done.failure).split("\n"))
    return f"第 {row.number} 行（文件第 {row.line} 行{who}）：{reason}"


@contextmanager
def _sink(console: Console, target: Target) -> Iterator[Callable[[bytes], object]]:
    """What takes the lines: standard output, a device, or a file that appears when whole."""
    if target.into is not None:
        _make_folder(target.into)
    if target.output is None:
        yield lambda text: _print(console, text)
        return
    with opened(target.output, force=target.force) as stream:
        yield stream.buffer.write
    console.say(f"已写入 {target.output}")


def _print(console: Console, text: bytes) -> None:
    """Print a line in UTF-8, whatever the terminal's encoding is; at once, as rows may come slowly."""
    if console.stdout is None:
        raise unprinted(None)
    try:
        console.stdout.buffer.write(text)
        console.stdout.buffer.flush()
    except OSError as error:
        raise unprinted(error) from error


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"建不了文件夹“{shown_path(folder)}”（{os_reason(error)}）；请换个位置。"
        raise FileError(Finding("cannot_write", message)) from error


def _write_page(path: Path, text: str, force: bool, before: int) -> None:
    """Write one page after so many others. A link of that name is never followed."""
    try:
        if not force and (path.exists() or path.is_symlink()):
            raise FileError(taken(path))
        with whole(path, force=force) as stream:
            stream.write(text)
    except FileError as error:
        stopped = Finding("stopped", f"停在这里；前面的 {before} 个文件已经写好。")
        raise FileError(*error.findings, stopped) from error


@contextmanager
def _progress(console: Console, binary: BinaryIO, *, idle: bool) -> Iterator[Callable[[int], None]]:
    """A bar on stderr, told how many rows are done; nothing where no person waits for its end.

    `idle` says that the rows themselves are printed: on a terminal they show how far it is.
    """
    dumb = console.environ.get("TERM", "") == "dumb"
    if not is_terminal(console.stderr) or dumb or (idle and console.shows):
        yield lambda count: None
        return
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    # Short enough for terminals that draw every cell of it twice as wide.
    bar = BarColumn(24, complete_style="accent", finished_style="accent", pulse_style="accent")
    columns = (
        bar, TaskProgressColumn(), TextColumn("{task.fields[rows]} 行"), TimeElapsedColumn()
    )  # fmt: skip
    # Of a pipe nobody knows the end.
    size = (binary.seekable() and os.fstat(binary.fileno()).st_size) or None
    with Progress(*columns, console=console.printer(console.stderr), transient=True) as shown:
        task = shown.add_task("", total=size, rows=0)
        yield lambda count: shown.update(
            task, completed=binary.tell() if size else None, rows=count
        )
