"""Answers as a short code that can be read over the phone, and back; no network, no storage.

A code is Crockford base32 in groups of four: a mark of this form of codes, the edition of the
knowledge, the answers and a CRC-16. It carries the numbers that questions and options have in the
data instead of words. A number is never given to something else, so a code outlives edits of the
questions, and what no longer exists is told instead of guessed.

The answers are Elias gamma numbers in the order of their questions: the step from the question
before, then what kind of answer it is, then the answer. None of that hangs on the knowledge, so a
code can be read past what today's knowledge has not got.
"""

from __future__ import annotations

import unicodedata
from binascii import crc_hqx
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from msgspec import Struct

from yibao_cli.answers import answer_in_words, migrate_answer, printable, visible
from yibao_cli.errors import AnswerError, Finding
from yibao_cli.knowledge.model import Knowledge
from yibao_cli.knowledge.questions import Question
from yibao_cli.places import Place

SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
GROUP = 4
MARK = "2"
# The codes of the form before this one began with one of these.
_OLD_MARKS = SIGNS[16:]
_LOOKS_LIKE = str.maketrans("OIL", "011")
_BASE_32 = str.maketrans(SIGNS, "0123456789ABCDEFGHIJKLMNOPQRSTUV")
_BETWEEN = ".,_·、。−"
_LONGEST = 400

CALLED = "答案代码"
"""What stands before a code on a list."""

# Every run of wrong bits up to 16 is noticed: a wrong sign is 5, two that were swapped are 10.
# It does not begin with 0, for which a row of zeros would be right.
_CHECK_BITS, _CHECK_START = 16, 0xFFFF

# A version that is a date is the days from here on, any other one a checksum.
_EPOCH, _DATED = date(2026, 1, 1), 1 << 13
_VERSION_BITS = 14

# The kinds of answers, the usual ones first: smaller numbers are shorter.
_ONE, _CITY, _DISTRICT, _SEVERAL, _POOL, _SPELT = range(1, 7)
# How the codes of places are written: so many digits, the bits they take, and what follows them.
_DIGITS = {_CITY: (4, 14, "00"), _DISTRICT: (6, 20, ""), _POOL: (6, 20, "-SBJ")}
# The codes without digits of their own: this, and then letters, ended by a zero.
_OWN = "X-"
_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LETTER_BITS = 6

Said = str | list[int]
"""An answer in a code: the code of a place, or the numbers of options."""


class Decoded(Struct, frozen=True, kw_only=True):
    """What a code says by today's knowledge.

    `remarks` are sentences for the user: that the code was made with another edition, which
    answers are called otherwise now, and which are gone and have to be given again.
    """

    answers: dict[str, str | Place]
    remarks: tuple[str, ...] = ()


def code_of(knowledge: Knowledge, answers: Mapping[str, str | Place]) -> str:
    """The code of validated answers; the same answers always give the same code."""
    asked = sorted((knowledge.questions[name] for name in answers), key=lambda one: one.number)
    bits = _fixed(SIGNS.index(MARK), 5) + _fixed(_edition(knowledge.about.version), _VERSION_BITS)
    before = -1
    for question in asked:
        bits += _gamma(question.number - before) + _written(question, answers[question.id])
        before = question.number
    bits += "0" * (-(len(bits) + _CHECK_BITS) % (5 * GROUP))
    bits += _fixed(_checksum(bits), _CHECK_BITS)
    return _dashed("".join(SIGNS[int(bits[at : at + 5], 2)] for at in range(0, len(bits), 5)))


def decode(knowledge: Knowledge, text: str) -> Decoded:
    """The answers of a code, as far as today's knowledge still has them.

    Raises AnswerError where the code is damaged, with what looks wrong where one change would put
    it right, and where it has the form of codes that are no longer read.
    """
    bits = _Reader(_checked(_groups(text)))
    try:
        edition = bits.take(_VERSION_BITS)
        said = dict(_said(bits))
    except (LookupError, ValueError):
        raise _damaged("答案代码读不通；请把每组再核对一遍") from None
    return _today(knowledge, edition, said)


# ---------------------------------------------------------------- answers as bits


def _fixed(value: int, width: int) -> str:
    return f"{value:0{width}b}"


def _gamma(value: int) -> str:
    """A number from 1 on: the smaller, the shorter. It is never all zeros."""
    return _fixed(value, 2 * value.bit_length() - 1)


def _edition(version: str) -> int:
    """What stands for a version of the knowledge."""
    try:
        days = (date.fromisoformat(version.replace(".", "-")) - _EPOCH).days
    except ValueError:
        days = -1
    if 0 <= days < _DATED:
        return days
    return _DATED + crc_hqx(version.encode(), 0) % _DATED


def _written(question: Question, value: str | Place) -> str:
    """An answer, with its kind before it."""
    if isinstance(value, Place):
        return _place(value.district_code or value.code)
    numbers = [question.options[name].number for name in value.split(",")]
    options = "".join(_gamma(number + 1) for number in numbers)
    if len(numbers) == 1:
        return _gamma(_ONE) + options
    return _gamma(_SEVERAL) + _gamma(len(numbers)) + options


def _place(code: str) -> str:
    for kind, (digits, width, end) in _DIGITS.items():
        number = code[:digits]
        if number + end == code and number.isdecimal():
            return _gamma(kind) + _fixed(int(number), width)
    letters = (_LETTERS.index(letter) + 1 for letter in code.removeprefix(_OWN))
    return _gamma(_SPELT) + "".join(_fixed(one, _LETTER_BITS) for one in (*letters, 0))


class _Reader:
    """Takes bits again; ValueError where there are too few."""

    def __init__(self, bits: str) -> None:
        self._bits = bits

    def __bool__(self) -> bool:
        """Whether there is more than what fills up the last group."""
        return "1" in self._bits

    def take(self, width: int) -> int:
        if len(self._bits) < width:
            raise ValueError("too short")
        taken, self._bits = self._bits[:width], self._bits[width:]
        return int(taken, 2)

    def gamma(self) -> int:
        return self.take(2 * self._bits.index("1") + 1)


def _said(bits: _Reader) -> Iterator[tuple[int, Said]]:
    """The answers, each with the number of its question; LookupError where none can be so."""
    number = -1
    while bits:
        number += bits.gamma()
        kind = bits.gamma()
        if kind == _ONE:
            yield number, [bits.gamma() - 1]
        elif kind == _SEVERAL:
            yield number, [bits.gamma() - 1 for _ in range(bits.gamma())]
        elif kind == _SPELT:
            letters = iter(lambda: bits.take(_LETTER_BITS), 0)
            yield number, _OWN + "".join(_LETTERS[letter - 1] for letter in letters)
        else:
            digits, width, end = _DIGITS[kind]
            yield number, f"{bits.take(width):0{digits}}{end}"


# ---------------------------------------------------------------- bits as signs


def _dashed(signs: str) -> str:
    return "-".join(signs[at : at + GROUP] for at in range(0, len(signs), GROUP))


def _bits_of(signs: str) -> str:
    return _fixed(int(signs.translate(_BASE_32), 32), 5 * len(signs))


def _checksum(bits: str) -> int:
    """The checksum of bits: 0 where they end with their own."""
    return crc_hqx(int(bits, 2).to_bytes(-(-len(bits) // 8), "big"), _CHECK_START)


def _groups(text: str) -> list[str]:
    """The groups as they were written, in the signs of a code or ones read as such."""
    if len(text) > _LONGEST:
        raise _damaged("这不像答案代码，太长了；代码是几组数字和字母，每组四个")
    # The line of a list may be pasted whole, with the label before it.
    written = visible(text).rpartition(CALLED)[2].strip().lstrip(":：")
    plain = unicodedata.normalize("NFKC", written).upper()
    spaced = "".join(
        " " if char in _BETWEEN or unicodedata.category(char) in ("Pd", "Cc") else char
        for char in plain
    )
    groups = spaced.split()
    for number, group in enumerate(groups, 1):
        for char in group:
            if char.translate(_LOOKS_LIKE) not in SIGNS:
                where = f"第{number}组“{printable(group[:12])}”" if len(groups) > 1 else ""
                raise _damaged(
                    f"答案代码{where}里的“{printable(char)}”不是代码用的字；"
                    "代码只有数字和英文字母，字母里没有 U"
                )
    if not groups:
        raise _damaged("答案代码是空的；要写清单末尾的那几组数字和字母")
    return groups


def _checked(groups: list[str]) -> str:
    """The bits between mark and checksum; AnswerError where the signs are not right."""
    signs = "".join(groups).translate(_LOOKS_LIKE)
    if len(signs) % GROUP:
        raise _damaged(_miscounted(groups))
    bits = _bits_of(signs)
    right = not _checksum(bits)
    if not right:
        meant = {one for one in _changed(signs) if one[0] == MARK and not _checksum(_bits_of(one))}
        if meant:
            raise _misheard(signs, sorted(meant))
    if signs[0] in _OLD_MARKS:
        message = "这个答案代码是旧版程序印的，现在读不了；请重新回答一遍，再打印一份清单。"
        raise AnswerError(Finding("old_code", message))
    if not right:
        raise _damaged("答案代码对不上，有写错的地方；请把每组再核对一遍")
    if signs[0] != MARK:
        raise _damaged("这个答案代码不是这一版程序能读的；请更新 yibao，或再核对一遍")
    return bits[5:-_CHECK_BITS]


def _miscounted(groups: list[str]) -> str:
    count = len("".join(groups))
    wrong = [n for n, group in enumerate(groups, 1) if len(group) != GROUP]
    if len(groups) > 1 and len(wrong) == 1:
        group = groups[wrong[0] - 1]
        verb = "少" if len(group) < GROUP else "多"
        return f"答案代码第{wrong[0]}组“{group[:8]}”{verb}了字；每组{GROUP}个"
    return f"答案代码有{count}个字，漏了或多了；要每组{GROUP}个，请再核对一遍"


def _changed(signs: str) -> Iterator[str]:
    """Everything that differs by one sign, or by two neighbours that were swapped."""
    for at in range(len(signs)):
        for other in SIGNS:
            yield signs[:at] + other + signs[at + 1 :]
        yield signs[:at] + signs[at : at + 2][::-1] + signs[at + 2 :]


def _misheard(signs: str, meant: Sequence[str]) -> AnswerError:
    """The error of a code that one change puts right, seldom one of several."""
    codes = [_dashed(one) for one in meant]
    written = _dashed(signs).split("-")
    hints = []
    for code in codes:
        right = code.split("-")
        wrong = [n for n in range(len(right)) if written[n] != right[n]]
        which = "和".join(f"第{n + 1}组“{written[n]}”" for n in wrong)
        hints.append(f"{which}像是写错了，是不是{'和'.join(f'“{right[n]}”' for n in wrong)}？")
    return _damaged(f"答案代码对不上，{'也可能'.join(hints)}请再核对一遍", *codes)


def _damaged(message: str, *candidates: str) -> AnswerError:
    """The error of a code that cannot be read, with the codes that may be meant."""
    return AnswerError(Finding("damaged_code", message + "。", candidates))


# ---------------------------------------------------------------- today's knowledge


def _today(knowledge: Knowledge, edition: int, said: Mapping[int, Said]) -> Decoded:
    now = knowledge.about.version
    same = edition == _edition(now)
    answers: dict[str, str | Place] = {}
    moved: list[str] = []
    gone: list[str] = []
    numbered = {question.number: question for question in knowledge.questions.values()}
    for question in knowledge.questions.values():
        if question.number not in said:
            continue
        value, renamed = _value_today(knowledge, question, said[question.number])
        if value is None:
            gone.append(f"“{question.label}”当时的答案，现在的资料里没有，要重新回答。")
            continue
        answers[question.id] = value
        if renamed and (isinstance(value, Place) or not same):
            told = answer_in_words(question, value)
            moved.append(f"“{question.label}”的答案在资料里改过，现在是“{told}”。")
    if unknown := len(said.keys() - numbered.keys()):
        gone.append(f"代码里有{unknown}个问题现在的资料里没有，没有用上。")
    if not same:
        then = f"{_EPOCH + timedelta(edition):%Y.%m.%d} 版" if edition < _DATED else "另一版"
        moved.insert(0, f"代码是按{then}资料做的，现在的资料是 {now} 版，结果可能和当时不同。")
    return Decoded(answers=answers, remarks=(*moved, *gone))


def _value_today(
    knowledge: Knowledge, question: Question, said: Said
) -> tuple[str | Place | None, bool]:
    """The answer by today's knowledge, None where it is gone, and whether it was another one."""
    if isinstance(said, str) != (question.kind == "place"):
        return None, False
    if isinstance(said, str):
        value = migrate_answer(knowledge, question, said)
        if value is not None or len(said) != _DIGITS[_DISTRICT][0]:
            return value, False
        # Districts are merged and renamed often; their city is what the answer turns on.
        return migrate_answer(knowledge, question, said[:4] + "00"), True
    numbered = {option.number: option for option in question.options.values()}
    if not numbered.keys() >= set(said):
        return None, False
    chosen = [numbered[number] for number in said]
    value = migrate_answer(knowledge, question, ",".join(option.id for option in chosen))
    return value, any(option.was for option in chosen)
