"""What was once promised is still there: keys of `yibao.checklist/1`, and names under `was`."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yibao_cli
from yibao_cli.knowledge import knowledge

SCHEMA = json.loads((Path(yibao_cli.__file__).parent / "schema/checklist.json").read_text("utf-8"))
# Only lengthened; a key that has to go makes a `/2`.
PUBLISHED = Path(__file__).resolve().parent / "published/checklist-1.txt"
# Programs turn on these: only lengthened, too.
CODES = PUBLISHED.with_name("error-codes.txt")


def keys(schema: Any, path: str = "") -> Iterator[str]:
    """Every key with its path and types, and whether it is always there."""
    if not isinstance(schema, dict):
        return
    if "$ref" in schema:
        schema = {**SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]], **schema}
    for name, part in schema.get("properties", {}).items():
        always = "always" if name in schema.get("required", ()) else "sometimes"
        types = part.get("type", "")
        shown = types if isinstance(types, str) else "|".join(sorted(types))
        yield f"{path}.{name} {shown} {always}".replace("  ", " ")
        yield from keys(part, f"{path}.{name}")
    for more in ("items", "additionalProperties"):
        yield from keys(schema.get(more), f"{path}[]")


def test_published_keys_are_still_there() -> None:
    published = PUBLISHED.read_text("utf-8").splitlines()

    assert "schema" in SCHEMA["properties"]
    assert SCHEMA["properties"]["schema"]["const"] == "yibao.checklist/1"
    assert len(published) > 50
    assert set(published) <= set(keys(SCHEMA))


def error_codes() -> Iterator[str]:
    """Every code that the source gives to a finding, wherever it is written down."""
    for path in Path(yibao_cli.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            places: list[ast.expr] = []
            if isinstance(node, ast.Call):
                places = [word.value for word in node.keywords if word.arg == "code"]
                if isinstance(node.func, ast.Name) and node.func.id == "Finding":
                    places += node.args[:1]
            elif isinstance(node, ast.Assign):
                named = [one.id for one in node.targets if isinstance(one, ast.Name)]
                places = [node.value] if "code" in named else []
            elif isinstance(node, ast.arguments):
                defaults = zip(reversed(node.args), reversed(node.defaults), strict=False)
                places = [value for name, value in defaults if name.arg == "code"]
            for place in places:
                for part in ast.walk(place):
                    if isinstance(part, ast.Constant) and isinstance(part.value, str):
                        yield part.value


def test_published_codes_of_errors_are_still_there() -> None:
    published = CODES.read_text("utf-8").splitlines()

    assert len(published) > 40
    assert published == sorted(set(published))
    assert set(published) <= set(error_codes())


def test_an_old_name_is_never_given_to_something_else() -> None:
    questions = list(knowledge().questions.values())
    for things in (questions, *(question.options for question in questions)):
        names = [name for thing in things for name in (thing.id, *thing.was)]

        assert len(names) == len(set(names))
