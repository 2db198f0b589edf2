"""The tables of places and districts, and what else people call them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from yibao_cli.knowledge.folder import Folder
from yibao_cli.knowledge.names import Names
from yibao_cli.knowledge.yamltext import Entry
from yibao_cli.model import LEVELS
from yibao_cli.regions import LEVELS as PLACE_LEVELS

_PLACES = "regions/places.csv"
_PLACE_COLUMNS = (
    "code", "name", "short", "level", "parent", "pinyin", "initials", "area_code",
    "area_code_level",
)  # fmt: skip
_DISTRICTS = "regions/districts.csv"
_DISTRICT_COLUMNS = ("code", "name", "short", "city", "pinyin")
_MAY_BE_EMPTY = ("parent", "area_code", "area_code_level")


def rows(folder: Folder) -> tuple[list[list[str]], list[list[str]]]:
    """The rows of both tables, places and districts, each below a place that stands before it."""
    before = len(folder.problems.found)
    places = _read(folder, _PLACES, _PLACE_COLUMNS)
    provinces: set[str] = set()
    for line, (code, _, _, level, parent, _, _, area, area_level) in places.rows.items():
        if level == "province":
            provinces.add(code)
        if level not in PLACE_LEVELS:
            places.cell(line, "level", level, f"可以写：{'、'.join(PLACE_LEVELS)}", "bad_value")
        elif level in ("province", "abroad"):
            if parent:
                places.cell(line, "parent", parent, "省和境外没有上级，要空着", "bad_value")
        elif parent not in provinces:
            places.cell(line, "parent", parent, "要写前面某一行的省级代码", "dangling")
        if area_level not in (LEVELS if area else ("",)):
            may = f"有区号要写：{'、'.join(LEVELS)}；没有区号就空着"
            places.cell(line, "area_code_level", area_level, may, "bad_value")
    sound = len(folder.problems.found) == before
    cities = {row[0] for row in places.rows.values()}
    districts = _read(folder, _DISTRICTS, _DISTRICT_COLUMNS)
    for line, row in districts.rows.items():
        # Of places that are wrong themselves it cannot be told which are missing.
        if sound and row[3] not in cities:
            districts.cell(line, "city", row[3], "要写 places.csv 里有的代码", "dangling")
    return list(places.rows.values()), list(districts.rows.values())


def spellings(top: Entry | None, names: Names) -> dict[str, Any]:
    """The further spellings of places, as the gazetteer takes them."""
    if top is None:
        return {"names": {}}
    fields = top.fields(("names", "own_pool", "traditional", "sounds"))
    called = {}
    for code, entry in fields.pairs("names"):
        names.mention("地区代码", code, entry)
        called[code] = entry.texts()
    traditional = ("", "")
    listed = fields.get("traditional")
    if listed is not None:
        inner = listed.fields(("from", "to"))
        traditional = (inner.text("from"), inner.text("to"))
        lengths = (len(traditional[0]), len(traditional[1]))
        if lengths[0] != lengths[1]:
            message = f"from 有{lengths[0]}字，to 有{lengths[1]}字；两边要一样多"
            listed.problem(message, "bad_value")
    return {
        "names": called,
        "own_pool": fields.texts("own_pool"),
        "traditional": traditional,
        "sounds": names.words("sounds", fields.get("sounds")),
    }


@dataclass(frozen=True, slots=True)
class _Table:
    """A table of plain words: its rows by their lines, without the heading."""

    folder: Folder
    name: str
    rows: dict[int, list[str]]

    def problem(self, line: int, message: str, code: str) -> None:
        """Note a problem at a line."""
        self.folder.problems.add(self.folder.called(self.name), line, message, code)

    def cell(self, line: int, column: str, value: str, may: str, code: str) -> None:
        """Note a wrong cell."""
        self.problem(line, f"“{column}”写的是“{value}”；{may}", code)


def _read(folder: Folder, name: str, columns: tuple[str, ...]) -> _Table:
    table = _Table(folder, name, {})
    text = folder.content(name)
    if text is None:
        return table
    heading, *lines = text.split("\n")
    if heading != ",".join(columns):
        message = f"第一行是“{heading[:60]}”；列名要是：{','.join(columns)}"
        table.problem(1, message, "bad_table")
        return table
    needed = [(at, column) for at, column in enumerate(columns) if column not in _MAY_BE_EMPTY]
    known: dict[str, int] = {}
    for number, line in enumerate(lines, 2):
        row = line.split(",")
        if len(row) != len(columns) or '"' in line:
            if line:
                message = f"有{len(row)}列；要{len(columns)}列，用半角逗号分开，不用引号"
                table.problem(number, message, "bad_table")
            continue
        for at, column in needed:
            if not row[at]:
                message = f"“{column}”是空的；只有这些可以空着：{'、'.join(_MAY_BE_EMPTY)}"
                table.problem(number, message, "empty")
        first = known.setdefault(row[0], number)
        if first != number:
            message = f"代码“{row[0]}”在第{first}行已经有了；每个代码只能有一行"
            table.problem(number, message, "duplicate_key")
        table.rows[number] = row
    return table
