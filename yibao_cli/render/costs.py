"""The comparison of costs: as text with bars, as a Markdown table, and for programs."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from yibao_cli.cost import Comparison, Cut, Kind, Row, Share, Terms, cents
from yibao_cli.render import json_text, page
from yibao_cli.render.markdown import escape
from yibao_cli.render.outline import Entry, Group, Outline, Section
from yibao_cli.wrap import cells

SCHEMA = "yibao.cost/1"
DISCLAIMER = "这是按您填的数字算的，不是医保部门的结算结果；各地算法以参保地为准。"

TITLE = "看病费用对比"
UNKNOWN = "没有填，问参保地"
_LABEL, _AMOUNT, _LONGEST_BAR = 16, 12, 30
# Columns for which bars are drawn where a page has none.
_PAGE = 80


def render(comparison: Comparison, fmt: str, width: int = _PAGE) -> str:
    """The comparison in one of `formats.FORMATS`, as text that ends in one line feed."""
    if fmt == "json":
        return json_text(payload(comparison))
    if fmt == "markdown":
        return "\n\n".join(_markdown(comparison)) + "\n"
    if fmt == "html":
        return page(outline(comparison, _PAGE), fmt)
    from yibao_cli.look import unstyled
    from yibao_cli.render.bill import drawn

    return unstyled(drawn(comparison, width), width)


def outline(comparison: Comparison, width: int) -> Outline:
    """Everything that is said, with bars as wide as the page allows."""
    overview = (_overview(row, comparison.terms, width) for row in comparison.rows)
    how = (Entry("bullet", texts[0], texts[1:]) for texts in _how(comparison))
    return Outline(
        TITLE,
        (
            _section("对比", Entry("plain", _legend(comparison.terms)), *overview),
            _section("怎么算的", *how),
            _section(
                "三种少报的算法，不能互换",
                Entry("plain", _number(comparison)),
                *(Entry("bullet", text) for text in _kinds(comparison)),
            ),
            _section(
                "说明",
                *(Entry("bullet", text) for text in _assumptions(comparison.terms)),
                Entry("plain", DISCLAIMER),
            ),
        ),
    )


def payload(comparison: Comparison) -> dict[str, Any]:
    """The comparison as plain values; amounts are texts, so that no reader makes them inexact."""
    terms = comparison.terms
    return {
        "schema": SCHEMA,
        "given": {
            "bill": str(terms.bill),
            "covered": str(terms.covered),
            "deductible": str(terms.deductible),
            "ratio": _bare(terms.ratio),
            "cap": None if terms.cap is None else str(terms.cap),
            "first_after_deductible": terms.first_after_deductible,
        },
        "rows": [
            {"id": row.id, "title": row.title, **_values(terms, row.share)}
            for row in comparison.rows
        ],
        "kinds": {
            "points": _bare(comparison.points),
            "given": comparison.points_given,
            "rows": [_values(terms, share) for share in comparison.kinds],
        },
        "assumptions": list(_assumptions(terms)),
        "disclaimer": DISCLAIMER,
    }


def _markdown(comparison: Comparison) -> Iterator[str]:
    terms = comparison.terms
    yield f"# {TITLE}"
    yield escape(_legend(terms))
    table = ["| 情形 | 少报的算法 | 基金付 | 自己付 | 对比 |", "| --- | --- | ---: | ---: | --- |"]
    for row in comparison.rows:
        share = row.share
        cut, fund, own, bar = (
            (
                cut_in_words(share.cut),
                _yuan(share.fund),
                _yuan(share.patient),
                _bar(terms, share, 20),
            )
            if share
            else (UNKNOWN, "", "", "")
        )
        table.append(f"| {row.title} | {cut} | {fund} | {own} | {bar} |")
    yield "\n".join(table)
    yield "## 怎么算的"
    yield "\n".join(
        "- " + "\n    - ".join(escape(text) for text in texts) for texts in _how(comparison)
    )
    yield "## 三种少报的算法，不能互换"
    yield escape(_number(comparison))
    yield "\n".join(f"- {escape(text)}" for text in _kinds(comparison))
    yield "## 说明"
    yield "\n".join(f"- {escape(text)}" for text in _assumptions(terms))
    yield DISCLAIMER


def _section(heading: str, *entries: Entry) -> Section:
    return Section(heading, (Group(None, entries),))


# ---------------------------------------------------------------- sentences


def _legend(terms: Terms) -> str:
    return f"■ 基金付　□ 自己付　整条是总费用{_yuan(terms.bill)}"


def _overview(row: Row, terms: Terms, width: int) -> Entry:
    label = row.title + " " * (_LABEL - cells(row.title))
    if row.share is None:
        return Entry("plain", f"{label}{UNKNOWN}")
    bar = _bar(terms, row.share, min(_LONGEST_BAR, width // 2))
    fund, own = _yuan(row.share.fund), _yuan(row.share.patient)
    line = f"{label}基金付 {fund:>{_AMOUNT}}　自己付 {own:>{_AMOUNT}}"
    if cells(line) <= width:
        return Entry("plain", line, (bar,))
    return Entry("plain", row.title, (f"基金付{fund}", f"自己付{own}", bar))


def _bar(terms: Terms, share: Share, size: int) -> str:
    """The bill as a row of boxes; a part that is not zero shows as at least one."""
    filled = int((size * share.fund / terms.bill).to_integral_value())
    if share.fund:
        filled = max(filled, 1)
    if share.patient:
        filled = min(filled, size - 1)
    return "■" * filled + "□" * (size - filled)


def _how(comparison: Comparison) -> Iterator[tuple[str, ...]]:
    """For each situation the reduction, the formula, and what the patient's part consists of."""
    for row in comparison.rows:
        share = row.share
        if share is None:
            yield (f"{row.title}：{UNKNOWN}",)
            continue
        title = (
            row.title if row is comparison.rows[0] else f"{row.title}，{cut_in_words(share.cut)}"
        )
        yield (
            title,
            f"基金付：{_formula(comparison.terms, share)}",
            f"自己付：目录内{_yuan(share.own_inside)}＋目录外{_yuan(share.own_outside)}"
            f"＝{_yuan(share.patient)}",
        )


def _formula(terms: Terms, share: Share) -> str:
    """What the fund pays, worked out with the user's numbers."""
    parts = [f"起付线{figure(terms.deductible)}"]
    if share.cut.kind is Kind.FIRST:
        first = f"先付{figure(share.cut.size)}%的{figure(share.first)}"
        parts.insert(1 if terms.first_after_deductible else 0, first)
    base = "－".join((f"目录内{figure(terms.covered)}", *parts))
    if not share.base:
        return f"{base}，没有剩下的，付{_yuan(share.fund)}"
    text = f"（{base}）×{_rate(terms, share)}＝{_yuan(cents(share.uncapped))}"
    if terms.cap is not None and share.uncapped > terms.cap:
        text += f"，超过封顶线，只付{_yuan(share.fund)}"
    return text


def _rate(terms: Terms, share: Share) -> str:
    ratio, size, result = map(figure, (terms.ratio, share.cut.size, share.ratio))
    match share.cut.kind:
        case Kind.MINUS if share.cut.size > terms.ratio:
            return f"（{ratio}%不够减{size}个百分点，按0%）"
        case Kind.MINUS:
            return f"（{ratio}%－{size}个百分点＝{result}%）"
        case Kind.TIMES:
            return f"（{ratio}%×{size}＝{result}%）"
        case _:
            return f"{ratio}%"


def cut_in_words(cut: Cut) -> str:
    """A reduction as people say it."""
    size = figure(cut.size)
    return {
        Kind.NONE: "不减",
        Kind.MINUS: f"减{size}个百分点",
        Kind.TIMES: f"乘{size}",
        Kind.FIRST: f"先付{size}%",
    }[cut.kind]


def _number(comparison: Comparison) -> str:
    number = figure(comparison.points)
    if comparison.points_given:
        return f"同样是{number}，问清参保地用哪一种："
    return f"拿{number}打比方，不是当地的规定；问清参保地用哪一种："


def _kinds(comparison: Comparison) -> Iterator[str]:
    """The three kinds must not be taken for one another (national.md 6.2, provinces.md 5.7)."""
    for share in comparison.kinds:
        yield f"{cut_in_words(share.cut)}：基金付{_yuan(share.fund)}，自己付{_yuan(share.patient)}"


def _assumptions(terms: Terms) -> Iterator[str]:
    if terms.first_after_deductible:
        yield "先付百分之几的，按您选的算：先扣起付线，再先付，剩下的乘比例；这时和乘系数得数一样。"
    else:
        yield (
            "先付百分之几的，假定从目录内费用里先付，再扣起付线，再乘比例；"
            "参保地先扣起付线的，加 --first-after-deductible。"
        )
    if terms.cap is None:
        yield "没有填封顶线，按不封顶算。"
    else:
        yield "封顶线当作这次基金最多付的钱；今年已经用掉的额度，请先减掉再填。"
    yield "每种情形都按同样的目录内费用和起付线算；去外地可能不一样，请问参保地。"
    yield "中间不四舍五入，基金付的钱最后四舍五入到分。"


# ---------------------------------------------------------------- figures


def _values(terms: Terms, share: Share | None) -> dict[str, Any]:
    if share is None:
        names = ("cut", "ratio", "fund", "patient", "own_inside", "own_outside")
        return {**dict.fromkeys(names), "formula": UNKNOWN}
    return {
        "cut": {"kind": share.cut.kind.value, "size": _bare(share.cut.size)},
        "ratio": _bare(share.ratio),
        "fund": str(share.fund),
        "patient": str(share.patient),
        "own_inside": str(share.own_inside),
        "own_outside": str(share.own_outside),
        "formula": _formula(terms, share),
    }


def _yuan(amount: Decimal) -> str:
    return f"{amount:,.2f}元"


def figure(value: Decimal) -> str:
    """A figure as people write it: thousands apart, no idle zeros."""
    return f"{value.normalize():,f}"


def _bare(value: Decimal) -> str:
    return f"{value.normalize():f}"
