"""YAML as plain values with their lines: texts, lists and mappings, and nothing else.

Built from events: PyYAML's own composer expands, recurses and guesses. What other readers would
make something surprising of is reported, and it is the caller who words it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Literal, Protocol, TypeVar

import yaml

_Loader: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Kind = Literal["text", "list", "map"]
Trouble = Literal["alias", "tag", "documents", "too_deep", "too_many", "bad_yaml"]
Position = tuple[int, int]
"""Line and column, both from 0 on."""


class Value(Protocol):
    """One value; the children of a mapping are its keys and values in turn."""

    @property
    def line(self) -> int:
        """Where it stands, from 1 on."""

    @property
    def children(self) -> list[Any]:
        """What it holds."""


V = TypeVar("V", bound=Value)


def compose(
    text: str,
    make: Callable[[int, Kind, str], V],
    report: Callable[[Trouble, int, str], object],
    *,
    deepest: int,
    most: int | None = None,
) -> tuple[V | None, list[tuple[Position, Position]]]:
    """The top value, None where nothing could be made of the text, and what is in quotes.

    A value gets the line of its key: that is the one a reader looks for. `report` gets what is
    wrong, its line, and the name of an anchor or a tag; where it does not raise, all that can
    still be read is read, but what is deeper than `deepest` or has more values than `most` ends
    it.
    """
    quoted: list[tuple[Position, Position]] = []
    top: V | None = None
    around: list[tuple[Kind, V]] = []
    documents = count = 0
    line = 1
    try:
        for event in yaml.parse(text, Loader=_Loader):
            line = _position(event.start_mark)[0] + 1
            if isinstance(event, yaml.CollectionEndEvent):
                around.pop()
            elif isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents == 2:
                    report("documents", line, "")
            elif isinstance(event, yaml.NodeEvent) and event.anchor is not None:
                report("alias", line, event.anchor)
            if not isinstance(event, (yaml.ScalarEvent, yaml.CollectionStartEvent)):
                continue
            if event.tag is not None:
                report("tag", line, event.tag)
            count += 1
            if most is not None and count > most:
                report("too_many", line, "")
                return None, quoted
            kind, inside = around[-1] if around else ("list", None)
            if inside is not None and kind == "map" and len(inside.children) % 2:
                line = inside.children[-1].line
            if isinstance(event, yaml.ScalarEvent):
                value = make(line, "text", event.value)
                if event.style:
                    quoted.append((_position(event.start_mark), _position(event.end_mark)))
            else:
                own: Kind = "list" if isinstance(event, yaml.SequenceStartEvent) else "map"
                value = make(line, own, "")
                around.append((own, value))
            if inside is not None:
                inside.children.append(value)
            elif top is None:
                top = value
            if len(around) > deepest:
                report("too_deep", line, "")
                return None, quoted
    except yaml.YAMLError as error:
        report("too_deep" if _nested(error) else "bad_yaml", _line_of(error, line), "")
    except (ValueError, RecursionError):
        report("bad_yaml", line, "")
    return top, quoted


def _position(mark: Any) -> Position:
    return mark.line, mark.column


def _nested(error: yaml.YAMLError) -> bool:
    """Whether libyaml gave up on brackets in brackets.

    From 0.2.6 on it does so beyond a thousand, before it tells of the first of them: it looks
    ahead on a line for a colon.
    """
    return getattr(error, "problem", None) == "exceeded maximum nesting depth"


def _line_of(error: yaml.YAMLError, otherwise: int) -> int:
    """The line to look at: where an unfinished quote, key or bracket began, or the trouble."""
    mark = getattr(error, "problem_mark", None)
    if re.match(
        "while (scanning (?!a plain)|parsing a flow)", getattr(error, "context", None) or ""
    ):
        mark = getattr(error, "context_mark", None) or mark
    return mark.line + 1 if mark else otherwise
