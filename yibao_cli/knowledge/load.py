"""Reads a data folder into `Knowledge`, and refuses it where anything is wrong.

What can only be seen once everything is read stands at the end: names that lead nowhere, gaps,
circles.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches
from graphlib import CycleError, TopologicalSorter
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from msgspec import Raw, msgpack
from msgspec.structs import replace

from yibao_cli.clock import first_day, months_later
from yibao_cli.knowledge.about import About, Calendar, Diction
from yibao_cli.knowledge.folder import Folder, read_tables
from yibao_cli.knowledge.items import ITEM_TYPES, AnyItem, Item, Outcome, QuestionItem
from yibao_cli.knowledge.law import ProvinceSheet, Rule, Sheet, Source, Zone
from yibao_cli.knowledge.model import Knowledge
from yibao_cli.knowledge.questions import Question, Sentence
from yibao_cli.knowledge.reading import File, Lines, Problems
from yibao_cli.knowledge.tree import (
    FACT_VALUES,
    AnyNode,
    AskNode,
    CasesNode,
    SwitchNode,
    TreeFile,
)
from yibao_cli.knowledge.yaml_nodes import comma_hint
from yibao_cli.places import Meant, Nicknames, Spellings

__all__ = ["Lines", "extend", "load"]

_SOURCES = "sources.yaml"

AnySheet = TypeVar("AnySheet", bound=Sheet)
Resting = TypeVar("Resting", bound="Item | Outcome")


def load(root: Path) -> tuple[Knowledge, Lines]:
    """The knowledge in a data folder and where its parts stand.

    Raises KnowledgeError with every problem found, each with file and line. Names that lead
    nowhere are looked for only where everything could be read: else most of them are echoes.
    """
    folder = Folder(root)
    problems = folder.problems
    known = _read(folder)
    folder.refuse_strangers()
    problems.raise_if_any()
    # Before names are looked for, places have to be found by theirs.
    known = replace(known, spelled=known.places.spelled())
    refuse_dangling(known, problems)
    refuse_gaps(known, problems)
    refuse_misworded(known, problems)
    problems.raise_if_any()
    refuse_circles(known, problems)
    problems.raise_if_any()
    return replace(known, about=replace(known.about, version=_version(known))), problems.lines


def _version(known: Knowledge) -> str:
    """The last day on which something of the knowledge was read, and what tells its contents apart."""
    read = [known.about.read_on, *(source.read_on for source in known.sources.values())]
    read += [sheet.reviewed for sheet in known.provinces.values()]
    # Without what is only made of the rest.
    contents = msgpack.encode(replace(known, spelled={}))
    return f"{max(read).replace('-', '.')}+{sha256(contents).hexdigest()[:6]}"


def extend(base: Knowledge, root: Path, *, named: bool = True) -> tuple[Knowledge, Lines]:
    """Knowledge with the facts of provinces and cities that a folder adds or replaces.

    Such a folder holds `regions/provinces/*.yaml` and, for their citations, `sources.yaml`; facts
    are replaced by id, portals by name, rules one by one. The lines are those of the folder alone.
    One that nobody `named` may hold nothing. Raises KnowledgeError like `load`.
    """
    folder = Folder(root, named=named)
    sources = _sources(folder) if (root / _SOURCES).exists() else {}
    provinces = _provinces(folder)
    folder.refuse_strangers()
    folder.problems.raise_if_any()
    for code, sheet in provinces.items():
        if below := base.provinces.get(code):
            cities = {
                city: _over(below.cities.get(city), one) for city, one in sheet.cities.items()
            }
            provinces[code] = replace(_over(below, sheet), cities=below.cities | cities)
    known = replace(base, sources=base.sources | sources, provinces=base.provinces | provinces)
    refuse_dangling(known, folder.problems)
    refuse_misworded(known, folder.problems)
    folder.problems.raise_if_any()
    return replace(
        known, about=replace(known.about, version=_version(known))
    ), folder.problems.lines


def _read(folder: Folder) -> Knowledge:
    """Everything in a folder; what could not be read is missing, whatever the types say."""
    starts, tree = _tree(folder)
    places, districts = read_tables(folder)
    spellings, hospitals = _spellings(folder)
    return Knowledge(
        about=_about(folder),  # type: ignore[arg-type]
        questions=_questions(folder),
        starts=starts,
        tree=tree,
        outcomes=_resting(folder, "outcomes.yaml", Outcome),
        items=_items(folder),
        rules=folder.table("rules.yaml", Rule)[0],
        sources=_sources(folder),
        provinces=_provinces(folder),
        zones=folder.table("regions/zones.yaml", Zone)[0],
        place_rows=places,
        packed_districts=_packed(districts),
        spellings=spellings,  # type: ignore[arg-type]
        hospitals=hospitals,
        packed_sentence=_packed(folder.file("sentence.yaml", Sentence).value or Sentence()),
        wording=folder.file("wording.yaml", Diction).value or Diction(),
    )


def _packed(part: object) -> Raw:
    return Raw(msgpack.encode(part))


def _sources(folder: Folder) -> dict[str, Source]:
    return {
        name: replace(one, review_by=one.review_by or half_a_year_after(one.read_on))
        for name, one in folder.table(_SOURCES, Source)[0].items()
    }


def _about(folder: Folder) -> About | None:
    file = folder.file("knowledge.yaml", About)
    for reminder in Calendar.__struct_fields__:
        file.define("reminder", reminder, file.line("calendar", reminder))
    if file.value:
        _check_fact_words(file, file.value)
    return file.value


def _check_fact_words(file: File[Any], about: About) -> None:
    """Every fact that the program derives has words, and so has each of its values."""
    for fact, values in FACT_VALUES.items():
        words = about.facts.get(fact)
        wordless = [one for one in values if words is None or one not in words.values]
        if wordless:
            line = file.lines.get(("facts", fact)) or file.line("facts")
            message = f"事实“{fact}”没有写{'、'.join(wordless)}怎么说；facts 里每个取值都要有说法"
            file.refuse(line, message, "missing_key")


def _spellings(folder: Folder) -> tuple[Spellings | None, dict[str, Meant]]:
    """What else people say for places, and the hospitals that stand for theirs.

    Each traditional character has a simplified one.
    """
    file = folder.file("regions/names.yaml", Spellings)
    known = file.value
    pair = known and known.traditional
    if pair and len(pair.start) != len(pair.end):
        message = f"from 有{len(pair.start)}字，to 有{len(pair.end)}字；两边要一样多"
        file.refuse(file.line("traditional"), message, "bad_value")
    nicknames = folder.file("regions/nicknames.yaml", Nicknames).value
    if nicknames is None or known is None:
        return known, {}
    # What proves a word is for those who edit, and need not be read at each start.
    hospitals = {name: replace(one, named_in=()) for name, one in nicknames.hospitals.items()}
    return nicknames.over(known), hospitals


def _questions(folder: Folder) -> dict[str, Question]:
    questions, file = folder.table("questions.yaml", Question)
    for name, question in questions.items():
        if (question.kind == "choice") != bool(question.options):
            message = f"“{name}”有{len(question.options)}个选项；选择题要有 options，地点题不能有"
            file.refuse(file.line(name), message, "bad_value")
    return questions


def _items(folder: Folder) -> dict[str, AnyItem]:
    found: dict[str, AnyItem] = {}
    for kind, of in ITEM_TYPES.items():
        found |= _resting(folder, f"checklist/{kind}s.yaml", of)  # type: ignore[arg-type]
    return found


def _resting(folder: Folder, name: str, of: type[Resting]) -> dict[str, Resting]:
    """Things that rest on rules or are practical advice; a question claims nothing."""
    found, file = folder.table(name, of)
    for one in found.values():
        based = bool(one.rules) or (one.id, "local") in file.lines
        if based == one.advice and not isinstance(one, QuestionItem):
            message = "rules 和 advice 都写了" if based else "rules 和 advice 都没有写"
            may = "要写 rules（依据的规则）或 advice: yes（实用建议）中的一个"
            file.refuse(file.line(one.id), f"{message}；{may}", "no_source")
    return found


def _tree(folder: Folder) -> tuple[dict[str, str], dict[str, AnyNode]]:
    starts: dict[str, str] = {}
    nodes: dict[str, AnyNode] = {}
    for file in folder.files("tree", TreeFile):
        if file.value:
            starts |= file.value.start
            nodes |= file.value.nodes
            for node in file.value.nodes.values():
                _check_node(file, node)
    return starts, nodes


def _check_node(file: File[Any], node: AnyNode) -> None:
    """Branches are values of what a node is about, and every case can be met."""
    path = ("nodes", node.id)
    if isinstance(node, AskNode | SwitchNode):
        what, of = ("选项", node.ask) if isinstance(node, AskNode) else ("取值", node.switch)
        for value in node.branches:
            file.mention(what, value, file.line(*path, "branches", value), of)
    if isinstance(node, CasesNode):
        for number, case in enumerate(node.cases, 1):
            if not (case.when or 1 < number == len(node.cases)):
                alone = "只有这一行；cases 至少要有一行写 when"
                message = alone if len(node.cases) == 1 else "后面的行永远走不到；移到最后"
                line = file.line(*path, "cases", number - 1)
                file.refuse(line, f"这一行没有 when，{message}", "bad_node")


def _provinces(folder: Folder) -> dict[str, ProvinceSheet]:
    found: dict[str, ProvinceSheet] = {}
    for file in folder.files("regions/provinces", ProvinceSheet):
        if sheet := file.value:
            review_by = sheet.review_by or half_a_year_after(sheet.reviewed)
            sheet = replace(sheet, review_by=review_by)
            cities = {}
            for code, city in sheet.cities.items():
                line = file.line("cities", code)
                file.mention("省内的地区代码", code, line, sheet.code)
                # A city of another province is no second sheet of it.
                if code[:2] == sheet.code[:2]:
                    file.define("region", code, line)
                cities[code] = _filled(city, code, review_by)
            whole = replace(sheet, cities=cities)
            found[sheet.code] = _filled(whole, sheet.code, review_by)
    return found


def _filled(sheet: AnySheet, code: str, review_by: str) -> AnySheet:
    """A sheet whose facts know their place, and the day before which they are looked at again."""
    filled = [
        replace(one, region=code, review_by=one.review_by or review_by) for one in sheet.facts
    ]
    return replace(sheet, facts=tuple(filled))


def half_a_year_after(day: str) -> str:
    """The ISO day half a year after a day, of which only the month or the year may be known."""
    return months_later(first_day(day), 6).isoformat()


def _over(base: Sheet | None, sheet: AnySheet) -> AnySheet:
    """A sheet with what it does not replace of the one below it."""
    if base is None:
        return sheet
    return replace(
        sheet,
        rules=replace(base.rules, **sheet.own_rules),
        facts=tuple({one.id: one for one in (*base.facts, *sheet.facts)}.values()),
        portals=tuple({one.name: one for one in (*base.portals, *sheet.portals)}.values()),
    )


# ---------------------------------------------------------------- once everything is read

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
