"""The comparison of costs: arithmetic, what figures are understood, the page, and the command."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from support import Ran, Screen, yibao

from yibao_cli.cost import (
    JOURNEYS,
    NO_CUT,
    REQUIRED,
    SITUATIONS,
    Cut,
    Method,
    Terms,
    compare_costs,
    parse_costs,
    settle,
)
from yibao_cli.errors import AnswerError, MissingAnswerError
from yibao_cli.files import FORMATS
from yibao_cli.render.costs import DISCLAIMER, render
from yibao_cli.wrap import cells

D = Decimal
TERMS = Terms(D("20000.00"), D("18000.00"), D("1000.00"), D(80))
GIVEN = {"bill": ["20000"], "covered": ["18000"], "deductible": ["1000"], "ratio": ["80"]}


def number(low: int, high: int, places: int) -> st.SearchStrategy[Decimal]:
    return st.decimals(low, high, places=places, allow_nan=False, allow_infinity=False)


per_cent = number(0, 100, 4)
money = number(0, 999_999_999, 2)


@st.composite
def cuts(draw: st.DrawFn) -> Cut:
    kind: Method = draw(st.sampled_from(get_args(Method)))
    if kind == "none":
        return NO_CUT
    return Cut(kind, draw(number(0, 1, 6) if kind == "times" else per_cent))


@st.composite
def terms(draw: st.DrawFn) -> Terms:
    covered, outside = draw(money), draw(number(0, 10_000, 2))
    bill = covered + outside or D("0.01")
    cap = draw(st.none() | money)
    return Terms(bill, covered, draw(money), draw(per_cent), cap, draw(st.booleans()))


# ---------------------------------------------------------------- arithmetic


@pytest.mark.parametrize(
    ("cut", "fund"),
    [
        (NO_CUT, "13600.00"),
        (Cut("minus", D(10)), "11900.00"),
        (Cut("times", D("0.9")), "12240.00"),
        (Cut("first", D(10)), "12160.00"),
        (Cut("minus", D(90)), "0.00"),
    ],
)
def test_three_kinds_by_hand(cut: Cut, fund: str) -> None:
    share = settle(TERMS, cut)

    assert share.fund == D(fund)
    assert share.own_outside == D("2000.00")
    assert share.own_inside == D("18000.00") - D(fund)


def test_first_after_the_deductible_equals_the_factor() -> None:
    after = replace(TERMS, first_after_deductible=True)

    assert settle(after, Cut("first", D(10))).fund == D("12240.00")


def test_only_the_result_is_rounded_and_half_a_cent_goes_up() -> None:
    small = Terms(D("0.10"), D("0.10"), D(0), D(50))

    assert settle(small, Cut("times", D("0.9"))).fund == D("0.05")


def test_cap_limits_what_the_fund_pays() -> None:
    share = settle(replace(TERMS, cap=D("12000.00")), NO_CUT)

    assert share.fund == D("12000.00")
    assert share.formula.endswith("＝13,600.00元，超过封顶线，只付12,000.00元")


def test_the_three_kinds_are_shown_for_the_number_of_the_user() -> None:
    found = compare_costs(TERMS, {"long_term": NO_CUT, "temporary": Cut("times", D("0.8"))})

    assert (found.points, found.points_given) == (D(20), True)
    assert [str(share.fund) for share in found.kinds] == ["10200.00", "10880.00", "10720.00"]
    assert not compare_costs(TERMS, {"long_term": NO_CUT}).points_given


@settings(deadline=None)
@given(terms(), cuts())
def test_every_cent_is_paid_by_one_of_the_two(of: Terms, cut: Cut) -> None:
    share = settle(of, cut)

    assert share.fund + share.patient == of.bill
    assert share.own_inside + share.own_outside == share.patient
    assert min(share.fund, share.own_inside, share.own_outside) >= 0
    assert of.cap is None or share.fund <= of.cap
    assert share.fund == share.fund.quantize(D("0.01"))


@settings(deadline=None)
@given(terms(), cuts(), per_cent)
def test_a_higher_ratio_never_pays_less(of: Terms, cut: Cut, other: Decimal) -> None:
    low, high = sorted((of.ratio, other))

    assert settle(replace(of, ratio=low), cut).fund <= settle(replace(of, ratio=high), cut).fund


@settings(deadline=None)
@given(terms())
def test_nothing_off_is_the_same_in_every_kind(of: Terms) -> None:
    nothing = (Cut("minus", D(0)), Cut("times", D(1)), Cut("first", D(0)))

    assert {settle(of, cut).fund for cut in nothing} == {settle(of, NO_CUT).fund}


@settings(deadline=None)
@given(terms(), cuts())
def test_no_cut_pays_more_than_home(of: Terms, cut: Cut) -> None:
    assert settle(of, cut).fund <= settle(of, NO_CUT).fund


@settings(deadline=None)
@given(terms(), per_cent)
def test_minus_n_points_is_never_better_than_the_other_kinds(of: Terms, n: Decimal) -> None:
    minus, times, first = (
        share.fund for share in compare_costs(of, {"referral": Cut("minus", n)}).kinds
    )

    assert minus <= times
    assert first <= times


# ---------------------------------------------------------------- texts to figures


@pytest.mark.parametrize(
    ("text", "kind", "size"),
    [
        ("减10", "minus", "10"),
        ("减20点", "minus", "20"),
        (" 减 １０ 个百分点 ", "minus", "10"),
        ("降低5个点", "minus", "5"),
        ("减0.5个百分点", "minus", "0.5"),
        ("minus:10", "minus", "10"),
        ("乘0.9", "times", "0.9"),
        ("乘以９０％", "times", "0.9"),
        ("×0.8", "times", "0.8"),
        ("打9折", "times", "0.9"),
        ("85折", "times", "0.85"),
        ("TIMES:0.9", "times", "0.9"),
        ("先付20%", "first", "20"),
        ("先行自付10％", "first", "10"),
        ("first：20", "first", "20"),
        ("不减", "none", "0"),
    ],
)
def test_reductions_as_people_write_them(text: str, kind: Method, size: str) -> None:
    assert parse_costs({**GIVEN, "referral": [text]})[1]["referral"] == Cut(kind, D(size))


def test_a_reduction_that_is_not_given_is_not_known() -> None:
    found = parse_costs({**GIVEN, "referral": ["不知道"]})[1]

    assert found == dict.fromkeys(JOURNEYS)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("２００００", "20000"),
        ("20,000.50元", "20000.50"),
        ("￥ 20，000", "20000"),
        ("2.5万", "25000"),
        ("2.5 万元", "25000"),
    ],
)
def test_amounts_as_people_write_them(text: str, amount: str) -> None:
    assert parse_costs({**GIVEN, "bill": [text]})[0].bill == D(amount)


@pytest.mark.parametrize("text", ["85", "85%", "８５％", " 85.0 % "])
def test_ratios_as_people_write_them(text: str) -> None:
    assert parse_costs({**GIVEN, "ratio": [text]})[0].ratio == 85


@pytest.mark.parametrize("text", ["不封顶", "没有"])
def test_no_cap_can_be_said(text: str) -> None:
    assert parse_costs({**GIVEN, "cap": [text]})[0].cap is None


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("bill", "0", "impossible"),
        ("bill", "-5", "impossible"),
        ("bill", "17999.99", "impossible"),
        ("bill", "1000000000", "impossible"),
        ("bill", "9" * 10_000, "impossible"),
        ("bill", "20000.123", "unknown_value"),
        ("bill", "1,2345", "unknown_value"),
        ("bill", "1 2345", "unknown_value"),
        ("bill", "1e999", "unknown_value"),
        ("bill", "NaN", "unknown_value"),
        ("bill", "Infinity", "unknown_value"),
        ("bill", "٢٠٠٠٠", "unknown_value"),
        ("bill", "20000²", "unknown_value"),
        ("bill", "x" * 10_000, "unknown_value"),
        ("covered", "20000.01", "impossible"),
        ("deductible", "", "unknown_value"),
        ("ratio", "100.1", "impossible"),
        ("ratio", "-1%", "impossible"),
        ("ratio", "0.85", "ambiguous"),
        ("ratio", "1", "ambiguous"),
        ("ratio", "八成", "unknown_value"),
        ("cap", "-1", "impossible"),
        ("referral", "10", "ambiguous"),
        ("referral", "10%", "ambiguous"),
        ("referral", "减10%", "ambiguous"),
        ("referral", "按80%", "ambiguous"),
        ("referral", "先付0.1", "ambiguous"),
        ("referral", "减101", "impossible"),
        ("referral", "先付101%", "impossible"),
        ("referral", "乘1.1", "impossible"),
        ("referral", "乘90", "impossible"),
        ("referral", "乘-0.9", "unknown_value"),
        ("referral", "minus", "unknown_value"),
    ],
)
def test_what_is_not_understood_is_one_sentence(name: str, text: str, code: str) -> None:
    with pytest.raises(AnswerError) as caught:
        parse_costs({**GIVEN, name: [text]})

    (finding,) = caught.value.findings
    assert finding.code == code
    assert finding.message.count("。") == 1
    assert len(finding.message) < 160


@settings(deadline=None)
@given(st.sampled_from((*GIVEN, "cap", *JOURNEYS)), st.text(max_size=30))
def test_any_text_is_taken_or_refused(name: str, text: str) -> None:
    try:
        found, _ = parse_costs({**GIVEN, name: [text]})
    except AnswerError:
        return
    assert found.bill >= found.covered >= 0


def test_everything_wrong_and_missing_is_reported_together() -> None:
    with pytest.raises(AnswerError) as caught:
        parse_costs({"bill": ["-1"], "ratio": ["200"], "referral": ["10%"]})

    assert [one.question for one in caught.value.findings] == ["bill", "ratio", "referral", None]
    assert "--covered、起付线 --deductible" in str(caught.value)


def test_two_values_for_one_flag() -> None:
    with pytest.raises(AnswerError, match=r"“80”、“90%”"):
        parse_costs({**GIVEN, "ratio": ["80", "90%"]})
    assert parse_costs({**GIVEN, "ratio": ["80", "80%"]})[0].ratio == 80


def test_missing_figures_are_named() -> None:
    with pytest.raises(MissingAnswerError) as caught:
        parse_costs({})

    assert all(f"--{name}" in str(caught.value) for name in REQUIRED)


# ---------------------------------------------------------------- the page

ALL = {
    "long_term": NO_CUT,
    "referral": Cut("minus", D(10)),
    "temporary": Cut("first", D(20)),
    "unfiled": Cut("times", D("0.7")),
}


@pytest.mark.parametrize("fmt", FORMATS)
def test_every_format_carries_the_same_facts(fmt: str) -> None:
    text = render(compare_costs(TERMS, ALL), fmt, 200)

    for said in (
        "在参保地看病",
        *JOURNEYS.values(),
        "（目录内18,000－起付线1,000）×80%＝13,600.00元",
        "×（80%－10个百分点＝70%）＝11,900.00元",
        "（目录内18,000－先付20%的3,600－起付线1,000）×80%＝10,720.00元",
        "×（80%×0.7＝56%）＝9,520.00元",
        "再扣起付线",
        DISCLAIMER,
    ):
        assert said in text
    assert text.encode("gbk").decode("gbk") == text
    assert text.endswith("\n")


@pytest.mark.parametrize("width", [20, 40, 60, 80, 200])
def test_no_line_is_wider_than_the_page(width: int) -> None:
    text = render(compare_costs(replace(TERMS, cap=D("9000.00")), ALL), "plain", width)

    assert max(map(cells, text.splitlines())) <= width


@settings(deadline=None)
@given(terms(), st.fixed_dictionaries({journey: st.none() | cuts() for journey in JOURNEYS}))
def test_bars_are_as_long_as_the_own_part(of: Terms, given_cuts: dict[str, Cut | None]) -> None:
    found = compare_costs(of, given_cuts)
    lines = render(found, "plain", 200).splitlines()
    bars = {
        share.patient: line.count("━")
        for name, share in found.shares.items()
        for line in lines
        if share and line.startswith(f" {SITUATIONS[name]}") and share.patient
        if f"{share.fund:,.2f}" in line or f"{share.fund:,.0f}" in line
    }

    # Bars share out the room by what is paid oneself; nothing that is paid goes without one.
    assert all(1 <= length <= 10 for length in bars.values())
    assert [bars[one] for one in sorted(bars)] == sorted(bars.values())


@pytest.mark.parametrize(
    ("given_cuts", "said"),
    [
        ({}, "在参保地看病，自己付 6,400 元"),
        ({"referral": Cut("minus", D(10))}, "转诊或急诊抢救比在参保地看病多付 1,700 元"),
        ({"long_term": NO_CUT}, "长期备案和在参保地看病付的一样多"),
        ({"long_term": NO_CUT, "referral": NO_CUT}, "去外地看病和在参保地看病付的一样多"),
        (ALL, "长期备案比没有备案少付 4,080 元"),
    ],
)
def test_the_answer_comes_first(given_cuts: dict[str, Cut | None], said: str) -> None:
    lines = render(compare_costs(TERMS, given_cuts), "plain").splitlines()

    assert lines[:2] == [" ▌ 看病费用对比", f" ▌ {said}"]


def test_the_table() -> None:
    lines = render(compare_costs(TERMS, ALL), "plain").splitlines()

    assert lines[5:11] == [
        " 怎么去                        基金付  自己付",
        " 在参保地看病                  13,600   6,400  ━━━━━━",
        " 长期备案，不减                13,600   6,400  ━━━━━━",
        " 转诊或急诊抢救，减10个百分点  11,900   8,100  ━━━━━━━━",
        " 其他临时外出，先付20%         10,720   9,280  ━━━━━━━━━",
        " 没有备案，乘0.7                9,520  10,480  ━━━━━━━━━━",
    ]


def test_amounts_stand_below_each_other() -> None:
    lines = render(compare_costs(replace(TERMS, bill=D("20000.50")), {}), "plain").splitlines()

    assert " 在参保地看病    13,600.00  6,400.50  ━" in lines[6]


def test_unknown_reduction_is_left_to_the_insured_place() -> None:
    found = compare_costs(TERMS, {})

    assert render(found, "plain").count("没有填，问参保地") == len(JOURNEYS)
    assert render(found, "plain").count("没有填  问参保地") == len(JOURNEYS)
    rows = json.loads(render(found, "json"))["rows"]
    assert [row["fund"] for row in rows] == ["13600.00", None, None, None, None]
    assert "打比方，不是当地的规定" in render(found, "plain")


def test_order_of_first_and_deductible_is_said_and_follows_the_switch() -> None:
    text = render(compare_costs(replace(TERMS, first_after_deductible=True), ALL), "plain", 200)

    assert "先扣起付线，再先付" in text
    assert "（目录内18,000－起付线1,000－先付20%的3,400）×80%＝10,880.00元" in text


def test_nothing_left_above_the_deductible() -> None:
    text = render(compare_costs(replace(TERMS, deductible=D("18000.00")), {}), "plain", 200)

    assert "没有剩下的，付0.00元" in text


# ---------------------------------------------------------------- the command


def cost(*more: str, **changes: str | None) -> Ran:
    """`yibao cost` on the base figures with some changed; None leaves one out."""
    figures = {**{name: texts[0] for name, texts in GIVEN.items()}, **changes}
    words = [
        word
        for name, text in figures.items()
        if text is not None
        for word in ("--" + name.replace("_", "-"), text)
    ]
    return yibao("cost", *words, *more)


def test_command_prints_the_comparison() -> None:
    ran = cost(referral="减10", long_term="不减")

    assert (ran.status, ran.err) == (0, "")
    assert "转诊或急诊抢救，减10个百分点  11,900     8,100  ━" in ran.out


def test_command_in_json() -> None:
    ran = cost("--first-after-deductible", "--format", "json", unfiled="first:20", cap="12000")

    assert ran.status == 0
    assert ran.data["schema"] == "yibao.cost/1"
    assert ran.data["given"]["first_after_deductible"] is True
    assert ran.data["rows"][0]["fund"] == "12000.00"
    assert ran.data["rows"][4]["cut"] == {"kind": "first", "size": "20"}
    assert ran.data["rows"][4]["fund"] == "10880.00"


def test_command_in_markdown() -> None:
    lines = cost("-f", "markdown", referral="减10").out.splitlines()

    assert lines[2] == "**转诊或急诊抢救比在参保地看病多付 1,700 元**"
    assert "- 转诊或急诊抢救，减10个百分点：基金付 11,900 元，自己付 8,100 元" in lines
    assert "- 没有备案：没有填，问参保地" in lines


def test_every_format_that_is_offered_is_one_of_its_own() -> None:
    made = {fmt: cost("-f", fmt) for fmt in FORMATS}

    assert {ran.status for ran in made.values()} == {0}
    # Without a terminal there is nothing to colour.
    assert made["terminal"] == made["plain"]
    assert len({ran.out for ran in made.values()}) == len(FORMATS) - 1
    assert made["html"].out.startswith("<!DOCTYPE html>")
    assert made["html"].out.endswith("</html>\n")


def test_command_names_what_is_missing() -> None:
    ran = cost(covered=None, ratio=None)

    assert (ran.status, ran.out) == (3, "")
    assert "--covered" in ran.err
    assert "--ratio" in ran.err
    assert "--bill、" not in ran.err
    error = cost("--format", "json", covered=None, ratio=None).data["error"]
    assert (error["code"], error["candidates"]) == ("missing_answer", ["--covered", "--ratio"])


def test_command_reports_everything_that_is_wrong() -> None:
    ran = cost("--format", "json", bill="-5", ratio="1e999", referral="减10%")

    assert ran.status == 4
    assert len(ran.err.splitlines()) == 3
    assert json.loads(ran.out)["error"]["candidates"] == ["减10", "乘0.9", "先付10%"]


def test_command_refuses_a_format_that_is_none() -> None:
    assert cost("--format", "pdf").status == 2


def test_command_asks_on_a_terminal() -> None:
    with Screen("cost", "--deductible", "1000", columns=100, rows=100) as screen:
        screen.see("一共多少元")
        screen.type("20000\r")
        screen.see("目录内的是多少元")
        screen.type("30000\r")
        screen.see("不能比总费用")
        screen.type("\x1518000\r")
        screen.see("百分之几")
        screen.type("80\r")
        screen.see("封顶线")
        screen.enter()
        screen.see("长期备案，比")
        screen.down()
        screen.enter()
        screen.see("转诊或急诊抢救，比")
        screen.down(2)
        screen.enter()
        screen.see("减几个百分点？（")
        screen.type("10\r")
        screen.see("其他临时外出，比")
        screen.enter()
        screen.see("没有备案，比")
        screen.enter()
        screen.see(DISCLAIMER)
        assert screen.end() == 0
        assert "11,900.00元" in screen.text


@pytest.mark.parametrize(("words", "environ"), [(("--plain",), {}), ((), {"YIBAO_PLAIN": "1"})])
def test_command_asks_line_by_line(words: tuple[str, ...], environ: dict[str, Any]) -> None:
    flags = ("--bill", "20000", "--covered", "18000", "--deductible", "1000", "--cap", "没有")
    with Screen("cost", *flags, *words, columns=100, rows=200, **environ) as screen:
        screen.answer("请输入：", "80\r")
        screen.answer("1. 不知道", "1\r")
        assert "\x1b[" not in screen.said.decode()


def test_command_asks_nothing_with_no_input() -> None:
    with Screen("cost", "--no-input") as screen:
        assert screen.end() == 3


def test_command_asks_nothing_when_all_that_is_needed_is_given() -> None:
    words = [word for name, texts in GIVEN.items() for word in (f"--{name}", texts[0])]
    with Screen("cost", *words, rows=80) as screen:
        assert screen.end() == 0
        assert "没有填，问参保地" in screen.text


def test_leaving_a_prompt_ends_in_130() -> None:
    with Screen("cost") as screen:
        screen.see("一共多少元")
        screen.type("\x03")
        assert screen.end() == 130
