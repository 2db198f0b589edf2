"""Writing a result to a file: the old file or the new one, never half."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from yibao_cli.errors import FileError, Finding

_WHY = {
    errno.ENOENT: "没有这个文件或文件夹",
    errno.ENOTDIR: "路径中间有一段不是文件夹",
    errno.EISDIR: "这是个文件夹",
    errno.EEXIST: "已经有了",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EROFS: "那里只能读，不能写",
    errno.ENOSPC: "空间满了",
    errno.ENAMETOOLONG: "名字太长",
    errno.ELOOP: "链接绕成了圈",
    errno.EMFILE: "打开的文件太多",
    errno.EIO: "设备出错",
    errno.EBADF: "它是关着的",
    errno.EINVAL: "系统不收这个名字或内容",
}


def os_reason(error: Exception) -> str:
    """Why the system refused, in Chinese; what is rare by its number."""
    number = getattr(error, "errno", None)
    if number is None:
        return "没有文件会叫这个名字" if isinstance(error, ValueError) else "系统没有说为什么"
    return _WHY.get(number, f"系统错误 {number}")


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


def check_target(path: Path, *, force: bool, flag: str = "") -> Path:
    """The place of a file that can be written, as far as that can be told without writing.

    A link stays a link, so this is what it points to. `flag` is what the name was written after.
    Raises FileError where it has no name, is there already, or nothing could be written there.
    """
    if not path.name:
        raise FileError(Finding("no_name", f"{flag} 后面要写一个文件名。".lstrip()))
    try:
        if path.is_dir():
            message = f"“{shown_path(path)}”是个文件夹；请写一个文件名。"
            raise FileError(Finding("is_folder", message))
        if path.is_file() and not force:
            raise FileError(taken(path))
        if is_device(path):
            return path
        target = path.resolve()
        if not stat.S_ISDIR(target.parent.stat().st_mode):
            raise NotADirectoryError(errno.ENOTDIR, "")
        if not os.access(target.parent, os.W_OK):
            raise PermissionError(errno.EACCES, "")
        return target
    except (OSError, ValueError, RuntimeError) as error:
        # Before Python 3.13 links in a circle are a RuntimeError.
        raise FileError(unwritable(path, error)) from error


def is_device(path: Path) -> bool:
    """Whether it is a device or a pipe, which must not be replaced by a file."""
    return path.exists() and not path.is_file() and not path.is_dir()


def write(path: Path, text: str, *, force: bool) -> None:
    """Write UTF-8 text atomically.

    Raises FileError where the file exists and `force` is not given, or cannot be written.
    """
    path = check_target(path, force=force)
    with opened(path, force=force) as stream:
        stream.write(text)


@contextmanager
def opened(path: Path, *, force: bool) -> Iterator[TextIO]:
    """A stream of UTF-8 into a device, or into a file that appears when it is whole.

    Raises FileError where it cannot be written.
    """
    if not is_device(path):
        # A link stays a link; what it points to is replaced.
        with whole(path.resolve(), force=force) as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        return
    try:
        with path.open("w", encoding="utf-8", newline="\n") as stream:
            yield stream
    except OSError as error:
        raise FileError(unwritable(path, error)) from error


@contextmanager
def whole(path: Path, *, force: bool) -> Iterator[TextIO]:
    """A file that gets its name only when it is whole; whatever stops it leaves nothing behind.

    Raises FileError where it cannot be written, or where the name is taken without `force`.
    """
    # Named before it is made, unlike a temporary file: an interruption at any moment finds it.
    unnamed = path.with_name(f".{path.name[:40]}.{os.urandom(8).hex()}")
    try:
        with unnamed.open("x", encoding="utf-8", newline="\n") as stream:
            yield stream
        if force or not _linked(unnamed, path):
            os.replace(unnamed, path)
    except OSError as error:
        raise FileError(unwritable(path, error)) from error
    finally:
        with suppress(OSError):
            unnamed.unlink()


def _linked(file: Path, path: Path) -> bool:
    """Give a file one more name, unless somebody took that name meanwhile."""
    try:
        os.link(file, path)
    except FileExistsError:
        raise
    except OSError:
        # A file system without hard links.
        return False
    return True


def taken(path: Path) -> Finding:
    """What to say about a file that is there already."""
    return Finding("exists", f"文件“{shown_path(path)}”已经有了，没有改动；要覆盖请加 --force。")


def unwritable(path: Path, error: Exception) -> Finding:
    """What to say about a file that cannot be written."""
    return Finding(
        "cannot_write",
        f"写不了文件“{shown_path(path)}”（{os_reason(error)}）；请换个位置，或检查空间和权限。",
    )
