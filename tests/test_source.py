"""The code fits every supported Python, as far as one interpreter can tell."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("yibao_cli", "tests", "docs", "tools", "benchmarks")
FILES = sorted(path for name in FOLDERS for path in (ROOT / name).rglob("*.py"))
PROJECT = (ROOT / "pyproject.toml").read_text("utf-8")
MAJOR, MINOR = re.findall(r'requires-python = ">=(\d+)\.(\d+)"', PROJECT)[0]


@pytest.mark.parametrize(
    "path", [*FILES, ROOT / "hatch_build.py"], ids=lambda path: path.relative_to(ROOT).as_posix()
)
def test_syntax_is_that_of_the_oldest_python(path: Path) -> None:
    ast.parse(path.read_text("utf-8"), feature_version=(int(MAJOR), int(MINOR)))


def test_every_tool_knows_the_oldest_python() -> None:
    oldest = f"{MAJOR}.{MINOR}"

    assert f'target-version = "py{MAJOR}{MINOR}"' in PROJECT
    assert f'python_version = "{oldest}"' in PROJECT
    assert f'"Programming Language :: Python :: {oldest}"' in PROJECT
