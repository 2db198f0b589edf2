"""`yibao cost`: flags or prompts in, the comparison of costs out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import typer

from yibao_cli.console import Console
from yibao_cli.errors import AnswerError, Finding, MissingAnswerError, UsageError
from yibao_cli.render import FORMATS

Texts = list[str] | None
_REDUCTION = "减10、乘0.9、先付10%、不减，不知道就不写"


def _option(help_: str, metavar: str) -> Any:
    return typer.Option(help=help_, metavar=metavar)


def cost(
    context: typer.Context,
    bill: Annotated[Texts, _option("总费用，元。", "金额")] = None,
    covered: Annotated[Texts, _option("目录内费用，元；不超过总费用。", "金额")] = None,
    deductible: Annotated[Texts, _option("起付线，元。", "金额")] = None,
    ratio: Annotated[Texts, _option("参保地的支付比例，例如 80 或 80%。", "百分比")] = None,
    cap: Annotated[Texts, _option("封顶线：这次基金最多付多少元；没有就不写。", "金额")] = None,
    long_term: Annotated[Texts, _option(f"长期备案怎么少报：{_REDUCTION}。", "算法")] = None,
    referral: Annotated[Texts, _option("转诊或急诊抢救怎么少报，写法同上。", "算法")] = None,
    temporary: Annotated[Texts, _option("其他临时外出怎么少报，写法同上。", "算法")] = None,
    unfiled: Annotated[Texts, _option("没有备案怎么少报，写法同上。", "算法")] = None,
    first_after_deductible: Annotated[
        bool, typer.Option("--first-after-deductible", help="先扣起付线，再先付百分之几。")
    ] = False,
    format_: Annotated[
        str | None, typer.Option("--format", "-f", help=f"输出格式：{'、'.join(FORMATS)}。")
    ] = None,
    no_input: Annotated[
        bool, typer.Option("--no-input", help="从不提问；缺数字就报错退出。")
    ] = False,
) -> None:
    """按您填的数字，算一算在参保地看病和去外地看病各要自己付多少。

    例：yibao cost --bill 20000 --covered 18000 --deductible 1000 --ratio 80 --referral 减10
    """
    from yibao_cli.cost import FIELDS, compare, read
    from yibao_cli.render.costs import render

    console: Console = context.obj
    if format_ is not None and format_ not in FORMATS:
        from yibao_cli.answers import shown

        message = f"没有“{shown(format_)}”这种格式；可以写：{'、'.join(FORMATS)}。"
        raise UsageError(Finding("unknown_format", message, FORMATS))
    given: dict[str, list[str]] = {
        name: texts for name in FIELDS if (texts := context.params.get(name))
    }
    try:
        found = read(given, first_after_deductible=first_after_deductible)
    except MissingAnswerError:
        if no_input or not console.interactive:
            raise
        given = _ask(console, given)
        found = read(given, first_after_deductible=first_after_deductible)
    format_ = format_ or ("terminal" if console.shows else "plain")
    console.result(render(compare(*found), format_, console.width))


# ---------------------------------------------------------------- prompts


def _ask(console: Console, given: dict[str, list[str]]) -> dict[str, list[str]]:
    """Ask for everything that was not given; what is optional may stay unanswered."""
    from yibao_cli.cost import FIELDS, JOURNEYS, REQUIRED
    from yibao_cli.prompts import Asked, prompts

    asker = prompts(console, plain=False)
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
    """Judge a text by the one door, together with what was answered before."""
    from yibao_cli.cost import read

    def wrong(text: str) -> str | None:
        if not text.strip():
            return None if optional else "请写一个数。"
        try:
            read({**answers, name: [before + text]})
        except MissingAnswerError:
            pass
        except AnswerError as error:
            return error.findings[0].message
        return None

    return wrong
