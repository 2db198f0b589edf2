"""Calendar entries with reminders (RFC 5545), for what has a day: what to do in three lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta, timezone
from hashlib import sha256
from unicodedata import category

from msgspec import Struct

from yibao_cli.clock import beginning, months_later
from yibao_cli.dates import FLAGS, Dates, require_dates
from yibao_cli.errors import AnswerError, Finding
from yibao_cli.knowledge.about import LongTermReminder, MonthsReminder
from yibao_cli.knowledge.kinds import Phase
from yibao_cli.render.brief import most_urgent
from yibao_cli.result import Checklist, PlaceAnswer, Remark, Step

# From midnight, at which an all-day entry begins: at nine in the morning of the day before and of
# the day itself.
_ALARMS = (timedelta(hours=-15), timedelta(hours=9))
_MIDNIGHT = 24
# Programs take the entry with the higher number for the newer one, and of one number the later one;
# minutes from here on fit in 31 bits.
_FIRST = datetime(2020, 1, 1, tzinfo=timezone.utc)
_DAY = timedelta(days=1)
_LINES = 3


class Day(Struct, frozen=True):
    """One day: `origin` is the user's day it was reckoned from, which with `kind` names it."""

    kind: str
    origin: date
    day: date
    summary: str
    lines: tuple[str, ...]


def render(checklist: Checklist, dates: Dates, made: datetime | None = None) -> str:
    """The checklist's days as a calendar, lines ended as the format wants them (CR LF).

    `made` is the moment it is made, by default the beginning of the checklist's day. Raises
    AnswerError where no day is given, or nothing lies ahead.
    """
    require_dates(dates)
    found = tuple(entries(checklist, dates))
    if not found:
        message = "按您写的日期和情况，没有要放进日历的事；请核对日期，或看完整的清单。"
        raise AnswerError(Finding("no_entries", message, tuple(FLAGS.values())))
    return _calendar(checklist, found, made or beginning(checklist.knowledge.as_of))


def entries(checklist: Checklist, dates: Dates) -> Iterator[Day]:
    """What to do on which day. A day is a reminder to ask, never a promise of a deadline."""
    today = date.fromisoformat(checklist.knowledge.as_of)
    yield from _stay(checklist, dates, today)
    if dates.discharge:
        yield from _claim(checklist, dates.discharge, today)
    if dates.filed_on:
        yield from _filing(checklist, dates.filed_on, today)


def _stay(checklist: Checklist, dates: Dates, today: date) -> Iterator[Day]:
    # The errand that cannot wait until the bill is paid names the entry.
    settle = [
        step
        for step in checklist.steps
        if step.phase == "settle" or step.by in ("paying", "discharge")
    ]
    named = sorted(settle, key=lambda step: step.calendar != "discharge")
    leaving = f"出院前：{named[0].text}" if named else ""
    before, during = _steps(checklist, "before"), _steps(checklist, "during")
    planned = (
        # A filing may take two working days.
        ("prepare", dates.admission, 3, before, "入院前：核对去之前要办的事"),
        ("admission", dates.admission, 0, during, "入院：照清单登记"),
        ("discharge", dates.discharge, 1, settle, leaving),
    )
    for kind, origin, days_before, steps, summary in planned:
        if origin and origin >= today and steps:
            day = max(origin - days_before * _DAY, today)
            yield Day(kind, origin, day, summary, _doing(steps))


def _claim(checklist: Checklist, discharge: date, today: date) -> Iterator[Day]:
    claiming = [step for step in checklist.steps if step.calendar == "claim"]
    settling = _steps(checklist, "settle") and checklist.outcome.path != "not_covered"
    # Also what remains where direct settlement fails.
    if not claiming and not settling:
        return
    unless = "" if claiming else "没能直接结算的，"
    phone = next((one.phone for one in checklist.contacts if one.calendar == "claim"), None)
    ask = f"打 {phone} 问" if phone else "问参保地"
    doing = _doing(claiming or _steps(checklist, "after"))[:1]
    asked = _asked(checklist, "claim")
    # A rule of the insured place that is known is told in the step; other places are beside it.
    known = bool(claiming) and not asked
    about = (*doing, *_remarks(checklist.local, "claim"), *asked)[: _LINES - 1]
    if soon := checklist.calendar.claim:
        day = max(discharge + soon.days * _DAY, today + _DAY)
        summary = f"{unless}{ask}清报销材料和截止日"
        lines = about if known else (soon.says, *about)
        yield Day("claim", discharge, day, summary, lines)
    early = checklist.calendar.early
    if early and months_later(discharge, early.shortest) > today:
        day = max(months_later(discharge, early.months), today + _DAY)
        lines = about if known else (early.says, *about)
        yield Day("claim_early", discharge, day, "还没报销的，这几天就交材料", lines)
    late = None if known else checklist.calendar.next_year
    if late and (day := date(discharge.year + 1, late.month, 1)) >= today:
        summary = f"还没报销的，再{ask}一次截止日"
        yield Day("claim_march", discharge, day, summary, (late.says, *about))


def _filing(checklist: Checklist, filed_on: date, today: date) -> Iterator[Day]:
    long_term = checklist.calendar.long_term
    found: LongTermReminder | MonthsReminder | None
    if long_term and checklist.answers.get("category") in long_term.categories:
        found, topic, kind = long_term, "long_term", "filing_lock"
        summary = "问参保地：长期备案现在能不能变更、取消"
    else:
        found, topic, kind = checklist.calendar.temporary, "temporary", "filing_end"
        summary = "看备案记录：临时备案还在不在有效期"
    if found:
        day = max(months_later(filed_on, found.months), today + _DAY)
        about = (*_remarks(checklist.notes, topic), *_asked(checklist, "filing"))
        yield Day(kind, filed_on, day, summary, (found.says, *about)[:_LINES])


# ---------------------------------------------------------------- texts of the checklist


def _steps(checklist: Checklist, phase: Phase) -> list[Step]:
    return [step for step in checklist.steps if step.phase == phase]


def _doing(steps: list[Step]) -> tuple[str, ...]:
    """The most urgent of the steps, each in a line with its place."""
    urgent = most_urgent(steps, _LINES)
    return tuple(f"□ {_with_place(one)}" for one in urgent)


def _with_place(step: Step) -> str:
    # The day of an entry is the deadline of whatever else it names.
    by = step.deadline if step.calendar == "claim" else None
    told = "，".join(filter(None, (step.where, by)))
    return f"{step.text}（{told}）" if told else step.text


def _remarks(remarks: Iterable[Remark], calendar: str) -> list[str]:
    return [f"- {one.text}" for one in remarks if one.calendar == calendar]


def _asked(checklist: Checklist, calendar: str) -> list[str]:
    return [f"问：{one.text}" for one in checklist.questions if one.calendar == calendar]


# ---------------------------------------------------------------- the format


def _calendar(checklist: Checklist, found: Iterable[Day], made: datetime) -> str:
    from icalendar import Alarm, Calendar, Event

    as_of = checklist.knowledge.as_of
    stamp = made.astimezone(timezone.utc).replace(microsecond=0)
    closing = f"按 {as_of} 有效的规定整理，不是医保部门的决定；别的事看清单。"
    calendar = Calendar()
    calendar.add("prodid", "-//yibao//yibao-cli//ZH")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("x-wr-calname", "医保办事提醒")
    calendar.add("x-wr-caldesc", _clean(checklist.disclaimer))
    for one in found:
        event = Event()
        event.add("uid", _uid(checklist, one))
        event.add("dtstamp", stamp)
        event.add("last-modified", stamp)
        event.add("sequence", (stamp - _FIRST) // timedelta(minutes=1))
        event.add("dtstart", one.day)
        event.add("dtend", one.day + _DAY)
        event.add("summary", _clean(one.summary))
        event.add("description", _clean("\n".join((*one.lines, closing))))
        # An errand does not make the day busy.
        event.add("transp", "TRANSPARENT")
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", _clean(one.summary))
        alarm.add("trigger", _alarm(one.day, made))
        event.add_component(alarm)
        calendar.add_component(event)
    text: str = calendar.to_ical().decode("utf-8")
    return text


def _alarm(day: date, made: datetime) -> timedelta:
    """When to ring, from a day's midnight: on the first morning that is still to come, else soon."""
    midnight, now = datetime.combine(day, time()), made.replace(tzinfo=None)
    coming = (one for one in _ALARMS if midnight + one > now)
    # Time enough to bring the file to a calendar, as far as the day has any.
    return next(coming, timedelta(hours=min(made.hour + 2, _MIDNIGHT)))


def _uid(checklist: Checklist, entry: Day) -> str:
    """The same for the same case, so that a newer calendar replaces the older entry."""
    answers = ((name, checklist.answers.get(name)) for name in checklist.calendar.case)
    case = (f"{n}={one.code if isinstance(one, PlaceAnswer) else one}" for n, one in answers)
    content = "\n".join((entry.kind, entry.origin.isoformat(), *case))
    return f"{sha256(content.encode()).hexdigest()[:32]}@yibao-cli"


def _clean(text: str) -> str:
    """Without control characters, which the format forbids."""
    return "".join(one for one in text if one == "\n" or category(one) != "Cc")
