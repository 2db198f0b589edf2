"""Why something is not on a checklist: the fewest answers to change in order to reach it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice

from yibao_cli.ahead import ahead, asked, switched
from yibao_cli.answers import told
from yibao_cli.checklist import answered
from yibao_cli.consult import errands
from yibao_cli.errors import MissingAnswerError
from yibao_cli.explain.goal import Goal, reached
from yibao_cli.explain.journeys import Journey, journeys
from yibao_cli.explain.situation import Situation, beside_the_point, hidden, out_of_force, situation
from yibao_cli.explain.why import Stage, why
from yibao_cli.model import Branch, Node
from yibao_cli.regions import Place
from yibao_cli.walk import GIVEN, Answers

MOST_CHANGES = 3
MOST_PROPOSALS = 5
# So many ways are tried in full before the best of them are shown.
_MOST_TRIED = 60


@dataclass(frozen=True, slots=True)
class Change:
    """One answer that would have to be another one; `value` is what its flag takes."""

    question: str
    label: str
    flag: str
    before: str
    after: str
    value: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """A smallest change, what it makes of the places, and what would come of it."""

    changes: tuple[Change, ...]
    facts: tuple[str, ...]
    result: Situation


@dataclass(frozen=True, slots=True)
class WhyNot:
    """`here` holds the stages the goal comes from where it is reached already.

    `hidden` tells why an item is not listed though the way or the law has it: no answer helps then,
    unless the item is only beside the point. `later` tells that the outcome was reached, but not
    first.
    """

    goal: Goal
    base: Situation
    here: tuple[Stage, ...] = ()
    hidden: str | None = None
    later: bool = False
    proposals: tuple[Proposal, ...] = ()


def why_not(base: Situation, goal: Goal) -> WhyNot:
    """Where the goal comes from, or the fewest answers to change in order to reach it."""
    explained = why(base)
    here = tuple(stage for stage in explained.stages if _shows(stage, goal))
    if reached(base.checklist, goal):
        return WhyNot(goal, base, here)
    reason = None
    if goal.kind == "item":
        (name,) = goal.ids
        on_way = any(one.item == name for stage in explained.stages for one in stage.added)
        reason = hidden(base, name) if on_way else out_of_force(base, name)
        if reason and not (on_way and beside_the_point(base, name)):
            return WhyNot(goal, base, here, reason)
    later = goal.kind == "outcome" and bool(here)
    return WhyNot(goal, base, here, reason, later, tuple(_Search(base, goal).proposals()))


def _shows(stage: Stage, goal: Goal) -> bool:
    if goal.kind == "outcome":
        return stage.concluded is not None and stage.concluded.id in goal.ids
    return any(one.item in goal.ids for one in stage.added)


Chosen = dict[str, "str | None"]
"""What a way decided on, question by question; None leaves an answer out as it was."""


class _Search:
    """Looks for the cheapest ways through the tree that reach a goal.

    Every way is followed that differs from the given answers in exactly so many questions as are
    allowed. What was tried in vain is remembered by what still matters ahead, so that ways which
    differ only in what lies behind them, or in places that decide the same, are followed once.
    """

    def __init__(self, base: Situation, goal: Goal) -> None:
        self.base = base
        self.goal = goal
        items = [base.knowledge.items[name] for name in goal.ids if goal.kind == "item"]
        self.when = [condition for item in items for condition in item.when]
        self.questions = ahead(base.knowledge, asked)
        self.switches = ahead(base.knowledge, switched)
        self.deciding = cache(self._deciding)
        self.hopes: dict[tuple[object, ...], bool] = {}
        self.vain: set[tuple[object, ...]] = set()

    def proposals(self) -> list[Proposal]:
        """The best of the smallest changes; none where even the most allowed do not help."""
        all_journeys = list(journeys(self.base))
        for allowed in range(1, MOST_CHANGES + 1):
            tried = islice(self.changed(all_journeys, allowed), _MOST_TRIED)
            found = {
                tuple((change.question, change.value) for change in one.changes): one
                for one in map(self.proposal, tried)
                if one is not None
            }
            if found:
                return sorted(found.values(), key=_plainness)[:MOST_PROPOSALS]
        return []

    def changed(self, journeys: list[Journey], allowed: int) -> Iterator[Answers]:
        """Answers that differ in so many places and seem to reach the goal."""
        chosen = errands(self.base.knowledge, self.base.answers)
        for journey in journeys:
            for errand, start in self.base.knowledge.starts.items():
                other = errand not in chosen
                left = allowed - journey.cost - other
                if left < 0:
                    continue
                for way in self.ways(start, journey, (False, False), {}, left):
                    yield {
                        **self.base.answers,
                        **{name: value for name, value in way.items() if value is not None},
                        **journey.places,
                        **({"errand": errand} if other else {}),
                    }

    def ways(
        self,
        at: str | None,
        journey: Journey,
        state: tuple[bool, bool],
        chosen: Chosen,
        left: int,
    ) -> Iterator[Chosen]:
        """The ways on from a node; `state` is whether the goal is met and something concluded."""
        met, concluded = state
        if at is None:
            if met and not left and self.to_the_point(chosen):
                yield chosen
            return
        if not met and not self.hope(at, journey):
            return
        mattering = self.questions(at).union([question for question, _ in self.when])
        kept = frozenset([pair for pair in chosen.items() if pair[0] in mattering])
        key = (*self.deciding(at, journey), *state, kept, left)
        if key in self.vain:
            return
        node = self.base.knowledge.nodes[at]
        reached_any = False
        for value, decided, cost in self.values(node, journey, concluded, chosen):
            if cost > left:
                continue
            branch = _branch(node, value)
            after = self.after(branch, met, concluded)
            if after is None:
                continue
            for way in self.ways(branch.next, journey, after, decided, left - cost):
                reached_any = True
                yield way
        if not reached_any:
            self.vain.add(key)

    def values(
        self, node: Node, journey: Journey, concluded: bool, chosen: Chosen
    ) -> Iterator[tuple[str, Chosen, int]]:
        """What a node may turn on, the choices made by then, and whether one of them is new."""
        if node.kind == "end":
            yield "", chosen, 0
        elif node.kind == "switch":
            value = self.fact(node, journey, concluded)
            if value is not None:
                yield value, chosen, 0
        else:
            question = self.base.knowledge.questions[node.on]
            if question.kind == "place":
                if node.on in journey.places:
                    yield GIVEN, chosen, 0
                elif node.optional:
                    yield "unsure", chosen, 0
                return
            given = self.base.answers.get(node.on)
            answer = chosen[node.on] if node.on in chosen else None if given is None else str(given)
            unset = "unsure" if node.optional else question.default
            value = answer or unset
            if value is not None:
                yield value, {**chosen, node.on: answer}, 0
            if node.on not in chosen:
                for option in question.options:
                    if option.id != (given or question.default):
                        yield option.id, {**chosen, node.on: option.id}, 1

    def to_the_point(self, chosen: Chosen) -> bool:
        """Whether the goal is an item that is about what was chosen, or no item."""
        values = {
            name: chosen[name] or self.base.knowledge.questions[name].default or "unsure"
            for name, _ in self.when
            if name in chosen
        }
        return answered(values, self.when)

    def fact(self, node: Node, journey: Journey, concluded: bool) -> str | None:
        if node.on == "concluded":
            return "yes" if concluded else "no"
        return journey.facts.get(node.on)

    def after(self, branch: Branch, met: bool, concluded: bool) -> tuple[bool, bool] | None:
        """The state behind a branch; None where the goal is out of reach."""
        if self.goal.kind == "outcome":
            if branch.conclude is not None and not concluded:
                met = branch.conclude in self.goal.ids
                return (True, True) if met else None
            return met, concluded
        met = met or self.brings(branch, first=not concluded)
        return met, concluded or branch.conclude is not None

    def brings(self, branch: Branch, *, first: bool = True) -> bool:
        """Whether a branch by itself reaches the goal; `first` that nothing was concluded yet."""
        if self.goal.kind == "outcome":
            return branch.conclude in self.goal.ids
        brought = list(branch.add)
        if branch.conclude is not None:
            outcome = self.base.knowledge.outcomes[branch.conclude]
            brought += outcome.add + (outcome.alone if first else ())
        return not self.goal.ids.isdisjoint(brought)

    def hope(self, at: str, journey: Journey) -> bool:
        """Whether the goal can be met at a node or ahead of it, whatever is answered."""
        key = self.deciding(at, journey)
        if key not in self.hopes:
            node = self.base.knowledge.nodes[at]
            fact = journey.facts.get(node.on) if node.kind == "switch" else None
            branches = _branches(node) if fact is None else (_branch(node, fact),)
            self.hopes[key] = any(
                self.brings(one) or (one.next is not None and self.hope(one.next, journey))
                for one in branches
            )
        return self.hopes[key]

    def _deciding(self, at: str, journey: Journey) -> tuple[object, ...]:
        """A node with all that a journey decides there or ahead of it."""
        decided = [journey.facts.get(fact) for fact in self.switches(at)]
        return (at, *journey.places, *decided)

    def proposal(self, answers: Answers) -> Proposal | None:
        """A change that holds when it is thought through to the end."""
        base = self.base
        try:
            result = situation(base.consultant, answers)
        except MissingAnswerError:
            return None
        if not reached(result.checklist, self.goal):
            return None
        changes = tuple(
            _change(base, name, answers[name])
            for name in base.knowledge.questions
            if name in answers and answers[name] != base.answers.get(name)
        )
        return Proposal(changes, _new_facts(base, result), result)


def _branch(node: Node, value: str) -> Branch:
    if node.kind == "end":
        return Branch((), node.on, None)
    return node.branch(value)


def _branches(node: Node) -> tuple[Branch, ...]:
    if node.kind == "end":
        return (_branch(node, ""),)
    return node.every_branch


def _plainness(proposal: Proposal) -> tuple[int, int, int]:
    """Sorts first what is clear, and what leaves the journey as it is or nearly so."""
    unclear = sum(one.value == "unsure" for one in proposal.changes)
    places = sum(one.question in ("from", "to") for one in proposal.changes)
    return unclear, places, len(proposal.facts)


def _change(base: Situation, name: str, after: str | Place) -> Change:
    question = base.knowledge.questions[name]
    before = base.answers.get(name)
    if before is not None:
        old = told(question, before)
    else:
        old = f"{told(question, question.default)}（默认）" if question.default else "（没有写）"
    value = after.full_name if isinstance(after, Place) else after
    return Change(name, question.label, question.flag, old, told(question, after), value)


def _new_facts(base: Situation, result: Situation) -> tuple[str, ...]:
    """What the way in the new situation turned on and that was otherwise before."""
    before = {line.on: line.value for line in base.checklist.trace if line.kind == "switch"}
    return tuple(
        dict.fromkeys(
            f"{line.label}是“{line.text}”"
            for line in result.checklist.trace
            if line.kind == "switch"
            and line.on != "concluded"
            and line.value not in (before.get(line.on), "none")
        )
    )
