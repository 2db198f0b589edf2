"""Ways: for every branch, rule and local fact one set of answers that meets it, and a digest of
the list it ends in.

A change of routing moves exactly the ways that took it; a change of wording moves none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, partial
from hashlib import sha256
from pathlib import Path

from yibao_cli.answers import parse_all, text_of
from yibao_cli.audit.checks import Fault
from yibao_cli.audit.survey import Survey
from yibao_cli.consult import Case, Consultant, open_question
from yibao_cli.errors import Finding, KnowledgeError, YibaoError
from yibao_cli.facts import is_pooling_area
from yibao_cli.files import write as write_file
from yibao_cli.knowledge.load import Lines
from yibao_cli.model import Decision, Knowledge, LocalFact
from yibao_cli.regions import Place

FILE = "ways.tsv"
_HEADING = "# 由 yibao check --cases 这个文件夹 --update 写出：答案、日期、结论、条目摘要"

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


@dataclass(frozen=True, slots=True)
class Way:
    """Answers by option id (places by code), and the day."""

    answers: tuple[tuple[str, str], ...]
    day: str

    def __str__(self) -> str:
        """As the digest file has it."""
        return " ".join(f"{name}={value}" for name, value in self.answers)


@dataclass(frozen=True, slots=True)
class Walked:
    """A way with what came of it."""

    way: Way
    decisions: tuple[Decision, ...]
    case: Case

    @property
    def digest(self) -> str:
        """Which items stand on the list, and where; not what they say."""
        core, settled = self.case.draft.core, self.case.settled
        parts = (core.steps.all, core.documents.all, core.warnings.all, core.notes.all)
        listed = [[form.value.id for form in part] for part in parts]
        listed.append([one.id for one in settled.local])
        listed.append([form.value.id for form in settled.questions])
        listed.append([form.value.id for form in core.contacts.all])
        concluded = [form.value.id for form in (*core.conclusions.all, *core.also.all)]
        rested = core.conclusions.all[0].value.evidence.sources
        return sha256(repr((concluded, listed, rested)).encode()).hexdigest()[:12]


class Walker:
    """Walks ways through one knowledge; those of one day share what was thought through."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self._on = cache(partial(Consultant, knowledge))

    def run(self, way: Way) -> Walked:
        """Answer one way; raises YibaoError or LookupError where the knowledge cannot."""
        answers = parsed(self.knowledge, way)
        return self.conclude(way, answers, self.decide(answers, way.day))

    def decide(self, answers: Mapping[str, str | Place], day: str) -> tuple[Decision, ...]:
        """What the tree says; raises YibaoError or LookupError where it cannot."""
        return tuple(self._on(day).decisions(answers))

    def conclude(
        self, way: Way, answers: Mapping[str, str | Place], decisions: tuple[Decision, ...]
    ) -> Walked:
        """A way with the list that its answers, decided so, make."""
        return Walked(way, decisions, self._on(way.day).case(answers))


def parsed(knowledge: Knowledge, way: Way) -> dict[str, str | Place]:
    """The answers of a way."""
    return parse_all(knowledge, {name: [value] for name, value in way.answers})


def covering(knowledge: Knowledge, survey: Survey) -> list[Walked]:
    """Ways that take every branch, show every local fact and stand on both sides of every date.

    A way that meets a hole is left out: the survey tells of holes.
    """
    today = knowledge.about.read_on
    found: dict[Way, Walked] = {}
    walker = Walker(knowledge)

    def keep(answers: Mapping[str, str | Place], day: str) -> Walked | None:
        if day < knowledge.about.begins:
            return None
        walked = tried(answers, day)
        return found.setdefault(walked.way, walked) if walked else None

    def tried(answers: Mapping[str, str | Place], day: str) -> Walked | None:
        try:
            way = _way(knowledge, answers, day)
            return found.get(way) or walker.run(way)
        except LookupError:
            return None

    for sample in survey.samples.values():
        answers: dict[str, str | Place] = {
            "errand": sample.errand, "from": sample.insured, "to": sample.care,
            **{name: value for name, value in sample.answers if value != "unsure" or name != "to"},
        }  # fmt: skip
        if ("to", "unsure") in sample.answers:
            del answers["to"]
        keep(answers, today)
        # What a filing brings along would hide what was concluded before it.
        keep({"filing": "valid", "care": "inpatient", **answers}, today)
    hidden: set[tuple[str, str, str]] = set()
    for walked in list(found.values()):
        for item, question, option in _hidings(knowledge, walked):
            if (item, question, option) in hidden:
                continue
            other = keep({**parsed(knowledge, walked.way), question: option}, today)
            # Where the answer leads another way, the item may not come up at all.
            if other and any(item == one.item for it in other.decisions for one in it.added):
                hidden.add((item, question, option))
    for walked in list(found.values()):
        for day in _turns(knowledge, walked):
            keep(parsed(knowledge, walked.way), day)
    for sheet in knowledge.sheets.values():
        if sheet.rules:
            for answers in _inside(knowledge, sheet.code):
                decided = keep(answers, today)
                for day in _turns(knowledge, decided) if decided else ():
                    keep(answers, day)
        for fact in sheet.facts:
            for answers in _situations(knowledge, fact):
                day = max(today, fact.since or today)
                shown = tried(answers, day)
                if shown and any(one.id == fact.id for one in shown.case.settled.local):
                    keep(answers, day)
                    break
    return list(found.values())


def _hidings(knowledge: Knowledge, walked: Walked) -> Iterator[tuple[str, str, str]]:
    """Items a way adds, and the answers under which they are not shown."""
    for decision in walked.decisions:
        for added in decision.added:
            for name, allowed in knowledge.items[added.item].when:
                for option in knowledge.questions[name].options:
                    if option.id not in (*allowed, "unsure"):
                        yield added.item, name, option.id


def unseen(knowledge: Knowledge, lines: Lines, walked: Iterable[Walked]) -> list[Fault]:
    """Local facts in force that stand on no checklist, though outcomes show their topic."""
    shown = {one.id for way in walked for one in way.case.settled.local}
    # Facts on other topics are for `yibao region` alone.
    listed = {topic for one in knowledge.outcomes.values() for topic in one.topics}
    return [
        Fault("unseen_fact", *lines.of("fact", fact.id), _UNSEEN.format(fact.id))
        for sheet in knowledge.sheets.values()
        for fact in sheet.facts
        if fact.id not in shown and fact.in_force(knowledge.about.read_on) and fact.topic in listed
    ]


def write(folder: Path, walked: Iterable[Walked]) -> None:
    """Write the digest file anew. Raises FileError where it cannot be written."""
    lines = sorted(f"{one.way}\t{one.way.day}\t{_outcome(one)}\t{one.digest}" for one in walked)
    write_file(folder / FILE, "\n".join([_HEADING, *lines]) + "\n", force=True)


def recorded(folder: Path) -> dict[int, str]:
    """The lines of the digest file by their numbers; none where there is no such file.

    Raises KnowledgeError where it cannot be read.
    """
    path = folder / FILE
    if not path.exists():
        return {}
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        code = "unreadable" if isinstance(error, OSError) else "not_utf8"
        message = f"{_file(folder)}:1: 读不了；要 UTF-8 的文本文件，可以用 --update 重写"
        raise KnowledgeError(Finding(code, message)) from error
    lines = enumerate(text.split("\n"), 1)
    return {number: line for number, line in lines if line and not line.startswith("#")}


def kept(folder: Path, walked: Iterable[Walked]) -> list[Walked]:
    """Those ways that the digest file holds: only they notice a change later on."""
    held = {tuple(line.split("\t")[:2]) for line in recorded(folder).values()}
    return [one for one in walked if (str(one.way), one.way.day) in held]


def moved(knowledge: Knowledge, folder: Path) -> list[Fault]:
    """Ways of the digest file that end otherwise now."""
    found = []
    walker = Walker(knowledge)
    for number, line in recorded(folder).items():
        what = _moved(walker, line)
        if what:
            message = f"{what}；改得对，就用 --update 重写"
            found.append(Fault("case_failed", _file(folder), number, message))
    return found


def _moved(walker: Walker, line: str) -> str | None:
    parts = line.split("\t")
    pairs = [pair.partition("=") for pair in parts[0].split(" ")]
    if len(parts) != 4 or not all(equals for _, equals, _ in pairs):
        return "这一行看不懂，要有答案、日期、结论、摘要四栏"
    text, day, outcome, digest = parts
    try:
        now = walker.run(Way(tuple((name, value) for name, _, value in pairs), day))
    except YibaoError as error:
        return f"这条路走不通了：{text}：{error}"
    except LookupError:
        return f"这条路走不通了，缺答案或没有结论：{text}"
    if _outcome(now) != outcome:
        return f"结论从 {outcome} 变成 {_outcome(now)}：{text}"
    return f"条目变了：{text}" if now.digest != digest else None


def _file(folder: Path) -> str:
    return f"{folder.resolve().name}/{FILE}"


def _outcome(walked: Walked) -> str:
    return ",".join(form.value.id for form in walked.case.draft.core.conclusions.all)


def _way(knowledge: Knowledge, answers: Mapping[str, str | Place], day: str) -> Way:
    """Possible answers, made complete with the first option of whatever is still required."""
    full = {name: value for name, value in answers.items() if _possible(knowledge, name, value)}
    while pending := open_question(knowledge, full, day):
        question = knowledge.questions[pending.question]
        if question.kind == "place":
            full[question.id] = _place(knowledge, "510700")
        else:
            full[question.id] = question.options[0].id
    return Way(
        tuple((name, text_of(full[name])) for name in knowledge.questions if name in full),
        day,
    )


def _possible(knowledge: Knowledge, name: str, value: str | Place) -> bool:
    """Whether a knowledge has the question and the option; another folder may lack some."""
    question = knowledge.questions.get(name)
    return question is not None and (
        isinstance(value, Place) or any(option.id == value for option in question.options)
    )


def _place(knowledge: Knowledge, *codes: str, outside: str | None = None) -> Place:
    """The first of these places outside of a province; another folder may have others only."""
    everywhere: list[Place] = [one for one in knowledge.places.all() if one.level != "abroad"]
    elsewhere = [one for one in everywhere if one.province != outside] or everywhere
    return min(
        elsewhere, key=lambda one: codes.index(one.code) if one.code in codes else len(codes)
    )


def _turns(knowledge: Knowledge, walked: Walked) -> set[str]:
    """The days on both sides of every date that matters to a way."""
    bounds: set[tuple[str | None, str | None]] = set()
    for decision in walked.decisions:
        for one in decision.added:
            for name in knowledge.items[one.item].basis.rules:
                bounds.add((knowledge.rules[name].since, knowledge.rules[name].until))
    for place in walked.case.places.values():
        for code in (place.code, place.province):
            sheet = knowledge.sheets.get(code)
            for rule in sheet.rules.values() if sheet else ():
                bounds.add((rule.since, rule.until))
        for zone in knowledge.zones:
            if {place.code, place.province, place.district_code} & set(zone.members):
                bounds.add((zone.since, None))
    days = set()
    for since, until in bounds:
        if since:
            start = date.fromisoformat((since + "-01-01")[:10])
            days |= {start.isoformat(), (start - timedelta(days=1)).isoformat()}
        if until:
            end = date.fromisoformat(until)
            days |= {end.isoformat(), (end + timedelta(days=1)).isoformat()}
    return days


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
    when = {question: options[0] for question, options in fact.when}
    for ends in pairs:
        for situation in _SITUATIONS:
            for insurance in ("resident", "employee"):
                base: dict[str, str | Place] = {"insurance": insurance, "care": "inpatient"}
                yield {**base, "from": ends[0], "to": ends[1], **situation, **when}
