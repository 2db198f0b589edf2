"""The moment it is, which nothing else asks for, and days reckoned from others."""

from __future__ import annotations

from datetime import date, datetime, timezone


def now() -> datetime:
    """The moment it is, where the computer stands."""
    return datetime.now().astimezone()


def beginning(day: str) -> datetime:
    """The first moment of an ISO day, the same wherever it is asked for."""
    return datetime.fromisoformat(day).replace(tzinfo=timezone.utc)


def first_day(text: str) -> date:
    """A day, or the first one of a month or a year. Raises ValueError where there is none."""
    return date.fromisoformat(f"{text}-01-01"[:10])


def months_later(day: date, months: int) -> date:
    """The same day some months later, or that month's last where it is shorter."""
    from calendar import monthrange

    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
