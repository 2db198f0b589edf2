"""Walks the tree: answers in, decision out.

Answers are kept by question id and the way is found by replay from the start, so asking one
question at a time, changing an answer and resuming are all this one function.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from yibao_cli import facts
from yibao_cli.knowledge.model import Knowledge
from yibao_cli.knowledge.tree import Node
from yibao_cli.places import Place

Answers = Mapping[str, "str | Place"]
"""Question id → option id, or the place; several errands are walked one by one."""

GIVEN = "given"
"""The branch of a place question that was answered; an optional one has `unsure` beside it."""


class Stop(Struct, frozen=True):
    """One node on the way: what it turned on, the value it met and where that came from."""

    node: str
    kind: Literal["ask", "switch", "end"]
    on: str
    value: str
    origin: Literal["given", "assumed", "derived"]


class Added(Struct, frozen=True):
    """An item and the stop (index into the trace) that put it on the list."""

    item: str
    stop: int


class Decision(Struct, frozen=True):
    """Where a walk ended: the outcome, the outcomes matched after it, and all it collected."""

    errand: str
    outcome: str
    also: tuple[str, ...]
    added: tuple[Added, ...]
    trace: tuple[Stop, ...]

    @property
    def values(self) -> dict[str, str]:
        """What the walk went by, question by question, assumed answers included."""
        return {stop.on: stop.value for stop in self.trace if stop.kind == "ask"}


class Pending(Struct, frozen=True):
    """The walk stands at a question without an answer.

    `required` tells that it has no default; otherwise the wizard would ask it here.
    """

    question: str
    required: bool
    trace: tuple[Stop, ...]


def walk(
    knowledge: Knowledge, errand: str, answers: Answers, day: str, *, ask_all: bool = False
) -> Decision | Pending:
    """Follow the answers from the start of an errand to its end, or to the first open question.

    With `ask_all` the walk also stops at questions that have a default but that the wizard asks.
    The first conclusion on the way is the outcome; later ones are kept in `also`. An end node
    concludes only where nothing was concluded before. Raises LookupError where the tree has a
    hole; `yibao check` proves that it has none.
    """
    way = _Way(knowledge, answers, day, ask_all)
    at: str | None = knowledge.starts[errand]
    while at is not None:
        node = knowledge.nodes[at]
        if node.kind == "end":
            way.end(node)
            break
        value = way.turn(node)
        if isinstance(value, Pending):
            return value
        branch = node.branch(value)
        way.add(branch.add)
        if branch.conclude:
            way.conclude(branch.conclude)
        at = node.after(branch)
    return way.decision(errand)


class _Way:
    """One walk so far."""

    def __init__(self, knowledge: Knowledge, answers: Answers, day: str, ask_all: bool) -> None:
        self._knowledge = knowledge
        self._answers = answers
        self._day = day
        self._ask_all = ask_all
        self._trace: list[Stop] = []
        self._added: list[Added] = []
        self._concluded: list[str] = []

    def turn(self, node: Node) -> str | Pending:
        """The value by which a node goes on; noted in the trace."""
        return self._asked(node) if node.kind == "ask" else self._derived(node)

    def add(self, items: tuple[str, ...]) -> None:
        """Collect items because of the last stop."""
        self._added += [Added(item, len(self._trace) - 1) for item in items]

    def conclude(self, name: str) -> None:
        """Reach an outcome, and collect what it brings along."""
        if name in self._concluded:
            return
        outcome = self._knowledge.outcomes[name]
        brought = outcome.add if self._concluded else outcome.add + outcome.alone
        reason = _last_answer(self._trace)
        self._added += [Added(item, reason) for item in brought]
        self._concluded.append(name)

    def end(self, node: Node) -> None:
        """Stop at an end node, which is the outcome where there is none yet."""
        self._trace.append(Stop(node.id, "end", node.on, node.on, "derived"))
        if not self._concluded:
            self.conclude(node.on)

    def decision(self, errand: str) -> Decision:
        """All of it; raises LookupError where nothing was concluded."""
        if not self._concluded:
            raise LookupError(f"the way ends at node {self._trace[-1].node} without an outcome")
        first, *also = self._concluded
        return Decision(errand, first, tuple(also), tuple(self._added), tuple(self._trace))

    def _asked(self, node: Node) -> str | Pending:
        question = self._knowledge.questions[node.on]
        answer = self._answers.get(node.on)
        origin: Literal["given", "assumed"] = "assumed" if answer is None else "given"
        if answer is None:
            if node.optional:
                answer = "unsure"
            elif question.default is None:
                return Pending(node.on, True, tuple(self._trace))
            elif self._ask_all and question.in_wizard and node.wizard:
                return Pending(node.on, False, tuple(self._trace))
            else:
                answer = question.default
        told, value = (answer.code, GIVEN) if isinstance(answer, Place) else (answer, answer)
        self._trace.append(Stop(node.id, "ask", node.on, told, origin))
        return value

    def _derived(self, node: Node) -> str | Pending:
        if node.on == "concluded":
            value = "yes" if self._concluded else "no"
        else:
            for name in facts.needs(node.on):
                if name not in self._answers:
                    return Pending(name, True, tuple(self._trace))
            insured, care = self._answers["from"], self._answers["to"]
            assert isinstance(insured, Place) and isinstance(care, Place)
            journey = facts.Journey(self._knowledge, insured, care, self._day)
            value = facts.FACTS[node.on](journey)
        self._trace.append(Stop(node.id, "switch", node.on, value, "derived"))
        return value


def _last_answer(trace: list[Stop]) -> int:
    """The last question that was new and answered: to a reader, that is why it was concluded."""
    asked: dict[str, int] = {}
    for index, stop in enumerate(trace):
        if stop.origin == "given":
            asked.setdefault(stop.on, index)
    return max(asked.values(), default=len(trace) - 1)
