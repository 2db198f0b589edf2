"""Virtual environments: one for each contender, made by ordinary pip."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.cases import CONTENDERS, YIBAO

ROOT = Path(__file__).resolve().parent.parent
_NOTE = "installed.txt"
# The checkout must not come before the wheel that is measured.
_HIDDEN = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")


class InstallError(Exception):
    """Something that pip could not build or install; the text is its own complaint."""


@dataclass(frozen=True, slots=True)
class Environment:
    """The folder that holds an environment's programs."""

    programs: Path

    def program(self, name: str) -> str:
        """The path of a program."""
        return str(self.programs / name)

    def version(self, distribution: str) -> str:
        """The installed version of a distribution."""
        asking = "import sys, importlib.metadata as m; print(m.version(sys.argv[1]))"
        return _run([self.program("python"), "-I", "-c", asking, distribution]).strip()


def make_all(
    names: Iterable[str], cache: Path, say: Callable[[str], None]
) -> tuple[dict[str, Environment], dict[str, str]]:
    """The environments that could be made, and for the others why not."""
    made: dict[str, Environment] = {}
    failed: dict[str, str] = {}
    for name in names:
        requirements = CONTENDERS[name].requirements
        say(f"安装 {name}：{'、'.join(requirements) or '只有 Python'}" if name != YIBAO
            else "构建并安装本目录的 yibao")  # fmt: skip
        try:
            made[name] = (
                _from_checkout(cache) if name == YIBAO else _ready(cache / name, requirements)
            )
        except InstallError as error:
            failed[name] = str(error)
            say(f"装不上 {name}：{error}")
    return made, failed


def _from_checkout(cache: Path) -> Environment:
    """An environment with the wheel of this checkout, made anew every time."""
    environment = _new(cache / YIBAO)
    wheels = cache / "wheels"
    shutil.rmtree(wheels, ignore_errors=True)
    _pip(environment, "wheel", "--no-deps", "--wheel-dir", str(wheels), str(ROOT))
    _pip(environment, "install", *(str(wheel) for wheel in wheels.glob("*.whl")))
    return environment


def _ready(folder: Path, requirements: Sequence[str]) -> Environment:
    """An environment with these requirements; one from an earlier run is taken as it is."""
    note = folder / _NOTE
    content = "\n".join((sys.version, *requirements))
    if note.is_file() and note.read_text(encoding="utf-8") == content:
        return Environment(folder / "bin")
    environment = _new(folder)
    if requirements:
        _pip(environment, "install", *requirements)
    note.write_text(content, encoding="utf-8")
    return environment


def _new(folder: Path) -> Environment:
    _run([sys.executable, "-m", "venv", "--clear", str(folder)])
    return Environment(folder / "bin")


def _pip(environment: Environment, *arguments: str) -> None:
    quiet = ("--quiet", "--disable-pip-version-check", "--no-input")
    _run([environment.program("python"), "-m", "pip", *quiet, *arguments])


def _run(command: Sequence[str]) -> str:
    environ = {name: value for name, value in os.environ.items() if name not in _HIDDEN}
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        env=environ,
        check=False,
    )
    if done.returncode:
        lines = [line for line in (done.stderr or done.stdout).splitlines() if line.strip()]
        told = [line for line in lines if line.startswith("ERROR")] or lines or ["没有说原因"]
        raise InstallError(told[-1].removeprefix("ERROR:").strip())
    return done.stdout
