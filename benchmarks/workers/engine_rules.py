"""Decides with rule-engine: `python -m benchmarks.workers.engine_rules one TABLE CSV SECONDS`.

The library answers whether one rule fits; taking the first that does is a loop around it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import rule_engine  # type: ignore[import-not-found]

from benchmarks.workers import loop


def expression(fields: Sequence[str], cells: Sequence[Sequence[str]]) -> str:
    """One line of the table in the language of the library."""
    parts = [
        f"{name} in [{', '.join(json.dumps(value) for value in cell)}]"
        if len(cell) > 1
        else f"{name} == {json.dumps(cell[0])}"
        for name, cell in zip(fields, cells, strict=True)
        if cell
    ]
    return " and ".join(parts) or "true"


def main(_mode: str, table: str, _rows: str, seconds: str) -> None:
    """Measure the table."""
    content = json.loads(Path(table).read_text(encoding="utf-8"))
    fields = content["fields"]
    kinds = dict.fromkeys(fields, rule_engine.DataType.STRING)
    context = rule_engine.Context(type_resolver=rule_engine.type_resolver_from_dict(kinds))
    rules = [
        (rule_engine.Rule(expression(fields, cells), context=context), path)
        for cells, path in content["rules"]
    ]

    def decide(chunk: Sequence[dict[str, str]]) -> list[str]:
        return [next(path for rule, path in rules if rule.matches(case)) for case in chunk]

    facts = [case["facts"] for case in content["cases"]]
    loop.report(decide, facts, [case["path"] for case in content["cases"]], float(seconds))


if __name__ == "__main__":
    main(*sys.argv[1:])
