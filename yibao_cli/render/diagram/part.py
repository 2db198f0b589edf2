"""The part of the decision tree that is drawn, and the words for what it does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from yibao_cli import facts
from yibao_cli.answers import parse_answer, printable
from yibao_cli.checklist import UNNAMED
from yibao_cli.errors import AnswerError, Finding
from yibao_cli.knowledge.model import Knowledge
from yibao_cli.knowledge.tree import Node
from yibao_cli.walk import GIVEN

# So many options that nobody named are listed; more are just the rest.
_FEW = 3


@dataclass(frozen=True, slots=True)
class View:
    """What is drawn: where it begins, by heading, and the nodes that belong to it."""

    starts: dict[str, str]
    nodes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Way:
    """Answers to one node that all do the same; no labels where it takes every answer."""

    labels: tuple[str, ...]
    count: int
    adds: int
    conclude: str | None
    next: str | None


def view(knowledge: Knowledge, where: str | None = None, *, depth: int | None = None) -> View:
    """The part of the tree from an errand or a node on, some steps far.

    Raises AnswerError where nothing has that name.
    """
    starts = _starts(knowledge, where)
    after = {name: onward(node) for name, node in knowledge.nodes.items()}
    return View(starts, within(starts.values(), after, depth))


def ways(knowledge: Knowledge, node: Node) -> list[Way]:
    """What the answers to a node do, those together that do the same."""
    labels = _labels(knowledge, node)
    written = [value for value in node.branches if value in labels]
    rest = [value for value in labels if value not in node.branches]
    groups: dict[tuple[str | None, str | None, int], list[str]] = {}
    for value in (*written, *rest):
        branch = node.branches.get(value, node.rest)
        if branch is not None:
            key = (node.after(branch), branch.conclude, len(branch.add))
            groups.setdefault(key, []).append(value)
    found = []
    for (target, conclude, adds), values in groups.items():
        unnamed = [labels[value] for value in values if value in rest]
        named = [labels[value] for value in values if value in written]
        named += unnamed if len(unnamed) <= _FEW else [f"其余{len(unnamed)}种"]
        everything = len(values) == len(labels)
        found.append(Way(() if everything else tuple(named), len(values), adds, conclude, target))
    return found


def say(text: str) -> str:
    """A text of the knowledge for no places in particular."""
    for placeholder, word in UNNAMED.items():
        text = text.replace(placeholder, word)
    return text


# ---------------------------------------------------------------- what is drawn


def _starts(knowledge: Knowledge, where: str | None) -> dict[str, str]:
    """First nodes by their headings: of all errands, of one, or a node itself."""
    errand = knowledge.questions["errand"]
    headings = {one.id: one.label for one in errand.options.values() if one.id in knowledge.starts}
    if where is None:
        return {heading: knowledge.starts[name] for name, heading in headings.items()}
    try:
        chosen = str(parse_answer(knowledge, errand, where)).split(",")
        return {headings[name]: knowledge.starts[name] for name in chosen}
    except AnswerError:
        if where in knowledge.nodes:
            return {f"从 {where} 起": where}
    names = {*knowledge.nodes, *headings, *headings.values()}
    raise AnswerError(_unknown(where, names, f"要办的事有：{'、'.join(headings.values())}。"))


def _unknown(name: str, known: Iterable[str], otherwise: str) -> Finding:
    near = tuple(get_close_matches(name, sorted(known), 3))
    hint = f"是不是：{'、'.join(near)}？" if near else otherwise
    return Finding("unknown_node", f"没有“{printable(name)}”这个节点或要办的事。{hint}", near)


def within(starts: Iterable[str], steps: dict[str, list[str]], depth: int | None) -> frozenset[str]:
    """Everything at most so many steps away."""
    found: set[str] = set()
    edge = set(starts)
    while edge:
        found |= edge
        if depth is not None:
            depth -= 1
            if depth < 0:
                break
        edge = {target for name in edge for target in steps[name]} - found
    return frozenset(found)


def onward(node: Node) -> list[str]:
    """The nodes that a node leads to, as often as it does."""
    return [target for branch in node.every_branch if (target := node.after(branch))]


# ---------------------------------------------------------------- words


def _labels(knowledge: Knowledge, node: Node) -> dict[str, str]:
    """Every value that a node can meet, in words."""
    if node.kind == "switch":
        words = {**facts.WORDS, **{zone.id: zone.name for zone in knowledge.zones.values()}}
        return {value: words[value] for value in knowledge.fact_values(node.on)}
    question = knowledge.questions[node.on]
    if question.kind == "place":
        # No options: it was answered or, where that is allowed, not.
        return {GIVEN: "写了地名", **({"unsure": "没写地名"} if node.optional else {})}
    return {option.id: option.label for option in question.options.values()}


def title(knowledge: Knowledge, node: Node) -> str:
    """What a node is about."""
    if node.kind == "switch":
        return facts.LABELS[node.on]
    return knowledge.questions[node.on].label


def concluded(knowledge: Knowledge, name: str) -> tuple[str, str]:
    """Title and path of an outcome."""
    outcome = knowledge.outcomes[name]
    return say(outcome.title), outcome.path


def effect(way: Way) -> str:
    """The answers of a way, and how much they add to the list."""
    each = "各" if way.count > 1 else ""
    text = " / ".join(way.labels)
    added = f"{each}加{way.adds}条" if way.adds else ""
    return f"{text}（{added}）" if text and added else text or added
