"""Facts of a journey depend on nothing but the standings of its two ends."""

from __future__ import annotations

from yibao_cli import facts
from yibao_cli.answers import parse_answers
from yibao_cli.consult import consult
from yibao_cli.knowledge import knowledge
from yibao_cli.knowledge.law import LocalRules
from yibao_cli.knowledge.tree import FACT_VALUES
from yibao_cli.places import Place

KNOWN = knowledge()
DAYS = ("2023-06-01", "2024-05-01", "2026-11-21")


def places() -> list[Place]:
    """Provinces, two cities of each, places with rules of their own and the parts of zones."""
    found: dict[str, None] = {}
    none = LocalRules()
    for place in KNOWN.places.all():
        if place.level in ("province", "abroad"):
            cities = KNOWN.places.children(place.code)[:2]
            found.update(dict.fromkeys((place.code, *(city.code for city in cities))))
    found.update(dict.fromkeys(code for code, sheet in KNOWN.sheets.items() if sheet.rules != none))
    found.update(dict.fromkeys(code for zone in KNOWN.zones.values() for code in zone.members))
    return [KNOWN.places.get(code) for code in found]


def test_journeys_of_one_kind_have_the_same_facts() -> None:
    for day in DAYS:
        standings = {place: facts.standing(KNOWN, place, day) for place in places()}
        seen: dict[tuple[object, ...], tuple[str, ...]] = {}
        for insured, mine in standings.items():
            for care, theirs in standings.items():
                same = insured.code == care.code, insured.province == care.province
                journey = facts.Journey(KNOWN, insured, care, day)
                found = facts.derived(journey)
                assert all(value in KNOWN.fact_values(name) for name, value in found.items())
                derived = tuple(found.values())
                assert seen.setdefault((mine, theirs, *same), derived) == derived
        # Far fewer kinds than journeys, or knowing the kind would save nothing.
        assert len(seen) * 10 < len(standings) ** 2


def test_every_fact_that_a_node_may_name_is_derived() -> None:
    assert {*facts.FACTS, "concluded"} == {*FACT_VALUES}


def test_a_local_fact_that_was_not_read_again_says_so() -> None:
    said = {"insurance": "居民", "from": "南京", "to": "北京", "care": "住院", "filing": "未备案"}
    answers = parse_answers(KNOWN, {name: [text] for name, text in said.items()})
    now, later = (consult(KNOWN, answers, day).local for day in (DAYS[-1], "2099-01-01"))

    assert now and not any("没有复查" in (one.detail or "") for one in now)
    assert later and all("起没有复查，可能已变" in (one.detail or "") for one in later)
