"""Explanations as text or as JSON: the way to a checklist, the way to another, two side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from itertools import groupby
from typing import Any

from yibao_cli.explain import (
    MOST_CHANGES,
    Change,
    Comparison,
    Difference,
    Effect,
    Proposal,
    Reworded,
    Shown,
    Stage,
    Why,
    WhyNot,
    text_of,
)
from yibao_cli.model import Checklist, Conclusion, Contact, Evidence
from yibao_cli.render.catalogue import Listing
from yibao_cli.render.json_ import (
    evidence_values,
    knowledge_values,
    line_values,
    outcome_values,
)
from yibao_cli.render.outline import ADVICE, PARTS, Entry, Group, Outline, Section

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
    checklist = found.checklist
    ways = [
        _section(f"走过的路（{found.errands[errand]}）", _ordered(map(_stage, _telling(stages))))
        for errand, stages in groupby(found.stages, key=lambda stage: stage.errand)
    ]
    return Listing(
        Outline(
            "为什么是这份清单",
            (
                *ways,
                _section("结论", map(_conclusion, (checklist.conclusion, *checklist.others))),
                _closing(checklist),
            ),
        ),
        {
            "schema": "yibao.why/1",
            "stops": [_stage_data(stage) for stage in found.stages],
            **_outcome_data(checklist),
            **_knowledge_data(checklist),
        },
    )


def _telling(stages: Iterable[Stage]) -> Iterator[Stage]:
    """Without the stops that only look again at what was told already."""
    seen: set[str] = set()
    for stage in stages:
        line = stage.line
        new = line.on not in seen and line.on != "concluded" and line.kind != "end"
        if new or stage.added or stage.concluded:
            yield stage
        seen.add(line.on)


def _stage(stage: Stage) -> Entry:
    line = stage.line
    details = [f"加上{_effect(one)}" for one in stage.added]
    if stage.concluded and line.kind != "end":
        title, reference = stage.concluded.title, _reference(stage.concluded.evidence)
        details.append(f"得出结论：{title} {reference}")
    return Entry("ordered", f"{line.label}：{line.text}{_origin(stage)}", tuple(details))


def _origin(stage: Stage) -> str:
    if stage.line.origin == "assumed":
        return f"（没有写，按默认算，可用 {stage.flag} 改）"
    if stage.line.origin == "given":
        return "（您答的）"
    if stage.evidence:
        return f"（推出来的）{_reference(stage.evidence)}"
    return "" if stage.line.kind == "end" else "（推出来的）"


def _effect(one: Effect) -> str:
    hidden = f"（没有列出：{one.hidden}）" if one.hidden else ""
    reference = "" if one.kind == "question" else f" {_reference(one.evidence)}"
    return f"{PARTS[f'{one.kind}s']}：{one.text}{hidden}{reference}"


def _stage_data(stage: Stage) -> dict[str, Any]:
    return {
        "errand": stage.errand,
        **line_values(stage.line),
        "flag": stage.flag,
        "evidence": evidence_values(stage.evidence) if stage.evidence else None,
        "added": [
            {
                "id": one.item,
                "kind": one.kind,
                "text": one.text,
                "hidden": one.hidden,
                **evidence_values(one.evidence),
            }
            for one in stage.added
        ],
        "concluded": _conclusion_data(stage.concluded) if stage.concluded else None,
    }


# ---------------------------------------------------------------- why not


def why_not(found: WhyNot) -> Listing:
    """Where something comes from, or what would have to be different for it."""
    goal, base = found.goal, found.base
    checklist = base.checklist
    there = not found.hidden and not found.later and bool(found.here)
    said = f"“{goal.text}”"
    if there and goal.kind == "item":
        title, head = f"为什么有{said}", "已经在清单上，是这一步加上的："
    elif there:
        title, head = f"为什么是{said}", "已经是这样的结论，是这一步得出的："
    elif found.hidden:
        title, head = f"为什么没有{said}", f"{found.hidden}。"
    elif found.later:
        title, head = f"为什么不是{said}", "这一条也对得上，但前面已经有了别的结论："
    elif goal.kind == "item":
        title, head = f"为什么没有{said}", "这条路上没有哪一步会加上它。"
    else:
        title, head = f"为什么不是{said}", "这条路通到别的结论。"
    only = [
        stage_entry
        for stage in found.here
        for stage_entry in _ordered([_stage(_about(stage, found))])
    ]
    sections = [
        _section("现在", [Entry("plain", head), *only]),
        _section("现在的结论", map(_conclusion, (checklist.conclusion, *checklist.others))),
    ]
    if found.proposals:
        sections.append(_section("最少要改的答案", _ordered(map(_proposal, found.proposals))))
    elif not there and not found.hidden:
        text = f"改动{MOST_CHANGES}个以内的答案，都到不了那里。"
        sections.append(_section("怎样才会变", [Entry("plain", text)]))
    return Listing(
        Outline(title, (*sections, _closing(checklist))),
        {
            "schema": "yibao.why-not/1",
            "goal": {"kind": goal.kind, "ids": sorted(goal.ids), "text": goal.text},
            "reached": there,
            "hidden": found.hidden,
            "concluded_later": found.later,
            "stops": [_stage_data(_about(stage, found)) for stage in found.here],
            **_outcome_data(checklist),
            "proposals": [
                {
                    "changes": [asdict(change) for change in one.changes],
                    "facts": list(one.facts),
                    **_outcome_data(one.result.checklist),
                }
                for one in found.proposals
            ],
            **_knowledge_data(checklist),
        },
    )


def _about(stage: Stage, found: WhyNot) -> Stage:
    """A stage with nothing but what somebody asked about."""
    wanted = tuple(one for one in stage.added if one.item in found.goal.ids)
    concluded = stage.concluded if found.goal.kind == "outcome" else None
    return Stage(stage.errand, stage.line, stage.flag, stage.evidence, wanted, concluded)


def _proposal(one: Proposal) -> Entry:
    conclusion = one.result.checklist.conclusion
    details = [f"这样{'，'.join(one.facts)}"] if one.facts else []
    details.append(f"这样的结论：{conclusion.title} {_reference(conclusion.evidence)}")
    flags = " ".join(f"{change.flag} {change.value}" for change in one.changes)
    return Entry("ordered", "，并".join(map(_change, one.changes)), (*details, f"写法：{flags}"))


def _change(change: Change) -> str:
    return f"把{change.label}从“{change.before}”改成“{change.after}”"


# ---------------------------------------------------------------- compare


def compare(found: Comparison) -> Listing:
    """Two situations side by side: what only one of them has."""
    first, second = found.first, found.second
    sections = [
        _section("哪里不一样", _inputs(found)),
        _section("结论", _outcomes(found)),
        _differences("多了", found.gained),
        _differences("少了", found.lost),
        Section(
            "说法变了",
            tuple(
                Group(PARTS[kind], tuple(map(_reworded, entries)))
                for kind, entries in groupby(found.reworded, key=lambda one: one.kind)
            ),
        ),
        _closing(second.checklist),
    ]
    return Listing(
        Outline("两种情况的比较", tuple(one for one in sections if one.groups)),
        {
            "schema": "yibao.compare/1",
            "same": found.same,
            "answers": [asdict(one) for one in found.answers],
            "outcome_changed": found.new_outcome,
            "before": {**_outcome_data(first.checklist), **_knowledge_data(first.checklist)},
            "after": {**_outcome_data(second.checklist), **_knowledge_data(second.checklist)},
            "gained": [_difference_data(one) for one in found.gained],
            "lost": [_difference_data(one) for one in found.lost],
            "reworded": [
                {
                    "part": one.kind,
                    "id": one.before.id,
                    "fields": {
                        name: [getattr(one.before, name), getattr(one.after, name)]
                        if name != "evidence"
                        else [evidence_values(entry.evidence) for entry in (one.before, one.after)]
                        for name in one.fields
                    },
                }
                for one in found.reworded
            ],
        },
    )


def _inputs(found: Comparison) -> Iterator[Entry]:
    for one in found.answers:
        before = f"从“{one.before}”" if one.before else "从没有写"
        after = f"改成“{one.after}”" if one.after else "改成不用答"
        yield Entry("bullet", f"{one.label}：{before}{after}")
    first, second = found.first, found.second
    if first.day != second.day:
        yield Entry("bullet", f"按哪一天的规定：从 {first.day} 改成 {second.day}")
    if first.knowledge is not second.knowledge:
        before, after = (one.knowledge.about.version for one in (first, second))
        yield Entry("bullet", f"资料：从 {before} 改成另一个文件夹的 {after}")
    if not (found.answers or first.day != second.day or first.knowledge is not second.knowledge):
        yield Entry("plain", "两种情况的答案完全一样。")


def _outcomes(found: Comparison) -> Iterator[Entry]:
    before, after = (
        (one.checklist.conclusion, *one.checklist.others) for one in (found.first, found.second)
    )
    if before == after:
        yield from map(_conclusion, before)
        yield Entry("plain", "两份清单没有不同。" if found.same else "结论没有变。")
        return
    for label, conclusions in (("原来", before), ("改后", after)):
        for conclusion in conclusions:
            entry = _conclusion(conclusion)
            yield Entry("lead", f"{label}：{entry.text}", entry.details, entry.reference)
    if not found.new_outcome:
        yield Entry("plain", "结论没有变，只是说法不同。")


def _differences(heading: str, found: tuple[Difference, ...]) -> Section:
    return Section(
        heading,
        tuple(
            Group(PARTS[kind], tuple(map(_difference, entries)))
            for kind, entries in groupby(found, key=lambda one: one.kind)
        ),
    )


def _difference(one: Difference) -> Entry:
    because = _because(one)
    details = [f"因为{because}"] if because else []
    if one.lacking:
        details.append(f"另一种情况没有：{one.lacking}")
    reference = "" if one.kind == "questions" else _reference(one.entry.evidence)
    return Entry("bullet", _told(one.entry), tuple(details), reference)


def _told(entry: Shown) -> str:
    if isinstance(entry, Contact) and entry.phone:
        return f"{entry.name}：{entry.phone}"
    return text_of(entry)


def _because(one: Difference) -> str:
    """The answer that brought an entry; of a local rule it is known by its topic only."""
    if isinstance(one.entry, Contact) or one.kind == "local":
        return ""
    return one.entry.because


def _difference_data(one: Difference) -> dict[str, Any]:
    return {
        "part": one.kind,
        "id": one.entry.id,
        "text": text_of(one.entry),
        "because": _because(one) or None,
        "lacking": one.lacking,
        **evidence_values(one.entry.evidence),
    }


def _reworded(one: Reworded) -> Entry:
    details = [
        f"{_FIELDS[name]}：从“{_value(one.before, name)}”改成“{_value(one.after, name)}”"
        for name in one.fields
    ]
    return Entry("bullet", _told(one.before), tuple(details))


def _value(entry: Shown, name: str) -> str:
    value = getattr(entry, name)
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
    return [
        Entry("ordered", one.text, one.details, one.reference, number)
        for number, one in enumerate(entries, 1)
    ]


def _conclusion(one: Conclusion) -> Entry:
    return Entry("lead", one.title, (one.summary,), _reference(one.evidence))


def _reference(evidence: Evidence) -> str:
    if evidence.advice:
        return f"[{ADVICE}]"
    return f"[{'、'.join(evidence.clauses)}，{evidence.level}级]"


def _closing(checklist: Checklist) -> Section:
    state = checklist.knowledge
    text = f"按 {state.as_of} 有效的规定；资料版本 {state.version}，文件读于 {state.read_on}。"
    return _section("说明", [Entry("plain", text), Entry("plain", checklist.disclaimer)])


def _conclusion_data(one: Conclusion) -> dict[str, Any]:
    return {"id": one.id, **outcome_values(one)}


def _outcome_data(checklist: Checklist) -> dict[str, Any]:
    return {
        "outcome": _conclusion_data(checklist.conclusion),
        "outcomes": [_conclusion_data(one) for one in checklist.others],
    }


def _knowledge_data(checklist: Checklist) -> dict[str, Any]:
    return {
        "knowledge": knowledge_values(checklist.knowledge),
        "disclaimer": checklist.disclaimer,
    }
