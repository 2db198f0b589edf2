"""Cases: situations in words, with the outcome and the texts that the sources ask for.

Nothing in a case names a node or an item: it is written from the legal texts and survives any
rewording of the tree. An agency can keep cases of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from msgspec import Meta, Struct
from msgspec.structs import replace

from yibao_cli.answers import parse_answers
from yibao_cli.audit.checks import Fault, fault
from yibao_cli.audit.ways import PARTS
from yibao_cli.consult import consult
from yibao_cli.errors import Finding, KnowledgeError, YibaoError
from yibao_cli.files import os_reason, shown_path
from yibao_cli.knowledge import kinds
from yibao_cli.knowledge.folder import Folder
from yibao_cli.knowledge.kinds import Day, Text
from yibao_cli.knowledge.model import Knowledge
from yibao_cli.result import Checklist

# What a reader reads; the answers, the way and the list of sources prove nothing about advice.
_READ = (
    "title", "summary", "text", "name", "purpose", "detail", "where", "deadline", "alternatives",
    "phone",
)  # fmt: skip


class Case(Struct, frozen=True, kw_only=True):
    """One situation, and what the checklist for it has to say.

    `shows` and `hides` are fragments of text; without a day of its own (`on`) a case is answered
    by the rules of the day on which the knowledge was last read.
    """

    id: Annotated[str, Meta(extra={"unwritten": True})] = ""
    at: Annotated[tuple[str, int], Meta(extra={"unwritten": True})] = ("", 1)
    situation: Text
    answers: dict[str, Text]
    path: kinds.Path
    source: Text
    on: Day | None = None
    also: tuple[kinds.Path, ...] = ()
    shows: tuple[Text, ...] = ()
    hides: tuple[Text, ...] = ()

    def wrong(self, checklist: Checklist) -> list[str]:
        """What the checklist does otherwise, in Chinese, empty where it is right."""
        text = said(checklist)
        first, *others = [outcome.path for outcome in checklist.every_outcome]
        found = [] if first == self.path else [f"结论是 {first}，应该是 {self.path}"]
        found += [f"没有办 {path}" for path in self.also if path not in others]
        found += [f"没有说“{one}”" for one in self.shows if _plain(one) not in text]
        found += [f"不该说“{one}”" for one in self.hides if _plain(one) in text]
        return found


def read_cases(folder: Path) -> list[Case]:
    """The cases of every YAML file of a folder.

    Raises KnowledgeError with everything that is wrong in them, or where there are none.
    """
    written = "案例写在这个文件夹的 .yaml 文件里。"
    try:
        names = sorted(path.name for path in folder.iterdir() if path.name.endswith(".yaml"))
    except (OSError, ValueError) as error:
        message = f"读不了案例文件夹“{shown_path(folder)}”（{os_reason(error)}）；{written}"
        raise KnowledgeError(Finding("missing_file", message)) from error
    # A folder may be given as `.`.
    data = Folder(folder.resolve())
    tables = [data.table("case", name, Case)[0] for name in names]
    data.problems.raise_if_any()
    found = [case for table in tables for case in table.values()]
    if not found:
        message = f"“{shown_path(folder)}”里没有案例；{written}"
        raise KnowledgeError(Finding("missing_file", message))
    return [replace(case, at=data.lines.of("case", case.id)) for case in found]


def run_cases(knowledge: Knowledge, cases: list[Case]) -> list[Fault]:
    """One fault for each case that the knowledge answers otherwise."""
    found = []
    for case in cases:
        try:
            answers = parse_answers(
                knowledge, {name: [text] for name, text in case.answers.items()}
            )
            wrong = case.wrong(consult(knowledge, answers, case.on or knowledge.about.read_on))
        except YibaoError as error:
            wrong = [str(error)]
        if wrong:
            told = f"{'；'.join(wrong)}。出处：{case.source}；请改知识或案例"
            message = f"案例“{case.id}”（{case.situation}）：{told}"
            found.append(fault("case_failed", *case.at, message))
    return found


def said(checklist: Checklist) -> str:
    """Everything a reader is told, without blanks, one text a line."""
    return "\n".join(map(_plain, _texts(checklist)))


def _texts(checklist: Checklist) -> Iterator[str]:
    listed = (entry for part in PARTS for entry in getattr(checklist, part))
    for entry in (*checklist.every_outcome, *listed):
        for name in _READ:
            value = getattr(entry, name, None)
            yield from value if isinstance(value, tuple) else [value] if value else []


def _plain(text: str) -> str:
    return "".join(text.split())
