"""What `knowledge.yaml` says of the knowledge as a whole."""

from __future__ import annotations

from yibao_cli.knowledge.names import Names
from yibao_cli.knowledge.yamltext import Entry, Fields
from yibao_cli.model import LEVELS, PHASES, About, Reminder

_FIELDS = (
    "version", "read_on", "begins", "disclaimer", "levels", "phases", "phases_under_way", "topics",
)  # fmt: skip
# Of each reminder the number that tells its day, and what else it must and may have.
REMINDERS: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "claim": ("days", (), ("topics",)),
    "next_year": ("month", (), ()),
    "long_term": ("months", ("categories",), ()),
    "temporary": ("months", (), ()),
}
_MONTHS = tuple(map(str, range(1, 13)))


def about(top: Entry | None, names: Names) -> About:
    """Version, days and the words for what is fixed."""
    if top is None:
        return About("", "", "", "", {}, {}, {}, {}, {})
    fields = top.fields(_FIELDS, ("calendar",))
    return About(
        version=fields.text("version"),
        read_on=fields.day("read_on") or "",
        begins=fields.day("begins") or "",
        disclaimer=fields.text("disclaimer"),
        levels=_words_for(LEVELS, fields, "levels"),
        topics=names.words("topics", fields.get("topics")),
        phases=_words_for(PHASES, fields, "phases"),
        phases_under_way=_words_for(PHASES, fields, "phases_under_way"),
        calendar=_calendar(fields.get("calendar"), names),
    )


def _calendar(entry: Entry | None, names: Names) -> dict[str, Reminder]:
    listed = entry.fields((), tuple(REMINDERS)).found if entry else {}
    return {name: _reminder(name, one, names) for name, one in listed.items()}


def _reminder(name: str, entry: Entry, names: Names) -> Reminder:
    number, required, optional = REMINDERS[name]
    names.new("reminder", name, entry)
    fields = entry.fields((number, "says", *required), optional)
    month = number == "month"
    return Reminder(
        after=int(fields.choice(number, _MONTHS, "1")) if month else fields.number(number),
        says=fields.text("says"),
        topics=names.several("主题", fields.entries("topics")),
        categories=names.several("选项", fields.entries("categories"), "category"),
    )


def _words_for(keys: tuple[str, ...], fields: Fields, key: str) -> dict[str, str]:
    entry = fields.get(key)
    if entry is None:
        return {}
    inner = entry.fields(keys)
    return {name: inner.text(name) for name in keys}
