"""Where answered rows go: lines into a stream or one file, pages into a folder."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from yibao_cli.console import unprinted
from yibao_cli.errors import FileError, Finding
from yibao_cli.files import opened, shown_path, taken, whole, why

Write = Callable[[bytes], object]
"""Takes whole lines in UTF-8."""


@contextmanager
def into_file(path: Path, *, force: bool) -> Iterator[Write]:
    """Lines into a device, or into a file that appears when whole. Raises FileError."""
    with opened(path, force=force) as stream:
        yield stream.buffer.write


def straight(stream: TextIO | None) -> Write | None:
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


def make_folder(folder: Path) -> None:
    """The folder for pages, where it is not there yet. Raises FileError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"建不了文件夹“{shown_path(folder)}”（{why(error)}）；请换个位置。"
        raise FileError(Finding("cannot_write", message)) from error


def write_page(path: Path, text: str, *, force: bool) -> None:
    """Write one page. A link of that name is never followed out of the folder.

    Raises FileError where it cannot be written, or is there already without `force`.
    """
    if not force and (path.exists() or path.is_symlink()):
        raise FileError(taken(path))
    with whole(path, force=force) as stream:
        stream.write(text)
