"""Virtual environments: one for each contender, made by ordinary pip."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

YIBAO = "yibao"
"""The environment that gets the wheel of this checkout, made anew every time."""

REQUIREMENTS = {
    YIBAO: str(ROOT),
    "typer": "typer>=0.29",
    "copier": "copier",
    "commitizen": "commitizen",
}
"""What pip installs into each environment."""

# The checkout must not come before the wheel that is measured.
_HIDDEN = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")


class FailedError(Exception):
    """A command that did not do what is measured; the text is its own complaint."""


def output(command: Sequence[str], environ: Mapping[str, str] | None = None) -> str:
    """What a command prints. Raises FailedError where it ends with another status than 0."""
    visible = {name: value for name, value in os.environ.items() if name not in _HIDDEN}
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        env=visible if environ is None else dict(environ),
        check=False,
    )
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise FailedError(said[-1] if said else f"退出状态 {done.returncode}")
    return done.stdout


def programs(name: str, cache: Path) -> Path:
    """The folder of an environment's programs; it is made unless it is there from an earlier run.

    Raises FailedError where pip cannot install what is wanted.
    """
    folder = cache / name
    if name == YIBAO or not (folder / "made").exists():
        print(f"安装 {REQUIREMENTS[name]}", file=sys.stderr)
        output([sys.executable, "-m", "venv", "--clear", str(folder)])
        pip = [str(folder / "bin/python"), "-m", "pip", "install", "--quiet"]
        output([*pip, "--disable-pip-version-check", REQUIREMENTS[name]])
        (folder / "made").touch()
    return folder / "bin"


def version(bin_: Path, distribution: str) -> str:
    """A distribution and its version in an environment."""
    asking = "import sys, importlib.metadata as m; print(m.version(sys.argv[1]))"
    return f"{distribution} {output([str(bin_ / 'python'), '-c', asking, distribution]).strip()}"
