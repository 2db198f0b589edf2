"""The loop that every engine is measured in."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from time import perf_counter, process_time
from typing import TypeVar

T = TypeVar("T")

CHUNK = 50


def report(
    decide: Callable[[Sequence[T]], Sequence[str]],
    cases: Sequence[T],
    wanted: Sequence[str],
    seconds: float,
) -> None:
    """Decide the cases over and over for some seconds; print how many, how fast and how wrong.

    All cases are decided once before the clock starts, and compared with what is wanted.
    """
    wrong = sum(got != want for got, want in zip(decide(cases), wanted, strict=True))
    chunks = [cases[at : at + CHUNK] for at in range(0, len(cases), CHUNK)]
    count, at = 0, 0
    start, cpu = perf_counter(), process_time()
    # At least once, however busy the machine is.
    while not count or perf_counter() - start < seconds:
        chunk = chunks[at % len(chunks)]
        decide(chunk)
        count += len(chunk)
        at += 1
    took, used = perf_counter() - start, process_time() - cpu
    print(json.dumps({"count": count, "seconds": took, "cpu": used, "wrong": wrong}))
