"""The law: its sources, its rules, and what holds in some places only."""

from typing import Annotated, Literal

from msgspec import Meta, Struct, field
from msgspec.structs import asdict

from yibao_cli.knowledge.kinds import (
    AnyDay,
    Cites,
    Day,
    Filled,
    Id,
    ItemId,
    Key,
    Level,
    ProvinceCode,
    Reach,
    Topic,
    Until,
    Url,
    Weight,
    When,
)
from yibao_cli.places import RegionCode


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


class LocalRule(Struct, frozen=True, kw_only=True, omit_defaults=True, rename={"since": "from"}):
    """What holds in a place, as far as texts prove it."""

    level: Level
    cites: Cites
    careful: str | None = None
    since: AnyDay | None = None
    until: Until | None = None


class FilingInside(LocalRule, frozen=True, kw_only=True):
    """Whether care elsewhere in the province needs a filing.

    A city may say that its province's rule is not certain for it (`unknown`).
    """

    value: Literal["free", "required", "unknown"]


class Maternity(LocalRule, frozen=True, kw_only=True):
    """How a birth away from home is settled."""

    value: Literal["manual", "direct_inside"]


class LocalRules(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The rules of one place that the tree switches on; none is made up where nothing is known."""

    filing_inside: FilingInside | None = None
    maternity: Maternity | None = None


class Wording(Struct, frozen=True, kw_only=True, omit_defaults=True, rename={"alternatives": "or"}):
    """What an item says where a local rule says it otherwise; what is left out stays.

    Only what the item has itself: a step `text`, `where` and `deadline`, a paper `name` and `or`.
    """

    text: Filled | None = None
    name: Filled | None = None
    detail: Filled | None = None
    where: Filled | None = None
    deadline: Filled | None = None
    alternatives: tuple[Filled, ...] | None = None

    def changes(self) -> dict[str, object]:
        """What it says, by the names of an item's fields."""
        return {name: value for name, value in asdict(self).items() if value is not None}


class LocalFact(LocalRule, frozen=True, kw_only=True):
    """A sourced statement about one province or city, which `load` writes into `region`.

    `role` tells whether it is about people insured there or about care given there, `reach`
    whether about trips inside the province or across its border; `only_with` and `never_with`
    name the places at the other end of the journey that it is about, `only_from` the districts of
    this end (whoever named none may live in one), `when` the situation,
    `replaces` the general items that it stands for, and `rewords` those that it says otherwise.
    """

    region: Key = ""
    id: Annotated[Id, Meta(extra={"defines": "fact"})]
    topic: Topic
    role: Literal["insured", "care"]
    reach: Reach | None = None
    only_with: tuple[RegionCode, ...] = ()
    never_with: tuple[RegionCode, ...] = ()
    only_from: tuple[RegionCode, ...] = ()
    when: When = field(default_factory=dict)
    says: str
    weight: Weight = "should"
    replaces: tuple[ItemId, ...] = ()
    rewords: dict[ItemId, Wording] = field(default_factory=dict)
    review_by: Day | None = None


class Portal(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An official site, app or mini-program by name, and which filings it `files`."""

    name: str
    use: str | None = None
    files: tuple[Reach, ...] = ()
    url: Url | None = None
    cites: Cites


class Sheet(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is known of one place: of a city, or of a whole province."""

    name: str | None = None
    portals: tuple[Portal, ...] = ()
    rules: LocalRules = LocalRules()
    facts: tuple[LocalFact, ...] = ()

    @property
    def own_rules(self) -> dict[str, LocalRule]:
        """The rules that it sets, by their names."""
        return {name: rule for name, rule in asdict(self.rules).items() if rule}


class ProvinceSheet(Sheet, frozen=True, kw_only=True):
    """What is known of one province and of its cities, which are looked at together with it.

    Looked at as a whole when `reviewed`, and again before `review_by`.
    """

    code: Annotated[ProvinceCode, Meta(extra={"defines": "region"})]
    name: str
    reviewed: AnyDay
    review_by: Annotated[Day, Meta(extra={"not_before": "reviewed"})] = ""
    cities: dict[str, Sheet] = field(default_factory=dict)


class Zone(Struct, frozen=True, kw_only=True, omit_defaults=True, rename={"since": "from"}):
    """A group of provinces or districts among which no filing is needed."""

    id: Annotated[Key, Meta(extra={"defines": "zone"})] = ""
    name: str
    members: tuple[RegionCode, ...]
    level: Level
    since: Day | None = None
    until: Until | None = None
    cites: Cites
