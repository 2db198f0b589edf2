"""Places, and the tables that they come from."""

from typing import Annotated, Literal, get_args

from msgspec import Meta, Struct, field
from msgspec.structs import replace

MUNICIPALITIES = frozenset({"110000", "120000", "310000", "500000"})

Level = Literal["province", "city", "county", "pool", "abroad", "unsure"]
LEVELS: tuple[str, ...] = get_args(Level)

CODE = "[0-9]{6}(-SBJ)?|X-[A-Z0-9]+"
"""The form of an official number, that of a province's own pool, or one that this project gave."""

_CODES = "要写六位数字，省本级的后面加“-SBJ”；没有国家代码的写“X-”和大写字母、数字"
Code = Annotated[str, Meta(extra={"form": CODE, "may": _CODES})]
OrEmpty = Annotated[str, Meta(extra={"empty": True})]
AreaCode = Annotated[
    OrEmpty,
    Meta(extra={"form": "0[1-9][0-9]{1,2}", "may": "要写0开头的三四位数字，例如 0816"}),
]


# Thousands of rows of texts alone, which no garbage collector has to look through.
class PlaceRow(Struct, frozen=True, array_like=True, gc=False):
    """A line of `regions/places.csv`; `parent` is the province of what is inside one.

    The level `unsure` is that of the one line that stands for a place nobody knows yet.
    """

    code: Code
    name: str
    short: str
    level: Level
    parent: OrEmpty
    pinyin: str
    initials: str
    area_code: AreaCode
    area_code_level: Literal["A", "B", "C", ""]


class DistrictRow(Struct, frozen=True, array_like=True, gc=False):
    """A line of `regions/districts.csv`."""

    code: Code
    name: str
    short: str
    city: str
    pinyin: str


class Traditional(Struct, frozen=True, kw_only=True, rename={"start": "from", "end": "to"}):
    """Two texts of one length: traditional characters, and the simplified ones."""

    start: str
    end: str


RegionCode = Annotated[str, Meta(extra={"names": "地区代码"})]
Texts = tuple[Annotated[str, Meta(extra={"names": "公开文本", "id": "-"})], ...]


class Spellings(Struct, frozen=True, kw_only=True):
    """What else people call places, as `regions/names.yaml` has it.

    `names` are those of codes, `own_pool` those of a province's own pool; `sounds` has syllables
    and the characters that are read so, to guess at misspelt names.
    """

    names: dict[RegionCode, tuple[str, ...]]
    own_pool: tuple[str, ...]
    traditional: Traditional
    sounds: dict[str, str] = field(default_factory=dict)


Saying = Annotated[str, Meta(extra={"defines": "saying"})]


class Meant(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The places that a word may mean, and the public texts that name it there."""

    places: Annotated[tuple[RegionCode, ...], Meta(extra={"least": 1})]
    also: tuple[Saying, ...] = ()
    named_in: Texts = ()
    what: str | None = None


class Abroad(Struct, frozen=True, kw_only=True):
    """What is said for places abroad, and the public texts that name them."""

    names: tuple[str, ...]
    named_in: Texts


class Nicknames(Struct, frozen=True, kw_only=True):
    """What people say for a place that is no name of it, as `regions/nicknames.yaml` has it."""

    texts: dict[Annotated[str, Meta(extra={"defines": "public text", "id": "-"})], str]
    hospitals: dict[Saying, Meant]
    towns: dict[Saying, Meant]
    shared: dict[Saying, Meant]
    abroad: dict[RegionCode, Abroad]
    spellings: dict[RegionCode, tuple[str, ...]]

    def over(self, known: Spellings) -> Spellings:
        """Spellings with all of these words but the hospitals."""
        meant = (self.towns | self.shared).items()
        words = [(code, (word, *one.also)) for word, one in meant for code in one.places]
        words += [(code, one.names) for code, one in self.abroad.items()]
        names = dict(known.names)
        for code, further in (*words, *self.spellings.items()):
            names[code] = (*names.get(code, ()), *further)
        return replace(known, names=names)


class Place(PlaceRow, frozen=True):
    """A province, a city or another pooling area; `district` is the part of it that was named.

    `area_code_level` says how well the area code is supported (B, C, or empty without one).
    """

    province_name: str
    district: str = ""
    district_code: str = ""

    @property
    def province(self) -> str:
        """The code of its province; its own for a province and for places abroad."""
        return self.parent or self.code

    @property
    def codes(self) -> set[str]:
        """The codes by which something may be about it: its own, its province's, its district's."""
        return {self.code, self.province, self.district_code} - {""}

    @property
    def full_name(self) -> str:
        """The name with the province before and the district after it: 四川省绵阳市涪城区."""
        before = "" if self.name.startswith(self.province_name) else self.province_name
        return before + self.name + self.district

    @property
    def is_unsure(self) -> bool:
        """Whether this stands for a place that is not known yet."""
        return self.level == "unsure"

    def shares_province(self, other: "Place") -> bool:
        """Whether both are known to be in one province."""
        return self.province == other.province and not self.is_unsure

    @property
    def is_pooling_area(self) -> bool:
        """Whether this is one pooling area: what is known, but for a province with cities in it."""
        return self.level not in ("province", "unsure") or self.code in MUNICIPALITIES

    @property
    def is_capital(self) -> bool:
        """Whether this is a municipality or the capital of a province."""
        return self.code in MUNICIPALITIES or self.code.endswith("0100")
