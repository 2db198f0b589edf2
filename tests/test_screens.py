"""The screens in docs/screens.md are what a person sees."""

from __future__ import annotations

import pytest
import screens

PAGE = screens.PAGE.read_text("utf-8")


@pytest.mark.parametrize("columns", screens.WIDTHS)
@pytest.mark.parametrize("situation", screens.SITUATIONS, ids=lambda one: one.name)
def test_screens_are_current(situation: screens.Situation, columns: int) -> None:
    seen = "\n".join(screens.section(situation, columns))

    assert seen in PAGE, "run: python tests/screens.py"


def test_no_screen_is_left_over() -> None:
    shown = sum(bool(step.shown) for one in screens.SITUATIONS for step in one.steps)

    assert PAGE.count("```text") == shown * len(screens.WIDTHS)
