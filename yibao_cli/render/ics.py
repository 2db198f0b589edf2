"""Calendar entries with reminders (RFC 5545), for what has a day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from hashlib import sha256
from unicodedata import category

from yibao_cli.dates import FLAGS, Dates, months_later, require_dates
from yibao_cli.errors import AnswerError, Finding
from yibao_cli.knowledge.about import (
    ClaimReminder,
    LongTermReminder,
    TemporaryReminder,
    YearReminder,
)
from yibao_cli.knowledge.kinds import Phase
from yibao_cli.render.outline import ADVICE
from yibao_cli.result import Checklist, Evidence, PlaceAnswer, Remark, Step

# Before midnight, at which an all-day entry begins: at nine in the morning of the day before.
_ALARM = timedelta(hours=-15)


@dataclass(frozen=True, slots=True)
class Entry:
    """One day: `origin` is the user's day it was reckoned from, which with `kind` names it."""

    kind: str
    origin: date
    day: date
    summary: str
    lines: tuple[str, ...]


def render(checklist: Checklist, dates: Dates) -> str:
    """The checklist's days as a calendar, lines ended as the format wants them (CR LF).

    Raises AnswerError where no day is given, or nothing lies ahead.
    """
    require_dates(dates)
    found = tuple(entries(checklist, dates))
    if not found:
        message = "按您写的日期和情况，没有要放进日历的事；请核对日期，或看完整的清单。"
        raise AnswerError(Finding("no_entries", message, tuple(FLAGS.values())))
    return _calendar(checklist, found)


def entries(checklist: Checklist, dates: Dates) -> Iterator[Entry]:
    """What to do on which day. A day is a reminder to ask, never a promise of a deadline."""
    today = date.fromisoformat(checklist.knowledge.as_of)
    if dates.admission and dates.admission >= today:
        yield from _admission(checklist, dates.admission, today)
    if dates.discharge and dates.discharge >= today:
        yield from _discharge(checklist, dates.discharge, today)
    if dates.discharge and _claims(checklist):
        yield from _claim(checklist, dates.discharge, today)
    if dates.filed_on:
        yield from _filing(checklist, dates.filed_on, today)


def _admission(checklist: Checklist, admission: date, today: date) -> Iterator[Entry]:
    before, during = _steps(checklist, "before"), _steps(checklist, "during")
    if before:
        # A filing may take two working days.
        day = max(admission - timedelta(days=3), today)
        yield Entry("prepare", admission, day, "入院前：核对去之前要办的事", before)
    if during:
        yield Entry("admission", admission, admission, "入院：照清单登记", during)


def _discharge(checklist: Checklist, discharge: date, today: date) -> Iterator[Entry]:
    settle = [step for step in checklist.steps if step.phase == "settle"]
    if settle:
        # The errand that cannot wait until the bill is paid names the entry.
        first = next((step for step in settle if step.calendar == "discharge"), settle[0])
        day = max(discharge - timedelta(days=1), today)
        lines = _steps(checklist, "settle")
        yield Entry("discharge", discharge, day, f"出院前：{first.text}", lines)


def _claims(checklist: Checklist) -> bool:
    """Whether a manual claim is the way, or what remains where direct settlement fails."""
    return _claiming(checklist) or (
        checklist.outcome.path != "not_covered"
        and any(step.phase == "settle" for step in checklist.steps)
    )


def _claiming(checklist: Checklist) -> bool:
    return any(step.calendar == "claim" for step in checklist.steps)


def _claim(checklist: Checklist, discharge: date, today: date) -> Iterator[Entry]:
    phone = next((one.phone for one in checklist.contacts if one.calendar == "claim"), None)
    ask = f"打 {phone} 问" if phone else "问参保地"
    unless = "" if _claiming(checklist) else "没能直接结算的，"
    about = (
        *_steps(checklist, "after"),
        *_remarks(checklist.local, "claim"),
        *_questions(checklist, "claim"),
    )
    soon = checklist.calendar.claim
    if soon:
        yield Entry(
            "claim",
            discharge,
            max(discharge + timedelta(days=soon.days), today + timedelta(days=1)),
            f"{unless}{ask}清报销材料和截止日",
            (_advice(soon), *about),
        )
    late = checklist.calendar.next_year
    if late and (day := date(discharge.year + 1, late.month, 1)) >= today:
        summary = f"还没报销的，再{ask}一次截止日"
        yield Entry("claim_march", discharge, day, summary, (_advice(late), *about))


def _filing(checklist: Checklist, filed_on: date, today: date) -> Iterator[Entry]:
    category, calendar = checklist.answers.get("category"), checklist.calendar
    found: LongTermReminder | TemporaryReminder | None = calendar.long_term
    name, kind, summary = "long_term", "filing_lock", "问参保地：长期备案现在能不能变更、取消"
    if not calendar.long_term or category not in calendar.long_term.categories:
        found = calendar.temporary
        name, kind, summary = "temporary", "filing_end", "看备案记录：临时备案还在不在有效期"
    if found:
        day = max(months_later(filed_on, found.months), today + timedelta(days=1))
        lines = (
            _advice(found),
            *_remarks(checklist.notes, name),
            *_questions(checklist, "filing"),
        )
        yield Entry(kind, filed_on, day, summary, lines)


# ---------------------------------------------------------------- texts of the checklist


def _steps(checklist: Checklist, phase: Phase) -> tuple[str, ...]:
    return tuple(line for one in checklist.steps if one.phase == phase for line in _step(one))


def _step(step: Step) -> Iterator[str]:
    yield f"□ {step.text}"
    if step.detail:
        yield step.detail
    if step.where:
        yield f"在哪里办：{step.where}"
    if step.deadline:
        yield f"期限：{step.deadline}"
    yield _basis(step)


def _remarks(remarks: Iterable[Remark], calendar: str) -> Iterator[str]:
    for one in remarks:
        if one.calendar == calendar:
            yield f"- {one.text}"
            if one.detail:
                yield one.detail
            yield _basis(one)


def _questions(checklist: Checklist, calendar: str) -> Iterator[str]:
    return (f"问：{one.text}" for one in checklist.questions if one.calendar == calendar)


def _advice(
    reminder: ClaimReminder | YearReminder | LongTermReminder | TemporaryReminder,
) -> str:
    return f"{reminder.says}[{ADVICE}]"


def _basis(evidence: Evidence) -> str:
    if evidence.advice:
        return f"[{ADVICE}]"
    return f"依据（{evidence.level}级）：{'；'.join(evidence.clauses)}"


# ---------------------------------------------------------------- the format


def _calendar(checklist: Checklist, found: Iterable[Entry]) -> str:
    from icalendar import Alarm, Calendar, Event

    as_of = checklist.knowledge.as_of
    stamp = datetime.fromisoformat(as_of).replace(tzinfo=timezone.utc)
    closing = f"按 {as_of} 有效的规定整理。{checklist.disclaimer}"
    calendar = Calendar()
    calendar.add("prodid", "-//yibao//yibao-cli//ZH")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("x-wr-calname", "医保办事提醒")
    for one in found:
        event = Event()
        event.add("uid", _uid(checklist, one))
        event.add("dtstamp", stamp)
        event.add("dtstart", one.day)
        event.add("dtend", one.day + timedelta(days=1))
        event.add("summary", _clean(one.summary))
        event.add("description", _clean("\n".join((*one.lines, closing))))
        # An errand does not make the day busy.
        event.add("transp", "TRANSPARENT")
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", _clean(one.summary))
        alarm.add("trigger", _ALARM)
        event.add_component(alarm)
        calendar.add_component(event)
    text: str = calendar.to_ical().decode("utf-8")
    return text


def _uid(checklist: Checklist, entry: Entry) -> str:
    """The same for the same errand, so that a newer calendar replaces the older entry."""
    places = [
        f"{name}={value.code}"
        for name, value in sorted(checklist.answers.items())
        if isinstance(value, PlaceAnswer)
    ]
    content = "\n".join((entry.kind, entry.origin.isoformat(), *places))
    return f"{sha256(content.encode()).hexdigest()[:32]}@yibao-cli"


def _clean(text: str) -> str:
    """Without control characters, which the format forbids."""
    return "".join(one for one in text if one == "\n" or category(one) != "Cc")
