"""What a line may go on to: asked of the command, and in the shells themselves."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pexpect
import pytest
from support import environment, search_path, yibao

from yibao_cli.cli.commands import COMMANDS
from yibao_cli.knowledge import knowledge, shipped

SHELLS = ("bash", "zsh", "fish", "powershell")


def complete(*words: str) -> list[str]:
    """The values offered for the last word."""
    done = yibao("complete", str(len(words)), "yibao", *words)
    assert done.status == 0, done.err
    return [line.split("\t")[0] for line in done.out.splitlines()]


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (("pl",), ["plan"]),
        (("plan", "--filin"), ["--filing", "--filing-period"]),
        (("plan", "--filing", "备案"), ["备案过期了", "备案没通过", "备案到了别的地方"]),
        (("plan", "--filing=备案没"), ["备案没通过"]),
        (("plan", "--filing", "=", "备案没"), ["备案没通过"]),
        (("plan", "--care", "inp"), ["inpatient"]),
        (("plan", "--from", "四川绵"), ["四川绵阳"]),
        (("plan", "--from", "mianyang"), ["mianyang"]),
        (("region", "石家"), ["石家庄市"]),
        (("plan", "--format", "m"), ["markdown"]),
        (("plan", "--for", "p"), ["patient", "proxy"]),
        (("plan", "-o", ""), [":file"]),
        (("plan", "--data", ""), [":folder"]),
        (("plan", "--set", "fil"), ["filing=", "filing_period="]),
        (("plan", "--set", "care=住"), ["care=住院"]),
        (("questions", "cat"), ["category"]),
        (("tree", "转"), ["转移接续"]),
        (("completion", ""), list(SHELLS)),
        (("resume", "--fo"), ["--format", "--force", "--for", "--forget"]),
        (("nonsense", "x"), []),
    ],
)
def test_what_is_offered(words: tuple[str, ...], offered: list[str]) -> None:
    assert sorted(complete(*words)) == sorted(offered)


def test_every_command_is_offered_and_the_hidden_one_is_not() -> None:
    assert complete("") == [one.name for one in COMMANDS.values() if not one.hidden]


def test_an_option_that_is_written_is_not_offered_again() -> None:
    assert "--format" not in complete("region", "--format", "json", "--f")


def test_words_with_an_underscore_only_where_one_is_typed() -> None:
    assert complete("plan", "--filing-p") == ["--filing-period"]
    assert complete("plan", "--filing_") == ["--filing_period"]


def test_two_places_of_one_sound_are_told_apart() -> None:
    assert {"江苏省苏州市", "安徽省宿州市"} <= set(complete("plan", "--to", "suzhou"))


@pytest.mark.parametrize("at", ["99", "x", "-1", "9" * 5000])
def test_a_position_that_makes_no_sense_is_no_error(at: str) -> None:
    assert yibao("complete", at, "yibao", "plan").status == 0


# ---------------------------------------------------------------- shells


@pytest.mark.parametrize("shell", SHELLS)
def test_script_names_the_command(shell: str) -> None:
    assert "yibao complete" in yibao("completion", shell).out


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_script_is_understood_by_its_shell(shell: str, tmp_path: Path) -> None:
    needed(shell)
    script = tmp_path / "script"
    script.write_text(yibao("completion", shell).out, "utf-8")
    done = subprocess.run([shell, "-n", script], capture_output=True, check=False)

    assert (done.returncode, done.stderr) == (0, b"")


def needed(shell: str) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")


STARTS = {
    "bash": ["--norc", "--noprofile", "-i"],
    "zsh": ["-f", "-i"],
    "fish": ["--no-config", "-i"],
}
LOADS = {
    "bash": "source {script}",
    "zsh": "autoload -Uz compinit && compinit -u -D; source {script}",
    "fish": "source {script}",
}


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
@pytest.mark.parametrize(
    ("typed", "becomes"),
    [
        ("yibao plan --insur", "--insurance"),
        ("yibao plan --care 住", "住院"),
        ("yibao plan --to 石家", "石家庄市"),
        ("yibao region mianya", "mianyang"),
        ("yibao plan -o some-", "some-list.md"),
    ],
)
def test_the_tab_key_finishes_the_word(
    shell: str, typed: str, becomes: str, tmp_path: Path
) -> None:
    needed(shell)
    (tmp_path / "some-list.md").write_text("", "utf-8")
    script = tmp_path / "script"
    script.write_text(yibao("completion", shell).out, "utf-8")
    child = pexpect.spawn(
        str(shutil.which(shell)),
        STARTS[shell],
        cwd=tmp_path,
        env=environment(
            PATH=search_path(), TERM="xterm", PS1="> ", HOME=str(tmp_path), LC_ALL="C.UTF-8"
        ),
        encoding="utf-8",
        dimensions=(24, 200),
        timeout=60,
    )
    try:
        child.sendline(LOADS[shell].format(script=script) + "; echo rea''dy")
        child.expect("ready")
        # What follows the completed word shows that it is finished.
        child.send(f"echo {typed}"[5:] + "\t")
        child.expect_exact(becomes if shell == "fish" else becomes[-3:])
    finally:
        child.close(force=True)


def test_places_and_questions_are_those_of_the_chosen_knowledge(tmp_path: Path) -> None:
    data = Path(shutil.copytree(shipped(), tmp_path / "data"))
    questions = data / "questions.yaml"
    text = questions.read_text("utf-8")
    label = knowledge().questions["care"].options["inpatient"].label
    assert label == "住院"
    questions.write_text(text.replace("label: 住院", "label: 住进医院", 1), "utf-8")

    assert complete("plan", "--data", str(data), "--care", "住") == ["住进医院"]
    assert complete("plan", f"--data={data}", "--set", "care=住") == ["care=住进医院"]
    done = yibao("complete", "3", "yibao", "plan", "--care", "住", YIBAO_DATA=str(data))
    assert done.out.startswith("住进医院\t")
    assert complete("plan", "--data", str(tmp_path / "none"), "--care", "住") == ["住院"]


def test_questions_are_completed_by_their_labels_too() -> None:
    assert complete("questions", "参保险") == ["参保险种"]
    assert complete("plan", "--set", "参保险") == ["参保险种="]
    assert complete("plan", "--set", "参保险种=职") == ["参保险种=职工医保"]
