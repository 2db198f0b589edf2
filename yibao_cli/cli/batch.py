"""`yibao batch`: a table of answers in, a checklist for each row out."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from yibao_cli.cli.progress import progress
from yibao_cli.console import Console
from yibao_cli.errors import FileError, Finding, Status, UsageError
from yibao_cli.files import check, shown_path, why
from yibao_cli.numbers import bounded

if TYPE_CHECKING:
    from yibao_cli.batch.desk import Done, Task
    from yibao_cli.batch.output import Write
    from yibao_cli.batch.sheet import Sheet

_MOST_JOBS = 64
_MOST_NAMED = 20


def batch(
    console: Console,
    *,
    file: Path,
    output: Path | None,
    summary: bool,
    format_: str | None,
    into: Path | None,
    force: bool,
    input_: str | None,
    encoding: str | None,
    set_: list[str] | None,
    jobs: str | None,
    on: str | None,
    data: Path | None,
) -> int | None:
    """Answer every row; the status says whether one failed."""
    from yibao_cli.answers import parse_all
    from yibao_cli.batch.desk import Task
    from yibao_cli.batch.sheet import KINDS, decoded, open_sheet
    from yibao_cli.cli.options import day_of, knowledge_for, merge

    kind = next((one for one in KINDS if one == input_), None)
    charset = _charset(encoding or "utf-8")
    processes = _jobs(jobs or "1")
    page = _page(format_, into)
    if output is not None and str(output) == "-":
        output = None
    if output is not None:
        check(output, force=force, flag="--output")
    known = knowledge_for(console, data)
    day = day_of(known, on, console)
    fixed = merge(known, {}, set_ or ())
    parse_all(known, fixed)
    with _opened(console, file) as binary:
        stream = decoded(binary, charset)
        try:
            sheet = open_sheet(known, stream, kind)
            if sheet is None:
                console.say("输入是空的，没有一行可以处理。")
            columns = sheet.columns if sheet else ()
            task = Task(
                known, day, sheet.kind if sheet else "csv", columns, fixed, page, summary,
                console.width,
            )  # fmt: skip
            failed = _run(
                console, task, sheet, binary, output=output, into=into, force=force, jobs=processes
            )
        finally:
            # Closing standard input is not ours to do.
            with suppress(ValueError, OSError):
                stream.detach()
    return Status.NOT_UNDERSTOOD if failed else None


def _charset(name: str) -> str:
    """Windows and Python write names of encodings in several ways."""
    from yibao_cli.batch.sheet import ENCODINGS
    from yibao_cli.cli.parser import no_such

    others = {"utf8": "utf-8", "utf-8-sig": "utf-8", "gb18030": "gbk", "gb2312": "gbk"}
    usual = others.get(name.lower(), name.lower())
    if usual not in ENCODINGS:
        raise UsageError(no_such("--encoding", name, tuple(ENCODINGS)))
    return usual


def _jobs(text: str) -> int:
    found = bounded(text, 1, _MOST_JOBS)
    if found is not None:
        return found
    raise UsageError(Finding("bad_jobs", f"--jobs 要写 1 到 {_MOST_JOBS}。"))


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
        binary = getattr(console.stdin, "buffer", None)
        if binary is None:
            raise FileError(Finding("cannot_read", "没有标准输入可以读；请写文件名。"))
        yield binary
        return
    try:
        opened = file.open("rb")
    except (OSError, ValueError) as error:
        message = f"读不了文件“{shown_path(file)}”（{why(error)}）；请检查文件名和权限。"
        raise FileError(Finding("cannot_read", message)) from error
    with opened:
        yield opened


# ---------------------------------------------------------------- running


def _run(
    console: Console,
    task: Task,
    sheet: Sheet | None,
    binary: BinaryIO,
    *,
    output: Path | None,
    into: Path | None,
    force: bool,
    jobs: int,
) -> int:
    """Answer and write every row; how many failed."""
    from yibao_cli.batch.output import make_folder
    from yibao_cli.batch.processes import answer_all

    count, failed = 0, 0
    named: list[Done] = []
    # The knowledge lasts as long as the run; nobody need look through it for garbage meanwhile.
    gc.freeze()
    # Pages speak for themselves; lines about them are written where they are asked for.
    lines = into is None or task.summary or output is not None
    try:
        with (
            _sink(console, output, force) as write,
            progress(console, binary, shows_rows=lines and output is None) as tell,
            closing(answer_all(task, sheet.rows if sheet else iter(()), jobs)) as results,
        ):
            if into is not None:
                make_folder(into)
            for chunk in results:
                for done in chunk.notable:
                    if into is not None and done.name:
                        _write_page(into / done.name, done.page, force, done.number - 1 - failed)
                    if done.failure is not None:
                        failed += 1
                        if len(named) < _MOST_NAMED:
                            named.append(done)
                count += chunk.size
                if lines:
                    write(chunk.text)
                tell(count)
    except KeyboardInterrupt:
        if output is not None and into is None:
            raise
        raise KeyboardInterrupt(f"已中断；前面 {count} 行已经处理完。") from None
    _report(console, count, failed, named, lines=lines)
    return failed


@contextmanager
def _sink(console: Console, path: Path | None, force: bool) -> Iterator[Write]:
    """Where lines are written: standard output, a device, or a file that appears when whole."""
    from yibao_cli.batch.output import into_file, straight

    if path is None:
        yield straight(console.stdout) or (lambda text: console.result(text.decode()))
        return
    with into_file(path, force=force) as write:
        yield write
    console.say(f"已写入 {path}")


def _write_page(path: Path, text: str, force: bool, before: int) -> None:
    """Write one page after so many others."""
    from yibao_cli.batch.output import write_page

    try:
        write_page(path, text, force=force)
    except FileError as error:
        stopped = Finding("stopped", f"停在这里；前面的 {before} 个文件已经写好。")
        raise FileError(*error.findings, stopped) from error


def _report(
    console: Console, count: int, failed: int, named: Sequence[Done], *, lines: bool
) -> None:
    for done in named:
        who = f"，id {done.id}" if done.id else ""
        reason = " ".join(str(done.failure).split("\n"))
        console.say(f"第 {done.number} 行（文件第 {done.line} 行{who}）：{reason}")
    if failed > len(named):
        where = "在结果里都写着" if lines else "加 -o 文件 可以全部列出"
        console.say(f"另有 {failed - len(named)} 行没有成功，{where}。")
    console.say(f"共 {count} 行，成功 {count - failed} 行，失败 {failed} 行。")
