"""Place names to places: what a user types for a province, city or district, and what is meant.

Pure: the tables are handed in, nothing is read here.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from functools import cached_property

from msgspec.structs import astuple, replace

from yibao_cli.places import LEVELS, MUNICIPALITIES, DistrictRow, Meant, Place, PlaceRow, Spellings

# The end of an official name -> another end that people give the short name.
_ENDS = {"自治区": "省", "自治州": "州", "自治县": "县"}
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
# The country, and what address forms put between a province and its counties and districts.
_FILLERS = re.compile("^(中华人民共和国|中国)|(省|自治区)直辖县级行政(区划|单位)|市辖区")
# A hospital that belongs to the place that its name begins with: 绵阳市第三人民医院.
_PUBLIC = "(.+?)(第[一二三四五六七八九十]+)?(人民|(?<=[市县区州盟旗])(中心|中医|第[一二三四五六七八九十]+))医院"
# Characters beyond which a text is no name: the search goes by every part of it.
_LONGEST = 200
# Below this likeness a suggestion is noise; from the other one on nothing else was meant.
_LIKE_ENOUGH, _ALIKE = 0.5, 0.9


class Gazetteer:
    """Finds places by anything people call them."""

    def __init__(
        self,
        places: Sequence[PlaceRow],
        districts: Callable[[], Sequence[DistrictRow]],
        spellings: Spellings,
        hospitals: Mapping[str, Meant],
        spelled: Mapping[str, str],
    ) -> None:
        # Asked for only where a district is: most people name a city.
        self._rows = districts
        traditional = spellings.traditional
        self._simplify = str.maketrans(traditional.start, traditional.end)
        self._sounds = spellings.sounds
        self._hospitals = hospitals
        self._further = spellings.names
        self._own_pool = spellings.own_pool
        names = {row.code: row.name for row in places}
        self._places = {
            row.code: Place(*(*astuple(row), names[row.parent or row.code])) for row in places
        }
        self._spelled = spelled

    def spelled(self) -> dict[str, str]:
        """Everything that places are called, with the codes of all that are meant, blanks between.

        It takes longer to make than to read, so it is made where the tables are read.
        """
        found: defaultdict[str, list[Place]] = defaultdict(list)
        for place in self._places.values():
            for spelling in dict.fromkeys(self._spellings(place)):
                found[spelling].append(place)
        for key, places in found.items():
            if len(places) == 1:
                places += [*self._rivals(places[0], key)]
        return {key: " ".join(map(_code, places)) for key, places in found.items()}

    def find(self, text: str) -> tuple[Place, ...]:
        """The places that a text fits: none is unknown, one is resolved, more are ambiguous."""
        return self._apart(self._meant(text)[1])

    def hospital(self, text: str) -> tuple[str, Place] | None:
        """The hospital that is meant by a text, and where it is; None without a single one."""
        name, found = self._meant(text)
        return (name, found[0]) if name and len(found) == 1 else None

    def simplified(self, text: str) -> str:
        """A text in simplified characters, one for each of its own."""
        return text.translate(self._simplify)

    def _apart(self, found: Sequence[Place]) -> tuple[Place, ...]:
        """Each place once, in the order of the table."""
        if len(found) == 1:
            return (found[0],)
        places: dict[str, Place] = {}
        for place in found:
            if places.setdefault(place.code, place) != place:
                # Several of its districts fit, so none is named.
                places[place.code] = self._places[place.code]
        return tuple(places[code] for code in self._places if code in places)

    def get(self, code: str) -> Place:
        """The place of a code; a district's code gives its city with the district named."""
        if code in self._places:
            return self._places[code]
        return self._in_district(self._districts[code])

    def called(self, place: Place) -> str:
        """What a place is called in a sentence: short, unless another one is called so too."""
        alone = {one.code for one in self._by_name(place.short)} == {place.code}
        return (place.short if alone else place.name) + place.district

    def written(self, place: Place) -> tuple[str, ...]:
        """How a place may be written, the fullest first and pinyin last."""
        province = self._places[place.province].short
        if place.district:
            return (place.full_name, province + place.short + place.district, place.district)
        return (place.full_name, province + place.short, place.name, place.short, place.pinyin)

    def all(self) -> tuple[Place, ...]:
        """Every place, in the order of the table."""
        return tuple(self._places.values())

    def codes(self) -> set[str]:
        """The codes of every place and district."""
        return {*self._places, *self._districts}

    def children(self, province: str) -> tuple[Place, ...]:
        """The cities and other pooling areas of a province, in the order of the table."""
        return tuple(one for one in self._places.values() if one.parent == province)

    def suggest(self, text: str, limit: int = 5) -> tuple[Place, ...]:
        """What may have been meant by a text that was not found, the likeliest first."""
        key = self._key(text)
        if not key:
            return ()
        spelt, heard = _matcher(key), _matcher("".join(self._syllables.get(c, c) for c in key))

        def likeness(names: Sequence[str], pinyins: Sequence[str]) -> float:
            if contained := max((len(name) for name in names if name in key), default=0):
                return min(_ALIKE + contained / 100, 0.96)
            # A name that sounds the same is a likelier slip than one that shares a character.
            sounds = 0.97 * _ratio(heard, pinyins)
            if key.isascii():
                return sounds
            if all(len(name) != len(key) for name in names):
                # Who chooses a wrong character still writes as many.
                return max(_ratio(spelt, names), 0.85 * sounds)
            alike = any(_one_differs(key, name) for name in names)
            return max(_ratio(spelt, names), sounds, 0.8 * alike) + 0.06 * alike

        scored: list[tuple[float, Place]] = []
        for place in self._places.values():
            province = self._places[place.province]
            names = (place.short, place.name, province.short + place.short)
            pinyins = (place.pinyin, province.pinyin + place.pinyin)
            score = 1.0 if key == place.initials else likeness(names, pinyins)
            # Of two that are as like, more people mean the larger one.
            scored.append((score + 0.01 * place.is_capital, place))
        if max(score for score, _ in scored) < _ALIKE:
            # Less: fewer people mean a district.
            scored += [
                (likeness((row.short, row.name), (row.pinyin,)) - 0.05, self._in_district(row))
                for row in self._districts.values()
            ]
        scored.sort(key=lambda one: -one[0])
        enough = max(_LIKE_ENOUGH, scored[0][0] - 0.15)
        likely: dict[str, Place] = {}
        for score, place in scored:
            if score >= enough:
                likely.setdefault(place.code, place)
        return tuple(likely.values())[:limit]

    def complete(self, prefix: str, limit: int = 10) -> tuple[Place, ...]:
        """Places whose name, pinyin or initials go on from what was typed so far."""
        key = self._key(prefix)
        if not key:
            return tuple(one for one in self._places.values() if one.level == "province")[:limit]
        ranked: list[tuple[int, Place]] = []
        for place in self._places.values():
            province, spelt = self._places[place.province], [*self._spellings(place)]
            wholes = (
                place.full_name,
                province.short + place.short,
                province.pinyin + place.pinyin,
                province.initials + place.initials,
            )
            fits = (
                key in spelt,
                any(one.startswith(key) for one in (*spelt, place.initials)),
                any(one.startswith(key) for one in wholes),
                key in place.name,
            )
            if any(fits):
                ranked.append((fits.index(True), place))
        if len(ranked) < limit:
            for row in self._districts.values():
                if row.name.startswith(key) or row.pinyin.startswith(key):
                    ranked.append((4, self._in_district(row)))
        ranked.sort(key=lambda one: (one[0], LEVELS.index(one[1].level)))
        return tuple(place for _, place in ranked[:limit])

    @cached_property
    def _districts(self) -> dict[str, DistrictRow]:
        return {row.code: row for row in self._rows()}

    @cached_property
    def _syllables(self) -> dict[str, str]:
        return {char: syllable for syllable, chars in self._sounds.items() for char in chars}

    def _key(self, text: str) -> str:
        """What remains to compare: letters and digits, in one width, case and script."""
        # Nearly every text: there is nothing to take away.
        if text.isalnum() and unicodedata.is_normalized("NFKD", text):
            return self.simplified(text.casefold())
        # Marks fall away with everything else that is no letter, so tones and ü are no hurdle.
        plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
        return self.simplified("".join(filter(str.isalnum, plain)))

    def _spellings(self, place: Place) -> Iterator[str]:
        """What a place is called; bare initials are those of a province."""
        yield from (place.name.casefold(), place.short, place.pinyin)
        yield place.code.replace("-", "").lower()
        if place.level == "province":
            yield place.initials
        end = place.name[-3:]
        if end in _ENDS:
            yield from (place.short + end, place.short + _ENDS[end])
        yield from (place.pinyin + end for end in _roman_ends(place.name))
        yield from self._own_pool if place.name.endswith("本级") else ()
        yield from map(self._key, self._further.get(place.code, ()))

    def _in_district(self, row: DistrictRow) -> Place:
        return replace(self._places[row.city], district=row.name, district_code=row.code)

    def _by_name(self, key: str) -> list[Place]:
        """The places that are called so, and the districts that the same word names as well."""
        return [self.get(code) for code in self._spelled.get(key, "").split()]

    def _called(self, key: str) -> list[Place]:
        """The places alone that are called so."""
        codes = self._spelled.get(key, "").split()
        return [self._places[code] for code in codes if code in self._places]

    def _found(self, key: str) -> list[Place]:
        """A place by its name, by the names of what it is in, or as a district."""
        return self._by_name(key) or self._by_parts(key) or self._named(key)

    def _rivals(self, place: Place, key: str) -> Iterator[Place]:
        """Districts elsewhere that the same word names as well.

        A city's own short name yields only to a district of a municipality or a capital: 朝阳
        may be Beijing's, but 西安 is not a district of 辽源. A province's yields to none, and
        a nickname to any. Pinyin yields to the same characters only: nanjing is not 南靖.
        """
        own = key in (place.short, place.pinyin)
        if own and place.level in ("province", "pool"):
            return
        if not own and (key == place.name or key.isascii()):
            return
        for rival in self._named(place.short if own else key):
            if rival.code != place.code and (not own or place.level != "city" or rival.is_capital):
                yield rival

    def _meant(self, text: str) -> tuple[str, list[Place]]:
        """The hospital that a text names, if any, and the places that it fits."""
        if len(text) > _LONGEST:
            return "", []
        whole = self._key(text)
        key = _FILLERS.sub("", whole)
        found = self._found(key)
        return ("", found) if found else self._by_hospital(whole)

    def _by_hospital(self, key: str) -> tuple[str, list[Place]]:
        """A hospital by any name of it, or by that of the place that runs it."""
        if name := self._hospital_names.get(key):
            return name, [self.get(code) for code in self._hospitals[name].places]
        if belongs := re.fullmatch(_PUBLIC, key):
            found = self._found(belongs[1])
            # That of a province is in one of its cities.
            if all(one.is_pooling_area for one in found):
                return key if found else "", found
        return "", []

    def _by_parts(self, key: str, inside: Place | None = None) -> list[Place]:
        """A province and what is in it, or a city and its district, written in a row."""
        return [
            found
            for cut in range(1, len(key))
            for place in self._called(key[:cut])
            if inside is None or _holds(inside, place)
            for found in self._inside(place, key[cut:])
        ]

    def _inside(self, place: Place, key: str) -> list[Place]:
        """What a key names in a province, or in a city."""
        if place.level != "province":
            return self._named(key, place)
        cities = [one for one in self._called(key) if _holds(place, one)]
        return cities or self._named(key, place) or self._by_parts(key, place)

    def _named(self, key: str, inside: Place | None = None) -> list[Place]:
        """The districts of a name."""
        index = self._by_letter if key.isascii() else self._by_character
        named = {row.code: row for row in index.get(key[:1], ()) if _is_called(row, key)}
        named |= self._further_districts.get(key, {})
        if key in self._districts:
            named[key] = self._districts[key]
        found = [self._in_district(row) for row in named.values()]
        if inside is not None:
            found = [one for one in found if inside.code in (one.code, one.parent)]
        if not found and len(key) > 2 and key[-1] in "县市":
            # Counties that became districts keep their old name in people's papers: 双流县.
            return self._named(key[:-1] + "区", inside)
        return found

    @cached_property
    def _hospital_names(self) -> dict[str, str]:
        return {
            self._key(word): name
            for name, one in self._hospitals.items()
            for word in (name, *one.also)
        }

    # By whole names it would take much longer to index districts, and most need no letters.
    @cached_property
    def _by_character(self) -> dict[str, list[DistrictRow]]:
        """Districts by the first characters of their names."""
        found: defaultdict[str, list[DistrictRow]] = defaultdict(list)
        for row in self._districts.values():
            found[row.short[0]].append(row)
        return found

    @cached_property
    def _by_letter(self) -> dict[str, list[DistrictRow]]:
        """Districts by the first letters of their names."""
        found: defaultdict[str, list[DistrictRow]] = defaultdict(list)
        for row in self._districts.values():
            found[row.pinyin[0]].append(row)
        return found

    @cached_property
    def _further_districts(self) -> dict[str, dict[str, DistrictRow]]:
        """Districts by what else they are called."""
        found: defaultdict[str, dict[str, DistrictRow]] = defaultdict(dict)
        for code in self._further.keys() & self._districts.keys():
            for word in self._further[code]:
                found[self._key(word)][code] = self._districts[code]
        return found


def _code(place: Place) -> str:
    return place.district_code or place.code


def _is_called(row: DistrictRow, key: str) -> bool:
    """Whether a district has this name, in characters or in letters."""
    if key in (row.name, row.short, row.pinyin):
        return True
    return key.startswith(row.pinyin) and key[len(row.pinyin) :] in _roman_ends(row.name)


def _holds(province: Place, place: Place) -> bool:
    """Whether a place is in a province; a municipality is in itself: 北京市北京."""
    itself = place.code == province.code and place.code in MUNICIPALITIES
    return itself or place.parent == province.code


def _roman_ends(name: str) -> list[str]:
    """What may follow the pinyin of a name without its end."""
    ends = (name[-3:], name[-2:], name[-1:])
    return [roman for end in ends if end in _PINYIN_ENDS for roman in _PINYIN_ENDS[end]]


def _matcher(text: str) -> SequenceMatcher[str]:
    return SequenceMatcher(None, "", text, autojunk=False)


def _ratio(matcher: SequenceMatcher[str], names: Sequence[str]) -> float:
    """How like the matcher's text the likest of some names is; 0 where none is like enough."""
    best = 0.0
    for name in names:
        matcher.set_seq1(name)
        if min(matcher.real_quick_ratio(), matcher.quick_ratio()) >= _LIKE_ENOUGH:
            # All letters are there, in a wrong order: wuhna.
            jumbled = 0.95 * (matcher.quick_ratio() == 1)
            best = max(best, matcher.ratio(), jumbled)
    return best


def _one_differs(text: str, name: str) -> bool:
    """Whether a text is a name with one wrong character."""
    return len(text) == len(name) and sum(map(str.__ne__, text, name)) == 1
