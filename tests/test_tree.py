"""The knowledge as a whole: every way ends, everything is used, everything has a basis."""

from __future__ import annotations

import pytest

from yibao_cli import audit
from yibao_cli.knowledge import knowledge
from yibao_cli.knowledge.load import PATHS
from yibao_cli.model import Item

KNOWN = knowledge()


@pytest.fixture(scope="module")
def survey() -> audit.Survey:
    return audit.survey(KNOWN)


def test_every_way_ends_in_an_outcome(survey: audit.Survey) -> None:
    assert survey.holes == []
    assert survey.ways > 10**9


def test_everything_is_reached(survey: audit.Survey) -> None:
    assert audit.findings(KNOWN, survey) == []


def test_every_path_of_the_contract_is_reached(survey: audit.Survey) -> None:
    reached = {KNOWN.outcomes[name].path for name in survey.outcomes}

    assert reached == set(PATHS)


@pytest.mark.parametrize("item", KNOWN.items.values(), ids=lambda item: item.id)
def test_every_item_has_a_source_or_is_advice(item: Item) -> None:
    if item.kind == "question":
        assert item.text.endswith("？")
    else:
        cited = [cite for name in item.basis.rules for cite in KNOWN.rules[name].cites]
        assert item.basis.advice or cited


def test_every_rule_and_source_is_used() -> None:
    used = {
        name
        for thing in (*KNOWN.items.values(), *KNOWN.outcomes.values())
        for name in thing.basis.rules
    }

    assert set(KNOWN.rules) - used == set()


def test_every_question_has_a_way_for_who_does_not_know() -> None:
    without = {
        question.id
        for question in KNOWN.questions.values()
        if question.kind == "choice"
        and question.default is None
        and not any(option.id == "unsure" for option in question.options)
    }

    # What somebody wants to have treated is known to them.
    assert without == {"care"}


def test_all_text_prints_on_gbk_consoles() -> None:
    texts = [
        text
        for item in KNOWN.items.values()
        for text in (item.text, item.detail, item.where, item.deadline, item.purpose)
        if text
    ]
    texts += [text for one in KNOWN.outcomes.values() for text in (one.title, one.summary)]
    texts += [fact.says for sheet in KNOWN.sheets.values() for fact in sheet.facts]

    for text in texts:
        text.encode("gbk")


def test_no_item_is_longer_than_sixty_characters() -> None:
    assert [item.id for item in KNOWN.items.values() if len(item.text) > 60] == []
