"""The wizard on a real pseudo-terminal."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import Screen, environment, flags


def test_a_whole_consultation_by_keys() -> None:
    with Screen(columns=100, rows=400) as screen:
        screen.see("要办什么事")
        screen.enter()
        screen.see("哪种医保")
        screen.down()
        screen.enter()
        screen.see("在哪里参加的")
        screen.type("mianyang")
        screen.enter()
        screen.see("→ 四川省绵阳市")
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
        screen.down(3)
        screen.enter()
        screen.see("还有别的情况吗")
        screen.enter()
        screen.see("不是医保部门的决定")
        assert screen.end() == 0
        assert "转诊转院证明" in screen.text


def test_further_situation_is_asked_about_when_chosen() -> None:
    with Screen(
        "wizard", "--errand", "care", *flags(stage="before"), columns=100, rows=300
    ) as screen:
        screen.see("还有别的情况吗")
        screen.down()
        screen.enter()
        screen.see("是不是因为受伤看病")
        screen.down(3)
        screen.enter()
        screen.see("改：是否受伤（工伤）")
        screen.enter()
        screen.see("工伤走工伤保险")
        assert screen.end() == 0


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


def test_going_back_is_a_choice_too() -> None:
    with Screen("wizard", *flags(errand="care", stage=None, filing=None), rows=60) as screen:
        screen.see("到了哪一步")
        screen.enter()
        screen.see("← 上一题")


def test_one_answer_is_changed_and_the_others_are_kept() -> None:
    with Screen("wizard", *flags(errand="care", stage="before"), rows=300, columns=100) as screen:
        screen.see("改：就医地（北京市）")
        screen.type("\x1b[A" * 6)
        screen.enter()
        screen.see("要去哪里看病")
        screen.type("上海")
        screen.enter()
        screen.see("改：就医地（上海市）")
        screen.enter()
        assert screen.end() == 0
        assert "四川省绵阳市到上海市" in screen.text


def test_plain_mode_asks_line_by_line() -> None:
    with Screen(
        "wizard", "--plain", *flags(errand="care", to=None, filing=None), rows=300
    ) as screen:
        screen.see("要去哪里看病")
        screen.type("火星\r")
        screen.see("找不到地名")
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
        screen.see("1. 就这些，出清单")
        screen.type("1\r")
        screen.see("不是医保部门的决定")
        assert screen.end() == 0


def test_dumb_terminals_are_asked_line_by_line() -> None:
    with Screen(term="dumb") as screen:
        screen.see("1. 看病买药")
        assert "\x1b[" not in screen.said.decode()


def test_typing_offers_places() -> None:
    with Screen() as screen:
        screen.see("要办什么事")
        screen.enter()
        screen.see("哪种医保")
        screen.enter()
        screen.see("在哪里参加的")
        screen.type("mian")
        screen.see("四川省绵阳市")


def test_unknown_place_stays_at_the_question() -> None:
    with Screen() as screen:
        screen.see("要办什么事")
        screen.enter()
        screen.see("哪种医保")
        screen.enter()
        screen.see("在哪里参加的")
        screen.type("nowhere")
        screen.enter()
        screen.see("找不到地名")


def test_ambiguous_place_is_asked_about() -> None:
    with Screen("wizard", "--from", "shanxi") as screen:
        screen.see("您说的是哪一个")
        screen.see("山西省")
        screen.see("陕西省")


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
        screen.see("要办什么事")
        screen.enter()
        screen.see("哪种医保")
        screen.type("\x03")
        assert screen.end() == 130
        assert "已中断" in screen.text


def test_redirected_result_holds_no_prompts(tmp_path: Path) -> None:
    import pexpect
    from support import COMMAND

    target = tmp_path / "list.md"
    words = " ".join(f"'{word}'" for word in (*COMMAND, "plan", *flags(filing=None)))
    child = pexpect.spawn(
        "/bin/sh",
        ["-c", f"{words} --format markdown > {target}"],
        env=environment(TERM="xterm-256color"),  # type: ignore[arg-type]
        dimensions=(40, 100),
        encoding="utf-8",
        timeout=20,
    )
    child.expect("备案办得怎么样")
    child.send("\x1b[1;1R\r")
    child.expect(pexpect.EOF)
    child.close()

    assert child.exitstatus == 0
    assert target.read_text("utf-8").startswith("# 医保办事清单")


@pytest.mark.parametrize("columns", [40, 60, 120])
def test_result_fits_the_terminal(columns: int) -> None:
    with Screen("plan", *flags(), columns=columns, rows=600, NO_COLOR="1") as screen:
        assert screen.end() == 0
        text = screen.said.decode()

    assert "\x1b" not in text
    assert max(sum(2 if ord(c) > 127 else 1 for c in line) for line in text.splitlines()) <= columns
