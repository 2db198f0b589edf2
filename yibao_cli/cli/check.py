"""`yibao check`: the knowledge proves itself; for people who edit `data/` or keep cases."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from yibao_cli.console import Console
from yibao_cli.errors import Finding, Status, UsageError


def check(
    console: Console,
    *,
    data: Path | None,
    cases: Path | None,
    mutate: bool,
    update: bool,
    strict: bool,
    format_: str | None,
) -> int | None:
    """Check a knowledge; the status says whether something was found."""
    from yibao_cli import audit
    from yibao_cli.audit.cases import read_cases

    if (mutate or update) and cases is None:
        raise UsageError(Finding("no_cases", "--mutate 和 --update 要和 --cases 文件夹 一起写。"))
    started = time.monotonic()
    known, lines = _loaded(data)
    read = read_cases(cases) if cases else []
    day = console.today(known.about.begins).isoformat()
    found = audit.survey(known)
    faults = audit.check(known, lines, found, day)
    tried: dict[str, int] = {}
    # Cases and mutants of a knowledge with holes would only repeat what is said already.
    if not found.holes:
        walked = audit.covering(known, found)
        faults += audit.unseen(known, lines, walked)
        if cases is not None:
            tried, more = _cases(known, lines, walked, cases, read, mutate=mutate, update=update)
            faults += more
    seconds = round(time.monotonic() - started, 1)
    walked_over = {
        "ways": found.ways,
        "states": found.states,
        "place_classes": len(found.classes),
        "outcomes": len(found.outcomes),
        "items": len(found.items),
        "sources": len(known.sources),
        **tried,
    }
    if format_ == "json":
        console.result(_json(faults, walked_over, seconds))
    else:
        for fault in faults:
            console.say(str(fault))
        console.result(_summary(faults, walked_over, seconds))
    if any(strict or fault.severity == "error" for fault in faults):
        return Status.BROKEN_KNOWLEDGE
    return None


def _loaded(data: Path | None) -> tuple[Any, Any]:
    from yibao_cli.knowledge import is_whole, shipped
    from yibao_cli.knowledge.load import Lines, extend, load

    if data is None or is_whole(data):
        return load(data or shipped())
    # A folder of local facts is checked as what it is used for: laid over the shipped knowledge.
    base, lines = load(shipped())
    known, own = extend(base, data)
    return known, Lines({**lines.places, **own.places})


def _cases(
    known: Any, lines: Any, walked: Any, folder: Path, read: Any, *, mutate: bool, update: bool
) -> tuple[dict[str, int], list[Any]]:
    from yibao_cli.audit import cases, mutation, ways

    tried = {"cases": len(read)}
    faults = cases.run_cases(known, read)
    if update:
        ways.write(folder, walked)
    if recorded := ways.recorded(folder):
        tried["digests"] = len(recorded)
        faults += ways.moved(known, folder)
    if mutate:
        kept = ways.kept(folder, walked)
        tried["mutants"], survivors = mutation.mutate(known, lines, kept, read)
        faults += survivors
    return tried, faults


def _summary(faults: list[Any], walked: dict[str, int], seconds: float) -> str:
    errors = sum(fault.severity == "error" for fault in faults)
    said = (
        f"走了 {walked['ways']} 条路（{walked['place_classes']} 类地点组合，"
        f"{walked['states']} 个状态），{walked['outcomes']} 种结论，"
        f"{walked['items']} 个条目，{walked['sources']} 份依据，用了 {seconds} 秒。"
    )
    if "cases" in walked:
        said += f"跑了 {walked['cases']} 个案例"
        said += f"、{walked['digests']} 条摘要" if "digests" in walked else ""
        said += f"、{walked['mutants']} 处改动" if "mutants" in walked else ""
        said += "。"
    result = f"{errors} 个错误，{len(faults) - errors} 个提醒。" if faults else "没有发现问题。"
    return f"{said}\n{result}\n"


def _json(faults: list[Any], walked: dict[str, int], seconds: float) -> str:
    body = {
        "schema": "yibao.check/1",
        "findings": [
            {
                "code": fault.code,
                "severity": fault.severity,
                "file": fault.file,
                "line": fault.line,
                "message": fault.message,
            }
            for fault in faults
        ],
        "walked": walked,
        "seconds": seconds,
    }
    return json.dumps(body, ensure_ascii=False, indent=2) + "\n"
