"""The manual page and the reference of commands: current, complete and fit for their readers."""

from __future__ import annotations

import re
import shutil
import subprocess
from inspect import signature
from pathlib import Path

import pytest
from support import yibao

from yibao_cli.cli.commands import COMMANDS
from yibao_cli.cli.usage import STATUSES
from yibao_cli.errors import Status

PAGE = Path(__file__).resolve().parent.parent / "docs" / "yibao.1"
SHOWN = [one for one in COMMANDS.values() if not one.hidden]


def test_the_page_in_the_docs_is_what_the_command_prints() -> None:
    assert PAGE.read_text("utf-8") == yibao("manual").out, "run: yibao manual > docs/yibao.1"


def test_the_page_is_good_troff() -> None:
    if shutil.which("groff") is None:
        pytest.skip("groff is not installed")
    done = subprocess.run(
        ["groff", "-man", "-Kutf8", "-Tutf8", "-ww", "-z", PAGE],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")


def test_the_page_names_every_command_and_every_status() -> None:
    page = PAGE.read_text("utf-8")

    assert [one.name for one in SHOWN if f".SS yibao {one.name}" not in page] == []
    assert [code for code in Status if f"\n.B {int(code)}\n" not in page] == []
    assert set(STATUSES) == set(Status)


@pytest.mark.parametrize("command", COMMANDS.values(), ids=lambda one: one.name)
def test_what_a_command_takes_is_what_its_function_takes(command) -> None:  # type: ignore[no-untyped-def]
    named = {one.name for one in command.parameters}
    named |= {"given"} if command.given else set()
    named |= {"output"} if command.output else set()
    taken = signature(command.function()).parameters
    loose = any(one.kind is one.VAR_KEYWORD for one in taken.values())
    wanted = {name for name, one in taken.items() if one.kind is one.KEYWORD_ONLY}

    assert wanted <= named if loose else wanted == named


@pytest.mark.parametrize("command", SHOWN, ids=lambda one: one.name)
@pytest.mark.parametrize("width", ["40", "80", "120"])
def test_help_fits_the_width_and_gives_an_example(command, width: str) -> None:  # type: ignore[no-untyped-def]
    from yibao_cli.wrap import cells

    out = yibao(command.name, "--help", COLUMNS=width).out

    assert [line for line in out.splitlines() if cells(line) > int(width)] == []
    assert re.sub(r"\s", "", command.examples[0]) in re.sub(r"\s", "", out)


@pytest.mark.parametrize("command", SHOWN, ids=lambda one: one.name)
def test_every_option_is_in_the_help(command) -> None:  # type: ignore[no-untyped-def]
    out = yibao(command.name, "--help").out
    flags = {flag for one in command.parameters for flag in one.flags}

    assert [flag for flag in flags if flag not in out] == []


def test_help_of_the_program_names_every_command() -> None:
    out = yibao("--help").out

    assert [one.name for one in SHOWN if f"  {one.name} " not in out] == []
