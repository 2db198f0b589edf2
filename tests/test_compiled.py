"""The compiled knowledge: the same as the YAML, and never believed where the YAML differs."""

from __future__ import annotations

import os
import pickle
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from zlib import crc32

import pytest

from yibao_cli import __version__
from yibao_cli.knowledge import compiled, knowledge, shipped
from yibao_cli.knowledge.load import load
from yibao_cli.model import Knowledge

YAML = load(shipped())[0]
# Seconds since 1970, so far off that no clock is there.
LONG_AGO, LATER = 1_000_000_000, 4_000_000_000
# Seconds within which two files count as written together, and a little more.
SLACK = compiled._SLACK + 0.1


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    shutil.copytree(shipped(), folder, ignore=shutil.ignore_patterns(compiled.FILE))
    (folder / compiled.FILE).write_bytes(compiled.dump(folder))
    return folder


@pytest.mark.parametrize("part", [name for name in Knowledge._fields if name != "places"], ids=str)
def test_compiled_and_yaml_are_equal(data: Path, part: str) -> None:
    ready = compiled.read(data)

    assert ready is not None
    assert getattr(ready, part) == getattr(YAML, part)


def test_places_are_equal(data: Path) -> None:
    ready = compiled.read(data)

    assert ready is not None
    assert ready.places.all() == YAML.places.all()
    assert ready.places.codes() == YAML.places.codes()
    for place in YAML.places.all():
        for text in (place.code, place.short, place.full_name):
            assert ready.places.find(text) == YAML.places.find(text)
        assert ready.places.children(place.code) == YAML.places.children(place.code)
    for text in ("北京海淀", "双流县", "mianyang", "四川省綿陽市", "朝阳", "sbj"):
        assert ready.places.find(text) == YAML.places.find(text)
        assert ready.places.suggest(text) == YAML.places.suggest(text)
        assert ready.places.complete(text) == YAML.places.complete(text)


def same_size(file: Path) -> None:
    """An edit that changes no size."""
    file.write_bytes(file.read_bytes().replace(b"A", b"B", 1))


def one_more(file: Path) -> None:
    file.write_bytes(file.read_bytes() + b"\n")


def renamed(file: Path) -> None:
    file.rename(file.with_name("other.yaml"))


def another(file: Path) -> None:
    file.with_name("another.csv").write_bytes(b"")


@pytest.mark.parametrize("name", ["rules.yaml", "regions/provinces/sichuan.yaml"])
@pytest.mark.parametrize("edit", [same_size, one_more, renamed, another, Path.unlink])
def test_edited_yaml_counts(data: Path, name: str, edit: Callable[[Path], None]) -> None:
    for file in data.rglob("*.*"):
        os.utime(file, (LONG_AGO, LONG_AGO))

    edit(data / name)

    assert compiled.read(data) is None


def test_an_edit_that_hides_when_it_was_made_counts(data: Path) -> None:
    """Same size, and older than the compiled form by its own account."""
    os.utime(data / compiled.FILE, (LONG_AGO, LONG_AGO))
    file = data / "rules.yaml"
    time.sleep(SLACK)
    same_size(file)
    os.utime(file, (LONG_AGO - 60, LONG_AGO - 60))

    assert compiled.read(data) is None


def test_times_alone_change_nothing(data: Path) -> None:
    os.utime(data / "rules.yaml", (LATER, LATER))

    assert compiled.read(data) is not None


@pytest.mark.parametrize("size", [0, 10, 40, 5000, -1])
def test_half_a_file_is_not_used(data: Path, size: int) -> None:
    file = data / compiled.FILE
    file.write_bytes(file.read_bytes()[:size])

    assert compiled.read(data) is None


@pytest.mark.parametrize("where", [0, 3, 90, 2000, 9000, -5000, -2])
def test_a_damaged_file_is_not_used(data: Path, where: int) -> None:
    file = data / compiled.FILE
    content = bytearray(file.read_bytes())
    content[where] ^= 0x55
    file.write_bytes(content)

    assert compiled.read(data) is None


def test_that_of_another_version_is_not_used(data: Path) -> None:
    file = data / compiled.FILE
    content = file.read_bytes()
    version = __version__.encode()
    assert content.startswith(version)
    file.write_bytes(b"0.0.0" + content.removeprefix(version))

    assert compiled.read(data) is None


def test_without_a_compiled_form_there_is_none(data: Path) -> None:
    (data / compiled.FILE).unlink()

    assert compiled.read(data) is None


def test_that_of_a_named_folder_is_never_opened(data: Path) -> None:
    """Whoever hands somebody a folder of knowledge may not run code with it."""
    trap = data / "opened"
    lines = (data / compiled.FILE).read_bytes().partition(b"\n\n")[0].decode().split("\n")
    body = pickle.dumps(Trap(trap), protocol=4)
    version, _, said = lines[0].split(" ")
    head = "\n".join((f"{version} {crc32(body)} {said}", *lines[1:]))
    (data / compiled.FILE).write_bytes(f"{head}\n\n".encode() + body)

    known = knowledge(data)

    assert not trap.exists()
    assert known.rules == YAML.rules
    compiled.read(data)
    assert trap.exists(), "the trap would have worked"


class Trap:
    def __init__(self, file: Path) -> None:
        self.file = file

    def __reduce__(self) -> tuple[Callable[[Path], None], tuple[Path]]:
        return Path.touch, (self.file,)


def test_reading_writes_nothing(data: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in data.rglob("*")}

    compiled.read(data)

    assert {path: path.stat().st_mtime_ns for path in data.rglob("*")} == before
