"""`yibao cost`: flags or prompts in, the comparison of costs out."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import Annotated

import typer

from yibao_cli.cli.options import MUST, NoInput, Plain, format_option, option
from yibao_cli.console import Console
from yibao_cli.cost import FIELDS, JOURNEYS, compare_costs, parse_costs
from yibao_cli.errors import MissingAnswerError
from yibao_cli.files import FORMATS, TEXTS
from yibao_cli.render.costs import drawn, render

_MAY, _SAME = "可以不写", "写法同上"
_QUESTIONS = {
    "bill": "这次看病一共多少元？",
    "covered": "其中医保目录内的是多少元？（问医院医保办，或看结算单）",
    "deductible": "参保地的起付线是多少元？",
    "ratio": "在参保地看病，支付比例是百分之几？",
    "cap": "基金这次最多付多少元（封顶线）？没有或不知道就直接回车",
    "减": "减几个百分点？（例如 5）",
    "乘": "乘多少？（例如 0.95 或 95%）",
    "先付": "先付百分之几？（例如 5）",
}
_KINDS = (
    ("不知道，回头问参保地", "不知道"),
    ("不减，和参保地一样", "不减"),
    ("支付比例减几个百分点", "减"),
    ("支付比例乘一个系数", "乘"),
    ("自己先付百分之几，剩下的再按比例报", "先付"),
)

_Figures = list[str] | None
# Named as the parameter is.
_must, _may = (partial(option, "", panel=panel) for panel in (MUST, _MAY))


def cost(
    ctx: typer.Context,
    bill: Annotated[_Figures, _must("总费用，元")] = None,
    covered: Annotated[_Figures, _must("目录内费用，元")] = None,
    deductible: Annotated[_Figures, _must("起付线，元")] = None,
    ratio: Annotated[_Figures, _must("参保地的支付比例，例如 80")] = None,
    cap: Annotated[_Figures, _may("封顶线：这次基金最多付多少元；没有就不写")] = None,
    long_term: Annotated[_Figures, _may("长期备案少报：减10、乘0.9、先付10%、不减")] = None,
    referral: Annotated[_Figures, _may(f"转诊或急诊抢救少报，{_SAME}")] = None,
    temporary: Annotated[_Figures, _may(f"其他临时外出少报，{_SAME}")] = None,
    unfiled: Annotated[_Figures, _may(f"没有备案少报，{_SAME}")] = None,
    first_after_deductible: Annotated[
        bool, option("--first-after-deductible", "先扣起付线，再先付百分之几", _MAY)
    ] = False,
    format_: Annotated[str | None, format_option(" ".join(FORMATS), FORMATS)] = None,
    no_input: NoInput = False,
    plain: Plain = False,
) -> None:
    """按您填的数字，算在参保地和去外地看病各要自己付多少。例如：

    yibao cost --bill 20000 --covered 18000 --deductible 1000 --ratio 80 --referral 减10
    """
    console: Console = ctx.obj
    given = {name: texts for name in FIELDS if (texts := ctx.params[name])}
    parse = partial(parse_costs, first_after_deductible=first_after_deductible)
    try:
        found = parse(given)
    except MissingAnswerError:
        if no_input or not console.interactive:
            raise
        found = parse(_ask(console, given, plain=plain))
    compared = compare_costs(*found)
    format_ = format_ or ("terminal" if console.shows else "plain")
    if format_ == "terminal":
        console.show(drawn(compared, console.width))
    else:
        put = console.result if format_ in TEXTS else console.data
        put(render(compared, format_, console.width))


def _ask(console: Console, given: dict[str, list[str]], *, plain: bool) -> dict[str, list[str]]:
    """Ask for everything that was not given; what is optional may stay unanswered."""
    from yibao_cli.ask import asker
    from yibao_cli.ask.prompts import Asked

    prompts, answers = asker(console, plain=plain), dict(given)
    for name, label in FIELDS.items():
        if name in given:
            continue
        text = kind = ""
        if name in JOURNEYS:
            [text] = [kind] = prompts.choose(Asked(f"{label}，比在参保地看病少报多少？"), _KINDS)
        if question := _QUESTIONS.get(kind or name):
            check = partial(_wrong, answers, name, kind)
            text += prompts.type(Asked(question), lambda typed: (), check).strip()
        if text:
            answers[name] = [text]
            prompts.say(f"{label}：{text}")
    return answers


def _wrong(answers: dict[str, list[str]], name: str, kind: str, text: str) -> str | None:
    """Judge a text as all entrances do, together with what was answered before."""
    from yibao_cli.ask.prompts import trouble

    if not text.strip():
        return None if name == "cap" else "请写一个数。"
    with suppress(MissingAnswerError):
        return trouble(lambda: parse_costs({**answers, name: [kind + text]}))
    return None
