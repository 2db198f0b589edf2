"""Writing a result to a file: the old file or the new one, never half."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from yibao_cli.errors import FileError, Finding

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO


def shown_path(path: Path) -> str:
    """A path made fit for a message, and whole: its end tells the most."""
    return "".join(char if char.isprintable() else "?" for char in str(path))


@contextmanager
def private() -> Iterator[None]:
    """Files written meanwhile are their owner's alone: answers tell about somebody's health."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def write(path: Path, text: str, *, force: bool) -> None:
    """Write UTF-8 text atomically.

    Raises FileError where the file exists and `force` is not given, or cannot be written.
    """
    check(path, force=force)
    with opened(path, force=force) as stream:
        stream.write(text)


def check(path: Path, *, force: bool) -> None:
    """Refuse a path that can be no file, or is one already and `force` is not given."""
    if not path.name:
        raise FileError(Finding("no_name", "--output 后面要写一个文件名。"))
    if path.is_dir():
        raise FileError(folder(path))
    if path.is_file() and not force:
        raise FileError(taken(path))


@contextmanager
def opened(path: Path, *, force: bool) -> Iterator[TextIO]:
    """A stream of UTF-8 into a device, or into a file that appears when it is whole.

    Raises FileError where it cannot be written.
    """
    if path.exists() and not path.is_file():
        # A device or a pipe must not be replaced by a file.
        try:
            with path.open("w", encoding="utf-8", newline="\n") as stream:
                yield stream
        except OSError as error:
            raise FileError(unwritable(path, error)) from error
        return
    # A link stays a link; what it points to is replaced.
    with whole(path.resolve(), force=force) as stream:
        yield stream
        stream.flush()
        os.fsync(stream.fileno())


@contextmanager
def whole(path: Path, *, force: bool) -> Iterator[TextIO]:
    """A file that gets its name only when it is whole; whatever stops it leaves nothing behind.

    Raises FileError where it cannot be written, or where the name is taken without `force`.
    """
    # Slow to import, and a session that is only read writes nothing.
    import tempfile

    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.")
    except OSError as error:
        raise FileError(unwritable(path, error)) from error
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            yield stream
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(name, 0o666 & ~umask)
        if force:
            os.replace(name, path)
        else:
            _claim(name, path)
    except OSError as error:
        raise FileError(unwritable(path, error)) from error
    finally:
        with suppress(OSError):
            os.unlink(name)


def _claim(name: str, path: Path) -> None:
    """Give the finished file its name, unless somebody took that name meanwhile."""
    try:
        os.link(name, path)
    except FileExistsError:
        raise
    except OSError:
        # A file system without hard links.
        os.replace(name, path)
    else:
        os.unlink(name)


def taken(path: Path) -> Finding:
    """What to say about a file that is there already."""
    return Finding("exists", f"文件“{path}”已经有了，没有改动；要覆盖请加 --force。")


def folder(path: Path) -> Finding:
    """What to say about a folder where a file is wanted."""
    return Finding("is_folder", f"“{path}”是个文件夹；请写一个文件名。")


def unwritable(path: Path, error: OSError) -> Finding:
    """What to say about a file that cannot be written."""
    return Finding(
        "cannot_write",
        f"写不了文件“{path}”（{error.strerror or error}）；请换个位置，或检查空间和权限。",
    )
