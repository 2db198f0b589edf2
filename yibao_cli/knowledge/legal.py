"""Sources, and the rules that rest on them."""

from typing import Annotated

from msgspec import Meta, Struct

from yibao_cli.knowledge.kinds import AnyDay, Cites, Day, Key, Level, RegionCode, Until, Url


class Source(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A text the knowledge rests on, and how well it could be read.

    Level A counts in its `scope` alone, where it has one, and elsewhere as B. One whose body is
    `unread` is never the first authority.
    """

    id: Annotated[Key, Meta(extra={"id": "-", "defines": "source"})] = ""
    title: str
    number: str | None = None
    issued: AnyDay | None = None
    effective: AnyDay | None = None
    until: Annotated[Day, Meta(extra={"not_before": "effective"})] | None = None
    read_on: Annotated[Day, Meta(extra={"not_before": "issued"})]
    review_by: Annotated[Day, Meta(extra={"not_before": "read_on"})] = ""
    level: Level
    scope: RegionCode | None = None
    read_as: str
    url: Url | None = None
    quoted: bool = False
    unread: bool = False


class Rule(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One legal rule in one sentence, with its evidence and the days it holds."""

    id: Annotated[Key, Meta(extra={"defines": "rule"})] = ""
    says: str
    level: Level
    cites: Cites
    since: AnyDay | None = None
    until: Until | None = None
