"""What two situations do not share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from yibao_cli.explain.situation import Shown, Situation, entries, hidden
from yibao_cli.model import Conclusion

# Why an entry is there, and what the program does with it.
_UNSAID = frozenset({"because", "calendar", "proxy"})


@dataclass(frozen=True, slots=True)
class Difference:
    """An entry that only one of two situations has, and why the other one lacks it."""

    kind: str
    entry: Shown
    lacking: str | None


@dataclass(frozen=True, slots=True)
class Reworded:
    """An entry that both have, in different words."""

    kind: str
    before: Shown
    after: Shown
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Changed:
    """An answer that differs; None where a situation does not turn on it."""

    question: str
    label: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two situations and all that they do not share."""

    first: Situation
    second: Situation
    answers: tuple[Changed, ...]
    gained: tuple[Difference, ...]
    lost: tuple[Difference, ...]
    reworded: tuple[Reworded, ...]

    @property
    def new_outcome(self) -> bool:
        """Whether the conclusions are others, not only in other words."""
        first, second = ([one.id for one in _outcomes(side)] for side in (self.first, self.second))
        return first != second

    @property
    def same(self) -> bool:
        """Whether both lead to the same checklist."""
        alike = _outcomes(self.first) == _outcomes(self.second)
        return alike and not (self.gained or self.lost or self.reworded)


def compare(first: Situation, second: Situation) -> Comparison:
    """What the second situation gains and loses against the first."""
    mine, other = entries(first.checklist), entries(second.checklist)
    return Comparison(
        first,
        second,
        tuple(_changed_answers(first, second)),
        tuple(_only(second, first)),
        tuple(_only(first, second)),
        tuple(
            Reworded(kind, entry, other[name][1], differing)
            for name, (kind, entry) in mine.items()
            if name in other and (differing := _differing(entry, other[name][1]))
        ),
    )


def _outcomes(one: Situation) -> tuple[Conclusion, ...]:
    return (one.checklist.conclusion, *one.checklist.others)


def _only(having: Situation, lacking: Situation) -> Iterator[Difference]:
    """What is on one list alone."""
    absent = entries(lacking.checklist)
    on_way = {one.item for decision in lacking.decisions for one in decision.added}
    known_facts = {
        fact.id: fact for sheet in lacking.knowledge.sheets.values() for fact in sheet.facts
    }
    for name, (kind, entry) in entries(having.checklist).items():
        if name in absent:
            continue
        reason = None
        item, fact = lacking.knowledge.items.get(name), known_facts.get(name)
        if item is None and fact is None:
            reason = f"资料 {lacking.knowledge.about.version} 里没有这一条"
        elif item is not None and name in on_way:
            reason = hidden(lacking, name)
        elif fact is not None and not fact.in_force(lacking.day):
            reason = f"这条规定 {lacking.day} 不在有效期里"
        yield Difference(kind, entry, reason)


def _differing(before: Shown, after: Shown) -> tuple[str, ...]:
    """The fields in which two entries differ in what they say."""
    names = [name for name in before._fields if name not in _UNSAID]
    absent: Any = object()
    return tuple(name for name in names if getattr(before, name) != getattr(after, name, absent))


def _changed_answers(first: Situation, second: Situation) -> Iterator[Changed]:
    """Answers that differ; what only one way assumes is no difference to a reader."""
    before = {one.question: one for one in first.checklist.answers}
    after = {one.question: one for one in second.checklist.answers}
    for name in {**first.knowledge.questions, **second.knowledge.questions}:
        old, new = before.get(name), after.get(name)
        either = old or new
        if either is None or (None in (old, new) and either.assumed):
            continue
        texts = old.text if old else None, new.text if new else None
        if texts[0] != texts[1]:
            yield Changed(name, either.label, *texts)
