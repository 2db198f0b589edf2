"""What one bill costs in five situations, by the figures the user gives and no others.

Places reduce what they pay in three ways that are not equal for the same number (national.md 6.2,
provinces.md 5.7): minus n points, times a factor, n per cent first out of pocket. Each is a kind
of its own here, from the user's text to the result. All arithmetic is exact; only what the fund
pays is rounded, once, to the cent.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal, Inexact, localcontext
from enum import Enum, unique
from typing import TypeVar

from msgspec import Struct

from yibao_cli.answers import Given, printable, visible
from yibao_cli.errors import AnswerError, Finding, MissingAnswerError

HOME = "home"
JOURNEYS: Mapping[str, str] = {
    "long_term": "长期备案",
    "referral": "转诊或急诊抢救",
    "temporary": "其他临时外出",
    "unfiled": "没有备案",
}
"""The four situations away from home, each with a reduction of its own."""

FIELDS: Mapping[str, str] = {
    "bill": "总费用",
    "covered": "目录内费用",
    "deductible": "起付线",
    "ratio": "支付比例",
    "cap": "封顶线",
    **JOURNEYS,
}
"""Everything that can be given, in the order in which it is asked."""

REQUIRED = ("bill", "covered", "deductible", "ratio")

_EXAMPLE = "yibao cost --bill 20000 --covered 18000 --deductible 1000 --ratio 80 --referral 减10"
_CENT = Decimal("0.01")
_PER_CENT = Decimal("0.01")
_ILLUSTRATION = Decimal(10)
# Raises rather than rounds: no figure that is accepted comes near 100 digits.
_EXACT = Context(prec=100, rounding=ROUND_HALF_UP)
_EXACT.traps[Inexact] = True


@unique
class Kind(Enum):
    """How a place reduces what it pays; never converted into one another."""

    NONE = "none"
    MINUS = "minus"
    TIMES = "times"
    FIRST = "first"


class Cut(Struct, frozen=True):
    """One reduction. `size` is points, a factor up to 1 or per cent, by kind."""

    kind: Kind
    size: Decimal


NO_CUT = Cut(Kind.NONE, Decimal(0))


class Terms(Struct, frozen=True):
    """The bill and the rules at home; `ratio` in per cent, `cap` on what the fund pays."""

    bill: Decimal
    covered: Decimal
    deductible: Decimal
    ratio: Decimal
    cap: Decimal | None = None
    first_after_deductible: bool = False


class Share(Struct, frozen=True):
    """Who pays what under one reduction, with the figures between."""

    cut: Cut
    first: Decimal
    """What the patient pays before the ratio, by `Kind.FIRST`."""
    base: Decimal
    """What the ratio is applied to."""
    ratio: Decimal
    """Per cent of the base, after the reduction."""
    uncapped: Decimal
    fund: Decimal
    own_inside: Decimal
    own_outside: Decimal

    @property
    def patient(self) -> Decimal:
        """Everything the fund does not pay."""
        return self.own_inside + self.own_outside


class Row(Struct, frozen=True):
    """One situation; without a share where the user does not know the reduction."""

    id: str
    title: str
    share: Share | None


class Comparison(Struct, frozen=True):
    """The five situations side by side, and what the three kinds make of one number."""

    terms: Terms
    rows: tuple[Row, ...]
    points: Decimal
    points_given: bool
    """Whether `points` is the user's number; otherwise it only illustrates."""
    kinds: tuple[Share, ...]


# ---------------------------------------------------------------- arithmetic


def compare_costs(terms: Terms, cuts: Mapping[str, Cut | None]) -> Comparison:
    """All situations, and the three kinds for the first number that was given."""
    rows = (
        Row(HOME, "在参保地看病", settle(terms, NO_CUT)),
        *(
            Row(journey, title, settle(terms, cut) if (cut := cuts.get(journey)) else None)
            for journey, title in JOURNEYS.items()
        ),
    )
    given = (_points(cut) for journey in JOURNEYS if (cut := cuts.get(journey)))
    number = next((points for points in given if points), None)
    points = _ILLUSTRATION if number is None else number
    kinds = (
        Cut(Kind.MINUS, points),
        Cut(Kind.TIMES, 1 - points * _PER_CENT),
        Cut(Kind.FIRST, points),
    )
    shares = tuple(settle(terms, cut) for cut in kinds)
    return Comparison(terms, rows, points, number is not None, shares)


def settle(terms: Terms, cut: Cut) -> Share:
    """Who pays what of the bill under one reduction."""
    with localcontext(_EXACT):
        first, base = _base(terms, cut.size * _PER_CENT if cut.kind is Kind.FIRST else Decimal(0))
        ratio = _reduced(terms.ratio, cut)
        uncapped = base * ratio * _PER_CENT
    fund = cents(uncapped if terms.cap is None else min(uncapped, terms.cap))
    return Share(
        cut, first, base, ratio, uncapped, fund, terms.covered - fund, terms.bill - terms.covered
    )


def cents(amount: Decimal) -> Decimal:
    """An amount rounded to the cent, half up."""
    return amount.quantize(_CENT, ROUND_HALF_UP)


def _base(terms: Terms, part: Decimal) -> tuple[Decimal, Decimal]:
    """What the patient pays first, and what is left for the ratio."""
    nothing = Decimal(0)
    if terms.first_after_deductible:
        rest = max(terms.covered - terms.deductible, nothing)
        first = rest * part
        return first, rest - first
    first = terms.covered * part
    return first, max(terms.covered - first - terms.deductible, nothing)


def _reduced(ratio: Decimal, cut: Cut) -> Decimal:
    match cut.kind:
        case Kind.MINUS:
            return max(ratio - cut.size, Decimal(0))
        case Kind.TIMES:
            return ratio * cut.size
        case _:
            return ratio


def _points(cut: Cut) -> Decimal:
    """The n of a reduction, to set the other two kinds beside it."""
    return (1 - cut.size) * 100 if cut.kind is Kind.TIMES else cut.size


# ---------------------------------------------------------------- texts to figures

_T = TypeVar("_T")
_LONGEST, _PLACES = 18, 4
_TOO_MUCH = Decimal(10) ** 9
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
# Only ASCII digits: `\d` and Decimal would take those of every script.
_N = r"(?P<n>[0-9]+(?:\.[0-9]+)?)"
_MONEY = re.compile(r"[¥￥]?(-?)((?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?)(万?)元?")
_RATIO = re.compile(rf"(?P<minus>-?){_N}(?P<unit>%?)")
_CUTS = (
    (Kind.MINUS, rf"(?:减少?|降低?|少|minus:){_N}(?P<unit>个?百分点|个?点|)"),
    (Kind.TIMES, rf"(?:乘以?|[×x*]|times:){_N}(?P<unit>%?)"),
    (Kind.TIMES, r"(?:打|按)?(?P<n>[1-9][0-9]?(?:\.[0-9]+)?)(?P<unit>折)"),
    (Kind.FIRST, rf"(?:先付|先自付|先行自付|first:){_N}(?P<unit>%?)"),
)
# Each may mean any of the three kinds.
_WHICH_KIND = re.compile(rf"(?:减少?|降低?|少|minus:|按)?{_N}%?")
_UNCHANGED = frozenset(("不减", "不降", "不变", "不少", "一样", "none"))
_UNKNOWN = frozenset(("不知道", "不清楚", "unknown", "unsure"))
_NO_CAP = frozenset(("没有", "无", "不封顶", "none"))


class _RefusalError(Exception):
    """Why a text is no answer: what follows the name of the field."""

    def __init__(self, message: str, *candidates: str, code: str = "unknown_value") -> None:
        super().__init__(message)
        self.message, self.candidates, self.code = message, candidates, code


def parse_costs(
    given: Given, *, first_after_deductible: bool = False
) -> tuple[Terms, dict[str, Cut | None]]:
    """What was given as terms and reductions; None is a reduction that is not known.

    Raises AnswerError with one finding for everything not understood or impossible, and
    MissingAnswerError where only something is missing.
    """
    wrong: list[Finding] = []

    def one(name: str, parse: Callable[[str], _T]) -> _T | None:
        try:
            return _agreed(given.get(name, ()), parse)
        except _RefusalError as refused:
            message = f"{FIELDS[name]}（{flag(name)}）{refused.message}"
            wrong.append(Finding(refused.code, message, refused.candidates, name))
            return None

    bill, covered = one("bill", _bill), one("covered", _money)
    deductible, ratio = one("deductible", _money), one("ratio", _ratio)
    cap = one("cap", _cap)
    cuts = {journey: one(journey, _cut) for journey in JOURNEYS}
    if bill is not None and covered is not None and covered > bill:
        message = f"目录内费用（--covered）{covered}元不能比总费用（--bill）{bill}元多；请核对。"
        wrong.append(Finding("impossible", message, question="covered"))
    absent = [name for name in REQUIRED if not given.get(name)]
    missing = Finding(
        "missing_answer",
        f"还缺：{'、'.join(f'{FIELDS[name]} {flag(name)}' for name in absent)}。例如：{_EXAMPLE}",
        tuple(map(flag, absent)),
    )
    if wrong:
        raise AnswerError(*wrong, *([missing] if absent else ()))
    if bill is None or covered is None or deductible is None or ratio is None:
        raise MissingAnswerError(missing)
    return Terms(bill, covered, deductible, ratio, cap, first_after_deductible), cuts


def flag(name: str) -> str:
    """The flag that gives a field."""
    return "--" + name.replace("_", "-")


def _agreed(texts: Sequence[str], parse: Callable[[str], _T]) -> _T | None:
    """The one value that all texts give."""
    values = {parse(text): text for text in texts}
    if len(values) > 1:
        said = tuple(printable(text) for text in values.values())
        listed = "、".join(f"“{text}”" for text in said)
        raise _RefusalError(f"给了不同的答案：{listed}；只能留一个。", *said, code="contradiction")
    return next(iter(values), None)


def _bill(text: str) -> Decimal:
    bill = _money(text)
    if not bill:
        raise _RefusalError("要大于0；请写这次看病一共多少钱。", code="impossible")
    return bill


def _money(text: str) -> Decimal:
    found = _MONEY.fullmatch(_plain(text))
    if not found:
        raise _RefusalError(f"看不懂“{printable(text)}”；请写多少元，例如 12345.67。")
    minus, digits, myriads = found.groups()
    amount = _number(digits.replace(",", ""), text) * (10_000 if myriads else 1)
    if minus:
        raise _RefusalError(f"写的是“{printable(text)}”，不能是负数。", code="impossible")
    if amount >= _TOO_MUCH:
        raise _RefusalError(f"写的是“{printable(text)}”，太大了；要小于10亿元。", code="impossible")
    if amount != cents(amount):
        raise _RefusalError(f"写的是“{printable(text)}”；最多写到分，也就是两位小数。")
    return cents(amount)


def _cap(text: str) -> Decimal | None:
    return None if _plain(text) in _NO_CAP else _money(text)


def _ratio(text: str) -> Decimal:
    found = _RATIO.fullmatch(_plain(text))
    if not found:
        raise _RefusalError(f"看不懂“{printable(text)}”；请写百分之几，例如 80 或 80%。")
    if found["minus"]:
        raise _RefusalError(f"写的是“{printable(text)}”，不能是负数。", code="impossible")
    return _per_cent(found["n"], found["unit"], text, "{}%")


def _cut(text: str) -> Cut | None:
    plain = _plain(text)
    if plain in _UNKNOWN:
        return None
    if plain in _UNCHANGED:
        return NO_CUT
    for kind, pattern in _CUTS:
        if found := re.fullmatch(pattern, plain):
            return Cut(kind, _size(kind, found["n"], found["unit"], text))
    if _WHICH_KIND.fullmatch(plain):
        raise _RefusalError(
            f"写的是“{printable(text)}”，看不出是哪种算法；请写成 减10、乘0.9 或 先付10% 这样。",
            *("减10", "乘0.9", "先付10%"),
            code="ambiguous",
        )
    raise _RefusalError(
        f"看不懂“{printable(text)}”；可以写：减10、乘0.9、先付10%、不减、不知道。",
        *("减10", "乘0.9", "先付10%", "不减", "不知道"),
    )


def _size(kind: Kind, digits: str, unit: str, text: str) -> Decimal:
    if kind is Kind.MINUS:
        return _per_cent(digits, unit, text, "减{}个百分点")
    if kind is Kind.FIRST:
        return _per_cent(digits, unit, text, "先付{}%")
    factor = _number(digits, text)
    if unit == "%":
        factor *= _PER_CENT
    elif unit == "折":
        # Nine tenths are 9折, and 85 hundredths 85折.
        factor *= _PER_CENT if factor > 10 else Decimal("0.1")
    if factor > 1:
        raise _RefusalError(
            f"写的是“{printable(text)}”；乘的系数要在0到1之间，例如 乘0.9 或 乘90%。",
            code="impossible",
        )
    return factor


def _per_cent(digits: str, unit: str, text: str, written: str) -> Decimal:
    """Per cent or points. Without a unit, 0.85 may mean 85 just as well, so it is not taken."""
    value = _number(digits, text)
    if value > 100:
        raise _RefusalError(f"写的是“{printable(text)}”，不能超过100。", code="impossible")
    if not unit and 0 < value <= 1:
        meant = tuple(written.format(f"{one.normalize():f}") for one in (value * 100, value))
        raise _RefusalError(
            f"写的是“{printable(text)}”，看不出是{'还是'.join(meant)}；请照这样写全。",
            *meant,
            code="ambiguous",
        )
    return value


def _number(digits: str, text: str) -> Decimal:
    if len(digits) > _LONGEST:
        raise _RefusalError(f"写的是“{printable(text)}”，数太长了；请核对。", code="impossible")
    value = Decimal(digits)
    if value != round(value, _PLACES):
        raise _RefusalError(f"写的是“{printable(text)}”；最多写{_PLACES}位小数。")
    return value


def _plain(text: str) -> str:
    """Half-width, small letters, no blanks; except between digits, where one may hide a slip."""
    narrow = " ".join(visible(text).translate(_FULL_WIDTH).casefold().split())
    return re.sub(r"(?<![0-9]) | (?![0-9])", "", narrow)
