"""Writes a table of random people: `python -m benchmarks.workers.rows COUNT FILE`.

A seed makes it the same table every time, and a longer one begins with the shorter one.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from random import Random

from yibao_cli.knowledge import knowledge
from yibao_cli.model import Knowledge, Question
from yibao_cli.regions import Place

SEED = 20_260_101
ALWAYS = ("insurance", "from", "to", "care", "filing")
# The questions a table of real people would have columns for, and how often they are answered.
SOMETIMES = {
    "category": 0.6,
    "stage": 0.6,
    "enrolment": 0.3,
    "credential": 0.3,
    "hospital": 0.3,
    "patient": 0.3,
    "injury": 0.1,
    "recognition": 0.1,
    "disease": 0.1,
}
COLUMNS = ("id", *ALWAYS, *SOMETIMES)
_SAME_PLACE, _SAME_PROVINCE, _ABROAD = 0.1, 0.3, 0.01


def people(known: Knowledge, seed: int = SEED) -> Iterator[dict[str, str]]:
    """Rows without end: places near and far, answers in any accepted spelling, many left out."""
    random = Random(seed)
    questions = known.questions
    cities = [place for place in known.places.all() if place.level != "abroad"]
    abroad = [place for place in known.places.all() if place.level == "abroad"]
    near: dict[str, list[Place]] = {}
    for place in cities:
        near.setdefault(place.province, []).append(place)
    names = {place.code: _names(known, place) for place in (*cities, *abroad)}
    spellings = {name: _spellings(questions[name]) for name in (*ALWAYS, *SOMETIMES)}
    number = 0
    while True:
        number += 1
        insured = random.choice(cities)
        chance = random.random()
        if chance < _SAME_PLACE:
            care = insured
        elif chance < _SAME_PLACE + _SAME_PROVINCE:
            care = random.choice(near[insured.province])
        elif chance > 1 - _ABROAD:
            care = random.choice(abroad)
        else:
            care = random.choice(cities)
        row = {
            "id": f"p{number}",
            "from": random.choice(names[insured.code]),
            "to": random.choice(names[care.code]),
        }
        for name in COLUMNS[1:]:
            if name not in row and random.random() < SOMETIMES.get(name, 1):
                row[name] = random.choice(spellings[name])
        yield row


def write(known: Knowledge, count: int, path: Path) -> None:
    """The first rows as a CSV file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(islice(people(known), count))


def _names(known: Knowledge, place: Place) -> list[str]:
    """What people write for a place, as far as it can mean nothing else."""
    names = dict.fromkeys((place.short, place.name, place.full_name))
    return [name for name in names if known.places.find(name) == (place,)] or [place.code]


def _spellings(question: Question) -> list[str]:
    return [
        text for option in question.options for text in (option.id, option.label, *option.spellings)
    ]


if __name__ == "__main__":
    write(knowledge(), int(sys.argv[1]), Path(sys.argv[2]))
