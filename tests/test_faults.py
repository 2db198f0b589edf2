"""What the machine may do to a run: full disks, closed streams, vanished folders, two runs at once."""

from __future__ import annotations

import os
import signal
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from support import COMMAND, Ran, cramped, environment, flags, search_path, wait_for, yibao

ONE = " ".join(["yibao plan", *flags()])
OLD = "old\n"


def shell(script: str, cwd: Path, **changes: str) -> Ran:
    """Run a line of shell with `yibao` in reach."""
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", script],
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        # What is loaded beforehand, as to set the clock ahead, takes the place of a closed stream.
        env=environment(PATH=search_path(), LD_PRELOAD="", **changes),
        timeout=120,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


@pytest.mark.parametrize(
    ("script", "status"),
    [
        (f"{ONE} > /dev/full", 6),
        (f"{ONE} --format json > /dev/full", 6),
        (f"{ONE} -o /dev/full", 6),
        ("yibao sources > /dev/full", 6),
        (f"{ONE} -o /proc/list.md", 6),
        (f"{ONE} >&-", 6),
        (f"{ONE} -o list.md >&-", 0),
        (f"{ONE} > list.txt 2>&-", 0),
        (f"{ONE} > list.txt <&-", 0),
        ("yibao <&-", 2),
        ("yibao wizard < /dev/null", 2),
        (f"{ONE} > list.txt 2> /dev/full", 0),
        (f"{ONE} --nonsense 2> /dev/full", 2),
        (f"{ONE} | head -1", 0),
        (f"{ONE} --format html | head -c 10 > /dev/null", 0),
        ("yibao tree | true", 0),
        ("yibao --help | head -1", 0),
        ("yibao batch - --summary < /dev/null", 0),
        ("yibao batch nowhere.csv", 6),
        ("yibao batch .", 6),
        (f"{ONE} --answers .", 6),
        (f"{ONE} --data nowhere", 5),
    ],
)
def test_streams_and_files_that_fail(script: str, status: int, tmp_path: Path) -> None:
    done = shell(script, tmp_path)

    assert done.status == status, done.err
    assert "Traceback" not in done.err and "Exception" not in done.err


def test_a_working_folder_that_is_gone(tmp_path: Path) -> None:
    script = f"mkdir gone && cd gone && rmdir ../gone && {ONE} | head -1"

    assert shell(script, tmp_path).status == 0


@pytest.mark.parametrize("name", ["list.md", "list.html", "list.json"])
@pytest.mark.parametrize("force", [True, False])
def test_a_disk_that_fills_up_leaves_the_old_file_or_none(
    name: str, force: bool, tmp_path: Path
) -> None:
    target = tmp_path / name
    if force:
        target.write_text(OLD, "utf-8")
    done = cramped("plan", *flags(), "-o", str(target), *(("--force",) if force else ()))

    assert done.status == 6
    assert [one.name for one in tmp_path.iterdir()] == ([name] if force else [])
    assert not force or target.read_text("utf-8") == OLD


def test_a_disk_that_fills_up_in_the_middle_of_a_batch(tmp_path: Path) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.jsonl"
    source.write_text(
        "insurance,from,to,care,filing\n" + "居民,绵阳,北京,住院,未备案\n" * 3, "utf-8"
    )
    done = cramped("batch", str(source), "-o", str(target))

    assert done.status == 6
    assert [one.name for one in tmp_path.iterdir()] == ["in.csv"]


def test_of_two_runs_at_once_one_writes_the_file(tmp_path: Path) -> None:
    target = tmp_path / "list.md"
    with ThreadPoolExecutor() as pool:
        done = list(pool.map(lambda _: yibao("plan", *flags(), "-o", str(target)), range(4)))

    assert sorted(one.status for one in done) == [0, 6, 6, 6]
    assert target.read_text("utf-8").startswith("# ")
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(
    "number",
    [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT],
    ids=lambda one: one.name,
)
def test_a_batch_that_is_stopped_leaves_nothing_half_written(
    number: signal.Signals, tmp_path: Path
) -> None:
    target = tmp_path / "out.jsonl"
    child = subprocess.Popen(
        [*COMMAND, "batch", "-", "-o", str(target)],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    )
    assert child.stdin is not None
    child.stdin.write("insurance,from,to,care,filing\n居民,绵阳,北京,住院,未备案\n".encode())
    child.stdin.flush()
    wait_for(lambda: any(tmp_path.iterdir()))
    child.send_signal(number)
    child.communicate(timeout=60)

    assert child.returncode in (130, -number, 128 + number)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"LC_ALL": "nonsense", "PYTHONUTF8": "0"},
        {"PYTHONIOENCODING": "gbk"},
        {"PYTHONIOENCODING": "ascii"},
        {"HOME": ""},
        {"HOME": "/nowhere", "XDG_CONFIG_HOME": "relative"},
        {"COLUMNS": "999999999999999999999"},
        {"COLUMNS": "9" * 5000},
        {"COLUMNS": "-3"},
        {"TERM": ""},
    ],
    ids=str,
)
def test_surroundings_nobody_wants(changes: dict[str, str]) -> None:
    done = subprocess.run(
        [*COMMAND, "plan", *flags()],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env=environment(**changes),
        timeout=60,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert len(done.stdout) > 1000


def test_no_environment_at_all() -> None:
    done = subprocess.run(
        ["env", "-i", *COMMAND, "--version"],
        cwd=Path(environment().get("PYTHONPATH", os.curdir)),
        capture_output=True,
        check=False,
    )

    assert done.returncode == 0


def test_a_chinese_name_in_a_locale_without_chinese(tmp_path: Path) -> None:
    surroundings = {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = shell(f"{ONE} -o 清单.md --save-answers 答案.yaml", tmp_path, **surroundings)

    assert done.status == 0, done.err
    assert "已写入 清单.md" in done.err and "答案已存到 答案.yaml" in done.err
    assert sorted(one.name for one in tmp_path.iterdir()) == ["清单.md", "答案.yaml"]
    again = shell("yibao plan --answers 答案.yaml", tmp_path, **surroundings)
    assert again.status == 0, again.err
    assert (
        "“没有.csv”（没有这个文件或文件夹）"
        in shell("yibao batch 没有.csv", tmp_path, **surroundings).err
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize(
    "words", ["--help", "plan --help", "region 江苏", "why " + " ".join(flags())]
)
def test_no_file_is_blamed_for_a_full_disk(words: str, tmp_path: Path) -> None:
    done = shell(f"yibao {words} > /dev/full", tmp_path)

    assert done.status == 6
    assert "空间满了" in done.err and "文件名" not in done.err
