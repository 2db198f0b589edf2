"""What a check has to say. This type is its JSON, field for field: `yibao.check/1`."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Literal

from msgspec import Struct

from yibao_cli.audit.cases import read_cases, replay, run_cases, write_digests
from yibao_cli.audit.checks import Fault, check
from yibao_cli.audit.mutation import mutate as try_mutants
from yibao_cli.audit.survey import survey
from yibao_cli.audit.ways import Way, covering, showing, unseen
from yibao_cli.knowledge.load import Lines
from yibao_cli.knowledge.model import Knowledge


class Report(Struct, frozen=True, kw_only=True):
    """The result of one check."""

    schema: Literal["yibao.check/1"] = "yibao.check/1"
    findings: tuple[Fault, ...]
    walked: dict[str, int]
    """How much was walked over and tried; what was not asked for is left out."""
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
        tried = [
            f"{walked[name]} {what}"
            for name, what in (("cases", "个案例"), ("digests", "条摘要"), ("mutants", "处改动"))
            if name in walked
        ]
        return (
            f"走了 {walked['ways']} 条路（{walked['place_classes']} 类地点组合，"
            f"{walked['states']} 个状态），{walked['outcomes']} 种结论，"
            f"{walked['items']} 个条目，{walked['sources']} 份依据，用了 {self.seconds} 秒。"
        ) + (f"跑了 {'、'.join(tried)}。" if tried else "")


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
    walked = {
        "ways": found.ways,
        "states": found.states,
        "place_classes": found.place_classes,
        "outcomes": len(found.outcomes),
        "items": len(found.items),
        "sources": len(knowledge.sources),
    }
    # Cases and mutants of a knowledge with holes would only repeat what is said already.
    if not found.holes:
        recorded: list[Way] = []
        if folder:
            walked["cases"] = len(cases)
            faults += run_cases(knowledge, cases)
            if update:
                write_digests(folder, covering(knowledge, found))
            recorded, moved = replay(knowledge, folder)
            faults += moved
            if recorded or moved:
                walked["digests"] = len(recorded)
            if mutate:
                walked["mutants"], unnoticed = try_mutants(knowledge, lines, found, recorded, cases)
                faults += unnoticed
        # What the recorded ways do not show may be newer than they are, and what a few ways of its
        # own do not show may still come up on one of the many.
        ways = recorded
        for further in (showing, covering):
            if unseen(knowledge, lines, ways):
                ways = further(knowledge, found)
        faults += unseen(knowledge, lines, ways)
    seconds = round(time.monotonic() - started, 1)
    return Report(findings=tuple(faults), walked=walked, seconds=seconds)
