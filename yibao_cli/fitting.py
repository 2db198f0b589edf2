"""Which items stand on a list, and in which order its steps do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import structs

from yibao_cli.knowledge.items import AnyItem, StepItem
from yibao_cli.knowledge.kinds import PHASES, URGENCIES, By
from yibao_cli.knowledge.law import Wording

_PASSED: dict[str, tuple[By, ...]] = {
    "in_care": ("leaving", "registration"),
    "paid": ("leaving", "registration", "treatment", "paying", "discharge"),
}


def passed(values: Mapping[str, str]) -> tuple[By, ...]:
    """The moments that have passed by the answer to `stage`, before which nothing can be done.

    Where it is another answer, or nobody asks for the stage, nothing has passed.
    """
    return _PASSED.get(values.get("stage", ""), ())


def fits(values: Mapping[str, str], when: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether something is about these answers: an unclear one only where it is listed."""
    return all(values.get(name, "unsure") in options for name, options in when.items())


def in_order(steps: Iterable[StepItem]) -> list[StepItem]:
    """Steps as they are done: by phase and urgency, then as the knowledge has them, and none
    before what it needs. A circle of needs is refused by `yibao check`.
    """
    left = {
        one.id: one
        for one in sorted(
            steps, key=lambda one: (PHASES.index(one.phase), URGENCIES.index(one.urgency))
        )
    }
    found: list[StepItem] = []

    def take(step: StepItem) -> None:
        for needed in step.needs:
            if needed in left:
                take(left.pop(needed))
        found.append(step)

    while left:
        take(left.pop(next(iter(left))))
    return found


def reworded(item: AnyItem, wording: Wording) -> AnyItem:
    """An item as a local rule words it."""
    return structs.replace(item, **wording.changes())
