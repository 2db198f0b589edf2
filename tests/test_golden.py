"""The golden texts; `python tests/golden.py` writes them anew after a change on purpose."""

from __future__ import annotations

from functools import cache

import golden
import pytest

from yibao_cli.formats import ALL_FORMATS
from yibao_cli.knowledge import knowledge


@cache
def texts() -> dict[str, str]:
    return dict(golden.outcomes())


@pytest.mark.parametrize("outcome", knowledge().outcomes)
def test_outcome(outcome: str) -> None:
    name = f"outcomes/{outcome}.txt"

    assert texts()[name] == (golden.FOLDER / name).read_text("utf-8")


@pytest.mark.parametrize("fmt", ALL_FORMATS)
def test_format(fmt: str) -> None:
    name = f"formats/{fmt}.txt"
    with (golden.FOLDER / name).open(encoding="utf-8", newline="") as stream:
        expected = stream.read()

    assert dict(golden.formats())[name] == expected


def test_every_sentence_for_a_proxy() -> None:
    [(name, text)] = golden.proxy()

    assert text == (golden.FOLDER / name).read_text("utf-8")


def test_no_golden_text_is_left_over() -> None:
    kept = {path.stem for path in (golden.FOLDER / "outcomes").iterdir()}

    assert kept == set(knowledge().outcomes)
