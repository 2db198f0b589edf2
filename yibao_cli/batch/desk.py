"""Answering row after row: texts become answers, answers a line, and a page where wanted."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from yibao_cli import answers as door
from yibao_cli.batch.naming import file_name
from yibao_cli.batch.reading import Said, Texts, bad, csv_reader, json_reader
from yibao_cli.batch.sheet import Kind, Row
from yibao_cli.consult import Consultant
from yibao_cli.errors import AnswerError, Finding, YibaoError
from yibao_cli.model import Knowledge
from yibao_cli.regions import Place
from yibao_cli.render.json_ import compact
from yibao_cli.render.lines import Lines

# No accepted answer is nearly as long, and a place name is searched at every character.
_LONGEST_ANSWER = 200
_VALUES_REMEMBERED = 8192
_SUMMARIES_REMEMBERED, _LISTS_REMEMBERED = 4096, 128

_LONE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Task:
    """How every row is answered; travels to other processes.

    `fixed` are texts for what a row leaves open, by question id. `format` None stands for one
    JSON line, otherwise the checklist is rendered for a file of its own. `summary` leaves only
    the outcome.
    """

    known: Knowledge
    day: str
    kind: Kind
    columns: tuple[str, ...]
    fixed: dict[str, list[str]]
    format: str | None
    summary: bool
    width: int


class Done(NamedTuple):
    """One row answered: the line for the output in UTF-8, and the text and name of its own file.

    `id` is for messages, so only a row that failed has one.
    """

    number: int
    line: int
    id: str
    failure: str | None
    text: bytes
    name: str
    page: str


class _Answer(NamedTuple):
    failed: str | None
    body: bytes
    page: str


_Given = tuple[tuple[str, Texts], ...]


class Desk:
    """Answers row after row; remembers a bounded number of texts and rows."""

    def __init__(self, task: Task) -> None:
        """Begin with nothing remembered."""
        self._task = task
        self._known = task.known
        self._consultant = Consultant(task.known, task.day)
        self._lines = Lines(self._consultant)
        self._fixed = {name: tuple(texts) for name, texts in task.fixed.items()}
        self._read = csv_reader(task.columns) if task.kind == "csv" else json_reader(task.known)
        self._value = lru_cache(_VALUES_REMEMBERED)(self._parse)
        remembered = _SUMMARIES_REMEMBERED if task.summary else _LISTS_REMEMBERED
        self._same = lru_cache(remembered)(self._answer)

    def answer(self, row: Row) -> Done:
        """The row's checklist, or the reason why there is none; never raises."""
        identity: Any = None
        # One row may break in a way nobody thought of; the rows after it are still wanted.
        try:
            if row.problem:
                raise AnswerError(bad(f"{row.problem}。"))
            said = self._read(row.text.strip("\r\n"))
            identity = said.identity
            if said.wrong:
                raise AnswerError(*said.wrong)
            answer = self._same(self._given(said))
        except YibaoError as error:
            answer = _failed(error)
        except Exception as error:
            message = f"程序内部出错（{type(error).__name__}），这一行没有清单。"
            answer = _failed(YibaoError(Finding("internal", message)))
        if isinstance(identity, str):
            identity = _whole(identity)
        name, extra = "", ""
        if self._task.format and not answer.failed:
            name = file_name(row.number, identity, self._task.format)
            extra = f',"file":{json.dumps(name, ensure_ascii=False)}'
        begin = f'{{"row":{row.number},"id":{_spelt(identity)},'
        text = b"".join((begin.encode(), answer.body, extra.encode(), b"}\n"))
        shown = door.shown(str(identity)) if answer.failed and identity is not None else ""
        return Done(row.number, row.line, shown, answer.failed, text, name, answer.page)

    def _given(self, said: Said) -> _Given:
        rest = [item for item in self._fixed.items() if item[0] not in said.given]
        return (*said.given.items(), *rest)

    def _answer(self, given: _Given) -> _Answer:
        """What the same texts always lead to, errors too."""
        task = self._task
        try:
            case = self._consultant.case(self._answers(given))
        except YibaoError as error:
            return _failed(error)
        if not task.summary and not task.format:
            return _Answer(None, b'"checklist":' + self._lines.line(case), "")
        page = ""
        if task.format:
            from yibao_cli.render import render

            page = render(case.checklist(), task.format, width=task.width)
        outcome = compact({"path": case.conclusion.path, "title": case.conclusion.title})
        return _Answer(None, outcome[1:-1].encode(), page)

    def _answers(self, given: _Given) -> dict[str, str | Place]:
        found: dict[str, str | Place] = {}
        wrong: list[Finding] = []
        several = False
        for question_id, texts in given:
            several = several or len(texts) > 1
            for text in texts:
                if len(text) > _LONGEST_ANSWER:
                    wrong.append(self._too_long(question_id, text))
                    continue
                value = self._value(question_id, text)
                if isinstance(value, (str, Place)):
                    found[question_id] = value
                else:
                    wrong += value
        if wrong:
            raise AnswerError(*wrong)
        if several:
            # Whether texts contradict each other is judged in one place.
            return door.parse_all(self._known, dict(given))
        return found

    def _parse(self, question_id: str, text: str) -> str | Place | tuple[Finding, ...]:
        try:
            return door.parse(self._known, self._known.questions[question_id], text)
        except AnswerError as error:
            return error.findings

    def _too_long(self, question_id: str, text: str) -> Finding:
        question = self._known.questions[question_id]
        said = f"{question.label}（{question.flag}）写了 {len(text)} 个字"
        return Finding(
            "unknown_place" if question.kind == "place" else "unknown_value",
            f"{said}，看不懂：“{door.shown(text)}”。",
            question=question_id,
        )


def _failed(error: YibaoError) -> _Answer:
    body = {
        "code": error.findings[0].code,
        "message": str(error),
        "candidates": [one for finding in error.findings for one in finding.candidates],
    }
    return _Answer(str(error), f'"error":{compact(body)}'.encode(), "")


def _spelt(identity: object) -> str:
    """An id as JSON: what is no ordinary text is spelt out, so that no terminal obeys it."""
    if isinstance(identity, str) and identity.isprintable():
        return compact(identity)
    return json.dumps(identity)


def _whole(text: str) -> str:
    """Text that every encoding of Unicode can write: halves of characters are replaced."""
    return _LONE.sub("\ufffd", text)
