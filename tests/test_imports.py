"""A start is quick because nothing is imported that the command does not use."""

from __future__ import annotations

import subprocess
import sys

import pytest
from support import INSTALLED, flags

# What one checklist needs is little; each of these takes longer to import than to do without.
SLOW = {
    "asyncio",
    "calendar",
    "contextlib",
    "copy",
    "ctypes",
    "dataclasses",
    "decimal",
    "difflib",
    "hashlib",
    "icalendar",
    "inspect",
    "json",
    "multiprocessing",
    "pathlib",
    "prompt_toolkit",
    "pydantic",
    "questionary",
    "rich",
    "shutil",
    "subprocess",
    "tempfile",
    "typing",
    "urllib",
    "wcwidth",
    "yaml",
}
# From 3.14 on argparse itself imports these, to colour its help.
if sys.version_info >= (3, 14):
    SLOW -= {"copy", "dataclasses", "inspect"}
# What is for other commands or formats.
OURS = {
    "yibao_cli.answer_file",
    "yibao_cli.audit",
    "yibao_cli.batch",
    "yibao_cli.cost",
    "yibao_cli.render.diagram",
    "yibao_cli.explain",
    "yibao_cli.knowledge.load",
    "yibao_cli.knowledge.yamltext",
    "yibao_cli.prompts",
    "yibao_cli.session",
    "yibao_cli.wizard",
    "yibao_cli.yaml_values",
}
FORMATS = {"bag", "html", "ics", "json_", "markdown", "plain", "terminal"}

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
        (("plan", *flags(), "--format", "terminal"), {"terminal", "plain"}),
        (("plan", *flags(), "--format", "plain"), {"plain"}),
        (("--version",), set()),
        (("complete", "3", "yibao", "plan", "--from", "绵"), set()),
        (("complete", "2", "yibao", "plan", "--fi"), set()),
    ],
    ids=["markdown", "terminal", "plain", "version", "places", "flags"],
)
def test_a_command_imports_only_what_it_uses(words: tuple[str, ...], formats: set[str]) -> None:
    code = f"import sys; sys.path.insert(0, {str(INSTALLED)!r})\n{COMMAND}"
    done = subprocess.run(
        # No user or site packages: they may import anything when Python starts.
        [sys.executable, "-I", "-S", "-X", "utf8", "-c", code, *words],
        capture_output=True,
        encoding="utf-8",
        check=True,
    )

    imported = set(done.stderr.split())
    others = {f"yibao_cli.render.{name}" for name in FORMATS - formats}
    assert done.stdout
    assert imported & (SLOW | OURS | others) == set()
