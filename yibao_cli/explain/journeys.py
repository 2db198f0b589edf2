"""The journeys that a change of places can make, one for each class of facts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from yibao_cli import facts
from yibao_cli.explain.situation import Situation
from yibao_cli.model import Knowledge
from yibao_cli.regions import Place
from yibao_cli.walk import Answers


@dataclass(frozen=True, slots=True, eq=False)
class Journey:
    """Two places to try, what they are for the tree, and how many changes they are."""

    places: Answers
    facts: Mapping[str, str]
    cost: int


def journeys(base: Situation) -> Iterator[Journey]:
    """The journey as it is, then one for every other class of facts that two places can have.

    The nearest come first: another place of care, another insured place, another journey.
    """
    known = base.knowledge
    given = {name: value for name, value in base.answers.items() if isinstance(value, Place)}
    seen: set[tuple[str, ...]] = set()

    def derive(insured: Place, care: Place) -> dict[str, str]:
        return facts.derived(facts.Journey(known, insured, care, base.day))

    insured, care = given.get("from"), given.get("to")
    now = derive(insured, care) if insured and care else {}
    seen.add(tuple(now.values()))
    yield Journey(given, now, 0)
    ends = [one for one in (insured, care) if one]
    examples = list(_examples(known, ends))
    standings = {one: facts.standing(known, one, base.day) for one in (*ends, *examples)}
    alike: set[tuple[object, ...]] = set()
    for here, there in (
        ([insured] if insured else [], examples),
        (examples, [care] if care else []),
        (examples, examples),
    ):
        for one in here:
            for other in there if one.level != "abroad" else ():
                same = one.code == other.code, one.province == other.province
                kind = (standings[one], standings[other], *same)
                if kind in alike:
                    continue
                alike.add(kind)
                derived = derive(one, other)
                if tuple(derived.values()) not in seen:
                    seen.add(tuple(derived.values()))
                    yield Journey({"from": one, "to": other}, derived, 1)


def _examples(known: Knowledge, given: list[Place]) -> Iterator[Place]:
    """Places of every kind: those given and their neighbours, provinces, those with own rules."""
    gazetteer = known.places
    codes: dict[str, None] = {one.code: None for one in given}
    for one in given:
        codes.update(dict.fromkeys(city.code for city in gazetteer.children(one.province)[:2]))
    for zone in known.zones:
        codes.update(dict.fromkeys(zone.members))
    for place in gazetteer.all():
        if place.level in ("province", "abroad"):
            cities = gazetteer.children(place.code)[:1]
            codes.update(dict.fromkeys((*(city.code for city in cities), place.code)))
    for code, sheet in known.sheets.items():
        if sheet.rules:
            codes[code] = None
            codes.update(dict.fromkeys(city.code for city in gazetteer.children(code)[:2]))
    yield from map(gazetteer.get, codes)
