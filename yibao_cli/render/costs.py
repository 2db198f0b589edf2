"""The comparison of costs: the answer, the situations side by side, how it was reckoned; as JSON."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from msgspec.structs import asdict
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from yibao_cli.cost import SITUATIONS, Bill, Share, Terms, figure, in_words, yuan
from yibao_cli.look import unstyled
from yibao_cli.render import json_text, page, text
from yibao_cli.render.outline import Entry, Outline, section
from yibao_cli.render.tables import NARROW, inset, table

DISCLAIMER = "这是按您填的数字算的，不是医保部门的结算结果；各地算法以参保地为准。"
_UNKNOWN = "没有填，问参保地"
# A terminal may draw every cell of a bar twice as wide.
_LONGEST_BAR, _ROOM_FOR_BARS = 10, 80


def render(bill: Bill, fmt: str, width: int = 80) -> str:
    """The comparison in one of `files.FORMATS`, as text that ends in one line feed."""
    if fmt == "json":
        return json_text(_payload(bill))
    if fmt in ("markdown", "html"):
        return page(outline(bill), fmt)
    return unstyled(drawn(bill, width), width)


def drawn(bill: Bill, width: int) -> list[RenderableType]:
    """What a person sees, no line wider than `width` cells; where it fits, with a table."""
    whole = outline(bill)
    if width < NARROW:
        return [*text.drawn(whole, width)]
    answer, _, *rest = whole.sections
    above = text.drawn(Outline(whole.title, (answer,)), width)
    below = (line for block in text.blocks(tuple(rest), width) for line in (Text(), *block))
    return [*above, Text(), inset(_table(bill, bars=width >= _ROOM_FOR_BARS)), *below]


def outline(bill: Bill) -> Outline:
    """Everything that is said, in the order in which it is read."""
    terms, shares, points = bill.terms, bill.shares, figure(bill.points)
    cap = "" if terms.cap is None else f"，封顶线 {_amount(terms.cap)} 元"
    figures = (
        f"总费用 {_amount(terms.bill)} 元，目录内 {_amount(terms.covered)} 元",
        f"起付线 {_amount(terms.deductible)} 元，参保地报 {figure(terms.ratio)}%{cap}",
    )
    same = f"同样是{points}，" if bill.points_given else f"拿{points}打比方，不是当地的规定；"
    kinds = (
        Entry("bullet", f"{in_words(one.cut)}：基金付{yuan(one.fund)}，自己付{yuan(one.patient)}")
        for one in bill.kinds
    )
    # They must not be taken for one another.
    apart = Entry("plain", f"{same}问清参保地用哪一种：")
    remarks = (Entry("bullet", one) for one in (*_assumptions(terms), DISCLAIMER))
    sections = (
        section("结论", [Entry("lead", _answer(bill), figures)], kind="outcome"),
        section("对比", map(_row, shares, shares.values())),
        section("怎么算的", map(_reckoned, shares, shares.values())),
        section("三种少报的算法，不能互换", [apart, *kinds]),
        section("说明", remarks),
    )
    return Outline("看病费用对比", sections)


def _answer(bill: Bill) -> str:
    """What is cheapest by how much, of all that was filled in."""
    (home, at_home), *away = (
        (SITUATIONS[name], share.patient) for name, share in bill.shares.items() if share
    )
    if not away:
        return f"{home}，自己付 {_amount(at_home)} 元"
    away.sort(key=lambda one: one[1])
    (cheapest, least), (dearest, most) = away[0], away[-1]
    if least < most:
        return f"{cheapest}比{dearest}少付 {_amount(most - least)} 元"
    which = cheapest if len(away) == 1 else "去外地看病"
    more = least - at_home
    return f"{which}比{home}多付 {_amount(more)} 元" if more else f"{which}和{home}付的一样多"


def _table(bill: Bill, *, bars: bool) -> Table:
    known = [share for share in bill.shares.values() if share]
    # Amounts stand below each other, so all have cents where one has.
    places = 2 if any(one.fund % 1 or one.patient % 1 for one in known) else 0
    most = max(share.patient for share in known) or Decimal(1)
    heads = ("怎么去", "基金付", "自己付", *([""] if bars else []))
    grid = table(*((head, None) for head in heads), right=(1, 2))
    for name, share in bill.shares.items():
        if share is None:
            grid.add_row(SITUATIONS[name], *_UNKNOWN.split("，"), style="muted")
            continue
        length = max(round(_LONGEST_BAR * share.patient / most), 1) if share.patient else 0
        cells = [_called(name, share), f"{share.fund:,.{places}f}"]
        own = [(f"{share.patient:,.{places}f}", "act"), ("━" * length, "accent")]
        grid.add_row(*cells, *(Text(*one) for one in own[: len(heads) - 2]))
    return grid


def _called(name: str, share: Share) -> str:
    """A situation and by what it pays less."""
    return SITUATIONS[name] if name == "home" else f"{SITUATIONS[name]}，{in_words(share.cut)}"


def _row(name: str, share: Share | None) -> Entry:
    if share is None:
        return Entry("bullet", f"{SITUATIONS[name]}：{_UNKNOWN}")
    paid = f"基金付 {_amount(share.fund)} 元，自己付 {_amount(share.patient)} 元"
    return Entry("bullet", f"{_called(name, share)}：{paid}")


def _reckoned(name: str, share: Share | None) -> Entry:
    """Of a situation the reduction, the formula, and what the patient's part consists of."""
    if share is None:
        return _row(name, share)
    own = f"目录内{yuan(share.own_inside)}＋目录外{yuan(share.own_outside)}"
    details = (f"基金付：{share.formula}", f"自己付：{own}＝{yuan(share.patient)}")
    return Entry("bullet", _called(name, share), details)


def _assumptions(terms: Terms) -> tuple[str, ...]:
    order = (
        "假定从目录内费用里先付，再扣起付线，再乘比例；"
        "参保地先扣起付线的，加 --first-after-deductible。"
    )
    if terms.first_after_deductible:
        order = "按您选的算：先扣起付线，再先付，剩下的乘比例；这时和乘系数得数一样。"
    cap = "封顶线当作这次基金最多付的钱；今年已经用掉的额度，请先减掉再填。"
    return (
        f"先付百分之几的，{order}",
        "没有填封顶线，按不封顶算。" if terms.cap is None else cap,
        "每种情形都按同样的目录内费用和起付线算；去外地可能不一样，请问参保地。",
        "中间不四舍五入，基金付的钱最后四舍五入到分。",
    )


def _payload(bill: Bill) -> dict[str, Any]:
    """The comparison as JSON; amounts are texts there, so that no reader makes them inexact."""
    unknown = {**dict.fromkeys(Share.__struct_fields__), "formula": _UNKNOWN}
    rows = [
        {"id": name, "title": SITUATIONS[name], **(asdict(share) if share else unknown)}
        for name, share in bill.shares.items()
    ]
    points, given = bill.points, bill.points_given
    return {
        "schema": "yibao.cost/1",
        "given": bill.terms,
        "rows": rows,
        "kinds": {"points": points, "given": given, "rows": bill.kinds},
        "assumptions": _assumptions(bill.terms),
        "disclaimer": DISCLAIMER,
    }


def _amount(amount: Decimal) -> str:
    return f"{amount:,.2f}" if amount % 1 else f"{amount:,.0f}"
