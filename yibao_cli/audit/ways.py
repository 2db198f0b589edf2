"""Ways: sets of answers, each with a digest of the list it ends in, kept in a file of their own.

A change of routing moves exactly the ways that took it; a change of wording moves none.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from msgspec import Struct

from yibao_cli.answers import answer_as_text, parse_answers
from yibao_cli.audit.checks import Fault, fault
from yibao_cli.checklist import build
from yibao_cli.consult import decide
from yibao_cli.errors import Finding, KnowledgeError, YibaoError
from yibao_cli.files import write as write_file
from yibao_cli.knowledge.model import Knowledge
from yibao_cli.result import Checklist
from yibao_cli.walk import Answers, Decision

FILE = "ways.tsv"
PARTS = ("steps", "documents", "warnings", "notes", "local", "questions", "contacts")
"""The parts of a list, in the order of the digests."""

_HEADING = "# 由 yibao check --cases 这个文件夹 --update 写出：答案、日期、结论、条目摘要"


class Way(Struct, frozen=True):
    """Answers by option id (places by code) in one line, and the day."""

    text: str
    day: str


class Walked(Struct, frozen=True):
    """A way with what came of it: what was decided, and which items stand on the list."""

    way: Way
    answers: Answers
    decisions: tuple[Decision, ...]
    outcomes: tuple[str, ...]
    local: tuple[str, ...]
    digest: str


def run(knowledge: Knowledge, answers: Answers, day: str) -> Walked:
    """Walk one way; raises YibaoError or LookupError where the knowledge cannot."""
    way = way_of(knowledge, answers, day)
    decisions = tuple(decide(knowledge, answers, day))
    shown = build(knowledge, answers, decisions, day)
    outcomes = tuple(one.id for one in shown.every_outcome)
    local = tuple(one.id for one in shown.local)
    return Walked(way, answers, decisions, outcomes, local, digest(shown))


def way_of(knowledge: Knowledge, answers: Answers, day: str) -> Way:
    """Answers as the digest file has them."""
    known = [name for name in knowledge.questions if name in answers]
    return Way(" ".join(f"{name}={answer_as_text(answers[name])}" for name in known), day)


def digest(checklist: Checklist) -> str:
    """Which items stand on the list, where, and what its outcome rests on; not what they say."""
    concluded = [one.id for one in (*checklist.every_outcome, *checklist.also)]
    listed = [[one.id for one in getattr(checklist, part)] for part in PARTS]
    held = (concluded, listed, checklist.outcome.sources)
    return sha256(repr(held).encode()).hexdigest()[:12]


def write(folder: Path, walked: Iterable[Walked]) -> None:
    """Write the digest file anew. Raises FileError where it cannot be written."""
    lines = sorted(
        f"{one.way.text}\t{one.way.day}\t{','.join(one.outcomes)}\t{one.digest}" for one in walked
    )
    write_file(folder / FILE, "\n".join([_HEADING, *lines]) + "\n", force=True)


def recorded(folder: Path) -> dict[int, str]:
    """The lines of the digest file by their numbers; none where there is no such file.

    Raises KnowledgeError where it cannot be read.
    """
    path = folder / FILE
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


def kept(folder: Path, walked: Iterable[Walked]) -> list[Walked]:
    """Those ways that the digest file holds: only they notice a change later on."""
    held = {tuple(line.split("\t")[:2]) for line in recorded(folder).values()}
    return [one for one in walked if (one.way.text, one.way.day) in held]


def moved(knowledge: Knowledge, folder: Path) -> list[Fault]:
    """Ways of the digest file that end otherwise now."""
    found = []
    for number, line in recorded(folder).items():
        what = _moved(knowledge, line)
        if what:
            message = f"{what}；改得对，就用 --update 重写"
            found.append(fault("case_failed", _file(folder), number, message))
    return found


def _moved(knowledge: Knowledge, line: str) -> str | None:
    parts = line.split("\t")
    pairs = [pair.partition("=") for pair in parts[0].split(" ")]
    if len(parts) != 4 or not all(equals for _, equals, _ in pairs):
        return "这一行看不懂，要有答案、日期、结论、摘要四栏"
    text, day, outcome, before = parts
    try:
        answers = parse_answers(knowledge, {name: [value] for name, _, value in pairs})
        now = run(knowledge, answers, day)
    except YibaoError as error:
        return f"这条路走不通了：{text}：{error}"
    except LookupError:
        return f"这条路走不通了，缺答案或没有结论：{text}"
    concluded = ",".join(now.outcomes)
    if concluded != outcome:
        return f"结论从 {outcome} 变成 {concluded}：{text}"
    return f"条目变了：{text}" if now.digest != before else None


def _file(folder: Path) -> str:
    return f"{folder.resolve().name}/{FILE}"
