"""What a type says of the YAML that it is the format of: for the reader, and for the schemas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from msgspec import NODEFAULT, Meta, Struct
from msgspec.structs import fields

_OF_META = ("description", "min_length", "pattern", "ge", "le")


class Shape(Struct, frozen=True):
    """A type in plain terms.

    `says` is all that its `Meta` say: `description`, `min_length`, `pattern`, `ge`, `le` and what stands in
    `extra`. `choices` are the words of a closed list in the order of the type, which msgspec's own
    `inspect` sorts.
    """

    kind: Literal["struct", "map", "list", "choice", "text", "number", "yes_no"]
    says: Mapping[str, Any]
    choices: tuple[str, ...] = ()
    keys: Shape | None = None
    inner: Shape | None = None
    """Of the values of a mapping or a list."""
    struct: type[Struct] | None = None

    @property
    def fields(self) -> tuple[Field, ...]:
        """What may be written in a struct: required fields first."""
        return _fields(self.struct) if self.struct else ()

    @property
    def key(self) -> Shape | None:
        """The key that a struct stands under, where it is a field of it."""
        return _key(self.struct) if self.struct else None


class Field(Struct, frozen=True):
    """A field of a struct: its name in Python, and the key it is written as."""

    name: str
    key: str
    shape: Shape
    required: bool


def shape_of(hint: Any) -> Shape:
    """The shape of a type. Raises TypeError for one that no YAML is read into."""
    says: dict[str, Any] = {}
    while get_origin(hint) in (Annotated, Union, UnionType):
        if get_origin(hint) is Annotated:
            hint, *metas = get_args(hint)
            # What stands farther out counts.
            says = _said(metas) | says
        else:
            hint = next(one for one in get_args(hint) if one is not NoneType)
    origin, inner = get_origin(hint), get_args(hint)
    if origin is dict:
        return Shape("map", says, keys=shape_of(inner[0]), inner=shape_of(inner[1]))
    if origin is tuple:
        return Shape("list", says, inner=shape_of(inner[0]))
    if origin is Literal:
        return Shape("choice", says, choices=inner)
    if isinstance(hint, type) and issubclass(hint, Struct):
        return Shape("struct", says, struct=hint)
    if hint is bool:
        return Shape("yes_no", says)
    if hint is int:
        return Shape("number", says)
    if hint is str:
        return Shape("text", says)
    raise TypeError(hint)


def _said(metas: Iterable[Meta]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for meta in metas:
        known = ((name, getattr(meta, name)) for name in _OF_META)
        found |= {name: value for name, value in known if value is not None} | (meta.extra or {})
    return found


# Thousands of values are read into a few types.
@cache
def _fields(struct: type[Struct]) -> tuple[Field, ...]:
    found = [
        Field(
            one.name,
            one.encode_name,
            shape_of(one.type),
            one.default is NODEFAULT and one.default_factory is NODEFAULT,
        )
        for one in fields(struct)
    ]
    written = [one for one in found if not one.shape.says.get("unwritten")]
    return tuple(sorted(written, key=lambda one: not one.required))


@cache
def _key(struct: type[Struct]) -> Shape | None:
    found = (shape_of(one.type) for one in fields(struct) if one.name == "id")
    return next((one for one in found if one.says.get("unwritten")), None)
