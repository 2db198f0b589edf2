"""A question and an option that were renamed are still understood by their old names."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support import INSTALLED, Ran, environment

from yibao_cli.knowledge import COMPILED

BASE = ("--insurance", "居民", "--from", "绵阳", "--to", "北京", "--format", "json")
TOLD = "已经改名，请写"


@pytest.fixture(scope="module")
def renamed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The command with a knowledge in which `care` was once `kind_of_care`, and `inpatient` `ward`."""
    site = tmp_path_factory.mktemp("renamed") / "site"
    shutil.copytree(INSTALLED, site)
    questions = site / "yibao_cli" / "data" / "questions.yaml"
    text = questions.read_text("utf-8")
    changed = text.replace("\ncare:\n", "\ncare:\n  was: [kind_of_care]\n").replace(
        "    inpatient: {", "    inpatient: {was: [ward], "
    )
    assert changed.count("was: [") == 2
    questions.write_text(changed, "utf-8")
    # Made of the text as it was.
    (questions.parent / COMPILED).unlink()
    yield site


def run(site: Path, *words: str, stdin: str = "", **changes: str) -> Ran:
    done = subprocess.run(
        [sys.executable, str(site / "yibao"), *words],
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        env=environment(PYTHONPATH=str(site), **changes),
        timeout=60,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


@pytest.mark.parametrize(
    ("words", "environ", "old", "now"),
    [
        (("--kind-of-care", "住院"), {}, "kind_of_care", "care"),
        (("--kind_of_care=住院",), {}, "kind_of_care", "care"),
        (("--set", "kind-of-care=住院"), {}, "kind-of-care", "care"),
        ((), {"YIBAO_KIND_OF_CARE": "住院"}, "kind_of_care", "care"),
    ],
)
def test_an_old_name_of_a_question_works_and_the_new_one_is_told(
    renamed: Path, words: tuple[str, ...], environ: dict[str, str], old: str, now: str
) -> None:
    done = run(renamed, "plan", *BASE, "--filing", "未备案", *words, **environ)

    assert (done.status, done.data["answers"]["care"]) == (0, "inpatient")
    assert f"{old} {TOLD} {now}；" in done.err


def test_an_old_name_of_an_option_works(renamed: Path) -> None:
    done = run(renamed, "plan", *BASE, "--filing", "未备案", "--care", "ward")

    assert (done.status, done.data["answers"]["care"]) == (0, "inpatient")


def test_an_old_name_of_a_column_works(renamed: Path) -> None:
    table = "insurance,from,to,kind_of_care,filing\n居民,绵阳,北京,ward,未备案\n"
    done = run(renamed, "batch", "-", stdin=table)

    assert done.status == 0
    assert done.data["checklist"]["answers"]["care"] == "inpatient"


def test_an_old_name_of_an_answer_in_a_file_works(renamed: Path, tmp_path: Path) -> None:
    answers = tmp_path / "answers.yaml"
    answers.write_text("kind_of_care: ward\nfiling: none\n", "utf-8")
    done = run(renamed, "plan", *BASE, "--answers", str(answers))

    assert (done.status, done.data["answers"]["care"]) == (0, "inpatient")


def test_an_old_name_is_shown_nowhere(renamed: Path) -> None:
    assert "kind-of-care" not in run(renamed, "plan", "--help").out
    assert "kind-of-care" not in run(renamed, "complete", "2", "yibao", "plan", "--ki").out


def test_a_name_of_today_says_nothing(renamed: Path) -> None:
    done = run(renamed, "plan", *BASE, "--filing", "未备案", "--care", "住院")

    assert (done.status, done.err) == (0, "")
