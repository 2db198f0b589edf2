"""What the knowledge says of the places of a journey, whatever else is answered.

There are hundreds of thousands of pairs of places, but the knowledge names only some places.
Two others of one province differ in nothing but their names, so they share what is found here.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from yibao_cli import facts
from yibao_cli.forms import Memory
from yibao_cli.model import Knowledge, LocalFact, LocalRule, Zone
from yibao_cli.regions import Place
from yibao_cli.values import Value

_PLACES, _GROUNDS = 8192, 16384


class Ground(Value):
    """All that a checklist depends on of its places, except what they are called.

    `values` are those of the derived facts, `facts` the local facts that may be shown in the
    order of their topics, `home` the places that a source may be at home in. `journey` is one of
    those that share this ground; None where a place is not given.
    """

    values: tuple[str, ...]
    facts: tuple[LocalFact, ...]
    home: frozenset[str]
    journey: facts.Journey | None

    @property
    def derived(self) -> dict[str, str]:
        """The derived facts by their names; none where a place is not given."""
        return dict(zip(facts.FACTS, self.values, strict=False))

    def basis(self, name: str) -> LocalRule | Zone | None:
        """The local rule or zone by which such journeys are decided."""
        return facts.local_basis(self.journey, name) if self.journey else None


class Grounds:
    """The grounds of one knowledge on one ISO day; safe in threads."""

    def __init__(self, knowledge: Knowledge, day: str) -> None:
        self._knowledge = knowledge
        self._day = day
        self._order = {topic: number for number, topic in enumerate(knowledge.about.topics)}
        self._scopes = {one.scope for one in knowledge.sources.values() if one.scope}
        self._named = self._scopes | _named(knowledge)
        self._kind = lru_cache(_PLACES)(self._kind_of)
        self._told = lru_cache(_PLACES)(self._told_of)
        self._grounds: Memory[object, Ground] = Memory(_GROUNDS)

    def of(self, places: Mapping[str, Place]) -> Ground:
        """The ground of places by the questions that they answer."""
        insured, care = places.get("from"), places.get("to")
        key = (
            *[(name, self._kind(place)) for name, place in places.items()],
            insured is not None and care is not None and insured.code == care.code,
        )
        found = self._grounds.get(key)
        return found or self._grounds.keep(key, self._make(places))

    def _kind_of(self, place: Place) -> tuple[str, str]:
        """The same for places that the knowledge cannot tell apart."""
        plain = place.level in ("city", "county", "pool") and place.code not in self._named
        district = place.district_code if place.district_code in self._named else ""
        return f"{place.province}, any" if plain else place.code, district

    def _make(self, places: Mapping[str, Place]) -> Ground:
        codes = {code for place in places.values() for code in (place.code, place.province)}
        home = frozenset(codes & self._scopes)
        insured, care = places.get("from"), places.get("to")
        if insured is None or care is None:
            return Ground((), (), home, None)
        journey = facts.Journey(self._knowledge, insured, care, self._day)
        values = tuple(facts.derived(journey).values())
        return Ground(values, self._facts(insured, care), home, journey)

    def _facts(self, insured: Place, care: Place) -> tuple[LocalFact, ...]:
        """Statements about the insured place and the place of care."""
        if care.level == "abroad":
            return ()
        reach = "inside" if insured.province == care.province else "across"
        found: list[LocalFact] = []
        for role, place, other in (("insured", insured, care), ("care", care, insured)):
            ends = {other.code, other.province, other.district_code}
            found += [
                fact
                for fact in self._told(place.code, place.province, role, reach)
                if (not fact.only_with or ends & set(fact.only_with))
                and not ends & set(fact.never_with)
            ]
        return tuple(sorted(found, key=lambda fact: self._order[fact.topic]))

    def _told_of(self, code: str, province: str, role: str, reach: str) -> tuple[LocalFact, ...]:
        """Statements in force about a place in one role, whatever is at the other end."""
        sheets = (self._knowledge.sheets.get(one) for one in dict.fromkeys((code, province)))
        return tuple(
            fact
            for sheet in sheets
            if sheet
            for fact in sheet.facts
            if fact.role == role and fact.reach in (None, reach) and fact.in_force(self._day)
        )


def _named(knowledge: Knowledge) -> set[str]:
    """The places and districts that the knowledge says something about."""
    found = set(knowledge.sheets)
    for zone in knowledge.zones:
        found.update(zone.members)
    for sheet in knowledge.sheets.values():
        for fact in sheet.facts:
            found.update(fact.only_with, fact.never_with)
    return found
