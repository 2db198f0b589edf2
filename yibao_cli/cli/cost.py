"""`yibao cost`: flags or prompts in, the comparison of costs out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from yibao_cli.console import Console
from yibao_cli.errors import AnswerError, MissingAnswerError


def cost(
    console: Console,
    *,
    first_after_deductible: bool,
    format_: str | None,
    plain: bool,
    no_input: bool,
    **numbers: Any,
) -> None:
    """Compare what is left to pay; `numbers` are the fields of the calculation."""
    from yibao_cli.cost import FIELDS, compare_costs, parse_costs
    from yibao_cli.render.costs import render

    given: dict[str, list[str]] = {name: numbers[name] for name in FIELDS if numbers[name]}
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
    from yibao_cli.asking import Asked
    from yibao_cli.cost import FIELDS, JOURNEYS, REQUIRED
    from yibao_cli.prompts import prompts

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
            kind = asker.choose(Asked(message), [(said, word) for said, word in _KINDS])
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
