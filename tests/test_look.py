"""Every screen keeps to the window, to what its terminal can show, and to its encoding."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from support import COMMAND, Screen, environment, flags, yibao

from yibao_cli.wrap import cells

FIGURES = ("--bill", "20000", "--covered", "18000", "--deductible", "1000.5", "--ratio", "80")
SCREENS: dict[str, tuple[str, ...]] = {
    "list": ("plan", *flags()),
    "proxy": ("plan", *flags(agent="家人代办"), "--for", "proxy"),
    "bag": ("plan", *flags(), "--bag"),
    "region": ("region", "江西赣州"),
    "abroad": ("region", "香港"),
    "sources": ("sources",),
    "questions": ("questions",),
    "why": ("why", *flags()),
    "why-not": ("why", *flags(), "--not", "direct_settlement"),
    "compare": ("compare", *flags(), "--with", "filing=已备案", "--with", "to=上海"),
    "cost": ("cost", *FIGURES, "--referral", "减10", "--temporary", "先付20%"),
    "tree": ("tree", "care"),
}
DATA: dict[str, tuple[str, ...]] = {
    "json": ("plan", *flags(), "-f", "json"),
    "markdown": ("plan", *flags(), "-f", "markdown"),
    "html": ("plan", *flags(), "-f", "html"),
    "ics": ("plan", *flags(), "-f", "ics", "--discharge", "2026-12-05"),
    "region": ("region", "赣州", "-f", "json"),
    "cost": ("cost", *FIGURES, "-f", "json"),
    "mermaid": ("tree", "account", "-f", "mermaid"),
    "error": ("plan", *flags(care="住旅馆"), "-f", "json"),
    "batch": ("batch", "-"),
}
ROW = "insurance,from,to,care,filing\n居民,绵阳,北京,住院,未备案\n"
COLOUR = re.compile(rb"\x1b\[[\d;]*(?:3\d|38;5;\d+)m")
STYLE = re.compile(rb"\x1b\[(?!0?m)[\d;]+m")


@pytest.mark.parametrize("width", [20, 40, 60, 80, 120, 200])
@pytest.mark.parametrize("name", SCREENS)
def test_every_screen_fits_the_window(name: str, width: int) -> None:
    done = yibao(*SCREENS[name], COLUMNS=str(width))
    lines = done.out.splitlines()

    assert done.status == 0
    # A deep tree leaves hardly a word any room in a narrow window; bars are as wide as they look.
    fits = [line for line in lines if not (name == "tree" and width < 80)]
    assert max(map(cells, fits), default=0) <= width
    assert [line for line in lines if line != line.rstrip()] == []
    done.out.encode("gbk")


@pytest.mark.parametrize("name", SCREENS)
def test_a_terminal_shows_the_same_with_styles(name: str) -> None:
    plain = yibao(*SCREENS[name], COLUMNS="100").out
    with Screen(*SCREENS[name], columns=100, rows=1000) as screen:
        assert screen.end() == 0
        seen = screen.text

    assert seen.rstrip("\n") == plain.rstrip("\n")
    assert COLOUR.search(screen.said)


def test_sixteen_colours_where_a_terminal_has_no_more() -> None:
    with Screen("region", "江西赣州", term="xterm", rows=200) as screen:
        assert screen.end() == 0

    assert b"\x1b[1;36m" in screen.said
    assert b"38;5" not in screen.said


@pytest.mark.parametrize("words", [SCREENS["list"], SCREENS["region"], SCREENS["cost"]])
def test_the_wishes_of_a_terminal_are_kept(words: tuple[str, ...]) -> None:
    with Screen(*words, NO_COLOR="1", rows=300) as screen:
        assert screen.end() == 0
        assert STYLE.search(screen.said)
        assert not COLOUR.search(screen.said)
    with Screen(*words, term="dumb", rows=300) as screen:
        assert screen.end() == 0
        assert b"\x1b" not in screen.said


def test_styles_go_into_a_pipe_only_where_they_are_forced() -> None:
    words = (*SCREENS["list"], "--format", "terminal")
    forced = {"FORCE_COLOR": "1", "TERM": "xterm-256color"}

    assert "\x1b" not in yibao(*words).out
    assert "\x1b[38;5;32m" in yibao(*words, **forced).out
    assert "\x1b[38;5;32m" in yibao(*SCREENS["region"], **forced).out
    assert "\x1b" not in yibao(*SCREENS["list"], "--format", "plain", **forced).out
    assert "\x1b" not in yibao(*DATA["json"], **forced).out


def test_a_telephone_number_can_be_dialled_and_an_address_opened() -> None:
    with Screen(*SCREENS["region"], rows=200) as screen:
        assert screen.end() == 0

    assert b";tel:0797-12393\x1b\\" in screen.said
    assert b";https://ybj.jiangxi.gov.cn\x1b\\" in screen.said


def test_an_error_on_a_terminal_is_marked_and_broken_into_lines() -> None:
    words = ("plan", *flags(care="住旅馆"), "--no-input")
    with Screen(*words, columns=40) as screen:
        assert screen.end() == 4
        first, *rest = screen.text.strip("\n").splitlines()

    assert first.startswith(" × ")
    assert all(line.startswith("   ") and cells(line) <= 40 for line in rest if line)
    said = yibao(*words).err
    assert "".join((first[3:], *rest)).replace(" ", "") == said.strip().replace(" ", "")


# ---------------------------------------------------------------- encodings


def printed(words: tuple[str, ...], encoding: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*COMMAND, *words],
        input=ROW.encode(),
        capture_output=True,
        env=environment(PYTHONUTF8="0", PYTHONIOENCODING=encoding),
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("encoding", ["gbk", "cp1252"])
@pytest.mark.parametrize("name", DATA)
def test_data_is_utf8_whatever_the_terminal_speaks(name: str, encoding: str) -> None:
    done = printed(DATA[name], encoding)

    assert done.stdout == printed(DATA[name], "utf-8").stdout
    assert done.stdout.decode("utf-8")
    assert name in ("error", "batch") or done.stderr == b""


# rich draws the guides of a tree in ASCII where it is not UTF-8.
@pytest.mark.parametrize("name", ["list", "region", "compare", "cost"])
def test_text_follows_the_encoding_of_the_terminal(name: str) -> None:
    done = printed(SCREENS[name], "gbk")

    assert done.stdout.decode("gbk") == printed(SCREENS[name], "utf-8").stdout.decode("utf-8")
    assert done.stderr == b""


@pytest.mark.parametrize(
    "encoding", ["ascii", "latin-1", "cp1252", "cp437", "big5", "shift_jis", "euc_kr"]
)
def test_what_an_encoding_cannot_hold_is_never_lost(encoding: str) -> None:
    done = printed(SCREENS["list"], encoding)

    assert done.returncode == 0
    assert done.stdout == printed(SCREENS["list"], "utf-8").stdout
    said = done.stderr.decode("utf-8")
    assert said.count("\n") == said.count("。") == 1
    assert "写不下这些字" in said


def test_messages_are_never_lost_either() -> None:
    words = ("plan", *flags(care="住旅馆🏨"))

    assert "住旅馆" in printed(words, "latin-1").stderr.decode("utf-8")
    # The one character that GBK has not is named; the others stay readable on such a terminal.
    assert "住旅馆\\U0001f3e8" in printed(words, "gbk").stderr.decode("gbk")


def test_a_file_is_utf8_as_ever(tmp_path: Path) -> None:
    target = tmp_path / "list.txt"
    done = printed((*SCREENS["list"], "-o", str(target)), "gbk")

    assert done.returncode == 0
    assert target.read_bytes() == printed(SCREENS["list"], "utf-8").stdout
