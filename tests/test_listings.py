"""Listings of the knowledge itself: what is known of one place."""

from __future__ import annotations

import json

import pytest
from support import yibao

from yibao_cli.knowledge import knowledge
from yibao_cli.render import json_text, listings


@pytest.mark.parametrize("called", ["吉林市", "四川"])
def test_a_place_is_called_as_it_is_on_a_list(called: str) -> None:
    assert f"我参加的是{called}的医保" in yibao("region", called, COLUMNS="200").out


@pytest.mark.parametrize(("day", "zones"), [("2023-12-31", []), ("2024-01-01", ["京津冀"])])
def test_a_zone_is_listed_from_its_first_day_on(day: str, zones: list[str]) -> None:
    known = knowledge()
    place = known.places.get("120000")

    assert json.loads(json_text(listings.region(known, place, day).data))["zones"] == zones
