"""Everything the program knows of its surroundings: streams, terminal, width, colour.

One object, handed down. Nothing else of the command looks at `sys` streams or the environment.
"""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from msgspec import Struct
from msgspec.structs import replace

from yibao_cli.errors import FileError, Finding, harmless
from yibao_cli.files import os_reason

if TYPE_CHECKING:
    from rich.console import Console as Printer
    from rich.console import RenderableType

_NARROWEST, _WIDEST, _DEFAULT, _ROWS = 20, 200, 80, 24
# What every message is written in; encodings of other languages hold some of it at most.
_CHINESE = "请这样写，问医院“医保办”"


class Console(Struct, frozen=True):
    """The surroundings of one run; a stream that was closed beforehand is None."""

    stdin: TextIO | None
    stdout: TextIO | None
    stderr: TextIO | None
    environ: Mapping[str, str]

    @classmethod
    def real(cls) -> Console:
        """The surroundings of this process; what a stream cannot print is never lost."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")
        if not _can_encode(sys.stderr, _CHINESE):
            _speak_utf8(sys.stderr)
        return cls(sys.stdin, sys.stdout, sys.stderr, os.environ)

    @property
    def interactive(self) -> bool:
        """Whether a person can be asked: keys come from a terminal, and questions go to one."""
        return is_terminal(self.stdin) and self.asking().stderr is not None

    def asking(self) -> Console:
        """These surroundings for prompts, which tell everything on a terminal or nowhere.

        Never on standard output: what is asked must not get into a result.
        """
        if is_terminal(self.stderr):
            return self
        encoding = self.stderr.encoding if self.stderr else "utf-8"
        return replace(self, stderr=_controlling_terminal(encoding))

    @property
    def shows(self) -> bool:
        """Whether the result goes to a terminal."""
        return is_terminal(self.stdout)

    @property
    def waits(self) -> bool:
        """Whether a person sees, on a terminal that can draw a line anew, how far something is."""
        return is_terminal(self.stderr) and self.environ.get("TERM") != "dumb"

    @property
    def width(self) -> int:
        """Columns to fill with the result."""
        return self._columns(self.stdout)

    @property
    def desktop(self) -> bool:
        """Whether there is a desktop on which a page can be opened."""
        named = self.environ.get("DISPLAY") or self.environ.get("WAYLAND_DISPLAY")
        return bool(named) or sys.platform in ("win32", "darwin")

    @property
    def asking_width(self) -> int:
        """Columns to fill with questions, which are on a terminal wherever the result goes."""
        return self._columns(self.stdin, self.stderr, self.stdout)

    @property
    def rows(self) -> int:
        """Rows of the terminal that the result goes to."""
        return _size(self.stdout).lines

    def _columns(self, *streams: TextIO | None) -> int:
        text = self.environ.get("COLUMNS", "")
        # More digits than six are no width that somebody meant.
        columns = int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0
        sizes = (_size(one).columns for one in streams if is_terminal(one))
        return max(_NARROWEST, min(columns or next(filter(None, sizes), _DEFAULT), _WIDEST))

    def printer(self, stream: TextIO | None) -> Printer:
        """rich's console for a stream, as wide as that."""
        from yibao_cli.look import printer

        return printer(stream or io.StringIO(), self._columns(stream))

    def show(self, drawn: Iterable[RenderableType]) -> None:
        """Print the result as `result` does, styled as the terminal allows."""
        from yibao_cli.look import painted

        self.result(painted(self.printer(self.stdout), drawn))

    def page(self, drawn: Iterable[RenderableType]) -> None:
        """Show what may be longer than the window in the pager, from its first line on."""
        from yibao_cli.look import paint

        printer = self.printer(self.stdout)
        # As it is, `less` shows the codes of styles as characters.
        styles = "R" in self.environ.get("LESS", "") or "-R" in self.environ.get("PAGER", "")
        with printer.pager(styles=styles):
            paint(printer, drawn)

    def tell(self, drawn: Iterable[RenderableType]) -> None:
        """Print a message that is drawn, styled as the terminal allows."""
        from yibao_cli.look import painted

        self._message(painted(self.printer(self.stderr), drawn))

    def result(self, text: str) -> None:
        """Print the result for a person, in the encoding of the terminal if that can hold it.

        Raises FileError where that cannot be done, and BrokenPipeError where nobody reads on.
        """
        self.speak(text)
        self._print(text)

    def data(self, text: str) -> None:
        """Print the result as `result` does, for a program: UTF-8, whatever the terminal speaks."""
        _speak_utf8(self.stdout)
        self._print(text)

    def speak(self, text: str) -> None:
        """Make the result's stream take a text for a person, and say so where it could not."""
        if self.stdout is not None and not _can_encode(self.stdout, text):
            self.say(
                f"字符编码 {self.stdout.encoding} 写不下这些字，改用 UTF-8 输出；"
                "看到乱码，请把终端的编码设成 UTF-8。"
            )
            _speak_utf8(self.stdout)

    def _print(self, text: str) -> None:
        try:
            if self.stdout is None:
                raise OSError(errno.EBADF, "")
            self.stdout.write(text)
            self.stdout.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            message = f"输出写不出去（{os_reason(error)}）；请检查磁盘空间或换个地方输出。"
            raise FileError(Finding("cannot_write", message)) from error

    def say(self, text: str) -> None:
        """Print a message; what it quotes may hold anything, but nothing moves the cursor."""
        self._message(harmless(text) + "\n")

    def _message(self, text: str) -> None:
        with suppress(OSError, ValueError):
            if self.stderr is not None:
                self.stderr.write(text)
                self.stderr.flush()

    def leave(self) -> None:
        """Write out what is left; what no stream takes any more is dropped without a word."""
        for stream in filter(None, (self.stdout, self.stderr)):
            try:
                stream.flush()
            except (OSError, ValueError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


@cache
def _controlling_terminal(encoding: str) -> TextIO | None:
    """The terminal on which the process was started, wherever its streams go; None without one."""
    # A console of Windows takes UTF-8 alone.
    name, encoding = ("CONOUT$", "utf-8") if os.name == "nt" else ("/dev/tty", encoding)
    with suppress(OSError):
        return Path(name).open("w", encoding=encoding, errors="replace")
    return None


def _size(stream: TextIO | None) -> os.terminal_size:
    """The size of a terminal; Windows tells none of one that is read from."""
    with suppress(OSError, ValueError):
        if stream is not None:
            return os.get_terminal_size(stream.fileno())
    return os.terminal_size((0, _ROWS))


def _can_encode(stream: TextIO | None, text: str) -> bool:
    """Whether the encoding of a stream has all characters of a text."""
    try:
        text.encode(stream.encoding if stream and stream.encoding else "utf-8", "surrogatepass")
    except UnicodeEncodeError:
        return False
    return True


def _speak_utf8(stream: TextIO | None) -> None:
    """Make a stream take any character; one that is no stream of bytes takes them already."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")


def is_terminal(stream: TextIO | None) -> bool:
    """Whether a stream is a terminal; a closed one is none."""
    return stream is not None and not stream.closed and stream.isatty()
