"""Everything the program knows of its surroundings: streams, terminal, width, colour, the day.

One object, handed down. Nothing else of the command looks at `sys` streams, the environment or
the clock.
"""

from __future__ import annotations

import atexit
import io
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from msgspec import Struct
from msgspec.structs import replace

from yibao_cli.clock import today
from yibao_cli.errors import FileError, Finding

if TYPE_CHECKING:
    from rich.console import Console as Printer
    from rich.console import RenderableType

_NARROWEST, _WIDEST, _DEFAULT = 20, 200, 80
# What every message is written in; encodings of other languages hold some of it at most.
_CHINESE = "请这样写，问医院“医保办”"


class Console(Struct, frozen=True):
    """The surroundings of one run."""

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
        if sys.stderr is not None and not _holds(sys.stderr, _CHINESE):
            _speak_utf8(sys.stderr)
        return cls(sys.stdin, sys.stdout, sys.stderr, os.environ)

    def today(self, begins: str) -> date:
        """The day it is, for a knowledge that answers from the ISO day `begins` on.

        Raises AnswerError where `YIBAO_TODAY` names no day that can be answered for.
        """
        return today(self.environ, begins)

    @property
    def interactive(self) -> bool:
        """Whether a person can be asked: keys come from a terminal, and questions go to one."""
        return is_terminal(self.stdin) and self.screen is not None

    @property
    def screen(self) -> TextIO | None:
        """The terminal that questions go to: standard error, or the one of this process.

        Never standard output: what is asked must not get into a result.
        """
        if is_terminal(self.stderr):
            return self.stderr
        return _controlling_terminal(self.stderr.encoding if self.stderr else "utf-8")

    def asking(self) -> Console:
        """These surroundings for prompts, which tell everything on the screen."""
        return replace(self, stderr=self.screen)

    @property
    def shows(self) -> bool:
        """Whether the result goes to a terminal."""
        return is_terminal(self.stdout)

    @property
    def width(self) -> int:
        """Columns to fill with the result."""
        return self._columns(self.stdout)

    @property
    def asking_width(self) -> int:
        """Columns to fill with questions, which are on a terminal wherever the result goes."""
        return self._columns(self.stdin, self.stderr, self.stdout)

    def _columns(self, *streams: TextIO | None) -> int:
        columns = None
        text = self.environ.get("COLUMNS", "")
        # No width has as many digits, and Python refuses to convert thousands of them.
        if text.isascii() and text.isdigit() and len(text) < 7:
            columns = int(text)
        for stream in streams:
            if not columns and stream is not None and is_terminal(stream):
                # Windows tells no size of a terminal that is read from.
                try:
                    columns = os.get_terminal_size(stream.fileno()).columns
                except (OSError, ValueError):
                    continue
        return max(_NARROWEST, min(columns or _DEFAULT, _WIDEST))

    def printer(self, stream: TextIO | None = None) -> Printer:
        """rich's console for the result, or for another stream."""
        from yibao_cli.look import printer

        if stream is None or stream is self.stdout:
            return printer(self.stdout or io.StringIO(), self.width)
        return printer(stream, self._columns(stream))

    def show(self, drawn: Iterable[RenderableType]) -> None:
        """Print the result for a person, styled as the terminal allows.

        Raises what `result` raises.
        """
        from yibao_cli.look import paint, painted

        printer = self.printer()
        if printer.legacy_windows:
            # Styles are calls there, and no characters.
            paint(printer, drawn)
        else:
            self.result(painted(printer, drawn))

    def tell(self, drawn: Iterable[RenderableType]) -> None:
        """Print a message that is drawn, styled as the terminal allows."""
        from yibao_cli.look import painted

        if self.stderr is not None:
            self._write_message(painted(self.printer(self.stderr), drawn))

    @contextmanager
    def working(self, said: str) -> Iterator[None]:
        """Show that something takes its time; nothing where no person waits for its end."""
        if self.stderr is None or not self.printer(self.stderr).is_interactive:
            yield
            return
        with self.printer(self.stderr).status(said, spinner="line", spinner_style="accent"):
            yield

    def result(self, text: str) -> None:
        """Print the result for a person, in the encoding of the terminal if that can hold it.

        Raises FileError where that cannot be done, and BrokenPipeError where nobody reads on.
        """
        if self.stdout is None:
            raise unprinted(None)
        self.speak(text)
        try:
            self.stdout.write(text)
            self.stdout.flush()
        except OSError as error:
            raise unprinted(error) from error

    def speak(self, text: str) -> None:
        """Make the result's stream take a text for a person, and say so where it could not."""
        if self.stdout is None or _holds(self.stdout, text):
            return
        self.say(
            f"字符编码 {self.stdout.encoding} 写不下这些字，改用 UTF-8 输出；"
            "看到乱码，请把终端的编码设成 UTF-8。"
        )
        _speak_utf8(self.stdout)

    def data(self, text: str) -> None:
        """Print the result for a program: UTF-8, whatever the terminal speaks.

        Raises what `result` raises.
        """
        if self.stdout is None:
            raise unprinted(None)
        try:
            self.stdout.flush()
            self.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
            self.stdout.buffer.flush()
        except OSError as error:
            raise unprinted(error) from error

    def leave(self) -> None:
        """Write out what is left; what no stream takes any more is dropped without a word."""
        for stream in (self.stdout, self.stderr):
            if stream is None:
                continue
            try:
                stream.flush()
            except (OSError, ValueError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())

    def say(self, text: str) -> None:
        """Print a message; what it quotes may hold anything, but nothing moves the cursor."""
        self._write_message(harmless(text) + "\n")

    def _write_message(self, text: str) -> None:
        if self.stderr is None:
            return
        try:
            self.stderr.write(text)
            self.stderr.flush()
        except (OSError, ValueError):
            return


@cache
def _controlling_terminal(encoding: str) -> TextIO | None:
    """The terminal on which the process was started, wherever its streams go; None without one."""
    # A console of Windows takes UTF-8 alone.
    name, encoding = ("CONOUT$", "utf-8") if os.name == "nt" else ("/dev/tty", encoding)
    try:
        screen = Path(name).open("w", encoding=encoding, errors="replace")  # noqa: SIM115 - to the end
    except OSError:
        return None
    atexit.register(screen.close)
    return screen


def _holds(stream: TextIO, text: str) -> bool:
    """Whether the encoding of a stream has all characters of a text."""
    encoding = stream.encoding or "utf-8"
    if encoding.lower().startswith("utf"):
        return True
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _speak_utf8(stream: TextIO) -> None:
    """Make a stream take any character; one that is no stream of bytes takes them already."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def unprinted(error: OSError | None) -> Exception:
    """What to raise where the result cannot be printed; that a reader has gone is no trouble."""
    if isinstance(error, BrokenPipeError):
        return error
    from yibao_cli.files import os_reason

    said = os_reason(error) if error else "它是关着的"
    message = f"输出写不出去（{said}）；请检查磁盘空间或换个地方输出。"
    return FileError(Finding("cannot_write", message))


def harmless(text: str) -> str:
    """A text without control characters, half characters and invisible marks."""
    return "".join(char if char.isprintable() or char in "\n\u3000" else "?" for char in text)


def is_terminal(stream: TextIO | None) -> bool:
    """Whether a stream is a terminal; a closed one is none."""
    try:
        return stream is not None and stream.isatty()
    except ValueError:
        return False
