"""What the parts of the knowledge have to fulfil besides their types.

What was reported as wrong before is None in a part, and says nothing more.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yibao_cli.knowledge.folder import Folder
from yibao_cli.knowledge.items import Item, Outcome
from yibao_cli.knowledge.local import LocalFact
from yibao_cli.knowledge.questions import Option, Question
from yibao_cli.knowledge.reading import File
from yibao_cli.knowledge.sentence import Saying
from yibao_cli.knowledge.tree import Node
from yibao_cli.places import Spellings

_NODES = {"ask": "选项", "switch": "取值", "end": ""}
"""The kinds of nodes, and what their branches are."""
_AFTER_THE_END = ("branches", "others", "next", "optional", "wizard")


def check_question(folder: Folder, file: File[Any], question: Question) -> None:
    """A question with the options that it has to have, their numbers, and the names of these."""
    name, options = question.id, question.options
    folder.define(f"option of {name}", options, file, name, "options")
    if None not in (question.kind, options) and (question.kind == "choice") != bool(options):
        message = f"“{name}”有{len(options)}个选项；选择题要有 options，地点题不能有"
        folder.problems.add(file.name, file.line(name), message, "bad_value")
    check_numbers(folder, file, options or {}, name, "options")
    if question.default is not None:
        folder.mention("选项", question.default, name, file, name, "default")
    _mention_options(folder, file, question.fits, (name, "fits"), name)


def check_numbers(
    folder: Folder, file: File[Any], things: Mapping[str, Question | Option], *path: str
) -> None:
    """Each number in the answer code stands for one thing."""
    known: dict[int, str] = {}
    for name, thing in things.items():
        if thing is None or thing.number is None:
            continue
        first = known.setdefault(thing.number, name)
        if first != name:
            line = file.line(*path, first, "number")
            message = (
                f"编号 {thing.number} 是“{first}”的（第{line}行）；编号不能重复，要用没有用过的"
            )
            here = file.line(*path, name, "number")
            folder.problems.add(file.name, here, message, "duplicate_number")


def check_basis(folder: Folder, file: File[Any], one: Item | Outcome) -> None:
    """Something rests on rules, or it is practical advice."""
    if one.rules is None or one.advice is None:
        return
    if (bool(one.rules) or (one.id, "local") in file.lines) == one.advice:
        message = "rules 和 advice 都写了" if one.advice else "rules 和 advice 都没有写"
        may = "要写 rules（依据的规则）或 advice: yes（实用建议）中的一个"
        folder.problems.add(file.name, file.line(one.id), f"{message}；{may}", "no_source")


def check_when(
    folder: Folder, file: File[Any], one: Item | LocalFact | Saying, *path: str | int
) -> None:
    """The answers that something is about are options of their questions."""
    for question, options in (one.when or {}).items():
        _mention_options(folder, file, {question: options}, (*path, "when"), question)


def check_node(folder: Folder, file: File[Any], node: Node) -> None:
    """A node is of one kind, and its branches are values of what it is about."""
    path = ("nodes", node.id)
    kinds = [kind for kind in _NODES if (*path, kind) in file.lines]
    if len(kinds) != 1:
        may = "要写 ask（问题）、switch（事实）、end（结论）中的一个"
        message = f"节点写了{len(kinds)}个种类；{may}"
        folder.problems.add(file.name, file.line(*path), message, "bad_node")
        return
    idle = [key for key in _AFTER_THE_END if (*path, key) in file.lines]
    if kinds == ["end"] and idle:
        message = f"end 节点写了{'、'.join(idle)}；结论之后不能再有别的"
        folder.problems.add(file.name, file.line(*path), message, "bad_node")
        return
    for value in node.branches or {}:
        folder.mention(_NODES[kinds[0]], value, node.on, file, *path, "branches", value)


def check_spellings(folder: Folder, file: File[Spellings]) -> None:
    """Spellings are those of places, and each traditional character has a simplified one."""
    spellings = file.value
    if spellings is None:
        return
    for code in spellings.names or {}:
        folder.mention("地区代码", code, "", file, "names", code)
    pair = spellings.traditional
    if pair and pair.start and pair.end and len(pair.start) != len(pair.end):
        message = f"from 有{len(pair.start)}字，to 有{len(pair.end)}字；两边要一样多"
        folder.problems.add(file.name, file.line("traditional"), message, "bad_value")


def _mention_options(
    folder: Folder,
    file: File[Any],
    lists: Mapping[str, tuple[str, ...]] | None,
    path: tuple[str | int, ...],
    question: str,
) -> None:
    for name, options in (lists or {}).items():
        for number, option in enumerate(options or ()):
            if option is not None:
                folder.mention("选项", option, question, file, *path, name, number)
