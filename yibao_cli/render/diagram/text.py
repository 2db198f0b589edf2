"""The tree as branches of text, for terminals."""

from __future__ import annotations

from dataclasses import dataclass, field

from yibao_cli.knowledge.model import Knowledge
from yibao_cli.render.diagram.part import View, Way, concluded, effect, onward, title, ways, within
from yibao_cli.wrap import wrap

_LEGEND = (
    "（加2条）是清单上多两条；“往下”是接着同一级的下一个；“见”是画在别处，“略”是这次没有画；"
    "先得出的结论是清单的结论，后面的只补充条目。"
)


def draw(knowledge: Knowledge, part: View, width: int) -> str:
    """A part of the tree, no line wider than `width` cells."""
    return "".join(f"{line}\n" for line in _Branches(knowledge, part).lines(width))


@dataclass(frozen=True, slots=True)
class _Twig:
    text: str
    twigs: list[_Twig] = field(default_factory=list)


class _Branches:
    """Nodes below each other where their ways join again; what branches off stands inside."""

    def __init__(self, knowledge: Knowledge, part: View) -> None:
        self.knowledge = knowledge
        self.part = part
        self.after = {
            name: [one for one in onward(knowledge.nodes[name]) if one in part.nodes]
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
            below = later | within([onward], self.after, None) if onward else later
            twigs = [self.way(one, onward, below) for one in all_ways]
            if len(all_ways) == 1 and not twigs[0].twigs and twigs[0].text == "→ 往下":
                twigs = []
            found.append(_Twig(f"{title(self.knowledge, node)} {at}", twigs))
            at = onward
        return found

    def onward(self, all_ways: list[Way], later: frozenset[str]) -> str | None:
        """Where the ways of a node join again: the target that most of the others lead to."""
        counts: dict[str, int] = {}
        for way in all_ways:
            if way.next in self.part.nodes and way.next is not None:
                counts[way.next] = counts.get(way.next, 0) + way.count
        ahead = {target: within([target], self.after, None) for target in counts}

        def joins(target: str) -> tuple[int, int]:
            return sum(target in reached for reached in ahead.values()), counts[target]

        best = max(counts, key=joins, default=None)
        return None if best in later or best in self.drawn else best

    def way(self, way: Way, onward: str | None, below: frozenset[str]) -> _Twig:
        text = effect(way)
        if way.conclude:
            text = "：".join(filter(None, (text, self.conclusion(way.conclude))))
        if way.next is None:
            return _Twig(text if way.conclude else f"{text} → 到此为止".strip())
        if way.next == onward:
            return _Twig(f"{text} → 往下".strip())
        node = self.knowledge.nodes[way.next]
        if node.id in self.part.nodes and node.id not in self.drawn | below:
            return _Twig(text or "→", self.chain(node.id, below))
        name = node.id if node.kind == "end" else f"{title(self.knowledge, node)} {node.id}"
        hint = "见 " if node.id in self.part.nodes else "略 "
        return _Twig(f"{text} → {hint}{name}".strip())

    def conclusion(self, name: str) -> str:
        return "结论“{}”（{}）".format(*concluded(self.knowledge, name))


def _drawn(twig: _Twig, width: int, first: str = "", rest: str = "") -> list[str]:
    """A twig and all on it; connectors are one cell or two, but alike among neighbours."""
    stem = "│  " if twig.twigs else "   "
    lines = wrap(twig.text, width, first=first, rest=rest + stem)
    for number, one in enumerate(twig.twigs, 1):
        joint, beside = ("└─ ", "   ") if number == len(twig.twigs) else ("├─ ", "│  ")
        lines += _drawn(one, width, rest + joint, rest + beside)
    return lines
