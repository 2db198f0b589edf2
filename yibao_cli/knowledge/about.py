"""What `knowledge.yaml` says of the knowledge as a whole."""

from __future__ import annotations

from yibao_cli.knowledge.names import Names
from yibao_cli.knowledge.yamltext import Entry, Fields
from yibao_cli.model import LEVELS, PHASES, About

_FIELDS = (
    "version", "read_on", "begins", "disclaimer", "levels", "phases", "phases_under_way", "topics",
)  # fmt: skip


def about(top: Entry | None, names: Names) -> About:
    """Version, days and the words for what is fixed."""
    if top is None:
        return About("", "", "", "", {}, {}, {}, {})
    fields = top.fields(_FIELDS)
    return About(
        version=fields.text("version"),
        read_on=fields.day("read_on") or "",
        begins=fields.day("begins") or "",
        disclaimer=fields.text("disclaimer"),
        levels=_words_for(LEVELS, fields, "levels"),
        topics=names.words("topics", fields.get("topics")),
        phases=_words_for(PHASES, fields, "phases"),
        phases_under_way=_words_for(PHASES, fields, "phases_under_way"),
    )


def _words_for(keys: tuple[str, ...], fields: Fields, key: str) -> dict[str, str]:
    entry = fields.get(key)
    if entry is None:
        return {}
    inner = entry.fields(keys)
    return {name: inner.text(name) for name in keys}
