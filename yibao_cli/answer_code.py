"""Answers as a short code that can be read over the phone, and back; no network, no storage.

A code is Crockford base32 in groups of four: a mark of the data version, the answers, and three
check symbols. It carries numbers instead of words; what a number means never changes, so that a
code outlives edits of the questions, and what no longer exists is named instead of guessed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache

from yibao_cli import answers as door
from yibao_cli.errors import AnswerError, Finding
from yibao_cli.forms import Form, mark
from yibao_cli.model import Knowledge, Option, Question
from yibao_cli.regions import Place
from yibao_cli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar

    T = TypeVar("T", Question, Option)

# One line a question: its id and those of its options. A place in this table is a number in
# codes that people keep, so lines and words are only ever appended, whatever happens to the data;
# a renamed id says `was` in the data. What is missing here works as well and costs a few symbols
# more, so an author of questions need not know of it. Questions about places are never appended.
TABLE = """
errand care account mutual_aid activation transfer
insurance employee resident other unsure
from
to
stage before in_care paid
care inpatient outpatient chronic emergency pharmacy maternity online
filing none pending valid expired rejected elsewhere unsure
category resettled_retiree long_term_resident posted_worker referral emergency_rescue other_temporary unsure
filing_period covers starts_after ended_before unsure
emergency_kind rescue ordinary observation unsure
recognition yes not_yet unsure
medicine ordinary dual_channel chronic unsure
claim_problem none lost_invoice insurer_has_invoice no_discharge_note settlement_failed settled_elsewhere unsure
hospital connected not_connected unsure
credential ok not_activated failing old lost none unsure
enrolment active suspended waiting not_yet not_posted double unsure
patient adult newborn child student graduate retiree elder
agent self proxy
injury none no_third_party third_party work unsure
phone own none
identity mainland hkmt foreigner
disease first_five added_five other unsure
failure not_found no_filing self_pay still_in_hospital third_party_mark not_enrolled not_open unreadable name_mismatch trace_code system other unsure
rejection wrong_category papers enrolment existing unsure
aid_role giver receiver unsure
aid_relative first wider not_near unsure
aid_reach same_province other_province unsure
move job flexible scheme living retired unsure
gap none short long unsure
"""  # noqa: E501
_ROWS = [line.split() for line in TABLE.split("\n") if line]
_QUESTIONS = [row[0] for row in _ROWS]
_PLACES = ("from", "to")

_GROUP = 4
_LONGEST = 400
_REMEMBERED = 8192
# Days of the version's date from here on; another form of version is a hash of this many bits.
_EPOCH, _VERSION_BITS = date(2026, 1, 1), 13
_VERSION = re.compile(r"([0-9]{4})\.([0-9]{2})\.([0-9]{2})")
_QUESTION_BITS, _OPTION_BITS, _PLACE_BITS = 20, 12, 16
# Division codes begin with 11 to 82; two digits each for province, city and county.
_FIRST, _LAST = 11, 82
_OWN_POOL = "0000-SBJ"


class Decoded(Value):
    """What a code says by today's knowledge.

    `migrated` are questions whose answer has another name today. `dropped` are ids of questions
    whose answer is gone, to be asked again, and of questions that are gone themselves (an empty
    id where it is not known any more). `version` is that of the data the code was made with,
    empty where only its mark is known. `remarks` say all of that in sentences.
    """

    answers: dict[str, str | Place]
    migrated: tuple[str, ...]
    dropped: tuple[str, ...]
    version: str
    remarks: tuple[str, ...]


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
        hashed: list[tuple[int, str]] = []
        for name, value in answers.items():
            number, found = self._one(name, None if isinstance(value, Place) else value)
            if number is None:
                hashed.append((_hash(name, _QUESTION_BITS), found))
            else:
                numbered.append((number, found))
        bits.gamma(len(hashed) + 1)
        for mark_, found in sorted(hashed):
            bits.add(mark_, _QUESTION_BITS)
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
        if number is None or (_QUESTIONS[number] in _PLACES) != (value is None):
            number = None
            bits.add(value is None, 1)
        if value is None:
            bits.bits += mark(name, "bits")
        else:
            _write(bits, question, value, [] if number is None else _ROWS[number][1:])
        return number, bits.bits


def code_of(bits: str) -> str:
    """The code of the bits of all answers."""
    return _dashed(_checked(_symbols_of(bits)))


def decode(knowledge: Knowledge, text: str) -> Decoded:
    """The answers of a code, as far as today's knowledge still has them.

    Raises AnswerError where the code is damaged, with the group that looks wrong where that can
    be told.
    """
    bits = _Reader(_symbols(text))
    try:
        # The first bit tells a later form of these codes from this one.
        if not bits.take(1):
            raise _damaged("这个答案代码不是这一版程序能读的；请更新 yibao，或再核对一遍")
        version = _read_version(bits, knowledge.about.version)
        said = list(_read(bits))
    except (EOFError, ValueError):
        raise _damaged("答案代码读不通；请把每组再核对一遍") from None
    return _today(knowledge, said, version)


def option_named(question: Question, name: str) -> Option | None:
    """The option that has, or once had, this id."""
    return _named(question.options, name)


def _named(things: Sequence[T], name: str) -> T | None:
    for thing in things:
        if thing.id == name:
            return thing
    return next((thing for thing in things if name in thing.was), None)


def _number(things: Sequence[T], thing: T, names: Sequence[str]) -> int | None:
    """The number of a question or option: by its id, or by one that was its own alone."""
    for name in (thing.id, *thing.was):
        if name in names and _named(things, name) is thing:
            return names.index(name)
    return None


def _hash(name: str, bits: int) -> int:
    # Only for names that the table lacks; its import is slow.
    import hashlib

    return int.from_bytes(hashlib.sha256(name.encode()).digest(), "big") >> (256 - bits)


# ---------------------------------------------------------------- what a code says


class _Name(Value):
    """A name in a code: itself where the table has it, otherwise its hash or nothing."""

    text: str = ""
    mark: int | None = None
    bits: int = 0

    def among(self, names: Sequence[str]) -> str:
        """The one of these names that is meant, or the name as it was written."""
        if self.mark is None:
            return self.text
        fitting = [name for name in names if _hash(name, self.bits) == self.mark]
        return fitting[0] if len(fitting) == 1 else ""


class _Said(Value):
    question: _Name
    place: bool
    values: tuple[_Name, ...]


def _today(knowledge: Knowledge, said: Sequence[_Said], version: str) -> Decoded:
    found: dict[str, str | Place] = {}
    migrated: dict[str, None] = {}
    dropped: dict[str, None] = {}
    gone = 0
    for one in said:
        name = one.question.among(_all_names(list(knowledge.questions.values())))
        question = door.question_named(knowledge, name)
        if question is None:
            gone += 1
            dropped[name] = None
            continue
        value, moved = _value_today(knowledge, question, one)
        if question.id in dropped:
            continue
        if value is None or found.get(question.id, value) != value:
            # Two questions that became one may have had answers that do not agree.
            dropped[question.id] = None
            found.pop(question.id, None)
            migrated.pop(question.id, None)
            continue
        found[question.id] = value
        if (moved or question.id != name) and version != knowledge.about.version:
            migrated[question.id] = None
    return Decoded(
        {name: found[name] for name in knowledge.questions if name in found},
        tuple(migrated),
        tuple(dropped),
        version,
        tuple(_remarks(knowledge, found, tuple(migrated), tuple(dropped), gone, version)),
    )


def _value_today(
    knowledge: Knowledge, question: Question, said: _Said
) -> tuple[str | Place | None, bool]:
    """The answer by today's knowledge, None where it is gone, and whether it moved."""
    if said.place != (question.kind == "place"):
        return None, False
    if question.kind == "place":
        return _place_today(knowledge, question, said.values[0])
    chosen: list[str] = []
    moved = False
    for value in said.values:
        name = value.among(_all_names(question.options))
        option = option_named(question, name)
        if option is None:
            return None, False
        moved = moved or option.id != name
        chosen.append(option.id)
    try:
        return door.parse(knowledge, question, ",".join(chosen)), moved
    except AnswerError:
        return None, False


def _place_today(
    knowledge: Knowledge, question: Question, said: _Name
) -> tuple[str | Place | None, bool]:
    codes = knowledge.places.codes()
    hashed = said.mark is not None
    code = said.among([one for one in codes if not _is_division(one)]) if hashed else said.text
    # Districts are merged and renamed often; their city is what the answer turns on.
    for known in dict.fromkeys((code, code[:4] + "00")):
        if known in codes:
            try:
                return door.parse(knowledge, question, known), known != code
            except AnswerError:
                break
    return None, False


def _all_names(things: Sequence[Question] | Sequence[Option]) -> list[str]:
    return [name for thing in things for name in (thing.id, *thing.was)]


def _remarks(
    knowledge: Knowledge,
    found: Mapping[str, str | Place],
    migrated: Sequence[str],
    dropped: Sequence[str],
    gone: int,
    version: str,
) -> Iterator[str]:
    now = knowledge.about.version
    if version != now:
        then = f"{version} 版" if version else "另一版"
        yield f"代码是按{then}资料做的，现在的资料是 {now} 版，结果可能和当时不同。"
    for name in migrated:
        question, value = knowledge.questions[name], found[name]
        if isinstance(value, Place):
            text = value.full_name
        else:
            text = "、".join(question.option(one).label for one in value.split(","))
        yield f"“{question.label}”的答案在资料里改过，现在是“{text}”。"
    for name in dropped:
        if name in knowledge.questions:
            label = knowledge.questions[name].label
            yield f"“{label}”当时的答案，现在的资料里没有，要重新回答。"
    if gone:
        yield f"代码里有{gone}个问题现在的资料里没有，没有用上。"


# ---------------------------------------------------------------- answers as bits


class _Writer:
    def __init__(self) -> None:
        self.bits = ""

    def add(self, value: int, width: int) -> None:
        self.bits += f"{value:0{width}b}"

    def gamma(self, value: int) -> None:
        """A number from 1 on: the smaller, the shorter."""
        self.add(value, 2 * value.bit_length() - 1)


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


def _write_version(bits: _Writer, version: str) -> None:
    parts = _VERSION.fullmatch(version)
    try:
        days = (date(*map(int, parts.groups())) - _EPOCH).days if parts else -1
    except ValueError:
        days = -1
    dated = 0 <= days < 1 << _VERSION_BITS
    bits.add(not dated, 1)
    bits.add(days if dated else _hash(version, _VERSION_BITS), _VERSION_BITS)


def _read_version(bits: _Reader, now: str) -> str:
    hashed, mark = bits.take(1), bits.take(_VERSION_BITS)
    if hashed:
        return now if mark == _hash(now, _VERSION_BITS) else ""
    return f"{_EPOCH + timedelta(mark):%Y.%m.%d}"


def _read(bits: _Reader) -> Iterator[_Said]:
    for _ in range(bits.gamma() - 1):
        question = _Name(mark=bits.take(_QUESTION_BITS), bits=_QUESTION_BITS)
        place = bool(bits.take(1))
        yield _Said(question, place, _read_value(bits, place, []))
    number = -1
    while not bits.ended:
        number += bits.gamma()
        # A number beyond the table is of a later program; it is an option, never a place.
        row = _ROWS[number] if number < len(_ROWS) else [""]
        place = row[0] in _PLACES
        yield _Said(_Name(row[0]), place, _read_value(bits, place, row[1:]))


def _write(bits: _Writer, question: Question, value: str, names: Sequence[str]) -> None:
    chosen = value.split(",")
    if len(chosen) > 1:
        bits.add(0b0001, 4)
        bits.gamma(len(chosen))
    for one in chosen:
        _write_option(bits, question, question.option(one), names)


def _read_value(bits: _Reader, place: bool, names: Sequence[str]) -> tuple[_Name, ...]:
    if place:
        return (_read_place(bits),)
    first = _read_option(bits, names)
    if first is not None:
        return (first,)
    values = [_read_option(bits, names) for _ in range(bits.gamma())]
    return tuple(value if value is not None else _Name() for value in values)


def _write_option(bits: _Writer, question: Question, option: Option, names: Sequence[str]) -> None:
    """Three bits for the first six options and six for the next; 0 leads to a hash or a list."""
    number = _number(question.options, option, names)
    if number is None:
        bits.add(0b0000, 4)
        bits.add(_hash(option.id, _OPTION_BITS), _OPTION_BITS)
        return
    while number >= 6:
        bits.add(7, 3)
        number -= 6
    bits.add(number + 1, 3)


def _read_option(bits: _Reader, names: Sequence[str]) -> _Name | None:
    """One option, or None where a list begins."""
    digit = bits.take(3)
    if digit == 0:
        if bits.take(1):
            return None
        return _Name(mark=bits.take(_OPTION_BITS), bits=_OPTION_BITS)
    number = 0
    while digit == 7:
        number += 6
        digit = bits.take(3)
    if digit == 0:
        raise ValueError
    number += digit - 1
    return _Name(names[number] if number < len(names) else "")


def place_bits(place: Place) -> str:
    """What stands for a place among the bits of a code."""
    code = place.district_code or place.code
    bits = _Writer()
    if not _is_division(code):
        bits.add(0b111, 3)
        bits.add(_hash(code, _PLACE_BITS), _PLACE_BITS)
    elif code.endswith(_OWN_POOL):
        bits.add(0b110, 3)
        bits.add(int(code[:2]) - _FIRST, 7)
    elif code.endswith("00"):
        bits.add(0b0, 1)
        bits.add(int(code[:4]) - _FIRST * 100, 13)
    else:
        bits.add(0b10, 2)
        bits.add(int(code) - _FIRST * 10000, 20)
    return bits.bits


def _read_place(bits: _Reader) -> _Name:
    if not bits.take(1):
        return _Name(f"{bits.take(13) + _FIRST * 100}00")
    if not bits.take(1):
        return _Name(f"{bits.take(20) + _FIRST * 10000}")
    if not bits.take(1):
        return _Name(f"{bits.take(7) + _FIRST}{_OWN_POOL}")
    return _Name(mark=bits.take(_PLACE_BITS), bits=_PLACE_BITS)


def _is_division(code: str) -> bool:
    """Whether a code is an official one, or that of a province's own pool."""
    digits = code.removesuffix("-SBJ") if code.endswith(_OWN_POOL) else code
    return bool(re.fullmatch("[0-9]{6}", digits)) and _FIRST <= int(digits[:2]) <= _LAST


# ---------------------------------------------------------------- symbols and their check

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LETTERS = _ALPHABET.encode().ljust(256)
_VALUES = {**{char: value for value, char in enumerate(_ALPHABET)}, "O": 0, "I": 1, "L": 1}
_BETWEEN = ".,_·、。−"

# Reed-Solomon over GF(32), x^5 + x^2 + 1: up to 31 symbols long, every two wrong symbols are
# noticed and a single one is found; in longer codes a single one and a swap are still noticed.
_POWERS = [1]
for _ in range(30):
    _next = _POWERS[-1] << 1
    _POWERS.append(_next ^ 0b100101 if _next & 32 else _next)
_LOGS = {power: exponent for exponent, power in enumerate(_POWERS)}
_CHECKS = 3
# Without it, a row of zeros would be a code.
_SALT = (25, 2, 14)


def _times(one: int, other: int) -> int:
    return _POWERS[(_LOGS[one] + _LOGS[other]) % 31] if one and other else 0


# (x + 1)(x + a)(x + a²), without the leading 1.
_GENERATOR = [1]
for _root in _POWERS[:_CHECKS]:
    _GENERATOR = [
        one ^ _times(other, _root)
        for one, other in zip([*_GENERATOR, 0], [0, *_GENERATOR], strict=True)
    ]
_GENERATOR = _GENERATOR[1:]


# A symbol's multiple of the generator, its three coefficients in one number.
_MULTIPLES = [
    sum(_times(symbol, one) << 5 * at for at, one in enumerate(reversed(_GENERATOR)))
    for symbol in range(32)
]


def _checked(symbols: Sequence[int]) -> list[int]:
    rest = 0
    for symbol in symbols:
        rest = (rest & 0x3FF) << 5 ^ _MULTIPLES[symbol ^ rest >> 10]
    return [*symbols, *_salted([rest >> 10, rest >> 5 & 31, rest & 31])]


def _symbols_of(bits: str) -> list[int]:
    """Five bits each, and zeros until the groups are full."""
    whole = -(-len(bits) // 5)
    whole += -(whole + _CHECKS) % _GROUP
    number = int(bits, 2) << whole * 5 - len(bits)
    return [number >> at & 31 for at in range(whole * 5 - 5, -1, -5)]


def _salted(checks: Sequence[int]) -> list[int]:
    return [one ^ salt for one, salt in zip(checks, _SALT, strict=True)]


def _symbols(text: str) -> list[int]:
    """The symbols of a code without its check; AnswerError where they are not right."""
    groups = _groups(text)
    symbols = [_VALUES[char] for group in groups for char in group]
    if len(symbols) % _GROUP:
        wrong = [n for n, group in enumerate(groups, 1) if len(group) != _GROUP]
        if len(groups) > 1 and len(wrong) == 1:
            group = groups[wrong[0] - 1]
            verb = "少" if len(group) < _GROUP else "多"
            raise _damaged(f"答案代码第{wrong[0]}组“{group[:8]}”{verb}了字；每组{_GROUP}个")
        raise _damaged(f"答案代码有{len(symbols)}个字，漏了或多了；要每组{_GROUP}个，请再核对一遍")
    if _checked(symbols[:-_CHECKS]) != symbols:
        meant = _meant(symbols)
        if meant is None:
            raise _damaged("答案代码对不上，有写错的地方；请把每组再核对一遍")
        written, right = (_dashed(one).split("-") for one in (symbols, meant))
        wrong = [n for n in range(len(right)) if written[n] != right[n]]
        which = "和".join(f"第{n + 1}组“{written[n]}”" for n in wrong)
        maybe = "和".join(f"“{right[n]}”" for n in wrong)
        raise _damaged(
            f"答案代码对不上，{which}像是写错了，是不是{maybe}？请再核对一遍", "-".join(right)
        )
    return symbols[:-_CHECKS]


def _groups(text: str) -> list[str]:
    """The groups as they were written, in the letters of the alphabet or ones read as such."""
    if len(text) > _LONGEST:
        raise _damaged("这不像答案代码，太长了；代码是几组数字和字母，每组四个")
    plain = unicodedata.normalize("NFKC", text).upper()
    spaced = "".join(
        " " if char in _BETWEEN or unicodedata.category(char) in ("Pd", "Cf", "Cc") else char
        for char in plain
    )
    groups = spaced.split()
    for number, group in enumerate(groups, 1):
        for char in group:
            if char not in _VALUES:
                where = f"第{number}组“{door.shown(group[:12])}”里的" if len(groups) > 1 else "里的"
                raise _damaged(
                    f"答案代码{where}“{door.shown(char)}”不是代码用的字；"
                    "代码只有数字和英文字母，字母里没有 U"
                )
    if not groups:
        raise _damaged("答案代码是空的；要写清单末尾的那几组数字和字母")
    return groups


def _meant(symbols: Sequence[int]) -> list[int] | None:
    """The code with one symbol or one swap of neighbours put right, where that explains it."""
    found = [*symbols[:-_CHECKS], *_salted(symbols[-_CHECKS:])]
    # Positions repeat after 31 symbols; of a longer code it cannot be told which one is meant.
    if len(found) > 31:
        return None
    first, second, third = (_value_at(found, root) for root in _POWERS[:_CHECKS])
    meant = list(symbols)
    if not second or not third:
        return None
    if first:
        at = len(found) - 1 - (_LOGS[second] - _LOGS[first]) % 31
        if at < 0:
            return None
        meant[at] ^= first
    else:
        at = len(found) - 1 - (_LOGS[third] - _LOGS[second] - _LOGS[1 ^ _POWERS[1]]) % 31
        if at < 1:
            return None
        meant[at - 1], meant[at] = meant[at], meant[at - 1]
    return meant if _checked(meant[:-_CHECKS]) == meant else None


def _value_at(symbols: Sequence[int], root: int) -> int:
    value = 0
    for symbol in symbols:
        value = _times(value, root) ^ symbol
    return value


def _dashed(symbols: Sequence[int]) -> str:
    text = bytes(symbols).translate(_LETTERS).decode()
    return "-".join([text[at : at + _GROUP] for at in range(0, len(text), _GROUP)])


def _damaged(message: str, *candidates: str) -> AnswerError:
    return AnswerError(Finding("damaged_code", message + "。", candidates))
