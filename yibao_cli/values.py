"""What frozen values are made of: named tuples that are quick to define.

A run that shows one checklist defines some fifty of them. As dataclasses they would take longer
than all the rest of that run; `typing.NamedTuple` still compiles every annotation.
"""

from __future__ import annotations

__all__ = ["Value"]

# Importing `typing` for this alone would take longer than defining all values.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NamedTuple as Value
else:
    from collections import namedtuple

    class _Making(type):
        def __new__(cls, name, bases, body):
            if not bases:
                return super().__new__(cls, name, bases, body)
            # The annotations are texts: modules of values postpone their evaluation.
            fields = body.pop("__annotations__", {})
            defaults = [body.pop(field) for field in fields if field in body]
            made = namedtuple(name, fields, defaults=defaults, module=body.pop("__module__"))
            for key, what in body.items():
                setattr(made, key, what)
            made.__annotations__ = fields
            return made

    class Value(metaclass=_Making):
        """Base of frozen values: fields are annotations, a default follows its field.

        They are tuples, so values of different types with equal fields are equal: values of two
        types never stand in one set or as keys of one dict.
        """
