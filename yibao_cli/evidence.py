"""What the entries of a checklist rest on: citations, levels, and the sources in reading order."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

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

Local = FilingInside | Maternity | Zone | LocalFact
"""What may decide in a place."""
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

    def of(
        self,
        rules: Iterable[str],
        local: Local | None = None,
        *,
        detail: Iterable[str] = (),
        portals: Sequence[Portal] = (),
        listed: bool = True,
    ) -> Fields:
        """The evidence of a sentence that rests on rules and a local one, and may name portals;
        the weakest of the rules gives the level.

        `detail` are the rules of what is told besides: whose rule it is, is said of the sentence
        alone. `listed` puts what is cited among the sources.
        """
        sentence = self._in_force(rules, local)
        found = self._in_force((*rules, *detail), local) if detail else sentence
        cites = self._cites(found, portals)
        said = cites if found is sentence else self._cites(sentence, portals)
        for source, clause in cites if listed else ():
            self._cited.setdefault(source, {})[clause] = None
        return {
            "sources": tuple(dict.fromkeys(source for source, _ in cites)),
            "clauses": tuple(f"{self._called(source)} {clause}" for source, clause in cites),
            "level": _weakest(found),
            "advice": not said,
            # What a local fact says of its place is the place's rule, whatever else it rests on.
            "authority": self._authority_of(local)
            if isinstance(local, LocalFact)
            else self._authority(said, _weakest(sentence), self._insured),
        }

    def _in_force(self, rules: Iterable[str], local: Local | None) -> list[Rule | Local]:
        known = (self._knowledge.rules[name] for name in rules)
        found: list[Rule | Local] = [one for one in known if in_force(one, self._day)]
        return [*found, local] if local else found

    def _cites(
        self, found: Sequence[Rule | Local], portals: Iterable[Portal] = ()
    ) -> list[tuple[str, str]]:
        """The sources and clauses of rules, each once; without texts of a later day, unless nothing
        else supports the statement.
        """
        things = (*found, *(portals if found else ()))
        distinct = dict.fromkeys(cite for one in things for cite in one.cites)
        cites = [split_cite(one) for one in distinct]
        sources = self._knowledge.sources
        return [one for one in cites if (sources[one[0]].issued or "") <= self._day] or cites

    def _authority_of(self, fact: LocalFact) -> str | None:
        """Whose rule a local fact is; a figure is told with its day."""
        home = (fact.region, self._knowledge.places.get(fact.region).province)
        found = self._authority(self._cites([fact]), fact.level, home)
        said = "".join((fact.says, *(one.deadline or "" for one in fact.rewords.values())))
        dated = found and fact.level != "C" and fact.since and any(map(str.isdecimal, said))
        return f"{found}，{fact.since}起" if dated else found

    def _authority(
        self, cites: Sequence[tuple[str, str]], level: Level | None, home: Collection[str]
    ) -> str | None:
        """Whose rule it is, in a word; None is the nation's. It binds the people of `home`."""
        if not cites:
            return "经验"
        if level == "C":
            return RETOLD
        texts = [self._knowledge.sources[one] for one in dict.fromkeys(name for name, _ in cites)]
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

    def _called(self, source_id: str) -> str:
        source = self._knowledge.sources[source_id]
        return source.number or f"《{source.title}》"


def _weakest(found: Iterable[Rule | Local]) -> Level | None:
    return max((one.level for one in found), key=LEVELS.index, default=None)


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
