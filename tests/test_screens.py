"""The screens in docs/screens.md can all be reached, and keep to the window.

The page shows them as they were on the day it was made; an edit of the knowledge needs none of it.
"""

from __future__ import annotations

import pytest
import screens

from yibao_cli.wrap import cells

PAGE = screens.PAGE.read_text("utf-8")


@pytest.mark.parametrize("columns", screens.WIDTHS)
@pytest.mark.parametrize("situation", screens.SITUATIONS, ids=lambda one: one.name)
def test_every_screen_is_reached_and_fits(situation: screens.Situation, columns: int) -> None:
    seen = dict(screens.shots(situation, columns))

    assert [*seen] == [step.shown for step in situation.steps if step.shown]
    for name, text in seen.items():
        assert max(map(cells, text.splitlines())) <= columns, name
        assert f"### {name}（{columns}列）" in PAGE
    # A list that is read at once, and the menu below it.
    shown = seen["清单和接下来能做的事"]
    assert len(shown.splitlines()) <= 45
    assert "代码 " in shown and "q 结束" in shown


def test_no_screen_is_left_over() -> None:
    shown = sum(bool(step.shown) for one in screens.SITUATIONS for step in one.steps)

    assert PAGE.count("```text") == shown * len(screens.WIDTHS)
