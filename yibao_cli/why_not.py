"""Why something is not on a checklist: the fewest answers to change in order to reach it.

The types are the JSON, field for field: `yibao.why-not/1`. Keys are only added.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from itertools import chain, product
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from yibao_cli import explain, facts
from yibao_cli.answers import answer_in_words, normalized, printable, visible
from yibao_cli.consult import consult, decide, errands
from yibao_cli.errors import AnswerError, Finding, MissingAnswerError
from yibao_cli.explain import Situation
from yibao_cli.fitting import fits, passed
from yibao_cli.knowledge.items import StepItem
from yibao_cli.knowledge.tree import Branch, Node
from yibao_cli.places import Place
from yibao_cli.result import Checklist, Outcome
from yibao_cli.situation import values_of
from yibao_cli.walk import GIVEN, Answers, Pending, walk

MOST_CHANGES = 3
MOST_PROPOSALS = 5
# So many candidates are named.
_MOST_NAMED = 5
# What shares this much of the characters that were typed may be meant.
_ALIKE = 0.6
# Two places are changed as one answer.
_ENDS = ("from", "to")


class Goal(Struct, frozen=True, kw_only=True):
    """What somebody misses: an item, or any of some outcomes."""

    kind: Literal["item", "outcome"]
    ids: tuple[str, ...]
    text: str


class Change(explain.Changed, frozen=True, kw_only=True):
    """One answer that would have to be another one; `value` is what its flag takes."""

    flag: str
    value: str


class Proposal(Struct, frozen=True, kw_only=True):
    """A smallest change, what it makes of the places, and what would be concluded then."""

    changes: tuple[Change, ...]
    facts: tuple[str, ...]
    outcome: Outcome
    outcomes: tuple[Outcome, ...]


class WhyNot(explain.Why, frozen=True, kw_only=True, tag="yibao.why-not/1"):
    """Where a goal comes from, or the fewest answers to change in order to reach it.

    `hidden` tells why an item is not listed though the way or the law has it: no answer helps then,
    unless the item is only beside the point. `concluded_later`: the outcome was reached, but not
    first. `stops` are those that the goal comes from, with nothing else of what they did.
    """

    goal: Goal
    reached: bool
    hidden: str | None
    concluded_later: bool
    proposals: tuple[Proposal, ...]


def find_goal(base: Situation, text: str) -> Goal:
    """An item id, an outcome id, a path, or a part of a text as a goal.

    Raises AnswerError with the candidates where nothing or more than one thing fits.
    """
    known = base.knowledge
    wanted = known.simplified(visible(text).strip())
    said = {name: base.say(explain.text_of(item)) for name, item in known.items.items()}
    said |= {name: base.say(one.title) for name, one in known.outcomes.items()}
    ids = {name: [name] for name in said}
    for path in {one.path for one in known.outcomes.values()} - known.items.keys():
        ids[path] = sorted(name for name, one in known.outcomes.items() if one.path == path)
    meant = ids.get(wanted) or _holding(said, wanted)
    if len(meant) == 1 or wanted in ids:
        title = said[meant[0]]
        return Goal(
            kind="item" if meant[0] in known.items else "outcome",
            ids=tuple(meant),
            text=title if len(meant) == 1 else f"{wanted}：{title}等{len(meant)}种",
        )
    if meant:
        message = f"有几条都对得上：{_listed(meant, said)}；请用括号前的编号写明是哪一条。"
        raise AnswerError(Finding("ambiguous_item", f"“{printable(text)}”{message}", tuple(meant)))
    near = list(dict.fromkeys((*get_close_matches(wanted, ids, 3), *_alike(said, wanted))))
    hint = f"是不是：{_listed(near, said)}？" if near else ""
    message = f"没有“{printable(text)}”这个条目或结论。{hint}"
    raise AnswerError(Finding("unknown_item", message, tuple(near)))


def _holding(said: dict[str, str], wanted: str) -> list[str]:
    """What says a text; a whole sentence is meant, even where another one holds it as a part."""
    sought, texts = normalized(wanted), {name: normalized(one) for name, one in said.items()}
    whole = [name for name, one in texts.items() if one == sought]
    return whole or [name for name, one in texts.items() if sought and sought in one]


def _alike(said: dict[str, str], wanted: str) -> list[str]:
    """What has the most of the characters that somebody typed, and the fewest others."""
    typed = set(normalized(wanted))
    shared = {name: len(typed & set(normalized(one))) for name, one in said.items()}
    likely = sorted(said, key=lambda name: (-shared[name], len(said[name])))[:3]
    return [name for name in likely if typed and shared[name] >= _ALIKE * len(typed)]


def _listed(names: list[str], said: dict[str, str]) -> str:
    named = [f"{one}（{said[one]}）" if one in said else one for one in names[:_MOST_NAMED]]
    return "、".join(named) + ("等" if len(names) > _MOST_NAMED else "")


def reached(checklist: Checklist, goal: Goal) -> bool:
    """Whether an item is on the list, or an outcome is that of one of the errands."""
    found = {one.id for one in checklist.every_outcome} | explain.entries(checklist).keys()
    return not found.isdisjoint(goal.ids)


def why_not(base: Situation, goal: Goal) -> WhyNot:
    """Where the goal comes from, or the fewest answers to change in order to reach it."""
    stops = tuple(_stops(base, goal))
    there = reached(base.checklist, goal)
    hidden, helps = None, not there
    if len(goal.ids) == 1 and not there:
        (name,) = goal.ids
        hidden = (explain.hidden if stops and goal.kind == "item" else explain.out_of_force)(
            base, name
        )
        helps = hidden not in (explain.ANSWERED, explain.out_of_force(base, name)) or not hidden
    return WhyNot(
        goal=goal,
        reached=there,
        hidden=hidden,
        concluded_later=goal.kind == "outcome" and bool(stops) and not there,
        stops=stops,
        proposals=tuple(_proposals(base, goal)) if helps else (),
        **explain.fields_of(explain.Side, base.checklist),
    )


def _stops(base: Situation, goal: Goal) -> Iterator[explain.Stage]:
    """The stops that a goal comes from, with nothing else of what they did."""
    for stage in explain.why(base).stops:
        added = tuple(one for one in stage.added if one.id in goal.ids)
        meant = stage.concluded is not None and stage.concluded.id in goal.ids
        if added or meant:
            yield replace(stage, added=added, concluded=stage.concluded if meant else None)


def _proposals(base: Situation, goal: Goal) -> list[Proposal]:
    """The best of the smallest changes; none where even the most allowed do not help."""
    search, tried = _Search(base, goal), {frozenset[tuple[str, str | Place]](): base.answers}
    for _ in range(MOST_CHANGES):
        tried = {
            changed.union(change.items()): {**answers, **change}
            for changed, answers in tried.items()
            for change in search.changes(answers)
            if change.keys().isdisjoint(name for name, _ in changed)
        }
        proposals = (_proposal(base, goal, answers) for answers in tried.values())
        if found := list(filter(None, proposals)):
            return sorted(found, key=lambda one: _plainness(base, one))[:MOST_PROPOSALS]
    return []


def _proposal(base: Situation, goal: Goal, answers: Answers) -> Proposal | None:
    """A change that holds when it is thought through to the end."""
    known, answers = (
        base.knowledge,
        {one: answers[one] for one in base.knowledge.questions if one in answers},
    )
    try:
        decisions = decide(known, answers, base.day)
    except MissingAnswerError:
        return None
    had = {name for one in decisions for name in (one.outcome, *(it.item for it in one.added))}
    if had.isdisjoint(goal.ids) or not reached(result := consult(known, answers, base.day), goal):
        return None
    before = {line.on: line.value for line in base.checklist.trace}
    new = [
        f"{line.label}是“{line.text}”"
        for line in result.trace
        if line.on in facts.FACTS and line.value not in (before.get(line.on), "none")
    ]
    return Proposal(
        changes=tuple(
            Change(
                question=one.question,
                label=one.label,
                flag=one.flag,
                before=_before(base, one.question),
                after=one.text,
                value=one.text if one.question in _ENDS else one.value,
            )
            for one in result.situation
            if one.question in answers and answers[one.question] != base.answers.get(one.question)
        ),
        facts=tuple(dict.fromkeys(new)),
        outcome=result.outcome,
        outcomes=result.outcomes,
    )


def _before(base: Situation, name: str) -> str:
    """What is answered now, or assumed."""
    question = base.knowledge.questions[name]
    now = base.answers.get(name, question.default)
    if now is None:
        return "（没有写）"
    return answer_in_words(question, now) + ("" if name in base.answers else "（默认）")


def _plainness(base: Situation, proposal: Proposal) -> tuple[int, ...]:
    """Sorts first what is clear, leaves the journey nearly as it is, and was answered before."""
    unclear = sum(one.value == "unsure" for one in proposal.changes)
    places = sum(one.question in _ENDS for one in proposal.changes)
    unasked = sum(one.question not in base.answers for one in proposal.changes)
    return unclear, places, len(proposal.facts), unasked


class _Search:
    """Single changes of answers that may lead nearer to a goal."""

    def __init__(self, base: Situation, goal: Goal) -> None:
        self.base, self.known, self.goal = base, base.knowledge, goal.ids
        self.when = _when(base, goal)
        # What a question or a fact can be, and the answers that make it so.
        self.others: dict[str, list[tuple[str, dict[str, str | Place]]]] = {}
        for question in self.known.questions.values():
            for option in question.options.values():
                made = {question.id: option.id, **option.stands_for}
                for name, value in made.items():
                    self.others.setdefault(name, []).append((value, {question.id: option.id}))
        for insured, care, derived in _journeys(base):
            for name, value in {**dict.fromkeys(_ENDS, GIVEN), **derived}.items():
                self.others.setdefault(name, []).append((value, {"from": insured, "to": care}))
        # The nodes from which a way may bring the goal.
        self.ahead: set[str] = set()
        while found := {name for name, one in self.known.nodes.items() if self.may_bring(one)}:
            self.ahead |= found

    def may_bring(self, node: Node) -> bool:
        """Whether a node was not yet known to bring the goal, and does."""
        return node.id not in self.ahead and any(
            self.brings(one) or node.after(one) in self.ahead for one in node.every_branch
        )

    def brings(self, branch: Branch) -> bool:
        outcome = self.known.outcomes.get(branch.conclude or "")
        ids = (outcome.id, *outcome.add, *outcome.alone) if outcome else ()
        return any(one in self.goal for one in (*branch.add, *ids))

    def changes(self, answers: Answers) -> Iterator[dict[str, str | Place]]:
        """What an item is about has to be answered first; else what a way turns on."""
        journey = facts.journey_of(self.known, answers, self.base.day)
        values = values_of(self.known, answers, journey)
        for name, options in self.when.items():
            if name != "errand" and not fits(values, {name: options}):
                yield from (change for value, change in self.others[name] if value in options)
                return
        walked = errands(self.known, answers)
        wanted = self.when.get("errand", tuple(self.known.starts))
        for errand, change in self.others["errand"]:
            if errand in walked and errand in wanted:
                yield from self.turns(errand, answers)
            elif errand in wanted and self.known.starts[errand] in self.ahead:
                yield change

    def turns(self, errand: str, answers: Answers) -> Iterator[dict[str, str | Place]]:
        """Changes after which the way is another one, and may still bring the goal."""
        way = walk(self.known, errand, answers, self.base.day)
        for stop in way.trace:
            node = self.known.nodes[stop.node]
            place = stop.on in _ENDS and stop.origin == "given"
            taken = self.effect(node, GIVEN if place else stop.value)
            for value, change in self.others.get(stop.on, ()):
                after, concluded, brings = self.effect(node, value)
                if (brings or after in self.ahead) and (after, concluded, brings) != taken:
                    yield change
        if isinstance(way, Pending):
            yield from (change for _, change in self.others[way.question])

    def effect(self, node: Node, value: str) -> tuple[str | None, str | None, bool]:
        """Where a value leads, what it concludes, and whether that brings the goal."""
        branch = node.branch(value)
        return node.after(branch), branch.conclude, self.brings(branch)


def _when(base: Situation, goal: Goal) -> dict[str, tuple[str, ...]]:
    """The answers and facts that a goal is about; a step that is due before a moment also those by
    which that has not passed.
    """
    if goal.kind == "outcome":
        return {}
    item = base.knowledge.items[goal.ids[0]]
    found = dict(item.when)
    if isinstance(item, StepItem) and item.by:
        stage = base.knowledge.questions.get("stage")
        stages = found.get("stage", tuple(stage.options) if stage else ())
        found["stage"] = tuple(one for one in stages if item.by not in passed({"stage": one}))
    return found


def _journeys(base: Situation) -> Iterator[tuple[Place, Place, dict[str, str]]]:
    """Two places for every set of facts that two places can have, but for that of these two.

    The nearest come first: another place of care, another insured place, another journey.
    """
    known, places = base.knowledge, base.knowledge.places
    members = (places.get(code) for zone in known.zones.values() for code in zone.members)
    every = (*members, *places.all())
    kinds = {facts.standing(known, one, base.day): one for one in reversed(every)}
    home, care = (base.answers.get(name) for name in _ENDS)
    pairs = chain(product([home], every), product(every, [care]), product(kinds.values(), repeat=2))
    seen = [facts.derived(base.journey)] if base.journey else []
    for insured, other in pairs:
        if not isinstance(insured, Place) or not isinstance(other, Place) or other.is_unsure:
            continue
        derived = facts.derived(facts.Journey(known, insured, other, base.day))
        if insured.level in ("abroad", "unsure") or derived in seen:
            continue
        seen.append(derived)
        yield insured, other, derived
