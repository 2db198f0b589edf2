"""Chooses the ways that stand for all: they meet every branch, date, local rule and local fact."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from yibao_cli.audit.checks import Fault, fault
from yibao_cli.audit.survey import Survey, local_rules
from yibao_cli.audit.ways import Walked, Way, run, way_of
from yibao_cli.consult import open_question
from yibao_cli.facts import is_pooling_area
from yibao_cli.knowledge.legal import Rule
from yibao_cli.knowledge.load import Lines
from yibao_cli.knowledge.local import LocalFact, LocalRule, Sheet, Zone
from yibao_cli.knowledge.model import Knowledge, in_force
from yibao_cli.places import Place
from yibao_cli.walk import Answers

_UNSEEN = "地方事实“{}”没有一张清单会显示；请改 when、reach 或 only_with，或删掉"

# Situations in which a local fact may show, the most common first.
_SITUATIONS: tuple[dict[str, str], ...] = (
    {"filing": "none"},
    {"filing": "valid"},
    {"stage": "paid", "filing": "none"},
    {"stage": "in_care", "filing": "none"},
    {"care": "emergency"},
    {"care": "pharmacy"},
    {"care": "maternity"},
    {"care": "chronic", "filing": "valid", "recognition": "not_yet"},
    {"errand": "account", "care": "pharmacy"},
    {"errand": "mutual_aid"},
    {"errand": "activation"},
    {"errand": "transfer", "move": "living"},
    {"hospital": "not_connected", "stage": "in_care", "filing": "valid"},
    {"care": "online"},
)


def covering(knowledge: Knowledge, survey: Survey) -> list[Walked]:
    """Ways that take every branch, show every local fact and stand on both sides of every date.

    A way that meets a hole is left out: the survey tells of holes.
    """
    cover = _Cover(knowledge)
    cover.branches(survey)
    cover.hidden_items()
    cover.turns()
    for code, sheet in knowledge.sheets.items():
        cover.local(code, sheet)
    return list(cover.found.values())


class _Cover:
    """Collects the ways that stand for all."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self.today = knowledge.about.read_on
        self.found: dict[Way, Walked] = {}
        self.walked: dict[Way, Walked] = {}

    def keep(self, answers: Answers, day: str) -> Walked | None:
        """Keep a way; None where the knowledge has no outcome for it, or not yet on this day."""
        if day < self.knowledge.about.begins:
            return None
        walked = self.tried(answers, day)
        return self.found.setdefault(walked.way, walked) if walked else None

    def tried(self, answers: Answers, day: str) -> Walked | None:
        """Walk a way, once; None where the knowledge has no outcome for it."""
        try:
            complete = _complete(self.knowledge, answers, day)
            way = way_of(self.knowledge, complete, day)
            if way not in self.walked:
                self.walked[way] = run(self.knowledge, complete, day)
        except LookupError:
            return None
        return self.walked[way]

    def branches(self, survey: Survey) -> None:
        """Every branch, and every outcome."""
        for sample in survey.samples.values():
            answers: dict[str, str | Place] = {
                "errand": sample.errand, "from": sample.insured, "to": sample.care,
                **dict(sample.answers),
            }  # fmt: skip
            # Nobody writes that he does not know a place.
            if answers["to"] == "unsure":
                del answers["to"]
            self.keep(answers, self.today)
            # What a filing brings along would hide what was concluded before it.
            self.keep({"filing": "valid", "care": "inpatient", **answers}, self.today)

    def hidden_items(self) -> None:
        """Every answer under which an item is not shown."""
        hidden: set[tuple[str, str, str]] = set()
        for walked in list(self.found.values()):
            for item, question, option in _hidings(self.knowledge, walked):
                if (item, question, option) in hidden:
                    continue
                other = self.keep({**walked.answers, question: option}, self.today)
                # Where the answer leads another way, the item may not come up at all.
                if other and any(item == one.item for it in other.decisions for one in it.added):
                    hidden.add((item, question, option))

    def turns(self) -> None:
        """Both sides of the dates of every way so far."""
        for walked in list(self.found.values()):
            for day in _turns(self.knowledge, walked):
                self.keep(walked.answers, day)

    def local(self, code: str, sheet: Sheet) -> None:
        """What a province or city decides itself, and every local fact of it."""
        inside = _inside(self.knowledge, code) if local_rules(sheet) else ()
        for answers in inside:
            decided = self.keep(answers, self.today)
            for day in _turns(self.knowledge, decided) if decided else ():
                self.keep(answers, day)
        for fact in sheet.facts:
            day = max(self.today, fact.since or self.today)
            for answers in _situations(self.knowledge, fact):
                shown = self.tried(answers, day)
                if shown and fact.id in shown.local:
                    self.keep(answers, day)
                    break


def _hidings(knowledge: Knowledge, walked: Walked) -> Iterator[tuple[str, str, str]]:
    """Items a way adds, and the answers under which they are not shown."""
    for decision in walked.decisions:
        for added in decision.added:
            for name, allowed in knowledge.items[added.item].when.items():
                for option in knowledge.questions[name].options:
                    if option not in (*allowed, "unsure"):
                        yield added.item, name, option


def unseen(knowledge: Knowledge, lines: Lines, walked: Iterable[Walked]) -> list[Fault]:
    """Local facts in force that stand on no checklist, though outcomes show their topic."""
    shown = {name for way in walked for name in way.local}
    # Facts on other topics are for `yibao region` alone.
    topics = {topic for one in knowledge.outcomes.values() for topic in one.topics}
    return [
        fault("unseen_fact", *lines.of("fact", fact.id), _UNSEEN.format(fact.id))
        for sheet in knowledge.sheets.values()
        for fact in sheet.facts
        if fact.id not in shown and in_force(fact, knowledge.about.read_on) and fact.topic in topics
    ]


def _complete(knowledge: Knowledge, answers: Answers, day: str) -> Answers:
    """Possible answers, with the first option of whatever is still required."""
    full = {name: value for name, value in answers.items() if _possible(knowledge, name, value)}
    while pending := open_question(knowledge, full, day):
        question = knowledge.questions[pending.question]
        if question.kind == "place":
            full[question.id] = _place(knowledge, "510700")
        else:
            full[question.id] = next(iter(question.options))
    return full


def _possible(knowledge: Knowledge, name: str, value: str | Place) -> bool:
    """Whether a knowledge has the question and the option; another folder may lack some."""
    question = knowledge.questions.get(name)
    return question is not None and (isinstance(value, Place) or value in question.options)


def _place(knowledge: Knowledge, *codes: str, outside: str | None = None) -> Place:
    """The first of these places outside of a province; another folder may have others only."""
    everywhere: list[Place] = [one for one in knowledge.places.all() if one.level != "abroad"]
    elsewhere = [one for one in everywhere if one.province != outside] or everywhere
    return min(
        elsewhere, key=lambda one: codes.index(one.code) if one.code in codes else len(codes)
    )


def _turns(knowledge: Knowledge, walked: Walked) -> set[str]:
    """The days on both sides of every date that matters to a way."""
    holding: list[Rule | LocalRule | Zone] = [
        knowledge.rules[name]
        for decision in walked.decisions
        for one in decision.added
        for name in knowledge.items[one.item].rules
    ]
    for place in walked.answers.values():
        if isinstance(place, Place):
            for code in (place.code, place.province):
                holding += local_rules(knowledge.sheets.get(code, Sheet())).values()
            codes = {place.code, place.province, place.district_code}
            holding += (one for one in knowledge.zones.values() if codes & {*one.members})
    days = set()
    for one in holding:
        if one.since:
            start = date.fromisoformat((one.since + "-01-01")[:10])
            days |= {start, start - timedelta(days=1)}
        if one.until:
            end = date.fromisoformat(one.until)
            days |= {end, end + timedelta(days=1)}
    return {day.isoformat() for day in days}


def _inside(knowledge: Knowledge, code: str) -> Iterator[dict[str, str | Place]]:
    """Journeys that a province's or city's own rules decide."""
    home = knowledge.places.get(code)
    others = (one for one in knowledge.places.children(home.province) if one.code != code)
    # A municipality is all there is of its province.
    near = next(others, home)
    for care in ("inpatient", "maternity"):
        yield {"insurance": "resident", "from": home, "to": near, "care": care, "filing": "none"}


def _situations(knowledge: Knowledge, fact: LocalFact) -> Iterator[dict[str, str | Place]]:
    """Answers under which a local fact may show."""
    home = knowledge.places.get(fact.region)
    others = [knowledge.places.get(code) for code in fact.only_with]
    if not others:
        children = knowledge.places.children(home.province)
        near = next((one for one in children if one.code != home.code), home)
        far = _place(knowledge, "530100", "510100", outside=home.province)
        others = {"inside": [near], "across": [far], None: [far, near]}[fact.reach]
    pairs = [(home, one) if fact.role == "insured" else (one, home) for one in others]
    if not fact.only_with and fact.reach is None:
        # What is said of a place may also be for those who stay there.
        here = home if is_pooling_area(home) else near
        pairs.append((here, here))
    when = {question: options[0] for question, options in fact.when.items()}
    for ends in pairs:
        for situation in _SITUATIONS:
            for insurance in ("resident", "employee"):
                base: dict[str, str | Place] = {"insurance": insurance, "care": "inpatient"}
                yield {**base, "from": ends[0], "to": ends[1], **situation, **when}
