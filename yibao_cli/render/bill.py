"""The comparison of costs for people: the answer in a sentence, then a table with bars."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from rich.console import RenderableType
from rich.text import Text

from yibao_cli.cost import HOME, Comparison, Row
from yibao_cli.render.costs import TITLE, UNKNOWN, cut_in_words, figure, outline
from yibao_cli.render.drawing import WIDEST, bar, flow
from yibao_cli.render.tables import inset, table
from yibao_cli.render.text import blocks
from yibao_cli.wrap import cells

_LONGEST_BAR, _SHORTEST_BAR = 28, 8
_FUND, _OWN = "基金付", "自己付"


def drawn(comparison: Comparison, width: int) -> list[RenderableType]:
    """What a person sees, no line wider than `width` cells."""
    terms = comparison.terms
    cap = "" if terms.cap is None else f"，封顶线 {_amount(terms.cap)} 元"
    texts = (
        Text(TITLE, "muted"),
        Text(answer(comparison), "act"),
        Text(f"总费用 {_amount(terms.bill)} 元，目录内 {_amount(terms.covered)} 元", "muted"),
        Text(
            f"起付线 {_amount(terms.deductible)} 元，参保地报 {figure(terms.ratio)}%{cap}", "muted"
        ),
    )
    made: list[RenderableType] = [*bar(texts, width), Text()]
    made += _overview(comparison, min(width, WIDEST))
    for section in blocks(outline(comparison, width).sections[1:], width):
        made += [Text(), *section]
    return made


def answer(comparison: Comparison) -> str:
    """What is cheapest by how much, of all that was filled in."""
    home, *away = sorted(
        ((row.share.patient, row.title, row.id != HOME) for row in comparison.rows if row.share),
        key=lambda one: (one[2], one[0]),
    )
    if not away:
        return f"{home[1]}，自己付 {_amount(home[0])} 元"
    if more := away[-1][0] - away[0][0]:
        return f"{away[0][1]}比{away[-1][1]}少付 {_amount(more)} 元"
    which = away[0][1] if len(away) == 1 else "去外地看病"
    more = away[0][0] - home[0]
    return f"{which}比{home[1]}多付 {_amount(more)} 元" if more else f"{which}和{home[1]}付的一样多"


def _overview(comparison: Comparison, width: int) -> Iterator[RenderableType]:
    """A table where it fits, with bars where they fit too; else one situation below the other."""
    shares = [row.share for row in comparison.rows if row.share]
    # Amounts stand below each other, so all have cents where one has.
    places = 0 if all(_whole(one.fund) and _whole(one.patient) for one in shares) else 2
    rows = [_amounts(row, places) for row in comparison.rows]
    columns = [
        (head, max(cells(head), *map(cells, column)))
        for head, column in zip(("怎么去", _FUND, _OWN), zip(*rows, strict=True), strict=True)
    ]
    used = 1 + sum(room for _, room in columns) + 2 * 2
    if used > width:
        yield from _stacked(comparison, width, places)
        return
    # A terminal may draw every cell of a bar twice as wide.
    size = min(_LONGEST_BAR, (width - used - 2) // 2)
    if size >= _SHORTEST_BAR:
        columns.append(("", size))
    grid = table(*columns, right=(1, 2))
    most = max(share.patient for share in shares) or Decimal(1)
    for row, (name, fund, own) in zip(comparison.rows, rows, strict=True):
        if row.share is None:
            grid.add_row(*(Text(one, "muted") for one in (name, fund, own)))
            continue
        length = max(round(size * row.share.patient / most), 1) if row.share.patient else 0
        block = [Text("━" * length, "accent")] if size >= _SHORTEST_BAR else []
        grid.add_row(Text(name), Text(fund), Text(own, "act"), *block)
    yield inset(grid)


def _amounts(row: Row, places: int) -> tuple[str, str, str]:
    """What a situation is called, what the fund pays and what the patient does."""
    if row.share is None:
        fund, own = UNKNOWN.split("，")
        return row.title, fund, own
    return _called(row), f"{row.share.fund:,.{places}f}", f"{row.share.patient:,.{places}f}"


def _stacked(comparison: Comparison, width: int, places: int) -> Iterator[Text]:
    for row in comparison.rows:
        name, fund, own = _amounts(row, places)
        texts = [Text(name, "head"), Text(UNKNOWN, "muted")]
        if row.share:
            texts[1:] = [Text(f"{_FUND} {fund} 元"), Text(f"{_OWN} {own} 元", "act")]
        yield from (Text.assemble(" ", line) for text in texts for line in flow(text, width - 1))


def _called(row: Row) -> str:
    """A situation and by what it pays less."""
    if row.share is None or row.id == HOME:
        return row.title
    return f"{row.title}，{cut_in_words(row.share.cut)}"


def _whole(amount: Decimal) -> bool:
    return amount == amount.to_integral_value()


def _amount(amount: Decimal) -> str:
    return f"{amount:,.0f}" if _whole(amount) else f"{amount:,.2f}"
