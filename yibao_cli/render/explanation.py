"""Explanations for people: the way to a checklist, the way to another, two side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Literal

from msgspec.structs import replace
from rich.console import RenderableType
from rich.text import Text

from yibao_cli import explain
from yibao_cli.explain import Comparison, TracedStop, Why
from yibao_cli.render.drawing import GUTTER, WIDEST, bar
from yibao_cli.render.listings import Listing
from yibao_cli.render.outline import ADVICE, PARTS, Entry, Group, Outline, Section, section
from yibao_cli.render.tables import NARROW, inset, table
from yibao_cli.render.text import blocks, entries
from yibao_cli.result import Evidence
from yibao_cli.why_not import MOST_CHANGES, Proposal, WhyNot

_SIDES = ("原来", "改后")
# Of a goal that is reached, or is not: what is asked, and how it is now.
_NOW = {
    ("item", True): ("有", "已经在清单上，是这一步加上的："),
    ("item", False): ("没有", "这条路上没有哪一步会加上它。"),
    ("outcome", True): ("是", "已经是这样的结论，是这一步得出的："),
    ("outcome", False): ("不是", "这条路通到别的结论。"),
}


def why(found: Why) -> Listing:
    """The way, stop by stop, and where it led."""
    ways = (
        section(f"走过的路（{errand}）", _ordered(map(_stop, _telling(stops))))
        for errand, stops in groupby(found.stops, key=lambda stop: stop.errand_label)
    )
    sections = (*ways, section("结论", _conclusions(found)), _closing(found))
    return Listing(Outline("为什么是这份清单", sections), found)


def _telling(stops: Iterable[TracedStop]) -> Iterator[TracedStop]:
    """Without the stops that only look again at what was told already."""
    seen: set[str] = set()
    for stop in stops:
        new = stop.on not in seen and stop.on != "concluded"
        if new or stop.added or stop.concluded:
            yield stop
        seen.add(stop.on)


def _stop(stop: TracedStop) -> Entry:
    details = [f"加上{_effect(one)}" for one in stop.added]
    if stop.concluded:
        details.append(f"得出结论：{stop.concluded.title} {_reference(stop.concluded)}")
    return Entry("ordered", f"{stop.label}：{stop.text}{_origin(stop)}", tuple(details))


def _origin(stop: TracedStop) -> str:
    if stop.origin == "assumed":
        return f"（没有写，按默认算，可用 {stop.flag} 改）"
    if stop.origin == "given":
        return "（您答的）"
    return "（推出来的）" + (_reference(stop.evidence) if stop.evidence else "")


def _effect(one: explain.Effect) -> str:
    hidden = f"（没有列出：{one.hidden}）" if one.hidden else ""
    reference = "" if one.kind == "question" else f" {_reference(one)}"
    return f"{PARTS[f'{one.kind}s'].heading}：{one.text}{hidden}{reference}"


def why_not(found: WhyNot) -> Listing:
    """Where something comes from, or what would have to be different for it."""
    verb, now = _NOW[found.goal.kind, found.reached]
    if found.hidden:
        now = f"{found.hidden}。"
    elif found.concluded_later:
        now = "这一条也对得上，但前面已经有了别的结论："
    here = (entry for stop in found.stops for entry in _ordered([_stop(stop)]))
    nothing = f"改动{MOST_CHANGES}个以内的答案，都到不了那里。"
    hopeless = not (found.proposals or found.reached or found.hidden)
    sections = (
        section("现在", [Entry("plain", now), *here]),
        section("现在的结论", _conclusions(found)),
        section("最少要改的答案", _ordered(map(_proposal, found.proposals))),
        section("怎样才会变", [Entry("plain", nothing)] if hopeless else []),
        _closing(found),
    )
    title = f"为什么{verb}“{found.goal.text}”"
    return Listing(Outline(title, tuple(one for one in sections if one.groups)), found)


def _proposal(one: Proposal) -> Entry:
    details = [f"这样{'，'.join(one.facts)}"] if one.facts else []
    details.append(f"这样的结论：{one.outcome.title} {_reference(one.outcome)}")
    flags = " ".join(f"{to.flag} {to.value}" for to in one.changes)
    said = (f"把{to.label}从“{to.before}”改成“{to.after}”" for to in one.changes)
    return Entry("ordered", "，并".join(said), (*details, f"写法：{flags}"))


class SideBySide(Listing, frozen=True):
    """Two situations in two columns; below each other where there is no room for columns."""

    def drawn(self, width: int) -> list[RenderableType]:
        """What a person sees, no line wider than `width` cells."""
        if width < NARROW:
            return Listing.drawn(self, width)
        head, *sections = self.outline.sections
        said = (Text(entry.text, "act") for group in head.groups for entry in group.entries)
        lines = bar([Text(self.outline.title, "muted"), *said], width)
        room = (min(width, WIDEST) - 1 - GUTTER - 2) // 2
        grid = table(("", GUTTER - 2), *((side, room) for side in _SIDES))
        rows = [one for one in sections if one.groups[0].heading in _SIDES]
        for number, row in enumerate(rows):
            if number:
                grid.add_row()
            cells = {one.heading: Text("\n").join(entries(one.entries, room)) for one in row.groups}
            both = (cells.get(side, Text("没有", "muted")) for side in _SIDES)
            grid.add_row(Text(row.heading, "head"), *both)
        rest = blocks(tuple(sections[len(rows) :]), width)
        return [*lines, Text(), inset(grid), *(line for one in rest for line in (Text(), *one))]


def compare(found: Comparison) -> Listing:
    """Two situations side by side: what only one of them has."""
    before, after = (tuple(_conclusions(side)) for side in (found.before, found.after))
    rows = [_row("结论", before, after if before != after else (Entry("plain", "一样"),))]
    for part, name in PARTS.items():
        lost = (_difference(one, "lost") for one in found.lost if one.part == part)
        gained = (_difference(one, "gained") for one in found.gained if one.part == part)
        rows.append(_row(name.label, lost, gained))
    grouped = groupby(found.reworded, key=lambda one: one.part)
    others = (Group(PARTS[part].heading, tuple(map(_reworded, those))) for part, those in grouped)
    sections = (
        section("哪里不一样", _inputs(found)),
        *rows,
        section("说法变了", *others),
        _closing(found.after),
    )
    outline = Outline("两种情况的比较", tuple(one for one in sections if one.groups))
    return SideBySide(outline, found)


def _row(label: str, *sides: Iterable[Entry]) -> Section:
    both = zip(_SIDES, sides, strict=True)
    return section(label, *(Group(side, tuple(them)) for side, them in both))


def _inputs(found: Comparison) -> Iterator[Entry]:
    for one in found.answers:
        before = f"从“{one.before}”" if one.before else "从没有写"
        after = f"改成“{one.after}”" if one.after else "改成不用答"
        yield Entry("bullet", f"{one.label}：{before}{after}")
    first, second = found.before.knowledge, found.after.knowledge
    if first.as_of != second.as_of:
        yield Entry("bullet", f"按哪一天的规定：从 {first.as_of} 改成 {second.as_of}")
    if found.knowledge_changed:
        yield Entry("bullet", f"资料：从 {first.version} 改成另一个文件夹的 {second.version}")
    if not (found.answers or first.as_of != second.as_of or found.knowledge_changed):
        yield Entry("plain", "两种情况的答案完全一样。")
    if found.before.every_outcome == found.after.every_outcome:
        yield Entry("plain", "两份清单没有不同。" if found.same else "结论没有变。")
    elif not found.outcome_changed:
        yield Entry("plain", "结论没有变，只是说法不同。")


def _difference(one: explain.Difference, mark: Literal["gained", "lost"]) -> Entry:
    details = [f"因为{one.because}"] if one.because else []
    if one.lacking:
        details.append(f"另一种情况没有：{one.lacking}")
    reference = "" if one.part == "questions" else _reference(one)
    return Entry(mark, _called(one), tuple(details), reference)


def _reworded(one: explain.Reworded) -> Entry:
    details = (
        f"{explain.FIELDS[name]}：从“{_value(before)}”改成“{_value(after)}”"
        for name, (before, after) in one.fields.items()
    )
    return Entry("bullet", _called(one), tuple(details))


def _called(one: explain.Difference | explain.Reworded) -> str:
    return f"{one.text}：{one.phone}" if one.phone else one.text


def _value(value: explain.Value) -> str:
    if isinstance(value, Evidence):
        return _reference(value)
    if isinstance(value, bool):
        return "要" if value else "不要"
    if isinstance(value, tuple):
        return "；".join(value) or "没有"
    return "没有" if value is None else str(value)


def _ordered(entries: Iterable[Entry]) -> list[Entry]:
    return [replace(one, number=number) for number, one in enumerate(entries, 1)]


def _conclusions(found: explain.Side) -> Iterator[Entry]:
    for one in found.every_outcome:
        yield Entry("lead", one.title, (one.summary,), _reference(one))


def _reference(evidence: Evidence) -> str:
    if evidence.advice:
        return f"[{ADVICE}]"
    return f"[{'、'.join(evidence.clauses)}，{evidence.level}级]"


def _closing(found: explain.Side) -> Section:
    state = found.knowledge
    text = f"按 {state.as_of} 有效的规定；资料版本 {state.version}，文件读于 {state.read_on}。"
    return section("说明", [Entry("plain", text), Entry("plain", found.disclaimer)])
