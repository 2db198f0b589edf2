"""What a consultant remembers changes nothing: it answers as one who has seen nobody before."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from support import examples

from yibao_cli.consult import Consultant, consult
from yibao_cli.errors import MissingAnswerError
from yibao_cli.knowledge import knowledge
from yibao_cli.model import Checklist
from yibao_cli.regions import Place
from yibao_cli.render.json_ import compact, payload
from yibao_cli.render.lines import Lines

KNOWN = knowledge()
DAYS = ("2023-06-01", "2026-11-21", "2031-01-01")
# For each test all of its examples go to the same consultants, in whatever order they come.
OLD_HANDS = {day: Consultant(KNOWN, day) for day in DAYS}
WRITERS = {day: Lines(one) for day, one in OLD_HANDS.items()}

Answers = dict[str, "str | Place"]

# Places of every kind: named by a zone, a fact, a rule or nothing, with districts, without city.
_NAMED = ("上海青浦", "嘉善", "苏州吴江", "新疆", "兵团石河子", "天津", "河北廊坊", "四川省本级",
          "绵阳涪城", "杨凌", "台湾", "四川", "广东湛江徐闻", "西安", "吉林省吉林市")  # fmt: skip
_PLACES = st.sampled_from(KNOWN.places.all()) | st.sampled_from(
    [place for name in _NAMED for place in KNOWN.places.find(name)]
)


def _choices() -> Iterator[tuple[str, st.SearchStrategy[str]]]:
    for question in KNOWN.questions.values():
        ids = st.sampled_from([option.id for option in question.options])
        if question.several:
            yield question.id, st.lists(ids, min_size=1, max_size=3, unique=True).map(",".join)
        elif question.kind != "place":
            yield question.id, ids


_CHOICES = dict(_choices())
_REQUIRED = ("insurance", "care", "filing")
SITUATIONS: st.SearchStrategy[Answers] = st.fixed_dictionaries(
    {"from": _PLACES.filter(lambda place: place.level != "abroad"), "to": _PLACES,
     **{name: _CHOICES[name] for name in _REQUIRED}},
    optional={name: one for name, one in _CHOICES.items() if name not in _REQUIRED},
)  # fmt: skip


def asked(consultant: Consultant, answers: Answers) -> Checklist | tuple[Any, ...]:
    try:
        return consultant.case(answers).checklist()
    except MissingAnswerError as error:
        return error.findings


@examples(100)
@given(st.lists(SITUATIONS, min_size=1, max_size=3), _PLACES, st.sampled_from(DAYS))
def test_what_came_before_changes_nothing(
    situations: list[Answers], other: Place, day: str
) -> None:
    # The same answers from elsewhere share what is remembered; the first is asked again after.
    swapped = [{**one, "to": other} for one in situations]
    for answers in (*situations, *swapped, situations[0]):
        fresh = consult(KNOWN, answers, day)
        case = OLD_HANDS[day].case(answers)

        assert case.checklist() == fresh
        assert list(case.checklist().places) == list(fresh.places)
        assert case.conclusion == fresh.conclusion
        assert WRITERS[day].line(case).decode() == compact(payload(fresh))
        assert "{" not in "".join(_texts(payload(fresh)))


@settings(deadline=None)
@given(SITUATIONS, st.sets(st.sampled_from(("from", "to", *_REQUIRED))))
def test_what_is_missing_is_told_alike(answers: Answers, left_out: set[str]) -> None:
    known = {name: value for name, value in answers.items() if name not in left_out}
    old, fresh = OLD_HANDS[DAYS[1]], Consultant(KNOWN, DAYS[1])

    assert asked(old, known) == asked(fresh, known)
    assert asked(old, answers) == asked(fresh, answers)


def test_names_of_one_row_stand_in_no_other() -> None:
    base: Answers = {"insurance": "resident", "care": "inpatient", "filing": "none"}
    places = [one for one in KNOWN.places.all() if one.level == "city"][:60]
    consultant = Consultant(KNOWN, DAYS[1])
    writer = Lines(consultant)
    cases = [
        consultant.case({**base, "from": insured, "to": care})
        for insured, care in zip(places, reversed(places), strict=True)
    ]

    for case, insured, care in zip(cases, places, reversed(places), strict=True):
        text = writer.line(case).decode()
        others = {one.name for one in places} - {insured.name, care.name}
        shown = [json.loads(text)[part] for part in ("answers", "steps", "trace", "contacts")]
        assert insured.name in text and care.name in text
        assert not [name for name in others if name in json.dumps(shown, ensure_ascii=False)]


def test_places_that_nothing_is_said_of_share_what_is_remembered() -> None:
    base: Answers = {"insurance": "employee", "care": "inpatient", "filing": "valid"}
    consultant = Consultant(KNOWN, DAYS[1])
    drafts = {
        id(consultant.case({**base, "from": insured, "to": care}).draft)
        for insured in KNOWN.places.children("510000")
        for care in KNOWN.places.children("430000")
    }

    assert len(drafts) < 4


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
