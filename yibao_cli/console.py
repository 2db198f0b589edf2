"""Everything the program knows of its surroundings: streams, terminal, width, colour, the day.

One object, handed down. Nothing else of the command looks at `sys` streams, the environment or
the clock.
"""

from __future__ import annotations

import atexit
import os
import sys
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import TextIO

from msgspec import Struct
from msgspec.structs import replace

from yibao_cli.clock import today
from yibao_cli.errors import FileError, Finding

_NARROWEST, _WIDEST, _DEFAULT = 20, 200, 80
# Of terminals; anything more is no width that somebody meant.
_MOST_COLUMNS = 1_000_000


class Console(Struct, frozen=True):
    """The surroundings of one run."""

    stdin: TextIO | None
    stdout: TextIO | None
    stderr: TextIO | None
    environ: Mapping[str, str]

    @classmethod
    def real(cls) -> Console:
        """The surroundings of this process; streams that cannot print a character replace it."""
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.reconfigure(errors="replace")  # type: ignore[union-attr]
                # In a locale that knows no Chinese at all, nothing could be read.
                if "ascii" in stream.encoding and "PYTHONIOENCODING" not in os.environ:
                    stream.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
            except (AttributeError, ValueError, OSError):
                continue
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
    def colour(self) -> bool:
        """Whether the result may be coloured (no-color.org; dumb terminals never)."""
        dumb = self.environ.get("TERM", "") == "dumb"
        return self.shows and not self.environ.get("NO_COLOR") and not dumb

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
        if text := self.environ.get("COLUMNS"):
            from yibao_cli.numbers import bounded

            columns = bounded(text, 0, _MOST_COLUMNS)
        for stream in streams:
            if not columns and stream is not None and is_terminal(stream):
                # Windows tells no size of a terminal that is read from.
                try:
                    columns = os.get_terminal_size(stream.fileno()).columns
                except (OSError, ValueError):
                    continue
        return max(_NARROWEST, min(columns or _DEFAULT, _WIDEST))

    def result(self, text: str) -> None:
        """Print the result; nothing else goes to stdout.

        Raises FileError where that cannot be done, and BrokenPipeError where nobody reads on.
        """
        if self.stdout is None:
            raise unprinted(None)
        try:
            self.stdout.write(text)
            self.stdout.flush()
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
        if self.stderr is None:
            return
        try:
            self.stderr.write(harmless(text) + "\n")
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
