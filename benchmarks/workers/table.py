"""Writes the core of the tree as a decision table for other engines, with cases to decide.

`python -m benchmarks.workers.table FILE` writes JSON: `fields`, `rules` (for each field the
values that fit, none for any; and the path), `cases` (facts, the texts they stand for, the path).
Rules exclude each other and leave no gap, so every engine may take the first that fits.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.workers import product
from benchmarks.workers.rows import SEED
from yibao_cli.knowledge import knowledge
from yibao_cli.knowledge.model import Knowledge
from yibao_cli.places import Place

Rule = tuple[tuple[tuple[str, ...], ...], str]
"""For each field the values that fit (none: any), and what follows."""

# In the order that gives the fewest rules.
FIELDS = ("insurance", "relation", "stage", "care", "filing_rule", "filing", "category")
_ASKED = ("insurance", "stage", "care", "filing", "category")
_CASES = 2_000
_PAIRS = 20_000


def induce(
    fields: Sequence[Sequence[str]], decide: Callable[[tuple[str, ...]], str | None]
) -> tuple[Rule, ...]:
    """The table of a function over all combinations; values that act alike share a rule.

    A combination that cannot happen is decided as None and belongs to no rule.
    """

    def below(prefix: tuple[str, ...]) -> tuple[Rule, ...]:
        if len(prefix) == len(fields):
            path = decide(prefix)
            return () if path is None else (((), path),)
        groups: dict[tuple[Rule, ...], list[str]] = {}
        for value in fields[len(prefix)]:
            groups.setdefault(below((*prefix, value)), []).append(value)
        groups.pop((), None)
        alike = len(groups) == 1
        return tuple(
            ((() if alike else tuple(values), *cells), path)
            for rules, values in groups.items()
            for cells, path in rules
        )

    return below(())


def journeys(known: Knowledge) -> dict[tuple[str, str], tuple[Place, Place]]:
    """One pair of places for every relation and filing rule there is."""
    random = Random(SEED)
    places = known.places.all()
    inside = [place for place in places if place.level != "abroad"]
    found: dict[tuple[str, str], tuple[Place, Place]] = {}
    for number in range(_PAIRS):
        insured = random.choice(inside)
        near = [place for place in inside if place.province == insured.province]
        care = (insured, random.choice(near), random.choice(places))[number % 3]
        kind = product.journey(known, insured, care)
        if kind is not None:
            found.setdefault(kind, (insured, care))
    return found


def table(known: Knowledge) -> dict[str, Any]:
    """Rules and cases as plain values."""
    pairs = journeys(known)
    options = {name: [*known.questions[name].options] for name in _ASKED}
    options["relation"] = sorted({relation for relation, _ in pairs})
    options["filing_rule"] = sorted({rule for _, rule in pairs})
    fields = [options[name] for name in FIELDS]

    def texts(values: tuple[str, ...]) -> dict[str, str] | None:
        facts = dict(zip(FIELDS, values, strict=True))
        pair = pairs.get((facts.pop("relation"), facts.pop("filing_rule")))
        return None if pair is None else {**facts, "from": pair[0].code, "to": pair[1].code}

    places = {place.code: place for pair in pairs.values() for place in pair}

    @cache
    def decide(values: tuple[str, ...]) -> str | None:
        given = texts(values)
        if given is None:
            return None
        answers: product.Answers = {**given}
        answers |= {name: places[given[name]] for name in ("from", "to")}
        return product.path(known, answers)

    random = Random(SEED)
    cases: list[dict[str, Any]] = []
    while len(cases) < _CASES:
        values = tuple(random.choice(options) for options in fields)
        if (path := decide(values)) is not None:
            facts = dict(zip(FIELDS, values, strict=True))
            cases.append({"facts": facts, "texts": texts(values), "path": path})
    return {"fields": FIELDS, "rules": induce(fields, decide), "cases": cases}


if __name__ == "__main__":
    content = json.dumps(table(knowledge()), ensure_ascii=False)
    Path(sys.argv[1]).write_text(content, encoding="utf-8")
