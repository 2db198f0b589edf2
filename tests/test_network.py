"""No command uses the network; other programs are started by two keys of the menu and by nothing else.

The interpreter itself would say so: an audit hook, put into every process by `sitecustomize`, writes
down whatever could reach out, and refuses it unless it is one of the programs in `YIBAO_ALLOWED`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support import COMMAND, Screen, environment, flags, yibao

HOOK = """
import os, sys

def refuse(event, arguments):
    if not event.startswith(("socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn",
                             "os.spawn", "webbrowser.", "urllib.", "http.", "ctypes.dlopen")):
        return
    # The interpreter itself, which `ctypes` opens when it is imported.
    if event == "ctypes.dlopen" and arguments[0] is None:
        return
    # An event loop wakes itself through a pair of unnamed local sockets.
    if event == "socket.__new__" and arguments[1] == 1:
        return
    # Processes of one machine meet at a path.
    if event in ("socket.bind", "socket.connect") and isinstance(arguments[1], (str, bytes)):
        return
    program = " ".join(arguments[1]) if event == "subprocess.Popen" else repr(arguments)
    with open(os.environ["YIBAO_SEEN"], "a") as seen:
        seen.write(f"{event} {program}\\n")
    if program not in os.environ.get("YIBAO_ALLOWED", "").splitlines():
        raise RuntimeError(f"refused: {event}")

sys.addaudithook(refuse)
"""
COMMANDS: dict[str, tuple[str, ...]] = {
    **{fmt: ("plan", *flags(), "--format", fmt, "--admission", "2026-11-25")
       for fmt in ("terminal", "plain", "markdown", "html", "json", "ics")},
    "questions": ("questions",),
    "region": ("region", "江苏"),
    "sources": ("sources",),
    "why": ("why", *flags()),
    "why not": ("why", *flags(), "--not", "direct_settlement"),
    "compare": ("compare", *flags(), "--with", "filing=已备案"),
    "tree": ("tree", "transfer"),
    "cost": ("cost", "--bill", "20000", "--covered", "18000", "--deductible", "1000",
             "--ratio", "80"),
    "check": ("check",),
    "forget": ("resume", "--forget"),
    "help": ("plan", "--help"),
    "version": ("--version",),
    "wrong": ("plan", "--insurance", "http://localhost/"),
}  # fmt: skip
BATCH = (
    "insurance,from,to,care,filing\n居民,四川绵阳,北京,住院,未备案\n职工,成都,上海,门诊,已备案\n"
)


@pytest.fixture
def hooked(tmp_path: Path) -> dict[str, str]:
    """Variables under which every Python process is watched, and leaves its traces aside."""
    (tmp_path / "hook").mkdir()
    (tmp_path / "hook/sitecustomize.py").write_text(HOOK, "utf-8")
    paths = [str(tmp_path / "hook"), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {
        "PYTHONPATH": os.pathsep.join(paths),
        "YIBAO_SEEN": str(tmp_path / "seen"),
        "XDG_STATE_HOME": str(tmp_path / "state"),
    }


def seen(hooked: dict[str, str]) -> str:
    path = Path(hooked["YIBAO_SEEN"])
    return path.read_text("utf-8") if path.exists() else ""


@pytest.mark.parametrize(
    "code",
    [
        "import socket; socket.create_connection(('127.0.0.1', 9), 1)",
        "import socket; socket.getaddrinfo('localhost', 80)",
        "import urllib.request; urllib.request.urlopen('http://localhost:9/')",
        "import subprocess; subprocess.run(['true'])",
        "import os; os.system('true')",
    ],
)
def test_the_hook_would_notice(hooked: dict[str, str], code: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment(**hooked),
        capture_output=True,
        check=False,
    )

    assert done.returncode == 1
    assert seen(hooked)


@pytest.mark.parametrize("name", COMMANDS)
def test_command_stays_on_the_machine(name: str, hooked: dict[str, str]) -> None:
    done = yibao(*COMMANDS[name], **hooked)

    assert done.status == (4 if name == "wrong" else 0), done.err
    assert seen(hooked) == ""


def test_many_rows_at_once_stay_on_the_machine(hooked: dict[str, str]) -> None:
    done = yibao("batch", "-", stdin=BATCH, **hooked)

    assert done.status == 0, done.err
    assert seen(hooked) == ""


@pytest.mark.parametrize("mode", [(), ("--plain",)])
def test_wizard_stays_on_the_machine(mode: tuple[str, ...], hooked: dict[str, str]) -> None:
    with Screen(
        *("wizard", "--errand", "care", *flags(stage="before", filing=None), *mode),
        **hooked,  # type: ignore[arg-type]
    ) as screen:
        screen.see("备案办得怎么样")
        screen.type("\x03")
        assert screen.end() == 130
    assert seen(hooked) == ""


def test_two_keys_start_the_pager_and_the_opener_and_nothing_else(
    hooked: dict[str, str], tmp_path: Path
) -> None:
    """Both are the person's own: which pager that is, and which program opens a page."""
    opener, page = tmp_path / "xdg-open", tmp_path / "list.html"
    opener.write_text("#!/bin/sh\n", "utf-8")
    opener.chmod(0o755)
    started = [f"/bin/sh -c cat > {tmp_path / 'pages'}", f"xdg-open {page}"]
    with Screen(
        *("wizard", *flags(errand="care", stage="before")),
        columns=100,
        rows=1000,
        **hooked,  # type: ignore[arg-type]
        DISPLAY=":0",
        PAGER=f"cat > {tmp_path / 'pages'}",
        PATH=f"{tmp_path}{os.pathsep}{os.environ['PATH']}",
        YIBAO_ALLOWED="\n".join(started),
    ) as screen:
        screen.answer("对，出清单")
        screen.answer("q 结束", "f")
        screen.answer("从哪里看起")
        screen.gone("从哪里看起")
        screen.answer("q 结束", "s")
        screen.answer("存到哪里", f"\x15{page}\r")
        screen.see("list.html\n")
        screen.answer("q 结束", "w")
        screen.answer("返回清单", "\x1b")
        screen.answer("q 结束", "q")
        assert screen.end() == 0
    assert (tmp_path / "pages").stat().st_size
    assert seen(hooked).splitlines() == [f"subprocess.Popen {one}" for one in started]


@pytest.mark.skipif(shutil.which("strace") is None, reason="no strace")
def test_the_kernel_is_not_asked_for_the_network_either(tmp_path: Path) -> None:
    """What an extension module might do behind the interpreter's back."""
    log = tmp_path / "log"
    done = subprocess.run(
        ["strace", "-f", "-qq", "-e", "trace=network", "-o", str(log), *COMMAND, "plan", *flags()],
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    if not log.exists() or b"ptrace" in done.stderr:
        pytest.skip("processes may not be traced here")

    assert done.returncode == 0
    assert log.read_text("utf-8") == ""
