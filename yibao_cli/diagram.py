"""The decision tree drawn: as an outline for terminals, as Mermaid and as Graphviz."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Literal

from yibao_cli import facts
from yibao_cli.answers import parse, shown
from yibao_cli.checklist import UNNAMED
from yibao_cli.errors import AnswerError, Finding
from yibao_cli.model import Branch, Knowledge, Node
from yibao_cli.render.wrap import wrap
from yibao_cli.walk import GIVEN

# So many options that nobody named are listed; more are just the rest.
_FEW = 3
# Cells of a line in a box or on an arrow; neither Mermaid nor Graphviz breaks Chinese text.
_LABEL = 32

_LEGEND = (
    "（加2条）是清单上多两条；“往下”是接着同一级的下一个；“见”是画在别处，“略”是这次没有画；"
    "先得出的结论是清单的结论，后面的只补充条目。"
)


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


def view(
    knowledge: Knowledge,
    where: str | None = None,
    *,
    depth: int | None = None,
    around: str | None = None,
) -> View:
    """The part of the tree from an errand or a node on, or around a node, some steps far.

    Raises AnswerError where nothing has that name.
    """
    starts = _starts(knowledge, where)
    after = {name: _onward(node) for name, node in knowledge.nodes.items()}
    nodes = _within(starts.values(), after, None if around else depth)
    if around is None:
        return View(starts, nodes)
    if around not in nodes:
        raise AnswerError(_unknown(around, nodes, "要看哪些节点，用 yibao tree。"))
    before: dict[str, list[str]] = {name: [] for name in nodes}
    for name in knowledge.nodes:
        for target in after[name] if name in nodes else ():
            before[target].append(name)
    near = _within([around], after, depth or 1) | _within([around], before, depth or 1)
    first = [name for name in knowledge.nodes if name in near and not near & {*before[name]}]
    shown_starts = {heading: start for heading, start in starts.items() if start in near}
    for name in first or [around]:
        if name not in shown_starts.values():
            shown_starts[f"从 {name} 起"] = name
    return View(shown_starts, near)


def draw(knowledge: Knowledge, part: View, format_: str, width: int) -> str:
    """A part of the tree in one of the formats; only the outline keeps to a width."""
    if format_ == "tree":
        return "".join(f"{line}\n" for line in _Outline(knowledge, part).lines(width))
    graph = _graph(knowledge, part)
    return _mermaid(graph) if format_ == "mermaid" else _graphviz(graph)


def ways(knowledge: Knowledge, node: Node) -> list[Way]:
    """What the answers to a node do, those together that do the same."""
    labels = _labels(knowledge, node)
    written = [value for value in node.branches if value in labels]
    rest = [value for value in labels if value not in node.branches]
    groups: dict[tuple[str | None, str | None, int], list[str]] = {}
    for value in (*written, *rest):
        branch = node.branches.get(value, node.others)
        if branch is not None:
            key = (branch.next, branch.conclude, len(branch.add))
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
    headings = {one.id: one.label for one in errand.options if one.id in knowledge.starts}
    if where is None:
        return {heading: knowledge.starts[name] for name, heading in headings.items()}
    try:
        chosen = str(parse(knowledge, errand, where)).split(",")
        return {headings[name]: knowledge.starts[name] for name in chosen}
    except AnswerError:
        if where in knowledge.nodes:
            return {f"从 {where} 起": where}
    names = {*knowledge.nodes, *headings, *headings.values()}
    raise AnswerError(_unknown(where, names, f"要办的事有：{'、'.join(headings.values())}。"))


def _unknown(name: str, known: Iterable[str], otherwise: str) -> Finding:
    near = tuple(get_close_matches(name, sorted(known), 3))
    hint = f"是不是：{'、'.join(near)}？" if near else otherwise
    return Finding("unknown_node", f"没有“{shown(name)}”这个节点或要办的事。{hint}", near)


def _within(
    starts: Iterable[str], steps: dict[str, list[str]], depth: int | None
) -> frozenset[str]:
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


def _onward(node: Node) -> list[str]:
    branches: list[Branch | None] = [*node.branches.values(), node.others]
    return [branch.next for branch in branches if branch and branch.next]


# ---------------------------------------------------------------- words


def _labels(knowledge: Knowledge, node: Node) -> dict[str, str]:
    """Every value that a node can meet, in words."""
    if node.kind == "switch":
        words = {**facts.WORDS, **{zone.id: zone.name for zone in knowledge.zones}}
        return {value: words[value] for value in facts.values(node.on, knowledge)}
    question = knowledge.questions[node.on]
    if question.kind == "place":
        # No options: it was answered or, where that is allowed, not.
        return {GIVEN: "写了地名", **({"unsure": "没写地名"} if node.optional else {})}
    return {option.id: option.label for option in question.options}


def _title(knowledge: Knowledge, node: Node) -> str:
    if node.kind == "switch":
        return facts.LABELS[node.on]
    return knowledge.questions[node.on].label


def _concluded(knowledge: Knowledge, name: str) -> tuple[str, str]:
    """Title and path of an outcome."""
    outcome = knowledge.outcomes[name]
    return say(outcome.title), outcome.path


def _effect(way: Way) -> str:
    each = "各" if way.count > 1 else ""
    text = " / ".join(way.labels)
    added = f"{each}加{way.adds}条" if way.adds else ""
    return f"{text}（{added}）" if text and added else text or added


# ---------------------------------------------------------------- the outline


@dataclass(frozen=True, slots=True)
class _Twig:
    text: str
    twigs: list[_Twig] = field(default_factory=list)


class _Outline:
    """Nodes below each other where their ways join again; what branches off stands inside."""

    def __init__(self, knowledge: Knowledge, part: View) -> None:
        self.knowledge = knowledge
        self.part = part
        self.after = {
            name: [one for one in _onward(knowledge.nodes[name]) if one in part.nodes]
            for name in part.nodes
        }
        self.drawn: set[str] = set()

    def lines(self, width: int) -> list[str]:
        found: list[str] = []
        for heading, start in self.part.starts.items():
            found += _drawn(_Twig(heading, self.chain(start, frozenset())), width)
        return [*found, "", *wrap(_LEGEND, width)]

    def chain(self, start: str, later: frozenset[str]) -> list[_Twig]:
        """The nodes from a start on, without those that stand further below anyway."""
        found = []
        at: str | None = start
        while at is not None and at not in self.drawn:
            self.drawn.add(at)
            node = self.knowledge.nodes[at]
            if node.kind == "end":
                found.append(_Twig(f"{self.conclusion(node.on)} {at}"))
                break
            all_ways = ways(self.knowledge, node)
            onward = self.onward(all_ways, later)
            below = later | _within([onward], self.after, None) if onward else later
            twigs = [self.way(one, onward, below) for one in all_ways]
            if len(all_ways) == 1 and not twigs[0].twigs and twigs[0].text == "→ 往下":
                twigs = []
            found.append(_Twig(f"{_title(self.knowledge, node)} {at}", twigs))
            at = onward
        return found

    def onward(self, all_ways: list[Way], later: frozenset[str]) -> str | None:
        """Where the ways of a node join again: the target that most of the others lead to."""
        counts: dict[str, int] = {}
        for way in all_ways:
            if way.next in self.part.nodes and way.next is not None:
                counts[way.next] = counts.get(way.next, 0) + way.count
        ahead = {target: _within([target], self.after, None) for target in counts}

        def joins(target: str) -> tuple[int, int]:
            return sum(target in reached for reached in ahead.values()), counts[target]

        best = max(counts, key=joins, default=None)
        return None if best in later or best in self.drawn else best

    def way(self, way: Way, onward: str | None, below: frozenset[str]) -> _Twig:
        text = _effect(way)
        if way.conclude:
            text = "：".join(filter(None, (text, self.conclusion(way.conclude))))
        if way.next is None:
            return _Twig(text if way.conclude else f"{text} → 到此为止".strip())
        if way.next == onward:
            return _Twig(f"{text} → 往下".strip())
        node = self.knowledge.nodes[way.next]
        if node.id in self.part.nodes and node.id not in self.drawn | below:
            return _Twig(text or "→", self.chain(node.id, below))
        name = node.id if node.kind == "end" else f"{_title(self.knowledge, node)} {node.id}"
        hint = "见 " if node.id in self.part.nodes else "略 "
        return _Twig(f"{text} → {hint}{name}".strip())

    def conclusion(self, name: str) -> str:
        return "结论“{}”（{}）".format(*_concluded(self.knowledge, name))


def _drawn(twig: _Twig, width: int, first: str = "", rest: str = "") -> list[str]:
    """A twig and all on it; connectors are one cell or two, but alike among neighbours."""
    stem = "│  " if twig.twigs else "   "
    lines = wrap(twig.text, width, first=first, rest=rest + stem)
    for number, one in enumerate(twig.twigs, 1):
        joint, beside = ("└─ ", "   ") if number == len(twig.twigs) else ("├─ ", "│  ")
        lines += _drawn(one, width, rest + joint, rest + beside)
    return lines


# ---------------------------------------------------------------- graphs

_Kind = Literal["start", "ask", "switch", "outcome", "stop", "cut"]


@dataclass(frozen=True, slots=True)
class _Box:
    kind: _Kind
    lines: list[str]


@dataclass(frozen=True, slots=True)
class _Graph:
    """Boxes by id, and the lines on each arrow; an arrow aside concludes and the way goes on."""

    boxes: dict[str, _Box] = field(default_factory=dict)
    arrows: dict[tuple[str, str, bool], list[str]] = field(default_factory=dict)

    def arrow(self, start: str, end: str, text: str, *, aside: bool = False) -> None:
        lines = self.arrows.setdefault((start, end, aside), [])
        lines += wrap(text, _LABEL) if text else []


def _graph(knowledge: Knowledge, part: View) -> _Graph:
    graph = _Graph()

    def outcome(name: str) -> str:
        title, path = _concluded(knowledge, name)
        graph.boxes[f"outcome_{name}"] = _Box("outcome", [*wrap(title, _LABEL), path])
        return f"outcome_{name}"

    def target(name: str) -> str:
        node = knowledge.nodes[name]
        if node.kind == "end":
            return outcome(node.on)
        if name in part.nodes:
            return f"node_{name}"
        graph.boxes[f"cut_{name}"] = _Box("cut", [f"{_title(knowledge, node)}（略）"])
        return f"cut_{name}"

    for number, (heading, start) in enumerate(part.starts.items(), 1):
        if start in knowledge.starts.values():
            graph.boxes[f"start_{number}"] = _Box("start", [heading])
            graph.arrow(f"start_{number}", target(start), "")
    for node in knowledge.nodes.values():
        if node.id not in part.nodes:
            continue
        here = target(node.id)
        if node.kind == "end":
            continue
        graph.boxes[here] = _Box(node.kind, wrap(_title(knowledge, node), _LABEL))
        for way in ways(knowledge, node):
            text = _effect(way)
            if way.conclude:
                graph.arrow(here, outcome(way.conclude), text, aside=way.next is not None)
            if way.next:
                graph.arrow(here, target(way.next), text)
            elif not way.conclude:
                graph.boxes["stop"] = _Box("stop", ["到此为止"])
                graph.arrow(here, "stop", text)
    return graph


_MERMAID: dict[_Kind, tuple[str, str]] = {
    "start": ("([", "])"),
    "ask": ("[", "]"),
    "switch": ("{{", "}}"),
    "outcome": ("[[", "]]"),
    "stop": ("((", "))"),
    "cut": (">", "]"),
}
_SHAPES: dict[_Kind, str] = {
    "start": "oval",
    "ask": "box",
    "switch": "hexagon",
    "outcome": "doubleoctagon",
    "stop": "circle",
    "cut": "plaintext",
}
# Everything that Mermaid or Markdown in it could take for markup; `_` is safe inside words.
_MARKUP = re.compile(r"[!-/:-@\[-^`{-~]")


def _mermaid(graph: _Graph) -> str:
    lines = ["flowchart TD"]
    for name, box in graph.boxes.items():
        before, after = _MERMAID[box.kind]
        lines.append(f"    {name}{before}{_mermaid_text(box.lines)}{after}")
    for (start, end, aside), said in graph.arrows.items():
        label = f"|{_mermaid_text(said)}|" if said else ""
        lines.append(f"    {start} {'-.->' if aside else '-->'}{label} {end}")
    return "\n".join(lines) + "\n"


def _mermaid_text(lines: list[str]) -> str:
    escaped = (_MARKUP.sub(lambda found: f"#{ord(found[0])};", line) for line in lines)
    return f'"{"<br/>".join(escaped)}"'


def _graphviz(graph: _Graph) -> str:
    lines = ["digraph yibao {"]
    for name, box in graph.boxes.items():
        lines.append(f"    {name} [shape={_SHAPES[box.kind]}, label={_dot_text(box.lines)}];")
    for (start, end, aside), said in graph.arrows.items():
        style = ", style=dashed" if aside else ""
        lines.append(f"    {start} -> {end} [label={_dot_text(said)}{style}];")
    return "\n".join([*lines, "}"]) + "\n"


def _dot_text(lines: list[str]) -> str:
    escaped = (line.replace("\\", "\\\\").replace('"', '\\"') for line in lines)
    return '"{}"'.format("\\n".join(escaped))
