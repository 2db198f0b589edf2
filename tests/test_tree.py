"""The knowledge as a whole: every way ends, everything is used, every change is noticed."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
from day import last_read

from yibao_cli import audit
from yibao_cli.audit import cases, mutation, ways
from yibao_cli.knowledge import kinds
from yibao_cli.knowledge.items import QuestionItem
from yibao_cli.knowledge.load import load
from yibao_cli.knowledge.location import shipped

KNOWN, LINES = load(shipped())
CASES = Path(__file__).resolve().parent.parent / "cases"


@pytest.fixture(scope="module")
def survey() -> audit.Survey:
    return audit.survey(KNOWN)


@pytest.fixture(scope="module")
def walked(survey: audit.Survey) -> list[ways.Way]:
    return audit.covering(KNOWN, survey)


def test_every_way_ends_in_an_outcome(survey: audit.Survey) -> None:
    assert survey.holes == []
    assert survey.ways > 10**10


def test_the_knowledge_has_no_fault(survey: audit.Survey) -> None:
    assert audit.check(KNOWN, LINES, survey, last_read()) == []


def test_every_local_fact_can_be_seen(walked: list[ways.Way]) -> None:
    assert audit.unseen(KNOWN, LINES, walked) == []


def test_every_path_is_reached(survey: audit.Survey) -> None:
    assert {KNOWN.outcomes[name].path for name in survey.outcomes} == set(get_args(kinds.Path))


def test_no_way_has_moved() -> None:
    # Where this fails on purpose: yibao check --cases cases --update
    assert cases.replay(KNOWN, CASES)[1] == []


def test_the_digests_cover_the_tree_as_it_is(walked: list[ways.Way], tmp_path: Path) -> None:
    cases.write_digests(tmp_path, walked)

    written, kept = (folder / cases.DIGESTS for folder in (tmp_path, CASES))
    assert written.read_text("utf-8") == kept.read_text("utf-8")


def test_every_change_of_the_knowledge_is_noticed(
    survey: audit.Survey, walked: list[ways.Way]
) -> None:
    count, survivors = mutation.mutate(KNOWN, LINES, survey, walked, cases.read_cases(CASES))

    assert survivors == []
    assert count > 1000


def test_every_displayed_item_has_a_source_or_is_advice() -> None:
    without = [
        item.id
        for item in KNOWN.items.values()
        if isinstance(item, QuestionItem) and not item.text.endswith("？")
    ]

    assert without == []
