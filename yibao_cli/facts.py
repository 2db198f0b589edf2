"""Facts that the tree switches on: derived from the two places, the local rules and the day."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Literal

from msgspec import Struct

from yibao_cli.knowledge.law import FilingInside, Maternity, Zone
from yibao_cli.knowledge.model import Knowledge, in_force
from yibao_cli.places import Place

_XINJIANG, _BINGTUAN = "650000", "660000"


class Journey(Struct, frozen=True):
    """What facts are derived from: both places, and an ISO day."""

    knowledge: Knowledge
    insured: Place
    care: Place
    day: str


def journey_of(
    knowledge: Knowledge, answers: Mapping[str, str | Place], day: str
) -> Journey | None:
    """The journey between the places that were answered; None until both are."""
    insured, care = answers.get("from"), answers.get("to")
    if not isinstance(insured, Place) or not isinstance(care, Place):
        return None
    return Journey(knowledge, insured, care, day)


def relation(journey: Journey) -> str:
    """How the place of care lies to the insured place."""
    insured, care = journey.insured, journey.care
    if care.level == "abroad":
        return "abroad"
    if insured.code == care.code and insured.is_pooling_area:
        return "same_pool"
    return "same_province" if insured.shares_province(care) else "other_province"


def filing_rule(journey: Journey) -> str:
    """Whether a filing is needed: local, zone (filing-free), free, required, unknown.

    Between provinces it is, except inside a filing-free zone; inside a province the rule of the
    insured city or province decides, and where none is known, that is the answer.
    """
    lies = relation(journey)
    if lies == "same_pool":
        return "local"
    if lies == "abroad":
        return "none"
    if lies == "other_province":
        return "zone" if shared_zone(journey) else "required"
    rule = local_rule(journey.knowledge, journey.insured, "filing_inside", journey.day)
    return rule.value if rule else "unknown"


def zone(journey: Journey) -> str:
    """The filing-free zone that holds both places."""
    found = shared_zone(journey) if relation(journey) == "other_province" else None
    return found.id if found else "none"


def maternity_rule(journey: Journey) -> str:
    """How births away from home are settled by the insured place's rule."""
    rule = local_rule(journey.knowledge, journey.insured, "maternity", journey.day)
    if rule is None:
        return "unknown"
    if rule.value == "direct_inside":
        return "direct" if relation(journey) == "same_province" else "unknown"
    return rule.value


def neighbours(journey: Journey) -> str:
    """Two insurances that share one territory: 新疆 and its 兵团."""
    pair = {journey.insured.province, journey.care.province}
    return "xinjiang_bingtuan" if pair == {_XINJIANG, _BINGTUAN} else "none"


def to_detail(journey: Journey) -> str:
    """Whether the place of care is exact enough to file to."""
    exact = journey.care.is_pooling_area or journey.care.level == "abroad"
    return "city" if exact else "province"


def local_rule(
    knowledge: Knowledge, place: Place, name: Literal["filing_inside", "maternity"], day: str
) -> FilingInside | Maternity | None:
    """The rule of a city, or else of its province, that holds on an ISO day."""
    rules = (getattr(sheet.rules, name) for sheet in knowledge.sheets_of(place))
    found: Iterator[FilingInside | Maternity] = (one for one in rules if one and in_force(one, day))
    return next(found, None)


def local_basis(
    journey: Journey, name: Literal["filing_inside", "maternity", "zone"]
) -> FilingInside | Maternity | Zone | None:
    """The local rule or zone by which a journey is decided."""
    if name == "zone":
        return shared_zone(journey)
    return local_rule(journey.knowledge, journey.insured, name, journey.day)


def shared_zone(journey: Journey) -> Zone | None:
    """The filing-free zone both places belong to, if any on that day."""
    at_home, away = (
        zones_of(journey.knowledge, place, journey.day) for place in (journey.insured, journey.care)
    )
    return next((one for one in at_home if one in away), None)


def zones_of(knowledge: Knowledge, place: Place, day: str) -> tuple[Zone, ...]:
    """The filing-free zones of an ISO day that a place belongs to."""
    codes = place.codes
    zones = [one for one in knowledge.zones.values() if in_force(one, day)]
    return tuple(one for one in zones if not codes.isdisjoint(one.members))


def derived(journey: Journey) -> dict[str, str]:
    """Every fact of a journey by its name."""
    return {name: derive(journey) for name, derive in FACTS.items()}


def standing(knowledge: Knowledge, place: Place, day: str) -> tuple[object, ...]:
    """Everything about one place that a fact may turn on.

    Where two journeys agree in the standings of both ends, and in whether these are one place and
    in one province, every fact is the same: thousands of pairs need not be derived one by one.
    """
    codes = place.codes
    rules = (
        local_rule(knowledge, place, "filing_inside", day),
        local_rule(knowledge, place, "maternity", day),
    )
    return (
        place.level == "abroad",
        place.is_pooling_area,
        place.province if place.province in (_XINJIANG, _BINGTUAN) else None,
        *(rule.value if rule else None for rule in rules),
        *(codes.isdisjoint(one.members) for one in knowledge.zones.values()),
    )


FACTS: dict[str, Callable[[Journey], str]] = {
    one.__name__: one
    for one in (relation, filing_rule, zone, maternity_rule, neighbours, to_detail)
}
"""How each fact is derived. The walk itself knows whether something was `concluded`."""
