"""A situation thought through: answers, what the tree decides, the checklist that comes of it."""

from __future__ import annotations

from dataclasses import dataclass

from yibao_cli.checklist import answered, words
from yibao_cli.consult import Consultant
from yibao_cli.model import (
    Checklist,
    Contact,
    Decision,
    Document,
    Knowledge,
    Remark,
    Step,
)
from yibao_cli.walk import Answers

Shown = Step | Document | Remark | Contact
KINDS: tuple[str, ...] = (
    "steps",
    "documents",
    "warnings",
    "notes",
    "local",
    "questions",
    "contacts",
)
"""The parts of a checklist that are explained and compared."""


@dataclass(frozen=True, slots=True)
class Situation:
    """Answers, by which knowledge and day they are judged, and what comes of them.

    The decisions stand in the order in which the checklist tells them.
    """

    consultant: Consultant
    answers: Answers
    decisions: tuple[Decision, ...]
    checklist: Checklist

    @property
    def knowledge(self) -> Knowledge:
        """The knowledge that the answers are judged by."""
        return self.consultant.knowledge

    @property
    def day(self) -> str:
        """The ISO day by whose rules they are judged."""
        return self.consultant.day

    def say(self, text: str) -> str:
        """A text of the knowledge with the names of these places."""
        for name, value in words(self.knowledge, self.answers).items():
            text = text.replace(name, value)
        return text


def situation(consultant: Consultant, answers: Answers) -> Situation:
    """A situation thought through to its end.

    Raises MissingAnswerError, naming the flags, where a required answer is missing.
    """
    outcomes = consultant.knowledge.outcomes
    decisions = sorted(consultant.decisions(answers), key=lambda one: outcomes[one.outcome].rank)
    checklist = consultant.case(answers).checklist()
    return Situation(consultant, answers, tuple(decisions), checklist)


def entries(checklist: Checklist) -> dict[str, tuple[str, Shown]]:
    """Everything on a checklist by its id, with the part it stands in."""
    return {one.id: (kind, one) for kind in KINDS for one in getattr(checklist, kind)}


def text_of(entry: Shown) -> str:
    """The sentence of an entry."""
    return entry.name if isinstance(entry, Document | Contact) else entry.text


def hidden(base: Situation, name: str) -> str:
    """Why an item on the way is not on the list."""
    reason = out_of_force(base, name) or beside_the_point(base, name)
    return reason or "当地规定里已经有答案，不用再问"


def beside_the_point(base: Situation, name: str) -> str | None:
    """The answers that an item is about and that were not given; None where it fits."""
    walked = {name: value for one in base.decisions for name, value in one.values.items()}
    said = []
    for one in base.knowledge.items[name].when:
        if not answered(walked, (one,)):
            question = base.knowledge.questions[one[0]]
            labels = "”或“".join(question.option(option).label for option in one[1])
            said.append(f"“{question.label}”是“{labels}”")
    return f"只有{'、'.join(said)}时才列出来" if said else None


def out_of_force(base: Situation, name: str) -> str | None:
    """The rules an item rests on that do not hold on that day; None where all do."""
    said: dict[str, None] = {}
    for rule in (base.knowledge.rules[one] for one in base.knowledge.items[name].basis.rules):
        if rule.until is not None and rule.until < base.day:
            said[f"规定“{rule.says}”到 {rule.until} 为止，{base.day} 已经不用了"] = None
        elif not rule.in_force(base.day):
            said[f"规定“{rule.says}”从 {rule.since} 起才有，{base.day} 还没有"] = None
    return "；".join(said) or None
