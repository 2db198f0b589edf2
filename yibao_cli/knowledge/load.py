"""Reads the data folder into `model.Knowledge`, and refuses it where anything is wrong."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from yibao_cli.knowledge import items, legal, local, places, whole
from yibao_cli.knowledge.about import about
from yibao_cli.knowledge.folder import Folder
from yibao_cli.knowledge.names import Lines, Names
from yibao_cli.knowledge.questions import question
from yibao_cli.knowledge.tree import tree
from yibao_cli.knowledge.yamltext import Problems
from yibao_cli.model import Item, Knowledge, RegionSheet, Source
from yibao_cli.regions import Gazetteer

__all__ = ["Lines", "extend", "load"]

_SOURCES = "sources.yaml"
_QUESTIONS = "questions.yaml"


def load(root: Path) -> tuple[Knowledge, Lines]:
    """The knowledge in a data folder and where its parts stand.

    Raises KnowledgeError with every problem found, each with file and line. Names that lead
    nowhere are looked for only where everything could be read: else most of them are echoes.
    """
    problems, names = Problems(), Names()
    folder = Folder(root, problems)
    table = names.table
    described = about(folder.top("knowledge.yaml"), names)
    sources = _sources(folder, names)
    rules = table("rule", folder.top("rules.yaml"), legal.rule)
    asked = table("question", folder.top(_QUESTIONS), question)
    found: dict[str, Item] = {}
    for kind in items.FIELDS:
        top = folder.top(f"checklist/{kind}s.yaml", items.PLACEHOLDERS)
        found |= table("item", top, partial(items.item, kind))
    top = folder.top("outcomes.yaml", items.PLACEHOLDERS)
    outcomes = table("outcome", top, items.outcome).values()
    starts, nodes = tree(folder.tops("tree"), names)
    spellings = places.spellings(folder.top("regions/names.yaml"), names)
    zones = table("zone", folder.top("regions/zones.yaml"), local.zone)
    sheets = _sheets(folder, names)
    rows, districts = places.rows(folder)
    folder.refuse_strangers()
    problems.raise_if_any()
    known = Knowledge(
        about=described,
        questions=asked,
        nodes=nodes,
        starts=starts,
        outcomes={one.id: one._replace(rank=rank) for rank, one in enumerate(outcomes)},
        items=found,
        rules=rules,
        sources=sources,
        sheets=sheets,
        zones=tuple(zones.values()),
        places=Gazetteer(rows, districts, **spellings),
    )
    whole.refuse_dangling(known, names.mentions)
    whole.refuse_gaps(known, names.lines, folder.called(_QUESTIONS), problems)
    problems.raise_if_any()
    whole.refuse_circles(known, names.lines, problems)
    problems.raise_if_any()
    return known, names.lines


def extend(base: Knowledge, root: Path) -> tuple[Knowledge, Lines]:
    """Knowledge with the facts of provinces and cities that a folder adds or replaces.

    Such a folder holds `regions/provinces/*.yaml` and, for their citations, `sources.yaml`; facts
    are replaced by id, portals by name, rules one by one. The lines are those of the folder alone.
    Raises KnowledgeError like `load`.
    """
    problems, names = Problems(), Names()
    folder = Folder(root, problems)
    sources = _sources(folder, names) if folder.has(_SOURCES) else {}
    sheets = {
        code: local.laid_over(base.sheets.get(code), sheet)
        for code, sheet in _sheets(folder, names).items()
    }
    folder.refuse_strangers()
    problems.raise_if_any()
    known = base._replace(sources=base.sources | sources, sheets=base.sheets | sheets)
    whole.refuse_dangling(known, names.mentions)
    problems.raise_if_any()
    return known, names.lines


def _sources(folder: Folder, names: Names) -> dict[str, Source]:
    return names.table("source", folder.top(_SOURCES), legal.source)


def _sheets(folder: Folder, names: Names) -> dict[str, RegionSheet]:
    return local.sheets(folder.tops("regions/provinces"), names)
