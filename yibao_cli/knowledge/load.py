"""Reads the data folder into `Knowledge`, and refuses it where anything is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

from msgspec.structs import asdict, replace

from yibao_cli.knowledge.about import About
from yibao_cli.knowledge.folder import Folder, Lines
from yibao_cli.knowledge.items import ITEM_TYPES, AnyItem, Outcome, QuestionItem
from yibao_cli.knowledge.legal import Rule, Source
from yibao_cli.knowledge.local import ProvinceSheet, Sheet, Zone
from yibao_cli.knowledge.model import Knowledge
from yibao_cli.knowledge.parts import (
    check_basis,
    check_node,
    check_numbers,
    check_question,
    check_spellings,
    check_when,
)
from yibao_cli.knowledge.questions import Question
from yibao_cli.knowledge.reading import File
from yibao_cli.knowledge.sentence import Sentence
from yibao_cli.knowledge.tables import read_tables
from yibao_cli.knowledge.tree import Node, TreeFile
from yibao_cli.knowledge.whole import refuse_circles, refuse_dangling, refuse_gaps
from yibao_cli.places import Spellings

__all__ = ["Lines", "extend", "load"]

_SOURCES = "sources.yaml"
_QUESTIONS = "questions.yaml"
_PROVINCES = "regions/provinces"

AnySheet = TypeVar("AnySheet", bound=Sheet)


def load(root: Path) -> tuple[Knowledge, Lines]:
    """The knowledge in a data folder and where its parts stand.

    Raises KnowledgeError with every problem found, each with file and line. Names that lead
    nowhere are looked for only where everything could be read: else most of them are echoes.
    """
    folder = Folder(root)
    problems, lines = folder.problems, folder.lines
    known = _read(folder)
    folder.refuse_strangers()
    problems.raise_if_any()
    refuse_dangling(known, folder.references, problems)
    refuse_gaps(known, lines, folder.called(_QUESTIONS), problems)
    problems.raise_if_any()
    refuse_circles(known, lines, problems)
    problems.raise_if_any()
    return known, lines


def extend(base: Knowledge, root: Path) -> tuple[Knowledge, Lines]:
    """Knowledge with the facts of provinces and cities that a folder adds or replaces.

    Such a folder holds `regions/provinces/*.yaml` and, for their citations, `sources.yaml`; facts
    are replaced by id, portals by name, rules one by one. The lines are those of the folder alone.
    Raises KnowledgeError like `load`.
    """
    folder = Folder(root)
    sources = _sources(folder) if folder.has(_SOURCES) else {}
    provinces = _provinces(folder)
    folder.refuse_strangers()
    folder.problems.raise_if_any()
    known = replace(
        base,
        sources=base.sources | sources,
        provinces=base.provinces
        | {code: _province_over(base.provinces.get(code), one) for code, one in provinces.items()},
    )
    refuse_dangling(known, folder.references, folder.problems)
    folder.problems.raise_if_any()
    return known, folder.lines


def _read(folder: Folder) -> Knowledge:
    """Everything in a folder; where there are problems, as much as could be read."""
    about = _about(folder)
    starts, nodes = _tree(folder)
    spellings = folder.file("regions/names.yaml", Spellings)
    check_spellings(folder, spellings)
    places, districts = read_tables(folder)
    zones, _ = folder.table("zone", "regions/zones.yaml", Zone)
    rules, _ = folder.table("rule", "rules.yaml", Rule)
    return Knowledge(
        about=about,
        questions=_questions(folder),
        starts=starts,
        nodes=nodes,
        outcomes=_outcomes(folder),
        items=_items(folder),
        rules=rules,
        sources=_sources(folder),
        provinces=_provinces(folder),
        zones=zones,
        place_rows=places,
        district_rows=districts,
        spellings=spellings.value,  # type: ignore[arg-type]
        sentence=_sentence(folder),
    )


def _sentence(folder: Folder) -> Sentence:
    """The words of sentences, each with its line."""
    file = folder.file("sentence.yaml", Sentence)
    for number, saying in enumerate(file.value.says or () if file.value else ()):
        check_when(folder, file, saying, "says", number)
        for place, word in enumerate(saying.words or ()):
            here = (file.name, file.line("says", number, "words", place))
            folder.lines.places["word", word] = here
        for question, option in (saying.means or {}).items():
            folder.mention("选项", option, question, file, "says", number, "means", question)
    return file.value  # type: ignore[return-value]


def _about(folder: Folder) -> About:
    file = folder.file("knowledge.yaml", About)
    about = file.value
    if about is not None:
        folder.define("topics", about.topics, file, "topics")
        reminders = asdict(about.calendar) if about.calendar else {}
        folder.define("reminder", reminders, file, "calendar")
    return about  # type: ignore[return-value]


def _sources(folder: Folder) -> dict[str, Source]:
    return folder.table("source", _SOURCES, Source)[0]


def _questions(folder: Folder) -> dict[str, Question]:
    questions, file = folder.table("question", _QUESTIONS, Question)
    for question in questions.values():
        check_question(folder, file, question)
    check_numbers(folder, file, questions)
    return questions


def _items(folder: Folder) -> dict[str, AnyItem]:
    found: dict[str, AnyItem] = {}
    for kind, of in ITEM_TYPES.items():
        items, file = folder.table("item", f"checklist/{kind}s.yaml", of)
        for item in items.values():
            check_when(folder, file, item, item.id)
            # A question claims nothing, so it needs no source.
            if not isinstance(item, QuestionItem):
                check_basis(folder, file, item)
        found |= items  # type: ignore[arg-type]
    return found


def _outcomes(folder: Folder) -> dict[str, Outcome]:
    outcomes, file = folder.table("outcome", "outcomes.yaml", Outcome)
    for outcome in outcomes.values():
        check_basis(folder, file, outcome)
    return outcomes


def _tree(folder: Folder) -> tuple[dict[str, str], dict[str, Node]]:
    starts: dict[str, str] = {}
    nodes: dict[str, Node] = {}
    for file in folder.files("tree", TreeFile):
        if file.value is None:
            continue
        starts |= folder.define("start", file.value.start, file, "start")
        found = folder.define("node", file.value.nodes, file, "nodes")
        for node in found.values():
            check_node(folder, file, node)
        nodes |= found
    return starts, nodes


# ---------------------------------------------------------------- provinces


def _provinces(folder: Folder) -> dict[str, ProvinceSheet]:
    found: dict[str, ProvinceSheet] = {}
    for file in folder.files(_PROVINCES, ProvinceSheet):
        sheet = file.value
        if sheet is None or not sheet.code or not folder.new("region", sheet.code, file, "code"):
            continue
        review_by = sheet.review_by
        sheet = _filled(folder, file, sheet, sheet.code, review_by)
        for city in sheet.cities or {}:
            folder.mention("省内的地区代码", city, sheet.code, file, "cities", city)
        cities = folder.define("region", sheet.cities, file, "cities")
        cities = {
            code: _filled(folder, file, one, code, review_by, "cities", code)
            for code, one in cities.items()
        }
        found[sheet.code] = replace(sheet, cities=cities)
    return found


def _filled(
    folder: Folder, file: File[Any], sheet: AnySheet, code: str, review_by: str, *path: str
) -> AnySheet:
    """A sheet whose facts know their place, and the day before which they are looked at again."""
    facts = []
    for number, fact in enumerate(sheet.facts or ()):
        if fact is None:
            continue
        at: tuple[str | int, ...] = (*path, "facts", number)
        if fact.id:
            folder.new("fact", fact.id, file, *at, "id")
        check_when(folder, file, fact, *at)
        facts.append(replace(fact, region=code, review_by=fact.review_by or review_by))
    return replace(sheet, facts=tuple(facts))


def _province_over(base: ProvinceSheet | None, sheet: ProvinceSheet) -> ProvinceSheet:
    """A province with what it does not replace of the one below it."""
    if base is None:
        return sheet
    cities = {code: _over(base.cities.get(code), one) for code, one in sheet.cities.items()}
    return replace(_over(base, sheet), cities=base.cities | cities)


def _over(base: AnySheet | None, sheet: AnySheet) -> AnySheet:
    if base is None:
        return sheet
    rules = {name: rule for name, rule in asdict(sheet.rules).items() if rule is not None}
    return replace(
        sheet,
        rules=replace(base.rules, **rules),
        facts=tuple({one.id: one for one in (*base.facts, *sheet.facts)}.values()),
        portals=tuple({one.name: one for one in (*base.portals, *sheet.portals)}.values()),
    )
