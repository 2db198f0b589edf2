"""The code fits every supported Python, as far as one interpreter can tell."""

from __future__ import annotations

import ast
import re
from graphlib import TopologicalSorter
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


# ---------------------------------------------------------------- how it is built

PACKAGE = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in FILES
    if path.is_relative_to(ROOT / "yibao_cli")
}
TREES = {name: ast.parse(path.read_text("utf-8")) for name, path in PACKAGE.items()}
LONGEST_MODULE, LONGEST_FUNCTION = 400, 40


def test_no_module_is_long() -> None:
    lines = {name: len(path.read_text("utf-8").splitlines()) for name, path in PACKAGE.items()}

    assert [name for name, count in lines.items() if count > LONGEST_MODULE] == []


def test_no_function_is_long() -> None:
    """What it takes and what it is for are not counted."""
    functions = [
        (f"{name}: {node.name}", (node.end_lineno or 0) - begin(node) + 1)
        for name, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
    ]

    assert [name for name, count in functions if count > LONGEST_FUNCTION] == []


def test_no_import_goes_round() -> None:
    TopologicalSorter({name: imported(tree) for name, tree in TREES.items()}).prepare()


def begin(function: ast.FunctionDef) -> int:
    """The line of the first statement."""
    described = ast.get_docstring(function) is not None and len(function.body) > 1
    return function.body[described].lineno


def imported(tree: ast.Module) -> set[str]:
    """The modules of the package that a module imports when it is itself imported: not those for
    types alone, and not those that a function imports when it is called.
    """
    found = set()
    for node in tree.body:
        if isinstance(node, ast.ImportFrom):
            within = f"{node.module}."
            found |= {f"{within}{one.name}" for one in node.names} | {str(node.module)}
        elif isinstance(node, ast.Import):
            found |= {one.name for one in node.names}
    return found & PACKAGE.keys()
