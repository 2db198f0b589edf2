"""No change of the knowledge goes out under an old version."""

from __future__ import annotations

import runpy
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
TOOL: dict[str, Any] = runpy.run_path(str(ROOT / "tools/knowledge_changed.py"))
DAY = date(2099, 1, 2)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "data", tmp_path / "data")
    (tmp_path / "tools").mkdir()
    shutil.copy(ROOT / TOOL["LOCK"], tmp_path / TOOL["LOCK"])
    return tmp_path


def edit(checkout: Path, file: str, old: str, new: str) -> None:
    path = checkout / "data" / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_the_version_belongs_to_what_the_data_says() -> None:
    now = (TOOL["version"](ROOT), TOOL["digest"](ROOT))

    assert now == TOOL["recorded"](ROOT), "run: python tools/knowledge_changed.py"


def test_another_sentence_is_another_version(checkout: Path) -> None:
    edit(checkout, "knowledge.yaml", "要不要备案", "要不要先备案")
    before = TOOL["digest"](checkout)

    assert TOOL["update"](checkout, DAY) == TOOL["version"](checkout) == "2099.01.02"
    assert TOOL["recorded"](checkout) == ("2099.01.02", before)
    assert TOOL["update"](checkout, DAY) is None

    edit(checkout, "regions/places.csv", "北京市", "北京城")
    assert TOOL["update"](checkout, DAY) == "2099.01.02.2"
    (checkout / "data/rules.yaml").unlink()
    # A clock that is behind does not lead back.
    assert TOOL["update"](checkout, date(2020, 1, 1)) == "2099.01.02.3"


def test_comments_layout_and_line_ends_are_no_change(checkout: Path) -> None:
    path = checkout / "data/questions.yaml"
    text = path.read_text("utf-8")
    path.write_bytes(f"# 说明\n\n{text}\n# 完\n".replace("\n", "\r\n").encode())

    assert TOOL["update"](checkout, DAY) is None


def test_a_version_that_was_raised_by_hand_is_kept(checkout: Path) -> None:
    edit(checkout, "knowledge.yaml", f"version: {TOOL['version'](ROOT)}", "version: 2098.12.31")
    edit(checkout, "knowledge.yaml", "要不要备案", "要不要先备案")

    assert TOOL["update"](checkout, DAY) == "2098.12.31"


def test_a_version_alone_does_not_go_back(checkout: Path) -> None:
    edit(checkout, "knowledge.yaml", f"version: {TOOL['version'](ROOT)}", "version: 2020.01.01")

    assert TOOL["update"](checkout, DAY) == "2099.01.02"
