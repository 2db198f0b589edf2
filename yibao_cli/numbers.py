"""Whole numbers that come as text from outside: a variable, an option, another program."""

from __future__ import annotations


def bounded(text: str, low: int, high: int) -> int | None:
    """The number that plain digits write, or None where they do not or it is out of bounds.

    However many digits there are, none is converted that could not count: Python refuses to
    convert thousands of them.
    """
    digits = text.lstrip("0") or text[:1]
    if not (text.isascii() and text.isdigit()) or len(digits) > len(str(high)):
        return None
    number = int(digits)
    return number if low <= number <= high else None
