"""Why something is not on a checklist: the fewest answers to change in order to reach it.

The types are the JSON, field for field: `yibao.why-not/1`. Keys are only added.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from itertools import chain, product
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from yibao_cli import explain, facts
from yibao_cli.answers import answer_in_words, normalized, printable, visible
from yibao_cli.consult import consult, errands
from yibao_cli.errors import AnswerError, Finding, MissingAnswerError
from yibao_cli.explain import Situation
from yibao_cli.fitting import fits, passed
from yibao_cli.knowledge.items import StepItem
from yibao_cli.knowledge.tree import Node
from yibao_cli.places import Place
from yibao_cli.result import Checklist, Outcome
from yibao_cli.situation import values_of
from yibao_cli.walk import GIVEN, Answers

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


def _stops(base: Situation, goal: Goal) -> Iterator[explain.TracedStop]:
    """The stops that a goal comes from, with nothing else of what they did."""
    for stop in explain.why(base).stops:
        added = tuple(one for one in stop.added if one.id in goal.ids)
        meant = stop.concluded is not None and stop.concluded.id in goal.ids
        if added or meant:
            yield replace(stop, added=added, concluded=stop.concluded if meant else None)


def _proposals(base: Situation, goal: Goal) -> list[Proposal]:
    """The best of the smallest changes; none where even the most allowed do not help."""
    search = _Search(base, goal)
    for most in range(1, MOST_CHANGES + 1):
        changes = {frozenset(one.items()): one for one in search.changes(most)}
        proposals = (_proposal(base, goal, {**base.answers, **one}) for one in changes.values())
        if found := list(filter(None, proposals)):
            return sorted(found, key=lambda one: _plainness(base, one))[:MOST_PROPOSALS]
    return []


def _proposal(base: Situation, goal: Goal, answers: Answers) -> Proposal | None:
    """A change that holds when it is thought through to the end."""
    answers = {one: answers[one] for one in base.knowledge.questions if one in answers}
    try:
        result = consult(base.knowledge, answers, base.day)
    except MissingAnswerError:
        return None
    if not reached(result, goal):
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


class _Change(Struct, frozen=True):
    """Answers that are changed as one, and what a way then meets in questions and facts."""

    answers: dict[str, str | Place]
    met: dict[str, str]


class _Way(Struct, frozen=True):
    """A part of a way: what it meets, what was changed for it, how many changes are left, where it
    has been and what came of it.
    """

    left: int
    met: dict[str, str] = {}
    changes: dict[str, str | Place] = {}
    stops: tuple[Node, ...] = ()
    concluded: bool = False
    brought: bool = False


class _Search:
    """Walks the tree with other answers than the given ones, as few as it takes to bring a goal."""

    def __init__(self, base: Situation, goal: Goal) -> None:
        self.base, self.known, self.goal = base, base.knowledge, {*goal.ids}
        self.when = _when(base, goal)
        # What a question or a fact can be, and the changes that make it so.
        self.others: dict[str, list[tuple[str, _Change]]] = {}
        for question in self.known.questions.values():
            for option in question.options.values():
                one = {question.id: option.id}
                self.add(_Change({**one}, one), option.stands_for)
        for insured, care, derived in _journeys(base):
            met = {**dict.fromkeys(_ENDS, GIVEN), **derived}
            self.add(_Change({"from": insured, "to": care}, met), {})

    def add(self, change: _Change, stands_for: Mapping[str, str]) -> None:
        """Note what a change can do: to be something, or to stand for it."""
        for name, value in {**change.met, **stands_for}.items():
            self.others.setdefault(name, []).append((value, change))

    def changes(self, most: int) -> Iterator[dict[str, str | Place]]:
        """Changes that bring the goal, each of at most so many answers."""
        walked = errands(self.known, self.base.answers)
        wanted = self.when.get("errand", tuple(self.known.starts))
        for way in self.fitting(_Way(most)):
            for errand, change in self.others["errand"]:
                if errand in wanted:
                    for begun in [way] if errand in walked else self.changed(way, change):
                        met = self.met({**self.base.answers, **begun.changes})
                        yield from self.onward(self.known.starts[errand], replace(begun, met=met))

    def met(self, answers: Answers) -> dict[str, str]:
        """What a way meets by these answers; nothing where a question is open."""
        found = {one.id: one.default for one in self.known.questions.values() if one.default}
        found |= {one: GIVEN if isinstance(it, Place) else it for one, it in answers.items()}
        journey = facts.journey_of(self.known, answers, self.base.day)
        return found | (facts.derived(journey) if journey else {})

    def fitting(self, way: _Way) -> Iterator[_Way]:
        """The way with the answers that the goal is about."""
        answers = {**self.base.answers, **way.changes}
        journey = facts.journey_of(self.known, answers, self.base.day)
        values = values_of(self.known, answers, journey)
        for name, options in self.when.items():
            if name != "errand" and not fits(values, {name: options}):
                for value, change in self.others[name]:
                    for changed in self.changed(way, change) if value in options else ():
                        yield from self.fitting(changed)
                return
        yield way

    def changed(self, way: _Way, change: _Change) -> Iterator[_Way]:
        """A way after one more change, where there may be one and all stops lead on as they did."""
        stops = (one for one in way.stops if one.on in change.met)
        if (
            way.left
            and way.changes.keys().isdisjoint(change.answers)
            and all(
                self.effect(one, way.met[one.on]) == self.effect(one, change.met[one.on])
                for one in stops
            )
        ):
            met, changes = way.met | change.met, way.changes | change.answers
            yield replace(way, left=way.left - 1, met=met, changes=changes)

    def effect(self, node: Node, value: str) -> tuple[str | None, str | None, bool]:
        """Where a value leads, what it concludes, and whether it brings the goal itself."""
        branch = node.branch(value)
        return node.after(branch), branch.conclude, not self.goal.isdisjoint(branch.add)

    def onward(self, at: str | None, way: _Way) -> Iterator[dict[str, str | Place]]:
        """The changes of all ways from a node on that bring the goal."""
        if at is None:
            if way.brought:
                yield way.changes
            return
        node, known = self.known.nodes[at], self.known
        for value, taken in self.choices(node, way):
            branch, first = node.branch(value), not taken.concluded
            ids, concluded = branch.add, branch.conclude or ""
            if concluded and known.concludes(concluded, self.base.day):
                ids += known.outcomes[concluded].brings(first=first) + (concluded,) * first
                taken = replace(taken, concluded=True)
            brought = taken.brought or not self.goal.isdisjoint(ids)
            further = replace(taken, stops=(*taken.stops, node), brought=brought)
            yield from self.onward(node.after(branch), further)

    def choices(self, node: Node, way: _Way) -> Iterator[tuple[str, _Way]]:
        """The values a way may meet at a node, the ones that others answers make before its own."""
        now = way.met.get(node.on, "unsure" if node.asked == "never" else None)
        if node.on == "concluded":
            now = "yes" if way.concluded else "no"
        for value, change in () if way.brought and now else self.others.get(node.on, ()):
            new = now is None or self.effect(node, value) != self.effect(node, now)
            if new and change.met.get(node.on) == value:
                yield from ((value, changed) for changed in self.changed(way, change))
        if now:
            yield now, way


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
