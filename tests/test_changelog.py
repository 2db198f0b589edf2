"""The changelog keeps its own rule, and tells of this version and of this knowledge."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path

from yibao_cli import __version__
from yibao_cli.knowledge import knowledge

TEXT = (Path(__file__).resolve().parent.parent / "CHANGELOG.md").read_text("utf-8")
UNRELEASED = "未发布"
SECTIONS = ("知识", "新增", "改变", "弃用", "移除", "修正", "安全")
HEADING = re.compile(rf"{UNRELEASED}|(\d+)\.(\d+)\.(\d+) - (\d{{4}}-\d{{2}}-\d{{2}})")


@dataclass(frozen=True)
class Release:
    """One chapter: its heading, and its sections with their entries."""

    heading: str
    sections: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def number(self) -> tuple[int, ...]:
        found = HEADING.fullmatch(self.heading)
        assert found, self.heading
        return tuple(int(part) for part in found.groups()[:3] if part)


def releases() -> list[Release]:
    found = []
    for chapter in re.split(r"^## ", TEXT, flags=re.MULTILINE)[1:]:
        heading, _, body = chapter.partition("\n")
        parts = re.split(r"^### ", body, flags=re.MULTILINE)
        assert parts[0].strip() == "", f"text outside of a section: {parts[0]}"
        sections = []
        for part in parts[1:]:
            name, _, entries = part.partition("\n")
            lines = [line for line in entries.split("\n") if line.strip()]
            assert all(line.startswith(("- ", "  ")) for line in lines), name
            sections.append((name, tuple(line for line in lines if line.startswith("- "))))
        found.append(Release(heading, tuple(sections)))
    return found


def test_every_version_parses_and_the_newest_comes_first() -> None:
    found = releases()
    assert [one.heading for one in found].count(UNRELEASED) == 1
    assert found[0].heading == UNRELEASED
    dated = found[1:]
    assert all(later.number > earlier.number for later, earlier in pairwise(dated))
    days = [date.fromisoformat(one.heading[-10:]) for one in dated]
    assert days == sorted(days, reverse=True)


def test_sections_are_known_ordered_and_not_empty() -> None:
    for one in releases():
        names = [name for name, _ in one.sections]
        assert names == [name for name in SECTIONS if name in names], one.heading
        assert all(entries for _, entries in one.sections), one.heading


def test_the_version_of_the_program_is_told() -> None:
    numbers = {one.number for one in releases()}
    own = tuple(int(part) for part in re.findall(r"\d+", __version__))

    # What is not released yet is newer than every release.
    assert own in numbers or all(own > number for number in numbers)


def test_what_changed_in_the_knowledge_is_told_by_its_day() -> None:
    told = [
        entry
        for one in releases()
        for name, entries in one.sections
        if name == "知识"
        for entry in entries
    ]

    undated = [entry for entry in told if not re.match(r"- \d{4}\.\d{2}\.\d{2}(\.\d+)?：", entry)]
    assert undated == []
    last = knowledge().about.version.partition("+")[0]
    assert any(entry.startswith(f"- {last}：") for entry in told)
