"""A start is quick because nothing is imported that the command does not use."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from yibao_cli.knowledge import compiled, shipped

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
# What is for other commands or formats.
OURS = {
    "yibao_cli.answer_file",
    "yibao_cli.audit",
    "yibao_cli.batch",
    "yibao_cli.cost",
    "yibao_cli.diagram",
    "yibao_cli.explain",
    "yibao_cli.knowledge.load",
    "yibao_cli.knowledge.yamltext",
    "yibao_cli.prompts",
    "yibao_cli.session",
    "yibao_cli.wizard",
}
FORMATS = {"bag", "html", "ics", "json_", "markdown", "plain", "terminal"}

CONSULTATION = """
import sys

from yibao_cli.console import Console
from yibao_cli.knowledge import knowledge, overlay
console = Console.real()
known = knowledge(None, overlay({}))
from yibao_cli.answers import parse_all
given = {"from": ["四川绵阳"], "to": ["北京"], "care": ["住院"], "filing": ["未备案"]}
answers = parse_all(known, {"insurance": ["居民"], **given})
from yibao_cli.consult import consult
from yibao_cli.dates import parse_dates
dates = parse_dates("2026-11-21")
checklist = consult(known, answers, "2026-11-21")
from yibao_cli.render import View, render
view = View(dates=dates)
text = render(checklist, sys.argv[1], width=console.width, colour=True, view=view)
assert "四川省绵阳市" in text
print(*sys.modules)
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package as a wheel installs it: data inside, with the compiled form beside it."""
    root = tmp_path_factory.mktemp("installed")
    package = Path(compiled.__file__).parent.parent
    without = shutil.ignore_patterns("__pycache__", compiled.FILE)
    shutil.copytree(package, root / "yibao_cli", ignore=without)
    shutil.copytree(shipped(), root / "yibao_cli" / "data", dirs_exist_ok=True, ignore=without)
    content = compiled.dump(shipped())
    (root / "yibao_cli" / "data" / compiled.FILE).write_bytes(content)
    return root


@pytest.mark.parametrize(
    ("fmt", "used"), [("markdown", {"markdown"}), ("terminal", {"terminal", "plain"})]
)
def test_a_checklist_imports_only_what_it_uses(installed: Path, fmt: str, used: set[str]) -> None:
    code = f"import sys; sys.path.insert(0, {str(installed)!r})\n{CONSULTATION}"
    run = subprocess.run(
        # No user or site packages: they may import anything when Python starts.
        [sys.executable, "-I", "-S", "-X", "utf8", "-c", code, fmt],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )

    imported = set(run.stdout.split())
    formats = {f"yibao_cli.render.{name}" for name in FORMATS - used}
    assert imported & (SLOW | OURS | formats) == set()
    assert f"yibao_cli.render.{fmt}" in imported
