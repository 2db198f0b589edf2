"""People, and how many lists a second: run by the Python that has the package.

`python people.py FILE COUNT` writes people as CSV, places and answers at random; `python people.py
FILE` makes the list of each, and prints how many it made in a second of the processor. A seed makes
them the same every time; hardly two ask for the same.
"""

from __future__ import annotations

import csv
import random
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from time import process_time

from yibao_cli import plan
from yibao_cli.knowledge import knowledge

_SEED = 20_260_101
_ANSWERED = 0.1
"""How often a question is answered that has a default."""


def people() -> Iterator[dict[str, str]]:
    """Rows without end."""
    known, draw = knowledge(), random.Random(_SEED)
    places = [one.full_name for one in known.places.all() if one.level != "abroad"]
    while True:
        row = {}
        for question in known.questions.values():
            labels = [one.label for one in question.options.values()] or places
            given = question.default is None or draw.random() < _ANSWERED
            row[question.id] = draw.choice(labels) if given else ""
        yield row


def write(path: str, count: str) -> None:
    """Write the first rows as a CSV file."""
    with Path(path).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(knowledge().questions))
        writer.writeheader()
        writer.writerows(islice(people(), int(count)))


def call(path: str) -> None:
    """Print how many lists a second the library makes of the rows of a file."""
    with Path(path).open(encoding="utf-8", newline="") as file:
        rows = [{name: text or None for name, text in row.items()} for row in csv.DictReader(file)]
    day = knowledge().about.read_on
    # The first list builds the index of the places.
    plan(rows[0], on=day)
    start = process_time()
    for row in rows:
        plan(row, on=day)
    print(len(rows) / (process_time() - start))


if __name__ == "__main__":
    if len(sys.argv) == 3:
        write(*sys.argv[1:])
    else:
        call(sys.argv[1])
