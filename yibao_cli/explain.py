"""Why a checklist is as it is: the way that led to it, the smallest change that would alter it,
and what two situations do not share.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import islice
from typing import Any, Literal
from unicodedata import normalize

from yibao_cli import facts
from yibao_cli.answers import shown, told
from yibao_cli.checklist import build, words
from yibao_cli.consult import consult, errands
from yibao_cli.errors import AnswerError, Finding, MissingAnswerError
from yibao_cli.model import (
    LEVELS,
    Basis,
    Branch,
    Checklist,
    Citation,
    Conclusion,
    Contact,
    Decision,
    Document,
    Evidence,
    Knowledge,
    Node,
    Remark,
    Rule,
    Step,
    Stop,
    TraceLine,
)
from yibao_cli.regions import Place
from yibao_cli.walk import GIVEN, Answers, walk

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

MOST_CHANGES = 3
MOST_PROPOSALS = 5
# So many ways are tried in full before the best of them are shown.
_MOST_TRIED = 60
# A text that shares fewer of the characters is no help.
_ALIKE = 0.6


@dataclass(frozen=True, slots=True)
class Situation:
    """Answers, the knowledge and the day they are judged by, and what comes of them.

    The decisions stand in the order in which the checklist tells them.
    """

    knowledge: Knowledge
    answers: Answers
    day: str
    decisions: tuple[Decision, ...]
    checklist: Checklist


def situation(knowledge: Knowledge, answers: Answers, day: str) -> Situation:
    """A situation thought through to its end.

    Raises MissingAnswerError, naming the flags, where a required answer is missing.
    """
    walked = [walk(knowledge, errand, answers, day) for errand in errands(knowledge, answers)]
    decisions = [one for one in walked if isinstance(one, Decision)]
    if len(decisions) < len(walked):
        consult(knowledge, answers, day)
    decisions.sort(key=lambda one: knowledge.outcomes[one.outcome].rank)
    checklist = build(knowledge, answers, decisions, day)
    return Situation(knowledge, answers, day, tuple(decisions), checklist)


def entries(checklist: Checklist) -> dict[str, tuple[str, Shown]]:
    """Everything on a checklist by its id, with the part it stands in."""
    return {one.id: (kind, one) for kind in KINDS for one in getattr(checklist, kind)}


def text_of(entry: Shown) -> str:
    """The sentence of an entry."""
    return entry.name if isinstance(entry, Document | Contact) else entry.text


# ---------------------------------------------------------------- why


@dataclass(frozen=True, slots=True)
class Effect:
    """An item that a stop put on the list; `hidden` says why it is not shown all the same."""

    item: str
    kind: str
    text: str
    evidence: Evidence
    hidden: str | None


@dataclass(frozen=True, slots=True)
class Stage:
    """One stop of the way and what it did."""

    errand: str
    line: TraceLine
    flag: str | None
    evidence: Evidence | None
    added: tuple[Effect, ...]
    concluded: Conclusion | None


@dataclass(frozen=True, slots=True)
class Why:
    """The way through the tree, errand by errand, and where it led."""

    stages: tuple[Stage, ...]
    checklist: Checklist
    errands: Mapping[str, str]
    """The labels of the errands."""


def why(base: Situation) -> Why:
    """Which stop added and concluded what; every item stands at the first stop that added it."""
    lines = iter(base.checklist.trace)
    on_list = entries(base.checklist)
    conclusions = {
        one.id: one
        for one in (base.checklist.conclusion, *base.checklist.others, *base.checklist.also)
    }
    stages: list[Stage] = []
    told: set[str] = set()
    for decision in base.decisions:
        added: dict[int, list[str]] = {}
        for one in decision.added:
            if one.item not in told:
                told.add(one.item)
                added.setdefault(one.stop, []).append(one.item)
        ahead = {decision.outcome, *decision.also}
        for index, stop in enumerate(decision.trace):
            name = _concluded(base.knowledge, stop)
            stages.append(
                Stage(
                    decision.errand,
                    next(lines),
                    base.knowledge.questions[stop.on].flag if stop.kind == "ask" else None,
                    _fact_evidence(base, stop),
                    tuple(_effect(base, on_list, item) for item in added.get(index, ())),
                    conclusions[name] if name in ahead else None,
                )
            )
            ahead.discard(name or "")
    labels = {one.id: one.label for one in base.knowledge.questions["errand"].options}
    return Why(tuple(stages), base.checklist, labels)


def _concluded(knowledge: Knowledge, stop: Stop) -> str | None:
    """The outcome that a stop stands for."""
    if stop.kind == "end":
        return stop.on
    place = stop.kind == "ask" and knowledge.questions[stop.on].kind == "place"
    value = GIVEN if place and stop.origin == "given" else stop.value
    return knowledge.nodes[stop.node].branch(value).conclude


def _effect(base: Situation, on_list: Mapping[str, tuple[str, Shown]], name: str) -> Effect:
    item = base.knowledge.items[name]
    if name in on_list:
        entry = on_list[name][1]
        return Effect(name, item.kind, text_of(entry), entry.evidence, None)
    return Effect(
        name, item.kind, _say(base, item.text), _evidence(base, item.basis), _hidden(base, name)
    )


def _hidden(base: Situation, name: str) -> str:
    """Why an item on the way is not on the list."""
    return _out_of_force(base, name) or "当地规定里已经有答案，不用再问"


def _out_of_force(base: Situation, name: str) -> str | None:
    """The rules an item rests on that do not hold on that day."""
    return _not_in_force(base.knowledge, base.knowledge.items[name].basis.rules, base.day)


def _not_in_force(knowledge: Knowledge, rules: Iterable[str], day: str) -> str | None:
    said = []
    for rule in (knowledge.rules[one] for one in rules):
        if rule.until is not None and rule.until < day:
            said.append(f"规定“{rule.says}”到 {rule.until} 为止，{day} 已经不用了")
        elif not rule.in_force(day):
            said.append(f"规定“{rule.says}”从 {rule.since} 起才有，{day} 还没有")
    return "；".join(dict.fromkeys(said)) or None


def _fact_evidence(base: Situation, stop: Stop) -> Evidence | None:
    """What a derived fact rests on, where a local rule or a zone decided it."""
    names = {"filing_rule": "filing_inside", "maternity_rule": "maternity"}
    insured, care = base.answers.get("from"), base.answers.get("to")
    if stop.kind != "switch" or not isinstance(insured, Place) or not isinstance(care, Place):
        return None
    journey = facts.Journey(base.knowledge, insured, care, base.day)
    name = "zone" if "zone" in (stop.value, stop.on) else names.get(stop.on)
    across = stop.on == "filing_rule" and facts.relation(journey) != "same_province"
    if name is None or (across and name != "zone"):
        return None
    found = facts.local_basis(journey, name)
    return _cite(base.knowledge, found.cites, found.level) if found else None


# ---------------------------------------------------------------- why not


@dataclass(frozen=True, slots=True)
class Goal:
    """What somebody misses: an item, or any of some outcomes."""

    kind: Literal["item", "outcome"]
    ids: frozenset[str]
    text: str


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

    `hidden` tells why no answer helps, `later` that the outcome was reached but not first.
    """

    goal: Goal
    base: Situation
    here: tuple[Stage, ...] = ()
    hidden: str | None = None
    later: bool = False
    proposals: tuple[Proposal, ...] = ()


def why_not(base: Situation, goal: Goal) -> WhyNot:
    """Where the goal comes from, or the fewest answers to change in order to reach it."""
    told = why(base)
    here = tuple(stage for stage in told.stages if _shows(stage, goal))
    if reached(base.checklist, goal):
        return WhyNot(goal, base, here)
    hidden = None
    if goal.kind == "item":
        (name,) = goal.ids
        on_way = any(one.item == name for stage in told.stages for one in stage.added)
        hidden = _hidden(base, name) if on_way else _out_of_force(base, name)
        if hidden:
            return WhyNot(goal, base, here, hidden)
    later = goal.kind == "outcome" and bool(here)
    return WhyNot(goal, base, here, None, later, tuple(_Search(base, goal).proposals()))


def reached(checklist: Checklist, goal: Goal) -> bool:
    """Whether an item is on the list, or an outcome is that of one of the errands."""
    if goal.kind == "item":
        return not goal.ids.isdisjoint(entries(checklist))
    return not goal.ids.isdisjoint(one.id for one in (checklist.conclusion, *checklist.others))


def find_goal(base: Situation, text: str) -> Goal:
    """An item id, an outcome id, a path, or a part of a text as a goal.

    Raises AnswerError with the candidates where nothing or more than one thing fits.
    """
    known = base.knowledge
    wanted = text.strip()
    if wanted in known.items:
        return Goal("item", frozenset((wanted,)), _say(base, known.items[wanted].text))
    outcomes = [one for one in known.outcomes.values() if wanted in (one.id, one.path)]
    if outcomes:
        title = _say(base, outcomes[0].title)
        if len(outcomes) > 1:
            title = f"{wanted}：{title}等{len(outcomes)}种"
        return Goal("outcome", frozenset(one.id for one in outcomes), title)
    texts = {name: _say(base, item.text) for name, item in known.items.items()}
    titles_ = {name: _say(base, one.title) for name, one in known.outcomes.items()}
    sought = _plain(wanted)
    fits = [
        (kind, name, said)
        for kind, table in (("item", texts), ("outcome", titles_))
        for name, said in table.items()
        if sought and sought in _plain(said)
    ]
    # A whole sentence is meant, even where another one holds it as a part.
    fits = [one for one in fits if _plain(one[2]) == sought] or fits
    if len(fits) == 1:
        kind, name, said = fits[0]
        return Goal("item" if kind == "item" else "outcome", frozenset((name,)), said)
    if fits:
        raise AnswerError(
            Finding(
                "ambiguous_item",
                f"“{shown(text)}”有几条都对得上：{_listed((n, s) for _, n, s in fits)}；"
                "请用括号前的编号写明是哪一条。",
                tuple(name for _, name, _ in fits),
            )
        )
    all_ = {**texts, **titles_}
    paths = dict.fromkeys(one.path for one in known.outcomes.values())
    near = get_close_matches(wanted, [*all_, *paths], 3)
    likely = sorted(all_, key=lambda name: -_alike(sought, all_[name]))
    near += [name for name in likely[:3] if _alike(sought, all_[name]) >= _ALIKE]
    near = list(dict.fromkeys(near))
    hint = f"是不是：{_listed((name, all_.get(name, '')) for name in near)}？" if near else ""
    raise AnswerError(
        Finding(
            "unknown_item",
            f"没有“{shown(text)}”这个条目或结论。{hint}",
            tuple(near),
        )
    )


def _alike(sought: str, said: str) -> float:
    """Which part of the characters somebody typed stands in a text as well."""
    return len(set(sought) & set(_plain(said))) / max(len(set(sought)), 1)


def _listed(found: Iterable[tuple[str, str]]) -> str:
    first = list(islice(found, MOST_PROPOSALS + 1))
    named = [f"{name}（{said}）" if said else name for name, said in first[:MOST_PROPOSALS]]
    return "、".join(named) + ("等" if len(first) > MOST_PROPOSALS else "")


def _shows(stage: Stage, goal: Goal) -> bool:
    if goal.kind == "outcome":
        return stage.concluded is not None and stage.concluded.id in goal.ids
    return any(one.item in goal.ids for one in stage.added)


Chosen = dict[str, "str | None"]
"""What a way decided on, question by question; None leaves an answer out as it was."""


@dataclass(frozen=True, slots=True)
class _Journey:
    """Two places to try, what they are for the tree, and how many changes they are."""

    places: Answers
    facts: Mapping[str, str]
    cost: int


@dataclass
class _Search:
    """Looks for the cheapest ways through the tree that reach a goal.

    Every way is followed that differs from the given answers in exactly so many questions as are
    allowed. What was tried in vain is remembered by what still matters ahead, so that ways which
    differ only in what lies behind them are followed once.
    """

    base: Situation
    goal: Goal
    ahead: dict[str, frozenset[str]] = field(default_factory=dict)
    hopes: dict[tuple[int, str], bool] = field(default_factory=dict)
    vain: set[tuple[object, ...]] = field(default_factory=set)

    def proposals(self) -> list[Proposal]:
        """The best of the smallest changes; none where even the most allowed do not help."""
        journeys = list(_journeys(self.base))
        for allowed in range(1, MOST_CHANGES + 1):
            tried = islice(self.changed(journeys, allowed), _MOST_TRIED)
            found = {
                tuple((change.question, change.value) for change in one.changes): one
                for one in map(self.proposal, tried)
                if one is not None
            }
            if found:
                return sorted(found.values(), key=_plainness)[:MOST_PROPOSALS]
        return []

    def changed(self, journeys: list[_Journey], allowed: int) -> Iterator[Answers]:
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
        journey: _Journey,
        state: tuple[bool, bool],
        chosen: Chosen,
        left: int,
    ) -> Iterator[Chosen]:
        """The ways on from a node; `state` is whether the goal is met and something concluded."""
        met, concluded = state
        if at is None:
            if met and not left:
                yield chosen
            return
        if not met and not self.hope(at, journey):
            return
        mattering = self.questions_from(at)
        kept = frozenset(pair for pair in chosen.items() if pair[0] in mattering)
        key = (id(journey), at, state, kept, left)
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
        self, node: Node, journey: _Journey, concluded: bool, chosen: Chosen
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

    def fact(self, node: Node, journey: _Journey, concluded: bool) -> str | None:
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

    def hope(self, at: str, journey: _Journey) -> bool:
        """Whether the goal can be met at a node or ahead of it, whatever is answered."""
        key = (id(journey), at)
        if key not in self.hopes:
            node = self.base.knowledge.nodes[at]
            fact = journey.facts.get(node.on) if node.kind == "switch" else None
            branches = _branches(node) if fact is None else (_branch(node, fact),)
            self.hopes[key] = any(
                self.brings(one) or (one.next is not None and self.hope(one.next, journey))
                for one in branches
            )
        return self.hopes[key]

    def questions_from(self, at: str) -> frozenset[str]:
        """The questions asked at a node or ahead of it."""
        if at not in self.ahead:
            node = self.base.knowledge.nodes[at]
            asked = {node.on} if node.kind == "ask" else set()
            for branch in _branches(node):
                if branch.next is not None:
                    asked |= self.questions_from(branch.next)
            self.ahead[at] = frozenset(asked)
        return self.ahead[at]

    def proposal(self, answers: Answers) -> Proposal | None:
        """A change that holds when it is thought through to the end."""
        base = self.base
        try:
            result = situation(base.knowledge, answers, base.day)
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
    return (*node.branches.values(), *((node.others,) if node.others else ()))


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


def _journeys(base: Situation) -> Iterator[_Journey]:
    """The journey as it is, then one for every other class of facts that two places can have.

    The nearest come first: another place of care, another insured place, another journey.
    """
    known = base.knowledge
    given = {name: value for name, value in base.answers.items() if isinstance(value, Place)}
    seen: set[tuple[str, ...]] = set()

    def derive(insured: Place, care: Place) -> dict[str, str]:
        journey = facts.Journey(known, insured, care, base.day)
        return {name: fact(journey) for name, (fact, _) in facts.FACTS.items()}

    insured, care = given.get("from"), given.get("to")
    now = derive(insured, care) if insured and care else {}
    seen.add(tuple(now.values()))
    yield _Journey(given, now, 0)
    ends = [one for one in (insured, care) if one]
    examples = list(_examples(known, ends))
    standings = {one: facts.standing(known, one, base.day) for one in (*ends, *examples)}
    alike: set[tuple[object, ...]] = set()
    for here, there in (
        ([insured] if insured else [], examples),
        (examples, [care] if care else []),
        (examples, examples),
    ):
        for one in here:
            for other in there if one.level != "abroad" else ():
                same = one.code == other.code, one.province == other.province
                kind = (standings[one], standings[other], *same)
                if kind in alike:
                    continue
                alike.add(kind)
                derived = derive(one, other)
                if tuple(derived.values()) not in seen:
                    seen.add(tuple(derived.values()))
                    yield _Journey({"from": one, "to": other}, derived, 1)


def _examples(known: Knowledge, given: list[Place]) -> Iterator[Place]:
    """Places of every kind: those given and their neighbours, provinces, those with own rules."""
    gazetteer = known.places
    codes: dict[str, None] = {one.code: None for one in given}
    for one in given:
        codes.update(dict.fromkeys(city.code for city in gazetteer.children(one.province)[:2]))
    for zone in known.zones:
        codes.update(dict.fromkeys(zone.members))
    for place in gazetteer.all():
        if place.level in ("province", "abroad"):
            cities = gazetteer.children(place.code)[:1]
            codes.update(dict.fromkeys((*(city.code for city in cities), place.code)))
    for code, sheet in known.sheets.items():
        if sheet.rules:
            codes[code] = None
            codes.update(dict.fromkeys(city.code for city in gazetteer.children(code)[:2]))
    yield from map(gazetteer.get, codes)


# ---------------------------------------------------------------- compare


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
            reason = _hidden(lacking, name)
        elif fact is not None and not fact.in_force(lacking.day):
            reason = f"这条规定 {lacking.day} 不在有效期里"
        yield Difference(kind, entry, reason)


def _differing(before: Shown, after: Shown) -> tuple[str, ...]:
    """The fields in which two entries differ; the reason is no part of what they say."""
    names = [name for name in before._fields if name != "because"]
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


# ---------------------------------------------------------------- words and evidence


def _say(base: Situation, text: str) -> str:
    for name, value in words(base.knowledge, base.answers).items():
        text = text.replace(name, value)
    return text


def _plain(text: str) -> str:
    return "".join(normalize("NFKC", text).casefold().split())


def _evidence(base: Situation, basis: Basis) -> Evidence:
    found: list[Rule] = [base.knowledge.rules[one] for one in basis.rules]
    level = max((one.level for one in found), key=LEVELS.index, default=None)
    return _cite(base.knowledge, (cite for one in found for cite in one.cites), level)


def _cite(knowledge: Knowledge, cites: Iterable[Citation], level: str | None) -> Evidence:
    distinct = tuple(dict.fromkeys(cites))
    return Evidence(
        level,
        tuple(dict.fromkeys(one.source for one in distinct)),
        tuple(f"{_called(knowledge, one.source)} {one.clause}" for one in distinct),
    )


def _called(knowledge: Knowledge, name: str) -> str:
    source = knowledge.sources[name]
    return source.number or f"《{source.title}》"
