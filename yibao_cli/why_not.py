"""Why something is not on a checklist: the fewest answers to change in order to reach it.

The types are the JSON, field for field: `yibao.why-not/1`. Keys are only added.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from difflib import get_close_matches
from itertools import chain, combinations, islice, product
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from yibao_cli import explain, facts
from yibao_cli.answers import answer_in_words, normalized, printable, visible
from yibao_cli.consult import consult, errands
from yibao_cli.errors import AnswerError, Finding, MissingAnswerError
from yibao_cli.explain import Situation
from yibao_cli.fitting import PASSED, fits
from yibao_cli.knowledge.items import StepItem
from yibao_cli.knowledge.tree import Branch, Node
from yibao_cli.places import Place
from yibao_cli.result import Checklist, Outcome
from yibao_cli.situation import values_of
from yibao_cli.walk import GIVEN, Answers

MOST_CHANGES = 3
MOST_PROPOSALS = 5
# So many ways are thought through to the end before the best of them are shown.
_MOST_TRIED = 150
# So many candidates are named.
_MOST_NAMED = 5
# A text that shares fewer of the characters is no help.
_ALIKE = 0.6
# Two places are changed as one answer.
_PLACES, _ENDS = "places", ("from", "to")


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


# ---------------------------------------------------------------- the goal


def find_goal(base: Situation, text: str) -> Goal:
    """An item id, an outcome id, a path, or a part of a text as a goal.

    Raises AnswerError with the candidates where nothing or more than one thing fits.
    """
    known = base.knowledge
    wanted = known.simplified(visible(text).strip())
    said = {name: base.say(explain.text_of(item)) for name, item in known.items.items()}
    said |= {name: base.say(one.title) for name, one in known.outcomes.items()}
    paths: dict[str, list[str]] = {}
    for name, one in known.outcomes.items():
        paths.setdefault(one.path, []).append(name)
    if wanted in known.items:
        meant = [wanted]
    else:
        meant = paths.get(wanted) or ([wanted] if wanted in said else _holding(said, wanted))
    if len(meant) == 1 or wanted in paths:
        title = said[meant[0]]
        return Goal(
            kind="item" if meant[0] in known.items else "outcome",
            ids=tuple(sorted(meant)),
            text=title if len(meant) == 1 else f"{wanted}：{title}等{len(meant)}种",
        )
    if meant:
        message = (
            f"“{printable(text)}”有几条都对得上：{_listed(meant, said)}；"
            "请用括号前的编号写明是哪一条。"
        )
        raise AnswerError(Finding("ambiguous_item", message, tuple(meant)))
    close = get_close_matches(wanted, [*said, *paths], 3)
    near = list(dict.fromkeys((*close, *_alike(said, wanted))))
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


# ---------------------------------------------------------------- the answer


def why_not(base: Situation, goal: Goal) -> WhyNot:
    """Where the goal comes from, or the fewest answers to change in order to reach it."""
    stops = tuple(_stops(base, goal))
    there = reached(base.checklist, goal)
    hidden, helps = None, not there
    if goal.kind == "item" and not there:
        (name,) = goal.ids
        hidden = (explain.hidden if stops else explain.out_of_force)(base, name)
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
    search = _Search(base, goal)
    values, every = {**base.answers, **_facts(base, base.answers)}, set(search.options)
    # Whatever else is answered otherwise, without these it does not help.
    must = {one for one in every if not search.leads(values, every - {one})}
    for count in range(1, MOST_CHANGES + 1):
        changed = chain.from_iterable(
            search.changed(values, chosen)
            for chosen in combinations(search.options, count)
            if must.issubset(chosen)
        )
        tried = (_proposal(base, goal, answers) for answers in islice(changed, _MOST_TRIED))
        if found := [one for one in tried if one]:
            return sorted(found, key=lambda one: _plainness(base, one))[:MOST_PROPOSALS]
    return []


def _proposal(base: Situation, goal: Goal, answers: Answers) -> Proposal | None:
    """A change that holds when it is thought through to the end."""
    answers = {name: answers[name] for name in base.knowledge.questions if name in answers}
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
    if name in base.answers:
        return answer_in_words(question, base.answers[name])
    if question.default is None:
        return "（没有写）"
    return f"{answer_in_words(question, question.default)}（默认）"


def _plainness(base: Situation, proposal: Proposal) -> tuple[int, ...]:
    """Sorts first what is clear, leaves the journey nearly as it is, and was answered before."""
    unclear = sum(one.value == "unsure" for one in proposal.changes)
    places = sum(one.question in _ENDS for one in proposal.changes)
    unasked = sum(one.question not in base.answers for one in proposal.changes)
    return unclear, places, len(proposal.facts), unasked


# ---------------------------------------------------------------- the search


class _Search:
    """Other answers by which the tree leads to a goal."""

    def __init__(self, base: Situation, goal: Goal) -> None:
        known = base.knowledge
        self.base, self.goal = base, set(goal.ids)
        self.when = _when(base, goal)
        # What can be answered otherwise, and how: the last questions are tried first.
        self.options: dict[str, list[dict[str, str | Place]]] = {}
        for one in reversed(known.questions.values()):
            now = str(base.answers.get(one.id, one.default)).split(",")
            if one.kind == "choice":
                self.options[one.id] = [{one.id: name} for name in one.options if name not in now]
        self.options[_PLACES] = list(_journeys(base))

    def changed(self, values: Answers, chosen: tuple[str, ...]) -> Iterator[Answers]:
        """Answers that lead to the goal and differ in the chosen questions; facts with them."""
        if not self.leads(values, chosen):
            return
        if not chosen:
            yield values
            return
        *others, last = chosen
        for change in self.options[last]:
            yield from self.changed({**values, **change}, tuple(others))

    def leads(self, values: Answers, chosen: Collection[str]) -> bool:
        """Whether a way leads to the goal where the chosen questions are answered in any way."""
        known = self.base.knowledge
        free = {*chosen, *((*_ENDS, *facts.FACTS) if _PLACES in chosen else ())}
        if not self._suits(values, free):
            return False
        wanted = self.when.get("errand", tuple(known.starts))
        some = known.starts if "errand" in free else errands(known, values)
        # Nodes, and whether something was concluded before, and whether the goal was met.
        ahead = [(known.starts[errand], False, False) for errand in some if errand in wanted]
        seen = set(ahead)
        for name, over, met in ahead:
            node = known.nodes[name]
            branches = node.every_branch if node.on in free else self._branches(node, values, over)
            for branch in branches:
                has = met or self._brings(branch, over)
                after = node.after(branch)
                if not after and has:
                    return True
                then = (after or "", over or branch.conclude is not None, has)
                if after and then not in seen:
                    seen.add(then)
                    ahead.append(then)
        return False

    def _suits(self, values: Answers, free: Collection[str]) -> bool:
        """Whether what is not free is what the goal is about; an answer that is free may stand for
        that of another question. Each errand is walked by itself.
        """
        if not self.when:
            return True
        known = self.base.knowledge
        counted = values_of(known, values, None) | {
            name: str(values[name]) for name in facts.FACTS if name in values
        }
        stood_for = {
            other
            for name in free
            if name in known.questions
            for option in known.questions[name].options.values()
            for other in option.stands_for
        }
        return all(
            fits(counted, {name: options})
            for name, options in self.when.items()
            if name != "errand" and name not in free and name not in stood_for
        )

    def _branches(self, node: Node, values: Answers, over: bool) -> tuple[Branch, ...]:
        """The branch that is taken; none where an answer is missing."""
        question = self.base.knowledge.questions.get(node.on)
        usual = question.default if question else None
        if node.asked == "never":
            usual = usual or "unsure"
        if node.on == "concluded":
            usual = "yes" if over else "no"
        value = values.get(node.on, usual)
        value = GIVEN if isinstance(value, Place) else value
        return (node.branch(value),) if value else ()

    def _brings(self, branch: Branch, over: bool) -> bool:
        """Whether a branch has the goal; something else may have been concluded before."""
        brought = {*branch.add}
        if branch.conclude:
            outcome = self.base.knowledge.outcomes[branch.conclude]
            brought.update(outcome.brings(first=not over), () if over else (outcome.id,))
        return not self.goal.isdisjoint(brought)


def _when(base: Situation, goal: Goal) -> dict[str, tuple[str, ...]]:
    """The answers and facts that a goal is about; a step that is due before a moment also those by
    which that has not passed.
    """
    if goal.kind == "outcome":
        return {}
    (item,) = (base.knowledge.items[name] for name in goal.ids)
    found = dict(item.when)
    if isinstance(item, StepItem) and item.by:
        ahead = tuple(stage for stage, past in PASSED.items() if item.by not in past)
        found["stage"] = tuple(one for one in found.get("stage", ahead) if one in ahead)
    return found


def _journeys(base: Situation) -> Iterator[dict[str, str | Place]]:
    """Two places for every set of facts that two places can have, but for that of these two.

    The nearest come first: another place of care, another insured place, another journey.
    """
    known, places = base.knowledge, base.knowledge.places
    home, care = (base.answers.get(name) for name in _ENDS)
    ends = [one for one in (home, care) if isinstance(one, Place)]
    members = [places.get(code) for zone in known.zones.values() for code in zone.members]
    kinds: dict[tuple[object, ...], Place] = {}
    for one in (*members, *places.all()):
        kinds.setdefault(facts.standing(known, one, base.day), one)
    # Each with two places in its province, and the province.
    examples = dict.fromkeys(
        near
        for one in (*ends, *members, *kinds.values())
        for near in (one, *places.children(one.province)[:2], places.get(one.province))
    )
    pairs = sorted(product(examples, examples), key=lambda pair: (pair[0] != home, pair[1] != care))
    seen = []
    for insured, other in pairs:
        found = _facts(base, {"from": insured, "to": other})
        if insured.level != "abroad" and found not in seen:
            seen.append(found)
            if (insured, other) != (home, care):
                yield {"from": insured, "to": other, **found}


def _facts(base: Situation, answers: Answers) -> dict[str, str]:
    """What the tree switches on between two places; nothing where one is not known."""
    journey = facts.journey_of(base.knowledge, answers, base.day)
    return facts.derived(journey) if journey else {}
