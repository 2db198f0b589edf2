"""Listings of the knowledge itself: questions, one region, sources. As text or as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from yibao_cli.checklist import hotline
from yibao_cli.facts import local_rule, zones_of
from yibao_cli.model import Citation, Knowledge, LocalFact, Question, Source
from yibao_cli.regions import MUNICIPALITIES, Place
from yibao_cli.render import plain
from yibao_cli.render.json_ import place_values, text_values
from yibao_cli.render.outline import Entry, Group, Outline, Section

_FILING_INSIDE = {"free": "不用备案", "required": "要备案", None: "没有可靠资料，请打热线问"}


@dataclass(frozen=True, slots=True)
class Listing:
    """The same facts for people and for programs."""

    outline: Outline
    data: Any

    def plain(self, width: int) -> str:
        """Text, no line wider than `width` cells."""
        return "".join(f"{line.text}\n" for line in plain.layout(self.outline, width))

    def json(self) -> str:
        """JSON in UTF-8."""
        return json.dumps(self.data, ensure_ascii=False, indent=2) + "\n"


def questions(chosen: Iterable[Question]) -> Listing:
    """Every question with its options and the spellings that are understood."""
    sections, data = [], []
    for one in chosen:
        if one.kind == "place":
            options = [
                Entry("bullet", "地名：省名、市名、区县名或拼音，例如 四川绵阳、sichuan mianyang")
            ]
        else:
            options = [
                Entry(
                    "bullet",
                    f"{option.label}（{option.id}）"
                    + ("　默认" if option.id == one.default else ""),
                    (f"也可以写：{'、'.join(option.spellings)}",) if option.spellings else (),
                )
                for option in one.options
            ]
        needed = "必答（走到这一步时）" if one.default is None else "可以不答"
        about = Entry("plain", one.ask, tuple(filter(None, (one.tip, one.help, needed))))
        sections.append(
            Section(f"{one.label} {one.flag}", (Group(None, (about,)), Group(None, tuple(options))))
        )
        data.append(
            {
                "id": one.id,
                "label": one.label,
                "flag": one.flag,
                "ask": one.ask,
                "tip": one.tip,
                "help": one.help,
                "kind": one.kind,
                "several": one.several,
                "default": one.default,
                "options": [
                    {"id": option.id, "label": option.label, "spellings": list(option.spellings)}
                    for option in one.options
                ],
            }
        )
    return Listing(
        Outline("问题和可以写的答案", tuple(sections)),
        {"schema": "yibao.questions/1", "questions": data},
    )


def sources(knowledge: Knowledge, day: str, *, overdue_only: bool) -> Listing:
    """Every text the knowledge rests on, and how well it was read."""
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
        tuple(f"{letter}：{says}" for letter, says in knowledge.about.levels.items()),
    )
    return Listing(
        Outline("依据", (Section("依据清单", (Group(None, (legend,)), Group(None, entries))),)),
        {
            "schema": "yibao.sources/1",
            "as_of": day,
            "sources": [
                {**_source(source), "overdue": source.review_by < day} for source in chosen
            ],
        },
    )


def region(knowledge: Knowledge, place: Place, day: str) -> Listing:
    """What a name resolves to and everything known of that province or city."""
    abroad = place.level == "abroad"
    codes = dict.fromkeys((place.code, place.province))
    sheets = [knowledge.sheets[code] for code in codes if code in knowledge.sheets]
    if place.code == place.province:
        inside = [one.code for one in knowledge.places.children(place.code)]
        sheets += [knowledge.sheets[code] for code in inside if code in knowledge.sheets]
    rule = None if abroad else local_rule(knowledge, place, "filing_inside", day)
    zones = [zone.name for zone in zones_of(knowledge, place, day)]
    facts = [fact for sheet in sheets for fact in sheet.facts if fact.in_force(day)]
    portals = [portal for sheet in sheets for portal in sheet.portals]
    head = [Entry("bullet", f"认成：{place.full_name}（代码 {place.code}）")]
    if abroad:
        head.append(Entry("bullet", "境外就医，基本医保基金不支付"))
    else:
        head.append(Entry("bullet", f"医保热线：{hotline(place)}；打不通改拨12345"))
        if place.province not in MUNICIPALITIES:
            said = _FILING_INSIDE.get(rule.value if rule else None, _FILING_INSIDE[None])
            head.append(Entry("bullet", f"省内异地就医：{said}"))
        head += [Entry("bullet", f"免备案区域：{name}（成员之间）") for name in zones]
    topics = knowledge.about.topics
    groups = tuple(
        Group(name, tuple(_fact(knowledge, fact, day) for fact in facts if fact.topic == topic))
        for topic, name in topics.items()
    )
    known = tuple(group for group in groups if group.entries)
    sections = [Section("地名", (Group(None, tuple(head)),))]
    if portals:
        sections.append(
            Section(
                "办事入口",
                (
                    Group(
                        None,
                        tuple(
                            Entry(
                                "bullet",
                                portal.name,
                                tuple(filter(None, (portal.use, portal.url))),
                                _reference(knowledge, portal.cites),
                            )
                            for portal in portals
                        ),
                    ),
                ),
            )
        )
    if known:
        sections.append(Section("已知的规定", known))
    if not abroad:
        asks = tuple(
            Entry("ordered", text, number=number)
            for number, text in enumerate(_questions_there(knowledge, place, facts), 1)
        )
        said = (
            "没有查到的，打热线问这几件事"
            if known
            else "没有查到当地的可靠规定，请打热线问这几件事"
        )
        if asks:
            sections.append(Section(said, (Group(None, asks),)))
    return Listing(
        Outline(place.full_name, tuple(sections)),
        {
            "schema": "yibao.region/1",
            "place": place_values(place),
            "hotline": None if abroad else hotline(place),
            "filing_inside": None if abroad else (rule.value if rule else "unknown"),
            "zones": zones,
            "portals": [{"name": one.name, "use": one.use, "url": one.url} for one in portals],
            "facts": [
                {
                    "id": fact.id,
                    "region": fact.region,
                    "topic": fact.topic,
                    "role": fact.role,
                    "says": fact.says,
                    "careful": fact.careful,
                    "level": fact.level,
                    "review_by": fact.review_by,
                    "overdue": fact.review_by < day,
                    "sources": [cite.source for cite in fact.cites],
                    "clauses": [cite.clause for cite in fact.cites],
                }
                for fact in facts
            ],
        },
    )


def _questions_there(
    knowledge: Knowledge, place: Place, facts: Iterable[LocalFact]
) -> Iterator[str]:
    """What to ask there, less what is known for certain."""
    known = {one.topic for one in facts if one.role == "insured" and not one.careful}
    for item in knowledge.items.values():
        if item.region and item.topic not in known:
            here = knowledge.places.called(place)
            yield item.text.replace("{from}", here).replace("{to}", "外地")


def _fact(knowledge: Knowledge, fact: LocalFact, day: str) -> Entry:
    overdue = f"{fact.review_by}起没有复查，可能已变" if fact.review_by < day else None
    return Entry(
        "bullet",
        fact.says,
        tuple(filter(None, (fact.careful, overdue))),
        f"{_reference(knowledge, fact.cites)}，{fact.level}级",
    )


def _reference(knowledge: Knowledge, cites: Iterable[Citation]) -> str:
    found: dict[str, list[str]] = {}
    for cite in cites:
        found.setdefault(cite.source, []).append(cite.clause)
    named = (
        _titled(knowledge.sources[name]) + " " + "、".join(told) for name, told in found.items()
    )
    return f"依据：{'；'.join(named)}"


def _titled(source: Source) -> str:
    return f"{source.title}（{source.number}）" if source.number else source.title


def _about(source: Source, day: str) -> Iterable[str]:
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


def _source(source: Source) -> dict[str, Any]:
    return {
        **text_values(source, source.level),
        "until": source.until,
        "review_by": source.review_by,
        "scope": source.scope,
        "quoted": source.quoted,
        "read_as": source.read_as,
    }
