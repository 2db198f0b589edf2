"""The day and the moment it is, which nothing else asks the clock for; days months from another."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timezone

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


def moment(environ: Mapping[str, str], day: str) -> datetime:
    """When what is said of an ISO day is made: now, and the day's beginning where it is not today
    or the variable stands for the clock.
    """
    now = datetime.now().astimezone()
    if environ.get(VARIABLE) or now.date().isoformat() != day:
        return beginning(day)
    return now


def beginning(day: str) -> datetime:
    """The first moment of an ISO day, the same wherever it is asked for."""
    return datetime.fromisoformat(day).replace(tzinfo=timezone.utc)


def months_later(day: date, months: int) -> date:
    """The same day some months later, or that month's last where it is shorter."""
    from calendar import monthrange

    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
