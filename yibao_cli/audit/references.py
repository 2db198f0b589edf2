"""Every name that the knowledge mentions, found through the types that are its format."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from yibao_cli.knowledge.shapes import Shape, shape_of

Steps = tuple["str | int", ...]
"""How to get from a value to a part of it: fields of structs, keys, places in lists."""


class Mention(Struct, frozen=True):
    """A name of something of a kind, and where it is mentioned."""

    at: Steps
    kind: str
    name: str


def references(value: Struct) -> Iterator[Mention]:
    """Whatever the type of a value says to be a name, in the order of its fields."""
    return _walk(value, shape_of(type(value)), ())


def _walk(value: Any, shape: Shape | None, at: Steps) -> Iterator[Mention]:
    kind = shape.says.get("names") if shape else None
    if shape is None or value is None:
        return
    if kind:
        yield Mention(at, kind, value)
    elif isinstance(value, Struct):
        # A value knows better which of several types it is.
        for one in shape_of(type(value)).fields:
            yield from _walk(getattr(value, one.name), one.shape, (*at, one.name))
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from _walk(key, shape.keys, (*at, key))
            yield from _walk(one, shape.inner, (*at, key))
    elif isinstance(value, tuple):
        for index, one in enumerate(value):
            yield from _walk(one, shape.inner, (*at, index))
