"""What is shipped: the right files and nothing else, the same bytes wherever they are built."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from support import COMMAND, environment, yibao

from yibao_cli import __version__
from yibao_cli.knowledge import COMPILED

ROOT = Path(__file__).resolve().parent.parent
WHEEL = f"yibao_cli-{__version__}-py3-none-any.whl"
SDIST = f"yibao_cli-{__version__}"
LICENSES = ("LICENSE", "NOTICE", "licenses/Apache-2.0.txt", "licenses/pypinyin-MIT.txt")
META = ("METADATA", "RECORD", "WHEEL", "entry_points.txt",
        *(f"licenses/{name}" for name in LICENSES))  # fmt: skip
KINDS = {"yibao_cli": (".py", ".json", ".html", ".typed"), "data": (".yaml", ".csv")}
# Whatever else a source distribution has to hold: everything to test and to change it.
SOURCES = {"cases": (".yaml", ".tsv"), "tests": (".py", ".txt", ".yaml", ".ansi", ".html", ".md", ".json", ".ics"),
           "docs": (".md", ".py", ".svg"),
           "benchmarks": (".py", ".md"),
           "tools": (".py", ".tsv", ".yaml"), "licenses": (".txt",), "requirements": (".txt",)}  # fmt: skip
ALONE = (".ci/release", ".ci/run", ".pre-commit-config.yaml", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "NOTICE",
         "README.md", "SECURITY.md", "hatch_build.py", "pyproject.toml")  # fmt: skip
# Circumstances that must not matter.
FIRST = {"PYTHONHASHSEED": "0"}
OTHER = {"PYTHONHASHSEED": "1", "TZ": "Asia/Shanghai"}
# Written by the builder itself.
BUILT = ("PKG-INFO", ".gitignore")


def files(folder: str, suffixes: tuple[str, ...]) -> set[str]:
    """The files of those kinds in a folder of the checkout."""
    found = (path for path in (ROOT / folder).rglob("*") if path.suffix in suffixes)
    return {path.relative_to(ROOT).as_posix() for path in found}


@dataclass(frozen=True)
class Builder:
    """Builds into folders of its own, under circumstances that must not matter."""

    folder: Path

    def __call__(
        self,
        kind: str,
        name: str,
        *,
        source: Path = ROOT,
        umask: int = 0o022,
        changes: dict[str, str],
    ) -> Path:
        kept = {key: value for key, value in os.environ.items() if key != "SOURCE_DATE_EPOCH"}
        target = self.folder / name
        before = os.umask(umask)
        try:
            subprocess.run(
                [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(target)],
                cwd=source,
                env={**kept, **changes},
                check=True,
                capture_output=True,
            )
        finally:
            os.umask(before)
        (built,) = target.iterdir()
        return built


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Builder:
    return Builder(tmp_path_factory.mktemp("built"))


@pytest.fixture(scope="module")
def wheel(build: Builder) -> Path:
    return build("wheel", "wheel", changes=FIRST)


@pytest.fixture(scope="module")
def sdist(build: Builder) -> Path:
    return build("sdist", "sdist", changes=FIRST)


@pytest.fixture(scope="module")
def unpacked(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(sdist) as archive:
        archive.extractall(folder)
    return folder / SDIST


def test_the_wheel_holds_what_it_should_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    data = {f"yibao_cli/{name}" for name in files("data", KINDS["data"])}
    meta = {f"yibao_cli-{__version__}.dist-info/{name}" for name in META}

    assert wheel.name == WHEEL
    assert len(names) == len(set(names))
    assert set(names) == {
        *files("yibao_cli", KINDS["yibao_cli"]), *data, *meta, f"yibao_cli/data/{COMPILED}",
    }  # fmt: skip


def test_building_leaves_nothing_behind(build: Builder, tmp_path: Path) -> None:
    build("wheel", "tidy", changes={**FIRST, "TMPDIR": str(tmp_path)})

    assert list(tmp_path.iterdir()) == []


def test_the_source_distribution_holds_everything_and_nothing_else(unpacked: Path) -> None:
    found = (path for path in unpacked.rglob("*") if path.is_file())
    names = {path.relative_to(unpacked).as_posix() for path in found}
    wanted = {name for kinds in (KINDS, SOURCES) for pair in kinds.items() for name in files(*pair)}

    assert names - set(BUILT) == {*wanted, *ALONE}


@pytest.mark.parametrize("epoch", [None, "1700000000"])
def test_the_same_bytes_wherever_it_is_built(
    build: Builder, wheel: Path, unpacked: Path, epoch: str | None
) -> None:
    """Other order of sets, other umask, other folder, other age of the files, other time zone."""
    dated = {"SOURCE_DATE_EPOCH": epoch} if epoch else {}
    first = build("wheel", f"first{epoch}", changes={**FIRST, **dated}) if epoch else wheel
    yesterday = time.time() - 86400
    for path in unpacked.rglob("*.py"):
        os.utime(path, (yesterday, yesterday))
    other = build("wheel", f"other{epoch}", source=unpacked, umask=0o077,
                  changes={**OTHER, **dated})  # fmt: skip

    assert other.read_bytes() == first.read_bytes()


def test_the_source_distribution_is_the_same_twice(build: Builder, sdist: Path) -> None:
    again = build("sdist", "again", umask=0o077, changes=OTHER)

    assert again.read_bytes() == sdist.read_bytes()


def test_what_lies_about_is_not_shipped(
    unpacked: Path, build: Builder, wheel: Path, tmp_path: Path
) -> None:
    untidy = shutil.copytree(unpacked, tmp_path / "untidy")
    strays = ("data/notes.md", "data/rules.yaml~", "yibao_cli/cli/copy.orig", "yibao_cli/.env")
    for name in strays:
        (untidy / name).write_text("x", "utf-8")

    with zipfile.ZipFile(build("wheel", "strays", source=untidy, changes=FIRST)) as archive:
        names = set(archive.namelist())
    with zipfile.ZipFile(wheel) as archive:
        assert names == set(archive.namelist())


FACT = """code: 310000
name: 上海市
reviewed: 2026-11-21
review_by: 2099-01-01
facts:
  - id: own_fact
    topic: filing
    role: insured
    says: 自己补充的一条
    level: A
    cites: [js-procedure-2022 第九条]
"""


def test_the_shipped_package_answers_like_the_checkout(wheel: Path, tmp_path: Path) -> None:
    """With the compiled knowledge, alone and under somebody's own local facts."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "installed")
    own = tmp_path / "own"
    (own / "regions/provinces").mkdir(parents=True)
    (own / "regions/provinces/shanghai.yaml").write_text(FACT, "utf-8")
    for more in ((), ("--data", str(own))):
        arguments = ("region", "上海", "--format", "json", *more)
        checkout = yibao(*arguments)
        installed = subprocess.run(
            [*COMMAND, *arguments],
            cwd=tmp_path,
            env=environment(PYTHONPATH=str(tmp_path / "installed")),
            capture_output=True,
            encoding="utf-8",
            check=True,
        )

        assert checkout.status == 0
        assert installed.stdout == checkout.out
        assert ("自己补充的一条" in installed.stdout) == bool(more)
