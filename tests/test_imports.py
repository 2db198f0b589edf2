"""A start is quick because nothing is imported that the command does not use."""

from __future__ import annotations

import subprocess
import sys
import sysconfig

import pytest
from support import INSTALLED, flags

# What one checklist needs is little; each of these takes longer to import than to do without.
# Typer itself imports `subprocess`.
SLOW = {
    "asyncio",
    "icalendar",
    "multiprocessing",
    "prompt_toolkit",
    "pydantic",
    "questionary",
    "rich",
    "wcwidth",
    "yaml",
}
# What is for other commands or formats.
OURS = {
    "yibao_cli.answer_file",
    "yibao_cli.ask",
    "yibao_cli.audit",
    "yibao_cli.batch",
    "yibao_cli.cli.batch",
    "yibao_cli.cli.cost",
    "yibao_cli.cli.explain",
    "yibao_cli.cli.knowledge",
    "yibao_cli.cost",
    "yibao_cli.explain",
    "yibao_cli.knowledge.load",
    "yibao_cli.ask.arrows",
    "yibao_cli.render.tree",
}
FORMATS = {"html", "ics", "markdown", "text"}

COMMAND = """
import sys
from yibao_cli.cli import run
status = run(sys.argv[1:])
sys.stderr.write(" ".join(sys.modules))
sys.exit(status)
"""


@pytest.mark.parametrize(
    ("words", "formats"),
    [
        (("plan", *flags(), "--format", "markdown"), {"markdown"}),
        (("plan", *flags(), "--format", "terminal"), {"text"}),
        (("plan", *flags(), "--format", "plain"), {"text"}),
        (("plan", *flags(), "--format", "json"), set()),
        (("--version",), set()),
    ],
    ids=["markdown", "terminal", "plain", "json", "version"],
)
def test_a_command_imports_only_what_it_uses(words: tuple[str, ...], formats: set[str]) -> None:
    places = [str(INSTALLED), sysconfig.get_path("platlib")]
    code = f"import sys; sys.path[:0] = {places!r}\n{COMMAND}"
    done = subprocess.run(
        # By hand and without `site`, which may import anything when Python starts.
        [sys.executable, "-I", "-S", "-X", "utf8", "-c", code, *words],
        capture_output=True,
        encoding="utf-8",
        check=True,
    )

    imported = set(done.stderr.split())
    # What is printed for people, and that alone, goes through rich.
    slow = SLOW - {"rich"} if "text" in formats else SLOW
    others = {f"yibao_cli.render.{name}" for name in FORMATS - formats}
    if words == ("--version",):
        others |= {"yibao_cli.cli.options", "yibao_cli.checklist", "yibao_cli.walk"}
    assert done.stdout
    assert imported & (slow | OURS | others) == set()
