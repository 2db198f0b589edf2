"""A wish to end, and a window made narrower and wider, at every prompt there is."""

from __future__ import annotations

import json
import os
import shlex
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from support import COMMAND, Screen, flags

DOWN, LEFT, ENTER = "\x1b[B", "\x1b[D", "\r"
CTRL_C, CTRL_U = "\x03", "\x15"


def killed(screen: Screen, number: int) -> None:
    """Ask the command to end, once its question stands there.

    One that is ended while it draws may leave pastes marked; shells see to that themselves.
    """
    screen.settle()
    screen.child.kill(number)


ENDS: dict[str, Callable[[Screen], object]] = {
    "ctrl-c": lambda screen: screen.type(CTRL_C),
    "SIGINT": lambda screen: screen.child.kill(signal.SIGINT),
    "SIGTERM": lambda screen: killed(screen, signal.SIGTERM),
    "SIGHUP": lambda screen: killed(screen, signal.SIGHUP),
}
KEPT, LOST = "用 yibao resume 接着来，", "什么都没有保存"
INTERRUPTED, FINISHED = "[130 orderly]", "[0 orderly]"
# The end of the bar after the list.
MENU = "q 结束"
# What is pasted is marked by the terminal for as long as it is asked to.
MARKED_PASTE = 2004 << 5


Typed = tuple[tuple[str, str], ...]
"""What to wait for, and what to type then."""


class Prompt(NamedTuple):
    """A prompt: what it shows, what leads on from it, and what is typed where on the way to it.

    The way begins where the prompt before leads on to; saved answers lead to what is typed before.
    """

    shows: str
    on: str = ""
    way: Typed = ()
    before: Typed = ()


class Shell(Screen):
    """A terminal on which one command after the other is run, in one process."""

    def __init__(self, *, rows: int = 40, **changes: Any) -> None:
        command = (sys.executable, str(Path(__file__).with_name("shell.py")))
        super().__init__(command=command, rows=rows, **changes)
        self.see("[ready]")

    def run(self, *words: str) -> None:
        """Run a command on an empty screen."""
        self.pyte.reset()
        self.child.send(f"@{json.dumps(words)}\r")

    def go_on(self, prompt: Prompt) -> None:
        """Go to a prompt from the one before."""
        for wanted, keys in prompt.way:
            self.answer(wanted, keys)
        self.see(prompt.shows)

    def reach(self, prompt: Prompt, *words: str) -> None:
        """Go to a prompt by a command of its own."""
        self.run(*words)
        for wanted, keys in prompt.before:
            self.answer(wanted, keys)
        self.go_on(prompt)

    def ended(self) -> tuple[str, str]:
        """What the command said, its status, and how it left the terminal."""
        self.see("orderly]")
        text = self.text.rstrip()
        assert "Traceback" not in text and "出错" not in text
        assert not self.pyte.cursor.hidden
        assert MARKED_PASTE not in self.pyte.mode
        said, _, status = text.rpartition("\n")
        return said, status

    def asked(self) -> str:
        """The question on the screen without blanks and line ends."""
        return "".join(self.text.rpartition("\n\n")[2].split())

    def see_asked(self, wanted: str) -> None:
        """Wait until the screen shows the same question, in whatever lines."""
        self.still()
        if self.asked() != wanted:
            self._until(lambda: self.asked() == wanted, 20, f"never saw all of {wanted!r}")

    def still(self) -> None:
        """Read until nothing is drawn for a moment."""
        before = -1
        while len(self.said) > before:
            before = len(self.said)
            self._read()


def by_number(number: int) -> str:
    return f"{number}\r"


def by_arrows(number: int) -> str:
    return DOWN * (number - 1) + ENTER


def questions(plain: bool) -> tuple[Prompt, ...]:
    """Every kind of prompt of a consultation but the first, up to the list."""
    pick, back = (by_number, "0\r") if plain else (by_arrows, LEFT)
    where, review = "在哪里参加的", "这样对吗"
    extras, space = "还有哪些情况", "1\r" if plain else " \r"
    helping = ("?\r", "都拿不准就选", "") if plain else ("?", "收起说明", "?")
    return (
        Prompt("哪种医保", pick(2)),
        Prompt("mian" if plain else "四川省绵阳市", CTRL_U, ((where, "mian"),)),
        *([Prompt("您说的是哪一个", back, ((where, "shanxi\r"),))] if plain else []),
        Prompt("是不是这里", back, ((where, "武汗\r"),)),
        Prompt(where, f"{CTRL_U}mianyang\r"),
        Prompt("要去哪里看病", "beijing\r"),
        Prompt("到了哪一步", pick(1)),
        Prompt("看什么", pick(1)),
        Prompt("备案办得怎么样", pick(1)),
        Prompt(helping[1], helping[2], (("属于哪种情况", helping[0]),)),
        Prompt("属于哪种情况", pick(2)),
        Prompt("是不是因为受伤看病", pick(1), ((extras, space),), before=((review, pick(3)),)),
        Prompt("改哪一个", back, ((review, pick(2)),)),
        Prompt(review, pick(1)),
    )


def afterwards(plain: bool, folder: Path) -> tuple[Prompt, ...]:
    """Every kind of prompt after the list; the last one is about an answer again."""
    pick, back = (by_number, "0\r") if plain else (by_arrows, LEFT)
    old = folder / "old.txt"
    old.write_text("old", "utf-8")
    review, menu, name, end = "这样对吗", MENU, "存到哪里", ENTER if plain else ""
    shown = (("对，出清单", pick(1)),)
    saving = (*shown, (menu, f"s{end}"))
    wrong = (name, f"{CTRL_U}x.doc\r")
    return (
        Prompt(menu, f"s{end}", before=shown),
        Prompt(*wrong, before=saving),
        Prompt("不知道存成哪种格式", f"{CTRL_U}{old}\r", before=(*saving, wrong)),
        Prompt("要盖掉它吗", pick(1), before=(*saving, (name, f"{CTRL_U}{old}\r"))),
        Prompt("入院日期是哪天", back, ((name, f"{CTRL_U}{folder}/x.ics\r"),), before=saving),
        Prompt(
            "要去哪里看病",
            back,
            ((menu, f"c{end}"), (review, pick(2)), ("改哪一个", pick(4))),
            before=shown,
        ),
    )


@pytest.mark.parametrize("plain", [False, True], ids=["arrows", "lines"])
def test_every_prompt_of_a_consultation_can_be_left(plain: bool, tmp_path: Path) -> None:
    more = ("--plain",) if plain else ()
    resume = ("resume", "--bag", *more)
    with Shell(XDG_STATE_HOME=str(tmp_path)) as shell:
        for end in ENDS.values():
            shell.run("wizard", *more)
            shell.see("一句话")
            end(shell)
            said, status = shell.ended()
            assert (LOST in said, status) == (True, INTERRUPTED)
        shell.run("wizard", *more)
        shell.answer("一句话")
        if plain:
            shell.answer("要办什么事", by_number(1))

        running = True
        for prompt in questions(plain):
            for end in ENDS.values():
                # Resumed, it shows this prompt only if no answer before was lost.
                if running:
                    shell.go_on(prompt)
                else:
                    shell.reach(prompt, *resume)
                running = False
                end(shell)
                said, status = shell.ended()
                assert (KEPT in said, status) == (True, INTERRUPTED)
            shell.reach(prompt, *resume)
            shell.type(prompt.on)
            running = True
        shell.see(MENU)
        # Whoever leaves the menu has the list, and the answers are deleted.
        saved = tmp_path / "yibao" / "answers.json"
        answers = saved.read_bytes()

        def kept() -> None:
            saved.parent.mkdir(exist_ok=True)
            saved.write_bytes(answers)

        shell.type(CTRL_C)
        assert shell.ended()[1] == FINISHED

        *parts, change = afterwards(plain, tmp_path)
        for prompt in parts:
            for end in ENDS.values():
                kept()
                shell.reach(prompt, *resume)
                end(shell)
                said, status = shell.ended()
                # The list was made, so leaving what comes after it is no interruption.
                assert ("中断" in said, status) == (False, FINISHED)
        for end in ENDS.values():
            kept()
            shell.reach(change, *resume)
            end(shell)
            assert shell.ended()[1] == INTERRUPTED
    assert (tmp_path / "old.txt").read_text("utf-8") == "old"
    assert not (tmp_path / "x.ics").exists()


def others(plain: bool) -> list[tuple[list[str], Prompt]]:
    """Commands that ask besides the consultation."""
    pick = by_number if plain else by_arrows
    costs = ["cost", "--bill", "9", "--covered", "9", "--deductible", "0"]
    way = (("百分之几", "80\r"), ("封顶线", ENTER), ("比在参保地看病少报多少", pick(3)))
    return [
        (costs[:1], Prompt("一共多少元")),
        (costs[:3], Prompt("医保目录内")),
        (costs[:5], Prompt("起付线是多少")),
        (costs, Prompt("百分之几")),
        (costs, Prompt("封顶线", way=way[:1])),
        (costs, Prompt("比在参保地看病少报多少", way=way[:2])),
        (costs, Prompt("减几个百分点？", way=way)),
        (["plan", *flags(filing=None)], Prompt("备案办得怎么样")),
        (["wizard", "--from", "shanxi"], Prompt("您说的是哪一个")),
    ]


@pytest.mark.parametrize("plain", [False, True], ids=["arrows", "lines"])
def test_every_prompt_of_the_other_commands_can_be_left(plain: bool) -> None:
    with Shell(YIBAO_PLAIN="1" if plain else "") as shell:
        for words, prompt in others(plain):
            for end in ENDS.values():
                shell.reach(prompt, *words)
                end(shell)
                said, status = shell.ended()
                assert (LOST in said, status) == (True, INTERRUPTED)


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_the_first_question_can_be_left(end: Callable[[Screen], object]) -> None:
    with Screen() as screen:
        screen.see("几件事一起办")
        end(screen)
        screen.see(LOST)
        assert screen.echoes()
        assert screen.end() == 130
        assert not screen.pyte.cursor.hidden


def closed(screen: Screen) -> int:
    """The exit status of a command whose window is closed."""
    # Closing it by pexpect would end the command by other means, too.
    terminal = screen.child.ptyproc  # type: ignore[attr-defined]
    terminal.fileobj.close()
    terminal.closed = terminal.terminated = True
    _, how = os.waitpid(terminal.pid, 0)
    return os.waitstatus_to_exitcode(how)


@pytest.mark.parametrize("more", [(), ("--plain",)], ids=["arrows", "lines"])
def test_a_closed_window_ends_the_command_and_keeps_the_answers(
    more: tuple[str, ...], tmp_path: Path
) -> None:
    with Screen("wizard", *more, XDG_STATE_HOME=str(tmp_path)) as screen:
        screen.answer("一句话")
        if more:
            screen.answer("要办什么事", "1\r")
        screen.see("哪种医保")
        assert closed(screen) == 130
    assert (tmp_path / "yibao" / "answers.json").is_file()


def test_a_window_that_is_closed_leaves_no_traceback_in_a_file(tmp_path: Path) -> None:
    """Standard error is a file, and the questions stand on the controlling terminal."""
    said = tmp_path / "said.txt"
    line = f"{shlex.join([*COMMAND, 'plan', '--to', '北京'])} > /dev/null 2> {said}"
    with Screen(command=("/bin/sh", "-c", f"exec {line}")) as screen:
        screen.see("哪种医保")
        assert closed(screen) == 130
    assert said.read_text("utf-8") == "已中断，什么都没有保存。\n"


def test_every_question_is_whole_and_can_be_answered_after_a_resize(tmp_path: Path) -> None:
    with Shell(XDG_STATE_HOME=str(tmp_path)) as shell:
        shell.run("wizard", "--bag")
        for prompt in (
            Prompt("一句话", ENTER),
            *questions(False),
            *afterwards(False, tmp_path),
        ):
            shell.go_on(prompt)
            shell.still()
            asked = shell.asked()
            for columns in (40, 120):
                shell.resize(columns)
                shell.see_asked(asked)
            shell.type(prompt.on)
        shell.answer("对，出清单")
        shell.answer(MENU, "q")
        assert shell.ended()[1] == FINISHED
