"""`yibao cost`: flags or prompts in, the comparison of costs out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import typer

from yibao_cli.cli.options import MUST, NoInput, Plain, choice_option, option
from yibao_cli.console import Console
from yibao_cli.errors import AnswerError, MissingAnswerError
from yibao_cli.formats import FORMATS

_MAY, _SAME = "可以不写", "写法同上"


def _number(flag: str, help: str, panel: str = MUST) -> Any:
    return option(flag, help=help, panel=panel)


def cost(
    ctx: typer.Context,
    bill: Annotated[list[str] | None, _number("--bill", "总费用，元")] = None,
    covered: Annotated[list[str] | None, _number("--covered", "目录内费用，元")] = None,
    deductible: Annotated[list[str] | None, _number("--deductible", "起付线，元")] = None,
    ratio: Annotated[list[str] | None, _number("--ratio", "参保地的支付比例，例如 80")] = None,
    cap: Annotated[
        list[str] | None, _number("--cap", "封顶线：这次基金最多付多少元；没有就不写", _MAY)
    ] = None,
    long_term: Annotated[
        list[str] | None,
        _number("--long-term", "长期备案少报：减10、乘0.9、先付10%、不减", _MAY),
    ] = None,
    referral: Annotated[
        list[str] | None, _number("--referral", f"转诊或急诊抢救少报，{_SAME}", _MAY)
    ] = None,
    temporary: Annotated[
        list[str] | None, _number("--temporary", f"其他临时外出少报，{_SAME}", _MAY)
    ] = None,
    unfiled: Annotated[
        list[str] | None, _number("--unfiled", f"没有备案少报，{_SAME}", _MAY)
    ] = None,
    first_after_deductible: Annotated[
        bool,
        option("--first-after-deductible", help="先扣起付线，再先付百分之几", panel=_MAY),
    ] = False,
    format_: Annotated[
        str | None, choice_option(("--format", "-f"), FORMATS, " ".join(FORMATS))
    ] = None,
    plain: Plain = False,
    no_input: NoInput = False,
) -> None:
    """Compare what is left to pay."""
    from yibao_cli.cost import compare_costs, parse_costs
    from yibao_cli.render.costs import render

    console: Console = ctx.obj
    numbers = {
        "bill": bill,
        "covered": covered,
        "deductible": deductible,
        "ratio": ratio,
        "cap": cap,
        "long_term": long_term,
        "referral": referral,
        "temporary": temporary,
        "unfiled": unfiled,
    }
    given = {name: texts for name, texts in numbers.items() if texts}
    try:
        found = parse_costs(given, first_after_deductible=first_after_deductible)
    except MissingAnswerError:
        if no_input or not console.interactive:
            raise
        given = _ask(console, given, plain=plain)
        found = parse_costs(given, first_after_deductible=first_after_deductible)
    format_ = format_ or ("terminal" if console.shows else "plain")
    compared = compare_costs(*found)
    if format_ == "terminal":
        from yibao_cli.render.bill import drawn

        console.show(drawn(compared, console.width))
    elif format_ == "plain":
        console.result(render(compared, format_, console.width))
    else:
        console.data(render(compared, format_, console.width))


# ---------------------------------------------------------------- prompts


def _ask(console: Console, given: dict[str, list[str]], *, plain: bool) -> dict[str, list[str]]:
    """Ask for everything that was not given; what is optional may stay unanswered."""
    from yibao_cli.ask.prompts import Asked, prompts
    from yibao_cli.cost import FIELDS, JOURNEYS, REQUIRED

    asker = prompts(console, plain=plain)
    answers = dict(given)

    def type_(name: str, message: str, before: str = "", *, optional: bool = False) -> None:
        check = _check(answers, name, before, optional=optional)
        text = asker.type(Asked(message), lambda typed: (), check)
        if text.strip():
            answers[name] = [before + text]
            asker.say(f"{FIELDS[name]}：{before}{text.strip()}")

    for name, label in FIELDS.items():
        if name in given:
            continue
        if name in JOURNEYS:
            message = f"{label}，比在参保地看病少报多少？"
            [kind] = asker.choose(Asked(message), [(said, word) for said, word in _KINDS])
            if kind in _SIZES:
                type_(name, _SIZES[kind], kind)
            else:
                answers[name] = [kind]
                asker.say(f"{label}：{kind}")
        else:
            type_(name, _QUESTIONS[name], optional=name not in REQUIRED)
    return answers


_QUESTIONS = {
    "bill": "这次看病一共多少元？",
    "covered": "其中医保目录内的是多少元？（问医院医保办，或看结算单）",
    "deductible": "参保地的起付线是多少元？",
    "ratio": "在参保地看病，支付比例是百分之几？",
    "cap": "基金这次最多付多少元（封顶线）？没有或不知道就直接回车",
}
_KINDS = (
    ("不知道，回头问参保地", "不知道"),
    ("不减，和参保地一样", "不减"),
    ("支付比例减几个百分点", "减"),
    ("支付比例乘一个系数", "乘"),
    ("自己先付百分之几，剩下的再按比例报", "先付"),
)
_SIZES = {
    "减": "减几个百分点？（例如 5）",
    "乘": "乘多少？（例如 0.95 或 95%）",
    "先付": "先付百分之几？（例如 5）",
}


def _check(
    answers: dict[str, list[str]], name: str, before: str, *, optional: bool
) -> Callable[[str], str | None]:
    """Judge a text as all entrances do, together with what was answered before."""
    from yibao_cli.cost import parse_costs

    def wrong(text: str) -> str | None:
        if not text.strip():
            return None if optional else "请写一个数。"
        try:
            parse_costs({**answers, name: [before + text]})
        except MissingAnswerError:
            pass
        except AnswerError as error:
            return error.findings[0].message
        return None

    return wrong
