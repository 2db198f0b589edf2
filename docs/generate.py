"""Writes the pages that are made from `data/`: `python docs/generate.py` in a checkout."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from yibao_cli.diagram import draw, say, view
from yibao_cli.knowledge import knowledge
from yibao_cli.model import (
    Basis,
    Citation,
    Item,
    Knowledge,
    LocalFact,
    LocalRule,
    Outcome,
    Portal,
    Rule,
    Source,
    Zone,
)
from yibao_cli.render.markdown import escape

FOLDER = Path(__file__).resolve().parent
_MADE = "<!-- generated from data/ by docs/generate.py -->"
_KINDS = {
    "step": "要办的事",
    "document": "材料",
    "warning": "要当心",
    "note": "说明",
    "question": "要问的话",
    "contact": "该找谁",
}


def pages(known: Knowledge) -> dict[str, str]:
    """Every generated page by its name."""
    made = {
        "questions.md": _questions(known),
        "outcomes.md": _outcomes(known),
        "sources.md": _sources(known),
        "tree.md": _tree(known),
    }
    return {name: "\n".join([_MADE, "", *lines]) + "\n" for name, lines in made.items()}


def main() -> None:
    """Write the pages."""
    for name, text in pages(knowledge(FOLDER.parent / "data")).items():
        (FOLDER / name).write_text(text, "utf-8", newline="\n")


# ---------------------------------------------------------------- pages


def _questions(known: Knowledge) -> Iterator[str]:
    used = _used(known)
    yield "# 问题和可以写的答案"
    yield ""
    yield "每个问题对应 `yibao plan` 的一个选项，顺序相同。答案写说法、名称或“也可以写”里的词都行。"
    for question in known.questions.values():
        yield ""
        yield f"## {escape(question.label)} `{question.flag}`"
        yield ""
        yield escape(question.ask)
        yield ""
        for text in filter(None, (question.tip, question.help)):
            yield f"- {escape(text)}"
        if question.id != "errand":
            yield f"- 办这些事时用到：{'、'.join(used.get(question.id, ['没有']))}"
        if question.default is None:
            yield "- 走到这一步时必答"
        else:
            yield f"- 不答时当作：{escape(question.option(question.default).label)}"
        if question.several:
            yield "- 可以同时选几个"
        if question.kind == "place":
            yield "- 写省名、市名、区县名或拼音，例如 四川绵阳、sichuan mianyang"
            continue
        yield ""
        yield "| 说法 | 名称 | 也可以写 |"
        yield "| --- | --- | --- |"
        for one in question.options:
            yield _row(escape(one.label), f"`{one.id}`", escape("、".join(one.spellings)))


def _outcomes(known: Knowledge) -> Iterator[str]:
    used = _used(known)
    yield "# 结论"
    yield ""
    yield (
        "按先后排：几件事一起办时，排在前面的做清单的标题。"
        "每张清单还会加上一路上各个答案带来的条目。"
    )
    for outcome in known.outcomes.values():
        yield ""
        yield f"## {escape(say(outcome.title))}"
        yield ""
        yield escape(say(outcome.summary))
        yield ""
        yield f"- 名称 `{outcome.id}`，结论的类别 `{outcome.path}`"
        yield f"- 办这些事时会得出：{'、'.join(used.get(outcome.id, ['没有']))}"
        yield from _basis(known, outcome.basis)
        if outcome.topics:
            topics = "、".join(known.about.topics[one] for one in outcome.topics)
            yield f"- 一并显示当地的规定：{escape(topics)}"
        yield from _items(known, outcome)


def _items(known: Knowledge, outcome: Outcome) -> Iterator[str]:
    chosen = {*outcome.add, *outcome.alone}
    for kind, heading in _KINDS.items():
        found = [one for one in known.items.values() if one.kind == kind and one.id in chosen]
        if found:
            yield f"- {heading}："
            yield from (f"    - {_item(one, outcome)}" for one in found)


def _item(item: Item, outcome: Outcome) -> str:
    text = escape(say(item.text))
    return text if item.id in outcome.add else f"{text}（只在它是清单的结论时）"


def _sources(known: Knowledge) -> Iterator[str]:
    day = known.about.read_on
    counts = _citations(known)
    late = sum(source.review_by < day for source in known.sources.values())
    yield "# 依据"
    yield ""
    yield f"共{len(known.sources)}份，按知识的日期 {day} 算；其中{late}份过了复查日。"
    yield ""
    for level, says in known.about.levels.items():
        yield f"- {level}：{escape(says)}"
    yield ""
    yield "| 名称 | 文件 | 级别 | 发布 | 施行 | 读到 | 复查 | 怎么读的 | 引用 |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- | --- |"
    for source in known.sources.values():
        yield _source(known, source, day, counts.get(source.id, 0))


def _source(known: Knowledge, source: Source, day: str, count: int) -> str:
    number = f"（{source.number}）" if source.number else ""
    scope = f"，只在{known.places.get(source.scope).short}" if source.scope else ""
    until = f"，{source.until} 止" if source.until else ""
    late = "，已过" if source.review_by < day else ""
    quoted = "（转引）" if source.quoted else ""
    return _row(
        f"`{source.id}`",
        escape(source.title + number) + (f" {escape(source.url)}" if source.url else ""),
        source.level + scope,
        f"{source.issued}，{_age(source.issued, day)}" if source.issued else "",
        f"{source.effective or ''}{until}",
        f"{source.read_on}，{_age(source.read_on, day)}",
        source.review_by + late,
        escape(source.read_as) + quoted,
        f"{count}处",
    )


def _tree(known: Knowledge) -> Iterator[str]:
    yield "# 决策树"
    yield ""
    yield (
        "方框是问题，六边形是由两地和日期推出的事实，两边有双线的是结论和它的类别；"
        "虚线是得出结论后还要接着问。“加2条”是清单上多两条。"
        "在终端上看同样的内容：`yibao tree`。"
    )
    for errand in known.questions["errand"].options:
        part = view(known, errand.id)
        yield ""
        yield f"## {escape(errand.label)}"
        yield ""
        yield "```mermaid"
        yield draw(known, part, "mermaid", 0).rstrip("\n")
        yield "```"


# ---------------------------------------------------------------- parts


def _used(known: Knowledge) -> dict[str, list[str]]:
    """For each question and outcome the errands on whose ways it lies."""
    found: dict[str, list[str]] = {}
    for errand in known.questions["errand"].options:
        names: set[str] = set()
        for name in view(known, errand.id).nodes:
            node = known.nodes[name]
            branches = [*node.branches.values(), *([node.others] if node.others else [])]
            names |= {branch.conclude for branch in branches if branch.conclude}
            if node.kind != "switch":
                names.add(node.on)
        for name in names:
            found.setdefault(name, []).append(errand.label)
    return found


def _basis(known: Knowledge, basis: Basis) -> Iterator[str]:
    if basis.advice:
        yield "- 依据：实用建议"
    else:
        yield "- 依据："
    for rule in (known.rules[name] for name in basis.rules):
        yield f"    - {escape(rule.says)}（{rule.level} 级；{_cited(known, rule.cites)}）"
    if basis.local:
        yield "    - 当地的规定或免备案区域的规定"


def _cited(known: Knowledge, cites: Iterable[Citation]) -> str:
    named = ((known.sources[cite.source], cite.clause) for cite in cites)
    return "；".join(
        escape(f"{source.number or f'《{source.title}》'} {clause}") for source, clause in named
    )


def _citations(known: Knowledge) -> dict[str, int]:
    """How often each source is cited, by rules of the country and of places."""
    things: list[Rule | Zone | LocalRule | LocalFact | Portal]
    things = [*known.rules.values(), *known.zones]
    for sheet in known.sheets.values():
        things += [*sheet.rules.values(), *sheet.facts, *sheet.portals]
    found: dict[str, int] = {}
    for thing in things:
        for cite in thing.cites:
            found[cite.source] = found.get(cite.source, 0) + 1
    return found


def _age(since: str, day: str) -> str:
    """Whole years and months from one date to another; from a year alone it is a guess."""
    months = (int(day[:4]) - int(since[:4])) * 12
    if len(since) > 4:
        months += int(day[5:7]) - int(since[5:7]) - (day[8:] < since[8:])
    years, rest = divmod(max(months, 0), 12)
    text = "".join((f"{years}年" if years else "", f"{rest}个月" if rest else ""))
    return f"{'约' if len(since) == 4 else ''}{text or '不到1个月'}"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
