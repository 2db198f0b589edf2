"""The knowledge's own cases (`cases/`): written from the legal texts, answered by the library."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from yibao_cli.audit.cases import Case, read_cases, run_cases
from yibao_cli.errors import KnowledgeError
from yibao_cli.knowledge import kinds, knowledge

CASES = read_cases(Path(__file__).resolve().parent.parent / "cases")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_case(case: Case) -> None:
    assert run_cases(knowledge(), [case]) == []


def test_every_path_has_a_case() -> None:
    assert {case.path for case in CASES} == set(get_args(kinds.Path))


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
        read_cases(tmp_path)

    assert code in {finding.code for finding in caught.value.findings}


def test_a_case_id_stands_in_one_file_only(tmp_path: Path) -> None:
    for name in ("one.yaml", "two.yaml"):
        text = "a: {situation: x, answers: {}, path: local_care, source: y}"
        (tmp_path / name).write_text(text, encoding="utf-8")

    with pytest.raises(KnowledgeError):
        read_cases(tmp_path)


def test_a_case_that_fails_is_reported_with_its_place(tmp_path: Path) -> None:
    text = "a:\n  situation: x\n  answers: {insurance: 居民, from: 绵阳, to: 香港}\n"
    text += "  path: local_care\n  shows: [不存在的话]\n  source: y\n"
    (tmp_path / "one.yaml").write_text(text, encoding="utf-8")

    [fault] = run_cases(knowledge(), read_cases(tmp_path))

    assert (fault.code, fault.line) == ("case_failed", 1)
    assert "not_covered" in fault.message
    assert "不存在的话" in fault.message


def test_a_folder_without_cases_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError):
        read_cases(tmp_path)
