"""The tables of places and districts."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from typing import TypeVar

from msgspec import Struct

from yibao_cli.knowledge.folder import Folder
from yibao_cli.knowledge.kinds import LEVELS
from yibao_cli.knowledge.shapes import shape_of
from yibao_cli.places import LEVELS as PLACE_LEVELS
from yibao_cli.places import Code, DistrictRow, PlaceRow

_CODE: str = shape_of(Code).says["pattern"]
_MAY_BE_EMPTY = ("parent", "area_code", "area_code_level")

Row = TypeVar("Row", bound=Struct)


def read_tables(folder: Folder) -> tuple[tuple[PlaceRow, ...], tuple[DistrictRow, ...]]:
    """The rows of both tables, places and districts, each below a place that stands before it."""
    before = len(folder.problems.found)
    table = _Table(folder, "regions/places.csv")
    places = []
    provinces: set[str] = set()
    for line, place in table.rows(PlaceRow):
        places.append(place)
        if place.level == "province":
            provinces.add(place.code)
        if place.level not in PLACE_LEVELS:
            may = f"可以写：{'、'.join(PLACE_LEVELS)}"
            table.cell(line, "level", place.level, may, "bad_value")
        elif place.level in ("province", "abroad"):
            if place.parent:
                may = "省和境外没有上级，要空着"
                table.cell(line, "parent", place.parent, may, "bad_value")
        elif place.parent not in provinces:
            table.cell(line, "parent", place.parent, "要写前面某一行的省级代码", "dangling")
        if place.area_code_level not in (LEVELS if place.area_code else ("",)):
            may = f"有区号要写：{'、'.join(LEVELS)}；没有区号就空着"
            table.cell(line, "area_code_level", place.area_code_level, may, "bad_value")
    sound = len(folder.problems.found) == before
    cities = {place.code for place in places}
    table = _Table(folder, "regions/districts.csv")
    districts = []
    for line, district in table.rows(DistrictRow):
        districts.append(district)
        # Of places that are wrong themselves it cannot be told which are missing.
        if sound and district.city not in cities:
            table.cell(line, "city", district.city, "要写 places.csv 里有的代码", "dangling")
    return tuple(places), tuple(districts)


class _Table(Struct, frozen=True):
    """A table of plain words, of which each row has its own code."""

    folder: Folder
    name: str

    def problem(self, line: int, message: str, code: str) -> None:
        """Note a problem at a line."""
        self.folder.problems.add(self.folder.called(self.name), line, message, code)

    def cell(self, line: int, column: str, value: str, may: str, code: str) -> None:
        """Note a wrong cell."""
        self.problem(line, f"“{column}”写的是“{value}”；{may}", code)

    def rows(self, kind: type[Row]) -> Iterator[tuple[int, Row]]:
        """The rows that have all columns, and their lines."""
        text = self.folder.content(self.name)
        if text is None:
            return
        columns = kind.__struct_fields__
        lines = text.split("\n")
        if lines[0] != ",".join(columns):
            message = f"第一行是“{lines[0][:60]}”；列名要是：{','.join(columns)}"
            self.problem(1, message, "bad_table")
            return
        known: dict[str, int] = {}
        reader = csv.reader(lines[1:], quoting=csv.QUOTE_NONE)
        try:
            for cells in filter(None, reader):
                line = reader.line_num + 1
                if len(cells) != len(columns) or any('"' in cell for cell in cells):
                    message = f"有{len(cells)}列；要{len(columns)}列，用半角逗号分开，不用引号"
                    self.problem(line, message, "bad_table")
                    continue
                self._check_cells(line, dict(zip(columns, cells, strict=True)), known)
                yield line, kind(*cells)
        except csv.Error:
            self.problem(reader.line_num + 1, "有一格太长；每格只能是一个词", "bad_table")

    def _check_cells(self, line: int, row: dict[str, str], known: dict[str, int]) -> None:
        for column, value in row.items():
            if not value and column not in _MAY_BE_EMPTY:
                message = f"“{column}”是空的；只有这些可以空着：{'、'.join(_MAY_BE_EMPTY)}"
                self.problem(line, message, "empty")
        code = row["code"]
        if code and not re.search(_CODE, code):
            may = "要写六位数字，省本级的后面加“-SBJ”；没有国家代码的写“X-”和大写字母、数字"
            self.cell(line, "code", code, may, "bad_value")
        first = known.setdefault(code, line)
        if first != line:
            message = f"代码“{code}”在第{first}行已经有了；每个代码只能有一行"
            self.problem(line, message, "duplicate_key")
