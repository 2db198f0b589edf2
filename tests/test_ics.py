"""Days from flags, and the calendar made of them, read back with a parser."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar
from msgspec.structs import replace
from support import flags, wait_for, yibao
from test_render import ADVICE, BARE, CHECKLIST, RULE, RULES

from yibao_cli.answers import parse_answers
from yibao_cli.clock import months_later
from yibao_cli.consult import consult
from yibao_cli.dates import Dates, parse_dates
from yibao_cli.errors import AnswerError
from yibao_cli.knowledge import knowledge
from yibao_cli.knowledge.about import Calendar as Reminders
from yibao_cli.knowledge.about import ClaimReminder, MonthsReminder, YearReminder
from yibao_cli.knowledge.items import StepItem
from yibao_cli.knowledge.kinds import Weight
from yibao_cli.render import ics
from yibao_cli.result import Checklist, Remark, Step

DAY = "2026-12-01"
DATES = Dates(date(2026, 12, 10), date(2026, 12, 20), date(2026, 8, 31))
BASE = {"insurance": "居民", "from": "四川绵阳", "to": "北京", "care": "住院", "filing": "未备案"}


def events(text: str) -> list[Any]:
    return list(Calendar.from_ical(text).walk("VEVENT"))


def days(checklist: Checklist = CHECKLIST, dates: Dates = DATES) -> dict[str, date]:
    return {one.kind: one.day for one in ics.entries(checklist, dates)}


def with_answer(question: str, value: str, checklist: Checklist = CHECKLIST) -> Checklist:
    return replace(checklist, answers={**checklist.answers, question: value})


def asked(**changes: str) -> Checklist:
    known = knowledge(None, None)
    answers = parse_answers(known, {name: [text] for name, text in {**BASE, **changes}.items()})
    return consult(known, answers, DAY)


def said(step: str) -> str:
    """What the knowledge says of a step without placeholders."""
    item = knowledge(None, None).items[step]
    assert isinstance(item, StepItem)
    return item.text


# ---------------------------------------------------------------- days


def test_dates_are_read() -> None:
    read = parse_dates(
        DAY, admission="2026-12-10", discharge=" ２０２６-12-20\u3000", filed_on="2026-08-31"
    )

    assert read == DATES
    assert parse_dates(DAY) == Dates()
    assert parse_dates(DAY, admission="2026-12-10", discharge="2026-12-10").discharge


@pytest.mark.parametrize(
    "text", ["", "明天", "2026-2-3", "2026-02-30", "20261210", "2026-W50-1", "2026-12-10T08:00"]
)
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(AnswerError, match=r"--admission 写的是.*看不懂") as caught:
        parse_dates(DAY, admission=text)

    assert caught.value.findings[0].code == "bad_date"
    assert caught.value.status == 4


@pytest.mark.parametrize("text", ["1926-11-21", "2029-01-01", "9999-12-31", "0001-01-01"])
def test_far_days_are_refused(text: str) -> None:
    with pytest.raises(AnswerError, match=r"--filed-on .*核对年份"):
        parse_dates(DAY, filed_on=text)


def test_a_year_at_the_end_of_all_calendars_is_refused() -> None:
    words = ("--format", "ics", "--on", "9998-12-31", "--discharge", "9999-12-31")
    done = yibao("plan", *flags(), *words)

    assert (done.status, done.out) == (4, "")
    assert "--on 写的是 9998-12-31" in done.err
    last = ("--format", "ics", "--on", "2199-12-31", "--discharge", "2201-12-31")
    assert yibao("plan", *flags(), *last).status == 0


def test_all_findings_come_at_once() -> None:
    with pytest.raises(AnswerError) as caught:
        parse_dates(DAY, admission="x", discharge="1900-01-01", filed_on="y")

    assert len(caught.value.findings) == 3


def test_nobody_leaves_before_he_came() -> None:
    with pytest.raises(AnswerError, match="出院不会早于入院") as caught:
        parse_dates(DAY, admission="2026-12-10", discharge="2026-12-09")

    assert caught.value.findings[0].code == "contradiction"


@pytest.mark.parametrize(
    ("day", "later"),
    [
        (date(2026, 1, 15), date(2026, 7, 15)),
        (date(2026, 6, 30), date(2026, 12, 30)),
        (date(2026, 7, 1), date(2027, 1, 1)),
        (date(2026, 8, 31), date(2027, 2, 28)),
        (date(2027, 8, 31), date(2028, 2, 29)),
    ],
)
def test_half_a_year_later(day: date, later: date) -> None:
    assert months_later(day, 6) == later


# ---------------------------------------------------------------- entries


def test_entries_stand_on_their_days() -> None:
    assert days() == {
        "prepare": date(2026, 12, 7),
        "admission": date(2026, 12, 10),
        "discharge": date(2026, 12, 19),
        "claim": date(2026, 12, 27),
        "claim_march": date(2027, 3, 1),
        "filing_end": date(2027, 2, 28),
    }


@pytest.mark.parametrize(
    ("dates", "kinds"),
    [
        (Dates(admission=DATES.admission), {"prepare", "admission"}),
        (Dates(discharge=DATES.discharge), {"discharge", "claim", "claim_march"}),
        (Dates(filed_on=DATES.filed_on), {"filing_end"}),
    ],
)
def test_no_date_no_entry(dates: Dates, kinds: set[str]) -> None:
    assert days(dates=dates).keys() == kinds


def test_without_dates_the_flags_are_named() -> None:
    with pytest.raises(AnswerError, match=r"--admission.*--discharge.*--filed-on") as caught:
        ics.render(CHECKLIST, Dates())

    assert caught.value.findings[0].code == "no_dates"


@pytest.mark.parametrize(
    ("checklist", "dates"),
    [(CHECKLIST, Dates(admission=date(2026, 11, 1))), (BARE, Dates(discharge=DATES.discharge))],
)
def test_nothing_to_do_is_said(checklist: Checklist, dates: Dates) -> None:
    with pytest.raises(AnswerError) as caught:
        ics.render(checklist, dates)

    assert caught.value.findings[0].code == "no_entries"


def test_days_gone_by_are_left_out_and_questions_come_tomorrow() -> None:
    gone = Dates(date(2026, 10, 1), date(2026, 10, 9), date(2025, 1, 1))

    assert days(dates=gone) == {
        "claim": date(2026, 12, 2),
        "claim_march": date(2027, 3, 1),
        "filing_end": date(2026, 12, 2),
    }


def test_entries_never_begin_before_today() -> None:
    today = date.fromisoformat(DAY)

    for near in (Dates(today, today), Dates(today + timedelta(days=1), today + timedelta(days=1))):
        found = days(dates=near)
        assert {"prepare", "admission", "discharge"} <= found.keys()
        assert min(found.values()) == today


def test_long_term_filing_is_a_question() -> None:
    entry = [*ics.entries(with_answer("category", "posted_worker"), DATES)][-1]

    assert entry.kind == "filing_lock"
    assert entry.summary.startswith("问参保地：")


def test_no_claim_where_nothing_is_paid() -> None:
    abroad = replace(CHECKLIST, outcome=replace(CHECKLIST.outcome, path="not_covered"))

    assert "claim" not in days(abroad)


def test_the_most_pressing_step_names_the_discharge() -> None:
    extra = (
        Step(id="file", phase="settle", text="补备案", because="", calendar="discharge", **RULE),
        Step(id="ask", phase="settle", text="问医保办", because="", calendar="discharge", **RULE),
    )
    checklist = replace(CHECKLIST, steps=(*CHECKLIST.steps, *extra))
    entry = next(one for one in ics.entries(checklist, DATES) if one.kind == "discharge")

    assert entry.summary == "出院前：补备案"
    assert entry.lines[0].startswith("□ 出院结账用医保码")


def test_claims_bring_the_local_rule_and_promise_nothing() -> None:
    local = Remark(id="l", text="最晚第二年3月31日前交", calendar="claim", **RULE)
    checklist = replace(CHECKLIST, local=(*CHECKLIST.local, local))
    march = next(one for one in ics.entries(checklist, DATES) if one.kind == "claim_march")

    text = "\n".join(march.lines)
    assert "- 最晚第二年3月31日前交" in text
    assert "只作提醒，不是您那里的截止日" in text
    assert CHECKLIST.local[0].text not in text
    assert "0512-12393" in march.summary


# ---------------------------------------------------------------- the format


def read_back() -> Iterator[tuple[ics.Day, Any]]:
    """Every entry of the calendar beside the event that a reader finds for it."""
    found = list(ics.entries(CHECKLIST, DATES))
    assert found
    return zip(found, events(ics.render(CHECKLIST, DATES)), strict=True)


def test_calendar_is_one_of_the_format() -> None:
    calendar = Calendar.from_ical(ics.render(CHECKLIST, DATES))
    assert calendar["version"] == "2.0"
    assert calendar["prodid"]
    assert not any(event.errors for _, event in read_back())


def test_events_last_the_whole_day() -> None:
    for entry, event in read_back():
        assert event.decoded("dtstart") == entry.day
        assert event.decoded("dtend") == entry.day + timedelta(days=1)
        assert event["dtstart"].params["VALUE"] == "DATE"
        assert event["dtstamp"].to_ical() == b"20261201T000000Z"


def test_events_say_what_their_entries_say() -> None:
    for entry, event in read_back():
        assert str(event["summary"]) == entry.summary
        *lines, closing = str(event["description"]).split("\n")
        assert lines == list(entry.lines)
        assert CHECKLIST.knowledge.as_of in closing
        assert "不是医保部门的决定" in closing


def test_the_calendar_says_what_it_is_not() -> None:
    calendar = Calendar.from_ical(ics.render(CHECKLIST, DATES))

    assert calendar["x-wr-caldesc"] == CHECKLIST.disclaimer


def alarms(text: str) -> dict[str, datetime]:
    """When each event rings, by its summary."""
    found = {}
    for event in events(text):
        (alarm,) = event.walk("VALARM")
        assert alarm["action"] == "DISPLAY"
        assert str(alarm["description"]) == str(event["summary"])
        midnight = datetime.combine(event.decoded("dtstart"), time())
        found[str(event["summary"])] = midnight + alarm["trigger"].dt
    return found


def test_an_alarm_rings_the_morning_before() -> None:
    rings = alarms(ics.render(CHECKLIST, DATES))

    for entry in ics.entries(CHECKLIST, DATES):
        assert rings[entry.summary] == datetime.combine(entry.day - timedelta(days=1), time(9))


@pytest.mark.parametrize(
    ("days_ahead", "now", "rings"),
    [
        (2, "08:59", "2026-12-02T09:00"),
        (2, "23:59", "2026-12-02T09:00"),
        (1, "00:00", "2026-12-01T09:00"),
        (1, "08:59", "2026-12-01T09:00"),
        (1, "09:00", "2026-12-02T09:00"),
        (1, "23:59", "2026-12-02T09:00"),
        (0, "00:00", "2026-12-01T09:00"),
        (0, "09:00", "2026-12-01T11:00"),
        (0, "15:30", "2026-12-01T17:00"),
        (0, "23:59", "2026-12-02T00:00"),
    ],
)
def test_no_alarm_lies_in_the_past(days_ahead: int, now: str, rings: str) -> None:
    admission = date.fromisoformat(DAY) + timedelta(days=days_ahead)
    east = timezone(timedelta(hours=8))
    made = datetime.combine(date.fromisoformat(DAY), time.fromisoformat(now), east)
    found = alarms(ics.render(CHECKLIST, Dates(admission=admission), made))

    assert found["入院：照清单登记"] == datetime.fromisoformat(rings)
    assert min(found.values()) > made.replace(tzinfo=None)


@pytest.mark.parametrize("days_ahead", [0, 1, 2])
def test_by_the_clock_no_alarm_lies_in_the_past(days_ahead: int) -> None:
    now = datetime.now()
    day = (now.date() + timedelta(days=days_ahead)).isoformat()
    words = ("--format", "ics", "--admission", day, "--discharge", day)
    done = yibao("plan", *flags(), *words, YIBAO_TODAY="")

    assert done.status == 0, done.err
    assert min(alarms(done.out).values()) > now


def test_a_description_is_the_step_with_its_place() -> None:
    step = CHECKLIST.steps[0]
    entry = next(ics.entries(CHECKLIST, DATES))

    assert entry.lines == (f"□ {step.text}（{step.where}）",)


def test_what_to_do_is_said_in_three_lines() -> None:
    """The musts before the others, in the order in which they are done; no clauses."""
    weights: tuple[Weight, ...] = ("should", "must", "should", "must", "must")
    leave = replace(CHECKLIST.steps[2], where=None, **RULES)
    steps = [
        replace(leave, id=f"s{number}", text=f"第{number}件", weight=weight)
        for number, weight in enumerate(weights)
    ]
    checklist = replace(CHECKLIST, steps=tuple(steps))
    told = {one.kind: one.lines for one in ics.entries(checklist, DATES)}

    assert told["discharge"] == ("□ 第1件", "□ 第3件", "□ 第4件")
    assert all(len(lines) <= 3 for lines in told.values())
    assert not any("第三条" in line for lines in told.values() for line in lines)


def test_lines_are_folded_between_characters() -> None:
    raw = ics.render(CHECKLIST, DATES).encode()

    lines = raw.split(b"\r\n")
    assert lines.pop() == b""
    assert b"\n" not in b"".join(lines)
    assert max(map(len, lines)) <= 75
    for line in lines:
        line.decode("utf-8")


def test_same_input_same_calendar() -> None:
    text = ics.render(CHECKLIST, DATES)
    names = [str(event["uid"]) for event in events(text)]
    later = replace(CHECKLIST, knowledge=replace(CHECKLIST.knowledge, as_of="2026-12-02"))

    assert text == ics.render(CHECKLIST, DATES)
    assert len(set(names)) == len(names)
    assert names == [str(event["uid"]) for event in events(ics.render(later, DATES))]
    text.encode("gbk")


def calendar(**changes: str) -> list[Any]:
    """The events of a discharge on one day, made by the clock."""
    day = (date.today() + timedelta(days=9)).isoformat()
    words = ("--format", "ics", "--discharge", day)
    done = yibao("plan", *flags(**changes), *words, YIBAO_TODAY="")
    assert done.status == 0, done.err
    return events(done.out)


def test_a_newer_calendar_of_a_case_replaces_the_older_one() -> None:
    older = {str(one["uid"]): one for one in calendar()}
    stamp = next(iter(older.values())).decoded("dtstamp")
    wait_for(lambda: datetime.now(timezone.utc) >= stamp + timedelta(seconds=1))
    # What changes as a case goes on.
    newer = {str(one["uid"]): one for one in calendar(filing="已备案", stage="住院中")}

    assert newer.keys() == older.keys()
    for name, one in newer.items():
        assert one["sequence"] >= older[name]["sequence"]
        assert one.decoded("dtstamp") > older[name].decoded("dtstamp")
        assert one["last-modified"].to_ical() == one["dtstamp"].to_ical()


def test_a_calendar_has_a_higher_number_than_one_of_a_minute_before() -> None:
    def numbers(made: datetime) -> set[int]:
        return {one["sequence"] for one in events(ics.render(CHECKLIST, DATES, made))}

    made = datetime(2026, 12, 1, 23, 59, tzinfo=timezone.utc)
    (first,), (second,) = numbers(made), numbers(made + timedelta(minutes=1))
    assert first < second
    assert numbers(datetime(2199, 12, 31, tzinfo=timezone.utc)).pop() < 1 << 31


@pytest.mark.parametrize(
    "changes",
    [
        {"insurance": "职工"},
        {"patient": "老人"},
        {"care": "普通门诊"},
        {"from": "成都"},
        {"to": "上海"},
        {"identity": "港澳台居民"},
    ],
    ids=lambda one: next(iter(one)),
)
def test_two_cases_never_share_an_entry(changes: dict[str, str]) -> None:
    one = {event["uid"] for event in events(ics.render(asked(), DATES))}
    other = {event["uid"] for event in events(ics.render(asked(**changes), DATES))}

    assert one and other and not one & other


@given(st.text(st.characters(codec="utf-8"), min_size=1))
def test_any_text_survives(text: str) -> None:
    step = replace(CHECKLIST.steps[0], text=text, where=None, **ADVICE)
    raw = ics.render(replace(CHECKLIST, steps=(step,)), Dates(admission=DATES.admission))

    (event,) = events(raw)
    assert "\x00" not in raw
    assert str(event["description"]).startswith("□ ")
    if text.isprintable() and "\\" not in text:
        assert f"□ {text}\n" in str(event["description"])
    assert max(len(line) for line in raw.encode().split(b"\r\n")) <= 75


# ---------------------------------------------------------------- with the knowledge


@pytest.mark.parametrize(
    ("changes", "kinds", "words"),
    [
        ({}, {"prepare", "admission", "discharge", "claim", "filing_end"}, "没能直接结算的"),
        ({"stage": "住院中"}, {"discharge", "claim", "filing_end"}, "补备案"),
        (
            {"stage": "已出院"},
            {"claim", "claim_march", "filing_end"},
            said("claim_submit").partition("{")[0],
        ),
        ({"category": "异地长期居住"}, {"filing_lock"}, "长期备案长期有效"),
        ({"category": "临时外出"}, {"filing_end"}, "临时外出备案一般至少管6个月"),
        ({"care": "急诊"}, {"discharge"}, said("emergency_confirm_either")),
    ],
)
def test_real_checklists(changes: dict[str, str], kinds: set[str], words: str) -> None:
    text = ics.render(asked(**changes), DATES)

    assert kinds <= days(asked(**changes)).keys()
    told = "\n".join(f"{event['summary']}\n{event['description']}" for event in events(text))
    assert words in told
    text.encode("gbk")


def test_a_claim_tells_of_local_rules_on_its_topics() -> None:
    checklist = asked(stage="已出院", to="四川绵阳", **{"from": "北京"})
    claim = next(one for one in ics.entries(checklist, DATES) if one.kind == "claim")

    papers, filing = (one.text for one in checklist.local)
    assert f"- {papers}" in claim.lines
    assert f"- {filing}" not in claim.lines
    assert len(claim.lines) == 3


@pytest.mark.parametrize(
    ("reminders", "kinds"),
    [
        ((), set()),
        (("claim",), {"claim"}),
        (("early",), {"claim_early"}),
        (("next_year",), {"claim_march"}),
        (("long_term",), {"filing_lock"}),
        (("temporary",), {"filing_end"}),
    ],
)
def test_no_reminder_no_entry(reminders: tuple[str, ...], kinds: set[str]) -> None:
    said = Reminders(**{name: getattr(knowledge().about.calendar, name) for name in reminders})
    checklist = replace(with_answer("category", "posted_worker"), calendar=said)

    found = days(checklist, Dates(discharge=DATES.discharge, filed_on=DATES.filed_on))
    assert found.keys() - {"discharge"} == kinds


@pytest.mark.parametrize(
    ("discharged", "reminded"),
    [
        # Ahead; past, but not the shortest deadline; that is past as well.
        ("2026-11-01", "2027-03-01"),
        ("2026-06-20", "2026-12-02"),
        ("2026-05-20", None),
    ],
)
def test_who_has_not_claimed_is_reminded_as_long_as_it_helps(
    discharged: str, reminded: str | None
) -> None:
    found = days(asked(stage="已出院"), Dates(discharge=date.fromisoformat(discharged)))

    assert found.get("claim_early") == (date.fromisoformat(reminded) if reminded else None)


def test_reminders_count_as_the_knowledge_says() -> None:
    said = Reminders(
        claim=ClaimReminder(days=10, says="出院一周内就问清。"),
        next_year=YearReminder(month=12, says="这一天只作提醒，不是您那里的截止日。"),
        temporary=MonthsReminder(months=12, says="到哪天，以备案记录为准。"),
    )

    found = days(replace(CHECKLIST, calendar=said))
    assert found["claim"] == date(2026, 12, 30)
    assert found["claim_march"] == date(2027, 12, 1)
    assert found["filing_end"] == date(2027, 8, 31)
