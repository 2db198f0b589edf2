"""The golden texts; `python tests/golden.py` writes them anew after a change on purpose."""

from __future__ import annotations

import golden
import pytest

TEXTS = dict(golden.texts())


@pytest.mark.parametrize("name", TEXTS)
def test_text_is_as_it_was(name: str) -> None:
    with (golden.FOLDER / name).open(encoding="utf-8", newline="") as stream:
        assert stream.read() == TEXTS[name]


def test_no_golden_text_is_left_over() -> None:
    assert {path.name for path in golden.FOLDER.iterdir()} == set(TEXTS)
