"""The tables of places and districts."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from typing import TypeVar

from yibao_cli.knowledge.kinds import LEVELS
from yibao_cli.knowledge.reading import File
from yibao_cli.places import CODE, DistrictRow, PlaceRow
from yibao_cli.places import LEVELS as PLACE_LEVELS

_MAY_BE_EMPTY = ("parent", "area_code", "area_code_level")
_CODES = "要写六位数字，省本级的后面加“-SBJ”；没有国家代码的写“X-”和大写字母、数字"

Row = TypeVar("Row", PlaceRow, DistrictRow)


def read_tables(
    of_places: File[list[str]], of_districts: File[list[str]]
) -> tuple[tuple[PlaceRow, ...], tuple[DistrictRow, ...]]:
    """The rows of both tables, places and districts, each below a place that stands before it."""
    file = of_places
    before = len(file.problems.found)
    places: dict[str, PlaceRow] = {}
    for line, place in _rows(file, PlaceRow):
        places[place.code] = place
        above = places.get(place.parent)
        if place.level not in PLACE_LEVELS:
            _cell(file, line, "level", place.level, f"可以写：{'、'.join(PLACE_LEVELS)}")
        elif place.level in ("province", "abroad", "unsure"):
            if place.parent:
                _cell(file, line, "parent", place.parent, "省、境外和不知道的地方没有上级，要空着")
        elif above is None or above.level != "province":
            message = f"“parent”写的是“{place.parent}”；要写前面某一行的省级代码"
            file.refuse(line, message, "dangling")
        if place.area_code and not re.fullmatch("0[1-9][0-9]{1,2}", place.area_code):
            _cell(file, line, "area_code", place.area_code, "要写0开头的三四位数字，例如 0816")
        if place.area_code_level not in (LEVELS if place.area_code else ("",)):
            may = f"有区号要写：{'、'.join(LEVELS)}；没有区号就空着"
            _cell(file, line, "area_code_level", place.area_code_level, may)
    # Of places that are wrong themselves it cannot be told which are missing.
    sound = file.value is not None and len(file.problems.found) == before
    districts = []
    for line, district in _rows(of_districts, DistrictRow):
        districts.append(district)
        if sound and district.city not in places:
            message = f"“city”写的是“{district.city}”；要写 places.csv 里有的代码"
            of_districts.refuse(line, message, "dangling")
    return tuple(places.values()), tuple(districts)


def _cell(file: File[list[str]], line: int, column: str, value: str, may: str) -> None:
    file.refuse(line, f"“{column}”写的是“{value}”；{may}", "bad_value")


def _rows(file: File[list[str]], kind: type[Row]) -> Iterator[tuple[int, Row]]:
    """The rows that have all columns, and their lines; each row has its own code."""
    columns = kind.__struct_fields__
    named, *lines = file.value or [",".join(columns)]
    if named != ",".join(columns):
        file.refuse(1, f"第一行是“{named[:60]}”；列名要是：{','.join(columns)}", "bad_table")
        return
    known: dict[str, int] = {}
    reader = csv.reader(lines, quoting=csv.QUOTE_NONE)
    try:
        for cells in filter(None, reader):
            line = reader.line_num + 1
            if len(cells) != len(columns) or any('"' in cell for cell in cells):
                message = f"有{len(cells)}列；要{len(columns)}列，用半角逗号分开，不用引号"
                file.refuse(line, message, "bad_table")
                continue
            # Whoever asks for the rows checks the closed lists.
            row: Row = kind(*cells)  # type: ignore[arg-type]
            for column, value in zip(columns, cells, strict=True):
                if not value and column not in _MAY_BE_EMPTY:
                    message = f"“{column}”是空的；只有这些可以空着：{'、'.join(_MAY_BE_EMPTY)}"
                    file.refuse(line, message, "empty")
            if row.code and not re.fullmatch(CODE, row.code):
                _cell(file, line, "code", row.code, _CODES)
            first = known.setdefault(row.code, line)
            if first != line:
                message = f"代码“{row.code}”在第{first}行已经有了；每个代码只能有一行"
                file.refuse(line, message, "duplicate_key")
            yield line, row
    except csv.Error:
        file.refuse(reader.line_num + 1, "有一格太长；每格只能是一个词", "bad_table")
