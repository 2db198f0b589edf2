"""Results that go to files: the whole new file or the old one, and devices stay devices."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest
from support import flags, yibao

from yibao_cli import files
from yibao_cli.errors import FileError

PLAN = ("plan", *flags(), "--format", "plain")


def test_a_pipe_is_written_into_and_stays_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.txt"
    os.mkfifo(pipe)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text("utf-8")))
    reader.start()
    done = yibao(*PLAN, "-o", str(pipe))
    reader.join(60)

    assert done.status == 0
    assert "医保办事清单" in read[0]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_the_null_device_takes_everything() -> None:
    assert yibao(*PLAN, "-o", os.devnull).status == 0
    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_device_is_told() -> None:
    done = yibao(*PLAN, "-o", "/dev/full")

    assert done.status == 6
    assert "写不了" in done.err


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "target.txt").write_text("old", "utf-8")
    (tmp_path / "link.txt").symlink_to("target.txt")

    assert yibao(*PLAN, "-o", str(tmp_path / "link.txt")).status == 6
    assert (tmp_path / "target.txt").read_text("utf-8") == "old"
    assert yibao(*PLAN, "-o", str(tmp_path / "link.txt"), "--force").status == 0
    assert (tmp_path / "link.txt").is_symlink()
    assert "医保办事清单" in (tmp_path / "target.txt").read_text("utf-8")
    assert {one.name for one in tmp_path.iterdir()} == {"target.txt", "link.txt"}


def test_of_many_writers_one_has_the_name(tmp_path: Path) -> None:
    target = tmp_path / "list.txt"
    refused: list[FileError] = []

    def write(text: str) -> None:
        try:
            files.write(target, text, force=False)
        except FileError as error:
            refused.append(error)

    writers = [threading.Thread(target=write, args=(str(one) * 1000,)) for one in range(8)]
    for one in writers:
        one.start()
    for one in writers:
        one.join(60)

    assert len(refused) == 7
    assert len(set(target.read_text("utf-8"))) == 1
    assert [one.name for one in tmp_path.iterdir()] == ["list.txt"]


def test_a_name_is_needed() -> None:
    with pytest.raises(FileError):
        files.write(Path(), "text", force=True)
