"""Listings of the knowledge itself: questions, one region, sources. As text or as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from yibao_cli import facts
from yibao_cli.knowledge.items import QuestionItem
from yibao_cli.knowledge.kinds import LEVELS, split_cite
from yibao_cli.knowledge.law import LocalFact, Sheet, Source
from yibao_cli.knowledge.model import Knowledge, in_force
from yibao_cli.knowledge.questions import Option, Question
from yibao_cli.placeholders import BACKUP, hotline
from yibao_cli.places import MUNICIPALITIES, Place
from yibao_cli.render.outline import Entry, Group, Outline, dated, filled, section, titled
from yibao_cli.situation import answered_place

if TYPE_CHECKING:
    from rich.console import RenderableType

_FILING_INSIDE = {"free": "不用备案", "required": "要备案", "unknown": "没有可靠资料，请打热线问"}


class Listing(Struct, frozen=True):
    """The same facts for people and for programs."""

    outline: Outline
    data: object

    def drawn(self, width: int) -> list[RenderableType]:
        """What a person sees, no line wider than `width` cells."""
        from yibao_cli.render.text import drawn

        return [*drawn(self.outline, width)]


def _fields(thing: Struct, names: str) -> dict[str, Any]:
    """What programs get of a thing of the knowledge: these fields of it."""
    return {name: getattr(thing, name) for name in names.split()}


def questions(chosen: Iterable[Question]) -> Listing:
    """Every question with its options and the spellings that are understood."""
    sections, data = [], []
    for one in chosen:
        needed = "必答（走到这一步时）" if one.default is None else "可以不答"
        about = Entry("plain", one.ask, filled(one.tip, one.help, needed))
        options = [_option(one, option) for option in one.options.values()]
        if one.kind == "place":
            text = "地名：省名、市名、区县名或拼音，例如 四川绵阳、sichuan mianyang"
            options = [Entry("bullet", text)]
        sections.append(section(f"{one.label} {one.flag}", [about], options))
        spelt = [{**_fields(it, "id label"), "spellings": it.also} for it in one.options.values()]
        fields = _fields(one, "id label flag ask tip help kind several default")
        data.append({**fields, "options": spelt})
    outline = Outline("问题和可以写的答案", tuple(sections))
    return Listing(outline, {"schema": "yibao.questions/1", "questions": data})


def _option(question: Question, option: Option) -> Entry:
    default = "　默认" if option.id == question.default else ""
    spellings = f"也可以写：{'、'.join(option.also)}" if option.also else ""
    return Entry("bullet", f"{option.label}（{option.id}）{default}", filled(spellings))


def sources(knowledge: Knowledge, day: str, *, overdue_only: bool) -> Listing:
    """Every text the knowledge rests on, and how well it was read, as of an ISO day."""
    late = [one for one in knowledge.sources.values() if _overdue(one, day)]
    chosen = late if overdue_only else [*knowledge.sources.values()]
    legend = Entry(
        "plain",
        f"共{len(chosen)}份，其中{len(late)}份过了复查日（按 {day} 算）。",
        tuple(f"{letter}：{getattr(knowledge.about.levels, letter)}" for letter in LEVELS),
    )
    entries = [Entry("bullet", titled(one), _about(one, day)) for one in chosen]
    names = (
        "id title number issued effective until read_on review_by level scope read_as quoted url"
    )
    data = {
        "schema": "yibao.sources/1",
        "as_of": day,
        "sources": [{**_fields(one, names), "overdue": _overdue(one, day)} for one in chosen],
    }
    return Listing(Outline("依据", (section("依据清单", [legend], entries),)), data)


def _about(source: Source, day: str) -> tuple[str, ...]:
    until = f"{source.until}止" if source.until else ""
    quoted = "（转引）" if source.quoted else ""
    return filled(
        "，".join(filled(f"{source.level}级", *dated(source), until)),
        f"{source.read_on}读{quoted}：{source.read_as}",
        f"{source.review_by}前复查{'，已过复查日' if _overdue(source, day) else ''}",
        source.url,
    )


def _overdue(thing: Source | LocalFact, day: str) -> bool:
    return thing.review_by is not None and thing.review_by < day


def region(knowledge: Knowledge, place: Place, day: str) -> Listing:
    """What a name resolves to and everything known of that province or city on an ISO day."""
    sheets = tuple(_sheets(knowledge, place))
    stated = [fact for sheet in sheets for fact in sheet.facts if in_force(fact, day)]
    portals = [portal for sheet in sheets for portal in sheet.portals]
    abroad = place.level == "abroad"
    rule = facts.local_rule(knowledge, place, "filing_inside", day)
    filing = None if abroad else rule.value if rule else "unknown"
    # What is known from one report alone is not told as a rule.
    retold = "据转述" if rule and rule.level == "C" else ""
    inside = filing and f"{retold}{_FILING_INSIDE[filing]}{'，先打热线问' if retold else ''}"
    zones = [zone.name for zone in facts.zones_of(knowledge, place, day)]
    entrances = (
        Entry("bullet", one.name, filled(one.use, one.url), _reference(knowledge, one.cites))
        for one in portals
    )
    unknown = "没有查到的，" if stated else "没有查到当地的可靠规定，请"
    sections = (
        section("地名", _head(place, inside, zones)),
        section("办事入口", entrances, label="哪里办"),
        section("已知的规定", *_known(knowledge, stated, day)),
        section(f"{unknown}打热线问这几件事", _to_ask(knowledge, place, stated)),
    )
    data = {
        "schema": "yibao.region/1",
        "place": answered_place(place),
        "hotline": None if abroad else hotline(place),
        "filing_inside": filing,
        "zones": zones,
        "portals": [_fields(one, "name use url") for one in portals],
        "facts": [
            {
                **_fields(one, "id region topic role says careful level review_by"),
                "overdue": _overdue(one, day),
                "sources": [split_cite(cite)[0] for cite in one.cites],
                "clauses": [split_cite(cite)[1] for cite in one.cites],
            }
            for one in stated
        ],
    }
    return Listing(Outline(place.full_name, tuple(one for one in sections if one.groups)), data)


def _sheets(knowledge: Knowledge, place: Place) -> Iterator[Sheet]:
    """What is known of a city and its province, or of a province and all its cities."""
    codes = [place.code, place.province]
    if place.code == place.province:
        codes += [one.code for one in knowledge.places.children(place.code)]
    return (knowledge.sheets[one] for one in dict.fromkeys(codes) if one in knowledge.sheets)


def _head(place: Place, inside: str | None, zones: Iterable[str]) -> Iterator[Entry]:
    yield Entry("bullet", f"认成：{place.full_name}（代码 {place.code}）")
    if inside is None:
        yield Entry("bullet", "境外就医，基本医保基金不支付")
        return
    yield Entry("bullet", f"医保热线：{hotline(place)}；打不通改拨 {hotline(place, BACKUP)}")
    if place.province not in MUNICIPALITIES:
        yield Entry("bullet", f"省内异地就医：{inside}")
    for name in zones:
        yield Entry("bullet", f"免备案区域：{name}（成员之间）")


def _known(knowledge: Knowledge, stated: Iterable[LocalFact], day: str) -> Iterator[Group]:
    for topic, name in knowledge.about.topics.items():
        yield Group(name, tuple(_fact(knowledge, it, day) for it in stated if it.topic == topic))


def _fact(knowledge: Knowledge, fact: LocalFact, day: str) -> Entry:
    late = f"{fact.review_by}起没有复查，可能已变" if _overdue(fact, day) else ""
    reference = f"{_reference(knowledge, fact.cites)}，{fact.level}级"
    return Entry("bullet", fact.says, filled(fact.careful, late), reference)


def _to_ask(knowledge: Knowledge, place: Place, stated: Iterable[LocalFact]) -> Iterator[Entry]:
    """What to ask there, less what is known for certain; nothing abroad."""
    certain = {one.topic for one in stated if one.role == "insured" and not one.careful}
    here, number = knowledge.places.called(place), 0
    for one in knowledge.items.values() if place.level != "abroad" else ():
        if isinstance(one, QuestionItem) and one.region and one.topic not in certain:
            number += 1
            text = one.text.replace("{from}", here).replace("{to}", "外地")
            yield Entry("ordered", text, number=number)


def _reference(knowledge: Knowledge, cites: Iterable[str]) -> str:
    found: dict[str, list[str]] = {}
    for source, clause in map(split_cite, cites):
        found.setdefault(titled(knowledge.sources[source]), []).append(clause)
    named = (f"{title} {'、'.join(clauses)}" for title, clauses in found.items())
    return f"依据：{'；'.join(named)}"
