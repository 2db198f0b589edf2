"""Help: in Chinese, short, in named panels, fit for the screen; and the page with all there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from rich.cells import cell_len
from support import yibao

from yibao_cli.cli import program
from yibao_cli.knowledge import knowledge
from yibao_cli.knowledge.questions import Question

COMMANDS = {name: program.command(name) for name in program.COMMANDS}
PAGE = (Path(__file__).resolve().parent.parent / "docs" / "commands.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))
ENGLISH = ("Usage", "Options", "Arguments", "Commands", "Show this", "default", "required", "env")
LOCALES = [{"LANG": "C", "LC_ALL": "C"}, {"LANG": "zh_CN.UTF-8"}, {"LANG": "fr_FR.UTF-8"}]


def names() -> list[tuple[str, ...]]:
    return [(), *((name,) for name in COMMANDS)]


@pytest.mark.parametrize(("words", "limit"), [(("plan",), 48), ((), 28)])
def test_a_help_is_seen_at_one_glance(words: tuple[str, ...], limit: int) -> None:
    assert len(yibao(*words, "--help", COLUMNS="80").out.splitlines()) <= limit


@pytest.mark.parametrize("words", names(), ids=" ".join)
@pytest.mark.parametrize("width", ["40", "80", "120"])
def test_a_help_fits_the_width(words: tuple[str, ...], width: str) -> None:
    done = yibao(*words, "--help", COLUMNS=width)

    assert (done.status, done.err) == (0, "")
    assert [line for line in done.out.splitlines() if cell_len(line) > int(width)] == []


@pytest.mark.parametrize("words", names(), ids=" ".join)
@pytest.mark.parametrize("changes", LOCALES, ids=lambda one: one["LANG"])
def test_a_help_is_chinese_in_every_locale(words: tuple[str, ...], changes: dict[str, str]) -> None:
    done = yibao(*words, "-h", COLUMNS="80", PYTHONUTF8="0", **changes)

    assert done.status == 0
    assert "用法：yibao" in done.out
    assert [word for word in ENGLISH if word in done.out] == []
    assert done.out == yibao(*words, "--help", COLUMNS="80").out


@pytest.mark.parametrize("name", COMMANDS)
def test_a_help_gives_an_example_and_every_option_that_is_shown(name: str) -> None:
    out = yibao(name, "--help", COLUMNS="80").out
    shown = [one for one in COMMANDS[name].params if not getattr(one, "hidden", False)]
    example = str(COMMANDS[name].help).split("\n\n")[1]

    assert re.sub(r"\s", "", example) in re.sub(r"\s", "", out)
    assert [flag for one in shown for flag in one.opts if "-" in flag and flag not in out] == []
    assert "… │" not in out, "a help that did not fit"


def test_the_help_of_the_program_names_every_command_and_how_to_complete() -> None:
    out = yibao("--help").out

    assert [name for name in COMMANDS if f"│ {name} " not in out] == []
    assert "--install-completion" in out


@pytest.mark.parametrize("name", COMMANDS)
def test_the_page_has_every_option_with_its_variable(name: str) -> None:
    section = SECTIONS[name]
    flags = {flag for one in COMMANDS[name].params for flag in one.opts if "-" in flag}
    questions = {
        flag for one in knowledge().questions.values() for flag in (one.flag, *former(one))
    }
    variables = {one.envvar for one in COMMANDS[name].params if getattr(one, "envvar", None)}

    assert {flag for flag in flags - questions if f"`{flag}`" not in section} == set()
    assert {one for one in variables if f"`{one}`" not in section} == set()
    # An edit of the questions must not need an edit of the page.
    assert ("| 每个问题一个选项" in section) == ("--from" in flags)
    assert {flag for flag in questions - {"--from"} if f"| `{flag}` |" in section} == set()


def former(question: Question) -> list[str]:
    """The flags of a question's former names."""
    return [f"--{name.replace('_', '-')}" for name in question.was]


def test_a_question_that_is_not_shown_works() -> None:
    hidden = [one for one in COMMANDS["plan"].params if getattr(one, "hidden", False)]
    flags = {flag for one in hidden for flag in one.opts}
    words = (
        "plan",
        "--errand",
        "transfer",
        "--insurance",
        "职工",
        "--from",
        "成都",
        "--to",
        "杭州",
    )
    done = yibao(*words, "--move", "换工作", "--format", "json")

    assert {"--move", "--gap", "--save-answers", "--discharge"} <= flags
    assert "move" not in done.data["assumed"]


def test_colour_follows_the_rules_of_terminals() -> None:
    assert "\x1b[" not in yibao("--help").out
    assert "\x1b[" in yibao("--help", FORCE_COLOR="1", TERM="xterm-256color").out
