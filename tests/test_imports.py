"""A start is quick because nothing is imported that the command does not use."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support import flags

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
# From 3.14 on argparse itself imports these, to colour its help.
if sys.version_info >= (3, 14):
    SLOW -= {"copy", "dataclasses", "inspect"}
# What is for other commands or formats.
OURS = {
    "yibao_cli.answer_code.decode",
    "yibao_cli.answer_code.read",
    "yibao_cli.answer_code.typed",
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
def test_a_command_imports_only_what_it_uses(
    installed: Path, words: tuple[str, ...], formats: set[str]
) -> None:
    code = f"import sys; sys.path.insert(0, {str(installed)!r})\n{COMMAND}"
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
