"""Questions with their options, and the answers that something else is about."""

from __future__ import annotations

from yibao_cli.knowledge.names import Names
from yibao_cli.knowledge.yamltext import Entry, Fields
from yibao_cli.model import Option, Question

_OPTIONAL = (
    "kind", "options", "default", "several", "wizard", "adds", "known", "extra", "tip", "help",
    "was", "fits",
)  # fmt: skip


def question(name: str, entry: Entry, names: Names) -> Question:
    """A question of `questions.yaml`."""
    fields = entry.fields(("label", "ask"), _OPTIONAL)
    kind = fields.choice("kind", ("choice", "place"), "choice")
    # The options of a question are apart from those of another one.
    options = names.table(f"option of {name}", fields.get("options"), _option)
    if (kind == "choice") != bool(options):
        message = f"“{name}”有{len(options)}个选项；选择题要有 options，地点题不能有"
        entry.problem(message, "bad_value")
    default = names.one("选项", fields.get("default"), name)
    return Question(
        id=name,
        label=fields.text("label"),
        ask=fields.text("ask"),
        kind=kind,  # type: ignore[arg-type]
        options=tuple(options.values()),
        default=default,
        several=fields.yes("several"),
        # A required question is always asked for.
        wizard=fields.yes("wizard", default=default is None),
        adds=fields.yes("adds"),
        known=fields.yes("known"),
        extra=fields.maybe("extra"),
        tip=fields.maybe("tip"),
        help=fields.maybe("help"),
        was=fields.texts("was"),
        fits=tuple(
            (word, names.several("选项", which.entries(), name))
            for word, which in fields.pairs("fits")
        ),
    )


def _option(name: str, entry: Entry, names: Names) -> Option:
    fields = entry.fields(("label",), ("also", "hint", "was"))
    return Option(
        name, fields.text("label"), fields.texts("also"), fields.maybe("hint"), fields.texts("was")
    )


def when(fields: Fields, names: Names) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The answers under `when`: those that an item or a local fact is about."""
    found = []
    for name, entry in fields.pairs("when"):
        names.mention("问题", name, entry)
        found.append((name, names.several("选项", entry.entries(), name)))
    return tuple(found)
