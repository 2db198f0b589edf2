"""Place names to places: what a user types for a province, city or district, and what is meant.

Pure: the tables are handed in, nothing is read here.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator, Sequence
from difflib import SequenceMatcher
from functools import cached_property

from msgspec.structs import replace

from yibao_cli.places import LEVELS, MUNICIPALITIES, DistrictRow, Place, PlaceRow, Spellings

# The end of an official name -> other ends that people give the short name.
_ENDS = {
    "自治区": ("自治区", "省"),
    "自治州": ("自治州", "州"),
    "自治县": ("自治县", "县"),
}
_PINYIN_ENDS = {
    "省": ("sheng", "province"),
    "市": ("shi", "city"),
    "自治区": ("zizhiqu", "autonomousregion"),
    "自治州": ("zizhizhou", "zhou", "prefecture"),
    "地区": ("diqu", "prefecture"),
    "盟": ("meng", "league"),
    "县": ("xian", "county"),
    "新区": ("xinqu", "qu"),
    "区": ("qu", "district"),
    "旗": ("qi", "banner"),
}
# What address forms put between a province and its directly administered counties and districts.
_FILLERS = (
    "省直辖县级行政区划",
    "省直辖县级行政单位",
    "自治区直辖县级行政区划",
    "自治区直辖县级行政单位",
    "市辖区",
)
_COUNTRY = ("中华人民共和国", "中国")
# Below this likeness a suggestion is noise.
_LIKE_ENOUGH = 0.5


class Gazetteer:
    """Finds places by anything people call them."""

    def __init__(
        self,
        places: Sequence[PlaceRow],
        districts: Sequence[DistrictRow],
        spellings: Spellings,
    ) -> None:
        traditional = spellings.traditional
        self._simplify = str.maketrans(traditional.start, traditional.end)
        self._districts = {row.code: row for row in districts}
        self._shorts: dict[str, bool] = {}
        self._sounds = spellings.sounds
        self._places: dict[str, Place] = {}
        self._order: dict[str, int] = {}
        self._romans: dict[str, tuple[str, str]] = {}
        self._children: dict[str, list[Place]] = {}
        self._codes: dict[str, Place] = {}
        self._index: dict[str, list[Place]] = {}
        self._initials: dict[str, list[Place]] = {}
        self._districts_called: dict[str, set[str]] = {}
        self._read(places, spellings.own_pool)
        for code, further in spellings.names.items():
            for spelling in further:
                key = self._key(spelling)
                if code in self._places:
                    self._learn(key, self._places[code])
                else:
                    self._districts_called.setdefault(code, set()).add(key)

    def _read(self, places: Sequence[PlaceRow], own_pool: Sequence[str]) -> None:
        """Index the places, each with the spellings that it has by rule."""
        called = {row.code: row.name for row in places}
        for row in places:
            province = row.parent or row.code
            place = Place(
                code=row.code,
                name=row.name,
                short=row.short,
                level=row.level,
                province=province,
                area_code=row.area_code,
                province_name=called[province],
                area_code_level=row.area_code_level,
            )
            self._order[row.code] = len(self._places)
            self._places[row.code] = place
            self._romans[row.code] = (row.pinyin, row.initials)
            self._codes[row.code.replace("-", "").lower()] = place
            if row.parent:
                self._children.setdefault(row.parent, []).append(place)
            if row.level == "province":
                self._initials.setdefault(row.initials, []).append(place)
            for spelling in _spellings(place, row.pinyin):
                self._learn(spelling, place)
            if row.name.endswith("本级"):
                for spelling in own_pool:
                    self._learn(spelling, place)

    def find(self, text: str) -> tuple[Place, ...]:
        """The places that a text fits: none is unknown, one is resolved, more are ambiguous."""
        key = self._key(text)
        for filler in _FILLERS:
            key = key.replace(filler, "")
        for country in _COUNTRY:
            key = key.removeprefix(country)
        if not key:
            return ()
        return self._one_each(self._by_code(key) or self._by_name(key) or self._by_parts(key))

    def get(self, code: str) -> Place:
        """The place of a code; a district's code gives its city with the district named."""
        if code in self._places:
            return self._places[code]
        return self._in_district(self._districts[code])

    def called(self, place: Place) -> str:
        """What a place is called in a sentence: short, unless another one is called so too."""
        if place.short not in self._shorts:
            self._shorts[place.short] = len(self.find(place.short)) == 1
        return (place.short if self._shorts[place.short] else place.name) + place.district

    def written(self, place: Place) -> tuple[str, ...]:
        """How a place may be written, the fullest first and pinyin last."""
        province = self._places[place.province].short
        if place.district:
            return (place.full_name, province + place.short + place.district, place.district)
        pinyin, _ = self._romans[place.code]
        return (place.full_name, province + place.short, place.name, place.short, pinyin)

    def all(self) -> tuple[Place, ...]:
        """Every place, in the order of the table."""
        return tuple(self._places.values())

    def codes(self) -> set[str]:
        """The codes of every place and district."""
        return {*self._places, *self._districts}

    def children(self, province: str) -> tuple[Place, ...]:
        """The cities and other pooling areas of a province, in the order of the table."""
        return tuple(self._children.get(province, ()))

    def suggest(self, text: str, limit: int = 5) -> tuple[Place, ...]:
        """What may have been meant by a text that was not found, the likeliest first."""
        key = self._key(text)
        if not key:
            return ()
        sound = "".join(self._syllables.get(char, char) for char in key)
        matcher: SequenceMatcher[str] = SequenceMatcher(autojunk=False)
        sound_matcher: SequenceMatcher[str] = SequenceMatcher(autojunk=False)
        matcher.set_seq2(key)
        sound_matcher.set_seq2(sound)

        def score(names: Sequence[str], pinyins: Sequence[str]) -> float:
            if held := max((len(name) for name in names if name in key), default=0):
                return min(0.9 + held / 100, 0.96)
            spelt = 0.0 if key.isascii() else max(_ratio(matcher, name) for name in names)
            # A name that sounds the same is a likelier slip than one that shares a character.
            heard = max(_ratio(sound_matcher, pinyin) for pinyin in pinyins)
            return max(spelt, 0.97 * heard)

        scored: list[tuple[float, int, Place]] = []
        for code, place in self._places.items():
            pinyin, initials = self._romans[code]
            first, _ = self._romans[place.province]
            names = (place.short, place.name, self._places[place.province].short + place.short)
            likeness = 1.0 if key == initials else score(names, (pinyin, first + pinyin))
            scored.append((-likeness, self._order[code], place))
        if min(scored)[0] > -0.9:
            for row in self._districts.values():
                likeness = score((row.short, row.name), (row.pinyin,))
                if likeness >= _LIKE_ENOUGH:
                    place = self._in_district(row)
                    scored.append((-likeness + 0.001, self._order[place.code], place))
        scored.sort(key=lambda entry: entry[:2])
        enough = max(_LIKE_ENOUGH, -scored[0][0] - 0.15)
        likely: dict[str, Place] = {}
        for likeness, _, place in scored:
            if -likeness >= enough:
                likely.setdefault(place.code, place)
        return tuple(likely.values())[:limit]

    def complete(self, prefix: str, limit: int = 10) -> tuple[Place, ...]:
        """Places whose name, pinyin or initials go on from what was typed so far."""
        key = self._key(prefix)
        if not key:
            return tuple(p for p in self._places.values() if p.level == "province")[:limit]
        ranks: dict[Place, int] = dict.fromkeys(self._index.get(key, ()), 0)
        for spelling, found in self._index.items():
            if spelling.startswith(key):
                for place in found:
                    ranks.setdefault(place, 1)
        for code, place in self._places.items():
            pinyin, initials = self._romans[code]
            province = self._places[place.province]
            first, first_initials = self._romans[province.code]
            if initials.startswith(key):
                ranks.setdefault(place, 1)
            elif any(
                whole.startswith(key)
                for whole in (
                    place.full_name,
                    province.short + place.short,
                    first + pinyin,
                    first_initials + initials,
                )
            ):
                ranks.setdefault(place, 2)
            elif key in place.name:
                ranks.setdefault(place, 3)
        if len(ranks) < limit:
            for row in self._districts.values():
                if row.name.startswith(key) or row.pinyin.startswith(key):
                    ranks.setdefault(self._in_district(row), 4)
        ordered = sorted(
            ranks, key=lambda p: (ranks[p], LEVELS.index(p.level), self._order[p.code])
        )
        return tuple(ordered[:limit])

    @cached_property
    def _syllables(self) -> dict[str, str]:
        return {char: syllable for syllable, chars in self._sounds.items() for char in chars}

    def _key(self, text: str) -> str:
        """What remains to compare: letters and digits, in one width, case and script."""
        # Marks fall away with everything else that is no letter, so tones and ü are no hurdle.
        plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
        return "".join(filter(str.isalnum, plain)).translate(self._simplify)

    def _learn(self, spelling: str, place: Place) -> None:
        known = self._index.setdefault(spelling, [])
        if all(other is not place for other in known):
            known.append(place)

    def _in_district(self, row: DistrictRow) -> Place:
        city = self._places[row.city]
        return replace(city, district=row.name, district_code=row.code)

    def _by_code(self, key: str) -> list[Place]:
        if key in self._codes:
            return [self._codes[key]]
        return [self._in_district(self._districts[key])] if key in self._districts else []

    def _by_name(self, key: str) -> list[Place]:
        places = self._index.get(key) or self._initials.get(key)
        if not places:
            return self._named(key)
        if len(places) > 1:
            return places
        return places + list(self._rivals(places[0], key))

    def _rivals(self, place: Place, key: str) -> Iterator[Place]:
        """Districts elsewhere that the same word names as well.

        A city's own short name yields only to a district of a municipality or a capital: 朝阳
        may be Beijing's, but 西安 is not a district of 辽源. A province's yields to none, and
        a nickname to any. Pinyin yields to the same characters only: nanjing is not 南靖.
        """
        own = key in (place.short, self._romans[place.code][0])
        if (own and place.level in ("province", "pool")) or (key.isascii() and not own):
            return
        for row in self._rows_named(place.short if own else key):
            rival = self._in_district(row)
            if rival.code != place.code and (not own or place.level != "city" or rival.is_capital):
                yield rival

    def _by_parts(self, key: str) -> list[Place]:
        """A province and what is in it, or a city and its district, written in a row."""
        found: list[Place] = []
        for place, rest in self._heads(key):
            if place.level == "province":
                found += self._inside(place, rest)
            else:
                found += self._named(rest, {place.code})
        return found

    def _inside(self, province: Place, key: str) -> list[Place]:
        if province.code in MUNICIPALITIES:
            if province in self._index.get(key, ()):
                return [province]
            again = [rest for place, rest in self._heads(key) if place is province]
            return self._named(key, {province.code}) or [
                found for rest in again for found in self._inside(province, rest)
            ]
        children = self._children.get(province.code, ())
        if places := [place for place in self._index.get(key, ()) if place in children]:
            return places
        if named := self._named(key, {place.code for place in children}):
            return named
        return [
            found
            for place, rest in self._heads(key)
            if place in children
            for found in self._named(rest, {place.code})
        ]

    def _heads(self, key: str) -> Iterator[tuple[Place, str]]:
        for cut in range(1, len(key)):
            for place in self._index.get(key[:cut], ()):
                yield place, key[cut:]

    def _named(self, key: str, cities: Collection[str] | None = None) -> list[Place]:
        rows = self._rows_named(key, cities)
        if not rows and len(key) > 2 and key[-1] in "县市":
            # Counties that became districts keep their old name in people's papers: 双流县.
            rows = self._rows_named(key[:-1] + "区", cities)
        return [self._in_district(row) for row in rows]

    def _rows_named(self, key: str, cities: Collection[str] | None = None) -> Sequence[DistrictRow]:
        """The districts of a name, in the order of the table."""
        index = self._districts_by_pinyin if key.isascii() else self._districts_by_name
        rows = index.get(key, ())
        return rows if cities is None else [row for row in rows if row.city in cities]

    @cached_property
    def _districts_by_name(self) -> dict[str, list[DistrictRow]]:
        found: dict[str, list[DistrictRow]] = {}
        for row in self._districts.values():
            for key in {row.name, row.short, *self._districts_called.get(row.code, ())}:
                found.setdefault(key, []).append(row)
        return found

    @cached_property
    def _districts_by_pinyin(self) -> dict[str, list[DistrictRow]]:
        found: dict[str, list[DistrictRow]] = {}
        for row in self._districts.values():
            romans = {row.pinyin + end for end in ("", *_roman_ends(row.name))}
            for key in {*romans, *self._districts_called.get(row.code, ())}:
                found.setdefault(key, []).append(row)
        return found

    def _one_each(self, found: Sequence[Place]) -> tuple[Place, ...]:
        """One entry for each place; where several of its districts fit, none is named."""
        places: dict[str, Place] = {}
        for place in sorted(found, key=lambda p: (self._order[p.code], p.district_code)):
            if places.setdefault(place.code, place) != place:
                places[place.code] = self._places[place.code]
        return tuple(places.values())


def _spellings(place: Place, pinyin: str) -> Iterator[str]:
    """What a place is called by rule."""
    yield place.name.casefold()
    yield place.short
    yield pinyin
    for end, others in _ENDS.items():
        if place.name.endswith(end):
            yield from (place.short + other for other in others)
    for end, romans in _PINYIN_ENDS.items():
        if place.name.endswith(end):
            yield from (pinyin + roman for roman in romans)


def _roman_ends(name: str) -> list[str]:
    """What may follow the pinyin of a name without its end."""
    return [roman for end, romans in _PINYIN_ENDS.items() if name.endswith(end) for roman in romans]


def _ratio(matcher: SequenceMatcher[str], name: str) -> float:
    matcher.set_seq1(name)
    if matcher.real_quick_ratio() < _LIKE_ENOUGH or matcher.quick_ratio() < _LIKE_ENOUGH:
        return 0.0
    return matcher.ratio()
