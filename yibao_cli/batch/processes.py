"""One process or several that answer the rows of a table, in their order."""

from __future__ import annotations

import gc
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain, islice
from typing import TYPE_CHECKING, NamedTuple

from yibao_cli.batch.desk import Desk, Done, Task
from yibao_cli.batch.sheet import Row
from yibao_cli.errors import Finding, YibaoError

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnContext

# A whole checklist is some 15 KiB long, so that is a MiB to hand over at a time. While this
# process answers so many rows, the others may have to wait for it.
_CHUNK_ROWS, _CHUNK_CHARACTERS = 64, 1 << 16
# While another process still starts, this one answers about as many chunks.
_MOST_WAITING = 32


class Chunk(NamedTuple):
    """So many rows answered, in order; `notable` failed or have a page.

    `text` are the lines of all for the output, in UTF-8, which nobody copies.
    """

    size: int
    notable: list[Done]
    text: bytes


def answer_all(task: Task, rows: Iterator[Row], jobs: int) -> Generator[Chunk, None, None]:
    """Every row answered, in order, by so many processes; close the iterator to end early."""
    desk = Desk(task)
    if jobs > 1:
        chunks = _chunks(rows)
        first = list(islice(chunks, jobs))
        # One chunk is answered before another process has even started.
        if len(first) > 1:
            yield from _side_by_side(task, desk, chain(first, chunks), len(first) - 1)
            return
        rows = chain.from_iterable(first)
    for row in rows:
        yield _answered(desk, (row,))


def _answered(desk: Desk, rows: Iterable[Row]) -> Chunk:
    done = [desk.answer(row) for row in rows]
    # The lines travel once, together.
    text = b"".join([one.text for one in done])
    notable = [one._replace(text=b"") for one in done if one.failure is not None or one.name]
    return Chunk(len(done), notable, text)


def _chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    chunk: list[Row] = []
    size = 0
    for row in rows:
        chunk.append(row)
        size += len(row.text)
        if len(chunk) == _CHUNK_ROWS or size > _CHUNK_CHARACTERS:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _side_by_side(
    task: Task, desk: Desk, chunks: Iterator[list[Row]], helpers: int
) -> Iterator[Chunk]:
    """This process answers whatever no helper is free for, so it never waits for one to start."""
    from multiprocessing.connection import wait

    with _helping(helpers) as starting:
        idle: list[_Helper] = []
        # In order: what is answered, and who is at the rest.
        begun: deque[Chunk | _Helper] = deque()
        described = b""
        while True:
            for helper in [one for one in starting if one.has_spoken()]:
                described = described or _pickled(task)
                helper.begin(described)
                starting.remove(helper)
                idle.append(helper)
            for at, one in enumerate(begun):
                if isinstance(one, _Helper) and one.has_spoken():
                    begun[at] = one.take()
                    idle.append(one)
            while idle and (chunk := next(chunks, None)) is not None:
                helper = idle.pop()
                helper.give(chunk)
                begun.append(helper)
            while begun and isinstance(begun[0], Chunk):
                yield begun.popleft()  # type: ignore[misc]
            chunk = next(chunks, None) if len(begun) < _MOST_WAITING + helpers else None
            if chunk is not None:
                begun.append(_answered(desk, chunk))
            elif begun:
                wait([one.pipe for one in (*starting, *begun) if isinstance(one, _Helper)])
            else:
                return


def _pickled(task: Task) -> bytes:
    import pickle

    return pickle.dumps(task)


class _Helper:
    """Another process, which answers one chunk at a time.

    It speaks once when it has started and once for each chunk, and is given nothing before. So
    neither side ever waits for the other to empty a full pipe.
    """

    def __init__(self, context: SpawnContext) -> None:
        with _alive():
            self.pipe, there = context.Pipe()
            self.process = context.Process(target=_help, args=(there,), daemon=True)
            self.process.start()
            there.close()

    def has_spoken(self) -> bool:
        """Whether it has started or has answered; or is gone."""
        with _alive():
            return self.pipe.poll()

    def begin(self, described: bytes) -> None:
        """Tell one that has started what its task is."""
        with _alive():
            self.pipe.recv()
            self.pipe.send_bytes(described)

    def give(self, rows: list[Row]) -> None:
        """Let it answer these rows."""
        with _alive():
            self.pipe.send(rows)

    def take(self) -> Chunk:
        """What it answered."""
        with _alive():
            # Lines are many times as long as all the rest; unpickled, they would be copied.
            size, notable = self.pipe.recv()
            return Chunk(size, notable, self.pipe.recv_bytes())


@contextmanager
def _helping(count: int) -> Iterator[list[_Helper]]:
    """So many helpers that start; they end with the block."""
    from multiprocessing import get_context, resource_tracker

    context = get_context("spawn")
    helpers: list[_Helper] = []
    try:
        with _deaf():
            for _ in range(count):
                helpers.append(_Helper(context))
        yield [*helpers]
    finally:
        for one in helpers:
            one.pipe.close()
            one.process.terminate()
        for one in helpers:
            one.process.join()
        # Python before 3.13 leaves its helper for `init` to bury, which some containers never do.
        stop = getattr(getattr(resource_tracker, "_resource_tracker", None), "_stop", None)
        if stop is not None:
            stop()


@contextmanager
def _alive() -> Iterator[None]:
    """A helper that is gone is an error of ours, not a reader of the output who left."""
    try:
        yield
    except (EOFError, OSError) as error:
        message = "处理数据的进程意外退出了；请少用几个 --jobs 再试。"
        raise YibaoError(Finding("worker_gone", message)) from error


@contextmanager
def _deaf() -> Iterator[None]:
    """What is started meanwhile never hears Ctrl-C, which a terminal sends to all processes."""
    import signal
    import threading

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before or signal.SIG_DFL)


def _help(pipe: Connection) -> None:
    """What a helper does: until the other end of its pipe is closed, whatever the reason."""
    import pickle
    import signal

    # On Windows nothing of this is inherited.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for name in ("SIGTERM", "SIGHUP", "SIGQUIT"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_DFL)
    try:
        pipe.send(None)
        desk = Desk(pickle.loads(pipe.recv_bytes()))
        # As in the process that started this one: the knowledge never becomes garbage.
        gc.freeze()
        while True:
            rows: list[Row] = pipe.recv()
            done = _answered(desk, rows)
            pipe.send((done.size, done.notable))
            pipe.send_bytes(done.text)
    except (EOFError, OSError):
        return
