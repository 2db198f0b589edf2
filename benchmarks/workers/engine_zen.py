"""Decides with ZEN: `python -m benchmarks.workers.engine_zen one|batch TABLE CSV SECONDS`."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import zen  # type: ignore[import-not-found]

from benchmarks.workers import loop

_KEY = "table"


def graph(fields: Sequence[str], rules: Sequence[Any]) -> dict[str, Any]:
    """The decision graph: input, one table, output."""
    nowhere = {"x": 0, "y": 0}
    content = {
        "hitPolicy": "first",
        "inputs": [{"id": name, "name": name, "field": name} for name in fields],
        "outputs": [{"id": "path", "name": "path", "field": "path"}],
        "rules": [
            {
                "_id": str(number),
                **{
                    name: ",".join(json.dumps(value) for value in cell)
                    for name, cell in zip(fields, cells, strict=True)
                },
                "path": json.dumps(path),
            }
            for number, (cells, path) in enumerate(rules)
        ],
    }
    nodes = [
        {"id": "in", "type": "inputNode", "name": "in", "position": nowhere},
        {"id": "table", "type": "decisionTableNode", "name": "table", "position": nowhere,
         "content": content},
        {"id": "out", "type": "outputNode", "name": "out", "position": nowhere},
    ]  # fmt: skip
    edges = [
        {"id": "1", "type": "edge", "sourceId": "in", "targetId": "table"},
        {"id": "2", "type": "edge", "sourceId": "table", "targetId": "out"},
    ]
    return {"nodes": nodes, "edges": edges}


def main(mode: str, table: str, _rows: str, seconds: str) -> None:
    """Measure the table, case by case or many in one call."""
    content = json.loads(Path(table).read_text(encoding="utf-8"))
    model = graph(content["fields"], content["rules"])
    facts = [case["facts"] for case in content["cases"]]
    decision = zen.ZenEngine().create_decision(json.dumps(model))
    engine = zen.ZenEngine({"loader": {"type": "static", "content": {_KEY: model}}})

    def one(chunk: Sequence[dict[str, str]]) -> list[str]:
        return [decision.evaluate(case)["result"]["path"] for case in chunk]

    def batch(chunk: Sequence[dict[str, str]]) -> list[str]:
        done = engine.evaluate_batch([{"key": _KEY, "context": case} for case in chunk])
        return [answer["data"]["result"]["path"] for answer in done]

    wanted = [case["path"] for case in content["cases"]]
    loop.report(batch if mode == "batch" else one, facts, wanted, float(seconds))


if __name__ == "__main__":
    main(*sys.argv[1:])
