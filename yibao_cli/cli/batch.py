"""`yibao batch`: a table of answers in, a checklist for each row out."""

import io
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO, TextIO

import typer

from yibao_cli.console import Console, is_terminal
from yibao_cli.errors import FileError, Finding, Status, UsageError
from yibao_cli.render import FORMATS

if TYPE_CHECKING:
    from yibao_cli.batch import Done, Sheet, Task

_PAGES = tuple(one for one in FORMATS if one != "terminal")
_MOST_JOBS = 64
_MOST_NAMED = 20
_REFRESH_SECONDS = 0.1

_Tell = Callable[[int], None]


def batch(
    context: typer.Context,
    file: Annotated[
        str, typer.Argument(help="CSV 或 JSON Lines 文件；- 是标准输入。", metavar="文件")
    ],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="结果写到文件；已有的文件不覆盖。")
    ] = None,
    summary: Annotated[
        bool, typer.Option("--summary", help="每行只写结论，不写整张清单。")
    ] = False,
    format_: Annotated[
        str | None,
        typer.Option("--format", "-f", help=f"每行一个文件时的格式：{'、'.join(_PAGES)}。"),
    ] = None,
    into: Annotated[
        Path | None,
        typer.Option("--into", help="每行写成一个文件，放到这个文件夹。", metavar="文件夹"),
    ] = None,
    input_: Annotated[
        str | None, typer.Option("--input", help="输入是 csv 还是 jsonl；不写就看内容。")
    ] = None,
    encoding: Annotated[
        str,
        typer.Option("--encoding", help="输入的编码：utf-8 或 gbk（Excel 存的 CSV 多是 gbk）。"),
    ] = "utf-8",
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", help="各行没有写的答案：问题=答案，可写多次。"),
    ] = None,
    jobs: Annotated[int, typer.Option("--jobs", "-j", help="同时用几个进程。", metavar="个数")] = 1,
    force: Annotated[bool, typer.Option("--force", help="允许覆盖已有的文件。")] = False,
    on: Annotated[
        str | None, typer.Option("--on", help="按哪一天的规则回答，例如 2025-06-01。")
    ] = None,
    data: Annotated[Path | None, typer.Option("--data", help="您自己的知识文件夹。")] = None,
) -> None:
    """一次处理一整张表：第一行写列名（问题的编号或名称，另可有 id），每行一个人。

    例：yibao batch 名单.csv -o 结果.jsonl
    """
    from yibao_cli.batch import ENCODINGS, KINDS, Task, common, open_sheet
    from yibao_cli.cli.options import day_of, knowledge_for, merge

    console: Console = context.obj
    # Windows and Python write names of encodings in several ways.
    encoding = {"utf8": "utf-8", "utf-8-sig": "utf-8", "gb18030": "gbk", "gb2312": "gbk"}.get(
        encoding.lower(), encoding.lower()
    )
    kind = next((one for one in KINDS if one == input_), None)
    if input_ is not None and kind is None:
        raise UsageError(_no_such("--input", input_, KINDS))
    if encoding not in ENCODINGS:
        raise UsageError(_no_such("--encoding", encoding, tuple(ENCODINGS)))
    if not 1 <= jobs <= _MOST_JOBS:
        raise UsageError(Finding("bad_jobs", f"--jobs 要写 1 到 {_MOST_JOBS}。"))
    page = _page(format_, into)
    if output is not None and str(output) == "-":
        output = None
    if output is not None:
        _check_free(output, force)
    known = knowledge_for(console, data)
    day = day_of(known, on, console)
    fixed = common(known, merge({}, set_))
    with _opened(console, file) as binary:
        stream = io.TextIOWrapper(
            binary, encoding=ENCODINGS[encoding], errors="surrogateescape", newline=""
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
                console, task, sheet, binary, output=output, into=into, force=force, jobs=jobs
            )
        finally:
            # Closing standard input is not ours to do.
            with suppress(ValueError, OSError):
                stream.detach()
    if failed:
        raise typer.Exit(Status.NOT_UNDERSTOOD)


def _run(
    console: Console,
    task: "Task",
    sheet: "Sheet | None",
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
                for done in chunk.rows:
                    if into is not None and done.name:
                        _write_page(into / done.name, done.page, force, count - failed)
                    if done.failure is not None:
                        failed += 1
                        if len(named) < _MOST_NAMED:
                            named.append(done)
                    count += 1
                if lines:
                    write(chunk.text)
                tell(count)
    except KeyboardInterrupt:
        if output is not None and into is None:
            raise
        console.say(f"已中断；前面 {count} 行已经处理完。")
        raise typer.Exit(Status.INTERRUPTED) from None
    _report(console, count, failed, named, lines=lines)
    return failed


def _report(
    console: Console, count: int, failed: int, named: Sequence["Done"], *, lines: bool
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
    if format_ is not None and format_ not in _PAGES:
        raise UsageError(_no_such("--format", format_, _PAGES))
    if into is not None:
        return format_ or "markdown"
    if format_ not in (None, "json"):
        message = f"--format {format_} 每行写一个文件，要和 --into 文件夹 一起写。"
        raise UsageError(Finding("no_folder", message, ("--into",)))
    return None


def _no_such(option: str, text: str, allowed: Sequence[str]) -> Finding:
    from yibao_cli.answers import shown

    near = tuple(get_close_matches(text, allowed, 2)) or tuple(allowed)
    code = "unknown_format" if option == "--format" else "unknown_choice"
    return Finding(code, f"{option} 没有“{shown(text)}”；可以写：{'、'.join(allowed)}。", near)


def _check_free(path: Path, force: bool) -> None:
    if path.is_dir() or not path.name:
        raise FileError(Finding("is_folder", f"“{path}”是个文件夹；请写一个文件名。"))
    if path.is_file() and not force:
        raise _exists(path)


def _exists(path: Path) -> FileError:
    return FileError(Finding("exists", f"文件“{path}”已经有了，没有改动；要覆盖请加 --force。"))


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"建不了文件夹“{folder}”（{error.strerror or error}）；请换个位置。"
        raise FileError(Finding("cannot_write", message)) from error


def _write_page(path: Path, text: str, force: bool, before: int) -> None:
    """Write one page. A link of that name is never followed out of the folder."""
    try:
        if not force and (path.exists() or path.is_symlink()):
            raise _exists(path)
        with _whole_file(path, force) as stream:
            stream.write(text)
    except FileError as error:
        stopped = Finding("stopped", f"停在这里；前面的 {before} 个文件已经写好。")
        raise FileError(*error.findings, stopped) from error


@contextmanager
def _sink(console: Console, path: Path | None, force: bool) -> Iterator[Callable[[bytes], object]]:
    """Where lines are written: standard output, a device, or a file that appears when whole."""
    if path is None:
        # Rows that come slowly through a pipe are answered at once.
        yield lambda text: console.result(text.decode())
        return
    if path.exists() and not path.is_file():
        try:
            with path.open("w", encoding="utf-8", newline="\n") as stream:
                yield stream.buffer.write
        except OSError as error:
            raise FileError(_unwritable(path, error)) from error
    else:
        # A link stays a link; what it points to is replaced.
        with _whole_file(path.resolve(), force) as stream:
            yield stream.buffer.write
            stream.flush()
            os.fsync(stream.fileno())
    console.say(f"已写入 {path}")


@contextmanager
def _whole_file(path: Path, force: bool) -> Iterator[TextIO]:
    """A file that gets its name only when it is whole; the old file or the new one, never half."""
    from yibao_cli.files import _claim

    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.")
    except OSError as error:
        raise FileError(_unwritable(path, error)) from error
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            yield stream
        umask = os.umask(0)
        os.umask(umask)
        Path(name).chmod(0o666 & ~umask)
        if force:
            Path(name).replace(path)
        else:
            _claim(name, path)
    except OSError as error:
        raise FileError(_unwritable(path, error)) from error
    finally:
        with suppress(OSError):
            Path(name).unlink()


def _unwritable(path: Path, error: OSError) -> Finding:
    from yibao_cli.files import _finding

    return _finding(path, error)


@contextmanager
def _opened(console: Console, file: str) -> Iterator[BinaryIO]:
    if file == "-":
        binary = getattr(console.stdin, "buffer", None)
        if binary is None:
            raise FileError(Finding("cannot_read", "没有标准输入可以读；请写文件名。"))
        yield binary
        return
    path = Path(file)
    try:
        opened = path.open("rb")
    except (OSError, ValueError) as error:
        from yibao_cli.answers import shown

        said = getattr(error, "strerror", None) or error
        message = f"读不了文件“{shown(file)}”（{said}）；请检查文件名和权限。"
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
