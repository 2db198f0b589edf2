"""What was once promised is still there: keys of `yibao.checklist/1`, and names under `was`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yibao_cli
from yibao_cli.knowledge import knowledge
from yibao_cli.model import Option, Question

SCHEMA = json.loads((Path(yibao_cli.__file__).parent / "schema/checklist.json").read_text("utf-8"))
# Only lengthened; a key that has to go makes a `/2`.
PUBLISHED = Path(__file__).resolve().parent / "published/checklist-1.txt"


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


def test_an_old_name_is_never_given_to_something_else() -> None:
    questions = tuple(knowledge().questions.values())
    families: list[tuple[Question, ...] | tuple[Option, ...]] = [questions]
    families += [question.options for question in questions]
    for things in families:
        names = [name for thing in things for name in (thing.id, *thing.was)]

        assert len(names) == len(set(names))
