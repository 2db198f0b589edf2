"""The README runs: its examples, its sample output and the command that CI takes from it."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from support import yibao

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")
EXAMPLES = sorted({line.strip() for line in re.findall(r"`(yibao [^`]+)`", README)})
# Named in a sentence, not to be run as it stands.
NOT_ALONE = {"yibao plan"}
TREE = re.compile(r"<!-- tree: (.+?) -->\n```mermaid\n(.*?)```", re.DOTALL)
SAMPLE = re.compile(r"<!-- run: yibao (.+?) -->\n```text\n(.*?)```", re.DOTALL)


@pytest.mark.parametrize("example", [one for one in EXAMPLES if one not in NOT_ALONE])
def test_example_runs(example: str) -> None:
    done = yibao(*shlex.split(example)[1:])

    assert (done.status, done.err) == (0, "")
    assert done.out


@pytest.mark.parametrize(("arguments", "shown"), SAMPLE.findall(README))
def test_sample_output_is_what_the_command_prints(arguments: str, shown: str) -> None:
    printed = yibao(*shlex.split(arguments), COLUMNS="72").out

    assert shown
    assert printed.startswith(shown)


@pytest.mark.parametrize(("arguments", "shown"), TREE.findall(README))
def test_tree_is_what_the_command_prints(arguments: str, shown: str) -> None:
    assert yibao(*shlex.split(arguments)).out == shown


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
