"""Listings of the knowledge itself: questions, one region, sources. As text or as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from yibao_cli import facts
from yibao_cli.checklist import answered_place, hotline
from yibao_cli.knowledge.items import QuestionItem
from yibao_cli.knowledge.kinds import LEVELS, Level, split_cite
from yibao_cli.knowledge.legal import Source
from yibao_cli.knowledge.local import LocalFact, Portal, Sheet
from yibao_cli.knowledge.model import Knowledge, in_force
from yibao_cli.knowledge.questions import Option, Question
from yibao_cli.places import MUNICIPALITIES, Place
from yibao_cli.render import json_text
from yibao_cli.render.outline import Entry, Group, Outline, Section
from yibao_cli.result import PlaceAnswer

if TYPE_CHECKING:
    from rich.console import RenderableType

_FILING_INSIDE = {"free": "不用备案", "required": "要备案"}
_NOT_KNOWN = "没有可靠资料，请打热线问"


class Listing(Struct, frozen=True):
    """The same facts for people and for programs."""

    outline: Outline
    data: Struct

    def drawn(self, width: int) -> list[RenderableType]:
        """What a person sees, no line wider than `width` cells."""
        from yibao_cli.render.text import drawn

        return [*drawn(self.outline, width)]

    def plain(self, width: int) -> str:
        """The same as text without styles."""
        from yibao_cli.look import unstyled

        return unstyled(self.drawn(width), width)

    def json(self) -> str:
        """JSON in UTF-8."""
        return json_text(self.data)


# ---------------------------------------------------------------- questions


class OptionData(Struct, frozen=True, kw_only=True):
    """An option, for programs."""

    id: str
    label: str
    spellings: tuple[str, ...]


class QuestionData(Struct, frozen=True, kw_only=True):
    """A question, for programs; `default` is null where it is required."""

    id: str
    label: str
    flag: str
    ask: str
    tip: str | None
    help: str | None
    kind: Literal["choice", "place"]
    several: bool
    default: str | None
    options: tuple[OptionData, ...]


class QuestionsData(Struct, frozen=True, kw_only=True):
    """Every question, for programs."""

    schema: Literal["yibao.questions/1"] = "yibao.questions/1"
    questions: tuple[QuestionData, ...]


def questions(chosen: Iterable[Question]) -> Listing:
    """Every question with its options and the spellings that are understood."""
    listed = tuple(chosen)
    sections = tuple(map(_question_section, listed))
    data = QuestionsData(questions=tuple(map(_question_data, listed)))
    return Listing(Outline("问题和可以写的答案", sections), data)


def _question_section(one: Question) -> Section:
    needed = "必答（走到这一步时）" if one.default is None else "可以不答"
    about = Entry("plain", one.ask, _filled(one.tip, one.help, needed))
    if one.kind == "place":
        text = "地名：省名、市名、区县名或拼音，例如 四川绵阳、sichuan mianyang"
        options: tuple[Entry, ...] = (Entry("bullet", text),)
    else:
        options = tuple(_option_entry(one, option) for option in one.options.values())
    return Section(f"{one.label} {one.flag}", (Group(None, (about,)), Group(None, options)))


def _option_entry(question: Question, option: Option) -> Entry:
    default = "　默认" if option.id == question.default else ""
    spellings = (f"也可以写：{'、'.join(option.also)}",) if option.also else ()
    return Entry("bullet", f"{option.label}（{option.id}）{default}", spellings)


def _question_data(one: Question) -> QuestionData:
    return QuestionData(
        id=one.id,
        label=one.label,
        flag=one.flag,
        ask=one.ask,
        tip=one.tip,
        help=one.help,
        kind=one.kind,
        several=one.several,
        default=one.default,
        options=tuple(
            OptionData(id=option.id, label=option.label, spellings=option.also)
            for option in one.options.values()
        ),
    )


# ---------------------------------------------------------------- sources


class SourceData(Struct, frozen=True, kw_only=True):
    """A source, for programs."""

    id: str
    title: str
    number: str | None
    issued: str | None
    effective: str | None
    until: str | None
    read_on: str
    review_by: str
    level: Level
    scope: str | None
    read_as: str
    quoted: bool
    url: str | None
    overdue: bool


class SourcesData(Struct, frozen=True, kw_only=True):
    """Every source, for programs."""

    schema: Literal["yibao.sources/1"] = "yibao.sources/1"
    as_of: str
    sources: tuple[SourceData, ...]


def sources(knowledge: Knowledge, day: str, *, overdue_only: bool) -> Listing:
    """Every text the knowledge rests on, and how well it was read, as of an ISO day."""
    chosen = [
        source
        for source in knowledge.sources.values()
        if not overdue_only or source.review_by < day
    ]
    entries = tuple(
        Entry("bullet", _titled(source), tuple(_about(source, day))) for source in chosen
    )
    late = sum(source.review_by < day for source in chosen)
    legend = Entry(
        "plain",
        f"共{len(chosen)}份，其中{late}份过了复查日（按 {day} 算）。",
        tuple(f"{letter}：{getattr(knowledge.about.levels, letter)}" for letter in LEVELS),
    )
    section = Section("依据清单", (Group(None, (legend,)), Group(None, entries)))
    data = SourcesData(as_of=day, sources=tuple(_source_data(one, day) for one in chosen))
    return Listing(Outline("依据", (section,)), data)


def _about(source: Source, day: str) -> Iterator[str]:
    dates = (
        f"{source.issued}发布" if source.issued else "",
        f"{source.effective}起施行" if source.effective else "",
        f"{source.until}止" if source.until else "",
    )
    yield "，".join(filter(None, (f"{source.level}级", *dates)))
    quoted = "（转引）" if source.quoted else ""
    yield f"{source.read_on}读{quoted}：{source.read_as}"
    late = "，已过复查日" if source.review_by < day else ""
    yield f"{source.review_by}前复查{late}"
    if source.url:
        yield source.url


def _source_data(source: Source, day: str) -> SourceData:
    return SourceData(
        id=source.id,
        title=source.title,
        number=source.number,
        issued=source.issued,
        effective=source.effective,
        until=source.until,
        read_on=source.read_on,
        review_by=source.review_by,
        level=source.level,
        scope=source.scope,
        read_as=source.read_as,
        quoted=source.quoted,
        url=source.url,
        overdue=source.review_by < day,
    )


# ---------------------------------------------------------------- one region


class PortalData(Struct, frozen=True, kw_only=True):
    """An official entrance, for programs."""

    name: str
    use: str | None
    url: str | None


class FactData(Struct, frozen=True, kw_only=True):
    """A local fact, for programs."""

    id: str
    region: str
    topic: str
    role: Literal["insured", "care"]
    says: str
    careful: str | None
    level: Level
    review_by: str | None
    overdue: bool
    sources: tuple[str, ...]
    clauses: tuple[str, ...]


class RegionData(Struct, frozen=True, kw_only=True):
    """What is known of a place, for programs; the rule and the hotline are null abroad."""

    schema: Literal["yibao.region/1"] = "yibao.region/1"
    place: PlaceAnswer
    hotline: str | None
    filing_inside: Literal["free", "required", "unknown"] | None
    zones: tuple[str, ...]
    portals: tuple[PortalData, ...]
    facts: tuple[FactData, ...]


def region(knowledge: Knowledge, place: Place, day: str) -> Listing:
    """What a name resolves to and everything known of that province or city on an ISO day."""
    sheets = tuple(_sheets(knowledge, place))
    stated = tuple(fact for sheet in sheets for fact in sheet.facts if in_force(fact, day))
    portals = tuple(portal for sheet in sheets for portal in sheet.portals)
    rule = None
    if place.level != "abroad":
        local = facts.filing_inside(knowledge, place, day)
        rule = local.value if local else "unknown"
    zones = tuple(zone.name for zone in facts.zones_of(knowledge, place, day))
    sections = (
        Section("地名", (Group(None, tuple(_head(place, rule, zones))),)),
        Section(
            "办事入口",
            (Group(None, tuple(_portal(knowledge, one) for one in portals)),),
            label="哪里办",
        ),
        Section("已知的规定", tuple(_known(knowledge, stated, day))),
        _to_ask(knowledge, place, stated),
    )
    data = RegionData(
        place=answered_place(place),
        hotline=None if place.level == "abroad" else hotline(place),
        filing_inside=rule,
        zones=zones,
        portals=tuple(PortalData(name=one.name, use=one.use, url=one.url) for one in portals),
        facts=tuple(_fact_data(one, day) for one in stated),
    )
    filled = tuple(one for one in sections if any(group.entries for group in one.groups))
    return Listing(Outline(place.full_name, filled), data)


def _sheets(knowledge: Knowledge, place: Place) -> Iterator[Sheet]:
    """What is known of a city and its province, or of a province and all its cities."""
    codes = [place.code, place.province]
    if place.code == place.province:
        codes += [one.code for one in knowledge.places.children(place.code)]
    return (knowledge.sheets[one] for one in dict.fromkeys(codes) if one in knowledge.sheets)


def _head(place: Place, rule: str | None, zones: Iterable[str]) -> Iterator[Entry]:
    yield Entry("bullet", f"认成：{place.full_name}（代码 {place.code}）")
    if rule is None:
        yield Entry("bullet", "境外就医，基本医保基金不支付")
        return
    yield Entry("bullet", f"医保热线：{hotline(place)}；打不通改拨12345")
    if place.province not in MUNICIPALITIES:
        yield Entry("bullet", f"省内异地就医：{_FILING_INSIDE.get(rule, _NOT_KNOWN)}")
    for name in zones:
        yield Entry("bullet", f"免备案区域：{name}（成员之间）")


def _portal(knowledge: Knowledge, portal: Portal) -> Entry:
    reference = _reference(knowledge, portal.cites)
    return Entry("bullet", portal.name, _filled(portal.use, portal.url), reference)


def _known(knowledge: Knowledge, stated: Iterable[LocalFact], day: str) -> Iterator[Group]:
    for topic, name in knowledge.about.topics.items():
        entries = tuple(_fact(knowledge, one, day) for one in stated if one.topic == topic)
        if entries:
            yield Group(name, entries)


def _fact(knowledge: Knowledge, fact: LocalFact, day: str) -> Entry:
    overdue = f"{fact.review_by}起没有复查，可能已变" if _overdue(fact, day) else None
    reference = f"{_reference(knowledge, fact.cites)}，{fact.level}级"
    return Entry("bullet", fact.says, _filled(fact.careful, overdue), reference)


def _to_ask(knowledge: Knowledge, place: Place, stated: tuple[LocalFact, ...]) -> Section:
    """What to ask there, less what is known for certain; nothing abroad."""
    certain = {one.topic for one in stated if one.role == "insured" and not one.careful}
    here = knowledge.places.called(place)
    asked = [
        item.text.replace("{from}", here).replace("{to}", "外地")
        for item in knowledge.items.values()
        if isinstance(item, QuestionItem) and item.region and item.topic not in certain
    ]
    if place.level == "abroad":
        asked = []
    entries = tuple(Entry("ordered", text, number=n) for n, text in enumerate(asked, 1))
    unknown = "没有查到的，" if stated else "没有查到当地的可靠规定，请"
    return Section(f"{unknown}打热线问这几件事", (Group(None, entries),))


def _fact_data(fact: LocalFact, day: str) -> FactData:
    cites = [split_cite(one) for one in fact.cites]
    return FactData(
        id=fact.id,
        region=fact.region,
        topic=fact.topic,
        role=fact.role,
        says=fact.says,
        careful=fact.careful,
        level=fact.level,
        review_by=fact.review_by,
        overdue=_overdue(fact, day),
        sources=tuple(source for source, _ in cites),
        clauses=tuple(clause for _, clause in cites),
    )


def _overdue(fact: LocalFact, day: str) -> bool:
    return fact.review_by is not None and fact.review_by < day


# ---------------------------------------------------------------- words


def _reference(knowledge: Knowledge, cites: Iterable[str]) -> str:
    found: dict[str, list[str]] = {}
    for source, clause in map(split_cite, cites):
        found.setdefault(source, []).append(clause)
    named = (
        f"{_titled(knowledge.sources[name])} {'、'.join(clauses)}"
        for name, clauses in found.items()
    )
    return f"依据：{'；'.join(named)}"


def _titled(source: Source) -> str:
    return f"{source.title}（{source.number}）" if source.number else source.title


def _filled(*texts: str | None) -> tuple[str, ...]:
    return tuple(text for text in texts if text)
