"""The compiled knowledge: the same as the YAML, and never believed where the YAML differs."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from yibao_cli.knowledge import compiled, shipped
from yibao_cli.knowledge.load import load
from yibao_cli.model import Knowledge

YAML = load(shipped())[0]


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
    assert ready.places.find("北京海淀") == YAML.places.find("北京海淀")


def test_edited_yaml_counts(data: Path) -> None:
    file = data / "rules.yaml"
    file.write_text(file.read_text("utf-8") + "\n", encoding="utf-8")

    assert compiled.read(data) is None


@pytest.mark.parametrize("size", [0, 10, 40, 5000])
def test_half_a_file_is_not_used(data: Path, size: int) -> None:
    file = data / compiled.FILE
    file.write_bytes(file.read_bytes()[:size])

    assert compiled.read(data) is None


def test_without_a_compiled_form_there_is_none(data: Path) -> None:
    (data / compiled.FILE).unlink()

    assert compiled.read(data) is None
