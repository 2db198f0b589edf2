"""What one bill costs in five situations, by the figures the user gives and no others.

Places reduce what they pay in three ways that are not equal for the same number: minus n points,
times a factor, n per cent first out of pocket. Each is a kind of its own here, from the user's text
to the result. All arithmetic is exact, as the 28 digits of
Decimal hold every product; only what the fund pays is rounded, once, to the cent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from yibao_cli.answers import Given, printable, visible
from yibao_cli.errors import AnswerError, Finding, MissingAnswerError

# Names of flags and keys of the JSON, and what they are called.
REQUIRED = {"bill": "总费用", "covered": "目录内费用", "deductible": "起付线", "ratio": "支付比例"}
JOURNEYS = {
    "long_term": "长期备案",
    "referral": "转诊或急诊抢救",
    "temporary": "其他临时外出",
    "unfiled": "没有备案",
}
"""The situations away from home, each with a reduction of its own."""
SITUATIONS = {"home": "在参保地看病", **JOURNEYS}
FIELDS = {**REQUIRED, "cap": "封顶线", **JOURNEYS}
"""Everything that can be given, in the order in which it is asked."""

_EXAMPLE = "yibao cost --bill 20000 --covered 18000 --deductible 1000 --ratio 80 --referral 减10"

Method = Literal["none", "minus", "times", "first"]
"""How a place reduces what it pays; never converted into one another."""


class Cut(Struct, frozen=True):
    """One reduction. `size` is points, a factor up to 1 or per cent, by kind."""

    kind: Method
    size: Decimal


NO_CUT = Cut("none", Decimal(0))


class Terms(Struct, frozen=True):
    """The bill and the rules at home; `ratio` in per cent, `cap` on what the fund pays."""

    bill: Decimal
    covered: Decimal
    deductible: Decimal
    ratio: Decimal
    cap: Decimal | None = None
    first_after_deductible: bool = False


class Share(Struct, frozen=True):
    """Who pays what under one reduction, and how that was reckoned."""

    cut: Cut
    ratio: Decimal
    fund: Decimal
    patient: Decimal
    own_inside: Decimal
    own_outside: Decimal
    formula: str


class Bill(Struct, frozen=True):
    """What each of `SITUATIONS` costs, and what the three kinds make of one number.

    A share is None where the user does not know the reduction. `points_given` tells whether the
    number is the user's; otherwise it only illustrates.
    """

    terms: Terms
    shares: dict[str, Share | None]
    points: Decimal
    points_given: bool
    kinds: tuple[Share, ...]


def compare_costs(terms: Terms, cuts: Mapping[str, Cut | None]) -> Bill:
    """All situations, and the three kinds for the first number that was given."""
    chosen = {"home": NO_CUT, **{journey: cuts.get(journey) for journey in JOURNEYS}}
    given = (
        (1 - cut.size) * 100 if cut.kind == "times" else cut.size for cut in chosen.values() if cut
    )
    number = next(filter(None, given), None)
    points = Decimal(10) if number is None else _bare(number)
    kinds = (Cut("minus", points), Cut("times", _bare(1 - points / 100)), Cut("first", points))
    return Bill(
        terms,
        {name: settle(terms, cut) if cut else None for name, cut in chosen.items()},
        points,
        number is not None,
        tuple(settle(terms, cut) for cut in kinds),
    )


def settle(terms: Terms, cut: Cut) -> Share:
    """Who pays what of the bill under one reduction."""
    later = terms.first_after_deductible
    taken = [("起付线", terms.deductible)]
    if cut.kind == "first":
        left = max(terms.covered - terms.deductible, Decimal(0)) if later else terms.covered
        taken.insert(int(later), (f"{in_words(cut)}的", left * cut.size / 100))
    base = max(terms.covered - sum(amount for _, amount in taken), Decimal(0))
    ratio, rate = _reduced(terms.ratio, cut)
    uncapped = base * ratio / 100
    fund = cents(uncapped if terms.cap is None else min(uncapped, terms.cap))
    steps = (("目录内", terms.covered), *taken)
    formula = "－".join(f"{called}{figure(amount)}" for called, amount in steps)
    if not base:
        formula += f"，没有剩下的，付{yuan(fund)}"
    else:
        formula = f"（{formula}）×{rate}＝{yuan(cents(uncapped))}"
        if terms.cap is not None and uncapped > terms.cap:
            formula += f"，超过封顶线，只付{yuan(fund)}"
    outside = terms.bill - terms.covered
    return Share(cut, _bare(ratio), fund, terms.bill - fund, terms.covered - fund, outside, formula)


def _reduced(ratio: Decimal, cut: Cut) -> tuple[Decimal, str]:
    """A ratio after a reduction, and how it came about."""
    plain, size = f"{figure(ratio)}%", figure(cut.size)
    if cut.kind == "minus" and cut.size > ratio:
        return Decimal(0), f"（{plain}不够减{size}个百分点，按0%）"
    if cut.kind == "minus":
        return ratio - cut.size, f"（{plain}－{size}个百分点＝{figure(ratio - cut.size)}%）"
    if cut.kind == "times":
        return ratio * cut.size, f"（{plain}×{size}＝{figure(ratio * cut.size)}%）"
    return ratio, plain


def cents(amount: Decimal) -> Decimal:
    """An amount rounded to the cent, half up."""
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _bare(value: Decimal) -> Decimal:
    """A figure without idle zeros or an exponent."""
    return value.normalize() + 0


def figure(value: Decimal) -> str:
    """A figure as people write it: thousands apart, no idle zeros."""
    return f"{value.normalize():,f}"


def yuan(amount: Decimal) -> str:
    """An amount to the cent."""
    return f"{amount:,.2f}元"


def in_words(cut: Cut) -> str:
    """A reduction as people say it."""
    return _CUTS[cut.kind].words.format(figure(cut.size)) if cut.kind in _CUTS else "不减"


class _Notation(Struct, frozen=True):
    """How a figure is written and said, the most it can be, and what to say of another one."""

    pattern: str
    words: str = "{}%"
    highest: Decimal = Decimal(100)
    hint: str = "可以写：减10、乘0.9、先付10%、不减、不知道；减和先付写0到100，乘写0到1"


# Only ASCII digits: `\d` and Decimal would take those of every script.
_N = r"(?P<n>[0-9]+(?:\.[0-9]+)?)"
_LESS = "减少?|降低?|少|minus:"
_TENTHS = r"(?:打|按)?(?=[1-9][0-9]?(?:\.[0-9]+)?折)"
_MONEY = _Notation(
    r"[¥￥]?(?P<n>-?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?)(?P<unit>万?)元?",
    highest=Decimal("999999999.99"),
    hint="请写多少元，不能是负数，要小于10亿，例如 12345.67",
)
_RATIO = _Notation(
    r"(?P<n>-?[0-9]+(?:\.[0-9]+)?)(?P<unit>%?)", hint="请写百分之几，0到100，例如 80 或 80%"
)
_CUTS: Mapping[Method, _Notation] = {
    "minus": _Notation(rf"(?:{_LESS}){_N}(?P<unit>个?百分点|个?点|)", "减{}个百分点"),
    "times": _Notation(rf"(?:乘以?|[×x*]|times:|{_TENTHS}){_N}(?P<unit>%|折|)", "乘{}", Decimal(1)),
    "first": _Notation(rf"(?:先付|先自付|先行自付|first:){_N}(?P<unit>%?)", "先付{}%"),
}
_EXAMPLES = ("减10", "乘0.9", "先付10%")
# Each may mean any of the three kinds.
_WHICH_KIND = rf"(?:{_LESS}|按)?{_N}%?"
_WORDS: Mapping[str, Cut | None] = {
    **dict.fromkeys(("不减", "不降", "不变", "不少", "一样", "none"), NO_CUT),
    **dict.fromkeys(("不知道", "不清楚", "unknown", "unsure"), None),
}
_NO_CAP = ("没有", "无", "不封顶", "none")
# Not as all texts are compared, for which 20000² is 200002.
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}


def parse_costs(
    given: Given, *, first_after_deductible: bool = False
) -> tuple[Terms, dict[str, Cut | None]]:
    """What was given as terms and reductions; None is a reduction that is not known.

    Raises AnswerError with one finding for everything not understood or impossible, and
    MissingAnswerError where only something is missing.
    """
    values: dict[str, Any] = {}
    wrong: list[Finding] = []
    absent: dict[str, str] = {}
    for name, label in FIELDS.items():
        flag = "--" + name.replace("_", "-")
        texts = given.get(name, ())
        if name in REQUIRED and not texts:
            absent[flag] = f"{label} {flag}"
        try:
            found = {_parse(name, text): printable(text) for text in texts}
        except AnswerError as error:
            (one,) = error.findings
            wrong.append(replace(one, message=f"{label}（{flag}）{one.message}", question=name))
            continue
        if len(found) > 1:
            texts = tuple(found.values())
            message = f"{label}（{flag}）给了不同的答案：“{'”、“'.join(texts)}”；只能留一个。"
            wrong.append(Finding("contradiction", message, texts, name))
        elif found:
            (values[name],) = found
    bill, covered = values.get("bill"), values.get("covered")
    if bill and covered and covered > bill:
        message = f"目录内费用（--covered）{covered}元不能比总费用（--bill）{bill}元多；请核对。"
        wrong.append(Finding("impossible", message, question="covered"))
    listed = f"还缺：{'、'.join(absent.values())}。例如：{_EXAMPLE}"
    missing = [Finding("missing_answer", listed, tuple(absent))] if absent else []
    if wrong:
        raise AnswerError(*wrong, *missing)
    if missing:
        raise MissingAnswerError(*missing)
    cuts = {journey: values.pop(journey, None) for journey in JOURNEYS}
    return Terms(**values, first_after_deductible=first_after_deductible), cuts


def _parse(name: str, text: str) -> Decimal | Cut | None:
    """What a text says of a field. Raises AnswerError with what follows the name of the field."""
    # Half-width, small letters, no blanks; except between digits, where one may hide a slip.
    narrow = " ".join(visible(text).translate(_FULL_WIDTH).casefold().split())
    plain = re.sub(r"(?<![0-9]) | (?![0-9])", "", narrow)
    if name in JOURNEYS:
        return _cut(plain, text)
    if name == "cap" and plain in _NO_CAP:
        return None
    if name == "ratio":
        return _value(_RATIO, plain, text)
    amount = cents(_value(_MONEY, plain, text))
    if name == "bill" and not amount:
        raise _refusal("impossible", text, "要大于0；请写这次看病一共多少钱")
    return amount


def _cut(plain: str, text: str) -> Cut | None:
    if plain in _WORDS:
        return _WORDS[plain]
    for kind, notation in _CUTS.items():
        if re.fullmatch(notation.pattern, plain):
            return Cut(kind, _value(notation, plain, text))
    if re.fullmatch(_WHICH_KIND, plain):
        why = "看不出是哪种算法；请写成 减10、乘0.9 或 先付10% 这样"
        raise _refusal("ambiguous", text, why, *_EXAMPLES)
    hint = _CUTS["minus"].hint
    raise _refusal("unknown_value", text, hint, *_EXAMPLES, "不减", "不知道")


def _value(notation: _Notation, plain: str, text: str) -> Decimal:
    """The number that was written: an amount, a factor, or points or per cent."""
    found = re.fullmatch(notation.pattern, plain)
    if not found:
        raise _refusal("unknown_value", text, notation.hint)
    unit, digits = found["unit"], found["n"].replace(",", "")
    value = Decimal(digits)
    if unit == "万":
        value *= 10_000
    elif notation.highest == 1 and unit:
        # Nine tenths are 9折, and 85 hundredths 85折.
        value /= 10 if unit == "折" and value <= 10 else 100
    if not 0 <= value <= notation.highest:
        raise _refusal("impossible", text, f"不可能；{notation.hint}")
    places = 2 if notation is _MONEY and not unit else 4
    if len(digits.partition(".")[2].rstrip("0")) > places:
        raise _refusal("unknown_value", text, f"最多写{places}位小数")
    if notation.highest == 100 and not unit and 0 < value <= 1:
        # Without a unit, 0.85 may mean 85 just as well, so it is not taken.
        meant = [notation.words.format(figure(one)) for one in (value * 100, value)]
        why = f"看不出是{'还是'.join(meant)}；请照这样写全"
        raise _refusal("ambiguous", text, why, *meant)
    return _bare(value)


def _refusal(code: str, text: str, why: str, *candidates: str) -> AnswerError:
    shown = f"“{printable(text)}”"
    begin = f"看不懂{shown}；" if code == "unknown_value" else f"写的是{shown}，"
    return AnswerError(Finding(code, f"{begin}{why}。", candidates))
