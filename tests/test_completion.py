"""What a line may go on to: asked of the command as Typer's scripts do, and in the shells themselves."""

from __future__ import annotations

import shutil
from pathlib import Path

import pexpect
import pytest
from support import environment, search_path, yibao

from yibao_cli.cli.program import COMMANDS
from yibao_cli.knowledge import knowledge
from yibao_cli.knowledge.location import shipped


def complete(line: str, **changes: str) -> list[str]:
    """The values offered for the last word of a line."""
    done = yibao(
        _YIBAO_COMPLETE="complete_fish",
        _TYPER_COMPLETE_FISH_ACTION="get-args",
        _TYPER_COMPLETE_ARGS=f"yibao {line}",
        **changes,
    )
    assert (done.status, done.err) == (0, "")
    return [one.split("\t")[0] for one in done.out.splitlines() if one]


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("pl", ["plan"]),
        ("plan --filin", ["--filing", "--filing-period"]),
        ("plan --filing 备案", ["备案过期了", "备案没通过", "备案到了别的地方"]),
        ("plan --care inp", ["inpatient"]),
        ("plan --from 四川绵", ["四川绵阳"]),
        ("plan --from mianyang", ["mianyang"]),
        ("region 石家", ["石家庄市"]),
        ("plan --format m", ["markdown"]),
        ("plan --for p", ["patient", "proxy"]),
        ("plan -o ", []),
        ("plan --data ", []),
        ("plan --set fil", ["filing=", "filing_period="]),
        ("plan --set care=住", ["care=住院"]),
        ("compare --with care=住", ["care=住院"]),
        ("questions cat", ["category"]),
        ("questions 参保险", ["参保险种"]),
        ("plan --set 参保险", ["参保险种="]),
        ("plan --set 参保险种=职", ["参保险种=职工医保"]),
        ("tree 转", ["转移接续"]),
        ("resume --fo", ["--forget", "--force", "--format"]),
        ("nonsense x", []),
    ],
)
def test_what_is_offered(line: str, offered: list[str]) -> None:
    assert sorted(complete(line)) == sorted(offered)


def test_every_command_is_offered() -> None:
    assert complete("") == [*COMMANDS]


def test_an_option_that_is_written_is_not_offered_again() -> None:
    assert "--format" not in complete("region --format json --f")


def test_a_value_has_its_meaning() -> None:
    done = yibao(
        _YIBAO_COMPLETE="complete_fish",
        _TYPER_COMPLETE_FISH_ACTION="get-args",
        _TYPER_COMPLETE_ARGS="yibao plan --care 住",
    )

    assert done.out == "住院\tinpatient\n"


def test_places_and_questions_are_those_of_the_chosen_knowledge(tmp_path: Path) -> None:
    data = Path(shutil.copytree(shipped(), tmp_path / "data"))
    questions = data / "questions.yaml"
    text = questions.read_text("utf-8")
    label = knowledge().questions["care"].options["inpatient"].label
    assert label == "住院"
    questions.write_text(text.replace("label: 住院", "label: 住进医院", 1), "utf-8")

    assert complete(f"plan --data {data} --care 住") == ["住进医院"]
    assert complete(f"plan --data={data} --set care=住") == ["care=住进医院"]
    assert complete("plan --care 住", YIBAO_DATA=str(data)) == ["住进医院"]
    assert complete(f"plan --data {tmp_path / 'none'} --care 住") == ["住院"]


# ---------------------------------------------------------------- shells

STARTS = {
    "bash": ["--norc", "--noprofile", "-i"],
    "zsh": ["-f", "-i"],
    "fish": ["--no-config", "-i"],
}
LOADS = {
    "bash": 'eval "$(yibao --show-completion)"',
    "zsh": 'autoload -Uz compinit && compinit -u -D; eval "$(yibao --show-completion)"',
    "fish": "yibao --show-completion | source",
}


@pytest.mark.parametrize("shell", [*STARTS])
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
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    (tmp_path / "some-list.md").write_text("", "utf-8")
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
        child.sendline(LOADS[shell] + "; echo rea''dy")
        child.expect("ready")
        # What follows the completed word shows that it is finished.
        child.send(f"echo {typed}"[5:] + "\t")
        child.expect_exact(becomes if shell == "fish" else becomes[-3:])
    finally:
        child.close(force=True)


@pytest.mark.parametrize("shell", [*STARTS])
def test_completion_installs_itself(shell: str, tmp_path: Path) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    child = pexpect.spawn(
        str(shutil.which(shell)),
        [*STARTS[shell][:-1], "-c", "yibao --install-completion; true"],
        env=environment(PATH=search_path(), HOME=str(tmp_path)),
        encoding="utf-8",
        timeout=60,
    )
    child.expect(pexpect.EOF)

    assert any("_YIBAO_COMPLETE" in one.read_text() for one in tmp_path.rglob("*yibao*"))
