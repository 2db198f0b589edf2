"""The day it is, which nothing else asks the clock for; and days some months from another."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

VARIABLE = "YIBAO_TODAY"
"""What stands for the clock, so that a page can be made anew on another day."""


def today(environ: Mapping[str, str], begins: str = "") -> date:
    """The day that the variable names, or the clock's where it is not set or empty.

    `begins` is the ISO day from which on the knowledge answers. Raises AnswerError where the
    variable names no day, one before that, or one too far ahead.
    """
    text = environ.get(VARIABLE)
    if not text:
        return date.today()
    from yibao_cli.dates import day_to_answer

    return date.fromisoformat(day_to_answer(text, begins, VARIABLE))


def months_later(day: date, months: int) -> date:
    """The same day some months later, or that month's last where it is shorter."""
    from calendar import monthrange

    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
