"""Writes a table of people: `python -m benchmarks.workers.rows desk|random COUNT FILE`.

`desk` is what a hospital's desk or a company sends: places at random, but the usual answers far
more often than the rare ones, each in the words of the form. `random` takes every answer and
every spelling alike, so hardly two rows ask for the same. A seed makes it the same table every
time, and a longer one begins with the shorter one.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from random import Random
from typing import Literal, get_args

from yibao_cli.knowledge import knowledge
from yibao_cli.knowledge.model import Knowledge
from yibao_cli.knowledge.questions import Question
from yibao_cli.places import Place

Kind = Literal["desk", "random"]
KINDS: tuple[Kind, ...] = get_args(Kind)

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
# Of a hundred people at a desk, how many give which answer; the rest leave the cell empty.
USUAL: dict[str, dict[str, int]] = {
    "insurance": {"employee": 55, "resident": 45},
    "care": {"inpatient": 68, "outpatient": 18, "chronic": 12, "emergency": 2},
    "filing": {"none": 52, "valid": 44, "pending": 2, "expired": 2},
    "category": {"long_term_resident": 32, "referral": 30, "other_temporary": 22},
    "stage": {"before": 78, "in_care": 16, "paid": 4},
    "hospital": {"not_connected": 1},
    "patient": {"retiree": 2},
    "credential": {"failing": 1},
}
COLUMNS = ("id", *ALWAYS, *SOMETIMES)
_SAME_PLACE, _SAME_PROVINCE, _ABROAD = 0.1, 0.3, 0.01


def people(known: Knowledge, kind: Kind, seed: int = SEED) -> Iterator[dict[str, str]]:
    """Rows without end: places near and far in any spelling, other answers by the kind."""
    random = Random(seed)
    draw = (_usual if kind == "desk" else _any)(known, random)
    cities = [place for place in known.places.all() if place.level != "abroad"]
    abroad = [place for place in known.places.all() if place.level == "abroad"]
    near: dict[str, list[Place]] = {}
    for place in cities:
        near.setdefault(place.province, []).append(place)
    names = {place.code: _names(known, place) for place in (*cities, *abroad)}
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
            if name not in row and (text := draw(name)):
                row[name] = text
        yield row


def write(known: Knowledge, kind: Kind, count: int, path: Path) -> None:
    """The first rows as a CSV file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(islice(people(known, kind), count))


def _names(known: Knowledge, place: Place) -> list[str]:
    """What people write for a place, as far as it can mean nothing else."""
    names = dict.fromkeys((place.short, place.name, place.full_name))
    return [name for name in names if known.places.find(name) == (place,)] or [place.code]


def _any(known: Knowledge, random: Random) -> Callable[[str], str]:
    """Draws any answer in any accepted spelling, or none."""
    spellings = {name: _spellings(known.questions[name]) for name in (*ALWAYS, *SOMETIMES)}

    def draw(name: str) -> str:
        given = random.random() < SOMETIMES.get(name, 1)
        return random.choice(spellings[name]) if given else ""

    return draw


def _usual(known: Knowledge, random: Random) -> Callable[[str], str]:
    """Draws a label by its weight, or none."""
    labels: dict[str, list[str]] = {}
    weights: dict[str, list[int]] = {}
    for name, usual in USUAL.items():
        question = known.questions[name]
        labels[name] = [*(question.options[one].label for one in usual), ""]
        weights[name] = [*usual.values(), 100 - sum(usual.values())]
    return lambda name: random.choices(labels[name], weights[name])[0] if name in labels else ""


def _spellings(question: Question) -> list[str]:
    return [
        text
        for option in question.options.values()
        for text in (option.id, option.label, *option.also)
    ]


if __name__ == "__main__":
    chosen = next(kind for kind in KINDS if kind == sys.argv[1])
    write(knowledge(), chosen, int(sys.argv[2]), Path(sys.argv[3]))
