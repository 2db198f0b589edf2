"""The folder of cases, and the digests of ways beside them.

Cases are situations in words, with the outcome and the texts that the sources ask for.

Nothing in a case names a node or an item: it is written from the legal texts and survives any
rewording of the tree. An agency can keep cases of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

from msgspec import Meta, Struct
from msgspec.structs import replace

from yibao_cli.answers import answer_in_words, parse_answers
from yibao_cli.audit.checks import Fault, fault
from yibao_cli.audit.texts import READ, texts_of
from yibao_cli.audit.ways import PARTS, Way, run
from yibao_cli.consult import consult
from yibao_cli.errors import Finding, KnowledgeError, YibaoError
from yibao_cli.files import os_reason, shown_path
from yibao_cli.files import write as write_file
from yibao_cli.knowledge import kinds
from yibao_cli.knowledge.folder import Folder
from yibao_cli.knowledge.kinds import Day, Phrase, Text
from yibao_cli.knowledge.model import Knowledge
from yibao_cli.result import Checklist
from yibao_cli.situation import in_one_line

DIGESTS = "ways.tsv"
_OTHER_ITEMS = "条目有多有少，或者先后、轻重变了"
_SHOWN = 5
"""So many ways are told one by one: what moves one often moves hundreds."""
_HEADING = "# 由 yibao check --cases 这个文件夹 --update 写出：答案、日期、结论、条目摘要"


# What a reader reads; the answers, the way and the list of sources prove nothing about advice.
_READ = (*READ, "purpose", "alternatives", "phone")


class Case(Struct, frozen=True, kw_only=True):
    """One situation, and what the checklist for it has to say.

    `shows` and `hides` are fragments of text; without a day of its own (`on`) a case is answered
    by the rules of the day on which the knowledge was last read. The short list of one that is
    `usual` fits a small window.
    """

    id: Annotated[str, Meta(extra={"unwritten": True, "defines": "case"})] = ""
    at: Annotated[tuple[str, int], Meta(extra={"unwritten": True})] = ("", 1)
    situation: Text
    answers: dict[str, Text]
    path: kinds.Path
    source: Text
    on: Day | None = None
    usual: bool = False
    also: tuple[kinds.Path, ...] = ()
    shows: tuple[Phrase, ...] = ()
    hides: tuple[Phrase, ...] = ()

    def wrong(self, checklist: Checklist) -> list[str]:
        """What the checklist does otherwise, in Chinese, empty where it is right."""
        text = text_of(checklist)
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
    tables = [data.table(name, Case)[0] for name in names]
    data.problems.raise_if_any()
    found = [case for table in tables for case in table.values()]
    if not found:
        message = f"“{shown_path(folder)}”里没有案例；{written}"
        raise KnowledgeError(Finding("missing_file", message))
    return [replace(case, at=data.problems.lines.of("case", case.id)) for case in found]


def run_cases(knowledge: Knowledge, cases: list[Case]) -> list[Fault]:
    """One fault for each case that the knowledge answers otherwise."""
    found = []
    for case in cases:
        try:
            answers = parse_answers(
                knowledge, {name: [text] for name, text in case.answers.items()}
            )
            wrong = case.wrong(consult(knowledge, answers, case.on or knowledge.about.read_on))
        except (YibaoError, LookupError) as error:
            wrong = [str(error)]
        if wrong:
            told = f"{'；'.join(wrong)}。出处：{case.source}；请改知识或案例"
            message = f"案例“{case.id}”（{case.situation}）：{told}"
            found.append(fault("case_failed", *case.at, message))
    return found


def text_of(checklist: Checklist) -> str:
    """Everything a reader is told, without blanks, one text a line."""
    entries = [entry for part in PARTS for entry in getattr(checklist, part)]
    told = (texts_of(entry, _READ) for entry in (*checklist.every_outcome, *entries))
    return "\n".join(_plain(text) for texts in told for _, text in texts)


def _plain(text: str) -> str:
    return "".join(text.split())


# ---------------------------------------------------------------- digests of ways


def write_digests(folder: Path, ways: Iterable[Way]) -> None:
    """Write the digest file anew. Raises FileError where it cannot be written."""
    rows = sorted(f"{one.text}\t{one.day}\t{','.join(one.outcomes)}\t{one.digest}" for one in ways)
    write_file(folder / DIGESTS, "\n".join([_HEADING, *rows]) + "\n", force=True)


def recorded(folder: Path) -> dict[int, str]:
    """The lines of the digest file by their numbers; none where there is no such file.

    Raises KnowledgeError where it cannot be read.
    """
    path = folder / DIGESTS
    if not path.exists():
        return {}
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        code = "unreadable" if isinstance(error, OSError) else "not_utf8"
        message = f"{_file(folder)}:1: 读不了；要 UTF-8 的文本文件，可以用 --update 重写"
        raise KnowledgeError(Finding(code, message)) from error
    lines = enumerate(text.split("\n"), 1)
    return {number: line for number, line in lines if line and not line.startswith("#")}


def replay(knowledge: Knowledge, folder: Path) -> tuple[list[Way], list[Fault]]:
    """The ways of the digest file as they end now, and faults for the first that ended otherwise."""
    ways: list[Way] = []
    moved = []
    for number, line in recorded(folder).items():
        way, what = _replayed(knowledge, line)
        if way:
            ways.append(way)
        if what:
            moved.append((number, what))
    # Another conclusion is the graver change.
    moved.sort(key=lambda one: one[1].startswith(_OTHER_ITEMS))
    told, rest = moved[:_SHOWN], moved[_SHOWN:]
    if rest:
        told.append((rest[0][0], f"还有 {len(rest)} 条走法也变了"))
    advice = "改得对，就用 --update 重写"
    return ways, [
        fault("case_failed", _file(folder), number, f"{what}；{advice}") for number, what in told
    ]


def _replayed(knowledge: Knowledge, line: str) -> tuple[Way | None, str | None]:
    parts = line.split("\t")
    pairs = [pair.partition("=") for pair in parts[0].split(" ")]
    if len(parts) != 4 or not all(equals for _, equals, _ in pairs):
        return None, "这一行看不懂，要有答案、日期、结论、摘要四栏"
    text, day, outcomes, before = parts
    try:
        answers = parse_answers(knowledge, {name: [value] for name, _, value in pairs})
        way = run(knowledge, answers, day)
    except YibaoError as error:
        return None, f"这条路走不通了：{text}：{error}"
    except LookupError:
        return None, f"这条路走不通了，缺答案或没有结论：{text}"
    if (concluded := ",".join(way.outcomes)) != outcomes:
        what = f"结论从 {outcomes} 变成 {concluded}"
    elif way.digest != before:
        what = _OTHER_ITEMS
    else:
        return way, None
    errands = ",".join(one.errand for one in way.decisions)
    said = answer_in_words(knowledge.questions["errand"], errands)
    then = f"（按 {day} 的规定）" if day != knowledge.about.read_on else ""
    return way, f"{what}：{said}，{in_one_line(knowledge, answers)}{then}"


def _file(folder: Path) -> str:
    return f"{folder.resolve().name}/{DIGESTS}"
