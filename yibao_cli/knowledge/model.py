"""The whole knowledge: everything in `data/`, checked."""

from functools import cached_property

from msgspec import Raw, Struct, field, msgpack

from yibao_cli.gazetteer import Gazetteer
from yibao_cli.knowledge.about import About
from yibao_cli.knowledge.items import AnyItem, DocumentItem, Outcome
from yibao_cli.knowledge.legal import Rule, Source
from yibao_cli.knowledge.local import LocalFact, LocalRule, ProvinceSheet, Sheet, Zone
from yibao_cli.knowledge.questions import Question
from yibao_cli.knowledge.sentence import PLACE, ByHead, Saying, Sentence, by_head, spelled
from yibao_cli.knowledge.tree import FACT_VALUES, Node, TreeNode
from yibao_cli.knowledge.unfold import unfold
from yibao_cli.knowledge.wording import Diction
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
    tree: dict[str, TreeNode]
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

    @cached_property
    def simple(self) -> dict[int, int]:
        """The simplified characters for the traditional ones of sentences and of places."""
        pairs = (self.sentence.traditional, self.spellings.traditional)
        return {k: v for one in pairs if one for k, v in str.maketrans(one.start, one.end).items()}

    @cached_property
    def sayings(self) -> tuple[tuple[str, Saying], ...]:
        """Every word with what it means: those of sentences, and how options are spelled."""
        own = self.sentence
        found = [(w, one) for one in own.says for w in spelled(own.sets, *one.words)]
        for name in own.also_of:
            for option in self.questions[name].options.values():
                saying = Saying(means={name: option.id}, words=(option.label, *option.also))
                found += [(word, saying) for word in {*saying.words} - {*own.unheard}]
        return tuple(found)

    @cached_property
    def sayings_by_head(self) -> ByHead:
        """The same, by how they begin."""
        return by_head(self.sayings)

    @cached_property
    def words_of_care(self) -> dict[str, str]:
        """Hospitals, and other words that stand for where care is had, with what names the place."""
        hospitals = self.hospitals.items()
        listed = {word: name for name, one in hospitals for word in (name, *one.also)}
        return listed | self.sentence.stands_for

    @cached_property
    def names_by_head(self) -> ByHead:
        """The names of places in a sentence; districts only with their ending."""
        names = {name for row in self.place_rows for name in (row.name, row.short)}
        names |= {one for some in self.spellings.names.values() for one in some}
        names |= {row.name for row in self.district_rows if len(row.name) > 2}
        names |= {row.short for row in self.district_rows if row.name.endswith("市")}
        names = (names | {*self.words_of_care}) - {*self.sentence.hides}
        said = sorted(name for name in names if len(name) > 1 and not name.isascii())
        return by_head((name, Saying(means={PLACE: name}, words=(name,))) for name in said)

    @cached_property
    def hides_by_head(self) -> ByHead:
        """What hides words in a sentence, and means nothing, by how it begins."""
        own, nothing = self.sentence, Saying(means={}, words=())
        return by_head((word, nothing) for word in spelled(own.sets, *own.hides))

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
