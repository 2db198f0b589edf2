"""Lines that are wrong end in one Chinese sentence: with every Typer that is allowed, in every locale."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import tomli
from packaging.requirements import Requirement
from support import COMMAND, INSTALLED, Ran, environment

ROOT = Path(__file__).resolve().parent.parent
LOWEST = ROOT / "requirements" / "lowest.txt"
LOCALES = [{"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0"}, {"LANG": "zh_CN.UTF-8"}]
# Every kind of usage error that Typer has, and what is made of it.
KINDS = {
    ("plan", "--insurence", "居民"): "没有 --insurence 这个选项。是不是：--insurance、",
    ("plan", "-x"): "没有 -x 这个选项。用 yibao plan --help 看全部。",
    ("plan", "--filin_g", "x"): "没有 --filin-g 这个选项。是不是：--filing、--filing-period、",
    ("plan", "--ins", "居民"): "没有 --ins 这个选项。是不是：",
    ("--from", "北京"): "--from 要写在命令后面，例如：yibao wizard --from；",
    ("plan", "--from"): "--from 后面要写内容。用 yibao plan --help 看用法。",
    ("plan", "--from", "--to", "北京"): "--from 后面要写内容。用 yibao plan --help 看用法。",
    ("plan", "--bag=yes"): "--bag 后面不写内容。用 yibao plan --help 看用法。",
    ("plan", "北京"): "多写了“北京”。用 yibao plan --help 看用法。",
    ("region",): "还缺 地名。用 yibao region --help 看用法。",
    ("plam",): "没有“plam”这个命令；可以写：plan。",
    ("--",): "命令写得不对。用 yibao --help 看用法。",
    ("plan", "--format", "xml"): "--format 没有“xml”；可以写：terminal、plain、",
    ("plan", "--on"): "--on 后面要写内容。用 yibao plan --help 看用法。",
}


@pytest.fixture(scope="module", params=["installed", "lowest"])
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where Python finds the command, and before it the lowest Typer that is allowed."""
    if request.param == "installed":
        yield str(INSTALLED)
        return
    folder = tmp_path_factory.mktemp("lowest")
    install = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "-t", str(folder)]
    done = subprocess.run([*install, "-r", str(LOWEST)], capture_output=True, check=False)
    if done.returncode:
        pytest.skip("the lowest Typer cannot be fetched here")
    yield os.pathsep.join([str(folder), str(INSTALLED)])


def run(site: str, *words: str, **changes: str) -> Ran:
    done = subprocess.run(
        [*COMMAND, *words],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        env=environment(PYTHONPATH=site, **changes),
        timeout=60,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


@pytest.mark.parametrize("changes", LOCALES, ids=lambda one: one["LANG"])
@pytest.mark.parametrize("words", KINDS, ids=" ".join)
def test_every_kind_of_error(site: str, words: tuple[str, ...], changes: dict[str, str]) -> None:
    done = run(site, *words, **changes)

    assert (done.status, done.out, done.err.count("\n")) == (2, "", 1)
    assert done.err.startswith(KINDS[words])


def test_a_variable_that_is_no_switch_is_named(site: str) -> None:
    done = run(site, "plan", YIBAO_PLAIN="maybe")

    assert (done.status, done.err) == (2, "YIBAO_PLAIN 看不懂；打开写 1，不打开写 0。\n")


def test_help_of_a_command(site: str) -> None:
    done = run(site, "plan", "--help", COLUMNS="80")

    assert (done.status, done.out) == (0, run(str(INSTALLED), "plan", "--help", COLUMNS="80").out)


def test_the_last_of_options_that_are_written_twice_counts(site: str) -> None:
    assert run(site, "sources", "-f", "json", "--format", "plain").out[0] != "{"


def test_the_lowest_typer_is_the_one_that_the_project_allows() -> None:
    project = tomli.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    (typer,) = (one for one in map(Requirement, project["dependencies"]) if one.name == "typer")
    (lowest,) = re.findall(r"^typer==(\S+)", LOWEST.read_text("utf-8"), re.MULTILINE)

    assert f">={lowest}" in str(typer.specifier)
