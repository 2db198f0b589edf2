"""What somebody misses on a checklist, and whether it is reached."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice
from typing import Literal

from yibao_cli.answers import plain, shown
from yibao_cli.errors import AnswerError, Finding
from yibao_cli.explain.situation import Situation, entries
from yibao_cli.model import Checklist

# So many candidates are named.
_MOST_NAMED = 5
# A text that shares fewer of the characters is no help.
_ALIKE = 0.6


@dataclass(frozen=True, slots=True)
class Goal:
    """What somebody misses: an item, or any of some outcomes."""

    kind: Literal["item", "outcome"]
    ids: frozenset[str]
    text: str


def reached(checklist: Checklist, goal: Goal) -> bool:
    """Whether an item is on the list, or an outcome is that of one of the errands."""
    if goal.kind == "item":
        return not goal.ids.isdisjoint(entries(checklist))
    return not goal.ids.isdisjoint(one.id for one in (checklist.conclusion, *checklist.others))


def find_goal(base: Situation, text: str) -> Goal:
    """An item id, an outcome id, a path, or a part of a text as a goal.

    Raises AnswerError with the candidates where nothing or more than one thing fits.
    """
    known = base.knowledge
    wanted = text.strip()
    if wanted in known.items:
        return Goal("item", frozenset((wanted,)), base.say(known.items[wanted].text))
    outcomes = [one for one in known.outcomes.values() if wanted in (one.id, one.path)]
    if outcomes:
        title = base.say(outcomes[0].title)
        if len(outcomes) > 1:
            title = f"{wanted}：{title}等{len(outcomes)}种"
        return Goal("outcome", frozenset(one.id for one in outcomes), title)
    texts = {name: base.say(item.text) for name, item in known.items.items()}
    titles = {name: base.say(one.title) for name, one in known.outcomes.items()}
    sought = plain(wanted)
    fits = [
        (kind, name, said)
        for kind, table in (("item", texts), ("outcome", titles))
        for name, said in table.items()
        if sought and sought in plain(said)
    ]
    # A whole sentence is meant, even where another one holds it as a part.
    fits = [one for one in fits if plain(one[2]) == sought] or fits
    if len(fits) == 1:
        kind, name, said = fits[0]
        return Goal("item" if kind == "item" else "outcome", frozenset((name,)), said)
    if fits:
        raise AnswerError(
            Finding(
                "ambiguous_item",
                f"“{shown(text)}”有几条都对得上：{_listed((n, s) for _, n, s in fits)}；"
                "请用括号前的编号写明是哪一条。",
                tuple(name for _, name, _ in fits),
            )
        )
    everything = {**texts, **titles}
    paths = dict.fromkeys(one.path for one in known.outcomes.values())
    near = get_close_matches(wanted, [*everything, *paths], 3)
    likely = sorted(everything, key=lambda name: -_alike(sought, everything[name]))
    near += [name for name in likely[:3] if _alike(sought, everything[name]) >= _ALIKE]
    near = list(dict.fromkeys(near))
    hint = f"是不是：{_listed((name, everything.get(name, '')) for name in near)}？" if near else ""
    raise AnswerError(
        Finding(
            "unknown_item",
            f"没有“{shown(text)}”这个条目或结论。{hint}",
            tuple(near),
        )
    )


def _alike(sought: str, said: str) -> float:
    """Which part of the characters somebody typed stands in a text as well."""
    return len(set(sought) & set(plain(said))) / max(len(set(sought)), 1)


def _listed(found: Iterable[tuple[str, str]]) -> str:
    first = list(islice(found, _MOST_NAMED + 1))
    named = [f"{name}（{said}）" if said else name for name, said in first[:_MOST_NAMED]]
    return "、".join(named) + ("等" if len(first) > _MOST_NAMED else "")
