"""What a checklist is made of: its items, and the outcomes that they hang on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yibao_cli import facts
from yibao_cli.knowledge.names import Names
from yibao_cli.knowledge.questions import when
from yibao_cli.knowledge.yamltext import Entry, Fields
from yibao_cli.model import PATHS, PHASES, Basis, Item, Outcome

if TYPE_CHECKING:
    from yibao_cli.model import ItemKind

# What a checklist fills into the texts of items and outcomes.
PLACEHOLDERS = ("{from}", "{to}", "{hotline}")

# Of each kind of item the field that is its text, and what else it must and may have.
FIELDS: dict[ItemKind, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "step": ("text", ("phase",), ("where", "deadline", "calendar")),
    "document": ("name", ("purpose",), ("original", "copies", "or", "owner", "signer", "proxy")),
    "warning": ("text", (), ()),
    "note": ("text", ("topic",), ("calendar",)),
    "question": ("text", (), ("topic", "region", "calendar")),
    "contact": ("name", (), ("phone", "calendar")),
}

# What the calendar may do with an item of each kind: name the reminder before the discharge, tell
# that a claim is the way, stand in a reminder.
CALENDAR: dict[ItemKind, tuple[str, ...]] = {
    "step": ("discharge", "claim"),
    "note": ("long_term", "temporary"),
    "question": ("claim", "filing"),
    "contact": ("claim",),
}


def item(kind: ItemKind, name: str, entry: Entry, names: Names) -> Item:
    """An item of one of the files in `checklist/`."""
    title, required, optional = FIELDS[kind]
    # A question claims nothing, so it needs no source.
    basis = () if kind == "question" else ("rules", "advice")
    fields = entry.fields((title, *required), (*optional, "detail", "contradicts", "when", *basis))
    phase = fields.choice("phase", PHASES) if kind == "step" else None
    return Item(
        id=name,
        kind=kind,
        text=fields.text(title),
        detail=fields.maybe("detail"),
        basis=_basis(fields, names) if basis else Basis((), None),
        phase=phase,  # type: ignore[arg-type]
        where=fields.maybe("where"),
        deadline=fields.maybe("deadline"),
        purpose=fields.maybe("purpose"),
        original=fields.yes("original"),
        copies=fields.number("copies"),
        alternatives=fields.texts("or"),
        phone=fields.maybe("phone"),
        topic=names.one("主题", fields.get("topic")),
        contradicts=names.several("条目", fields.entries("contradicts")),
        when=when(fields, names),
        owner=fields.maybe("owner"),
        signer=fields.maybe("signer"),
        proxy=fields.yes("proxy"),
        region=fields.yes("region"),
        calendar=fields.choice("calendar", CALENDAR.get(kind, ())) or None,
    )


def outcome(name: str, entry: Entry, names: Names) -> Outcome:
    """An outcome of `outcomes.yaml`, without its rank."""
    fields = entry.fields(
        ("path", "title", "summary", "add"), ("alone", "rules", "local", "advice", "topics")
    )
    return Outcome(
        id=name,
        path=fields.choice("path", PATHS),
        title=fields.text("title"),
        summary=fields.text("summary"),
        basis=_basis(fields, names),
        add=names.several("条目", fields.entries("add")),
        alone=names.several("条目", fields.entries("alone")),
        topics=names.several("主题", fields.entries("topics")),
        rank=0,
    )


def _basis(fields: Fields, names: Names) -> Basis:
    rules = names.several("规则", fields.entries("rules"))
    local = fields.choice("local", facts.LOCAL_BASES) or None
    advice = fields.yes("advice")
    if bool(rules or local) == advice:
        message = "rules 和 advice 都写了" if advice else "rules 和 advice 都没有写"
        may = "要写 rules（依据的规则）或 advice: yes（实用建议）中的一个"
        fields.entry.problem(f"{message}；{may}", "no_source")
    return Basis(rules, local)
