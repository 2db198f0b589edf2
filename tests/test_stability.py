"""What was once promised is still there: the keys of every JSON, the names under `was`, numbers."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import shapes

import yibao_cli
from yibao_cli.knowledge import knowledge
from yibao_cli.knowledge.questions import Option, Question

SCHEMA = json.loads((Path(yibao_cli.__file__).parent / "schema/checklist.json").read_text("utf-8"))
# Only lengthened; a key that has to go makes a `/2`.
PUBLISHED = Path(__file__).resolve().parent / "published/checklist-1.txt"
# Programs turn on these: only lengthened, too.
CODES = PUBLISHED.with_name("error-codes.txt")
# Answer codes that people keep stand on them: a line is a number (of a question, or of one and
# its option) and what it was first given to. Lines are only added, and none is changed.
NUMBERS = PUBLISHED.with_name("answer-numbers.txt")


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
    assert SCHEMA["properties"]["schema"]["enum"] == ["yibao.checklist/1"]
    assert len(published) > 50
    found = set(keys(SCHEMA))
    # Where once a reference stood, no type was published.
    assert set(published) <= found | {re.sub(" .* ", " ", key) for key in found}


def assigned(node: ast.Assign) -> Iterator[tuple[str, ast.expr]]:
    """The names that an assignment gives, each with its value."""
    for target in node.targets:
        pairs = [(target, node.value)]
        if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
            pairs = [*zip(target.elts, node.value.elts, strict=True)]
        yield from ((one.id, value) for one, value in pairs if isinstance(one, ast.Name))


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
                places = [value for name, value in assigned(node) if name == "code"]
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


@pytest.mark.parametrize("name", shapes.SAMPLES)
def test_every_json_has_the_published_shape(name: str) -> None:
    """Whoever reads it finds every key; a type or a missing key would be news to them."""
    published, found = shapes.read(name), shapes.observed(name)

    assert set(published) - set(found) == set(), "a published key is gone"
    assert set(found) - set(published) == set(), "a new key: run tests/shapes.py"
    for path, key in published.items():
        assert found[path].types <= key.types, path
        assert found[path].always or not key.always, path


@pytest.mark.parametrize("name", [*shapes.SAMPLES, "checklist-1"])
def test_every_published_shape_says_which_it_is(name: str) -> None:
    """A line of a batch holds a checklist or an error; an error stands alone."""
    says = ".schema" in (shapes.FOLDER / f"{name}.txt").read_text("utf-8")

    assert says == (name not in ("batch-1", "error-1"))


@pytest.mark.parametrize("name", sorted(set(shapes.SAMPLES) - {"batch-1", "error-1"}))
def test_the_name_of_a_schema_is_that_of_its_shape(name: str) -> None:
    (value,) = shapes.printed(shapes.SAMPLES[name][0])

    assert value["schema"] == f"yibao.{name.removesuffix('-1')}/1"


def test_an_old_name_is_never_given_to_something_else() -> None:
    questions = tuple(knowledge().questions.values())
    families: list[tuple[Question, ...] | tuple[Option, ...]] = [questions]
    families += [tuple(question.options.values()) for question in questions]
    for things in families:
        names = [name for thing in things for name in (thing.id, *thing.was)]

        assert len(names) == len(set(names))


def numbers() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every number of an answer code, and what has it now: the id, and former ones."""
    for question in knowledge().questions.values():
        yield f"{question.number}", (question.id, *question.was)
        for option in question.options.values():
            yield f"{question.number}/{option.number}", (option.id, *option.was)


def test_a_number_is_never_given_to_something_else() -> None:
    lines = [line.split() for line in NUMBERS.read_text("utf-8").splitlines()]
    published = dict(lines)
    found = list(numbers())
    now = dict(found)

    assert len(published) == len(lines) > 150
    assert len(now) == len(found), "a number is given twice"
    assert set(now) <= set(published), "a new number: add its line to answer-numbers.txt"
    for number, name in published.items():
        assert number not in now or name in now[number], number
