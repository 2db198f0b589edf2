"""The short list: what a person needs in order to act, and nothing else; `--full` has the rest.

It is the conclusion with the situation, at
most five steps, the papers by name, two warnings, two local facts, the hotline with two questions,
and a line that says what is folded. No must vanishes: one that finds no room is named there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from msgspec.structs import replace

from yibao_cli.knowledge.kinds import URGENCIES, WEIGHTS
from yibao_cli.result import Checklist, Step
from yibao_cli.result import Entry as Listed

STEPS = 5
WARNINGS = FACTS = QUESTIONS = CONTACTS = 2
FOLDS = 5
"""How many things give way on a low page, see `few`."""

AnyListed = TypeVar("AnyListed", bound=Listed)


def few(checklist: Checklist, folds: int) -> Checklist:
    """What of a checklist stands on the short list.

    On a low page the first `folds` of these give way: the blank lines between its parts (whoever
    draws it leaves them out), the second question, the second local fact, the summary, the second
    warning that is only should.
    """
    outcome, lead = checklist.outcome, checklist.outcome.errand

    def leading(entries: Iterable[AnyListed]) -> list[AnyListed]:
        # The errand with the nearest deadline leads; the others are a line each.
        return [one for one in entries if one.errand == lead and one.weight != "background"]

    warnings = _weightiest(leading(checklist.warnings), WARNINGS)
    if folds >= 5 and len(warnings) > 1 and warnings[1].weight != "must":
        warnings = warnings[:1]
    # What is asked is about the errand that leads, as far as there is something to ask.
    asked = sorted(
        checklist.questions, key=lambda one: (one.errand != lead, WEIGHTS.index(one.weight))
    )
    numbers = [one for one in checklist.contacts if one.phone and one.weight == "must"]
    return replace(
        checklist,
        outcome=outcome if folds < 4 else replace(outcome, summary=""),
        steps=tuple(most_urgent(leading(checklist.steps), STEPS)),
        documents=tuple(leading(checklist.documents)),
        warnings=tuple(warnings),
        local=tuple(_weightiest(checklist.local, FACTS if folds < 3 else 1)),
        questions=tuple(asked[: QUESTIONS if folds < 2 else 1]),
        contacts=tuple(numbers[:CONTACTS]),
        notes=(),
        sources=(),
    )


def most_urgent(steps: Sequence[Step], most: int) -> list[Step]:
    """So many steps, in the order of the list: musts first, the most urgent of them."""
    ranked = sorted(
        steps, key=lambda one: (WEIGHTS.index(one.weight), URGENCIES.index(one.urgency))
    )
    chosen = ranked[:most]
    return [one for one in steps if one in chosen]


def _weightiest(entries: Iterable[AnyListed], most: int) -> list[AnyListed]:
    """The entries that count most, none of them mere background."""
    shown = [one for one in entries if one.weight != "background"]
    return sorted(shown, key=lambda one: WEIGHTS.index(one.weight))[:most]
