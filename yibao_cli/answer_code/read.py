"""What the symbols of a code say, by the numbers alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

from yibao_cli.answer_code import (
    EPOCH,
    FIRST,
    OPTION_BITS,
    OWN_POOL,
    PLACE_BITS,
    PLACES,
    QUESTION_BITS,
    ROWS,
    VERSION,
    VERSION_BITS,
    hashed,
)
from yibao_cli.answer_code.typed import damaged
from yibao_cli.values import Value


class Name(Value):
    """A name in a code: itself where the table has it, otherwise its hash or nothing."""

    text: str = ""
    mark: int | None = None
    bits: int = 0

    def among(self, names: Iterable[str]) -> str:
        """The one of these names that is meant, or the name as it was written."""
        if self.mark is None:
            return self.text
        fitting = [name for name in names if hashed(name, self.bits) == self.mark]
        return fitting[0] if len(fitting) == 1 else ""


class Said(Value):
    """An answer in a code."""

    question: Name
    place: bool
    values: tuple[Name, ...]


def read(symbols: Sequence[int]) -> tuple[Name, list[Said]]:
    """The version of the data that a code was made with, and its answers.

    Raises AnswerError where the symbols say nothing.
    """
    bits = _Reader(symbols)
    try:
        # The first bit tells a later form of these codes from this one.
        if not bits.take(1):
            raise damaged("这个答案代码不是这一版程序能读的；请更新 yibao，或再核对一遍")
        return _read_version(bits), list(_read(bits))
    except (EOFError, ValueError):
        raise damaged("答案代码读不通；请把每组再核对一遍") from None


class _Reader:
    """Takes bits again; EOFError where there are too few."""

    def __init__(self, symbols: Sequence[int]) -> None:
        self.bits = "".join(f"{symbol:05b}" for symbol in symbols)
        self.at = 0

    @property
    def ended(self) -> bool:
        return "1" not in self.bits[self.at :]

    def take(self, width: int) -> int:
        taken = self.bits[self.at : self.at + width]
        if len(taken) < width:
            raise EOFError
        self.at += width
        return int(taken, 2)

    def gamma(self) -> int:
        zeros = self.bits[self.at :].find("1")
        if zeros < 0:
            raise EOFError
        return self.take(2 * zeros + 1)


def _read_version(bits: _Reader) -> Name:
    if bits.take(1):
        return _read_hash(bits, VERSION_BITS)
    return Name((EPOCH + timedelta(bits.take(VERSION_BITS))).strftime(VERSION))


def _read_hash(bits: _Reader, width: int) -> Name:
    return Name(mark=bits.take(width), bits=width)


def _read(bits: _Reader) -> Iterator[Said]:
    for _ in range(bits.gamma() - 1):
        question = _read_hash(bits, QUESTION_BITS)
        place = bool(bits.take(1))
        yield Said(question, place, _read_value(bits, place, []))
    number = -1
    while not bits.ended:
        number += bits.gamma()
        # A number beyond the table is of a later program; it is an option, never a place.
        row = ROWS[number] if number < len(ROWS) else [""]
        place = row[0] in PLACES
        yield Said(Name(row[0]), place, _read_value(bits, place, row[1:]))


def _read_value(bits: _Reader, place: bool, names: Sequence[str]) -> tuple[Name, ...]:
    if place:
        return (_read_place(bits),)
    first = _read_option(bits, names)
    if first is not None:
        return (first,)
    values = [_read_option(bits, names) for _ in range(bits.gamma())]
    return tuple(value if value is not None else Name() for value in values)


def _read_option(bits: _Reader, names: Sequence[str]) -> Name | None:
    """One option, or None where a list begins."""
    digit = bits.take(3)
    if digit == 0:
        if bits.take(1):
            return None
        return _read_hash(bits, OPTION_BITS)
    number = 0
    while digit == 7:
        number += 6
        digit = bits.take(3)
    if digit == 0:
        raise ValueError
    number += digit - 1
    return Name(names[number] if number < len(names) else "")


def _read_place(bits: _Reader) -> Name:
    if not bits.take(1):
        return Name(f"{bits.take(13) + FIRST * 100}00")
    if not bits.take(1):
        return Name(f"{bits.take(20) + FIRST * 10000}")
    if not bits.take(1):
        return Name(f"{bits.take(7) + FIRST}{OWN_POOL}")
    return _read_hash(bits, PLACE_BITS)
