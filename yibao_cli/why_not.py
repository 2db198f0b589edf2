"""Why something is not on a checklist: the fewest answers to change in order to reach it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from itertools import islice, product

from msgspec import structs

from yibao_cli import facts
from yibao_cli.answers import answer_in_words, normalized, printable, visible
from yibao_cli.checklist import fits
from yibao_cli.consult import consult, errands
from yibao_cli.errors import AnswerError, Finding, MissingAnswerError
from yibao_cli.explain import (
    Situation,
    beside_the_point,
    entries,
    hidden,
    out_of_force,
    text_of,
    why,
)
from yibao_cli.explained import Change, Goal, Proposal, Stage, WhyNot
from yibao_cli.knowledge.questions import Question
from yibao_cli.places import Place
from yibao_cli.result import Checklist
from yibao_cli.walk import Answers, Decision, Pending, walk

MOST_CHANGES = 3
MOST_PROPOSALS = 5
# So many ways are thought through to the end before the best of them are shown.
_MOST_TRIED = 60
# So many candidates are named.
_MOST_NAMED = 5
# A text that shares fewer of the characters is no help.
_ALIKE = 0.6


# ---------------------------------------------------------------- the goal


def find_goal(base: Situation, text: str) -> Goal:
    """An item id, an outcome id, a path, or a part of a text as a goal.

    Raises AnswerError with the candidates where nothing or more than one thing fits.
    """
    known, wanted = base.knowledge, visible(text).strip()
    texts = {name: base.say(text_of(item)) for name, item in known.items.items()}
    titles = {name: base.say(one.title) for name, one in known.outcomes.items()}
    if wanted in texts:
        return Goal(kind="item", ids=(wanted,), text=texts[wanted])
    if outcomes := [name for name, one in known.outcomes.items() if wanted in (name, one.path)]:
        title = titles[outcomes[0]]
        if len(outcomes) > 1:
            title = f"{wanted}：{title}等{len(outcomes)}种"
        return Goal(kind="outcome", ids=tuple(sorted(outcomes)), text=title)
    sought = normalized(wanted)
    everything = {**texts, **titles}
    holding = {
        name: said for name, said in everything.items() if sought and sought in normalized(said)
    }
    # A whole sentence is meant, even where another one holds it as a part.
    fitting = {
        name: said for name, said in holding.items() if normalized(said) == sought
    } or holding
    if len(fitting) == 1:
        ((name, said),) = fitting.items()
        return Goal(kind="item" if name in texts else "outcome", ids=(name,), text=said)
    if fitting:
        message = (
            f"“{printable(text)}”有几条都对得上：{_listed(fitting.items())}；"
            "请用括号前的编号写明是哪一条。"
        )
        raise AnswerError(Finding("ambiguous_item", message, tuple(fitting)))
    paths = dict.fromkeys(one.path for one in known.outcomes.values())
    near = get_close_matches(wanted, [*everything, *paths], 3)
    likely = sorted(everything, key=lambda name: -_alike(sought, everything[name]))
    near += [name for name in likely[:3] if _alike(sought, everything[name]) >= _ALIKE]
    near = list(dict.fromkeys(near))
    hint = f"是不是：{_listed((name, everything.get(name, '')) for name in near)}？" if near else ""
    message = f"没有“{printable(text)}”这个条目或结论。{hint}"
    raise AnswerError(Finding("unknown_item", message, tuple(near)))


def _alike(sought: str, said: str) -> float:
    """Which part of the characters somebody typed stands in a text as well."""
    return len(set(sought) & set(normalized(said))) / max(len(set(sought)), 1)


def _listed(found: Iterable[tuple[str, str]]) -> str:
    first = list(islice(found, _MOST_NAMED + 1))
    named = [f"{name}（{said}）" if said else name for name, said in first[:_MOST_NAMED]]
    return "、".join(named) + ("等" if len(first) > _MOST_NAMED else "")


def reached(checklist: Checklist, goal: Goal) -> bool:
    """Whether an item is on the list, or an outcome is that of one of the errands."""
    if goal.kind == "item":
        return not entries(checklist).keys().isdisjoint(goal.ids)
    return any(one.id in goal.ids for one in checklist.every_outcome)


# ---------------------------------------------------------------- the answer


def why_not(base: Situation, goal: Goal) -> WhyNot:
    """Where the goal comes from, or the fewest answers to change in order to reach it."""
    explained = why(base)
    stops = tuple(_about(stage, goal) for stage in explained.stops if _shows(stage, goal))
    there = reached(base.checklist, goal)
    reason, helpless = None, there
    if goal.kind == "item" and not there:
        (name,) = goal.ids
        reason = hidden(base, name) if stops else out_of_force(base, name)
        helpless = reason is not None and not (stops and beside_the_point(base, name))
    return WhyNot(
        goal=goal,
        reached=there,
        hidden=reason,
        concluded_later=goal.kind == "outcome" and bool(stops) and not there,
        stops=stops,
        outcome=explained.outcome,
        outcomes=explained.outcomes,
        proposals=() if helpless else tuple(_proposals(base, goal)),
        knowledge=explained.knowledge,
        disclaimer=explained.disclaimer,
    )


def _shows(stage: Stage, goal: Goal) -> bool:
    if goal.kind == "outcome":
        return stage.concluded is not None and stage.concluded.id in goal.ids
    return any(one.id in goal.ids for one in stage.added)


def _about(stage: Stage, goal: Goal) -> Stage:
    """A stage with nothing but what somebody asked about."""
    wanted = tuple(one for one in stage.added if one.id in goal.ids)
    concluded = stage.concluded if goal.kind == "outcome" else None
    return structs.replace(stage, added=wanted, concluded=concluded)


# ---------------------------------------------------------------- the search


def _proposals(base: Situation, goal: Goal) -> list[Proposal]:
    """The best of the smallest changes; none where even the most allowed do not help."""
    search = _Search(base, goal)
    for allowed in range(1, MOST_CHANGES + 1):
        tried = islice(search.changed(allowed), _MOST_TRIED)
        found = {one.changes: one for one in map(search.proposal, tried) if one}
        if found:
            return sorted(found.values(), key=_plainness)[:MOST_PROPOSALS]
    return []


class _Search:
    """Tries every other answer on the way: one, then two together, then three."""

    def __init__(self, base: Situation, goal: Goal) -> None:
        self.base = base
        self.goal = goal
        known = base.knowledge
        items = [known.items[name] for name in goal.ids if goal.kind == "item"]
        self.when = {name: options for item in items for name, options in item.when.items()}
        self.outcomes = {
            one.id
            for one in known.outcomes.values()
            if one.id in goal.ids or any(item.id in one.add + one.alone for item in items)
        }
        self.possible = {
            errand: self._possible(start)
            for errand, start in known.starts.items()
            if self._leads(start)
        }
        self.journeys = list(_journeys(base))

    def changed(self, allowed: int) -> Iterator[Answers]:
        """Answers that differ in exactly so many places and by which the tree has the goal."""
        chosen = errands(self.base.knowledge, self.base.answers)
        for places, moved in self.journeys:
            for errand in self.possible:
                other = errand not in chosen
                answers = {**self.base.answers, **places, **({"errand": errand} if other else {})}
                yield from self._ways(errand, answers, 0, allowed - moved - other)

    def _ways(self, errand: str, answers: Answers, start: int, left: int) -> Iterator[Answers]:
        """Answers with exactly so many more changes, to questions first asked at a stop or later.

        An answer changes nothing before its stop, so going on behind it meets each set of changes
        once. What bars the goal has to be changed in any case.
        """
        barring = self._barring(errand, answers)
        if len(barring) > left:
            return
        found = walk(self.base.knowledge, errand, answers, self.base.day)
        if not left:
            if isinstance(found, Decision) and self._meets(found):
                yield answers
            return
        for index, question in reversed(self._asked(found)):
            if index < start or (len(barring) == left and question.id not in barring):
                continue
            for option in self.possible[errand][question.id]:
                if option != answers.get(question.id, question.default):
                    changed = {**answers, question.id: option}
                    yield from self._ways(errand, changed, index + 1, left - 1)

    def _asked(self, found: Decision | Pending) -> list[tuple[int, Question]]:
        """The questions of a way, each with its first stop; places are tried as journeys."""
        first: dict[str, int] = {}
        for index, stop in enumerate(found.trace):
            if stop.kind == "ask":
                first.setdefault(stop.on, index)
        if isinstance(found, Pending):
            first.setdefault(found.question, len(found.trace))
        questions = self.base.knowledge.questions
        asked = ((index, questions[name]) for name, index in first.items())
        return [(index, one) for index, one in asked if one.kind == "choice"]

    def _meets(self, decision: Decision) -> bool:
        """Whether a way leads to the goal, by what the tree says."""
        if self.goal.kind == "outcome":
            return decision.outcome in self.goal.ids
        added = any(one.item in self.goal.ids for one in decision.added)
        return added and fits(decision.values, self.when)

    def _possible(self, start: str) -> dict[str, list[str]]:
        """The options of every question that do not put the goal out of reach."""
        return {
            one.id: [option for option in one.options if self._leads(start, one.id, option)]
            for one in self.base.knowledge.questions.values()
            if one.kind == "choice" and not one.several
        }

    def _leads(self, start: str, question: str = "", option: str = "") -> bool:
        """Whether a way leads to the goal, whatever is answered to all but one question."""
        ahead, seen, goal = [start], {start}, set(self.goal.ids)
        while ahead:
            node = self.base.knowledge.nodes[ahead.pop()]
            if node.end in self.outcomes:
                return True
            for branch in (node.branch(option),) if node.ask == question else node.every_branch:
                if branch.conclude in self.outcomes or goal.intersection(branch.add):
                    return True
                after = node.after(branch)
                # The outcome is what is concluded first.
                over = branch.conclude and self.goal.kind == "outcome"
                if after and after not in seen and not over:
                    seen.add(after)
                    ahead.append(after)
        return False

    def _barring(self, errand: str, answers: Answers) -> set[str]:
        """The questions whose answers, or what is assumed without one, put the goal out of reach."""
        found = set()
        for name, options in self.possible[errand].items():
            default = self.base.knowledge.questions[name].default
            assumed = (default, "unsure") if default else tuple(options)
            values = (answers[name],) if name in answers else assumed
            if not any(value in options for value in values):
                found.add(name)
        return found

    def proposal(self, answers: Answers) -> Proposal | None:
        """A change that holds when it is thought through to the end."""
        base = self.base
        try:
            result = consult(base.knowledge, answers, base.day)
        except MissingAnswerError:
            return None
        if not reached(result, self.goal):
            return None
        return Proposal(
            changes=tuple(
                _change(base, name, answers[name])
                for name in base.knowledge.questions
                if name in answers and answers[name] != base.answers.get(name)
            ),
            facts=_new_facts(base.checklist, result),
            outcome=result.outcome,
            outcomes=result.outcomes,
        )


def _plainness(proposal: Proposal) -> tuple[int, int, int]:
    """Sorts first what is clear, and what leaves the journey as it is or nearly so."""
    unclear = sum(one.value == "unsure" for one in proposal.changes)
    places = sum(one.question in ("from", "to") for one in proposal.changes)
    return unclear, places, len(proposal.facts)


def _change(base: Situation, name: str, after: str | Place) -> Change:
    question = base.knowledge.questions[name]
    before = base.answers.get(name)
    if before is not None:
        old = answer_in_words(question, before)
    else:
        old = (
            f"{answer_in_words(question, question.default)}（默认）"
            if question.default
            else "（没有写）"
        )
    return Change(
        question=name,
        label=question.label,
        flag=question.flag,
        before=old,
        after=answer_in_words(question, after),
        value=after.full_name if isinstance(after, Place) else after,
    )


def _new_facts(before: Checklist, after: Checklist) -> tuple[str, ...]:
    """What the way in the new situation turned on and that was otherwise before."""
    old = {line.on: line.value for line in before.trace if line.kind == "switch"}
    turned = (line for line in after.trace if line.kind == "switch" and line.on != "concluded")
    return tuple(
        dict.fromkeys(
            f"{line.label}是“{line.text}”"
            for line in turned
            if line.value not in (old.get(line.on), "none")
        )
    )


# ---------------------------------------------------------------- places


def _journeys(base: Situation) -> Iterator[tuple[dict[str, Place], int]]:
    """The places as they are, then two for every other set of facts that two places can have.

    With how many changes these count as. The nearest come first: another place of care, another
    insured place, another journey.
    """
    insured, care = base.answers.get("from"), base.answers.get("to")
    homes = [insured] if isinstance(insured, Place) else []
    ends = [care] if isinstance(care, Place) else []
    yield {}, 0
    seen = [_facts(base, *pair) for pair in product(homes, ends)]
    examples = _examples(base, [*homes, *ends])
    standings = {one: facts.standing(base.knowledge, one, base.day) for one in examples}
    alike: set[tuple[object, ...]] = set()
    for here, there in ((homes, examples), (examples, ends), (examples, examples)):
        for one, other in product(here, there):
            same = one.code == other.code, one.province == other.province
            kind = (standings[one], standings[other], *same)
            if one.level == "abroad" or kind in alike:
                continue
            alike.add(kind)
            if (found := _facts(base, one, other)) not in seen:
                seen.append(found)
                yield {"from": one, "to": other}, 1


def _facts(base: Situation, insured: Place, care: Place) -> dict[str, str]:
    return facts.derived(facts.Journey(base.knowledge, insured, care, base.day))


def _examples(base: Situation, given: list[Place]) -> list[Place]:
    """Places of every kind: those given, their neighbours, provinces, those with own rules."""
    known = base.knowledge
    cities = known.places.children
    found = [*given, *(city for one in given for city in cities(one.province)[:2])]
    found += [known.places.get(code) for zone in known.zones.values() for code in zone.members]
    for one in known.places.all():
        if one.level in ("province", "abroad"):
            found += [*cities(one.code)[:1], one]
    for code, sheet in known.sheets.items():
        if sheet.rules.filing_inside or sheet.rules.maternity:
            found += [known.places.get(code), *cities(code)[:2]]
    return list(dict.fromkeys(found))
