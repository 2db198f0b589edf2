"""Every documented exit status, each by the plainest way to get it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from support import environment, flags, yibao

from yibao_cli.errors import Status

WAYS = {
    Status.OK: ("plan", *flags()),
    Status.USAGE: ("plan", "--nonsense"),
    Status.MISSING: ("plan", *flags(filing=None)),
    Status.NOT_UNDERSTOOD: ("plan", *flags(to="shanxi")),
    Status.BROKEN_KNOWLEDGE: ("plan", *flags(), "--data", "{folder}"),
    Status.FILE: ("plan", *flags(), "-o", "{folder}/nowhere/list.md"),
}
BREAKS = """
import sys
from yibao_cli.cli import run
from yibao_cli.render import listings
listings.sources = None
sys.exit(run(["sources", *sys.argv[1:]]))
"""
STOPS = """
import sys
from yibao_cli import console
from yibao_cli.__main__ import main
def stop(*_):
    raise KeyboardInterrupt
console.Console.result = stop
sys.argv = ["yibao", "tree"]
main()
"""


@pytest.mark.parametrize("status", WAYS, ids=lambda one: one.name)
def test_status(status: Status, tmp_path: Path) -> None:
    (tmp_path / "knowledge.yaml").write_text("nonsense\n", "utf-8")
    words = [word.format(folder=tmp_path) for word in WAYS[status]]
    done = yibao(*words)

    assert done.status == status
    assert bool(done.out) == (status == Status.OK)
    assert bool(done.err) == (status != Status.OK)


def run(program: str, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program, *words],
        capture_output=True,
        encoding="utf-8",
        env=environment(),
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("words", [(), ("--format", "json")])
def test_a_fault_of_the_program_is_one_sentence(words: tuple[str, ...]) -> None:
    done = run(BREAKS, *words)

    assert done.returncode == Status.INTERNAL
    assert "程序内部出错" in done.stderr and done.stderr.count("\n") == 1
    assert "Traceback" not in done.stdout + done.stderr


def test_an_interruption_anywhere() -> None:
    done = run(STOPS)

    assert done.returncode == Status.INTERRUPTED
    assert "已中断" in done.stderr


def test_every_status_is_tried() -> None:
    assert {*WAYS, Status.INTERNAL, Status.INTERRUPTED} == set(Status)
