"""Decisions to a checklist: ordered, without repeats, every entry with its evidence.

A checklist is drafted with the names of its places left open, and filled in. All that it depends
on otherwise are the answers without the places and the ground of the places, so one draft serves
any number of journeys, and what an entry says is worked out once. Nearly all of a draft, its core,
depends on the way alone, so it also serves answers that the way never asks for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache

from yibao_cli import facts
from yibao_cli.forms import Form, Forms, Names, mark
from yibao_cli.ground import Ground
from yibao_cli.model import (
    LEVELS,
    PHASES,
    Answer,
    Basis,
    Checklist,
    Citation,
    CitedSource,
    Conclusion,
    Contact,
    Decision,
    Document,
    Evidence,
    Item,
    Knowledge,
    KnowledgeState,
    LocalFact,
    LocalRule,
    Remark,
    Rule,
    Source,
    Step,
    Stop,
    TraceLine,
    Zone,
)
from yibao_cli.regions import Place
from yibao_cli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

UNNAMED = {"{from}": "参保地", "{to}": "就医地", "{hotline}": "参保城市区号-12393"}
"""What the placeholders of the knowledge stand for where no place is known."""

# Of each kind of thing; the shipped knowledge has fewer.
_REMEMBERED = 8192


def unplaced(decision: Decision, places: Collection[str]) -> Decision:
    """A decision with marks in place of the places that answer these questions."""
    trace = tuple(
        [
            stop._replace(value=mark(stop.on, "code"))
            if stop.on in places and stop.kind == "ask"
            else stop
            for stop in decision.trace
        ]
    )
    return decision._replace(trace=trace)


class Settled(Value):
    """What a draft leaves to the ground: local facts, what is still to be asked, the sources."""

    local: tuple[Remark, ...]
    questions: tuple[Form[Remark], ...]
    sources: tuple[CitedSource, ...]
    knowledge: KnowledgeState


class Core:
    """A draft without the answers that it shows, and without what the ground settles.

    It depends on the ways that were walked, where places stand as their marks, and on the local
    rules and zones that it rests on, which `bases` names; what `bases` names depends on the ways
    alone. `values` are the answers that the ways asked for, `assumed` those of them that nobody
    gave.
    """

    conclusions: Forms[Conclusion]
    also: Forms[Conclusion]
    steps: Forms[Step]
    documents: Forms[Document]
    warnings: Forms[Remark]
    notes: Forms[Remark]
    contacts: Forms[Contact]
    proxy: Forms[Document]
    trace: Forms[TraceLine]
    phases: dict[str, str]
    bases: tuple[str, ...]
    values: dict[str, str]
    assumed: dict[str, str]

    def __init__(self, drafts: Drafts, drafting: _Drafting) -> None:
        self._drafts = drafts
        self.values = drafting.values
        self.assumed = drafting.assumed()
        self._topics = drafting.topics()
        chosen = drafting.chosen()

        def of(kind: str) -> list[Form[Any]]:
            return chosen.get(kind, [])

        self.conclusions = Forms([drafting.conclusion(one.outcome) for one in drafting.decisions])
        names = dict.fromkeys(name for one in drafting.decisions for name in one.also)
        self.also = Forms([drafting.conclusion(name) for name in names])
        self.steps = Forms(
            # Stable: within a phase the order of the knowledge stays.
            sorted(of("step"), key=lambda form: PHASES.index(form.value.phase))
        )
        self.documents = Forms(of("document"))
        self.warnings = Forms(of("warning"))
        self.notes = Forms(of("note"))
        self.contacts = Forms(of("contact"))
        self.proxy = Forms(drafting.besides([form.value.id for form in self.documents.all]))
        self._questions = [
            (drafts.knowledge.items[form.value.id].topic, form) for form in of("question")
        ]
        self.trace = Forms([line for lines in drafting.lines for line in lines])
        self.about = about = drafts.knowledge.about
        # Who is in care or has paid cannot do anything before he goes.
        before = self.values.get("stage", "before") == "before"
        self.phases = about.phases if before else about.phases_under_way
        self.bases = tuple(drafting.bases)
        # Sources are numbered in the order in which a reader meets them.
        self._cited: dict[str, tuple[str, ...]] = {}
        for part in (
            self.conclusions, self.also, self.steps, self.documents, self.warnings, self.notes
        ):  # fmt: skip
            for form in part.all:
                _add(self._cited, form.cites)
        self._cited_last = [cite for form in self.contacts.all for cite in form.cites]

    def settled(self, ground: Ground) -> Settled:
        """The rest of the checklist, by the ground of its places."""
        drafts = self._drafts
        facts_shown = [
            fact
            for fact in ground.facts
            if fact.topic in self._topics and answered(self.values, fact.when)
        ]
        cited = self._cited.copy()
        local = []
        # What has to be confirmed all the same is still worth asking.
        topics = set()
        for fact in facts_shown:
            form = drafts.local(fact)
            local.append(form.value)
            _add(cited, form.cites)
            if fact.role == "insured" and not fact.careful:
                topics.add(fact.topic)
        questions = []
        for topic, question in self._questions:
            if topic is None or topic not in topics:
                questions.append(question)
                _add(cited, question.cites)
        _add(cited, self._cited_last)
        scopes, home = drafts.scopes, ground.home
        sources = tuple(
            [
                drafts.source(name, clauses, scopes.get(name) in home)
                for name, clauses in cited.items()
            ]
        )
        overdue = tuple([name for name in cited if name in drafts.overdue])
        return Settled(tuple(local), tuple(questions), sources, drafts.state(overdue))


class Draft(Value):
    """A checklist with the names of its places left open, without what the ground settles."""

    core: Core
    answers: Forms[Answer]

    def settled(self, ground: Ground) -> Settled:
        """The rest of the checklist, by the ground of its places."""
        return self.core.settled(ground)

    def checklist(
        self,
        settled: Settled,
        places: Mapping[str, Place],
        names: Names,
        code: str | None = None,
    ) -> Checklist:
        """The whole checklist, with names for the places."""
        core = self.core
        conclusion, *others = core.conclusions.filled(names)
        return Checklist(
            answers=self.answers.filled(names),
            places=dict(places),
            conclusion=conclusion,
            others=tuple(others),
            also=core.also.filled(names),
            steps=core.steps.filled(names),
            documents=core.documents.filled(names),
            warnings=core.warnings.filled(names),
            notes=core.notes.filled(names),
            local=settled.local,
            questions=tuple([form.filled(names) for form in settled.questions]),
            contacts=core.contacts.filled(names),
            proxy=core.proxy.filled(names),
            sources=settled.sources,
            trace=core.trace.filled(names),
            knowledge=settled.knowledge,
            disclaimer=core.about.disclaimer,
            phases=core.phases,
            levels=core.about.levels,
            calendar=core.about.calendar,
            code=code,
        )


def _add(cited: dict[str, tuple[str, ...]], cites: Iterable[Citation]) -> None:
    for one in cites:
        clauses = cited.get(one.source)
        if clauses is None:
            cited[one.source] = (one.clause,)
        elif one.clause not in clauses:
            cited[one.source] = (*clauses, one.clause)


def answered(values: Mapping[str, str], when: Sequence[tuple[str, tuple[str, ...]]]) -> bool:
    """Whether something is about these answers; who does not know is told rather too much."""
    for question, options in when:
        value = values.get(question, "unsure")
        if value != "unsure" and value not in options:
            return False
    return True


class Drafts:
    """Drafts by one knowledge on one ISO day; remembers what entries say. Safe in threads."""

    def __init__(self, knowledge: Knowledge, day: str) -> None:
        self.knowledge = knowledge
        self.day = day
        self.scopes = {
            one.id: one.scope
            for one in knowledge.sources.values()
            if one.level == "A" and one.scope is not None
        }
        self.overdue = {one.id for one in knowledge.sources.values() if one.review_by < self.day}
        self._order = {name: number for number, name in enumerate(knowledge.questions)}
        self.rank = {name: number for number, name in enumerate(knowledge.items)}
        self.proxy = [name for name, item in knowledge.items.items() if item.proxy]
        self.in_force = lru_cache(_REMEMBERED)(self._in_force)
        self.item = lru_cache(_REMEMBERED)(self._item)
        self.conclusion = lru_cache(_REMEMBERED)(self._conclusion)
        self.line = lru_cache(_REMEMBERED)(self._line)
        self.answer = lru_cache(_REMEMBERED)(self._answer)
        self.source = lru_cache(_REMEMBERED)(self._source)
        self.state = lru_cache(_REMEMBERED)(self._state)
        self._locals: dict[tuple[str, str], Form[Remark]] = {}

    def core(self, decisions: Sequence[Decision], ground: Ground) -> Core:
        """What is drafted of these decisions, whose ways name no places (see `unplaced`)."""
        return Core(self, _Drafting(self, decisions, ground))

    def draft(self, answers: Mapping[str, str | Place], core: Core) -> Draft:
        """The draft for these answers, which led to the core.

        It shows those given and those assumed on the way, in the order of the questions.
        """
        order, used, assumed = self._order, core.values, core.assumed
        shown = []
        for name in sorted({**assumed, **answers}, key=order.__getitem__):
            given = answers.get(name)
            value = assumed[name] if given is None else given
            if isinstance(value, Place):
                value = mark(name, "code")
            shown.append(self.answer(name, value, given is None, name in used or name == "errand"))
        return Draft(core, Forms(shown))

    # ------------------------------------------------------------ entries

    def _in_force(self, item: str) -> bool:
        """Whether all rules that an item rests on hold that day."""
        rules = self.knowledge.items[item].basis.rules
        return all(self.knowledge.rules[name].in_force(self.day) for name in rules)

    def _item(self, name: str, because: str, local: LocalRule | Zone | None) -> Form[Any]:
        """An item as it is shown, and why."""
        item = self.knowledge.items[name]
        evidence, cites = self.evidence(item.basis, local)
        return Form(_shown(item, evidence, because), cites)

    def _conclusion(self, name: str, local: LocalRule | Zone | None) -> Form[Conclusion]:
        outcome = self.knowledge.outcomes[name]
        evidence, cites = self.evidence(outcome.basis, local)
        shown = Conclusion(outcome.id, outcome.path, outcome.title, outcome.summary, evidence)
        return Form(shown, cites)

    def local(self, fact: LocalFact) -> Form[Remark]:
        """A local fact as it is shown."""
        known = self._locals.get((fact.region, fact.id))
        if known is not None:
            return known
        detail = fact.careful
        if fact.review_by < self.day:
            detail = "；".join(filter(None, (detail, f"{fact.review_by}起没有复查，可能已变")))
        evidence, cites = self.cite(fact.cites, fact.level)
        about = self.knowledge.about
        reminders = about.calendar.items()
        calendar = next((name for name, one in reminders if fact.topic in one.topics), None)
        topic = about.topics[fact.topic]
        form = Form(Remark(fact.id, fact.says, detail, evidence, topic, calendar), cites)
        return self._locals.setdefault((fact.region, fact.id), form)

    def _line(self, stop: Stop) -> Form[TraceLine]:
        """A line of the explanation; the value of a place is its mark."""
        if stop.kind == "ask":
            question = self.knowledge.questions[stop.on]
            label = question.label
            if question.kind != "place":
                text = question.option(stop.value).label
            elif stop.value == mark(stop.on, "code"):
                text = mark(stop.on, "name")
            else:
                text = "没有写"
        elif stop.kind == "switch":
            label = facts.LABELS[stop.on]
            zones = {zone.id: zone.name for zone in self.knowledge.zones}
            text = zones.get(stop.value) or facts.WORDS[stop.value]
        else:
            label, text = "结论", self.knowledge.outcomes[stop.on].title
        return Form(TraceLine(stop.node, stop.kind, stop.on, label, stop.value, text, stop.origin))

    def _answer(self, name: str, value: str, assumed: bool, used: bool) -> Form[Answer]:
        question = self.knowledge.questions[name]
        if question.kind == "place":
            text = mark(name, "name")
        else:
            text = "、".join(question.option(one).label for one in value.split(","))
        return Form(Answer(name, question.label, question.flag, value, text, assumed, used))

    # ------------------------------------------------------------ evidence

    def evidence(
        self, basis: Basis, local: LocalRule | Zone | None
    ) -> tuple[Evidence, tuple[Citation, ...]]:
        """What a basis rests on; the weakest of its rules gives the level."""
        rules = [self.knowledge.rules[name] for name in basis.rules]
        found: list[Rule | LocalRule | Zone] = [one for one in rules if one.in_force(self.day)]
        if local:
            found.append(local)
        level = max((one.level for one in found), key=LEVELS.index, default=None)
        return self.cite([cite for one in found for cite in one.cites], level)

    def cite(
        self, cites: Iterable[Citation], level: str | None
    ) -> tuple[Evidence, tuple[Citation, ...]]:
        """What is cited, ready to be shown, and the citations themselves."""
        distinct = self.known_then(tuple(dict.fromkeys(cites)))
        evidence = Evidence(
            level,
            tuple(dict.fromkeys(one.source for one in distinct)),
            tuple(f"{self.called(one.source)} {one.clause}" for one in distinct),
        )
        return evidence, distinct

    def known_then(self, cites: tuple[Citation, ...]) -> tuple[Citation, ...]:
        """Without texts of a later day, unless nothing else supports the statement."""
        sources = self.knowledge.sources
        return tuple(c for c in cites if (sources[c.source].issued or "") <= self.day) or cites

    def called(self, source_id: str) -> str:
        """What a source is called where it is cited."""
        source = self.knowledge.sources[source_id]
        return source.number or f"《{source.title}》"

    def _source(self, name: str, clauses: tuple[str, ...], at_home: bool) -> CitedSource:
        """A provincial text proves its own province; elsewhere it is strong evidence (B)."""
        source: Source = self.knowledge.sources[name]
        level = "B" if name in self.scopes and not at_home else source.level
        return CitedSource(source, clauses, level, name in self.overdue)

    def _state(self, overdue: tuple[str, ...]) -> KnowledgeState:
        about = self.knowledge.about
        return KnowledgeState(about.version, about.read_on, self.day, overdue)


class _Drafting:
    """One draft in the making: what the walks of some answers came to."""

    def __init__(
        self,
        drafts: Drafts,
        decisions: Sequence[Decision],
        ground: Ground,
    ) -> None:
        self.drafts = drafts
        self.knowledge = drafts.knowledge
        self.decisions = sorted(
            decisions, key=lambda one: self.knowledge.outcomes[one.outcome].rank
        )
        self.ground = ground
        self.bases: dict[str, None] = {}
        self.lines = [[drafts.line(stop) for stop in one.trace] for one in self.decisions]
        self.values = {name: value for one in decisions for name, value in one.values.items()}

    def topics(self) -> frozenset[str]:
        """What the outcomes are about."""
        return frozenset(
            topic
            for decision in self.decisions
            for name in (decision.outcome, *decision.also)
            for topic in self.knowledge.outcomes[name].topics
        )

    def local(self, basis: Basis) -> LocalRule | Zone | None:
        """The local rule or zone that a basis rests on."""
        if basis.local is None:
            return None
        self.bases[basis.local] = None
        return self.ground.basis(basis.local)

    def conclusion(self, name: str) -> Form[Conclusion]:
        return self.drafts.conclusion(name, self.local(self.knowledge.outcomes[name].basis))

    def chosen(self) -> dict[str, list[Form[Any]]]:
        """The items in force that day by their kinds, in the order of the knowledge."""
        because: dict[str, TraceLine] = {}
        for decision, lines in zip(self.decisions, self.lines, strict=True):
            for one in decision.added:
                if one.item not in because:
                    because[one.item] = lines[one.stop].value
        found: dict[str, list[Form[Any]]] = {}
        for name in sorted(because, key=self.drafts.rank.__getitem__):
            item = self.knowledge.items[name]
            if answered(self.values, item.when) and self.drafts.in_force(name):
                line = because[name]
                reason = f"{line.label}是“{line.text}”"
                form = self.drafts.item(name, reason, self.local(item.basis))
                found.setdefault(item.kind, []).append(form)
        return found

    def besides(self, listed: Collection[str]) -> list[Form[Any]]:
        """What a proxy needs that is not listed."""
        drafts, items = self.drafts, self.knowledge.items
        return [
            drafts.item(name, "", self.local(items[name].basis))
            for name in drafts.proxy
            if name not in listed
            and answered(self.values, items[name].when)
            and drafts.in_force(name)
        ]

    def assumed(self) -> dict[str, str]:
        """The answers that were assumed on the way."""
        # The errand chooses the tree, so no node of a tree asks for it.
        found = {"errand": self.decisions[0].errand}
        for decision in self.decisions:
            for stop in decision.trace:
                if stop.origin == "assumed" and self.knowledge.questions[stop.on].kind != "place":
                    found.setdefault(stop.on, stop.value)
        return found


def _shown(item: Item, evidence: Evidence, because: str) -> Step | Document | Contact | Remark:
    detail = item.detail or None
    if item.kind == "step":
        return Step(
            id=item.id,
            phase=item.phase or "before",
            text=item.text,
            detail=detail,
            where=item.where or None,
            deadline=item.deadline or None,
            evidence=evidence,
            because=because,
            calendar=item.calendar,
        )
    if item.kind == "document":
        return Document(
            id=item.id,
            name=item.text,
            purpose=item.purpose or "",
            detail=detail,
            original=item.original,
            copies=item.copies,
            alternatives=item.alternatives,
            evidence=evidence,
            because=because,
            owner=item.owner,
            signer=item.signer,
            proxy=item.proxy,
        )
    if item.kind == "contact":
        return Contact(item.id, item.text, item.phone or None, detail, evidence, item.calendar)
    return Remark(item.id, item.text, detail, evidence, because, item.calendar)


# ---------------------------------------------------------------- names


def hotline(place: Place) -> str:
    """The number of the agency's hotline, as far as it is known for a place."""
    return f"{place.area_code}-12393" if place.area_code else UNNAMED["{hotline}"]


def places_of(answers: Mapping[str, str | Place]) -> dict[str, Place]:
    """The places among answers."""
    return {name: value for name, value in answers.items() if isinstance(value, Place)}


def names_of(knowledge: Knowledge, question_id: str, place: Place) -> dict[str, str]:
    """What the marks of a place stand for that answers a question."""
    found = {mark(question_id, "name"): place.full_name, mark(question_id, "code"): place.code}
    if question_id in ("from", "to"):
        found[f"{{{question_id}}}"] = knowledge.places.called(place)
    if question_id == "from":
        found["{hotline}"] = hotline(place)
    return found


def words(knowledge: Knowledge, answers: Mapping[str, str | Place]) -> dict[str, str]:
    """What the placeholders of the knowledge and all other marks stand for."""
    found = dict(UNNAMED)
    for name, place in places_of(answers).items():
        found |= names_of(knowledge, name, place)
    return found
