"""Decides with yibao: `python -m benchmarks.workers.engine_yibao list|path TABLE CSV SECONDS`.

`path` decides the cases of the table; `list` makes whole checklists for realistic rows.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from benchmarks.workers import loop, product
from yibao_cli.knowledge import knowledge

_ROWS = 2_000


def main(mode: str, table: str, rows: str, seconds: str) -> None:
    """Measure one of the two."""
    known = knowledge()

    def paths(chunk: Sequence[product.Answers]) -> list[str]:
        return [product.path(known, answers) for answers in chunk]

    def lists(chunk: Sequence[product.Answers]) -> list[str]:
        return [product.checklist(known, answers).outcome.path for answers in chunk]

    if mode == "path":
        cases = json.loads(Path(table).read_text(encoding="utf-8"))["cases"]
        answers = [product.parse(known, case["texts"]) for case in cases]
        loop.report(paths, answers, [case["path"] for case in cases], float(seconds))
        return
    with Path(rows).open(encoding="utf-8", newline="") as file:
        people = list(islice(csv.DictReader(file), _ROWS))
    answers = [
        product.parse(known, {name: text for name, text in row.items() if text and name != "id"})
        for row in people
    ]
    loop.report(lists, answers, paths(answers), float(seconds))


if __name__ == "__main__":
    main(*sys.argv[1:])
