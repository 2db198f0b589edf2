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
    kind: Literal["ask", "switch"]
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
    """The walk stands at a question without an answer."""

    question: str
    trace: tuple[Stop, ...]


def walk(
    knowledge: Knowledge, errand: str, answers: Answers, day: str, *, ask_all: bool = False
) -> Decision | Pending:
    """Follow the answers from the start of an errand to its end, or to the first open question.

    With `ask_all` the walk also stops at questions that have a default but that the wizard asks.
    The first conclusion on the way is the outcome; later ones are kept in `also`.
    Raises LookupError where the tree has a hole; `yibao check` proves that it has none.
    """
    trace: list[Stop] = []
    added: list[Added] = []
    concluded: list[str] = []
    at: str | None = knowledge.starts[errand]
    while at is not None:
        node = knowledge.nodes[at]
        if node.kind == "ask":
            stop = _asked(knowledge, node, answers, ask_all=ask_all)
        else:
            stop = _derived(knowledge, node, answers, day, concluded=bool(concluded))
        if isinstance(stop, str):
            return Pending(stop, tuple(trace))
        trace.append(stop)
        branch = node.branch(taken(stop, answers))
        at = node.after(branch)
        added += [Added(item, len(trace) - 1) for item in branch.add]
        conclusion = branch.conclude
        if conclusion and not knowledge.concludes(conclusion, day):
            conclusion = None
        if conclusion and conclusion not in concluded:
            brought = knowledge.outcomes[conclusion].brings(first=not concluded)
            reason = _last_answer(trace)
            added += [Added(item, reason) for item in brought]
            concluded.append(conclusion)
    if not concluded:
        raise LookupError(f"the way ends at node {trace[-1].node} without an outcome")
    first, *also = concluded
    return Decision(errand, first, tuple(also), tuple(added), tuple(trace))


def taken(stop: Stop, answers: Answers) -> str:
    """The value whose branch is taken at a stop: any place that was given takes the same."""
    given = stop.kind == "ask" and isinstance(answers.get(stop.on), Place)
    return GIVEN if given else stop.value


def _asked(knowledge: Knowledge, node: Node, answers: Answers, *, ask_all: bool) -> Stop | str:
    """A stop at a question, or the name of the question that is open."""
    name = node.on
    answer = answers.get(name)
    if answer is not None:
        value = answer.code if isinstance(answer, Place) else answer
        return Stop(node.id, "ask", name, value, "given")
    question = knowledge.questions[name]
    required = question.default is None
    asked = node.asked or question.asked
    if node.asked != "never" and (required or (ask_all and asked == "always")):
        return name
    return Stop(node.id, "ask", name, question.default or "unsure", "assumed")


def _derived(
    knowledge: Knowledge, node: Node, answers: Answers, day: str, *, concluded: bool
) -> Stop | str:
    """A stop at a fact, or the name of the question that has to be answered before."""
    if node.on == "concluded":
        value = "yes" if concluded else "no"
    elif journey := facts.journey_of(knowledge, answers, day):
        value = facts.FACTS[node.on](journey)
    else:
        return "to" if "from" in answers else "from"
    return Stop(node.id, "switch", node.on, value, "derived")


def _last_answer(trace: list[Stop]) -> int:
    """The last question that was new and answered: to a reader, that is why it was concluded."""
    asked: dict[str, int] = {}
    for index, stop in enumerate(trace):
        if stop.origin == "given":
            asked.setdefault(stop.on, index)
    return max(asked.values(), default=len(trace) - 1)
