"""What the entries of a checklist rest on: citations, levels, and the sources in reading order."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypedDict

from yibao_cli.knowledge.kinds import LEVELS, Level, split_cite
from yibao_cli.knowledge.legal import Rule, Source
from yibao_cli.knowledge.local import FilingInside, Maternity, Portal, Zone
from yibao_cli.knowledge.model import Knowledge, in_force
from yibao_cli.places import Place
from yibao_cli.result import CitedSource
from yibao_cli.walk import Answers


class EvidenceFields(TypedDict):
    """The fields of `result.Evidence`, for any entry that has them."""

    sources: tuple[str, ...]
    clauses: tuple[str, ...]
    level: Level | None
    advice: bool
    authority: str | None


class Citations:
    """The references of one checklist by the rules of an ISO day.

    It remembers what was cited, in the order in which it was: so a reader finds it numbered.
    """

    def __init__(self, knowledge: Knowledge, answers: Answers, day: str) -> None:
        self._knowledge = knowledge
        places = [value for value in answers.values() if isinstance(value, Place)]
        self._home = {code for place in places for code in (place.code, place.province)}
        self._day = day
        self._cited: dict[str, dict[str, None]] = {}

    def of_rules(
        self,
        rules: Iterable[str],
        local: FilingInside | Maternity | Zone | None = None,
        *,
        portals: Iterable[Portal] = (),
        listed: bool = True,
    ) -> EvidenceFields:
        """The evidence of what rests on rules, and names portals; the weakest of the rules gives the
        level.
        """
        found: list[Rule | FilingInside | Maternity | Zone] = [
            rule for name in rules if in_force(rule := self._knowledge.rules[name], self._day)
        ]
        found += [local] if local else []
        level = max((one.level for one in found), key=LEVELS.index, default=None)
        cites = [cite for one in (*found, *(portals if found else ())) for cite in one.cites]
        return self.of(cites, level, listed=listed)

    def of(
        self, cites: Iterable[str], level: Level | None, *, listed: bool = True
    ) -> EvidenceFields:
        """The evidence of what cites texts itself; `listed` puts them among the sources."""
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
            "authority": self._authority(sources, level),
        }

    def _authority(self, sources: tuple[str, ...], level: Level | None) -> str | None:
        """Whose rule it is, in a word; None is the nation's."""
        if not sources:
            return "经验"
        if level == "C":
            return "一份转述"
        scopes = [self._knowledge.sources[one].scope for one in sources]
        if None in scopes:
            return None
        here = [one for one in scopes if one in self._home]
        places = self._knowledge.places
        return f"{places.called(places.get(here[0]))}规定" if here and here[0] else "外省规定"

    def sources(self) -> tuple[CitedSource, ...]:
        """Everything cited so far, each text once, with all clauses cited of it."""
        found = []
        for name, clauses in self._cited.items():
            source = self._knowledge.sources[name]
            found.append(
                CitedSource(
                    id=name,
                    title=source.title,
                    number=source.number,
                    issued=source.issued,
                    effective=source.effective,
                    read_on=source.read_on,
                    level=_level_here(source, self._home),
                    url=source.url,
                    clauses=tuple(clauses),
                    overdue=source.review_by < self._day,
                    quoted=source.quoted,
                    read_as=source.read_as,
                )
            )
        return tuple(found)

    def overdue(self) -> tuple[str, ...]:
        """The sources cited so far that are due to be read anew."""
        sources = self._knowledge.sources
        return tuple(name for name in self._cited if sources[name].review_by < self._day)

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
