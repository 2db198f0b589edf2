"""Running the real command: through pipes, and on a real pseudo-terminal."""

from __future__ import annotations

import atexit
import json
import os
import resource
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import pexpect
import pyte
from day import DAY
from hypothesis import settings
from installed import installed

BASE = {
    "insurance": "居民",
    "from": "四川绵阳",
    "to": "北京",
    "care": "住院",
    "filing": "未备案",
    "category": "异地转诊",
}
INSTALLED = installed()
COMMAND = (sys.executable, str(INSTALLED / "yibao"))


def examples(usually: int) -> settings:
    """So many generated examples, and in the long run as many as all tests have there."""
    long = os.environ.get("YIBAO_TESTS") == "long"
    return settings(max_examples=settings().max_examples if long else usually)


def flags(answers: dict[str, str] | None = None, /, **changes: str | None) -> list[str]:
    """The flags of the base situation with some answers changed; None leaves one out."""
    chosen: dict[str, str | None] = {**BASE, **(answers or {}), **changes}
    found: list[str] = []
    for name, text in chosen.items():
        if text is not None:
            found += [f"--{name.rstrip('_').replace('_', '-')}", text]
    return found


@dataclass(frozen=True)
class Ran:
    """What one run of the command did."""

    status: int
    out: str
    err: str

    @property
    def data(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.out)
        return found


def environment(**changes: str) -> dict[str, str]:
    """What a command under test is surrounded by, whoever runs the tests and when."""
    kept = {
        name: value
        for name, value in os.environ.items()
        # By the last ones a measurement of coverage and a clock that is set ahead follow the commands.
        if name in ("PATH", "HOME", "LD_PRELOAD") or name.startswith(("COVERAGE_", "FAKE"))
    }
    # Nowhere to save answers: whoever runs the tests keeps the own ones.
    given = {
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(INSTALLED),
        "PYTHONUTF8": "1",
        "XDG_STATE_HOME": os.devnull,
        "YIBAO_TODAY": DAY,
    }
    return {**kept, **given, **changes}


@cache
def search_path() -> str:
    """A PATH on which `yibao` is the command under test."""
    folder = Path(tempfile.mkdtemp(prefix="yibao-"))
    atexit.register(shutil.rmtree, folder)
    command = folder / "yibao"
    command.write_text(f'#!/bin/sh\nexec {shlex.join(COMMAND)} "$@"\n', "utf-8")
    command.chmod(0o755)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


def yibao(*arguments: str, stdin: str | None = None, **changes: str) -> Ran:
    """Run the command with pipes; without stdin text it reads from the null device."""
    return _ran(arguments, stdin, changes)


def cramped(*arguments: str) -> Ran:
    """Run the command where no file may grow beyond some bytes: what a full disk does to a writer."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    return _ran(arguments, None, {"PYTHONDONTWRITEBYTECODE": "1"}, limit)


def _ran(
    arguments: tuple[str, ...],
    stdin: str | None,
    changes: dict[str, str],
    limit: Callable[[], None] | None = None,
) -> Ran:
    done = subprocess.run(
        [*COMMAND, *arguments],
        input=stdin,
        stdin=None if stdin is not None else subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        env=environment(**changes),
        preexec_fn=limit,
        timeout=180,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def plan(*more: str, **changes: str | None) -> Ran:
    """`yibao plan` on the base situation with some answers changed, as JSON."""
    return yibao("plan", *flags(**changes), "--format", "json", *more)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Fails what takes more processor time than anything bounded ever takes.

    What a hostile text makes explode is orders beyond it; a busy machine and a tracer stay below.
    """
    before = time.process_time()
    yield
    assert time.process_time() - before < seconds


def wait_for(true: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until something is so; fails where it never is."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


Shown = TypeVar("Shown", bound="Screen")


class Screen:
    """The command on a pseudo-terminal, and the screen a person would see."""

    def __init__(
        self,
        *arguments: str,
        columns: int = 80,
        rows: int = 40,
        term: str = "xterm-256color",
        into: Path | None = None,
        command: Sequence[str] = COMMAND,
        **changes: str,
    ) -> None:
        words = [*command, *arguments]
        self.by_lines = "--plain" in words
        if into is not None:
            words = ["/bin/sh", "-c", f"{shlex.join(words)} > {shlex.quote(str(into))}"]
        self.pyte = pyte.Screen(columns, rows)
        self.stream = pyte.ByteStream(self.pyte)
        self.child: pexpect.spawn[bytes] = pexpect.spawn(
            words[0],
            words[1:],
            dimensions=(rows, columns),
            env=environment(TERM=term, **changes),
            timeout=20,
        )
        # Programs that read keys by a terminal's rules need no time to get ready for each.
        self.child.delaybeforesend = None
        self.child.delayafterclose = 0.01
        self.child.delayafterterminate = 0.01
        self.said = b""

    def __enter__(self: Shown) -> Shown:
        return self

    def __exit__(self, *_: object) -> None:
        self.child.close(force=True)

    @property
    def text(self) -> str:
        # A wide character fills two cells; pyte leaves the second one empty. Its own `display`
        # fails where a window was made narrower in the middle of one, and looks at every cell.
        lines = []
        for number in range(self.pyte.lines):
            row = self.pyte.buffer.get(number) or {0: self.pyte.default_char}
            used = range(min(max(row) + 1, self.pyte.columns))
            lines.append("".join([row[at].data for at in used]).rstrip())
        return "\n".join(lines)

    def see(self, wanted: str, seconds: float = 20) -> None:
        """Wait until the screen shows a text."""
        self._until(lambda: wanted in self.text, seconds, f"never saw {wanted!r}")

    def see_times(self, wanted: str, times: int, seconds: float = 20) -> None:
        """Wait until the screen shows a text that often."""
        said = f"never saw {wanted!r} {times} times"
        self._until(lambda: self.text.count(wanted) == times, seconds, said)

    def gone(self, unwanted: str, seconds: float = 20) -> None:
        """Wait until the screen no longer shows a text."""
        self._until(lambda: unwanted not in self.text, seconds, f"still there: {unwanted!r}")

    def settle(self) -> None:
        """Read until nothing more is drawn."""
        before = -1
        while len(self.said) > before:
            before = len(self.said)
            for _ in range(2):
                self._read()

    def echoes(self) -> bool:
        """Whether the terminal shows what is typed, as a shell needs it."""
        return self.child.getecho()

    def type(self, keys: str) -> None:
        self.child.send(keys)

    def enter(self) -> None:
        self.child.send("\r")

    def answer(self, wanted: str, keys: str = "\r") -> None:
        """Wait for a text, and where it is asked line by line for the prompt below it; then type."""
        self.see(wanted)
        if self.by_lines:
            self._until(self._prompted, 20, f"no prompt after {wanted!r}")
        self.type(keys)

    def down(self, times: int = 1) -> None:
        for _ in range(times):
            self.child.send("\x1b[B")

    def resize(self, columns: int) -> None:
        """Make the window wider or narrower, as a person would with the mouse."""
        rows = self.pyte.lines
        self.pyte.resize(rows, columns)
        self.child.setwinsize(rows, columns)

    def end(self) -> int:
        """Read to the end and return the exit status."""
        self._until(lambda: not self._read(), 30, "did not end")
        self.child.close()
        return self.child.exitstatus if self.child.exitstatus is not None else -1

    def _prompted(self) -> bool:
        return self.text.split("\n")[self.pyte.cursor.y].endswith("：")

    def _until(self, true: Callable[[], bool], seconds: float, otherwise: str) -> None:
        end = time.monotonic() + seconds
        looked_at = -1
        while time.monotonic() < end:
            alive = self._read()
            # To look at a screen takes longer than to wait for something new on it.
            if len(self.said) > looked_at or not alive:
                looked_at = len(self.said)
                if true():
                    return
            if not alive:
                break
        raise AssertionError(f"{otherwise}; the screen:\n{self.text}")

    def _read(self) -> bool:
        try:
            data = self.child.read_nonblocking(65536, 0.1)
        except pexpect.TIMEOUT:
            return True
        except pexpect.EOF:
            return False
        self.said += data
        self.stream.feed(data)
        # Many terminals never say where their cursor is, so none must be asked.
        assert b"\x1b[6n" not in data
        return True
