"""The short list: how high it is, what is on every one, and that nothing urgent vanishes from it."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import TypeVar

import pytest
from msgspec.structs import replace

from yibao_cli.answers import parse_answers
from yibao_cli.audit.cases import Case, read_cases, recorded
from yibao_cli.consult import consult
from yibao_cli.fitting import passed
from yibao_cli.knowledge import knowledge
from yibao_cli.knowledge.kinds import PHASES
from yibao_cli.knowledge.model import Knowledge
from yibao_cli.places import Place, PlaceRow
from yibao_cli.render import View, render
from yibao_cli.render.brief import CONTACTS, FACTS, FOLDS, QUESTIONS, STEPS, WARNINGS
from yibao_cli.render.outline import Outline
from yibao_cli.render.writer import brief
from yibao_cli.result import Checklist, Remark, Step
from yibao_cli.walk import Answers
from yibao_cli.wrap import cells

# What a list may be high, in lines at 80 columns.
USUAL, HIGHEST, FULL = 23, 26, 110

FOLDER = Path(__file__).parents[1] / "cases"
KNOWN = knowledge(None, None)
CASES = read_cases(FOLDER)
Named = TypeVar("Named", bound=PlaceRow)


def answers_of(case: Case) -> Answers:
    return parse_answers(KNOWN, {name: [text] for name, text in case.answers.items()})


def listed(case: Case) -> Checklist:
    return consult(KNOWN, answers_of(case), case.on or KNOWN.about.read_on)


@cache
def lists_of_cases() -> dict[str, Checklist]:
    return {one.id: listed(one) for one in CASES}


def ways() -> Iterator[tuple[str, Answers, str]]:
    """Every tenth of the ways that stand for all, with the day that it is walked on."""
    for line in list(recorded(FOLDER).values())[::10]:
        text, day, *_ = line.split("\t")
        pairs = (pair.split("=") for pair in text.split(" "))
        yield text, parse_answers(KNOWN, {name: [value] for name, value in pairs}), day


def with_longest_names() -> Knowledge:
    """The knowledge as it would be if places were called by the longest names of all."""
    return replace(KNOWN, place_rows=tuple(map(renamed, KNOWN.place_rows)))


def renamed(place: Named) -> Named:
    """A place under the longest name that there is: of a province, or of all places."""
    if place.level == "abroad":
        return place
    name = longest(one for one in KNOWN.places.all() if place.parent or one.level == "province")
    return replace(place, name=name, short=name)


def longest(places: Iterable[Place]) -> str:
    return max((KNOWN.places.called(one) for one in places), key=cells)


def height(checklist: Checklist, *, full: bool = False) -> int:
    return render(checklist, "plain", view=View(full=full)).count("\n")


def short_texts(document: Outline) -> list[str]:
    """What a short list says, entry by entry, and what belongs to its conclusion."""
    groups = [group for section in document.sections for group in section.groups]
    conclusion = [one for entry in groups[0].entries for one in entry.details]
    return [entry.text for group in groups for entry in group.entries] + conclusion


# ---------------------------------------------------------------- how high it is


def test_no_case_is_too_high() -> None:
    heights = {name: height(one) for name, one in lists_of_cases().items()}

    assert {name: lines for name, lines in heights.items() if lines > HIGHEST} == {}


def test_usual_cases_fit_a_small_window() -> None:
    usual = {one.id: height(lists_of_cases()[one.id]) for one in CASES if one.usual}

    assert len(usual) >= 20
    assert {name: lines for name, lines in usual.items() if lines > USUAL} == {}


def test_the_longest_names_of_places_find_room() -> None:
    known = with_longest_names()
    cases = ((one.id, answers_of(one), one.on or KNOWN.about.read_on) for one in CASES[::3])
    too_high = {}
    for name, answers, day in itertools.chain(ways(), cases):
        found = {
            key: renamed(value) if isinstance(value, Place) else value
            for key, value in answers.items()
        }
        if (lines := height(consult(known, found, day))) > HIGHEST:
            too_high[name] = lines

    assert too_high == {}


def test_everything_is_not_too_long_on_average() -> None:
    heights = [height(one, full=True) for one in lists_of_cases().values()]

    assert sum(heights) / len(heights) <= FULL


@pytest.mark.parametrize("width", [40, 60, 120])
def test_no_line_is_too_wide(width: int) -> None:
    for name, checklist in itertools.islice(lists_of_cases().items(), 0, None, 3):
        lines = render(checklist, "plain", width=width).splitlines()
        assert max(map(cells, lines)) <= width, name


# ---------------------------------------------------------------- what stands on it


def test_no_must_vanishes() -> None:
    """Of every must of the errand that leads, the line of what is folded tells where there is no
    room for it; of the other errands, the conclusion.
    """
    for name, checklist in lists_of_cases().items():
        for folds in range(FOLDS + 1):
            said = "\n".join(short_texts(brief(checklist, folds=folds)))
            told: tuple[Step | Remark, ...] = (*checklist.steps, *checklist.warnings)
            lead = [one for one in told if one.errand == checklist.outcome.errand]
            musts = [one.text for one in lead if one.weight == "must"]
            musts += [one.title for one in checklist.outcomes]
            assert [text for text in musts if text not in said] == [], name


def test_nothing_stands_on_it_twice_or_beyond_its_number() -> None:
    limits = {
        "steps": STEPS,
        "warnings": WARNINGS,
        "local": FACTS,
        "contacts": CONTACTS + QUESTIONS,
    }
    for name, checklist in lists_of_cases().items():
        document = brief(checklist)
        for kind, most in limits.items():
            found = [one for section in document.sections if section.kind == kind
                     for group in section.groups for one in group.entries]  # fmt: skip
            assert len(found) <= most + len(checklist.unknown) * (kind == "local"), (name, kind)
        texts = short_texts(document)
        assert len(texts) == len(set(texts)), name


def test_every_way_has_something_to_do_and_somebody_to_ring() -> None:
    for name, answers, day in ways():
        # Before, no national rule said how a claim is handed in.
        if day < "2023-12-01":
            continue
        checklist = consult(KNOWN, answers, day)
        assert any(one.weight == "must" for one in checklist.steps), name
        if isinstance(answers.get("from"), Place):
            assert any(one.phone for one in checklist.contacts), name


def test_steps_stand_in_an_order_that_can_be_followed() -> None:
    for name, answers, day in ways():
        checklist = consult(KNOWN, answers, day)
        place = {one.id: number for number, one in enumerate(checklist.steps)}
        gone = passed({"stage": str(answers.get("stage", "before"))})
        phases = [PHASES.index(step.phase) for step in checklist.steps]
        assert phases == sorted(phases), name
        for step in checklist.steps:
            needed = [one for one in KNOWN.items[step.id].needs if one in place]
            assert all(place[one] < place[step.id] for one in needed), (name, step.id)
            assert step.by not in gone, (name, step.id)


# ---------------------------------------------------------------- how many musts


def situations() -> Iterator[dict[str, str]]:
    """What a design of this tool turns on, on a journey across provinces and on one inside."""
    names = ("errand", "insurance", "care", "stage", "filing")
    options = [[*KNOWN.questions[name].options] for name in names]
    for insured, care in (("绵阳", "北京"), ("南京", "苏州")):
        for chosen in itertools.product(*options):
            found = dict(zip(names, chosen, strict=True))
            # Other errands than care turn neither on the kind of care nor on the filing.
            if found["errand"] == "care" or chosen[2::2] == (options[2][0], options[4][0]):
                yield {**found, "from": insured, "to": care}


def test_no_situation_asks_for_more_than_five_musts() -> None:
    """With the defaults, and with any one further answer; each in its turn."""
    further = [
        (one.id, option)
        for one in KNOWN.questions.values()
        for option in one.options
        if option != one.default
    ]
    turns = itertools.cycle(further)
    for base in situations():
        unsaid = [pair for pair in itertools.islice(turns, 3) if pair[0] not in base]
        for more in ({}, *({name: value} for name, value in unsaid)):
            texts = {name: [value] for name, value in {**base, **more}.items()}
            checklist = consult(KNOWN, parse_answers(KNOWN, texts), KNOWN.about.read_on)
            musts = [step.id for step in checklist.steps if step.weight == "must"]
            assert 1 <= len(musts) <= STEPS, (texts, musts)


# ---------------------------------------------------------------- the words of the offices


def test_words_of_the_offices_are_explained_where_there_is_room() -> None:
    """In everything and on a page, and there only those that stand in it; a window has no room."""
    words = KNOWN.wording.explained
    for name, checklist in itertools.islice(lists_of_cases().items(), 0, None, 10):
        everything = render(checklist, "markdown", view=View(full=True))
        for page in (everything, render(checklist, "markdown")):
            before, _, after = page.partition("\n## 办事用语\n\n")
            line = after.partition("\n")[0]
            told = dict(one.split("：", 1) for one in line.removesuffix("。").split("；") if one)
            assert told == {word: words[word] for word in told}, name
            assert [word for word in told if word not in before] == [], name
        assert "备案" not in everything or f"备案：{words['备案']}" in everything, name
        assert "办事用语" in render(checklist, "html"), name
        assert words["备案"] not in render(checklist, "plain"), name
