"""Explanations for people: the way to a checklist, the way to another, two side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from yibao_cli.explained import (
    Change,
    Comparison,
    Difference,
    Effect,
    Proposal,
    Reworded,
    Side,
    Stage,
    Value,
    Why,
    WhyNot,
)
from yibao_cli.render.listings import Listing
from yibao_cli.render.outline import ADVICE, LABELS, PARTS, Entry, Group, Outline, Section
from yibao_cli.result import Evidence, Outcome
from yibao_cli.why_not import MOST_CHANGES

if TYPE_CHECKING:
    from rich.console import RenderableType

_FIELDS = {
    "text": "内容",
    "name": "名称",
    "detail": "说明",
    "where": "在哪里办",
    "deadline": "期限",
    "phase": "什么时候办",
    "purpose": "用途",
    "original": "原件",
    "copies": "复印件份数",
    "alternatives": "可以代替",
    "owner": "谁的",
    "signer": "谁签",
    "phone": "电话",
    "evidence": "依据",
}


# ---------------------------------------------------------------- why


def why(found: Why) -> Listing:
    """The way, stop by stop, and where it led."""
    ways = (
        _section(f"走过的路（{errand}）", _ordered(map(_stage, _telling(stages))))
        for errand, stages in groupby(found.stops, key=lambda stage: stage.errand_label)
    )
    sections = (*ways, _section("结论", _conclusions(found)), _closing(found))
    return Listing(Outline("为什么是这份清单", sections), found)


def _telling(stages: Iterable[Stage]) -> Iterator[Stage]:
    """Without the stops that only look again at what was told already."""
    seen: set[str] = set()
    for stage in stages:
        new = stage.on not in seen and stage.on != "concluded" and stage.kind != "end"
        if new or stage.added or stage.concluded:
            yield stage
        seen.add(stage.on)


def _stage(stage: Stage) -> Entry:
    details = [f"加上{_effect(one)}" for one in stage.added]
    if stage.concluded and stage.kind != "end":
        details.append(f"得出结论：{stage.concluded.title} {_reference(stage.concluded)}")
    return Entry("ordered", f"{stage.label}：{stage.text}{_origin(stage)}", tuple(details))


def _origin(stage: Stage) -> str:
    if stage.origin == "assumed":
        return f"（没有写，按默认算，可用 {stage.flag} 改）"
    if stage.origin == "given":
        return "（您答的）"
    if stage.evidence:
        return f"（推出来的）{_reference(stage.evidence)}"
    return "" if stage.kind == "end" else "（推出来的）"


def _effect(one: Effect) -> str:
    hidden = f"（没有列出：{one.hidden}）" if one.hidden else ""
    reference = "" if one.kind == "question" else f" {_reference(one)}"
    return f"{PARTS[f'{one.kind}s']}：{one.text}{hidden}{reference}"


# ---------------------------------------------------------------- why not


def why_not(found: WhyNot) -> Listing:
    """Where something comes from, or what would have to be different for it."""
    title, head = _heading(found)
    here = (entry for stage in found.stops for entry in _ordered([_stage(stage)]))
    sections = [
        _section("现在", [Entry("plain", head), *here]),
        _section("现在的结论", _conclusions(found)),
    ]
    if found.proposals:
        sections.append(_section("最少要改的答案", _ordered(map(_proposal, found.proposals))))
    elif not found.reached and not found.hidden:
        text = f"改动{MOST_CHANGES}个以内的答案，都到不了那里。"
        sections.append(_section("怎样才会变", [Entry("plain", text)]))
    return Listing(Outline(title, (*sections, _closing(found))), found)


def _heading(found: WhyNot) -> tuple[str, str]:
    """The title, and how it is now."""
    said, item = f"“{found.goal.text}”", found.goal.kind == "item"
    if found.reached and item:
        return f"为什么有{said}", "已经在清单上，是这一步加上的："
    if found.reached:
        return f"为什么是{said}", "已经是这样的结论，是这一步得出的："
    if found.hidden:
        return f"为什么没有{said}", f"{found.hidden}。"
    if found.concluded_later:
        return f"为什么不是{said}", "这一条也对得上，但前面已经有了别的结论："
    if item:
        return f"为什么没有{said}", "这条路上没有哪一步会加上它。"
    return f"为什么不是{said}", "这条路通到别的结论。"


def _proposal(one: Proposal) -> Entry:
    details = [f"这样{'，'.join(one.facts)}"] if one.facts else []
    details.append(f"这样的结论：{one.outcome.title} {_reference(one.outcome)}")
    flags = " ".join(f"{change.flag} {change.value}" for change in one.changes)
    return Entry("ordered", "，并".join(map(_change, one.changes)), (*details, f"写法：{flags}"))


def _change(change: Change) -> str:
    return f"把{change.label}从“{change.before}”改成“{change.after}”"


# ---------------------------------------------------------------- compare


class Row(Struct, frozen=True):
    """What the two situations have of one kind."""

    label: str
    before: tuple[Entry, ...]
    after: tuple[Entry, ...]


class SideBySide(Listing, frozen=True, kw_only=True):
    """Two situations in two columns; below each other where there is no room for columns."""

    head: tuple[Entry, ...]
    rows: tuple[Row, ...]
    tail: tuple[Section, ...]

    def drawn(self, width: int) -> list[RenderableType]:
        """What a person sees, no line wider than `width` cells."""
        from yibao_cli.render import beside

        if width < beside.NARROW:
            return Listing.drawn(self, width)
        return beside.drawn(self, width)


def compare(found: Comparison) -> Listing:
    """Two situations side by side: what only one of them has."""
    sections = (
        _section("哪里不一样", _inputs(found)),
        _section("结论", _outcomes(found)),
        _parts("多了", found.gained, _difference),
        _parts("少了", found.lost, _difference),
        _parts("说法变了", found.reworded, _reworded),
        _closing(found.after),
    )
    filled = tuple(one for one in sections if one.groups)
    return SideBySide(
        outline=Outline("两种情况的比较", filled),
        data=found,
        head=(*_inputs(found), Entry("plain", _change_of_outcome(found))),
        rows=tuple(_rows(found)),
        tail=tuple(one for one in sections[-2:] if one.groups),
    )


def _rows(found: Comparison) -> Iterator[Row]:
    before, after = _every_outcome(found.before), _every_outcome(found.after)
    same = (Entry("plain", "一样"),) if before == after else tuple(map(_conclusion, after))
    yield Row("结论", tuple(map(_conclusion, before)), same)
    for part in PARTS:
        lost, gained = (
            tuple(replace(_difference(one), mark=mark) for one in those if one.part == part)
            for mark, those in (("lost", found.lost), ("gained", found.gained))
        )
        if lost or gained:
            yield Row(LABELS[part], lost, gained)


def _inputs(found: Comparison) -> Iterator[Entry]:
    for one in found.answers:
        before = f"从“{one.before}”" if one.before else "从没有写"
        after = f"改成“{one.after}”" if one.after else "改成不用答"
        yield Entry("bullet", f"{one.label}：{before}{after}")
    first, second = found.before.knowledge, found.after.knowledge
    if first.as_of != second.as_of:
        yield Entry("bullet", f"按哪一天的规定：从 {first.as_of} 改成 {second.as_of}")
    if found.knowledge_changed:
        text = f"资料：从 {first.version} 改成另一个文件夹的 {second.version}"
        yield Entry("bullet", text)
    if not (found.answers or first.as_of != second.as_of or found.knowledge_changed):
        yield Entry("plain", "两种情况的答案完全一样。")


def _change_of_outcome(found: Comparison) -> str:
    """Whether the conclusion changed, in a sentence; nothing where the two tell it themselves."""
    if _every_outcome(found.before) == _every_outcome(found.after):
        return "两份清单没有不同。" if found.same else "结论没有变。"
    return "" if found.outcome_changed else "结论没有变，只是说法不同。"


def _outcomes(found: Comparison) -> Iterator[Entry]:
    before, after = _every_outcome(found.before), _every_outcome(found.after)
    if before == after:
        yield from map(_conclusion, before)
        yield Entry("plain", _change_of_outcome(found))
        return
    for label, outcomes in (("原来", before), ("改后", after)):
        for entry in map(_conclusion, outcomes):
            yield Entry("lead", f"{label}：{entry.text}", entry.details, entry.reference)
    if said := _change_of_outcome(found):
        yield Entry("plain", said)


Found = TypeVar("Found", Difference, Reworded)


def _parts(heading: str, found: Iterable[Found], entry: Callable[[Found], Entry]) -> Section:
    """What differs, by the parts of the checklist."""
    grouped = groupby(found, key=lambda one: one.part)
    return Section(
        heading, tuple(Group(PARTS[part], tuple(map(entry, those))) for part, those in grouped)
    )


def _difference(one: Difference) -> Entry:
    details = [f"因为{one.because}"] if one.because else []
    if one.lacking:
        details.append(f"另一种情况没有：{one.lacking}")
    reference = "" if one.part == "questions" else _reference(one)
    return Entry("bullet", _called(one), tuple(details), reference)


def _reworded(one: Reworded) -> Entry:
    details = (
        f"{_FIELDS[name]}：从“{_value(before)}”改成“{_value(after)}”"
        for name, (before, after) in one.fields.items()
    )
    return Entry("bullet", _called(one), tuple(details))


def _called(one: Difference | Reworded) -> str:
    return f"{one.text}：{one.phone}" if one.phone else one.text


def _value(value: Value) -> str:
    if isinstance(value, Evidence):
        return _reference(value)
    if isinstance(value, bool):
        return "要" if value else "不要"
    if isinstance(value, tuple):
        return "；".join(value) or "没有"
    return "没有" if value is None else str(value)


# ---------------------------------------------------------------- what they share


def _section(heading: str, entries: Iterable[Entry]) -> Section:
    return Section(heading, (Group(None, tuple(entries)),))


def _ordered(entries: Iterable[Entry]) -> list[Entry]:
    return [replace(one, number=number) for number, one in enumerate(entries, 1)]


def _conclusions(found: Why | WhyNot) -> Iterator[Entry]:
    return map(_conclusion, _every_outcome(found))


def _every_outcome(found: Why | WhyNot | Side) -> tuple[Outcome, ...]:
    return (found.outcome, *found.outcomes)


def _conclusion(one: Outcome) -> Entry:
    return Entry("lead", one.title, (one.summary,), _reference(one))


def _reference(evidence: Evidence) -> str:
    if evidence.advice:
        return f"[{ADVICE}]"
    return f"[{'、'.join(evidence.clauses)}，{evidence.level}级]"


def _closing(found: Why | WhyNot | Side) -> Section:
    state = found.knowledge
    text = f"按 {state.as_of} 有效的规定；资料版本 {state.version}，文件读于 {state.read_on}。"
    return _section("说明", [Entry("plain", text), Entry("plain", found.disclaimer)])
