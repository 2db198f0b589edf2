"""Places, and the tables that they come from."""

from typing import Annotated, Literal, get_args

from msgspec import Meta, Struct, field

MUNICIPALITIES = frozenset({"110000", "120000", "310000", "500000"})

Level = Literal["province", "city", "county", "pool", "abroad"]
LEVELS: tuple[str, ...] = get_args(Level)

CODE = "[0-9]{6}(-SBJ)?|X-[A-Z0-9]+"
"""The form of an official number, that of a province's own pool, or one that this project gave."""


class PlaceRow(Struct, frozen=True, array_like=True):
    """A line of `regions/places.csv`; `parent` is the province, empty for provinces and abroad."""

    code: str
    name: str
    short: str
    level: Level
    parent: str
    pinyin: str
    initials: str
    area_code: str
    area_code_level: Literal["A", "B", "C", ""]


class DistrictRow(Struct, frozen=True, array_like=True):
    """A line of `regions/districts.csv`."""

    code: str
    name: str
    short: str
    city: str
    pinyin: str


class Traditional(Struct, frozen=True, kw_only=True, rename={"start": "from", "end": "to"}):
    """Two texts of one length: traditional characters, and the simplified ones."""

    start: str
    end: str


class Spellings(Struct, frozen=True, kw_only=True):
    """What else people call places, as `regions/names.yaml` has it.

    `names` are those of codes, `own_pool` those of a province's own pool; `sounds` has syllables
    and the characters that are read so, to guess at misspelt names.
    """

    names: dict[Annotated[str, Meta(extra={"names": "地区代码"})], tuple[str, ...]]
    own_pool: tuple[str, ...]
    traditional: Traditional
    sounds: dict[str, str] = field(default_factory=dict)


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
    def full_name(self) -> str:
        """The name with the province before and the district after it: 四川省绵阳市涪城区."""
        before = "" if self.name.startswith(self.province_name) else self.province_name
        return before + self.name + self.district

    @property
    def is_capital(self) -> bool:
        """Whether this is a municipality or the capital of a province."""
        return self.code in MUNICIPALITIES or self.code.endswith("0100")
