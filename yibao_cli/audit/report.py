"""What a check has to say. These types are its JSON, field for field: `yibao.check/1`."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Literal

from msgspec import Struct

from yibao_cli.audit.cases import read_cases, run_cases
from yibao_cli.audit.checks import Fault, check
from yibao_cli.audit.cover import covering, unseen
from yibao_cli.audit.mutation import mutate as try_mutants
from yibao_cli.audit.survey import survey
from yibao_cli.audit.ways import kept, moved, recorded, write
from yibao_cli.knowledge.load import Lines
from yibao_cli.knowledge.model import Knowledge


class Counts(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How much was walked over and tried; what was not asked for is left out."""

    ways: int
    states: int
    place_classes: int
    outcomes: int
    items: int
    sources: int
    cases: int | None = None
    digests: int | None = None
    mutants: int | None = None


class Report(Struct, frozen=True, kw_only=True):
    """The result of one check."""

    schema: Literal["yibao.check/1"] = "yibao.check/1"
    findings: tuple[Fault, ...]
    walked: Counts
    seconds: float

    def broken(self, *, strict: bool) -> bool:
        """Whether something was found that has to be mended; `strict` takes reminders for errors."""
        return any(strict or one.severity == "error" for one in self.findings)

    @property
    def answer(self) -> str:
        """How many findings there are."""
        errors = sum(one.severity == "error" for one in self.findings)
        found = f"{errors} 个错误，{len(self.findings) - errors} 个提醒。"
        return found if self.findings else "没有发现问题。"

    @property
    def way(self) -> str:
        """What was walked over and tried."""
        walked = self.walked
        text = (
            f"走了 {walked.ways} 条路（{walked.place_classes} 类地点组合，"
            f"{walked.states} 个状态），{walked.outcomes} 种结论，"
            f"{walked.items} 个条目，{walked.sources} 份依据，用了 {self.seconds} 秒。"
        )
        if walked.cases is not None:
            text += f"跑了 {walked.cases} 个案例"
            text += "" if walked.digests is None else f"、{walked.digests} 条摘要"
            text += "" if walked.mutants is None else f"、{walked.mutants} 处改动"
            text += "。"
        return text


def report(
    knowledge: Knowledge,
    lines: Lines,
    day: str,
    folder: Path | None = None,
    *,
    update: bool = False,
    mutate: bool = False,
) -> Report:
    """Check a knowledge on an ISO day, and by the cases of a folder where there is one.

    Raises KnowledgeError where the cases cannot be read, and FileError where the digests, which
    `update` writes anew, cannot be written.
    """
    started = time.monotonic()
    cases = read_cases(folder) if folder else []
    found = survey(knowledge)
    faults = check(knowledge, lines, found, day)
    digests = mutants = None
    # Cases and mutants of a knowledge with holes would only repeat what is said already.
    if not found.holes:
        walked = covering(knowledge, found)
        faults += unseen(knowledge, lines, walked)
        faults += run_cases(knowledge, cases)
        if folder and update:
            write(folder, walked)
        if folder and (held := recorded(folder)):
            digests = len(held)
            faults += moved(knowledge, folder)
        if folder and mutate:
            mutants, survivors = try_mutants(knowledge, lines, kept(folder, walked), cases)
            faults += survivors
    counts = Counts(
        ways=found.ways,
        states=found.states,
        place_classes=len(found.classes),
        outcomes=len(found.outcomes),
        items=len(found.items),
        sources=len(knowledge.sources),
        cases=len(cases) if folder and not found.holes else None,
        digests=digests,
        mutants=mutants,
    )
    seconds = round(time.monotonic() - started, 1)
    return Report(findings=tuple(faults), walked=counts, seconds=seconds)
