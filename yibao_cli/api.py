"""For programs: a checklist in one call.

>>> from yibao_cli import plan
>>> found = plan(insurance="居民", from_="四川绵阳", to="北京", care="住院", filing="未备案",
...              on="2026-11-21")
>>> found.path, found.title
('file_then_direct', '先备案，再去看病直接结算')

Answers are given by the ids that `yibao questions` lists, in any spelling that the command takes.
Of the environment only `YIBAO_TODAY` is read, which stands for the clock; nothing is stored, and
all of it is safe in threads.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Literal

import msgspec

from yibao_cli.answers import parse_answers, printable
from yibao_cli.consult import consult
from yibao_cli.dates import day_to_answer, today
from yibao_cli.errors import AnswerError, Finding, UsageError
from yibao_cli.files import FORMATS
from yibao_cli.knowledge import knowledge
from yibao_cli.render import View, render
from yibao_cli.result import Checklist as Whole

Format = Literal["terminal", "plain", "markdown", "html", "json"]
Answer = str | Sequence[str] | None
"""A text, several errands, or None for what is not answered."""


class Checklist:
    """What is to be done and brought, and why.

    `path` is the outcome, one of the fixed paths, and `title` says it in a few
    words of Chinese; `code` holds the answers, as `yibao plan --code` takes them.
    """

    def __init__(self, whole: Whole) -> None:
        self._whole = whole
        self.path: str = whole.outcome.path
        self.title: str = whole.outcome.title
        self.code: str = whole.code or ""

    def __repr__(self) -> str:
        """The path and the code, by which the list can be made again."""
        return f"<Checklist {self.path} {self.code}>"

    def text(self, format: Format = "plain", *, full: bool = False, width: int = 80) -> str:
        """The short list as text that ends in a line feed, or with `full` the whole one.

        `json` always says everything. `width` is in columns; only `plain` and `terminal` break
        lines, so only they heed it. Raises UsageError where there is no such format.

        >>> found = plan(insurance="居民", to="香港", from_="绵阳")
        >>> found.text("markdown").splitlines()[0]
        '# 医保办事清单（四川省绵阳市到香港特别行政区）'
        """
        if format not in FORMATS:
            message = f"没有“{printable(str(format))}”这种格式；可以写：{'、'.join(FORMATS)}。"
            raise UsageError(Finding("unknown_format", message, FORMATS))
        return render(self._whole, format, width=width, view=View(full=full))

    def data(self) -> dict[str, Any]:
        """The list as plain values of your own, as the JSON Schema of the package describes it."""
        found: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(self._whole))
        return found


def plan(
    answers: Mapping[str, Answer] | None = None,
    /,
    *,
    on: date | str | None = None,
    **more: Answer,
) -> Checklist:
    """The checklist for answers, given by name or as a mapping or both.

    `from_` stands for `from`, which Python keeps for itself. `on` is the day whose rules count;
    where it is None, that is today: what `YIBAO_TODAY` says, else the clock. Raises AnswerError
    where answers or the day are not understood, and MissingAnswerError where one is missing that
    the way needs; both carry their findings.

    >>> plan({"参保险种": "居民", "from": "绵阳", "to": "澳门"}, on="2026-11-21").path
    'not_covered'
    >>> plan(insurance="居民", from_="绵阳")
    Traceback (most recent call last):
    ...
    yibao_cli.errors.MissingAnswerError: ...
    """
    given: dict[str, list[str]] = {}
    wrong: list[Finding] = []
    named = ((name.rstrip("_"), value) for name, value in more.items())
    for name, value in (*(answers or {}).items(), *named):
        text = _text(value)
        if text is not None and isinstance(name, str):
            given.setdefault(name, []).append(text)
        elif value is not None:
            message = (
                f"“{printable(str(name))}”和它的答案都要是文字；办几件事的，答案写成几段文字。"
            )
            wrong.append(Finding("unknown_value", message, question=str(name)))
    if wrong:
        raise AnswerError(*wrong)
    known = knowledge()
    return Checklist(consult(known, parse_answers(known, given), _day(on, known.about.begins)))


def _text(value: object) -> str | None:
    """One answer as the text that the command would take; None where it is none."""
    if isinstance(value, str):
        return value
    parts = list(value) if isinstance(value, Iterable) and not isinstance(value, bytes) else []
    return ",".join(parts) if parts and all(isinstance(one, str) for one in parts) else None


def _day(on: date | str | None, begins: str) -> str:
    """The ISO day to answer for, today where none is given; a moment is a day as well."""
    if on is None:
        return today(os.environ, begins).isoformat()
    text = on.isoformat()[: len("2026-11-21")] if isinstance(on, date) else str(on)
    return day_to_answer(text, begins, "on")
