"""What can only be seen once everything is read: names that lead nowhere, gaps, circles."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from difflib import get_close_matches

from yibao_cli.knowledge.folder import Lines
from yibao_cli.knowledge.model import Knowledge
from yibao_cli.knowledge.reading import Problems, Reference
from yibao_cli.knowledge.tree import FACT_VALUES, Node

# Up to so many names are all listed where one of them is wrong; of more, the nearest.
_FEW = 20


def refuse_dangling(
    known: Knowledge, nodes: Collection[str], references: Iterable[Reference], problems: Problems
) -> None:
    """Every name that is mentioned exists; `nodes` are those of the tree files."""
    provinces = [place.code for place in known.places.all() if place.level == "province"]
    names: dict[str, Collection[str]] = {
        "规则": known.rules,
        "出处": known.sources,
        "条目": known.items,
        "结论": known.outcomes,
        "节点": nodes,
        "问题": known.questions,
        "事实": FACT_VALUES,
        "问题或事实": {**known.questions, **FACT_VALUES},
        "主题": known.about.topics,
        "地区代码": known.places.codes(),
        "省级代码": provinces,
    }

    def allowed(kind: str, of: str) -> Collection[str] | None:
        """The names there are; None where it is unknown of what."""
        if kind == "选项":
            if of in FACT_VALUES:
                return known.fact_values(of)
            question = known.questions.get(of)
            if question and question.kind == "place":
                return ["given", "unsure"]
            return question.options if question else None
        if kind == "取值":
            return known.fact_values(of) or None
        if kind == "省内的地区代码":
            inside = [place.code for place in known.places.children(of)]
            return inside if of in provinces else None
        return names[kind]

    for one in references:
        found = allowed(one.kind, one.of)
        # Where the question, fact or province is unknown itself, that is all there is to say.
        if found is None or one.name in found:
            continue
        near = list(found)
        if len(near) > _FEW:
            near = get_close_matches(one.name, near, 3) or [*sorted(near)[:3], "……"]
        may = f"可以写：{'、'.join(near)}" if near else "这里一个也没有"
        problems.add(one.file, one.line, f"没有{one.kind}“{one.name}”；{may}", "dangling")


def refuse_gaps(known: Knowledge, lines: Lines, file: str, problems: Problems) -> None:
    """What the program asks for by name is there: both places, and a way for each errand.

    `file` is what messages call the file of the questions.
    """
    kinds = {"errand": "choice", "from": "place", "to": "place"}
    for name, kind in kinds.items():
        question = known.questions.get(name)
        if question is None or question.kind != kind:
            message = f"缺少 kind 是 {kind} 的问题“{name}”；必须有：{'、'.join(kinds)}"
            problems.add(file, 1, message, "missing_key")
        for option in question.options if question and name == "errand" else ():
            if option not in known.starts:
                message = f"“{option}”没有起点；data/tree 的 start 里要有每一件事"
                problems.add(*lines.of("option of errand", option), message, "missing_key")


def refuse_circles(known: Knowledge, lines: Lines, problems: Problems) -> None:
    """No way leads back to where it was: every walk has to end."""
    done: set[str] = set()
    for start in known.nodes:
        way: dict[str, Iterator[str]] = {}
        at: str | None = start
        while at is not None:
            if at in way:
                message = f"从节点“{at}”出发又走回了“{at}”；next 只能往前"
                problems.add(*lines.of("node", at), message, "circle")
                return
            way[at] = iter(() if at in done else _onward(known.nodes[at]))
            at = None
            while way and at is None:
                last = next(reversed(way))
                at = next(way[last], None)
                if at is None:
                    done.add(last)
                    del way[last]


def _onward(node: Node) -> list[str]:
    found = (node.after(branch) for branch in node.every_branch)
    return list(dict.fromkeys(name for name in found if name))
