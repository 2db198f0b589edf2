"""What holds in some places only: zones, and the sheets of provinces and their cities."""

from __future__ import annotations

from collections.abc import Iterable

from yibao_cli import facts
from yibao_cli.knowledge.legal import cites
from yibao_cli.knowledge.names import Names
from yibao_cli.knowledge.questions import when
from yibao_cli.knowledge.yamltext import Entry, Fields
from yibao_cli.model import LEVELS, LocalFact, LocalRule, Portal, RegionSheet, Zone


def zone(name: str, entry: Entry, names: Names) -> Zone:
    """A zone of `regions/zones.yaml`."""
    fields = entry.fields(("name", "members", "says", "level", "cites"), ("from",))
    # What a zone says is for those who keep the data; its citations are what is shown.
    fields.text("says")
    members = names.several("地区代码", fields.entries("members"))
    return Zone(
        id=name,
        name=fields.text("name"),
        members=members,
        since=fields.day("from"),
        level=fields.choice("level", LEVELS),
        cites=cites(fields, names),
    )


def sheets(tops: Iterable[Entry], names: Names) -> dict[str, RegionSheet]:
    """The sheets of the files in `regions/provinces/`, by the codes of their places."""
    found: dict[str, RegionSheet] = {}
    for top in tops:
        fields = top.fields(
            ("code", "name", "reviewed", "review_by"), ("portals", "rules", "facts", "cities")
        )
        reviewed, review_by = fields.period("reviewed", "review_by")
        own = fields.get("code")
        code = names.one("省级代码", own) or ""
        if own is None or not names.new("region", code, own):
            continue
        found[code] = _sheet(code, fields, reviewed, review_by or "", names)
        for city, entry in fields.pairs("cities"):
            names.mention("省内的地区代码", city, entry, code)
            if names.new("region", city, entry):
                inner = entry.fields((), ("name", "portals", "rules", "facts"))
                found[city] = _sheet(city, inner, None, review_by or "", names)
    return found


def laid_over(base: RegionSheet | None, sheet: RegionSheet) -> RegionSheet:
    """A sheet with what it does not replace of the one below it."""
    if base is None:
        return sheet
    return sheet._replace(
        rules={**base.rules, **sheet.rules},
        facts=tuple({one.id: one for one in (*base.facts, *sheet.facts)}.values()),
        portals=tuple({one.name: one for one in (*base.portals, *sheet.portals)}.values()),
    )


def _sheet(
    code: str, fields: Fields, reviewed: str | None, review_by: str, names: Names
) -> RegionSheet:
    fields.maybe("name")
    listed = fields.get("rules")
    set_here = listed.fields((), tuple(facts.LOCAL_RULES)).found if listed else {}
    rules = {name: _rule(name, entry, names) for name, entry in set_here.items()}
    portals = tuple(_portal(entry, names) for entry in fields.entries("portals"))
    stated = tuple(_fact(code, entry, review_by, names) for entry in fields.entries("facts"))
    return RegionSheet(code, rules, stated, portals, reviewed, review_by)


def _rule(name: str, entry: Entry, names: Names) -> LocalRule:
    fields = entry.fields(("value", "level", "cites"), ("careful", "from", "until"))
    since, until = fields.period("from", "until")
    return LocalRule(
        fields.choice("value", facts.LOCAL_RULES[name]),
        fields.choice("level", LEVELS),
        cites(fields, names),
        fields.maybe("careful"),
        since,
        until,
    )


def _portal(entry: Entry, names: Names) -> Portal:
    fields = entry.fields(("name", "cites"), ("use", "url", "careful"))
    fields.maybe("careful")
    return Portal(fields.text("name"), fields.maybe("use"), fields.url("url"), cites(fields, names))


def _fact(code: str, entry: Entry, review_by: str, names: Names) -> LocalFact:
    fields = entry.fields(
        ("id", "topic", "role", "says", "level", "cites"),
        ("reach", "only_with", "never_with", "when", "from", "until", "careful", "review_by"),
    )
    name = fields.text("id")
    if name:
        names.new("fact", name, fields.found["id"])
    reach = fields.choice("reach", ("inside", "across")) or None
    since, until = fields.period("from", "until")
    return LocalFact(
        id=name,
        region=code,
        topic=names.one("主题", fields.get("topic")) or "",
        role=fields.choice("role", ("insured", "care")),  # type: ignore[arg-type]
        reach=reach,  # type: ignore[arg-type]
        only_with=names.several("地区代码", fields.entries("only_with")),
        never_with=names.several("地区代码", fields.entries("never_with")),
        when=when(fields, names),
        says=fields.text("says"),
        careful=fields.maybe("careful"),
        level=fields.choice("level", LEVELS),
        cites=cites(fields, names),
        since=since,
        until=until,
        review_by=fields.day("review_by") or review_by,
    )
