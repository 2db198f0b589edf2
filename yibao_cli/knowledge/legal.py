"""Sources, the rules that rest on them, and citations."""

from __future__ import annotations

from yibao_cli.knowledge.names import Names
from yibao_cli.knowledge.yamltext import ANY_DAY, Entry, Fields
from yibao_cli.model import LEVELS, Citation, Rule, Source


def source(name: str, entry: Entry, names: Names) -> Source:
    """A text of `sources.yaml`."""
    fields = entry.fields(
        ("title", "read_on", "review_by", "level", "read_as"),
        ("number", "issued", "effective", "until", "scope", "url", "quoted"),
    )
    effective, until = fields.period("effective", "until")
    read_on, review_by = fields.period("read_on", "review_by")
    return Source(
        id=name,
        title=fields.text("title"),
        number=fields.maybe("number"),
        issued=fields.day("issued", ANY_DAY),
        effective=effective,
        until=until,
        read_on=read_on or "",
        review_by=review_by or "",
        level=fields.choice("level", LEVELS),
        scope=names.one("地区代码", fields.get("scope")),
        read_as=fields.text("read_as"),
        url=fields.url("url"),
        quoted=fields.yes("quoted"),
    )


def rule(name: str, entry: Entry, names: Names) -> Rule:
    """A rule of `rules.yaml`."""
    fields = entry.fields(("says", "level", "cites"), ("since", "until"))
    since, until = fields.period("since", "until")
    return Rule(
        id=name,
        says=fields.text("says"),
        level=fields.choice("level", LEVELS),
        cites=cites(fields, names),
        since=since,
        until=until,
    )


def cites(fields: Fields, names: Names) -> tuple[Citation, ...]:
    """The citations under `cites`, each a source and its clause."""
    entry = fields.get("cites")
    if entry is None:
        return ()
    found = []
    for one in entry.entries():
        source, _, clause = one.text().partition(" ")
        if source and not clause.strip():
            one.problem(f"出处“{source}”没有条款；要写：出处 空格 条款", "no_clause")
        names.mention("出处", source, one)
        found.append(Citation(source, clause.strip()))
    if entry.kind == "list" and not found:
        entry.problem("出处是空的；至少要有一条", "no_source")
    return tuple(found)
