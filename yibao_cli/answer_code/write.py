"""Answers to a code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache

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
    is_division,
)
from yibao_cli.answer_code.symbols import checked, dashed, packed
from yibao_cli.forms import Form, mark
from yibao_cli.model import Knowledge, Option, Question, named
from yibao_cli.regions import Place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar

    T = TypeVar("T", Question, Option)

_QUESTIONS = [row[0] for row in ROWS]
_REMEMBERED = 8192


def encode(knowledge: Knowledge, answers: Mapping[str, str | Place]) -> str:
    """The code of validated answers; the same answers always give the same code."""
    bits = {
        mark(name, "bits"): place_bits(value)
        for name, value in answers.items()
        if isinstance(value, Place)
    }
    return code_of(Encoder(knowledge).form(answers).filled(bits))


class Encoder:
    """Writes answers as bits; remembers the bits of single answers. Safe in threads."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._questions = list(knowledge.questions.values())
        self._one = lru_cache(_REMEMBERED)(self._bits)

    def form(self, answers: Mapping[str, str | Place]) -> Form[str]:
        """The bits of all answers, with a mark where those of a place belong."""
        bits = _Writer()
        bits.add(1, 1)
        _write_version(bits, self._knowledge.about.version)
        numbered: list[tuple[int, str]] = []
        others: list[tuple[int, str]] = []
        for name, value in answers.items():
            number, found = self._one(name, None if isinstance(value, Place) else value)
            if number is None:
                others.append((hashed(name, QUESTION_BITS), found))
            else:
                numbered.append((number, found))
        bits.gamma(len(others) + 1)
        for number, found in sorted(others):
            bits.add(number, QUESTION_BITS)
            bits.bits += found
        before = -1
        for number, found in sorted(numbered):
            bits.gamma(number - before)
            before = number
            bits.bits += found
        return Form(bits.bits)

    def _bits(self, name: str, value: str | None) -> tuple[int | None, str]:
        """The number of a question, where it has one, and the bits of its answer (None: a place)."""
        question = self._knowledge.questions[name]
        number = _number(self._questions, question, _QUESTIONS)
        bits = _Writer()
        if number is None or (_QUESTIONS[number] in PLACES) != (value is None):
            number = None
            bits.add(value is None, 1)
        if value is None:
            bits.bits += mark(name, "bits")
        else:
            _write(bits, question, value, [] if number is None else ROWS[number][1:])
        return number, bits.bits


def code_of(bits: str) -> str:
    """The code of the bits of all answers."""
    return dashed(checked(packed(bits)))


def place_bits(place: Place) -> str:
    """What stands for a place among the bits of a code."""
    code = place.district_code or place.code
    bits = _Writer()
    if not is_division(code):
        bits.add(0b111, 3)
        bits.add(hashed(code, PLACE_BITS), PLACE_BITS)
    elif code.endswith(OWN_POOL):
        bits.add(0b110, 3)
        bits.add(int(code[:2]) - FIRST, 7)
    elif code.endswith("00"):
        bits.add(0b0, 1)
        bits.add(int(code[:4]) - FIRST * 100, 13)
    else:
        bits.add(0b10, 2)
        bits.add(int(code) - FIRST * 10000, 20)
    return bits.bits


class _Writer:
    def __init__(self) -> None:
        self.bits = ""

    def add(self, value: int, width: int) -> None:
        self.bits += f"{value:0{width}b}"

    def gamma(self, value: int) -> None:
        """A number from 1 on: the smaller, the shorter."""
        self.add(value, 2 * value.bit_length() - 1)


def _write_version(bits: _Writer, version: str) -> None:
    days = _days(version)
    dated = 0 <= days < 1 << VERSION_BITS
    bits.add(not dated, 1)
    bits.add(days if dated else hashed(version, VERSION_BITS), VERSION_BITS)


def _days(version: str) -> int:
    """The days of a version that is a date, and would be read again as it is; of others -1."""
    try:
        day = date.fromisoformat(version.replace(".", "-"))
    except ValueError:
        return -1
    return (day - EPOCH).days if day.strftime(VERSION) == version else -1


def _write(bits: _Writer, question: Question, value: str, names: Sequence[str]) -> None:
    chosen = value.split(",")
    if len(chosen) > 1:
        bits.add(0b0001, 4)
        bits.gamma(len(chosen))
    for one in chosen:
        _write_option(bits, question, question.option(one), names)


def _write_option(bits: _Writer, question: Question, option: Option, names: Sequence[str]) -> None:
    """Three bits for the first six options and six for the next; 0 leads to a hash or a list."""
    number = _number(question.options, option, names)
    if number is None:
        bits.add(0b0000, 4)
        bits.add(hashed(option.id, OPTION_BITS), OPTION_BITS)
        return
    while number >= 6:
        bits.add(7, 3)
        number -= 6
    bits.add(number + 1, 3)


def _number(things: Sequence[T], thing: T, names: Sequence[str]) -> int | None:
    """The number of a question or option: by its id, or by one that was its own alone."""
    for name in (thing.id, *thing.was):
        if name in names and named(things, name) is thing:
            return names.index(name)
    return None
