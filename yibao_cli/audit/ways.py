"""Ways: sets of answers, each with a digest of the list it ends in, kept in a file of their own.

A change of routing moves exactly the ways that took it; a change of wording moves none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
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
from yibao_cli.places import Place
from yibao_cli.result import Checklist
from yibao_cli.walk import Answers, Decision

FILE = "ways.tsv"
PARTS = ("steps", "documents", "warnings", "notes", "local", "questions", "contacts")
"""The parts of a list, in the order of the digests."""

_HEADING = "# 由 yibao check --cases 这个文件夹 --update 写出：答案、日期、结论、条目摘要"


class Way(Struct, frozen=True):
    """Answers and a day, as one text too, and what comes of them."""

    text: str
    day: str
    answers: Answers
    decisions: Sequence[Decision]
    outcomes: tuple[str, ...]
    digest: str
    past: frozenset[tuple[str, str]]
    """Kind and name of everything in the knowledge that had a say."""


def run(knowledge: Knowledge, answers: Answers, day: str) -> Way:
    """Walk one way; raises YibaoError or LookupError where the knowledge cannot."""
    decisions = decide(knowledge, answers, day)
    shown = build(knowledge, answers, decisions, day)
    outcomes = tuple(one.id for one in shown.every_outcome)
    past = {("fact", one.id) for one in shown.local}.union(_past(knowledge, answers, decisions))
    text = as_text(knowledge, answers)
    return Way(text, day, answers, decisions, outcomes, digest(shown), frozenset(past))


def as_text(knowledge: Knowledge, answers: Answers) -> str:
    """Answers by their ids (places by code) in one line."""
    known = (name for name in knowledge.questions if name in answers)
    return " ".join(f"{name}={answer_as_text(answers[name])}" for name in known)


def digest(checklist: Checklist) -> str:
    """Which items stand on the list, where, and what its outcome rests on; not what they say."""
    concluded = [one.id for one in (*checklist.every_outcome, *checklist.also)]
    listed = [[one.id for one in getattr(checklist, part)] for part in PARTS]
    held = (concluded, listed, checklist.outcome.sources)
    return sha256(repr(held).encode()).hexdigest()[:12]


def _past(
    knowledge: Knowledge, answers: Answers, decisions: Iterable[Decision]
) -> Iterator[tuple[str, str]]:
    for decision in decisions:
        yield from (("node", stop.node) for stop in decision.trace)
        yield from (("outcome", name) for name in (decision.outcome, *decision.also))
        for item in {added.item for added in decision.added}:
            yield "item", item
            yield from (("rule", rule) for rule in knowledge.items[item].rules)
    for place in answers.values():
        if isinstance(place, Place):
            codes = {place.code, place.province, place.district_code}
            yield from (("region", code) for code in codes if code in knowledge.sheets)
            zones = knowledge.zones.values()
            yield from (("zone", zone.id) for zone in zones if codes & {*zone.members})


# ---------------------------------------------------------------- the file of digests


def write(folder: Path, ways: Iterable[Way]) -> None:
    """Write the digest file anew. Raises FileError where it cannot be written."""
    rows = sorted(f"{one.text}\t{one.day}\t{','.join(one.outcomes)}\t{one.digest}" for one in ways)
    write_file(folder / FILE, "\n".join([_HEADING, *rows]) + "\n", force=True)


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


def kept(folder: Path, ways: Iterable[Way]) -> list[Way]:
    """Those ways that the digest file holds: only they notice a change later on."""
    held = {tuple(line.split("\t")[:2]) for line in recorded(folder).values()}
    return [one for one in ways if (one.text, one.day) in held]


def moved(knowledge: Knowledge, folder: Path) -> list[Fault]:
    """Ways of the digest file that end otherwise now."""
    whats = {number: _moved(knowledge, line) for number, line in recorded(folder).items()}
    return [
        fault("case_failed", _file(folder), number, f"{what}；改得对，就用 --update 重写")
        for number, what in whats.items()
        if what
    ]


def _moved(knowledge: Knowledge, line: str) -> str | None:
    parts = line.split("\t")
    pairs = [pair.partition("=") for pair in parts[0].split(" ")]
    if len(parts) != 4 or not all(equals for _, equals, _ in pairs):
        return "这一行看不懂，要有答案、日期、结论、摘要四栏"
    text, day, outcomes, before = parts
    try:
        answers = parse_answers(knowledge, {name: [value] for name, _, value in pairs})
        now = run(knowledge, answers, day)
    except YibaoError as error:
        return f"这条路走不通了：{text}：{error}"
    except LookupError:
        return f"这条路走不通了，缺答案或没有结论：{text}"
    if (concluded := ",".join(now.outcomes)) != outcomes:
        return f"结论从 {outcomes} 变成 {concluded}：{text}"
    return f"条目变了：{text}" if now.digest != before else None


def _file(folder: Path) -> str:
    return f"{folder.resolve().name}/{FILE}"
