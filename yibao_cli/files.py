"""Files and formats. A result is written as the old file or the new one, never half."""

from __future__ import annotations

import errno
import io
import os
import stat
from collections.abc import Container, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import TextIO

from yibao_cli.errors import FileError, Finding, UsageError, harmless

TITLE = "医保办事清单"
"""What a list is called, and a file with one."""
TEXTS: tuple[str, ...] = ("terminal", "plain")
"""What goes to a person and follows the terminal's encoding; all else is data, in UTF-8."""

PAGES: tuple[str, ...] = ("plain", "markdown", "html", "json")
"""What a file may hold, whatever the terminal is."""

FORMATS: tuple[str, ...] = ("terminal", *PAGES)

ALL_FORMATS: tuple[str, ...] = (*FORMATS, "ics")
"""With the calendar, which needs days that no answer holds."""

SUFFIXES = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".json": "json",
    ".txt": "plain",
    ".html": "html",
    ".htm": "html",
    ".ics": "ics",
}
"""The format that the name of a file asks for."""

ANSWERS = (".yaml", ".yml", ".json")
"""The endings of files that hold answers."""

LINES = (".jsonl", ".ndjson", ".json")
"""The endings of files with a JSON value in each line."""

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
    return harmless(decoded(str(path)), "")


def decoded(word: str) -> str:
    """A word of the system in a locale that knows no Chinese, where words come raw."""
    raw = any("\udc80" <= char <= "\udcff" for char in word)
    return os.fsencode(word).decode("utf-8", "surrogateescape") if raw else word


def named(text: str) -> Path:
    """The path of a name that was `decoded`, as the system takes it."""
    try:
        os.fsencode(text)
    except UnicodeEncodeError:
        with suppress(UnicodeEncodeError):
            return Path(os.fsdecode(text.encode("utf-8", "surrogateescape")))
    return Path(text)


def reading(
    path: Path, stdin: TextIO | None, encoding: str, newline: str | None = None
) -> AbstractContextManager[TextIO]:
    """The text of a file, or of standard input where it is `-`, which is not ours to close.

    Bytes that are no text become halves of characters. Raises FileError.
    """
    try:
        if str(path) != "-":
            return path.open(encoding=encoding, errors="surrogateescape", newline=newline)
        if isinstance(stdin, io.TextIOWrapper):
            stdin.reconfigure(encoding=encoding, errors="surrogateescape", newline=newline)
            return nullcontext(stdin)
    except (OSError, ValueError) as error:
        message = f"读不了文件“{shown_path(path)}”（{os_reason(error)}）；请检查文件名和权限。"
        raise FileError(Finding("cannot_read", message)) from error
    raise FileError(Finding("cannot_read", "没有标准输入可以读；请写文件名。"))


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
        if is_device(path):
            return path
        target = path.resolve()
        if not stat.S_ISDIR(target.parent.stat().st_mode):
            raise NotADirectoryError(errno.ENOTDIR, "")
        if not os.access(target.parent, os.W_OK):
            raise PermissionError(errno.EACCES, "")
    except (OSError, ValueError, RuntimeError) as error:
        # Before Python 3.13 links in a circle are a RuntimeError.
        raise FileError(unwritable(path, error)) from error
    if target.exists() and not force:
        raise FileError(_taken(path))
    return target


def check_ending(path: Path, flag: str, allowed: Container[str], hint: str) -> None:
    """Refuse the name of a file that asks for another format than what is written into it.

    `hint` says what to write instead. An ending that is no word means no format. Raises UsageError.
    """
    ending = path.suffix.lower()
    if ending not in allowed and any(map(str.isalpha, ending)):
        message = f"{flag} 写不出 {ending} 文件；{hint}"
        raise UsageError(Finding("unknown_format", message))


def is_device(path: Path) -> bool:
    """Whether it is a device or a pipe, which must not be replaced by a file."""
    return path.exists() and not path.is_file() and not path.is_dir()


def write(path: Path, text: str, *, force: bool, private: bool = False) -> None:
    """Write UTF-8 text atomically; what is `private` tells about somebody's health.

    Raises FileError where the file exists and `force` is not given, or cannot be written.
    """
    with opened(check_target(path, force=force), force=force, private=private) as stream:
        stream.write(text)


@contextmanager
def opened(
    path: Path, *, force: bool, private: bool = False, synced: bool = True
) -> Iterator[TextIO]:
    """A stream of UTF-8 into a device, or into a file that gets its name when it is whole.

    Whatever stops it leaves nothing behind, and a link is replaced: see `check_target`. What is
    `private` is its owner's alone; where not `synced`, a loss of power may cost it, as a disk is
    slow to say that it has something. Raises FileError where it cannot be written, or where the
    name is taken without `force`.
    """
    device = is_device(path)
    # Named before it is made, unlike a temporary file: an interruption at any moment finds it.
    made = path if device else path.with_name(f".{path.name[:40]}.{os.urandom(8).hex()}")
    try:
        if not device:
            made.touch(0o600 if private else 0o666, exist_ok=False)
        with made.open("w", encoding="utf-8", newline="\n") as stream:
            yield stream
            if synced and not device:
                stream.flush()
                os.fsync(stream.fileno())
        if not device:
            _name(made, path, force=force)
    except OSError as error:
        raise FileError(unwritable(path, error)) from error
    finally:
        if not device:
            with suppress(OSError):
                made.unlink()


def _name(made: Path, path: Path, *, force: bool) -> None:
    """Give a file its name, unless somebody took that meanwhile."""
    if not force:
        with suppress(OSError):
            path.hardlink_to(made)
            return
        # Taken, or a file system without hard links.
        if os.path.lexists(path):
            raise FileError(_taken(path))
    made.replace(path)


def _taken(path: Path) -> Finding:
    return Finding("exists", f"文件“{shown_path(path)}”已经有了，没有改动；要覆盖请加 --force。")


def unwritable(path: Path, error: Exception) -> Finding:
    """What to say about a file or a folder that cannot be written."""
    which = f"“{shown_path(path)}”（{os_reason(error)}）"
    return Finding("cannot_write", f"写不了文件{which}；请换个位置，或检查空间和权限。")
