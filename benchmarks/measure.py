"""Runs commands and measures them: seconds, processor seconds, peak memory."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from select import select
from statistics import median
from time import monotonic, perf_counter

# A process starts with the peak memory of the one that forked it, so a fat parent would hide
# what a small child takes. This runs in a bare interpreter and is smaller than all it measures.
_WITNESS = """
import os, sys, time
start = time.perf_counter()
child = os.fork()
if not child:
    os.execv(sys.argv[2], sys.argv[2:])
_, status, used = os.wait4(child, 0)
seconds = time.perf_counter() - start
status = os.waitstatus_to_exitcode(status)
report = f"{seconds} {used.ru_utime + used.ru_stime} {used.ru_maxrss} {status}"
os.write(int(sys.argv[1]), report.encode())
"""
_RSS_UNIT = 1 if sys.platform == "darwin" else 1024
_MIB = 1024 * 1024
_ESCAPE = re.compile(rb"\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07]*\x07|[()].|[=>78])")
_PATIENCE_SECONDS = 60
_ROWS, _COLUMNS = 40, 80


class FailedError(Exception):
    """A command that did not do what is measured; the text says what it said."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One run: seconds on the clock, seconds of processors, peak memory in MiB."""

    seconds: float
    cpu: float = 0.0
    mib: float = 0.0


def run(
    command: Sequence[str], environ: Mapping[str, str], folder: Path, *, screen: bool = False
) -> Sample:
    """One run to its end; the first word of the command is a path. Raises FailedError.

    Input is the null device; output too, unless it goes to a pseudo-terminal.
    """
    python = Path(command[0]).parent / "python"
    program = str(python) if python.exists() else sys.executable
    reading, writing = os.pipe()
    with tempfile.TemporaryFile() as said, _output(screen) as (out, drain):
        process = subprocess.Popen(
            [program, "-I", "-S", "-c", _WITNESS, str(writing), *command],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=said,
            env=dict(environ),
            cwd=folder,
            pass_fds=(writing,),
        )
        os.close(writing)
        drain(process)
        process.wait()
        with os.fdopen(reading, "rb") as pipe:
            report = pipe.read().decode().split()
        said.seek(0)
        words = said.read().decode(errors="replace").strip()
    if len(report) != 4 or report[3] != "0":
        raise FailedError(words.splitlines()[-1] if words else f"退出状态 {report[-1:]}")
    return Sample(float(report[0]), float(report[1]), int(report[2]) * _RSS_UNIT / _MIB)


def until_shown(
    command: Sequence[str], environ: Mapping[str, str], folder: Path, wanted: str
) -> Sample:
    """The seconds until a command on a pseudo-terminal has shown a text. Raises FailedError."""
    needle = _plain(wanted.encode())
    shown = bytearray()
    with _terminal() as (ours, theirs):
        start = perf_counter()
        process = subprocess.Popen(
            list(command),
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=dict(environ),
            cwd=folder,
            start_new_session=True,
        )
        try:
            end = monotonic() + _PATIENCE_SECONDS
            while monotonic() < end:
                chunk = _read(ours, process)
                if chunk is None:
                    break
                shown += chunk
                # A terminal answers the question where its cursor stands.
                if b"\x1b[6n" in chunk:
                    os.write(ours, b"\x1b[1;1R")
                if needle in _plain(bytes(shown)):
                    return Sample(perf_counter() - start)
        finally:
            process.kill()
            process.wait()
    raise FailedError(f"没有看到“{wanted}”")


def round_robin(
    jobs: Mapping[str, Callable[[], Sample]], rounds: int, *, warm_up: bool = True
) -> tuple[dict[str, list[Sample]], dict[str, str]]:
    """Every job in turn, round after round, so that a busy minute of the machine hits all alike.

    The first round warms up and does not count. Samples by job, and why a job was left out.
    """
    found: dict[str, list[Sample]] = {name: [] for name in jobs}
    failed: dict[str, str] = {}
    for round_ in range(-1 if warm_up else 0, rounds):
        for name, job in jobs.items():
            if name in failed:
                continue
            try:
                sample = job()
            except FailedError as error:
                failed[name] = str(error)
            else:
                if round_ >= 0:
                    found[name].append(sample)
    return {name: samples for name, samples in found.items() if name not in failed}, failed


def middle(samples: Sequence[Sample]) -> Sample:
    """The median of each figure."""
    return Sample(
        median(one.seconds for one in samples),
        median(one.cpu for one in samples),
        median(one.mib for one in samples),
    )


# ---------------------------------------------------------------- pseudo-terminals


@contextmanager
def _output(screen: bool) -> Iterator[tuple[int, Callable[[subprocess.Popen[bytes]], None]]]:
    if not screen:
        yield subprocess.DEVNULL, lambda process: None
        return
    with _terminal() as (ours, theirs):

        def drain(process: subprocess.Popen[bytes]) -> None:
            while _read(ours, process) is not None:
                pass

        yield theirs, drain


@contextmanager
def _terminal() -> Iterator[tuple[int, int]]:
    import fcntl
    import pty
    import struct
    import termios

    ours, theirs = pty.openpty()
    try:
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", _ROWS, _COLUMNS, 0, 0))
        yield ours, theirs
    finally:
        os.close(ours)
        os.close(theirs)


def _read(ours: int, process: subprocess.Popen[bytes]) -> bytes | None:
    """What has been written meanwhile; None when the process has ended and all is read."""
    if select([ours], [], [], 0.05)[0]:
        with suppress(OSError):
            return os.read(ours, 65536)
        return None
    return b"" if process.poll() is None else None


def _plain(shown: bytes) -> bytes:
    return b"".join(_ESCAPE.sub(b"", shown).split())
