"""Tables: numbers in, text with aligned columns or plain values for JSON out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from unicodedata import east_asian_width

Row = Mapping[str, Any]

MET, MISSED = "达到", "未达到"


@dataclass(frozen=True, slots=True)
class Column:
    """One value of every row: its key, its heading and how it is written; None stays empty."""

    key: str
    heading: str
    write: Callable[[Any], str] | None = None

    def text(self, row: Row) -> str:
        """The cell of a row."""
        value = row.get(self.key)
        return "" if value is None else self.write(value) if self.write else str(value)

    @property
    def right(self) -> bool:
        """Whether the cells are numbers, which stand at the right."""
        return self.write is not None


@dataclass(frozen=True, slots=True)
class Table:
    """A titled table with remarks below it."""

    name: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    remarks: Sequence[str] = ()

    def text(self) -> str:
        """The table as lines that align wherever a Chinese character is two columns wide."""
        cells = [[column.heading for column in self.columns]]
        cells += [[column.text(row) for column in self.columns] for row in self.rows]
        widths = [max(width(line[at]) for line in cells) for at in range(len(self.columns))]
        lines = [
            "  ".join(
                pad(cell, wide, right=column.right)
                for cell, wide, column in zip(line, widths, self.columns, strict=True)
            ).rstrip()
            for line in cells
        ]
        lines.insert(1, "  ".join("-" * wide for wide in widths))
        return "\n".join([f"【{self.title}】", *lines, *self.remarks]) + "\n"

    def data(self) -> dict[str, Any]:
        """The table for programs."""
        return {
            "name": self.name,
            "title": self.title,
            "rows": [dict(row) for row in self.rows],
            "remarks": list(self.remarks),
        }


def verdict(value: float, limit: float | None, *, least: bool = False) -> str | None:
    """Whether a value keeps its limit, which is the most it may be, or the least."""
    if limit is None:
        return None
    return MET if (value >= limit if least else value <= limit) else MISSED


def number(digits: int, unit: str = "") -> Callable[[float], str]:
    """How to write a number: so many digits after the point, thousands apart."""
    return lambda value: f"{value:,.{digits}f}{unit}"


def width(text: str) -> int:
    """Columns on a screen."""
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


def pad(text: str, wide: int, *, right: bool = False) -> str:
    """Text filled up with blanks."""
    blanks = " " * (wide - width(text))
    return blanks + text if right else text + blanks
