"""Answers as a short code that can be read over the phone, and back; no network, no storage.

A code is Crockford base32: a mark of this form of codes, the edition of the knowledge, the answers
and a CRC-16. It carries the numbers that questions and options have in the data: none is ever given
to something else, so a code outlives edits, and what no longer exists is told instead of guessed.

The answers are Elias gamma numbers in the order of their questions: the step from the question
before, then what kind of answer it is, then the answer. None of that hangs on the knowledge, so a
code can be read past what today's knowledge has not got.
"""

from __future__ import annotations

import re
import unicodedata
from binascii import crc_hqx
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from msgspec import Struct

from yibao_cli.answers import answer_as_text, answer_in_words, migrate_answer, printable, visible
from yibao_cli.errors import AnswerError, Finding
from yibao_cli.knowledge.model import Knowledge
from yibao_cli.knowledge.questions import Question
from yibao_cli.places import Place

_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MARK, _GROUP, _LONGEST = "2", 4, 400
# The codes of the form before this one began with one of these.
_OLD_MARKS = _SIGNS[16:]
_BASE_32 = str.maketrans(_SIGNS, "0123456789ABCDEFGHIJKLMNOPQRSTUV")
_LOOKS_LIKE = str.maketrans("OIL", "011")
_BETWEEN = "[-‐-―−〜.,_·、。]"

_AROUND = re.compile(r"^.*代码\s*[:：]?|，[0-9-]{10}读，.*$", re.DOTALL)
"""What stands on a list before a code and behind it."""

# Every run of wrong bits up to 16 is noticed: a wrong sign is 5, two that were swapped are 10.
# It does not begin with 0, for which a row of zeros would be right.
_CHECK_BITS, _CHECK_START = 16, 0xFFFF

# A version that is a date is the days from here on, any other one a checksum.
_EPOCH, _DATED, _VERSION_BITS = date(2026, 1, 1), 1 << 13, 14

# The kinds of answers, the usual ones first: smaller numbers are shorter.
_ONE, _CITY, _DISTRICT, _SEVERAL, _POOL, _SPELT = range(1, 7)
# How the codes of places are written: so many digits, the bits they take, and what follows them.
_DIGITS = {_CITY: (4, 14, "00"), _DISTRICT: (6, 20, ""), _POOL: (6, 20, "-SBJ")}
# The codes without digits of their own: this, and then letters, ended by a zero.
_OWN, _LETTERS, _LETTER_BITS = "X-", "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", 6


class Decoded(Struct, frozen=True, kw_only=True):
    """What a code says by today's knowledge.

    `remarks` are sentences for the user: that the code was made with another edition, which
    answers are called otherwise now, and which are gone and have to be given again.
    """

    answers: dict[str, str | Place]
    remarks: tuple[str, ...] = ()


def code_of(knowledge: Knowledge, answers: Mapping[str, str | Place]) -> str:
    """The code of validated answers; the same answers always give the same code."""
    bits = _fixed(_SIGNS.index(_MARK), 5) + _fixed(_edition(knowledge.about.version), _VERSION_BITS)
    before = -1
    asked = (knowledge.questions[name] for name in answers)
    for question in sorted(asked, key=lambda one: one.number):
        bits += _gamma(question.number - before) + _written(question, answers[question.id])
        before = question.number
    bits += "0" * (-(len(bits) + _CHECK_BITS) % (5 * _GROUP))
    bits += _fixed(_checksum(bits), _CHECK_BITS)
    return _dashed("".join(_SIGNS[int(bits[at : at + 5], 2)] for at in range(0, len(bits), 5)))


def decode(knowledge: Knowledge, text: str) -> Decoded:
    """The answers of a code, as far as today's knowledge still has them.

    Raises AnswerError where the code is damaged, with what looks wrong where one change would put
    it right, and where it has the form of codes that are no longer read.
    """
    bits = _Bits(_checked(_groups(text)))
    try:
        edition = bits.take(_VERSION_BITS)
        said = dict(_numbers(bits))
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
    """What stands for a version of the knowledge: its day, if there is one."""
    try:
        days = (date.fromisoformat(version.partition("+")[0].replace(".", "-")) - _EPOCH).days
    except ValueError:
        days = -1
    return days if 0 <= days < _DATED else _DATED + crc_hqx(version.encode(), 0) % _DATED


def _written(question: Question, value: str | Place) -> str:
    """An answer, with its kind before it."""
    text = answer_as_text(value)
    if not isinstance(value, Place):
        numbers = [question.options[name].number + 1 for name in text.split(",")]
        start = [_ONE] if len(numbers) == 1 else [_SEVERAL, len(numbers)]
        return "".join(map(_gamma, (*start, *numbers)))
    for kind, (digits, width, end) in _DIGITS.items():
        if text[:digits] + end == text and text[:digits].isdecimal():
            return _gamma(kind) + _fixed(int(text[:digits]), width)
    letters = [_LETTERS.index(letter) + 1 for letter in text.removeprefix(_OWN)]
    return _gamma(_SPELT) + "".join(_fixed(one, _LETTER_BITS) for one in (*letters, 0))


class _Bits:
    """Takes numbers of bits again; ValueError where there are too few."""

    def __init__(self, bits: str) -> None:
        self.left = bits

    def take(self, width: int) -> int:
        if len(self.left) < width:
            raise ValueError("too short")
        taken, self.left = self.left[:width], self.left[width:]
        return int(taken, 2)

    def gamma(self) -> int:
        return self.take(2 * self.left.index("1") + 1)


def _numbers(bits: _Bits) -> Iterator[tuple[int, str]]:
    """The numbers of questions, and of each the code of a place or the numbers of its options.

    Raises LookupError or ValueError where none can be written so.
    """
    number = -1
    # Zeros alone fill up the last group.
    while "1" in bits.left:
        number += bits.gamma()
        kind = bits.gamma()
        if kind in (_ONE, _SEVERAL):
            count = 1 if kind == _ONE else bits.gamma()
            yield number, ",".join(str(bits.gamma() - 1) for _ in range(count))
        elif kind == _SPELT:
            text = _OWN
            while letter := bits.take(_LETTER_BITS):
                text += _LETTERS[letter - 1]
            yield number, text
        else:
            digits, width, end = _DIGITS[kind]
            yield number, f"{bits.take(width):0{digits}}{end}"


def _dashed(signs: str) -> str:
    return "-".join(signs[at : at + _GROUP] for at in range(0, len(signs), _GROUP))


def _bits_of(signs: str) -> str:
    return _fixed(int(signs.translate(_BASE_32), 32), 5 * len(signs))


def _checksum(bits: str) -> int:
    """The checksum of bits: 0 where they end with their own."""
    return crc_hqx(int(bits, 2).to_bytes(-(-len(bits) // 8), "big"), _CHECK_START)


def _groups(text: str) -> list[str]:
    """The groups as they were written, in the signs of a code or ones read as such."""
    if len(text) > _LONGEST:
        raise _damaged("这不像答案代码，太长了；代码是几组数字和字母，每组四个")
    # The line of a list may be pasted whole.
    written = _AROUND.sub("", visible(text))
    groups = re.sub(_BETWEEN, " ", unicodedata.normalize("NFKC", written).upper()).split()
    for number, group in enumerate(groups, 1):
        foreign = group.translate(_LOOKS_LIKE).strip(_SIGNS)
        if foreign:
            where = f"第{number}组“{printable(group[:12])}”" if len(groups) > 1 else ""
            raise _damaged(
                f"答案代码{where}里的“{printable(foreign[0])}”不是代码用的字；"
                "代码只有数字和英文字母，字母里没有 U"
            )
    if not groups:
        raise _damaged("答案代码是空的；要写清单末尾的那几组数字和字母")
    return groups


def _checked(groups: list[str]) -> str:
    """The bits between mark and checksum; AnswerError where the signs are not right."""
    signs = "".join(groups).translate(_LOOKS_LIKE)
    if len(signs) % _GROUP:
        raise _damaged(_miscounted(groups))
    bits = _bits_of(signs)
    right = not _checksum(bits)
    if not right:
        changed = {one for one in _changed(signs) if one[0] == _MARK}
        if meant := [_dashed(one) for one in sorted(changed) if not _checksum(_bits_of(one))]:
            raise _misheard(_dashed(signs), meant)
    if signs[0] in _OLD_MARKS:
        message = "这个答案代码是旧版程序印的，现在读不了；请重新回答一遍，再打印一份清单。"
        raise AnswerError(Finding("old_code", message))
    if not right:
        raise _damaged("答案代码对不上，有写错的地方；请把每组再核对一遍")
    if signs[0] != _MARK:
        raise _damaged("这个答案代码不是这一版程序能读的；请更新 yibao，或再核对一遍")
    return bits[5:-_CHECK_BITS]


def _miscounted(groups: list[str]) -> str:
    wrong = [n for n, group in enumerate(groups, 1) if len(group) != _GROUP]
    if len(groups) > 1 and len(wrong) == 1:
        group = groups[wrong[0] - 1]
        verb = "少" if len(group) < _GROUP else "多"
        return f"答案代码第{wrong[0]}组“{group[:8]}”{verb}了字；每组{_GROUP}个"
    count = len("".join(groups))
    return f"答案代码有{count}个字，漏了或多了；要每组{_GROUP}个，请再核对一遍"


def _changed(signs: str) -> Iterator[str]:
    """Everything that differs by one sign, or by two neighbours that were swapped."""
    for at in range(len(signs)):
        for other in _SIGNS:
            yield signs[:at] + other + signs[at + 1 :]
        yield signs[:at] + signs[at : at + 2][::-1] + signs[at + 2 :]


def _misheard(written: str, codes: list[str]) -> AnswerError:
    """The error of a code that one change puts right, seldom one of several."""
    hints = []
    for code in codes:
        groups = enumerate(zip(written.split("-"), code.split("-"), strict=True), 1)
        wrong = [(number, *pair) for number, pair in groups if pair[0] != pair[1]]
        which = "和".join(f"第{number}组“{group}”" for number, group, _ in wrong)
        meant = "和".join(f"“{right}”" for *_, right in wrong)
        hints.append(f"{which}像是写错了，是不是{meant}？")
    return _damaged(f"答案代码对不上，{'也可能'.join(hints)}请再核对一遍", *codes)


def _damaged(message: str, *candidates: str) -> AnswerError:
    """The error of a code that cannot be read, with the codes that may be meant."""
    return AnswerError(Finding("damaged_code", message + "。", candidates))


# ---------------------------------------------------------------- today's knowledge


def _today(knowledge: Knowledge, edition: int, said: dict[int, str]) -> Decoded:
    now = knowledge.about.version
    answers: dict[str, str | Place] = {}
    moved: list[str] = []
    gone: list[str] = []
    if edition != _edition(now):
        then = f"{_EPOCH + timedelta(edition):%Y.%m.%d} 版" if edition < _DATED else "另一版"
        moved.append(f"答案是按{then}资料给的，现在的资料是 {now} 版，结果可能和当时不同。")
    for question in knowledge.questions.values():
        if question.number not in said:
            continue
        one = said.pop(question.number)
        value = _value_today(knowledge, question, one)
        if value is None:
            gone.append(f"“{question.label}”当时的答案，现在的资料里没有，要重新回答。")
            continue
        answers[question.id] = value
        if isinstance(value, Place):
            other = answer_as_text(value) != one
        else:
            other = bool(moved) and any(question.options[name].was for name in value.split(","))
        if other:
            told = answer_in_words(question, value)
            moved.append(f"“{question.label}”的答案在资料里改过，现在是“{told}”。")
    if said:
        gone.append(f"答过的{len(said)}个问题现在的资料里没有，没有用上。")
    return Decoded(answers=answers, remarks=(*moved, *gone))


def _value_today(knowledge: Knowledge, question: Question, said: str) -> str | Place | None:
    """The answer by today's knowledge, None where it is gone or of another kind of question."""
    if question.kind == "place":
        # Districts are merged and renamed often; their city is what the answer turns on.
        city = said[:4] + "00" + said[6:]
        return migrate_answer(knowledge, question, said) or migrate_answer(
            knowledge, question, city
        )
    ids = {str(option.number): option.id for option in question.options.values()}
    text = ",".join(ids.get(number, "") for number in said.split(","))
    return migrate_answer(knowledge, question, text)
