"""Proofs about single items: whom they are for, by when, after what, and in whose place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from yibao_cli.audit.survey import Found
from yibao_cli.fitting import passed, reworded
from yibao_cli.knowledge.items import AnyItem, StepItem
from yibao_cli.knowledge.kinds import WEIGHTS
from yibao_cli.knowledge.load import circle
from yibao_cli.knowledge.model import Knowledge
from yibao_cli.placeholders import CHANNELS, fill
from yibao_cli.wrap import cells

_AMOUNT = re.compile(r"\d+(%|个百分点|元|个月|天|个工作日)")
"""What somebody counts on: money, a share of it, a deadline."""
LINE = 68
"""Cells beside gutter and number on a terminal of 80 columns, where a step stands."""


def item_faults(known: Knowledge) -> Found:
    """What is wrong with single items, whatever way leads to them."""
    answered, words = _answered_when_unsure(known), _longest_words(known)
    for name in circle({name: one.needs for name, one in known.items.items()}):
        message = f"“{name}”的 needs 转了一圈又回到它自己；请去掉一个"
        yield "needs_circle", "item", name, message
    for item in known.items.values():
        for message in _too_wide(item, words):
            yield "two_lines", "item", item.id, message
        for name, message in _faults(known, item, answered):
            yield name, "item", item.id, message
    for fact in known.local_facts:
        for name, wording in fact.rewords.items():
            for message in _too_wide(reworded(known.items[name], wording), words):
                yield "two_lines", "fact", fact.id, message
    weights = (
        *(("item", one, one.counts) for one in known.items.values()),
        *(("fact", one, one.weight) for one in known.local_facts),
    )
    for kind, thing, counts in weights:
        for other in (known.items[name] for name in thing.replaces):
            if WEIGHTS.index(counts) > WEIGHTS.index(other.counts):
                message = f"“{thing.id}”（{counts}）代替了更要紧的“{other.id}”（{other.counts}）"
                yield "replaces_more", kind, thing.id, f"{message}；请写 weight，或去掉 replaces"
    listed = {topic for one in known.outcomes.values() for topic in one.topics}
    for fact in known.local_facts:
        figure = _AMOUNT.search(f"{fact.says}{fact.careful}")
        if figure and fact.level == "C" and fact.topic in listed:
            message = f"“{fact.id}”只有一份转述，却说了数“{figure[0]}”"
            yield "unproved_figure", "fact", fact.id, f"{message}；请去掉数，或改成要问的话"


def _too_wide(item: AnyItem, words: Mapping[str, str]) -> Iterator[str]:
    """The lines of a step that do not fit into one, with the longest words in them."""
    for keys in (("text",), ("where", "deadline")) if isinstance(item, StepItem) else ():
        told_in = [key for key in keys if getattr(item, key)]
        text = "，".join(getattr(item, key) for key in told_in)
        width = cells(fill(text, words))
        if width > LINE:
            counted = f"{' 和 '.join(told_in)} 共{(width + 1) // 2}字，放得下{LINE // 2}字"
            message = f"“{text[:20]}…”在80列的窗口里要两行：{counted}（地名按最长的算）"
            yield f"{message}；写短，细节放到 detail"


def _faults(known: Knowledge, item: AnyItem, answered: set[str]) -> Iterator[tuple[str, str]]:
    for asked, options in item.when.items():
        question = known.questions.get(asked)
        has_unsure = question is not None and "unsure" in question.options
        if has_unsure and "unsure" not in options and asked not in answered:
            message = f"“{asked}”答“不清楚”的人看不到“{item.id}”，也没有别的条目可看"
            yield "unsure_left_out", f"{message}；请加上 unsure，或另写一条"
    stages = item.when.get("stage", ("before",))
    if isinstance(item, StepItem) and all(item.by in passed({"stage": one}) for one in stages):
        message = f"“{item.id}”要在 {item.by} 之前做，when 里的 stage 却都过了那时候"
        yield "too_late", f"{message}；请改一样"
    for name in item.replaces:
        other = known.items[name]
        apart = [
            one
            for one, options in item.when.items()
            if one in other.when and {*options}.isdisjoint(other.when[one])
        ]
        if name == item.id:
            yield "replaces_nothing", f"“{name}”代替的是它自己；请去掉"
        if apart:
            message = f"“{item.id}”代替“{name}”，但按“{apart[0]}”它们不会同时出现"
            yield "replaces_nothing", f"{message}；请去掉 replaces，或改 when"


def _answered_when_unsure(known: Knowledge) -> set[str]:
    """The questions of which “unclear” brings something of its own."""
    found = {
        one.id
        for one in known.questions.values()
        if "unsure" in one.options and one.options["unsure"].add
    }
    for item in known.items.values():
        found |= {asked for asked, options in item.when.items() if "unsure" in options}
    for node in known.nodes.values():
        branch = node.branches.get("unsure")
        if node.kind == "ask" and branch and (branch.add or branch.conclude):
            found.add(node.on)
    return found


def _longest_words(known: Knowledge) -> dict[str, str]:
    """The longest text that each placeholder may stand for."""
    places = known.places
    place = max((places.called(one) for one in places.all()), key=cells)
    portals = [one.name for sheet in known.sheets.values() for one in sheet.portals if one.files]
    channel = "、".join([CHANNELS["across"], max(portals, key=cells, default="")])
    numbers = dict.fromkeys(("{hotline}", "{backup}", "{to_hotline}"), "0999-12393")
    numbers["{hotline_note}"] = "打不通拨 0999-12345"
    fills = [
        fill
        for question in known.questions.values()
        for option in question.options.values()
        for fill in option.fills.items()
    ]
    # The longest is the last of each.
    filled = {f"{{{name}}}": text for name, text in sorted(fills, key=lambda one: cells(one[1]))}
    return {"{from}": place, "{to}": place, "{channel}": channel, **numbers, **filled}
