"""What the entries of a checklist rest on: citations, levels, and the sources in reading order."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from yibao_cli.knowledge.items import AnyItem
from yibao_cli.knowledge.kinds import LEVELS, Level, split_cite
from yibao_cli.knowledge.law import FilingInside, LocalFact, Maternity, Portal, Rule, Source, Zone
from yibao_cli.knowledge.model import Knowledge, in_force
from yibao_cli.places import Place
from yibao_cli.result import CitedSource
from yibao_cli.walk import Answers

ELSEWHERE = "外地"
"""Where a text is from that neither the nation nor one of the two places has issued."""
FOREIGN = "外省规定"
"""Whose rule it is where only texts of other provinces than the insured place's say so."""
RETOLD = "一份转述"
"""Whose rule it is where it is known from one report alone."""

# What a list tells of a source as the knowledge has it; its level depends on the two places.
_AS_READ = {*CitedSource.__struct_fields__} & {*Source.__struct_fields__} - {"level"}
_DIGITS = "零一二三四五六七八九"


Fields = dict[str, Any]
"""The fields of `result.Evidence`, for any entry that has them."""


class Citations:
    """The references of one checklist by the rules of an ISO day.

    It remembers what was cited, in the order in which it was: so a reader finds it numbered.
    """

    def __init__(self, knowledge: Knowledge, answers: Answers, day: str) -> None:
        self._knowledge = knowledge
        places = {name: one for name, one in answers.items() if isinstance(one, Place)}
        self._home = {code for place in places.values() for code in place.codes}
        self._insured = places["from"].codes if "from" in places else set()
        self._day = day
        self._cited: dict[str, dict[str, None]] = {}

    def of_item(
        self,
        item: AnyItem,
        worded: LocalFact | None = None,
        *,
        portals: Iterable[Portal] = (),
        listed: bool = True,
    ) -> Fields:
        """The evidence of an item, in the words of a local fact where it has some, and its detail;
        whose rule it is, is said of its text alone.
        """
        found = self.of_rules(item.basis, worded, portals=portals, listed=listed)
        if item.detail_rules:
            text = self.of_rules(item.rules, worded, portals=portals, listed=False)
            found |= {"advice": text["advice"], "authority": text["authority"]}
        return found

    def of_rules(
        self,
        rules: Iterable[str],
        local: FilingInside | Maternity | Zone | LocalFact | None = None,
        *,
        portals: Iterable[Portal] = (),
        listed: bool = True,
    ) -> Fields:
        """The evidence of what rests on rules, and names portals; the weakest of the rules gives the
        level.
        """
        found: list[Rule | FilingInside | Maternity | Zone | LocalFact] = [
            rule for name in rules if in_force(rule := self._knowledge.rules[name], self._day)
        ]
        found += [local] if local else []
        level = max((one.level for one in found), key=LEVELS.index, default=None)
        cites = [cite for one in (*found, *(portals if found else ())) for cite in one.cites]
        evidence = self.of(cites, level, listed=listed)
        if isinstance(local, LocalFact):
            # What it says of this place is the place's rule, whatever else it rests on.
            evidence["authority"] = self.of_fact(local)["authority"]
        return evidence

    def of_fact(self, fact: LocalFact) -> Fields:
        """The evidence of a local fact; a figure is told with its day."""
        home = (fact.region, self._knowledge.places.get(fact.region).province)
        evidence = self.of(fact.cites, fact.level, home=home)
        said = [fact.says, *(one.deadline or "" for one in fact.rewords.values())]
        if (
            fact.level != "C"
            and fact.since
            and evidence["authority"]
            and any(map(str.isdecimal, "".join(said)))
        ):
            evidence["authority"] += f"，{fact.since}起"
        return evidence

    def of(
        self,
        cites: Iterable[str],
        level: Level | None,
        *,
        home: Collection[str] = (),
        listed: bool = True,
    ) -> Fields:
        """The evidence of what cites texts itself; `listed` puts them among the sources.

        It is about the people of `home`, codes of places, or else of the insured place.
        """
        distinct = self._known_then([split_cite(one) for one in dict.fromkeys(cites)])
        for source, clause in distinct if listed else ():
            self._cited.setdefault(source, {})[clause] = None
        sources = tuple(dict.fromkeys(source for source, _ in distinct))
        clauses = tuple(f"{self._called(source)} {clause}" for source, clause in distinct)
        return {
            "sources": sources,
            "clauses": clauses,
            "level": level,
            "advice": not sources,
            "authority": self._authority(sources, level, home or self._insured),
        }

    def _authority(
        self, sources: tuple[str, ...], level: Level | None, home: Collection[str]
    ) -> str | None:
        """Whose rule it is, in a word; None is the nation's. It binds the people of `home`."""
        if not sources:
            return "经验"
        if level == "C":
            return RETOLD
        texts = [self._knowledge.sources[one] for one in sources]
        if any(one.scope is None for one in texts):
            return None
        places = self._knowledge.places
        here = [one for one in texts if one.scope in home and one.level == "A"]
        if here:
            said = "官方消息" if all(one.quoted for one in here) else "规定"
            return f"{places.called(places.get(here[0].scope or ''))}{said}"
        near = {code[:2] for code in home}
        if not any(str(one.scope)[:2] in near for one in texts):
            return FOREIGN
        # Not the rule itself, but somebody there tells of it.
        return "几份转述" if len(texts) > 1 else "转述"

    def sources(self) -> tuple[CitedSource, ...]:
        """Everything cited so far, each text once, with the clauses cited of it in order.

        First the texts of the nation, then those of the two places, then those of others; a text
        whose body was not read stands behind those that were.
        """
        known = self._knowledge.sources
        rank = {"全国": 0, ELSEWHERE: 2}
        cited = sorted(
            self._cited,
            key=lambda one: (
                rank.get(self._where(known[one]), 1),
                known[one].unread,
                LEVELS.index(known[one].level),
            ),
        )
        return tuple(self._source(known[name], self._cited[name]) for name in cited)

    def _source(self, source: Source, clauses: Iterable[str]) -> CitedSource:
        return CitedSource(
            **{name: getattr(source, name) for name in _AS_READ},
            level=_level_here(source, self._home),
            clauses=in_order(clauses),
            overdue=source.review_by < self._day,
            where=self._where(source),
        )

    def _where(self, source: Source) -> str:
        """Whose text it is: the nation's, one of the two places', or another place's."""
        if source.scope is None:
            return "全国"
        if source.scope not in self._home:
            return ELSEWHERE
        places = self._knowledge.places
        return places.called(places.get(source.scope))

    def _known_then(self, cites: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """Without texts of a later day, unless nothing else supports the statement."""
        sources = self._knowledge.sources
        return [one for one in cites if (sources[one[0]].issued or "") <= self._day] or cites

    def _called(self, source_id: str) -> str:
        source = self._knowledge.sources[source_id]
        return source.number or f"《{source.title}》"


def _level_here(source: Source, home: set[str]) -> Level:
    """A provincial text proves its own province; elsewhere it is strong evidence (B)."""
    if source.level == "A" and source.scope is not None and source.scope not in home:
        return "B"
    return source.level


def in_order(clauses: Iterable[str]) -> tuple[str, ...]:
    """Clauses, each once; those that are numbered articles by their numbers."""
    found: dict[str, None] = {}
    for clause in clauses:
        part_of, mark, articles = clause.partition("第")
        each = f"{mark}{articles}".split("、")
        apart = "、" not in part_of and all(one.startswith("第") for one in each)
        found |= dict.fromkeys([part_of + one for one in each] if apart else [clause])
    return tuple(sorted(found, key=_article))


def _article(clause: str) -> int:
    """The number of an article such as 第三十七条; 0 for anything else."""
    head, mark, _ = clause.partition("第")[2].partition("条")
    if not mark:
        return 0
    if head.isdecimal():
        return int(head)
    tens, ten, ones = head.removeprefix("百").rpartition("十")
    number = _DIGITS.find(ones) if ones else 0
    return number + (10 * max(_DIGITS.find(tens), 1) if ten else 0)
