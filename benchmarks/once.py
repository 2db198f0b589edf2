"""Runs one command; prints its processor seconds, its peak memory in MiB and its exit status.

`python -I -S once.py null|screen|WANTED COMMAND…`: the output goes to the null device or to a
pseudo-terminal; with a WANTED text the input does, too, and the command is over when that is shown.
A process starts with the peak memory of the one that forked it, so this is a program of its own,
smaller than all that it measures.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import signal
import struct
import sys
import termios

_ROWS, _COLUMNS = 40, 80
_ESCAPE = re.compile(rb"\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07]*\x07|[()].|[=>78])")
_UNITS_OF_A_MIB = 1024 * 1024 if sys.platform == "darwin" else 1024


def main(mode: str, *command: str) -> None:
    """Run the command and print what it took."""
    errors = os.dup(2)
    child, screen = (os.fork(), None) if mode == "null" else pty.fork()
    if not child:
        if mode in ("null", "screen"):
            null = os.open(os.devnull, os.O_RDWR)
            os.dup2(null, 0)
            os.dup2(null if mode == "null" else 1, 1)
            os.dup2(errors, 2)
        os.execv(command[0], command)
    shown = False
    if screen is not None:
        fcntl.ioctl(screen, termios.TIOCSWINSZ, struct.pack("HHHH", _ROWS, _COLUMNS, 0, 0))
        # No text has a null character.
        shown = _shows(screen, "\0" if mode == "screen" else mode)
    if shown:
        os.kill(child, signal.SIGKILL)
    _, status, used = os.wait4(child, 0)
    code = 0 if shown else os.waitstatus_to_exitcode(status)
    print(used.ru_utime + used.ru_stime, used.ru_maxrss / _UNITS_OF_A_MIB, code)


def _shows(screen: int, wanted: str) -> bool:
    """Whether a text is shown before all is written; blanks do not count."""
    shown, needle = b"", "".join(wanted.split()).encode()
    while needle not in b"".join(_ESCAPE.sub(b"", shown).split()):
        try:
            more = os.read(screen, 65536)
        # So Linux tells the end of a terminal.
        except OSError:
            more = b""
        if not more:
            return False
        shown += more
    return True


if __name__ == "__main__":
    main(*sys.argv[1:])
