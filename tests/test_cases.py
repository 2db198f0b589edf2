"""The knowledge's own cases (`cases/`): written from the legal texts, answered by the library."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from yibao_cli.answers import parse_all
from yibao_cli.consult import consult
from yibao_cli.errors import KnowledgeError
from yibao_cli.knowledge import knowledge
from yibao_cli.knowledge.load import PATHS
from yibao_cli.knowledge.yamltext import Entry, Problems, read
from yibao_cli.render.json_ import payload

FOLDER = Path(__file__).resolve().parent.parent / "cases"
# Cases without a day of their own are answered by the rules of the day they were written for.
WRITTEN_FOR = "2026-11-21"
# What a reader reads; the answers, the way and the list of sources prove nothing about advice.
READ = {
    "outcome": ("title", "summary"),
    "outcomes": ("title", "summary"),
    "steps": ("text", "detail", "where", "deadline"),
    "documents": ("name", "for", "detail", "alternatives"),
    "warnings": ("text", "detail"),
    "notes": ("text", "detail"),
    "local": ("text", "detail"),
    "questions": ("text", "detail"),
    "contacts": ("name", "phone", "detail"),
}


@dataclass(frozen=True)
class Case:
    """One situation, and what the checklist for it has to say."""

    id: str
    situation: str
    answers: dict[str, str]
    path: str
    source: str
    day: str = WRITTEN_FOR
    also: tuple[str, ...] = ()
    shows: tuple[str, ...] = ()
    hides: tuple[str, ...] = ()


def load(folder: Path) -> list[Case]:
    """The cases of every file of a folder.

    Raises KnowledgeError with everything that is wrong in them.
    """
    problems = Problems()
    found: dict[str, Case] = {}
    for file in sorted(folder.glob("*.yaml")):
        top = read(file, f"{folder.name}/{file.name}", problems)
        for name, entry in top.pairs() if top else ():
            if name in found:
                entry.problem(f"“{name}”在另一个文件里已经有了；名称不能重复", "duplicate_key")
            found[name] = _case(name, entry)
    problems.raise_if_any()
    return list(found.values())


def _case(name: str, entry: Entry) -> Case:
    fields = entry.fields(
        ("situation", "answers", "path", "source"), ("on", "also", "shows", "hides")
    )
    for path in fields.texts("also"):
        if path not in PATHS:
            entry.problem(f"“also”写的是“{path}”；可以写：{'、'.join(PATHS)}", "bad_value")
    return Case(
        id=name,
        situation=fields.text("situation"),
        answers={question: answer.text() for question, answer in fields.pairs("answers")},
        path=fields.choice("path", PATHS),
        source=fields.text("source"),
        day=fields.day("on") or WRITTEN_FOR,
        also=fields.texts("also"),
        shows=fields.texts("shows"),
        hides=fields.texts("hides"),
    )


def said(checklist: dict[str, Any]) -> str:
    """Everything a reader is told, without blanks, one text a line."""
    return "\n".join("".join(text.split()) for text in _texts(checklist))


def _texts(checklist: dict[str, Any]) -> Iterator[str]:
    for part, keys in READ.items():
        entries = checklist[part]
        for entry in entries if isinstance(entries, list) else [entries]:
            for key in keys:
                value = entry.get(key)
                yield from value if isinstance(value, list) else [value] if value else []


def plain(fragment: str) -> str:
    return "".join(fragment.split())


CASES = load(FOLDER)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_case(case: Case) -> None:
    known = knowledge()
    answers = parse_all(known, {name: [text] for name, text in case.answers.items()})
    checklist = payload(consult(known, answers, case.day))
    told = said(checklist)
    others = {outcome["path"] for outcome in checklist["outcomes"]}

    wrong = []
    if checklist["outcome"]["path"] != case.path:
        wrong.append(f"path is {checklist['outcome']['path']}, not {case.path}")
    wrong += [f"{path} is not among {sorted(others)}" for path in case.also if path not in others]
    wrong += [f"does not say {one}" for one in case.shows if plain(one) not in told]
    wrong += [f"says {one}" for one in case.hides if plain(one) in told]
    assert not wrong, f"{case.situation} ({case.source}): {'; '.join(wrong)}"


def test_every_path_has_a_case() -> None:
    assert {case.path for case in CASES} == set(PATHS)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a: {situation: x, answers: {}, path: local_care, source: y, show: [z]}", "unknown_key"),
        ("a: {situation: x, answers: {}, path: local_care}", "missing_key"),
        ("a: {situation: x, answers: {}, path: nowhere, source: y}", "bad_value"),
        ("a: {situation: x, answers: {}, path: local_care, source: y, also: [no]}", "bad_value"),
        ("a: {situation: x, answers: {}, path: local_care, source: y, on: 2026}", "bad_date"),
        ("a: {situation: x, answers: {}, path: local_care, source: y, shows: z}", "wrong_type"),
    ],
)
def test_a_wrong_file_is_refused(tmp_path: Path, text: str, code: str) -> None:
    (tmp_path / "wrong.yaml").write_text(text, encoding="utf-8")

    with pytest.raises(KnowledgeError) as caught:
        load(tmp_path)

    assert code in {finding.code for finding in caught.value.findings}


def test_a_case_id_stands_in_one_file_only(tmp_path: Path) -> None:
    for name in ("one.yaml", "two.yaml"):
        text = "a: {situation: x, answers: {}, path: local_care, source: y}"
        (tmp_path / name).write_text(text, encoding="utf-8")

    with pytest.raises(KnowledgeError):
        load(tmp_path)
