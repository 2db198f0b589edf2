"""Every name that the knowledge mentions, found through the types that are its format."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct, inspect

Steps = tuple["str | int", ...]
"""How to get from a value to a part of it: fields of structs, keys, positions in tuples."""


class Mention(Struct, frozen=True):
    """A name of something of a kind, and where it is mentioned."""

    at: Steps
    kind: str
    name: str


def references(value: Struct) -> Iterator[Mention]:
    """Whatever `Meta(extra={"names": …})` of a type says is a name, in the order of the fields."""
    return _walk(value, inspect.type_info(type(value)), ())


def _walk(value: Any, info: inspect.Type, at: Steps) -> Iterator[Mention]:
    match info:
        case inspect.Metadata():
            kind = (info.extra or {}).get("names")
            yield from [Mention(at, kind, value)] if kind else _walk(value, info.type, at)
        case inspect.UnionType():
            yield from _walk(value, _variant(value, info), at)
        case inspect.StructType():
            for one in info.fields:
                yield from _walk(getattr(value, one.name), one.type, (*at, one.name))
        case inspect.VarTupleType():
            for index, one in enumerate(value):
                yield from _walk(one, info.item_type, (*at, index))
        case inspect.DictType():
            for key, one in value.items():
                yield from _walk(key, info.key_type, (*at, key))
                yield from _walk(one, info.value_type, (*at, key))


def _variant(value: Any, info: inspect.UnionType) -> inspect.Type:
    """The type of a union that a value has: one of several structs, or something or nothing."""
    if value is None:
        return inspect.NoneType()
    some = [one for one in info.types if not isinstance(one, inspect.NoneType)]
    same = (one for one in some if isinstance(one, inspect.StructType) and one.cls is type(value))
    return next(same, some[0])
