"""What a type says of the YAML that it is the format of: for the reader, and for the schemas."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from msgspec import Struct
from msgspec.structs import fields, replace

_PLAIN = {bool: "yes_no", int: "number", str: "text"}


class Field(Struct, frozen=True):
    """A field of a struct: its name in Python, and the key it is written as."""

    name: str
    key: str
    shape: Shape
    required: bool


class Shape(Struct, frozen=True):
    """A type in plain terms.

    `says` is what its `Meta` say: `ge`, `le` and what stands in `extra`. `choices` are the words
    of a closed list in the order of the type, which msgspec's own `inspect` sorts; `inner` is the
    shape of what a mapping or a list holds. `fields` are what may be written in a struct, required
    ones first, and `key` is the key that it stands under, where that is a field of it. Where there
    are several structs, `kinds` has each by its first key.
    """

    kind: str
    says: Mapping[str, Any] = {}
    choices: tuple[str, ...] = ()
    keys: Shape | None = None
    inner: Shape | None = None
    struct: type[Struct] | None = None
    fields: tuple[Field, ...] = ()
    key: Shape | None = None
    kinds: Mapping[str, Shape] = {}


def shape_of(hint: Any) -> Shape:
    """The shape of a type. Raises TypeError or KeyError for one that no YAML is read into."""
    says: dict[str, Any] = {}
    while (origin := get_origin(hint)) in (Annotated, Union, UnionType):
        if origin is Annotated:
            hint, *metas = get_args(hint)
            for meta in metas:
                limits = {"ge": meta.ge, "le": meta.le} if meta.ge is not None else {}
                says |= limits | (meta.extra or {})
        else:
            hint, *others = (one for one in get_args(hint) if one is not NoneType)
            if others:
                kinds = {one.fields[0].key: one for one in map(shape_of, (hint, *others))}
                return Shape("kinds", says, kinds=kinds, key=shape_of(hint).key)
    inner = get_args(hint)
    if origin is dict:
        return Shape("map", says, keys=shape_of(inner[0]), inner=shape_of(inner[1]))
    if origin is tuple:
        return Shape("list", says, inner=shape_of(inner[0]))
    if origin is Literal:
        return Shape("choice", says, choices=inner)
    if issubclass(hint, Struct):
        return replace(_of_struct(hint), says=says)
    return Shape(_PLAIN[hint], says)


# Thousands of values are read into a few types.
@cache
def _of_struct(struct: type[Struct]) -> Shape:
    found = [
        Field(one.name, one.encode_name, shape_of(one.type), one.required) for one in fields(struct)
    ]
    written = [one for one in found if "unwritten" not in one.shape.says]
    ids = (one.shape for one in found if one.name == "id" and "unwritten" in one.shape.says)
    in_order = tuple(sorted(written, key=lambda one: not one.required))
    return Shape("struct", struct=struct, fields=in_order, key=next(ids, None))
