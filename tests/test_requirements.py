"""The pinned packages of CI: everything that the project names, at one version, with hashes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import tomli
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PINNED = (ROOT / "requirements/ci.txt").read_text("utf-8")
PROJECT: dict[str, Any] = tomli.loads((ROOT / "pyproject.toml").read_text("utf-8"))
# One entry: the requirement, its hashes and who wants it.
ENTRIES = re.findall(r"^(\S.*?)((?: \\\n    --hash=\S+)*)\n((?:    #.*\n)*)", PINNED, re.MULTILINE)
NAMED = [
    Requirement(text)
    for text in (
        *PROJECT["project"]["dependencies"],
        *PROJECT["project"]["optional-dependencies"]["test"],
        *PROJECT["project"]["optional-dependencies"]["check"],
        *PROJECT["build-system"]["requires"],
    )
]
HOW = "write requirements/ci.txt anew as CONTRIBUTING.md says"


def pins() -> dict[str, list[Requirement]]:
    found: dict[str, list[Requirement]] = {}
    for text, _, _ in ENTRIES:
        one = Requirement(text)
        found.setdefault(canonicalize_name(one.name), []).append(one)
    return found


def test_the_file_is_nothing_but_pins_with_hashes() -> None:
    assert "".join(
        f"{text}{hashes}\n{comment}" for text, hashes, comment in ENTRIES
    ) == PINNED  # fmt: skip
    for text, hashes, _ in ENTRIES:
        assert re.fullmatch(r"==[^,*]+", str(Requirement(text).specifier)), text
        assert re.findall(r"--hash=(\S+)", hashes), text
        assert set(re.findall(r"--hash=(\w+):[0-9a-f]{64}", hashes)) == {"sha256"}, text


@pytest.mark.parametrize("named", NAMED, ids=str)
def test_what_the_project_names_is_pinned(named: Requirement) -> None:
    found = pins().get(canonicalize_name(named.name), [])

    assert found, HOW
    for one in found:
        (version,) = (part.version for part in one.specifier)
        assert named.specifier.contains(version), HOW


def test_nothing_is_pinned_that_nobody_wants() -> None:
    wanted = {canonicalize_name(one.name) for one in NAMED}
    direct = {
        canonicalize_name(Requirement(text).name)
        for text, _, why in ENTRIES
        if "yibao-cli (pyproject.toml)" in why
    }

    assert direct <= wanted, HOW


def test_every_extra_package_is_wanted_by_another() -> None:
    names = set(pins())
    for text, _, why in ENTRIES:
        wanting = re.findall(r"#\s+(?:via\s+)?([\w.-]+)", why.replace("# via\n", ""))
        assert wanting, text
        assert {canonicalize_name(one) for one in wanting} <= {*names, "yibao-cli"}, HOW
