"""How far a long table is: a bar for a person who waits."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO

from yibao_cli.console import Console, is_terminal

_REFRESH_SECONDS = 0.1

Tell = Callable[[int], None]
"""Told how many rows are done."""


@contextmanager
def progress(console: Console, binary: BinaryIO, *, shows_rows: bool) -> Iterator[Tell]:
    """A bar on stderr where a person sees it and no rows run through it; otherwise nothing.

    How far it is, is seen from how much of the binary stream has been read.
    """
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
