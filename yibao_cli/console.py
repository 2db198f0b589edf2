"""Everything the program knows of its surroundings: streams, terminal, width, colour, the day.

One object, handed down. Nothing else looks at `sys` streams, the environment or the clock.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Mapping
from datetime import date

from yibao_cli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO

_NARROWEST, _WIDEST, _DEFAULT = 20, 200, 80


class Console(Value):
    """The surroundings of one run."""

    stdin: TextIO | None
    stdout: TextIO | None
    stderr: TextIO | None
    environ: Mapping[str, str]
    today: date

    @classmethod
    def real(cls) -> Console:
        """The surroundings of this process; streams that cannot print a character replace it."""
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.reconfigure(errors="replace")  # type: ignore[union-attr]
            except (AttributeError, ValueError, OSError):
                continue
        return cls(sys.stdin, sys.stdout, sys.stderr, os.environ, date.today())

    @property
    def interactive(self) -> bool:
        """Whether a person can be asked: only a terminal on stdin is one."""
        return is_terminal(self.stdin)

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
        """Columns to fill."""
        text = self.environ.get("COLUMNS", "")
        columns = int(text) if text.isascii() and text.isdigit() else 0
        if not columns and self.stdout is not None and self.shows:
            try:
                columns = os.get_terminal_size(self.stdout.fileno()).columns
            except (OSError, ValueError):
                columns = 0
        return max(_NARROWEST, min(columns or _DEFAULT, _WIDEST))

    def result(self, text: str) -> None:
        """Print the result; nothing else goes to stdout. Raises OSError where it is closed."""
        if self.stdout is None:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        self.stdout.write(text)
        self.stdout.flush()

    def say(self, text: str) -> None:
        """Print a message."""
        if self.stderr is None:
            return
        try:
            self.stderr.write(text + "\n")
            self.stderr.flush()
        except (OSError, ValueError):
            return


def is_terminal(stream: TextIO | None) -> bool:
    """Whether a stream is a terminal; a closed one is none."""
    try:
        return stream is not None and stream.isatty()
    except ValueError:
        return False
