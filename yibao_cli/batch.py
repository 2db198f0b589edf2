"""Many people at once: for each row of a table a checklist, or the reason why there is none."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Raw, Struct

from yibao_cli.answers import parse_answers
from yibao_cli.consult import consult
from yibao_cli.errors import AnswerError, Finding, YibaoError
from yibao_cli.formats import SUFFIXES
from yibao_cli.knowledge.model import Knowledge
from yibao_cli.render import render
from yibao_cli.table import Identity, Row

_LONGEST_NAME = 40


class Job(Struct, frozen=True):
    """How every row is answered, by the rules of an ISO day.

    `fixed` are texts for what a row leaves open, by question id. With a `format` each checklist is
    rendered for a file of its own, `width` columns wide. `summary` leaves only the outcome.
    """

    knowledge: Knowledge
    day: str
    fixed: Mapping[str, Sequence[str]] = {}
    summary: bool = False
    format: str | None = None
    width: int = 80


class Done(Struct, frozen=True):
    """One row answered: its line of JSON, and the name and the text of a file of its own."""

    row: Row
    text: str
    failure: str | None = None
    name: str = ""
    page: str = ""


def answer(job: Job, row: Row) -> Done:
    """The row's checklist, or the reason why there is none; never raises."""
    # One row may break in a way nobody thought of; the rows after it are still wanted.
    try:
        return _answer(job, row)
    except YibaoError as error:
        failure = error
    except Exception as error:
        message = f"程序内部出错（{type(error).__name__}），这一行没有清单。"
        failure = YibaoError(Finding("internal", message))
    told = {
        "code": failure.findings[0].code,
        "message": str(failure),
        "candidates": [one for finding in failure.findings for one in finding.candidates],
    }
    return Done(row, _line(row, error=told), str(failure))


def _answer(job: Job, row: Row) -> Done:
    if row.wrong:
        raise AnswerError(*row.wrong)
    answers = parse_answers(job.knowledge, {**job.fixed, **row.given})
    checklist = consult(job.knowledge, answers, job.day)
    if not job.summary and not job.format:
        return Done(row, _line(row, checklist=checklist))
    said = {"path": checklist.outcome.path, "title": checklist.outcome.title}
    if not job.format:
        return Done(row, _line(row, **said))
    name = file_name(row.number, row.id, job.format)
    page = render(checklist, job.format, width=job.width)
    return Done(row, _line(row, **said, file=name), name=name, page=page)


def _line(row: Row, **said: Any) -> str:
    line = {"row": row.number, "id": _spelt(row.id), **said}
    return msgspec.json.encode(line).decode() + "\n"


def _spelt(identity: Identity) -> Raw:
    """An id as JSON: what is no ordinary text is spelt out, so that no terminal obeys it."""
    odd = True
    if isinstance(identity, str):
        # Halves of characters are none that an encoding could write.
        identity = re.sub("[\ud800-\udfff]", "\ufffd", identity)
        odd = not identity.isprintable()
    return Raw(json.dumps(identity, ensure_ascii=odd).encode())


def file_name(number: int, identity: Identity, format_: str) -> str:
    """A name that cannot leave its folder: the row's number, and letters and digits of its id.

    Its ending is one that asks for the format anywhere else.
    """
    text = unicodedata.normalize("NFC", str(identity or "")[: _LONGEST_NAME * 4])
    safe = re.sub(r"([^\w-]|_)+", "_", text)[:_LONGEST_NAME].strip("_")
    ending = next(suffix for suffix, one in SUFFIXES.items() if one == format_)
    return f"{number:06}{'-' if safe else ''}{safe}{ending}"
