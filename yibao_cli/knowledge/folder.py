"""A data folder: its files and tables are read here, and what nothing reads is refused."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from yibao_cli.files import shown_path
from yibao_cli.knowledge.location import present
from yibao_cli.knowledge.reading import File, Problems, content, read
from yibao_cli.knowledge.shapes import Field, shape_of
from yibao_cli.places import DistrictRow, PlaceRow

T = TypeVar("T")
Row = TypeVar("Row", PlaceRow, DistrictRow)


class Folder:
    """Reads the files of one folder by their names in it, and remembers which were asked for.

    One that nobody named may have nothing in it, and messages call it by its whole path. Raises
    KnowledgeError where there is no such folder: all else would be an echo of that.
    """

    def __init__(self, root: Path, *, named: bool = True) -> None:
        self._root = root
        self._named = named
        self._opened: set[str] = set()
        self.problems = Problems()
        present(root)

    def file(self, name: str, kind: type[T]) -> File[T]:
        """What a YAML file holds."""
        return read(self._asked(name), self._called(name), kind, self.problems)

    def files(self, name: str, kind: type[T]) -> list[File[T]]:
        """What all YAML files in a folder hold; hidden files are no part of the data."""
        paths = sorted((self._root / name).glob("[!.]*.yaml"))
        if not paths and self._named:
            message = "这里没有文件；至少要有一个 .yaml"
            self.problems.add(self._called(name), 1, message, "missing_file")
        return [self.file(f"{name}/{path.name}", kind) for path in paths]

    def table(self, name: str, of: type[T]) -> tuple[dict[str, T], File[dict[str, T]]]:
        """Things by their ids, none where the file is wrong, and where they stand."""
        file = self.file(name, dict[str, of])  # type: ignore[valid-type]
        return file.value or {}, file

    def rows(self, name: str, kind: type[Row]) -> tuple[File[list[str]], Iterator[tuple[int, Row]]]:
        """The rows of a table that have all columns, and their lines; and where they stand."""
        file = File[list[str]](self._called(name), self.problems)
        text = content(self._asked(name), file)
        file.value = None if text is None else text.split("\n")
        return file, _rows(file, kind)

    def refuse_strangers(self) -> None:
        """Refuse data files that nothing reads: a misspelt name would silently hide its content."""
        for path in sorted(self._root.rglob("*")):
            name = path.relative_to(self._root)
            hidden = any(part.startswith(".") for part in name.parts)
            data = path.suffix.lower() in (".yaml", ".yml", ".csv")
            if hidden or not data or name.as_posix() in self._opened:
                continue
            beside = [one.name for one in map(Path, self._opened) if one.parent == name.parent]
            may = "、".join(sorted(beside)) or "放别的文件夹里的文件"
            if name.parent.as_posix() in ("tree", "regions/provinces"):
                may = "以 .yaml 结尾的文件"
            message = f"不认识这个文件；这里可以有：{may}"
            self.problems.add(self._called(name.as_posix()), 1, message, "unknown_file")

    def _called(self, name: str) -> str:
        """What messages call a file."""
        called = self._root.name if self._named else shown_path(self._root)
        return f"{called or self._root}/{name}"

    def _asked(self, name: str) -> Path:
        self._opened.add(name)
        return self._root / name


def read_tables(folder: Folder) -> tuple[tuple[PlaceRow, ...], tuple[DistrictRow, ...]]:
    """The rows of both tables, places and districts, each below a place that stands before it."""
    before = len(folder.problems.found)
    file, rows = folder.rows("regions/places.csv", PlaceRow)
    places: dict[str, PlaceRow] = {}
    for line, place in rows:
        places[place.code] = place
        above = places.get(place.parent)
        if place.level in ("province", "abroad", "unsure"):
            if place.parent:
                may = "省、境外和不知道的地方没有上级，要空着"
                file.refuse(line, f"“parent”写的是“{place.parent}”；{may}", "bad_value")
        elif above is None or above.level != "province":
            message = f"“parent”写的是“{place.parent}”；要写前面某一行的省级代码"
            file.refuse(line, message, "dangling")
        if bool(place.area_code) != bool(place.area_code_level):
            may = "有区号要写：A、B、C；没有区号就空着"
            message = f"“area_code_level”写的是“{place.area_code_level}”；{may}"
            file.refuse(line, message, "bad_value")
    # Of places that are wrong themselves it cannot be told which are missing.
    sound = file.value is not None and len(folder.problems.found) == before
    file, below = folder.rows("regions/districts.csv", DistrictRow)
    districts = []
    for line, district in below:
        districts.append(district)
        if sound and district.city not in places:
            message = f"“city”写的是“{district.city}”；要写 places.csv 里有的代码"
            file.refuse(line, message, "dangling")
    return tuple(places.values()), tuple(districts)


def _rows(file: File[list[str]], kind: type[Row]) -> Iterator[tuple[int, Row]]:
    """Each row has its own code."""
    columns = shape_of(kind).fields
    names = ",".join(one.key for one in columns)
    named, *lines = file.value or [names]
    if named != names:
        file.refuse(1, f"第一行是“{named[:60]}”；列名要是：{names}", "bad_table")
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
            for column, cell in zip(columns, cells, strict=True):
                _check_cell(file, line, column, cell)
            row: Row = kind(*cells)  # type: ignore[arg-type]
            if (first := known.setdefault(row.code, line)) != line:
                message = f"代码“{row.code}”在第{first}行已经有了；每个代码只能有一行"
                file.refuse(line, message, "duplicate_key")
            yield line, row
    except csv.Error:
        file.refuse(reader.line_num + 1, "有一格太长；每格只能是一个词", "bad_table")


def _check_cell(file: File[list[str]], line: int, column: Field, cell: str) -> None:
    says, choices = column.shape.says, column.shape.choices
    wrong = f"“{column.key}”写的是“{cell}”；"
    if choices and cell not in choices:
        file.refuse(line, f"{wrong}可以写：{'、'.join(filter(None, choices))}", "bad_value")
    elif not cell and not choices and "empty" not in says:
        file.refuse(line, f"“{column.key}”是空的；这一格不能空着", "empty")
    elif cell and "form" in says and not re.fullmatch(says["form"], cell):
        file.refuse(line, f"{wrong}{says['may']}", "bad_value")
