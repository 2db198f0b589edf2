"""The decision tree drawn, or a part of it: as a list of its nodes, and as Mermaid."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from difflib import get_close_matches

from msgspec import Struct
from rich.console import RenderableType
from rich.text import Text
from rich.tree import Tree

from yibao_cli.answers import parse_answer, printable
from yibao_cli.errors import AnswerError, Finding
from yibao_cli.knowledge.model import Knowledge
from yibao_cli.knowledge.tree import Node
from yibao_cli.placeholders import UNNAMED, fill
from yibao_cli.render.drawing import WIDEST, flow, hanging
from yibao_cli.render.tables import inset
from yibao_cli.situation import label_of
from yibao_cli.walk import GIVEN
from yibao_cli.wrap import wrap

# So many options that nobody named are listed; more are just the rest.
_FEW = 3
# Cells of a guide beside twigs, and of the one before a twig, at most; and for words, at least.
_STEM, _JOINT, _LEAST = 5, 7, 12
_LEGEND = (
    "（加2条）是清单上多两条；“往下”是接着同一级的下一个；“见”是画在别处，“略”是这次没有画；"
    "先得出的结论是清单的结论，后面的只补充条目。"
)
# Cells of a line in a box or on an arrow; Mermaid breaks no Chinese text.
_LABEL = 32
_SHAPES = {"ask": "[%s]", "switch": "{{%s}}"}
# Everything that Mermaid or Markdown in it could take for markup; `_` is safe inside words.
_MARKUP = re.compile(r"[!-/:-@\[-^`{-~]")


class View(Struct, frozen=True):
    """What is drawn: where it begins, by heading, and the nodes that belong to it."""

    starts: dict[str, str]
    nodes: frozenset[str]


class Way(Struct, frozen=True):
    """Answers to a node that all do the same; in words, but for a way that every answer takes."""

    text: str
    answers: int
    conclude: str | None
    next: str | None


def view(knowledge: Knowledge, where: str | None = None, *, depth: int | None = None) -> View:
    """The part of the tree from an errand or a node on, some steps far.

    Raises AnswerError where nothing has that name.
    """
    starts = _starts(knowledge, where)
    return View(starts, _onward(knowledge, starts.values(), depth))


def ways(knowledge: Knowledge, node: Node) -> list[Way]:
    """What the answers to a node do, those together that do the same."""
    labels = _labels(knowledge, node)
    groups: dict[tuple[str | None, str | None, int], list[str]] = {}
    for value in sorted(labels, key=[*node.branches, *labels].index):
        if branch := node.branches.get(value, node.others):
            effect = (branch.conclude, node.after(branch), len(branch.add))
            groups.setdefault(effect, []).append(value)
    found = []
    for (conclude, after, adds), values in groups.items():
        named = [labels[one] for one in values if one in node.branches]
        others = [labels[one] for one in values if one not in node.branches]
        named += others if len(others) <= _FEW else [f"其余{len(others)}种"]
        text = "" if len(values) == len(labels) else " / ".join(named)
        if adds:
            added = f"{'各' if len(values) > 1 else ''}加{adds}条"
            text = f"{text}（{added}）" if text else added
        found.append(Way(text, len(values), conclude, after))
    return found


def say(text: str) -> str:
    """A text of the knowledge for no places in particular."""
    return fill(text, UNNAMED)


def drawn(knowledge: Knowledge, part: View, width: int) -> list[RenderableType]:
    """A part of the tree, no line wider than `width` cells unless it is too deep for that."""
    width = min(width, WIDEST) - 1
    branches = _Branches(knowledge, part)
    made: list[RenderableType] = []
    for heading, start in part.starts.items():
        tree = Tree(Text(heading, "act"), guide_style="muted")
        branches.grow(tree, start, frozenset(), width - _JOINT)
        made.append(inset(tree))
    return [*made, Text(), *hanging(Text(" "), flow(Text(_LEGEND, "muted"), width), 1)]


class _Branches:
    """Nodes below each other where their ways join again; what branches off stands inside."""

    def __init__(self, knowledge: Knowledge, part: View) -> None:
        self.knowledge, self.part = knowledge, part
        self.drawn: set[str] = set()

    def grow(self, tree: Tree, start: str | None, later: frozenset[str], room: int) -> None:
        """Add the nodes from one on, but for those that stand further below anyway.

        room: the cells that the guides at their left leave to them.
        """
        while start and start not in self.drawn:
            self.drawn.add(start)
            node = self.knowledge.nodes[start]
            title = Text.assemble(
                (label_of(self.knowledge, node.on), "act"), (f" {start}", "muted")
            )
            twig = _add(tree, title, room)
            found = ways(self.knowledge, node)
            start = self.join(found, later)
            below = later.union(_onward(self.knowledge, [start]) if start else ())
            for way in found:
                # That every answer leads to what stands next below needs no word.
                if (way.text, way.conclude, way.next) != ("", None, start):
                    self.add_way(twig, way, start, below, room - _STEM)

    def join(self, found: list[Way], later: frozenset[str]) -> str | None:
        """Where the ways meet again: what the most of them lead to, or the most answers."""
        answers: Counter[str] = Counter()
        for way in found:
            if way.next in self.part.nodes:
                answers[str(way.next)] += way.answers
        met = Counter(one for target in answers for one in _onward(self.knowledge, [target]))
        best = max(answers, key=lambda one: (met[one], answers[one]), default=None)
        return None if best in later or best in self.drawn else best

    def add_way(
        self, twig: Tree, way: Way, onward: str | None, below: frozenset[str], room: int
    ) -> None:
        """Add a way, with the nodes that it alone leads to."""
        inside = way.next in self.part.nodes and way.next not in self.drawn | below
        said = _way(self.knowledge, self.part, way, onward, inside=inside)
        branch = _add(twig, said, room)
        if inside:
            self.grow(branch, way.next, below, room - _STEM)


def _add(tree: Tree, text: Text, room: int) -> Tree:
    return tree.add(Text("\n").join(flow(text, max(room, _LEAST))))


def mermaid(knowledge: Knowledge, part: View) -> str:
    """A part of the tree as a flow chart in the language that code hosts draw in Markdown."""
    boxes, arrows = _chart(knowledge, part)
    lines = (
        f"{start} {line}{f'|{_quoted(said)}|' if said else ''} {end}"
        for (start, line, end), said in arrows.items()
    )
    return "\n    ".join(("flowchart TD", *boxes.values(), *lines)) + "\n"


def _chart(
    knowledge: Knowledge, part: View
) -> tuple[dict[str, str], dict[tuple[str, str, str], list[str]]]:
    """Boxes by their names, and what is said on the arrow from one to another."""
    boxes: dict[str, str] = {}
    arrows: dict[tuple[str, str, str], list[str]] = {}

    def box(name: str, shape: str, *lines: str) -> str:
        # A node made from several cases or questions has a slash in its name.
        name = name.replace("/", "__")
        boxes[name] = name + shape % _quoted(lines)
        return name

    def outcome(name: str) -> str:
        concluded = knowledge.outcomes[name]
        lines = wrap(say(concluded.title), _LABEL)
        return box(f"outcome_{name}", "[[%s]]", *lines, concluded.path)

    def place(name: str) -> str:
        node = knowledge.nodes[name]
        title = label_of(knowledge, node.on)
        if name in part.nodes:
            return box(f"node_{name}", _SHAPES[node.kind], *wrap(title, _LABEL))
        return box(f"cut_{name}", ">%s]", f"{title}（略）")

    def arrow(start: str, end: str, text: str = "", line: str = "-->") -> None:
        arrows.setdefault((start, line, end), []).extend(wrap(text, _LABEL) if text else ())

    for number, (heading, start) in enumerate(part.starts.items(), 1):
        if start in knowledge.starts.values():
            arrow(box(f"start_{number}", "([%s])", heading), place(start))
    for node in knowledge.nodes.values():
        for way in ways(knowledge, node) if node.id in part.nodes else ():
            if way.conclude:
                # Dashed where the way goes on.
                line = "-.->" if way.next else "-->"
                arrow(place(node.id), outcome(way.conclude), way.text, line)
            if way.next:
                arrow(place(node.id), place(way.next), way.text)
            elif not way.conclude:
                arrow(place(node.id), box("stop", "((%s))", "到此为止"), way.text)
    return boxes, arrows


def _starts(knowledge: Knowledge, where: str | None) -> dict[str, str]:
    """First nodes by their headings: of all errands, of some, or a node itself."""
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
    names = sorted({*knowledge.nodes, *headings, *headings.values()})
    near = tuple(get_close_matches(where, names, 3))
    errands = f"要办的事有：{'、'.join(headings.values())}。"
    hint = f"是不是：{'、'.join(near)}？" if near else errands
    message = f"没有“{printable(where)}”这个节点或要办的事。{hint}"
    raise AnswerError(Finding("unknown_node", message, near))


def _onward(
    knowledge: Knowledge, starts: Iterable[str], depth: int | None = None
) -> frozenset[str]:
    """The nodes from some on, at most so many steps away."""
    found = edge = frozenset(starts)
    while edge and depth != 0:
        nodes = [knowledge.nodes[name] for name in edge]
        onward = {one.after(branch) for one in nodes for branch in one.every_branch}
        edge = frozenset(filter(None, onward)) - found
        found |= edge
        depth = None if depth is None else depth - 1
    return found


def _labels(knowledge: Knowledge, node: Node) -> dict[str, str]:
    """Every value that a node can meet, in words."""
    if node.kind == "switch":
        values = knowledge.fact_values(node.on)
        return {value: knowledge.fact_word(node.on, value) for value in values}
    question = knowledge.questions[node.on]
    if question.kind == "place":
        # No options: it was answered or, where that is allowed, not.
        return {GIVEN: "写了地名", **({"unsure": "没写地名"} if node.asked == "never" else {})}
    return {option.id: option.label for option in question.options.values()}


def _way(knowledge: Knowledge, part: View, way: Way, onward: str | None, *, inside: bool) -> Text:
    """A way, what it concludes, and where it leads unless that stands `inside` it."""
    text, where = Text(way.text), ""
    if way.conclude:
        outcome = knowledge.outcomes[way.conclude]
        said = (f"结论“{say(outcome.title)}”", "accent")
        text = Text.assemble(text, "：" if text else "", said, (f"（{outcome.path}）", "muted"))
    if way.next is None:
        where = "" if way.conclude else "→ 到此为止"
    elif way.next == onward:
        where = "→ 往下"
    elif not inside:
        seen = "见" if way.next in part.nodes else "略"
        where = f"→ {seen} {label_of(knowledge, knowledge.nodes[way.next].on)} {way.next}"
    elif not text:
        where = "→"
    return Text.assemble(text, " " if text and where else "", (where, "muted"))


def _quoted(lines: Iterable[str]) -> str:
    escaped = (_MARKUP.sub(lambda found: f"#{ord(found[0])};", line) for line in lines)
    return f'"{"<br/>".join(escaped)}"'
