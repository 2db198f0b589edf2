"""The shape of every JSON that the command prints: which keys, of which types, always or sometimes.

`python tests/shapes.py` writes into `published/` what is new; it never takes anything out.
A type that these samples do not show is added there by hand.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from support import flags, yibao

from yibao_cli.knowledge.location import shipped

FOLDER = Path(__file__).resolve().parent / "published"
# Mappings whose keys are ids: of questions, of what may be said otherwise.
BY_ID = {".reworded[].fields"}
# Published on its own, by its schema.
APART = {".checklist"}
TYPES = {str: "string", bool: "boolean", int: "number", float: "number", type(None): "null",
         dict: "object", list: "array"}  # fmt: skip
# A copy of the knowledge with an overdue source, so that the check has something to say.
OVERDUE = "OVERDUE"
ROWS = "id,insurance,from,to,care,filing\n甲,居民,四川绵阳,北京,住院,未备案\n,居民,山西,,,\n"
COST = ("--bill", "20000", "--covered", "18000", "--deductible", "1000", "--ratio", "80")
# File of the published shape -> commands that together show every key.
SAMPLES: dict[str, tuple[tuple[str, ...], ...]] = {
    "batch-1": (("batch", "-"), ("batch", "-", "--summary")),
    "check-1": (("check", "--data", OVERDUE),),
    "compare-1": (
        ("compare", *flags(), "--with", "filing=已备案"),
        ("compare", *flags(), "--with", "to=上海"),
        ("compare", *flags(), "--with-on", "2024-05-01"),
        ("compare", *flags(errand="看病、激活"), "--with", "insurance=职工"),
    ),
    "cost-1": (("cost", *COST), ("cost", *COST, "--cap", "9000", "--referral", "减10")),
    "error-1": (("plan", *flags(care=None)), ("plan", *flags(**{"from": "shanxi"}))),
    "questions-1": (("questions",),),
    "region-1": (("region", "上海"), ("region", "北京海淀"), ("region", "香港"), ("region", "成都")),
    "sources-1": (("sources",),),
    "why-1": (("why", *flags()), ("why", *flags(errand="看病、激活", insurance="职工"))),
    "why-not-1": (
        ("why", *flags(), "--not", "direct_settlement"),
        ("why", *flags(), "--not", "id_card"),
        ("why", *flags(to="成都"), "--not", "direct_settlement"),
        ("why", *flags(to="成都"), "--not", "not_covered"),
    ),
}  # fmt: skip


class Key(NamedTuple):
    """What is known of one key: the types of its value, and whether it is there every time."""

    types: frozenset[str]
    always: bool


def observed(name: str) -> dict[str, Key]:
    """The shape that the samples show."""
    return shape(value for words in SAMPLES[name] for value in printed(words))


@cache
def printed(words: tuple[str, ...]) -> tuple[Any, ...]:
    """What one command prints: one value, or of a batch one for each line."""
    with tempfile.TemporaryDirectory() as folder:
        if OVERDUE in words:
            file = shutil.copytree(shipped(), Path(folder) / "data") / "sources.yaml"
            days = "read_on: 2024-01-01\n  review_by: 2024-02-01"
            before = file.read_text("utf-8")
            file.write_text(
                re.sub(r"read_on: \S+\n  review_by: \S+", days, before, count=1), "utf-8"
            )
            words = tuple(f"{folder}/data" if word == OVERDUE else word for word in words)
        if words[0] == "batch":
            return tuple(map(json.loads, yibao(*words, stdin=ROWS).out.splitlines()))
        return (yibao(*words, "--format", "json").data,)


def shape(values: Iterable[Any]) -> dict[str, Key]:
    """Path -> key, over all values."""
    found: dict[str, Key] = {}
    _look("", list(values), found)
    return found


def _look(path: str, values: list[Any], found: dict[str, Key]) -> None:
    if path in APART:
        return
    objects = [value for value in values if isinstance(value, dict)]
    if path in BY_ID:
        _add(f"{path}.*", [one for value in objects for one in value.values()], False, found)
        objects = []
    for name in dict.fromkeys(name for value in objects for name in value):
        there = [value[name] for value in objects if name in value]
        _add(f"{path}.{name}", there, len(there) == len(objects), found)
    if inner := [one for value in values if isinstance(value, list) for one in value]:
        _add(f"{path}[]", inner, False, found)


def _add(path: str, values: list[Any], always: bool, found: dict[str, Key]) -> None:
    found[path] = Key(frozenset(TYPES[type(value)] for value in values), always)
    _look(path, values, found)


def read(name: str) -> dict[str, Key]:
    """The published shape."""
    found = {}
    for line in (FOLDER / f"{name}.txt").read_text("utf-8").splitlines():
        path, types, when = line.split(" ")
        found[path] = Key(frozenset(types.split("|")), when == "always")
    return found


def _write(name: str) -> None:
    file = FOLDER / f"{name}.txt"
    keys = read(name) if file.exists() else {}
    for path, key in observed(name).items():
        # A key that comes later was not always there.
        before = keys.get(path, key)
        keys[path] = Key(before.types | key.types, before.always and key.always)
    lines = (
        f"{path} {'|'.join(sorted(key.types))} {'always' if key.always else 'sometimes'}\n"
        for path, key in keys.items()
    )
    file.write_text("".join(lines), "utf-8")


if __name__ == "__main__":
    for sample in SAMPLES:
        _write(sample)
