"""What can only be seen once everything is read: names that lead nowhere, gaps, circles."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches
from graphlib import CycleError, TopologicalSorter

from yibao_cli.knowledge.model import Knowledge
from yibao_cli.knowledge.reading import Problems
from yibao_cli.knowledge.tree import FACT_VALUES
from yibao_cli.knowledge.yaml_nodes import comma_hint

# Up to so many names are all listed where one of them is wrong; of more, the nearest.
_FEW = 20
_NEEDED = {"errand": "choice", "from": "place", "to": "place"}


def refuse_dangling(known: Knowledge, problems: Problems) -> None:
    """Every name that is mentioned exists."""
    names = _names(known)
    # They prove words of data/regions/nicknames.yaml, and no program needs them.
    names["公开文本", ""] = [name for kind, name in problems.lines.places if kind == "public text"]
    for (kind, of), mentions in problems.mentions.items():
        found = names.get((kind, of))
        for name, file, line in mentions:
            # Where the question, fact or province is unknown itself, that is all there is to say.
            if found is None or name in found:
                continue
            near = list(found)
            if len(near) > _FEW:
                near = [*get_close_matches(name, near, 5, 0.0), "……"]
            may = f"可以写：{'、'.join(near)}" if near else "这里一个也没有"
            may += "；新的在 data/sources.yaml 加一段" if kind == "出处" else ""
            may += comma_hint(name)
            if "代码" in kind and (meant := known.places.find(name)):
                codes = [f"{one.full_name}是 {one.district_code or one.code}" for one in meant[:3]]
                other = "；别的省的写在它自己的文件里" if kind == "省内的地区代码" else ""
                may = "、".join(codes) + other
            problems.add(file, line, f"没有{kind}“{name}”；{may}", "dangling")


def _names(known: Knowledge) -> dict[tuple[str, str], Collection[str]]:
    """The names that there are, by their kind and by what they belong to."""
    provinces = [place.code for place in known.places.all() if place.level == "province"]
    return {
        ("规则", ""): known.rules,
        ("出处", ""): known.sources,
        ("条目", ""): known.items,
        ("结论", ""): known.outcomes,
        ("条目或结论", ""): [*known.items, *known.outcomes],
        ("节点", ""): known.tree,
        ("问题", ""): known.questions,
        ("事实", ""): FACT_VALUES,
        ("问题或事实", ""): [*known.questions, *FACT_VALUES],
        ("主题", ""): known.about.topics,
        ("地区代码", ""): known.places.codes(),
        ("省级代码", ""): provinces,
        **{
            ("选项", name): question.options or ("given", "unsure")
            for name, question in known.questions.items()
        },
        **{("取值", fact): known.fact_values(fact) for fact in FACT_VALUES},
        **{("选项", fact): known.fact_values(fact) for fact in FACT_VALUES},
        **{
            ("省内的地区代码", code): [place.code for place in known.places.children(code)]
            for code in provinces
        },
    }


def refuse_gaps(known: Knowledge, problems: Problems) -> None:
    """What the program asks for by name is there: both places, and a way for each errand."""
    file, _ = problems.lines.of("question", next(iter(known.questions), ""))
    for name, kind in _NEEDED.items():
        question = known.questions.get(name)
        if question is None or question.kind != kind:
            message = f"缺少 kind 是 {kind} 的问题“{name}”；必须有：{'、'.join(_NEEDED)}"
            problems.add(file, 1, message, "missing_key")
        for option in question.options if question and name == "errand" else ():
            if option not in known.starts:
                message = f"“{option}”没有起点；data/tree 的 start 里要有每一件事"
                problems.add(*problems.lines.of("option of errand", option), message, "missing_key")


def refuse_misworded(known: Knowledge, problems: Problems) -> None:
    """A local rule words only what the item says itself: a paper has no deadline."""
    for fact in known.local_facts:
        for name, wording in fact.rewords.items():
            item = known.items.get(name)
            for key in wording.changes() if item else ():
                if not hasattr(item, key):
                    message = f"“{name}”没有 {key} 这一项；“{fact.id}”的 rewords 只能改它有的"
                    problems.add(*problems.lines.of("fact", fact.id), message, "unknown_key")


def refuse_circles(known: Knowledge, problems: Problems) -> None:
    """No way leads back to where it was: every walk has to end."""
    onward = {name: node.onward for name, node in known.nodes.items()}
    for at in sorted(circle(onward), key=list(known.nodes).index)[:1]:
        message = f"从节点“{at}”出发又走回了“{at}”；next 只能往前"
        problems.add(*problems.lines.of("node", at), message, "circle")


def circle(onward: Mapping[str, Iterable[str]]) -> set[str]:
    """Things that lead from one to the next and back again; none where every way ends."""
    try:
        TopologicalSorter(onward).prepare()
    except CycleError as error:
        return set(error.args[1])
    return set()
