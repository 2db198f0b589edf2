"""Results that go to files: the whole new file or the old one, and devices stay devices."""

from __future__ import annotations

import os
import shlex
import stat
import subprocess
import threading
from pathlib import Path

import pytest
from support import COMMAND, Screen, environment, flags, yibao

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
    assert "不是医保部门的决定" in read[0]
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
    assert "不是医保部门的决定" in (tmp_path / "target.txt").read_text("utf-8")
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


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("--discharge", "garbage"), 4, "--discharge"),
        (("--format", "ics"), 4, "--admission"),
        (("-o", "/nonexistent/x.md"), 6, "没有这个文件或文件夹"),
        (("-o", "{folder}"), 6, "是个文件夹"),
        (("-o", "{folder}/old.md/x.md"), 6, "不是文件夹"),
        (("--save-answers", ""), 6, "--save-answers 后面要写一个文件名"),
        (("--save-answers", "{folder}/old.md"), 6, "--force"),
        (("-o", "{folder}/x.md", "--save-answers", "{folder}/../{name}/x.md"), 2, "同一个文件"),
    ],
)
def test_what_cannot_work_is_refused_before_anything_is_asked(
    words: tuple[str, ...], status: int, said: str, tmp_path: Path
) -> None:
    (tmp_path / "old.md").write_text("old", "utf-8")
    named = [word.format(folder=tmp_path, name=tmp_path.name) for word in words]
    with Screen("wizard", *named, columns=160) as screen:
        assert screen.end() == status
        # A long path is wrapped.
        assert said in screen.text.replace("\n   ", "")
        assert "您要办什么事" not in screen.text
    done = yibao("plan", *flags(), *named)

    assert (done.status, done.out) == (status, "")
    assert [one.name for one in tmp_path.iterdir()] == ["old.md"]


def test_a_device_may_take_both_the_list_and_the_answers() -> None:
    assert yibao(*PLAN, "-o", os.devnull, "--save-answers", os.devnull).status == 0


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("plan", *flags(), "--data", "x" * 5000), 5),
        (("check", "--cases", "x" * 5000), 5),
        (("plan", *flags(), "--answers", "x" * 5000), 6),
        (("plan", *flags(), "-o", "x" * 5000), 6),
        (("plan", *flags(), "--data", "/no/such/folder"), 5),
    ],
    ids=["data", "cases", "answers", "output", "absent"],
)
def test_what_cannot_be_reached_is_named_in_chinese(words: tuple[str, ...], status: int) -> None:
    done = yibao(*words)

    assert (done.status, done.out) == (status, "")
    assert f"“{words[-1]}”" in done.err
    assert "磁盘" not in done.err
    assert "No such" not in done.err and "too long" not in done.err


def test_a_folder_that_is_gone_is_no_full_disk(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    command = shlex.join([*COMMAND, *PLAN, "-o", "list.md"])
    gone.mkdir()
    done = subprocess.run(
        ["/bin/sh", "-c", f"rmdir {shlex.quote(str(gone))}; {command}"],
        cwd=gone,
        env=environment(),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert done.returncode == 6
    assert "没有这个文件或文件夹" in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("words", [PLAN, ("batch", "-", "--summary")], ids=["plan", "batch"])
def test_a_result_that_cannot_be_printed_is_told(words: tuple[str, ...]) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*COMMAND, *words],
            input="from,to\n绵阳,北京\n",
            stdout=full,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            env=environment(),
            check=False,
        )

    assert done.returncode == 6
    assert "输出写不出去（空间满了）" in done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("plan", *flags(), "--format", "json", "-o", "/nonexistent/\u009b2J\u202e.md"),
        ("plan", "--format", "json", "--set", "\u009b2J\u202e=x"),
    ],
)
def test_errors_in_json_hold_nothing_that_moves_a_cursor(words: tuple[str, ...]) -> None:
    done = yibao(*words)

    assert done.data["error"]["message"]
    assert not {"\u009b", "\u202e"} & set(done.out)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--format", "json", "--bag"), "--bag"),
        (("--format", "plain", "--discharge", "2026-12-20"), "--discharge"),
        (("--for", "proxy", "--agent", "self"), "--for proxy"),
    ],
)
def test_what_changes_nothing_is_said(words: tuple[str, ...], said: str) -> None:
    done = yibao("plan", *flags(), "--on", "2026-12-01", *words)

    assert done.status == 0
    assert said in done.err and done.err.count("\n") == 1
