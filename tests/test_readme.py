"""The README runs: its examples, its sample output and the command that CI takes from it."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import golden
import pictures
import pytest
from day import last_read
from support import yibao

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")
EXAMPLES = sorted({line.strip() for line in re.findall(r"`(yibao [^`]+)`", README)})
# Named in a sentence, not to be run as it stands.
NOT_ALONE = {"yibao plan"}
MODULES = re.compile(r"`([\w/]+)`")


@pytest.mark.parametrize("example", [one for one in EXAMPLES if one not in NOT_ALONE])
def test_example_runs(example: str) -> None:
    done = yibao(*shlex.split(example)[1:], YIBAO_TODAY=last_read())

    assert done.status == 0
    # What a sentence was understood as is a message, beside the list.
    assert bool(done.err) == example.startswith("yibao ask ")
    assert done.out


def test_picture_of_the_list_is_drawn_from_a_real_list() -> None:
    # Of the frozen checklist, so that an edit of the knowledge needs none of the README.
    assert pictures.checklist() == (pictures.FOLDER / pictures.LIST).read_text("utf-8")
    assert f"(docs/{pictures.LIST})" in README


def test_picture_of_a_question_is_drawn_from_a_real_terminal() -> None:
    drawn, kept = pictures.question(), (pictures.FOLDER / pictures.WIZARD).read_text("utf-8")

    # All but the words of the knowledge, which may change.
    assert [*map(len, drawn.splitlines()[:4])] == [*map(len, kept.splitlines()[:4])]
    for said in ("题，大约", "说明", "上一题"):
        assert said in drawn and said in kept
    assert f"(docs/{pictures.WIZARD})" in README


def test_the_main_job_runs() -> None:
    assert f"yibao {golden.COMMAND}\n" in README
    assert yibao(*shlex.split(golden.COMMAND), COLUMNS="80").status == 0


def test_every_module_of_the_house_is_there() -> None:
    table = README.split("房子的样子")[1].split("编辑器用的")[0]
    package = ROOT / "yibao_cli"
    rows = [line.rsplit("|", 2)[1] for line in table.splitlines() if line.startswith("| ")][2:]
    named = [name for row in rows for name in _modules(row)]

    assert len(named) > 30
    assert [name for name in named if not (package / name).with_suffix(".py").is_file()] == []


def _modules(row: str) -> list[str]:
    """The modules that a row names; those behind the name of a folder are in it."""
    first, colon, _ = row.strip().partition("：")
    folder = first.strip("`") if colon else ""
    names = MODULES.findall(row)
    if folder:
        return [folder + name for name in names if not name.endswith("/")]
    return [name if not name.endswith("/") else f"{name}__init__" for name in names]


@pytest.mark.parametrize("line", re.findall(r"^yibao .+$", README, re.MULTILINE))
def test_script_line_runs(line: str, tmp_path: Path) -> None:
    import os
    import subprocess

    from support import COMMAND, environment

    command = line.replace("yibao", " ".join(map(shlex.quote, COMMAND)), 1)
    done = subprocess.run(
        ["sh", "-c", command],
        cwd=tmp_path,
        env=environment(PYTHONPATH=str(Path(os.environ.get("PYTHONPATH", tmp_path)).resolve())),
        stdin=subprocess.DEVNULL,
        check=False,
    )

    assert done.returncode == 0
    assert [file.stat().st_size > 0 for file in tmp_path.iterdir()] == [True]


def test_ci_runs_the_readmes_test_command() -> None:
    assert "<!-- tests -->" in (ROOT / ".ci/run").read_text("utf-8")
    assert "pytest" in README.split("<!-- tests -->")[1].split("```")[1]
