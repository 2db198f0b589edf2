"""The shell recipes in the docs: every one is run, and prints what the page says."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest
from support import environment, search_path

COOKBOOK = Path(__file__).resolve().parent.parent / "docs" / "cookbook.md"


class Recipe(NamedTuple):
    heading: str
    script: str
    prints: str | None


def recipes() -> list[Recipe]:
    found: list[Recipe] = []
    heading = ""
    blocks = re.findall(
        r"^## ([^\n]*)$|^```(bash|text)\n(.*?)^```$",
        COOKBOOK.read_text("utf-8"),
        re.MULTILINE | re.DOTALL,
    )
    for title, kind, text in blocks:
        if title:
            heading = title
        elif kind == "bash":
            found.append(Recipe(heading, text, None))
        else:
            found[-1] = found[-1]._replace(prints=text)
    return found


@pytest.mark.parametrize("recipe", recipes(), ids=lambda one: one.heading)
def test_recipe_works(recipe: Recipe, tmp_path: Path) -> None:
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", recipe.script],
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        env=environment(PATH=search_path()),
        timeout=120,
        check=False,
    )

    assert done.returncode in ((0, 141) if recipe.prints is None else (0,)), done.stderr
    assert recipe.prints is None or done.stdout == recipe.prints
