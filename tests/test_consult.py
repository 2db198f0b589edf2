"""Whatever is answered, the list speaks of this person's places and of no others."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from support import examples

from yibao_cli.consult import consult
from yibao_cli.knowledge import knowledge
from yibao_cli.places import Place
from yibao_cli.walk import Answers

KNOWN = knowledge()
DAYS = ("2023-06-01", "2026-11-21", "2031-01-01")

# Places of every kind: named by a zone, a fact, a rule or nothing, with districts, without city.
_NAMED = ("上海青浦", "嘉善", "苏州吴江", "新疆", "兵团石河子", "天津", "河北廊坊", "四川省本级",
          "绵阳涪城", "杨凌", "台湾", "四川", "广东湛江徐闻", "西安", "吉林省吉林市")  # fmt: skip
_PLACES = st.sampled_from(KNOWN.places.all()) | st.sampled_from(
    [place for name in _NAMED for place in KNOWN.places.find(name)]
)


def _choices() -> Iterator[tuple[str, st.SearchStrategy[str]]]:
    for question in KNOWN.questions.values():
        if question.kind == "place":
            continue
        ids = st.sampled_from(list(question.options))
        several = st.lists(ids, min_size=1, max_size=3, unique=True).map(",".join)
        yield question.id, several if question.several else ids


_CHOICES = dict(_choices())
_REQUIRED = ("insurance", "care", "filing")
SITUATIONS: st.SearchStrategy[Answers] = st.fixed_dictionaries(
    {"from": _PLACES.filter(lambda place: place.level != "abroad"), "to": _PLACES,
     **{name: _CHOICES[name] for name in _REQUIRED}},
    optional={name: one for name, one in _CHOICES.items() if name not in _REQUIRED},
)  # fmt: skip


@examples(100)
@given(SITUATIONS, st.sampled_from(DAYS))
def test_no_placeholder_is_left(answers: Answers, day: str) -> None:
    shown = msgspec.to_builtins(consult(KNOWN, answers, day))

    assert "{" not in "".join(_texts(shown))


@examples(50)
@given(SITUATIONS)
def test_the_same_answers_give_the_same_list(answers: Answers) -> None:
    first = msgspec.json.encode(consult(KNOWN, answers, DAYS[1]))

    assert msgspec.json.encode(consult(KNOWN, dict(answers), DAYS[1])) == first


def test_places_of_one_person_stand_on_no_other_list() -> None:
    base = {"insurance": "resident", "care": "inpatient", "filing": "none"}
    cities = [one for one in KNOWN.places.all() if one.level == "city"][:60]
    names = {one.name for one in cities}
    for insured, care in zip(cities, reversed(cities), strict=True):
        places: dict[str, Place] = {"from": insured, "to": care}
        shown = consult(KNOWN, {**base, **places}, DAYS[1])
        parts = (shown.answers, shown.steps, shown.trace, shown.contacts)
        text = msgspec.json.encode(parts).decode()

        assert {name for name in names if name in text} == {insured.name, care.name}


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)
