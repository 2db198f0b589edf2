"""The wizard on a real pseudo-terminal."""

from __future__ import annotations

import os
import pty
import re
import shlex
import shutil
import signal
import subprocess
from datetime import date
from pathlib import Path

import pytest
from editions import TYPICAL
from support import COMMAND, Screen, environment, flags, wait_for, yibao

from yibao_cli.ask import session
from yibao_cli.knowledge import knowledge
from yibao_cli.knowledge.questions import Question, asking


def change(screen: Screen, label: str) -> None:
    """Choose to change an answer in the review."""
    screen.answer("> 1) 对，出清单", "2\r")
    screen.see("改哪一个")
    screen.see(f" {label}：")
    [number] = re.findall(rf"(\d)\) {label}：", screen.text)
    screen.type(f"{number}\r")


def test_a_whole_consultation_by_keys() -> None:
    with Screen(columns=100, rows=400) as screen:
        screen.answer("一句话")
        screen.see("哪种医保")
        screen.down()
        screen.enter()
        screen.see("在哪里参加的")
        screen.type("mianyang")
        screen.enter()
        screen.see("参保地：四川省绵阳市")
        screen.see("要去哪里看病")
        screen.type("beijing")
        screen.enter()
        screen.see("到了哪一步")
        screen.enter()
        screen.see("看什么")
        screen.enter()
        screen.see("备案办得怎么样")
        screen.enter()
        screen.see("属于哪种情况")
        screen.down()
        screen.enter()
        screen.answer("还有哪些情况")
        screen.see("这样对吗")
        screen.enter()
        screen.answer("q 结束", "q")
        assert screen.end() == 0
        assert "备好转诊证明" in screen.text


def test_further_situation_is_asked_about_when_chosen() -> None:
    with Screen(
        "wizard", "--errand", "care", *flags(stage="before"), columns=100, rows=300
    ) as screen:
        screen.answer("> 1) 对，出清单", "3\r")
        screen.see("> ○ 1) 受伤看病")
        screen.type(" \r")
        screen.see("是不是因为受伤看病")
        # That it is none has been said already.
        assert "不是受伤" not in screen.text.partition("是不是因为受伤")[2]
        screen.down(2)
        screen.enter()
        screen.see("是否受伤：工伤")
        screen.see("> 1) 对，出清单")
        screen.enter()
        screen.see("工伤走工伤保险")
        screen.answer("q 结束", "q")
        assert screen.end() == 0


@pytest.mark.parametrize(
    ("given", "question"),
    [
        (flags(errand="care", stage="before", credential="failing"), "failure"),
        (["--errand", "activation", "--insurance", "居民", "--from", "绵阳"], "credential"),
    ],
    ids=["care", "activation"],
)
def test_where_all_turns_on_it_a_question_is_asked_that_is_not_asked_elsewhere(
    given: list[str], question: str
) -> None:
    assert knowledge().questions[question].asked != "always"
    with Screen("wizard", *given, rows=60) as screen:
        screen.see(asking(knowledge().questions[question], given[given.index("--errand") + 1]).ask)


def test_left_goes_back_to_the_question_before() -> None:
    with Screen("wizard", *flags(errand="care", stage=None, filing=None), rows=60) as screen:
        screen.see("到了哪一步")
        screen.down()
        screen.enter()
        screen.see("备案办得怎么样")
        screen.type("\x1b[D")
        screen.see("第 1 题")
        screen.see("还没去看")
        screen.enter()
        screen.see("备案办得怎么样")


def test_one_answer_is_changed_and_the_others_are_kept() -> None:
    with Screen("wizard", *flags(errand="care", stage="before"), rows=300, columns=100) as screen:
        change(screen, "就医地")
        screen.see("要去哪里看病")
        # What was answered stands in the field, until something is typed.
        screen.see("> 北京市")
        screen.type("上海")
        screen.enter()
        screen.see("就医地：上海市")
        screen.enter()
        screen.answer("q 结束", "q")
        assert screen.end() == 0
        assert "绵阳 → 上海" in screen.text


def test_plain_mode_asks_line_by_line() -> None:
    with Screen(
        "wizard", "--plain", *flags(errand="care", to=None, filing=None), rows=300
    ) as screen:
        screen.see("要去哪里看病")
        screen.type("火星\r")
        screen.answer("没有找到“火星”", "0\r")
        screen.type("beijing\r")
        screen.see("1. 还没去看")
        screen.type("9\r")
        screen.see("请写 1 到 3 的数字")
        screen.type("0\r")
        screen.see("要去哪里看病")
        screen.type("北京\r")
        screen.see("到了哪一步")
        screen.type("1\r")
        screen.see("1. 没有备案")
        screen.type("1\r")
        screen.answer("还有哪些情况")
        screen.see("1. 对，出清单")
        screen.type("1\r")
        screen.answer("下一步（", "\r")
        screen.answer("请写其中一个字母", "q\r")
        assert screen.end() == 0


def test_dumb_terminals_are_asked_line_by_line() -> None:
    with Screen(term="dumb") as screen:
        screen.answer("一句话")
        screen.see("1. 看病买药")
        assert "\x1b[" not in screen.said.decode()


def test_typing_offers_places() -> None:
    with Screen() as screen:
        screen.answer("一句话")
        screen.see("哪种医保")
        screen.enter()
        screen.see("在哪里参加的")
        screen.type("mian")
        screen.see("四川省绵阳市")


def test_of_a_misspelt_place_the_likeliest_is_chosen() -> None:
    with Screen() as screen:
        screen.answer("一句话")
        screen.see("哪种医保")
        screen.enter()
        screen.see("在哪里参加的")
        screen.type("武汗")
        screen.enter()
        screen.see("没有找到“武汗”，是不是这里？")
        # To write it anew begins with what was written.
        screen.answer("> 1) 湖北省武汉市", "2\r")
        screen.answer("> 武汗")
        screen.answer("> 1) 湖北省武汉市")
        screen.see("参保地：湖北省武汉市")


def test_a_place_abroad_is_no_insured_place_and_is_asked_again() -> None:
    with Screen("wizard", "--errand", "care", "--insurance", "职工") as screen:
        screen.answer("在哪里参加的", "香港\r")
        screen.answer("参保地要写内地的省或市", "\x15深圳\r")
        screen.see("参保地：广东省深圳市")


def test_ambiguous_place_is_asked_about() -> None:
    with Screen("wizard", "--from", "shanxi") as screen:
        screen.see("您说的是哪一个")
        screen.see("山西省")
        screen.see("陕西省")


def test_ambiguous_place_is_asked_about_once() -> None:
    with Screen("wizard", "--plain", "--from", "吉林", rows=80) as screen:
        screen.answer("您说的是哪一个", "1\r")
        screen.see("您要办什么事")
        assert screen.text.count("您说的是哪一个") == 1


def test_plan_on_a_terminal_asks_only_what_is_missing() -> None:
    with Screen("plan", *flags(filing=None), columns=100, rows=300) as screen:
        screen.see("备案办得怎么样")
        screen.enter()
        screen.see("先备案，再去看病直接结算")
        assert screen.end() == 0


def test_no_input_never_asks() -> None:
    with Screen("plan", *flags(filing=None), "--no-input") as screen:
        assert screen.end() == 3
        assert "--filing" in screen.text


@pytest.mark.parametrize("key", ["\x03", "\x04"], ids=["ctrl-c", "ctrl-d"])
def test_leaving_at_a_place_ends_in_130(key: str) -> None:
    with Screen("wizard", "--errand", "care", "--insurance", "职工") as screen:
        screen.see("在哪里参加的")
        screen.type(key)
        assert screen.end() == 130


def test_leaving_at_a_choice_ends_in_130() -> None:
    with Screen() as screen:
        screen.answer("一句话")
        screen.see("哪种医保")
        screen.type("\x03")
        assert screen.end() == 130
        assert "已中断" in screen.text


def in_shell(script: str, *words: str) -> tuple[str, str, str]:
    """A shell's command line in which `yibao` stands for the command with these words."""
    return ("/bin/sh", "-c", script.replace("yibao", shlex.join([*COMMAND, *words])))


@pytest.mark.parametrize("more", [(), ("--plain",)], ids=["arrows", "lines"])
@pytest.mark.parametrize(
    "script",
    ["yibao > list", "yibao > list 2> said", "found=$(yibao 2> /dev/null); echo \"$found\" > list",
     "yibao 2>&1 | cat > list", "yibao > list 2>&-"],
)  # fmt: skip
def test_questions_go_where_a_person_sees_them(
    script: str, more: tuple[str, ...], tmp_path: Path
) -> None:
    words = ("plan", *flags(filing=None), "--format", "markdown", *more)
    command = in_shell(f"cd {tmp_path} && {script}", *words)
    with Screen(command=command, YIBAO_PLAIN="") as screen:
        screen.answer("备案办得怎么样", "1\r" if more else "\r")
        assert screen.end() == 0

    assert (tmp_path / "list").read_text("utf-8").startswith("# 医保办事清单")
    for file in tmp_path.iterdir():
        assert "备案办得怎么样" not in file.read_text("utf-8")


@pytest.mark.parametrize(
    ("words", "status"), [(("plan", *flags(filing=None)), 3), (("cost",), 3), (("wizard",), 2)]
)
def test_nothing_is_asked_where_nobody_would_see_it(words: tuple[str, ...], status: int) -> None:
    master, terminal = pty.openpty()
    # In a session of its own the terminal is no more than what it reads from.
    done = subprocess.run(
        [*COMMAND, *words],
        stdin=terminal,
        capture_output=True,
        encoding="utf-8",
        env=environment(TERM="xterm"),
        start_new_session=True,
        timeout=60,
        check=False,
    )
    os.close(master)
    os.close(terminal)

    assert (done.returncode, done.stdout) == (status, "")
    assert "请输入" not in done.stderr and "▌" not in done.stderr


@pytest.mark.parametrize("columns", [40, 60, 120])
def test_result_fits_the_terminal(columns: int) -> None:
    with Screen("plan", *flags(), columns=columns, rows=600, NO_COLOR="1") as screen:
        assert screen.end() == 0
        text = screen.text

    assert max(sum(2 if ord(c) > 127 else 1 for c in line) for line in text.splitlines()) <= columns


# ---------------------------------------------------------------- several answers of one question


def test_several_errands_are_ticked_and_changed() -> None:
    with Screen(
        "wizard", *flags(stage="before", credential="能用"), rows=100, columns=100
    ) as screen:
        screen.see("> ○ 1) 看病买药")
        assert "空格 选上、去掉" in screen.text and "←" not in screen.text
        screen.type(" \x1b[B")
        screen.answer("> ○ 2) 激活医保码或社保卡", " ")
        screen.see("> ● 2) 激活医保码或社保卡")
        # Keys of the library that tick everything at once do nothing.
        screen.type("ai")
        screen.settle()
        assert "> ●" in screen.text.splitlines()[screen.pyte.cursor.y]
        screen.enter()
        screen.see("要办的事：看病买药、激活医保码或社保卡")
        screen.answer("还有哪些情况")
        for key in ("\x1b[D", "\x1b"):
            change(screen, "要办的事")
            # What was answered is ticked.
            screen.see("> ● 1) 看病买药")
            screen.see("   ● 2) 激活医保码或社保卡")
            screen.answer("← 返回", key)
        screen.see("> 1) 对，出清单")


def test_without_a_tick_the_line_pointed_at_is_the_answer() -> None:
    with Screen(
        "wizard", *flags(stage="before", credential="能用"), rows=100, columns=100
    ) as screen:
        screen.answer("> ○ 1) 看病买药", "\x1b[B\x1b[B\x1b[B\n")
        screen.answer("还有哪些情况")
        change(screen, "要办的事")
        # A single answer is where the cursor stands, not a tick that had to be taken away.
        screen.answer("> ○ 4) 用个人账户", "\x1b[B\r")
        screen.see("要办的事：转移接续")


def test_several_errands_are_explained_and_fit_a_narrow_window() -> None:
    with Screen(columns=30, rows=60) as screen:
        screen.answer("一句话", "\x1b[A")
        screen.answer("> 6) 几件事一起办")
        screen.answer("> ○ 1) 看病买药", "?")
        screen.see("收起说明")
        screen.settle()
        assert str(knowledge().questions["errand"].help) in unwrapped(screen.text)
        screen.answer("> ○ 1) 看病买药", "?")
        screen.gone("收起说明")
        screen.resize(24)
        screen.type("\x1b[B ")
        screen.see("> ● 2) 激活医保码")


@pytest.mark.parametrize("written", ["1 2", "2,1", "１，２", "1、2、", " 2　1 "])
def test_several_errands_line_by_line(written: str) -> None:
    with Screen("wizard", "--plain", *flags(stage="before"), rows=100) as screen:
        screen.answer("请输入编号（可以写几个，例如 1 2，? 看说明）：", f"{written}\r")
        screen.see("要办的事：看病买药、激活医保码或社保卡")


def test_numbers_that_are_none_are_asked_for_again_line_by_line() -> None:
    with Screen("wizard", "--plain", *flags(stage=None, filing=None), rows=100) as screen:
        for count, wrong in enumerate(("", "1 6", "0", "1;2", "看病"), 1):
            screen.answer("请输入编号", f"{wrong}\r")
            screen.see_times("请写 1 到 5 的数字，可以写几个，例如 1 2。", count)
        screen.type("1\r")
        screen.answer("到了哪一步", "1 2\r")
        screen.see("请写 1 到 3 的数字。")
        screen.type("0\r")
        screen.see("1. 看病买药（现在的回答）")


# ---------------------------------------------------------------- cursor and keys


@pytest.mark.parametrize("rows", [40, 12])
def test_the_cursor_stands_on_the_chosen_line(rows: int) -> None:
    with Screen("wizard", *flags(errand="care", stage="before"), rows=rows) as screen:
        screen.see("> 1) 对")
        for _ in range(20):
            screen.settle()
            chosen = screen.text.splitlines()[screen.pyte.cursor.y]
            assert chosen.startswith(" > ")
            assert screen.pyte.cursor.x == 3
            assert not screen.pyte.cursor.hidden
            screen.down()


def test_the_cursor_begins_at_the_answer_of_before() -> None:
    with Screen("wizard", *flags(errand="care", insurance=None, stage=None, filing=None)) as screen:
        screen.answer("哪种医保", "\x1b[B\x1b[B\r")
        screen.answer("到了哪一步", "\x1b")
        screen.see("> 3) 公费医疗")
        screen.settle()
        assert "公费医疗" in screen.text.splitlines()[screen.pyte.cursor.y]


def test_what_is_typed_ahead_counts() -> None:
    with Screen("wizard", "--errand", "care", rows=60) as screen:
        # As a line that was there before: a terminal makes a line feed of Enter.
        screen.answer("哪种医保", "\x1b[B\n" + "mianyang\n" + "beijing\n")
        screen.see("到了哪一步")
        assert "参保险种：居民医保" in screen.text
        assert "就医地：北京市" in screen.text


@pytest.mark.parametrize("plain", [False, True], ids=["arrows", "lines"])
def test_what_nobody_sees_does_not_matter_in_what_is_typed(plain: bool) -> None:
    more = ("--plain",) if plain else ()
    with Screen("wizard", "--errand", "care", *more, rows=80) as screen:
        screen.answer("哪种医保", "\u200b1\ufe0f\r" if plain else "\r")
        screen.answer("在哪里参加的", "\ufeff绵\u200b阳\u00ad\r")
        screen.answer("参保地：四川省绵阳市", "\u200e返回\u200b\r")
        screen.see("第 2 题")


# ---------------------------------------------------------------- what is kept


def test_why_answers_are_not_kept_is_said_once() -> None:
    with Screen("wizard", "--plain", XDG_STATE_HOME="/dev/null") as screen:
        screen.answer("一句话")
        screen.answer("请输入编号", "1\r")
        screen.answer("哪种医保", "1\r")
        screen.answer("在哪里参加的", "\x03")
        assert screen.end() == 130
        assert screen.text.count("答案没有存下来：写不了文件“/dev/null") == 1
        assert screen.text.rstrip().endswith("已中断，答案没有存下来。")
        assert "接着来" not in screen.text.rpartition("哪种医保")[2]


def test_without_a_home_nothing_is_promised() -> None:
    with Screen("wizard", "--plain", XDG_STATE_HOME="", HOME="") as screen:
        screen.answer("一句话")
        screen.answer("请输入编号", "1\r")
        screen.answer("哪种医保", "\x03")
        assert screen.end() == 130
        assert "这里没有地方存答案" in unwrapped(screen.text)
        assert "没有设 HOME" in screen.text
        assert "yibao resume" not in screen.text


def test_a_home_that_is_lost_is_told(tmp_path: Path) -> None:
    with Screen("wizard", "--plain", XDG_STATE_HOME=str(tmp_path)) as screen:
        screen.answer("一句话")
        screen.answer("请输入编号", "1\r")
        screen.see("哪种医保")
        shutil.rmtree(tmp_path / "yibao")
        (tmp_path / "yibao").write_text("", "utf-8")
        screen.type("1\r")
        screen.answer("在哪里参加的", "\x03")
        assert screen.end() == 130
        assert "答案没有存下来：写不了文件" in screen.text
        assert screen.text.rstrip().endswith("已中断，答案没有存下来。")


def test_answers_of_another_time_are_told_apart(tmp_path: Path) -> None:
    environ = {"XDG_STATE_HOME": str(tmp_path)}
    assert session.save(environ, knowledge(), TYPICAL, date(2026, 11, 21)) == ""
    saved = tmp_path / "yibao" / "answers.json"
    before = saved.read_bytes()
    with Screen("wizard", "--plain", **environ) as screen:  # type: ignore[arg-type]
        screen.answer("接着来吗", "\x03")
        assert screen.end() == 130
        assert "这次什么都没有保存，上次的答案还存着，用 yibao resume" in unwrapped(screen.text)
    # No file may grow: a full disk.
    command = in_shell("ulimit -f 0; exec yibao", "wizard", "--plain")
    with Screen(command=command, **environ) as screen:  # type: ignore[arg-type]
        screen.answer("2. 不要了，从头开始", "2\r")
        screen.answer("一句话")
        screen.answer("请输入编号（可以", "1\r")
        screen.answer("哪种医保", "\x03")
        assert screen.end() == 130
        assert "最后的答案没有存下来，以前的还存着，用 yibao resume" in unwrapped(screen.text)
    assert saved.read_bytes() == before


# ---------------------------------------------------------------- help, progress, places


def test_help_is_shown_on_demand_and_put_away() -> None:
    with Screen("wizard", *flags(errand="care", stage="before", category=None), rows=60) as screen:
        screen.see("属于哪种情况")
        assert "没有转诊的选第一种" not in screen.text
        screen.down()
        screen.type("?")
        screen.see("没有转诊的选第一种")
        screen.see("都拿不准就选“不清楚”")
        screen.answer("> 2) 医院开了转诊", "？")
        screen.gone("没有转诊的选第一种")
        screen.enter()
        screen.see("备案类型：医院开了转诊")


def test_help_has_a_screen_of_its_own_in_a_low_window() -> None:
    given = flags(errand="care", stage="before", category=None)
    with Screen("wizard", *given, columns=40, rows=12) as screen:
        screen.answer("属于哪种情况", "\x1b[B")
        screen.answer("> 2) 医院开了转诊", "?")
        screen.see("回车 回到这一题")
        screen.settle()
        assert str(knowledge().questions["category"].help) in unwrapped(screen.text)
        screen.enter()
        screen.see("> 2) 医院开了转诊")


@pytest.mark.parametrize("question", knowledge().questions.values(), ids=lambda one: one.id)
def test_every_question_can_be_explained(question: Question) -> None:
    assert question.help
    # The lines under a question leave room for its choices.
    tips = [question.tip, *(one.tip for one in question.ask_for.values())]
    assert max(len(one or "") for one in tips) <= 30


def test_help_keeps_what_was_typed() -> None:
    with Screen("wizard", "--errand", "care", "--insurance", "职工") as screen:
        screen.see("在哪里参加的")
        screen.type("mian")
        screen.answer("四川省绵阳市", "?")
        screen.see("参保信息里能看")
        screen.answer("> mian", "yang\r")
        screen.see("参保地：四川省绵阳市")


def test_a_place_that_is_not_known_yet_leads_on() -> None:
    with Screen("wizard", "--errand", "care", "--insurance", "职工") as screen:
        screen.answer("在哪里参加的", "不清楚\r")
        screen.see("参保地：不知道")
        screen.answer("要去哪里看病", "没定\r")
        screen.see("就医地：不知道")


def test_left_goes_back_from_an_empty_line_only() -> None:
    with Screen("wizard", *flags(errand="care", insurance=None, to=None, filing=None)) as screen:
        screen.answer("哪种医保", "\x1b[B\r")
        screen.answer("要去哪里看病", "beijing")
        screen.see("北京市")
        screen.type("\x1b[D" * 7 + "x")
        screen.see("> xbeijing")
        screen.type("\x05\x15\x1b[D")
        screen.see("> 2) 居民医保")


def test_the_number_of_questions_is_told_from_the_start() -> None:
    with Screen(columns=100, rows=60) as screen:
        screen.answer("一句话")
        screen.answer("第 2 题，大约 8 题")
        screen.answer("第 3 题，大约 8 题", "绵阳\r")
        screen.answer("第 4 题，大约 8 题", "北京\r")
        screen.answer("第 5 题，大约 8 题")
        screen.see("第 6 题，大约 8 题")
        for said in ("要办的事：看病买药", "参保险种：职工医保", "就医地：北京市"):
            screen.see(said)


PROVINCE = "我爸江西居民医保在广州住院没备案"


@pytest.mark.parametrize("more", [(), ("--plain",)], ids=["arrows", "lines"])
def test_of_a_province_the_city_is_asked(more: tuple[str, ...]) -> None:
    given = ("--errand", "care", "--insurance", "居民", "--to", "广州")
    with Screen("wizard", *more, *given, rows=60) as screen:
        screen.answer("在哪里参加的", "江西\r")
        screen.see("江西哪个市？")
        # Back to the province, as it was typed.
        screen.type("0\r" if more else "\x1b")
        screen.answer("直接回车就是 江西" if more else "> 江西省")
        screen.answer("8. 赣州市" if more else "8) 赣州市", "8\r")
        screen.see("参保地：江西省赣州市")


@pytest.mark.parametrize("start", [("wizard",), ("ask", PROVINCE)], ids=["wizard", "ask"])
def test_of_a_province_in_a_sentence_the_city_is_asked(start: tuple[str, ...]) -> None:
    with Screen(*start, rows=60) as screen:
        if start == ("wizard",):
            screen.answer("一句话", f"{PROVINCE}\r")
        # Whoever does not know it goes on all the same.
        screen.answer("> 1) 不知道", "8\r" if start == ("wizard",) else "\r")
        screen.see("到了哪一步")
        screen.see("参保地：江西省赣州市" if start == ("wizard",) else "参保地：江西省")


def test_what_the_command_says_of_the_city_is_not_asked_after_a_sentence() -> None:
    with Screen("ask", PROVINCE, "--from", "赣州", rows=60) as screen:
        screen.see("到了哪一步")
        assert "哪个市" not in screen.text


def test_no_city_is_asked_of_what_is_one() -> None:
    with Screen("wizard", "--errand", "care", "--insurance", "居民", rows=60) as screen:
        screen.answer("在哪里参加的", "上海\r")
        screen.see("要去哪里看病")


# ---------------------------------------------------------------- other answers


def test_an_answer_that_no_longer_counts_is_said_and_comes_back() -> None:
    given = flags(errand="care", stage="before", care="慢特病", filing="已备案", category="转诊")
    with Screen("wizard", *given, rows=100, columns=100) as screen:
        screen.answer("在参保地办过")
        screen.answer("还有哪些情况")
        change(screen, "看什么")
        # What was answered is where the choice begins.
        screen.answer("> 3) 门诊慢特病", "1\r")
        screen.see("这次用不上：慢特病认定。")
        change(screen, "看什么")
        screen.answer("> 1) 住院", "3\r")
        screen.gone("这次用不上")
        screen.see("慢特病认定：办过认定")


def test_going_back_from_a_question_that_a_change_opened() -> None:
    with Screen("wizard", *flags(errand="care", stage="before"), rows=100) as screen:
        change(screen, "到了哪一步")
        screen.answer("> 1) 还没去看", "3\r")
        screen.answer("报销的材料齐吗", "\x1b[D")
        screen.answer("> 3) 已经自己付了钱", "1\r")
        screen.see("备案类型：医院开了转诊")
        screen.see("> 1) 对，出清单")


def test_answers_that_are_taken_back_leave_the_screen_and_come_back() -> None:
    with Screen("wizard", "--errand", "care", "--insurance", "职工", rows=40) as screen:
        screen.answer("在哪里参加的", "绵阳\r")
        screen.answer("要去哪里看病", "北京\r")
        screen.answer("到了哪一步", "3\r")
        screen.answer("看什么", "\x1b")
        screen.gone("到了哪一步：")
        screen.answer("> 3) 已经自己付了钱", "\x1b[D")
        screen.gone("就医地：")
        screen.answer("> 北京市", "\x1b[D")
        screen.gone("参保地：")
        # All that was answered stands there again.
        screen.answer("> 四川省绵阳市")
        screen.answer("> 北京市")
        screen.answer("> 3) 已经自己付了钱")
        screen.see("看什么，买什么")


def test_back_from_the_review_leads_to_the_ticks() -> None:
    with Screen("wizard", *flags(errand="care", stage=None), rows=60, columns=100) as screen:
        screen.answer("到了哪一步")
        screen.answer("还有哪些情况", "6 \r")
        screen.see("谁去办：家人代办")
        screen.answer("> 1) 对，出清单", "\x1b")
        screen.answer("> ● 6) 由家人代办", " \r")
        screen.see("这样对吗")
        assert "谁去办" not in screen.text


# ---------------------------------------------------------------- after the list


REVIEWED = ("wizard", *flags(errand="care", stage="before"))


def after_the_list(*more: str, **changes: str | int) -> Screen:
    """The wizard with everything answered, at the menu after the list."""
    screen = Screen(*REVIEWED, *more, **{"columns": 100, "rows": 1000, **changes})  # type: ignore[arg-type]
    screen.answer("对，出清单")
    screen.see("q 结束")
    return screen


def test_everything_is_shown_in_the_pager_from_the_part_that_is_wanted(tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    with after_the_list(PAGER=f"cat > {pages}") as screen:
        for key, wanted, other in (
            ("1", "去之前", "@"),
            ("2", "规则  ", "□ "),
            ("4", "要问  ", "去之前"),
        ):
            screen.answer("q 结束", "f")
            screen.answer("从哪里看起", f"{key}\r")
            screen.see("q 结束")
            screen.settle()
            shown = pages.read_text("utf-8")
            assert shown.startswith(" ▌ 医保办事清单（")
            assert wanted in shown and other not in shown
        screen.answer("q 结束", "f")
        screen.answer("从哪里看起", "\x1b")
        screen.answer("q 结束", "q")
        assert screen.end() == 0


def test_why_of_one_step_is_a_sentence_and_a_source() -> None:
    with after_the_list() as screen:
        screen.type("w")
        screen.answer("> 1) 备好转诊证明")
        screen.see("规程第")
        screen.answer("想知道哪一步的理由", "\x1b[D")
        screen.answer("q 结束", "q")
        assert screen.end() == 0


def test_the_pager_begins_with_the_first_line_of_everything() -> None:
    with after_the_list(PAGER="less", rows=24) as screen:
        screen.type("f")
        screen.see("空格 下一页，b 上一页，q 退出。")
        screen.answer("从哪里看起")
        screen.see("▌ 医保办事清单（四川省绵阳市到北京市）")
        screen.type("G")
        screen.see("到底了，按 q 退出。")
        screen.type("q")
        screen.answer("q 结束", "q")
        assert screen.end() == 0


def test_everything_is_printed_line_by_line() -> None:
    with Screen(*REVIEWED, "--plain", rows=300) as screen:
        screen.answer("1. 对，出清单", "1\r")
        screen.answer("下一步（", "全部\r")
        screen.answer("从哪里看起", "1\r")
        screen.see_times("下一步（", 2)
        assert "▌ 医保办事清单（四川省绵阳市到北京市）" in screen.text
        screen.type("ｗ\r")
        screen.answer("想知道哪一步的理由", "1\r")
        screen.see("规程第")


@pytest.mark.parametrize("more", [(), ("--plain",)], ids=["arrows", "lines"])
def test_the_list_and_what_comes_next_stand_on_one_screen(
    more: tuple[str, ...], tmp_path: Path
) -> None:
    with Screen(*REVIEWED, *more, rows=24, XDG_STATE_HOME=str(tmp_path)) as screen:
        screen.answer("对，出清单", "1\r" if more else "\r")
        screen.see("q 结束")
        screen.settle()
        lines = screen.text.splitlines()
        assert lines[0] == " ▌ 先备案，再去看病直接结算"
        assert "q 结束" in lines[-1]


def test_of_a_list_that_is_higher_than_the_window_the_conclusion_is_said_again() -> None:
    with Screen(*REVIEWED, columns=60, rows=24) as screen:
        screen.answer("对，出清单")
        screen.see("结论：先备案，再去看病直接结算")


def test_arrows_and_enter_choose_what_comes_next() -> None:
    with after_the_list() as screen:
        screen.see("[s 存成网页]")
        screen.type("\x1b[C")
        screen.see("[f 全部]")
        screen.settle()
        assert screen.pyte.cursor.x == screen.text.splitlines()[screen.pyte.cursor.y].index("f") + 4
        screen.type("\x1b[D\x1b[D")
        screen.answer("[q 结束]", "\r")
        assert screen.end() == 0


@pytest.mark.parametrize("key", ["\x03", "\x04"], ids=["ctrl-c", "ctrl-d"])
def test_leaving_after_the_list_is_no_interruption(key: str, tmp_path: Path) -> None:
    with after_the_list(XDG_STATE_HOME=str(tmp_path)) as screen:
        # As long as the menu is open, a window that is closed loses nothing.
        kept = yibao("resume", "--list", XDG_STATE_HOME=str(tmp_path), COLUMNS="200")
        assert "清单已经出过，再出一遍：yibao resume" in kept.out
        screen.type(key)
        assert screen.end() == 0
        assert "已中断" not in screen.text
        # Nothing of the menu is left; the list is the last thing to be seen.
        assert unwrapped(screen.text).endswith("不是医保部门的决定。")
    assert not list(tmp_path.iterdir())


def test_no_answer_is_kept_once_the_list_went_where_it_was_wanted(tmp_path: Path) -> None:
    words = ("wizard", *flags(errand="care", stage=None), "--format", "plain")
    with Screen(*words, XDG_STATE_HOME=str(tmp_path), rows=900) as screen:
        screen.answer("到了哪一步")
        screen.answer("还有哪些情况")
        screen.see("这样对吗")
        kept = yibao("resume", "--list", XDG_STATE_HOME=str(tmp_path), COLUMNS="200")
        assert "接着问：yibao resume" in kept.out
        screen.enter()
        assert screen.end() == 0
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("清单.md", "# 医保办事清单"),
        ("list.HTML", "<!DOCTYPE html>"),
        ("list.txt", " ▌ 医保办事清单（"),
        ("list.json", "{"),
    ],
)
def test_the_list_is_saved_in_the_format_of_the_name(
    name: str, begins: str, tmp_path: Path
) -> None:
    with after_the_list() as screen:
        screen.type("s")
        screen.answer("存到哪里", f"\x15{tmp_path / name}\r")
        screen.see("已写入")
        screen.answer("q 结束", "q")
        assert screen.end() == 0
    written = (tmp_path / name).read_text("utf-8")
    assert written.lower().startswith(begins.lower())
    # Who gets it has everything, and needs no command for it.
    assert "规则" in written or name.endswith(".json")
    assert "--full" not in written and "yibao why" not in written


@pytest.mark.parametrize("plain", [False, True], ids=["arrows", "lines"])
def test_enter_saves_under_a_name_that_is_proposed(plain: bool, tmp_path: Path) -> None:
    more = ("--plain",) if plain else ()
    with Screen(*REVIEWED, *more, columns=100, rows=300, HOME=str(tmp_path)) as screen:
        screen.answer("对，出清单", "1\r" if plain else "\r")
        screen.answer("q 结束", "s\r" if plain else "\r")
        screen.see("~/医保办事清单-北京.html")
        screen.enter()
        screen.see("已写入")
        screen.settle()
        assert f"已写入 {tmp_path}/医保办事清单-北京.html" in unwrapped(screen.text)
        screen.answer("q 结束", "q\r" if plain else "q")
        assert screen.end() == 0
    assert [one.name for one in tmp_path.iterdir()] == ["医保办事清单-北京.html"]


def test_a_page_is_opened_where_there_is_a_desktop(tmp_path: Path) -> None:
    opener, opened = tmp_path / "xdg-open", tmp_path / "opened"
    opener.write_text(f'#!/bin/sh\necho "$1" >> {opened}\n', "utf-8")
    opener.chmod(0o755)
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    with after_the_list(DISPLAY=":0", PATH=path) as screen:
        for name in ("a.md", "b.html"):
            screen.type("s")
            screen.answer("存到哪里", f"\x15{tmp_path / name}\r")
            screen.see(f"{name}\n")
            screen.see("q 结束")
        wait_for(opened.is_file)
        screen.type("q")
        assert screen.end() == 0
    assert opened.read_text("utf-8").split() == [str(tmp_path / "b.html")]


def test_saving_asks_again_until_it_works_and_never_overwrites_unasked(tmp_path: Path) -> None:
    old = tmp_path / "a.txt"
    old.write_text("旧的", encoding="utf-8")
    with after_the_list() as screen:
        screen.type("s")
        screen.answer("存到哪里", f"\x15{tmp_path}/a.doc\r")
        screen.answer("不知道存成哪种格式", "\x7f" * 3 + "txt\r")
        screen.answer("> 1) 不盖掉，换一个名字")
        screen.answer("存到哪里", f"\x15{tmp_path}/none/a.txt\r")
        assert old.read_text("utf-8") == "旧的"
        # What switches input methods is not taken for the beginning of a selection.
        screen.see("没有存成：写不了文件")
        # What was written is there to be mended.
        screen.answer(f"> {tmp_path}/none/a.txt", f"\x15\x00{old}\r")
        screen.answer("> 1) 不盖掉", "\x1b[B\r")
        screen.see("已写入")
        screen.answer("q 结束", "s")
        # In the proposed name the left key moves the cursor.
        screen.see("Esc 返回清单")
        screen.answer("存到哪里", "\x1b")
        screen.answer("q 结束", "q")
        assert screen.end() == 0
    assert old.read_text("utf-8").startswith(" ▌ 医保办事清单（")


def test_a_calendar_is_made_from_dates_that_are_asked_for(tmp_path: Path) -> None:
    with after_the_list("--on", "2026-11-21") as screen:
        screen.type("s")
        screen.answer("存到哪里", f"\x15{tmp_path}/a.ics\r")
        screen.answer("入院日期是哪天", "明天\r")
        screen.answer("看不懂", "\x152026-12-01\r")
        screen.answer("日期是哪天？\n   写成", "2026-11-30\r")
        screen.answer("不会早于入院", "\x15\r")
        screen.answer("备案日期是哪天")
        screen.see("已写入")
        screen.answer("q 结束", "q")
        assert screen.end() == 0
    assert "BEGIN:VCALENDAR" in (tmp_path / "a.ics").read_text("utf-8")


def test_a_calendar_needs_a_date(tmp_path: Path) -> None:
    with after_the_list() as screen:
        screen.type("s")
        screen.answer("存到哪里", f"\x15{tmp_path}/a.ics\r")
        screen.answer("入院日期是哪天")
        screen.answer("出院（结账）日期是哪天")
        screen.answer("备案日期是哪天")
        screen.answer("日历至少要有一个日期", "\x1b[D")
        screen.answer("q 结束", "q")
        assert screen.end() == 0
    assert not list(tmp_path.iterdir())


def test_an_answer_is_changed_after_the_list(tmp_path: Path) -> None:
    saved = tmp_path / "answers.yaml"
    with after_the_list("--save-answers", str(saved)) as screen:
        screen.type("c")
        change(screen, "就医地")
        screen.answer("要去哪里看病", "上海\r")
        screen.see("就医地：上海市")
        screen.answer("> 1) 对")
        screen.see("绵阳 → 上海")
        screen.answer("q 结束", "q")
        assert screen.end() == 0
    assert "上海" in saved.read_text("utf-8")


def test_the_next_person_begins_with_what_was_written_in_the_command() -> None:
    with Screen("wizard", *flags(errand="care", stage=None), columns=100, rows=600) as screen:
        screen.answer("到了哪一步")
        screen.answer("还有哪些情况")
        screen.answer("对，出清单")
        for _ in range(2):
            screen.answer("q 结束", "n")
            screen.see("第 1 题")
            screen.see("到了哪一步")
            assert "这样对吗" not in screen.text
            # A slip of the finger throws nothing away.
            screen.type("\x1b")
        screen.answer("q 结束", "c")
        screen.see("到了哪一步：还没去看")


def test_after_the_list_one_goes_back_to_the_answers_or_on_to_the_next_person() -> None:
    with Screen("wizard", columns=100, rows=200) as screen:
        screen.answer("一句话", f"{SENTENCE}\r")
        screen.answer("到了哪一步")
        screen.answer("属于哪种情况")
        screen.answer("还有哪些情况")
        screen.answer("> 1) 对")
        screen.answer("q 结束", "\x1b")
        screen.answer("> 1) 对")
        screen.answer("q 结束", "n")
        screen.answer("一句话")
        screen.see("第 2 题")
        assert "参保地：" not in screen.text.rpartition("第 2 题")[2]
        # Back to what to do, to the sentence, and to the list.
        screen.type("\x1b")
        screen.answer("第 1 题", "\x1b")
        screen.answer("一句话", "\x1b")
        screen.answer("q 结束", "q")
        assert screen.end() == 0


@pytest.mark.parametrize("more", [("--format", "plain"), ("--output", "list.md")])
def test_a_chosen_format_or_file_is_all_that_was_wanted(
    more: tuple[str, str], tmp_path: Path
) -> None:
    words = [one.replace("list.md", str(tmp_path / "list.md")) for one in more]
    with Screen(*REVIEWED, *words, columns=100, rows=600) as screen:
        screen.answer("对，出清单")
        assert screen.end() == 0
        assert "q 结束" not in screen.text


def test_a_redirected_list_is_only_the_list(tmp_path: Path) -> None:
    with Screen(*REVIEWED, columns=50, rows=60, into=tmp_path / "list.txt") as screen:
        screen.see("这样对吗")
        screen.answer("> 1) 对", "3\r")
        # Questions fit the window although the list goes elsewhere.
        screen.see("参保有问题：断缴、没到账、重复等")
        screen.enter()
        screen.answer("> 1) 对")
        assert screen.end() == 0
    text = (tmp_path / "list.txt").read_text("utf-8")
    assert text.startswith(" ▌ 先备案，再去看病直接结算")
    assert "\x1b" not in text
    assert "结束" not in text


# ---------------------------------------------------------------- lines


@pytest.mark.parametrize(
    "changes", [{"term": ""}, {"term": "unknown"}, {"YIBAO_PLAIN": "1"}], ids=str
)
def test_lines_where_nothing_can_be_drawn(changes: dict[str, str]) -> None:
    with Screen(**changes) as screen:  # type: ignore[arg-type]
        screen.answer("一句话")
        screen.see("1. 看病买药")
        assert "\x1b" not in screen.said.decode()


def test_plain_can_be_switched_off() -> None:
    with Screen(YIBAO_PLAIN="0") as screen:
        screen.answer("一句话")
        screen.see("↑↓ 数字 选")


def test_help_back_and_the_menu_line_by_line(tmp_path: Path) -> None:
    known = knowledge().questions
    with Screen(
        "wizard", "--plain", *flags(errand="care", stage=None, filing=None), rows=900, columns=60
    ) as screen:
        screen.answer("请输入编号（? 看说明）：", "帮助\r")
        screen.answer(str(known["stage"].help)[:20], "3\r")
        screen.answer("到了哪一步：已经自己付了钱", "")
        screen.answer("0 上一题", "？\r")
        screen.answer(str(known["claim_problem"].help)[:20], "上一题\r")
        screen.answer("3. 已经自己付了钱（现在的回答）", "1\r")
        screen.answer("到了哪一步：还没去看", "1\r")
        screen.answer("还有哪些情况")
        screen.answer("1. 对，出清单", "?\r")
        screen.answer("没有别的说明", "1\r")
        screen.answer("s 存成网页", "s\r")
        screen.answer("，0 返回清单）：", f"{tmp_path}/a.md\r")
        screen.answer("已写入", "q\r")
        assert screen.end() == 0
    assert (tmp_path / "a.md").is_file()


def test_the_end_of_input_line_by_line_keeps_the_answers(tmp_path: Path) -> None:
    with Screen("wizard", "--plain", XDG_STATE_HOME=str(tmp_path)) as screen:
        screen.answer("一句话")
        screen.answer("请输入编号", "1\r")
        screen.answer("要办的事：看病买药", "\x04")
        assert screen.end() == 130
        assert "用 yibao resume 接着来" in screen.text
    assert (tmp_path / "yibao" / "answers.json").is_file()


def test_text_in_another_encoding_is_asked_for_again() -> None:
    with Screen("wizard", "--plain", PYTHONIOENCODING="utf-8:strict", PYTHONUTF8="0") as screen:
        screen.answer("一句话")
        screen.see("请输入编号")
        screen.child.send("绵阳\r".encode("gbk"))
        screen.see("请写 1 到 5 的数字")


def test_git_bash_is_told_what_works_there() -> None:
    ran = yibao("wizard", MSYSTEM="MINGW64")
    assert ran.status == 2
    assert "winpty yibao" in ran.err


# ---------------------------------------------------------------- the terminal


@pytest.mark.parametrize(
    "at", [("哪种医保",), ("哪种医保", "在哪里参加的")], ids=["choice", "place"]
)
def test_a_wish_to_end_gives_the_terminal_back(at: tuple[str, ...], tmp_path: Path) -> None:
    with Screen(XDG_STATE_HOME=str(tmp_path)) as screen:
        screen.answer("一句话")
        for one in at[:-1]:
            screen.answer(one)
        screen.see(at[-1])
        assert not screen.child.getecho()
        screen.child.kill(signal.SIGTERM)
        screen.see("已中断。")
        assert screen.echoes()
        assert screen.end() == 130


WIDTHS = [40, 60, 80, 120, 200]
PUNCTUATION = tuple("，。、；：？！）”…")


@pytest.mark.parametrize("columns", WIDTHS)
def test_every_choice_is_whole_at_every_width(columns: int) -> None:
    known = knowledge()
    with Screen(*REVIEWED, columns=columns, rows=80) as screen:
        screen.answer("> 1) 对", "3\r")
        screen.see("> ○ 1) 受伤")
        screen.settle()
        shown = screen.text
        for question in known.questions.values():
            if question.extra and f") {question.extra[:2]}" in shown:
                assert question.extra in unwrapped(shown)
        screen.type(" \r")
        screen.answer("是不是因为受伤", "?")
        screen.see("收起说明")
        screen.settle()
        assert str(known.questions["injury"].help) in unwrapped(screen.text)
        shown += screen.text
    assert not [line for line in shown.splitlines() if line.strip().startswith(PUNCTUATION)]


@pytest.mark.parametrize("columns", [40, 60, 120, 200])
def test_a_window_made_narrower_or_wider_loses_nothing(columns: int) -> None:
    with Screen("wizard", "--errand", "care", columns=80, rows=60) as screen:
        screen.answer("哪种医保", "?")
        screen.see("收起说明")
        screen.resize(columns)
        screen.type("\x1b[B")
        screen.see("> 2) 居民医保")
        assert str(knowledge().questions["insurance"].help) in unwrapped(screen.text)
        screen.enter()
        screen.see("参保险种：居民医保")


def unwrapped(text: str) -> str:
    return "".join(line.strip() for line in text.splitlines())


# ---------------------------------------------------------------- before the first question


SENTENCE = "我爸江西赣州居民医保在广州住院没备案"


@pytest.mark.parametrize("more", [(), ("--plain",)], ids=["arrows", "lines"])
def test_a_sentence_answers_most_of_it(more: tuple[str, ...]) -> None:
    with Screen("wizard", *more, columns=100, rows=100) as screen:
        screen.answer("一句话", f"{SENTENCE}\r")
        screen.see("参保地：江西省赣州市（江西赣州居民医保）")
        screen.see("谁去办：家人代办（我爸）")
        # What it leaves open is asked.
        screen.see("题，大约 8 题")
        assert "哪种医保" not in screen.text


@pytest.mark.parametrize("more", [(), ("--plain",)], ids=["arrows", "lines"])
def test_what_a_sentence_said_out_of_the_ordinary_is_ticked_and_kept(more: tuple[str, ...]) -> None:
    with Screen("wizard", *more, columns=100, rows=120) as screen:
        screen.answer("一句话", f"{SENTENCE}\r")
        screen.answer("到了哪一步", "1\r")
        screen.answer("属于哪种情况", "1\r")
        screen.see("由家人代办（现在的回答）" if more else "● 6) 由家人代办")
        screen.enter()
        screen.see("这样对吗")
        shown = screen.text.rpartition("还有哪些情况")[2]
        assert "谁去办：家人代办" in shown and "病人身份：老人" in shown


def test_back_at_the_sentence_it_stands_there_as_it_was_typed() -> None:
    with Screen(columns=100, rows=60) as screen:
        screen.answer("一句话", "在广州住院\r")
        screen.answer("哪种医保", "\x1b")
        screen.answer("看什么，买什么", "\x1b")
        screen.answer("要去哪里看病", "\x1b")
        screen.answer("要办什么事", "\x1b")
        screen.see("> 在广州住院")
        assert "几件事" not in screen.text


def test_a_sentence_that_says_nothing_is_asked_for_again() -> None:
    with Screen(columns=100) as screen:
        screen.answer("一句话", "你好\r")
        screen.see("没有听懂；换个说法，或直接回车一题一题选")
        # The line is empty and what can be done stands there again.
        screen.see("> 1) 看病买药")
        assert "> 你好" not in screen.text
        screen.enter()
        screen.see("哪种医保")


def test_digits_choose_on_the_first_screen_too() -> None:
    with Screen(columns=60, rows=40) as screen:
        screen.answer("3) 家庭共济（用家人账户里的钱，或给家人用）", "4")
        screen.see("> 4) 用个人账户（花自己账户里的钱）")
        # A sentence may begin with a number.
        screen.answer("> 4", "0岁")
        screen.gone("1) 看病买药")
        screen.answer("> 40岁", "\x15５\r")
        screen.see("要办的事：转移接续")


@pytest.mark.parametrize("on", [True, False], ids=["on", "anew"])
def test_answers_of_an_interrupted_consultation_are_offered(on: bool, tmp_path: Path) -> None:
    environ = {"XDG_STATE_HOME": str(tmp_path)}
    answers = {"errand": "care", "stage": "before", **TYPICAL}
    assert session.save(environ, knowledge(), answers, date(2026, 11, 21)) == ""
    with Screen(columns=100, rows=60, **environ) as screen:  # type: ignore[arg-type]
        screen.see("2026-11-21 的回答还存着，接着来吗？")
        screen.answer("> 1) 接着来", "\r" if on else "2\r")
        screen.see("这样对吗" if on else "一句话")


def test_a_damaged_file_of_answers_is_told_and_in_nobodys_way(tmp_path: Path) -> None:
    (tmp_path / "yibao").mkdir()
    (tmp_path / "yibao" / "answers.json").write_text("{", "utf-8")
    with Screen(columns=100, XDG_STATE_HOME=str(tmp_path)) as screen:
        screen.answer("一句话", "")
        assert "坏了，或是别的版本存的，读不出来" in unwrapped(screen.text)
        screen.enter()
        screen.see("哪种医保")


def test_what_is_asked_is_worded_for_what_is_to_be_done() -> None:
    with Screen(columns=100, rows=60) as screen:
        screen.answer("5) 转移接续", "5\r")
        screen.answer("现在参加的是哪种医保")
        screen.answer("医保原来交在哪个城市", "成都\r")
        # What to write where nothing is settled yet stands there beside what is wrong.
        screen.answer("医保要转到哪个城市")
        screen.see("转到还没有写")
        screen.see("没定写“还没定”")
        screen.type("杭州\r")
        screen.see("转到：浙江省杭州市")
        screen.see("原来在：四川省成都市")


def test_an_option_has_one_number_wherever_it_is_chosen() -> None:
    with Screen("wizard", *flags(errand="care", stage="before", patient="老人"), rows=60) as screen:
        change(screen, "病人身份")
        screen.see("> 6) 老人")
        screen.see("7) 成人")


def test_a_help_names_the_option_of_those_who_do_not_know() -> None:
    with Screen("wizard", *flags(errand="care", stage="before", care=None), rows=60) as screen:
        screen.answer("看什么，买什么", "?")
        screen.see("都拿不准就选“还没定”")


def test_from_the_extras_the_last_question_is_asked_again(tmp_path: Path) -> None:
    given = flags(errand="care", stage=None)
    with Screen("wizard", *given, columns=100, XDG_STATE_HOME=str(tmp_path)) as screen:
        screen.answer("到了哪一步")
        screen.answer("还有哪些情况", "\x1b[D")
        screen.see("现在到了哪一步")
        # An answer that is taken back is not kept either.
        assert '"stage"' not in (tmp_path / "yibao" / "answers.json").read_text("utf-8")


def test_a_line_of_the_extras_is_the_answer_where_it_can_mean_one_alone() -> None:
    with Screen("wizard", *flags(errand="care", stage=None), columns=100, rows=60) as screen:
        screen.answer("到了哪一步")
        screen.see("○ 6) 由家人代办")
        for _ in range(10):
            if "> ○ 6) 由家人代办" in screen.text:
                break
            screen.down()
            screen.settle()
        screen.type(" \r")
        screen.see("谁去办：家人代办")
        screen.see("这样对吗")
