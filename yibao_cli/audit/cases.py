"""Cases: situations in words, with the outcome and the texts that the sources ask for.

Nothing in a case names a node or an item: it is written from the legal texts and survives any
rewording of the tree. An agency can keep cases of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from yibao_cli.answers import parse_all
from yibao_cli.audit.checks import Fault
from yibao_cli.consult import consult
from yibao_cli.errors import Finding, KnowledgeError, YibaoError
from yibao_cli.files import shown_path, why
from yibao_cli.knowledge.yamltext import Entry, Problems, read
from yibao_cli.model import PATHS, Checklist, Knowledge
from yibao_cli.regions import Place
from yibao_cli.render.json_ import payload

# What a reader reads; the answers, the way and the list of sources prove nothing about advice.
_READ = {
    "outcome": ("title", "summary"),
    "outcomes": ("title", "summary"),
    "steps": ("text", "detail", "where", "deadline"),
    "documents": ("name", "for", "detail", "alternatives"),
    "warnings": ("text", "detail"),
    "notes": ("text", "detail"),
    "local": ("text", "detail"),
    "questions": ("text", "detail"),
    "contacts": ("name", "phone", "detail"),
}


@dataclass(frozen=True, slots=True)
class Case:
    """One situation, and what the checklist for it has to say.

    `shows` and `hides` are fragments of text; without a day of its own (`on`) a case is answered
    by the rules of the day on which the knowledge was last read.
    """

    id: str
    file: str
    line: int
    situation: str
    answers: dict[str, str]
    path: str
    source: str
    day: str | None
    also: tuple[str, ...]
    shows: tuple[str, ...]
    hides: tuple[str, ...]

    def parsed(self, knowledge: Knowledge) -> dict[str, str | Place]:
        """The answers through the one door; raises AnswerError like it."""
        return parse_all(knowledge, {name: [text] for name, text in self.answers.items()})

    def wrong(self, checklist: Checklist) -> list[str]:
        """What the checklist does otherwise, in Chinese, empty where it is right."""
        shown = payload(checklist)
        told = said(shown)
        paths = {outcome["path"] for outcome in shown["outcomes"]}
        found = []
        if shown["outcome"]["path"] != self.path:
            found.append(f"结论是 {shown['outcome']['path']}，应该是 {self.path}")
        found += [f"没有办 {path}" for path in self.also if path not in paths]
        found += [f"没有说“{one}”" for one in self.shows if _plain(one) not in told]
        found += [f"不该说“{one}”" for one in self.hides if _plain(one) in told]
        return found


def read_cases(folder: Path) -> list[Case]:
    """The cases of every YAML file of a folder.

    Raises KnowledgeError with everything that is wrong in them, or where there are none.
    """
    problems = Problems()
    found: dict[str, Case] = {}
    try:
        files = sorted(file for file in folder.iterdir() if file.name.endswith(".yaml"))
    except (OSError, ValueError) as error:
        message = f"读不了案例文件夹“{shown_path(folder)}”（{why(error)}）；案例写在这个文件夹的 .yaml 文件里。"
        raise KnowledgeError(Finding("missing_file", message)) from error
    for file in files:
        # A folder may be given as `.`.
        top = read(file, f"{folder.resolve().name}/{file.name}", problems)
        for name, entry in top.pairs() if top else ():
            if name in found:
                first = found[name]
                message = f"“{name}”在 {first.file} 第{first.line}行已经有了；名称不能重复"
                entry.problem(message, "duplicate_key")
            found[name] = _case(name, entry)
    problems.raise_if_any()
    if not found:
        message = f"“{shown_path(folder)}”里没有案例；案例写在这个文件夹的 .yaml 文件里。"
        raise KnowledgeError(Finding("missing_file", message))
    return list(found.values())


def run_cases(knowledge: Knowledge, cases: list[Case]) -> list[Fault]:
    """One fault for each case that the knowledge answers otherwise."""
    found = []
    for case in cases:
        try:
            day = case.day or knowledge.about.read_on
            wrong = case.wrong(consult(knowledge, case.parsed(knowledge), day))
        except YibaoError as error:
            wrong = [str(error)]
        if wrong:
            told = f"{'；'.join(wrong)}。出处：{case.source}；请改知识或案例"
            message = f"案例“{case.id}”（{case.situation}）：{told}"
            found.append(Fault("case_failed", case.file, case.line, message))
    return found


def said(checklist: dict[str, Any]) -> str:
    """Everything a reader is told, without blanks, one text a line."""
    return "\n".join(map(_plain, _texts(checklist)))


def _texts(checklist: dict[str, Any]) -> Iterator[str]:
    for part, keys in _READ.items():
        entries = checklist[part]
        for entry in entries if isinstance(entries, list) else [entries]:
            for key in keys:
                value = entry.get(key)
                yield from value if isinstance(value, list) else [value] if value else []


def _plain(text: str) -> str:
    return "".join(text.split())


def _case(name: str, entry: Entry) -> Case:
    fields = entry.fields(
        ("situation", "answers", "path", "source"), ("on", "also", "shows", "hides")
    )
    for path in fields.texts("also"):
        if path not in PATHS:
            entry.problem(f"“also”写的是“{path}”；可以写：{'、'.join(PATHS)}", "bad_value")
    return Case(
        id=name,
        file=entry.file,
        line=entry.line,
        situation=fields.text("situation"),
        answers={question: answer.text() for question, answer in fields.pairs("answers")},
        path=fields.choice("path", PATHS),
        source=fields.text("source"),
        day=fields.day("on"),
        also=fields.texts("also"),
        shows=fields.texts("shows"),
        hides=fields.texts("hides"),
    )
