"""The whole knowledge: everything in `data/`, checked."""

from functools import cached_property

from msgspec import Raw, Struct, field, msgpack

from yibao_cli.gazetteer import Gazetteer
from yibao_cli.knowledge.about import About, Diction
from yibao_cli.knowledge.items import AnyItem, DocumentItem, Outcome
from yibao_cli.knowledge.law import LocalFact, LocalRule, ProvinceSheet, Rule, Sheet, Source, Zone
from yibao_cli.knowledge.questions import Question, Sentence
from yibao_cli.knowledge.tree import FACT_VALUES, AnyNode, Node, unfold
from yibao_cli.places import DistrictRow, Meant, Place, PlaceRow, Spellings


def in_force(thing: Rule | LocalRule | Zone, day: str) -> bool:
    """Whether something holds on an ISO day; a period is open where it names no day."""
    since, until = thing.since, thing.until
    return (since is None or since <= day) and (until is None or day <= until)


class Knowledge(Struct, frozen=True, kw_only=True, dict=True, omit_defaults=True):
    """Everything in `data/`, checked; what few runs look at is decoded when one does."""

    about: About
    questions: dict[str, Question]
    starts: dict[str, str]
    tree: dict[str, AnyNode]
    outcomes: dict[str, Outcome]
    """In the order of precedence."""
    items: dict[str, AnyItem]
    rules: dict[str, Rule]
    sources: dict[str, Source]
    provinces: dict[str, ProvinceSheet]
    zones: dict[str, Zone]
    place_rows: tuple[PlaceRow, ...]
    packed_districts: Raw = field(name="district_rows")
    spellings: Spellings
    hospitals: dict[str, Meant]
    packed_sentence: Raw = field(name="sentence")
    wording: Diction = Diction()
    spelled: dict[str, str] = field(default_factory=dict)
    """What places are called, as `Gazetteer.spelled` makes it."""

    def fact_word(self, name: str, value: str) -> str:
        """What a value of a fact is called."""
        zone = self.zones.get(value)
        return zone.name if zone else self.about.facts[name].values[value]

    def concludes(self, outcome: str, day: str) -> bool:
        """Whether an outcome can be concluded on an ISO day."""
        rule = self.outcomes[outcome].only_while
        return rule is None or in_force(self.rules[rule], day)

    def fact_values(self, name: str) -> tuple[str, ...]:
        """The values that a fact can take; none where there is no such fact."""
        zones = tuple(self.zones) if name == "zone" else ()
        return FACT_VALUES.get(name, ()) + zones

    @cached_property
    def nodes(self) -> dict[str, Node]:
        """The tree in plain nodes."""
        facts = {name: self.fact_values(name) for name in FACT_VALUES}
        return unfold(self.tree, self.questions, facts)

    @cached_property
    def places(self) -> Gazetteer:
        """The index of the places."""
        return Gazetteer(
            self.place_rows,
            lambda: self.district_rows,
            self.spellings,
            self.hospitals,
            self.spelled,
        )

    @cached_property
    def sentence(self) -> Sentence:
        """The words of sentences."""
        return msgpack.decode(self.packed_sentence, type=Sentence)

    @cached_property
    def district_rows(self) -> tuple[DistrictRow, ...]:
        """The districts, in the order of the table."""
        return msgpack.decode(self.packed_districts, type=tuple[DistrictRow, ...])

    def simplified(self, text: str) -> str:
        """A text that somebody wrote, in the characters of the knowledge."""
        return text if text.isascii() else self.places.simplified(text)

    @cached_property
    def sheets(self) -> dict[str, Sheet]:
        """What is known of provinces and cities, by their codes."""
        cities = {
            code: one for sheet in self.provinces.values() for code, one in sheet.cities.items()
        }
        return {**self.provinces, **cities}

    def sheets_of(self, place: Place) -> list[Sheet]:
        """What is known of a place, and then of its province."""
        codes = dict.fromkeys((place.code, place.province))
        return [self.sheets[code] for code in codes if code in self.sheets]

    @cached_property
    def filling(self) -> list[Question]:
        """The questions whose answers stand in texts, for placeholders."""
        return [
            one
            for one in self.questions.values()
            if any(option.fills for option in one.options.values())
        ]

    @cached_property
    def proxy_papers(self) -> list[DocumentItem]:
        """What a relative who runs the errand always has to bring."""
        return [one for one in self.items.values() if isinstance(one, DocumentItem) and one.proxy]

    @property
    def local_facts(self) -> list[LocalFact]:
        """What is known of any place."""
        return [fact for sheet in self.sheets.values() for fact in sheet.facts]
