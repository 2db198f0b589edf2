"""`yibao batch`: a table of answers in, a checklist for each row out."""

from __future__ import annotations

import gc
import io
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TextIO

from yibao_cli.console import Console, is_terminal, unprinted
from yibao_cli.errors import FileError, Finding, Status, UsageError
from yibao_cli.files import check, is_device, shown_path, taken, unwritable, whole, why
from yibao_cli.numbers import bounded

if TYPE_CHECKING:
    from yibao_cli.batch import Done, Sheet, Task

_MOST_JOBS = 64
_MOST_NAMED = 20
_REFRESH_SECONDS = 0.1

_Tell = Callable[[int], None]


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
    from yibao_cli.batch import ENCODINGS, KINDS, Task, common, open_sheet
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
    fixed = common(known, merge(known, {}, set_ or ()))
    with _opened(console, file) as binary:
        stream = io.TextIOWrapper(
            binary, encoding=ENCODINGS[charset], errors="surrogateescape", newline=""
        )
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
    from yibao_cli.batch import ENCODINGS
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
    from yibao_cli.batch import answer_all

    count, failed = 0, 0
    named: list[Done] = []
    # The knowledge lasts as long as the run; nobody need look through it for garbage meanwhile.
    gc.freeze()
    # Pages speak for themselves; lines about them are written where they are asked for.
    lines = into is None or task.summary or output is not None
    try:
        with (
            _sink(console, output, force) as write,
            _progress(console, binary, shows_rows=lines and output is None) as tell,
            closing(answer_all(task, sheet.rows if sheet else iter(()), jobs)) as results,
        ):
            if into is not None:
                _make(into)
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


# ---------------------------------------------------------------- where it goes


def _page(format_: str | None, into: Path | None) -> str | None:
    """The format of a file for each row; None for JSON Lines."""
    if into is not None:
        return format_ or "markdown"
    if format_ not in (None, "json"):
        message = f"--format {format_} 每行写一个文件，要和 --into 文件夹 一起写。"
        raise UsageError(Finding("no_folder", message, ("--into",)))
    return None


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"建不了文件夹“{shown_path(folder)}”（{why(error)}）；请换个位置。"
        raise FileError(Finding("cannot_write", message)) from error


def _write_page(path: Path, text: str, force: bool, before: int) -> None:
    """Write one page. A link of that name is never followed out of the folder."""
    try:
        if not force and (path.exists() or path.is_symlink()):
            raise FileError(taken(path))
        with whole(path, force=force) as stream:
            stream.write(text)
    except FileError as error:
        stopped = Finding("stopped", f"停在这里；前面的 {before} 个文件已经写好。")
        raise FileError(*error.findings, stopped) from error


@contextmanager
def _sink(console: Console, path: Path | None, force: bool) -> Iterator[Callable[[bytes], object]]:
    """Where lines are written: standard output, a device, or a file that appears when whole."""
    if path is None:
        yield _straight(console.stdout) or (lambda text: console.result(text.decode()))
        return
    if is_device(path):
        try:
            with path.open("w", encoding="utf-8", newline="\n") as stream:
                yield stream.buffer.write
        except OSError as error:
            raise FileError(unwritable(path, error)) from error
    else:
        # A link stays a link; what it points to is replaced.
        with whole(path.resolve(), force=force) as stream:
            yield stream.buffer.write
            stream.flush()
            os.fsync(stream.fileno())
    console.say(f"已写入 {path}")


def _straight(stream: TextIO | None) -> Callable[[bytes], object] | None:
    """A way for UTF-8 to a stream that would only decode and encode it again."""
    buffer = getattr(stream, "buffer", None)
    encoding = (getattr(stream, "encoding", None) or "").lower()
    if buffer is None or encoding not in ("utf-8", "utf8") or os.linesep != "\n":
        return None

    def write(text: bytes) -> None:
        try:
            buffer.write(text)
            # Rows that come slowly through a pipe are answered at once.
            buffer.flush()
        except OSError as error:
            raise unprinted(error) from error

    return write


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


# ---------------------------------------------------------------- progress


@contextmanager
def _progress(console: Console, binary: BinaryIO, *, shows_rows: bool) -> Iterator[_Tell]:
    """A bar on stderr where a person sees it and no rows run through it; otherwise nothing."""
    dumb = console.environ.get("TERM", "") == "dumb"
    if not is_terminal(console.stderr) or dumb or (shows_rows and console.shows):
        yield lambda _: None
        return
    from rich.console import Console as RichConsole
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    columns = (
        BarColumn(), TaskProgressColumn(), TextColumn("{task.fields[rows]} 行"), TimeElapsedColumn()
    )  # fmt: skip
    size = _size(console, binary)
    with Progress(*columns, console=RichConsole(file=console.stderr), transient=True) as bar:
        shown = bar.add_task("", total=size, rows=0)
        last = 0.0

        def tell(count: int) -> None:
            nonlocal last
            now = time.monotonic()
            if now - last >= _REFRESH_SECONDS:
                last = now
                read = binary.tell() if size is not None else None
                bar.update(shown, completed=read, rows=count)

        yield tell


def _size(console: Console, binary: BinaryIO) -> int | None:
    """Bytes to read, where that is known: not of standard input, nor of a pipe with a name."""
    if binary is getattr(console.stdin, "buffer", None) or not binary.seekable():
        return None
    with suppress(OSError):
        return os.fstat(binary.fileno()).st_size or None
    return None
