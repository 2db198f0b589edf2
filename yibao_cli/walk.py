"""Walks the tree: answers in, decision out.

Answers are kept by question id and the way is found by replay from the start, so asking one
question at a time, changing an answer and resuming are all this one function.
"""

from __future__ import annotations

from collections.abc import Mapping

from yibao_cli import facts
from yibao_cli.model import Added, Decision, Knowledge, Stop
from yibao_cli.regions import Place
from yibao_cli.values import Value

Answers = Mapping[str, "str | Place"]
"""Question id → option id, or the place; several errands are walked one by one."""


GIVEN = "given"
"""The branch of a place question that was answered; an optional one has `unsure` beside it."""


class Pending(Value):
    """The walk stands at a question without an answer.

    `required` tells that it has no default; otherwise the wizard would ask it here.
    """

    question: str
    required: bool
    trace: tuple[Stop, ...]


def walk(
    knowledge: Knowledge,
    errand: str,
    answers: Answers,
    day: str,
    *,
    ask_all: bool = False,
    derived: Mapping[str, str] | None = None,
) -> Decision | Pending:
    """Follow the answers from the start of an errand to its end, or to the first open question.

    With `ask_all` the walk also stops at questions that have a default but that the wizard asks.
    `derived` are the facts of both places, where they are known already.
    The first conclusion on the way is the outcome; later ones are kept in `also`. An end node
    concludes only where nothing was concluded before.
    """
    nodes, questions = knowledge.nodes, knowledge.questions
    journey: facts.Journey | None = None
    trace: list[Stop] = []
    added: list[Added] = []
    concluded: list[str] = []
    at: str | None = knowledge.starts[errand]
    while at is not None:
        node = nodes[at]
        if node.kind == "end":
            if not concluded:
                concluded.append(node.on)
            trace.append(Stop(node.id, "end", node.on, node.on, "derived"))
            break
        if node.kind == "switch":
            if node.on == "concluded":
                value = "yes" if concluded else "no"
            elif derived:
                value = derived[node.on]
            else:
                if journey is None:
                    for question_id in facts.needs(node.on):
                        if question_id not in answers:
                            return Pending(question_id, True, tuple(trace))
                    insured, care = answers["from"], answers["to"]
                    assert isinstance(insured, Place) and isinstance(care, Place)
                    journey = facts.Journey(knowledge, insured, care, day)
                value = facts.FACTS[node.on][0](journey)
            trace.append(Stop(node.id, "switch", node.on, value, "derived"))
        else:
            question = questions[node.on]
            answer = answers.get(node.on)
            if answer is None:
                if node.optional:
                    answer = "unsure"
                elif question.default is None:
                    return Pending(node.on, True, tuple(trace))
                elif ask_all and question.wizard and node.wizard:
                    return Pending(node.on, False, tuple(trace))
                else:
                    answer = question.default
                origin = "assumed"
            else:
                origin = "given"
            shown = answer.code if isinstance(answer, Place) else answer
            value = GIVEN if isinstance(answer, Place) else answer
            trace.append(Stop(node.id, "ask", node.on, shown, origin))  # type: ignore[arg-type]
        branch = node.branch(value)
        if branch.add:
            here = len(trace) - 1
            added += [Added(item, here) for item in branch.add]
        if branch.conclude is not None and branch.conclude not in concluded:
            told = _last_told(trace)
            outcome = knowledge.outcomes[branch.conclude]
            brought = outcome.add if concluded else outcome.add + outcome.alone
            added += [Added(item, told) for item in brought]
            concluded.append(branch.conclude)
        at = branch.next
    if not concluded:
        raise LookupError(f"the way ends at node {trace[-1].node} without an outcome")
    first, *also = concluded
    if trace[-1].kind == "end" and trace[-1].on == first:
        told = _last_told(trace)
        outcome = knowledge.outcomes[first]
        added += [Added(item, told) for item in outcome.add + outcome.alone]
    return Decision(errand, first, tuple(also), tuple(added), tuple(trace))


def _last_told(trace: list[Stop]) -> int:
    """The last question that was new and answered: to a reader, that is why it was concluded."""
    asked: dict[str, int] = {}
    for index, stop in enumerate(trace):
        if stop.origin == "given":
            asked.setdefault(stop.on, index)
    return max(asked.values(), default=len(trace) - 1)
