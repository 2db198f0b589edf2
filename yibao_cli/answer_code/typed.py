"""The symbols of a code as people type it, or what is wrong with it."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from yibao_cli.answer_code.symbols import (
    ALPHABET,
    CHECKS,
    GROUP,
    LOGS,
    POWERS,
    checked,
    dashed,
    salted,
    times,
)
from yibao_cli.answers import shown
from yibao_cli.errors import AnswerError, Finding

_VALUES = {**{char: value for value, char in enumerate(ALPHABET)}, "O": 0, "I": 1, "L": 1}
_BETWEEN = ".,_·、。−"
_LONGEST = 400


def symbols_in(text: str) -> list[int]:
    """The symbols of a code without its check; AnswerError where they are not right."""
    groups = _groups(text)
    symbols = [_VALUES[char] for group in groups for char in group]
    if len(symbols) % GROUP:
        wrong = [n for n, group in enumerate(groups, 1) if len(group) != GROUP]
        if len(groups) > 1 and len(wrong) == 1:
            group = groups[wrong[0] - 1]
            verb = "少" if len(group) < GROUP else "多"
            raise damaged(f"答案代码第{wrong[0]}组“{group[:8]}”{verb}了字；每组{GROUP}个")
        raise damaged(f"答案代码有{len(symbols)}个字，漏了或多了；要每组{GROUP}个，请再核对一遍")
    if checked(symbols[:-CHECKS]) != symbols:
        meant = _meant(symbols)
        if meant is None:
            raise damaged("答案代码对不上，有写错的地方；请把每组再核对一遍")
        written, right = (dashed(one).split("-") for one in (symbols, meant))
        wrong = [n for n in range(len(right)) if written[n] != right[n]]
        which = "和".join(f"第{n + 1}组“{written[n]}”" for n in wrong)
        maybe = "和".join(f"“{right[n]}”" for n in wrong)
        raise damaged(
            f"答案代码对不上，{which}像是写错了，是不是{maybe}？请再核对一遍", "-".join(right)
        )
    return symbols[:-CHECKS]


def _groups(text: str) -> list[str]:
    """The groups as they were written, in the letters of the alphabet or ones read as such."""
    if len(text) > _LONGEST:
        raise damaged("这不像答案代码，太长了；代码是几组数字和字母，每组四个")
    plain = unicodedata.normalize("NFKC", text).upper()
    spaced = "".join(
        " " if char in _BETWEEN or unicodedata.category(char) in ("Pd", "Cf", "Cc") else char
        for char in plain
    )
    groups = spaced.split()
    for number, group in enumerate(groups, 1):
        for char in group:
            if char not in _VALUES:
                where = f"第{number}组“{shown(group[:12])}”里的" if len(groups) > 1 else "里的"
                raise damaged(
                    f"答案代码{where}“{shown(char)}”不是代码用的字；"
                    "代码只有数字和英文字母，字母里没有 U"
                )
    if not groups:
        raise damaged("答案代码是空的；要写清单末尾的那几组数字和字母")
    return groups


def _meant(symbols: Sequence[int]) -> list[int] | None:
    """The code with one symbol or one swap of neighbours put right, where that explains it."""
    found = [*symbols[:-CHECKS], *salted(symbols[-CHECKS:])]
    # Positions repeat after 31 symbols; of a longer code it cannot be told which one is meant.
    if len(found) > 31:
        return None
    first, second, third = (_value_at(found, root) for root in POWERS[:CHECKS])
    meant = list(symbols)
    if not second or not third:
        return None
    if first:
        at = len(found) - 1 - (LOGS[second] - LOGS[first]) % 31
        if at < 0:
            return None
        meant[at] ^= first
    else:
        at = len(found) - 1 - (LOGS[third] - LOGS[second] - LOGS[1 ^ POWERS[1]]) % 31
        if at < 1:
            return None
        meant[at - 1], meant[at] = meant[at], meant[at - 1]
    return meant if checked(meant[:-CHECKS]) == meant else None


def _value_at(symbols: Sequence[int], root: int) -> int:
    value = 0
    for symbol in symbols:
        value = times(value, root) ^ symbol
    return value


def damaged(message: str, *candidates: str) -> AnswerError:
    """The error of a code that cannot be read, with the codes that may be meant."""
    return AnswerError(Finding("damaged_code", message + "。", candidates))
