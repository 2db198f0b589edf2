"""Days from outside: today, the day to answer for, and those of a stay for the calendar."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime

from msgspec import Struct

from yibao_cli import clock
from yibao_cli.answers import printable, visible
from yibao_cli.errors import AnswerError, Finding

VARIABLE = "YIBAO_TODAY"
"""What stands for the clock, so that a page can be made anew on another day."""

# Years before and after the day of the answer; anything farther is a slip of the pen.
_BEFORE, _AFTER = 20, 2
# Days are reckoned from the day of the answer, and the calendar of computers ends in 9999.
_LAST = "2199-12-31"
_ISO = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def today(environ: Mapping[str, str], begins: str = "") -> date:
    """The day that the variable names, or the clock's where it is not set or empty.

    `begins` is the ISO day from which on the knowledge answers. Raises AnswerError where the
    variable names no day, one before that, or one too far ahead.
    """
    text = environ.get(VARIABLE)
    return date.fromisoformat(day_to_answer(text, begins, VARIABLE)) if text else clock.now().date()


def moment(environ: Mapping[str, str], day: str) -> datetime:
    """When what is said of an ISO day is made: now, and the day's beginning where it is not today
    or the variable stands for the clock.
    """
    now = clock.now()
    return clock.beginning(day) if environ.get(VARIABLE) or now.date().isoformat() != day else now


class Dates(Struct, frozen=True):
    """Days of one stay and of its filing, as far as they are known."""

    admission: date | None = None
    discharge: date | None = None
    filed_on: date | None = None


FLAGS = {name: f"--{name.replace('_', '-')}" for name in Dates.__struct_fields__}


def parse_dates(day: str, called: Mapping[str, str] = FLAGS, /, **texts: str | None) -> Dates:
    """The texts of the flags, by the names of `FLAGS`; `day` is the ISO day of the checklist.

    `called` is what messages call them. Raises AnswerError with every text that is no day, out
    of range or out of order.
    """
    year = date.fromisoformat(day).year
    found: dict[str, date | None] = {}
    wrong: list[Finding] = []
    for name, text in texts.items():
        try:
            one = _day(text, called[name]) if text is not None else None
        except AnswerError as error:
            wrong += error.findings
            continue
        if one and not year - _BEFORE <= one.year <= year + _AFTER:
            message = f"{called[name]} 写的是 {one}，离 {day} 太远了；请核对年份。"
            wrong.append(Finding("bad_date", message))
        else:
            found[name] = one
    dates = Dates(**found)
    if dates.admission and dates.discharge and dates.discharge < dates.admission:
        message = (
            f"{called['discharge']} {dates.discharge} 早于 {called['admission']} {dates.admission}；"
            "出院不会早于入院，请核对。"
        )
        wrong.append(Finding("contradiction", message))
    if wrong:
        raise AnswerError(*wrong)
    return dates


def require_dates(dates: Dates) -> None:
    """Raise AnswerError where there is no day to make a calendar of."""
    if dates == Dates():
        message = (
            "做日历要有日期：请写 --admission 入院日、--discharge 出院日（或结账日）、"
            "--filed-on 备案日中的一个或几个，例如 --discharge 2026-12-20。"
        )
        raise AnswerError(Finding("no_dates", message, tuple(FLAGS.values())))


def day_to_answer(text: str, begins: str, called: str) -> str:
    """The ISO day by whose rules to answer; `called` is what the user wrote the text for.

    Raises AnswerError where the text is no day, one before the knowledge begins, or one that
    nobody alive can plan for.
    """
    day = _day(text, called).isoformat()
    if day < begins:
        message = f"{called} 写的是 {day}，早于本工具资料的起点 {begins}，没法回答；请写这天或以后的日期。"
        raise AnswerError(Finding("before_knowledge", message))
    if day > _LAST:
        message = f"{called} 写的是 {day}，离现在太远了，没法回答；请核对年份。"
        raise AnswerError(Finding("bad_date", message))
    return day


def _day(text: str, called: str) -> date:
    plain = unicodedata.normalize("NFKC", visible(text)).strip()
    try:
        # Later Pythons read more spellings than 3.10 does.
        return date.fromisoformat(plain if _ISO.fullmatch(plain) else "")
    except ValueError:
        message = f"{called} 写的是“{printable(text)}”，看不懂；日期写成 2026-11-21。"
        raise AnswerError(Finding("bad_date", message)) from None
