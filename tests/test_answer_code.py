"""The answer code: round trips, mistakes in copying, and codes that outlive the data."""

from __future__ import annotations

import shutil
from binascii import crc_hqx
from pathlib import Path

import pytest
from editions import ANSWERS, INSURED, KNOWN, TYPICAL, edited, with_options
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from support import BASE, flags, yibao

from yibao_cli.answer_code import Decoded, code_of, decode
from yibao_cli.errors import AnswerError, Status
from yibao_cli.knowledge import knowledge
from yibao_cli.knowledge.location import shipped
from yibao_cli.knowledge.questions import Option
from yibao_cli.places import Place

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
OLD = "GA5M-MZ9Y-003C-8SR0-0TDK"
# Two neighbours of the fourth group were swapped; one other sign in the third would do as well.
SWAPPED = "20MM-NA9Z-788K-6ZQ4-5JEW-WCJ0-0PBH"
OTHER_VERSION = "答案是按{}资料给的，现在的资料是 {} 版"


def refused(text: str, code: str = "damaged_code") -> AnswerError:
    with pytest.raises(AnswerError) as caught:
        decode(KNOWN, text)
    assert caught.value.status is Status.NOT_UNDERSTOOD
    assert [one.code for one in caught.value.findings] == [code]
    return caught.value


def forged(bits: str) -> str:
    """Any bits with the right check behind them."""
    bits += "0" * (-(len(bits) + 16) % 20)
    check = crc_hqx(int(bits, 2).to_bytes((len(bits) + 7) // 8, "big"), 0xFFFF)
    whole = bits + f"{check:016b}"
    return "".join(ALPHABET[int(whole[at : at + 5], 2)] for at in range(0, len(whole), 5))


def grouped(signs: str) -> str:
    """Signs as a code is printed."""
    return "-".join(signs[at : at + 4] for at in range(0, len(signs), 4))


def renumbered(question: str, option: str, number: int) -> dict[str, Option]:
    options = KNOWN.questions[question].options
    return {**options, option: replace(options[option], number=number)}


# ---------------------------------------------------------------- round trip


@settings(deadline=None)
@given(ANSWERS)
def test_every_set_of_answers_comes_back(answers: dict[str, str | Place]) -> None:
    code = code_of(KNOWN, answers)
    found = decode(KNOWN, code)
    assert found == Decoded(answers=answers, remarks=())
    assert {len(group) for group in code.split("-")} == {4}


def test_every_place_and_district_comes_back() -> None:
    for code in INSURED:
        answers = {"from": KNOWN.places.get(code)}
        assert decode(KNOWN, code_of(KNOWN, answers)).answers == answers


def test_the_order_of_answers_does_not_matter() -> None:
    assert code_of(KNOWN, TYPICAL) == code_of(KNOWN, dict(reversed(TYPICAL.items())))


def test_the_order_of_errands_does() -> None:
    one, other = ({"errand": text} for text in ("care,activation", "activation,care"))
    assert decode(KNOWN, code_of(KNOWN, other)).answers == other
    assert code_of(KNOWN, one) != code_of(KNOWN, other)


def test_typical_answers_are_short_enough_to_dictate() -> None:
    assert len(code_of(KNOWN, TYPICAL).replace("-", "")) <= 24
    assert len(code_of(KNOWN, {**TYPICAL, "to": KNOWN.places.get("X-ABROAD")})) <= 39
    districts = {**TYPICAL, "from": KNOWN.places.get("510703"), "to": KNOWN.places.get("110108")}
    assert len(code_of(KNOWN, districts).replace("-", "")) <= 28


def test_a_code_says_which_form_it_has() -> None:
    assert code_of(KNOWN, {}).startswith("2")
    assert code_of(KNOWN, TYPICAL).startswith("2")


# ---------------------------------------------------------------- copying


@settings(deadline=None)
@given(ANSWERS, st.data())
def test_every_wrong_character_is_noticed(
    answers: dict[str, str | Place], data: st.DataObject
) -> None:
    code = code_of(KNOWN, answers)
    at = data.draw(st.sampled_from([n for n, char in enumerate(code) if char != "-"]))
    other = data.draw(st.sampled_from(ALPHABET))
    assume(other != code[at])
    refused(code[:at] + other + code[at + 1 :])


def named(error: AnswerError, wrong: str, code: str) -> bool:
    """Whether an error names a code, and every group in which a wrong one differs from it."""
    pairs = list(zip(wrong.split("-"), code.split("-"), strict=True))
    return code in error.findings[0].candidates and all(
        f"第{number}组“{written}”" in str(error) and f"“{right}”" in str(error)
        for number, (written, right) in enumerate(pairs, 1)
        if written != right
    )


def test_all_single_errors_and_swaps_of_one_code() -> None:
    code = code_of(KNOWN, TYPICAL)
    plain = code.replace("-", "")
    several = 0
    for at, char in enumerate(plain):
        wrong = [plain[:at] + other + plain[at + 1 :] for other in ALPHABET.replace(char, "")]
        wrong.append(plain[:at] + plain[at : at + 2][::-1] + plain[at + 2 :])
        for one in map(grouped, wrong):
            if one != code:
                error = refused(one)
                assert named(error, one, code)
                several += len(error.findings[0].candidates) > 1
        refused(plain[:at] + plain[at + 1 :])
    # That another change would do as well is seldom.
    assert several < len(plain)


def test_where_several_changes_would_do_each_is_named() -> None:
    error = refused(SWAPPED)
    codes = ("20MM-NA9Z-7882-6ZQ4-5JEW-WCJ0-0PBH", "20MM-NA9Z-788K-6QZ4-5JEW-WCJ0-0PBH")
    assert error.findings[0].candidates == codes
    assert all(named(error, SWAPPED, code) for code in codes)


@settings(deadline=None)
@given(ANSWERS, st.data())
def test_a_hint_names_what_was_changed(
    answers: dict[str, str | Place], data: st.DataObject
) -> None:
    code = code_of(KNOWN, answers)
    at = data.draw(st.sampled_from([n for n, char in enumerate(code) if char != "-"]))
    wrong = code[:at] + data.draw(st.sampled_from(ALPHABET.replace(code[at], ""))) + code[at + 1 :]
    assert named(refused(wrong), wrong, code)


@settings(deadline=None)
@given(ANSWERS, st.data())
def test_every_swap_of_neighbours_is_noticed(
    answers: dict[str, str | Place], data: st.DataObject
) -> None:
    plain = code_of(KNOWN, answers).replace("-", "")
    at = data.draw(st.integers(0, len(plain) - 2))
    assume(plain[at] != plain[at + 1])
    refused(plain[:at] + plain[at + 1] + plain[at] + plain[at + 2 :])


def test_two_wrong_characters_are_not_read() -> None:
    plain = code_of(KNOWN, TYPICAL).replace("-", "")
    for at in range(1, len(plain) - 1):
        for other in ALPHABET.replace(plain[at], "").replace(plain[at + 1], ""):
            refused(plain[:at] + other * 2 + plain[at + 2 :])


@pytest.mark.parametrize(
    "written",
    [
        str.lower,
        lambda code: code.replace("-", ""),
        lambda code: code.replace("-", " "),
        lambda code: f"  {code.replace('-', ' - ')}\n",
        lambda code: code.replace("-", "—"),
        lambda code: code.replace("-", "－"),
        lambda code: code.replace("0", "O"),
        lambda code: code.replace("0", "o"),
        lambda code: code.replace("1", "I"),
        lambda code: code.replace("1", "l"),
        lambda code: "".join(chr(ord(char) + 0xFEE0) for char in code),
        lambda code: "\u200b".join(code),
        lambda code: code[:2] + " " + code[2:],
    ],
)
def test_every_way_of_writing_it_is_taken(written) -> None:  # type: ignore[no-untyped-def]
    for name, option in (("claim_problem", "no_discharge_note"), ("filing", "none")):
        answers = {**TYPICAL, name: option}
        assert decode(KNOWN, written(code_of(KNOWN, answers))).answers == answers


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "空的"),
        (" - ", "空的"),
        ("2A4U-MZ9W", "第1组“2A4U”里的“U”"),
        ("2A4M-M中9W", "第2组"),
        ("2A4M-MZ9-0026", "第2组“MZ9”少了字"),
        ("2A4M-MZ9WX-0026", "第2组“MZ9WX”多了字"),
        ("2A4MM", "5个字"),
        ("0000-0000", "对不上"),
        ("A" * 1000, "太长"),
        ("\x1b[31m-\x00", "不是代码"),
    ],
)
def test_damage_is_told(text: str, says: str) -> None:
    assert says in str(refused(text))


@settings(deadline=None)
@given(st.text(max_size=60) | st.text(ALPHABET, max_size=60))
def test_other_text_is_refused_or_read_but_never_breaks(text: str) -> None:
    try:
        decode(KNOWN, text)
    except AnswerError as error:
        assert str(error).endswith("。")


@settings(deadline=None)
@given(st.text("01", max_size=120))
def test_a_forged_check_never_breaks(bits: str) -> None:
    try:
        found = decode(KNOWN, forged("00010" + bits))
    except AnswerError as error:
        assert "读不通" in str(error)
    else:
        assert set(found.answers) <= set(KNOWN.questions)


def test_a_later_form_is_refused() -> None:
    assert "请更新" in str(refused(forged("0" * 24)))


# ---------------------------------------------------------------- the data changes


@pytest.mark.parametrize(
    "old", [OLD, OLD.lower(), OLD.replace("-", ""), "GA4M-MZ9W-0026-E000-05B5"]
)
def test_a_code_of_the_form_before_is_refused(old: str) -> None:
    error = refused(old, "old_code")
    assert "再打印一份清单" in str(error)
    assert error.findings[0].candidates == ()


def test_a_new_code_with_a_wrong_first_sign_is_no_old_one() -> None:
    code = code_of(KNOWN, TYPICAL)
    assert refused("Z" + code[1:]).findings[0].candidates == (code,)


def test_order_in_the_file_does_not_matter() -> None:
    turned = {
        name: with_options(name, *reversed(question.options.values()))
        for name, question in reversed(KNOWN.questions.items())
    }
    assert code_of(replace(KNOWN, questions=turned), TYPICAL) == code_of(KNOWN, TYPICAL)


def test_what_a_later_edition_added_is_told() -> None:
    filing = KNOWN.questions["filing"].options.values()
    more = with_options("filing", *filing, Option(id="lapsed", label="失效", number=99))
    stay = replace(KNOWN.questions["gap"], id="stay", number=98)
    other = replace(KNOWN.questions["to"], id="second_place", number=99)
    known = edited(filing=more, stay=stay, second_place=other)
    answers: dict[str, str | Place] = {
        **TYPICAL, "filing": "lapsed", "stay": "long", "second_place": KNOWN.places.get("X-ABROAD"),
    }  # fmt: skip
    code = code_of(known, answers)
    assert decode(known, code).answers == answers
    older = decode(KNOWN, code)
    assert older.answers == {name: TYPICAL[name] for name in TYPICAL if name != "filing"}
    told = ("按2027.02.01 版资料给的", "“异地备案”当时的答案", "答过的2个问题现在的资料里没有")
    assert len(older.remarks) == len(told)
    assert all(part in one for part, one in zip(told, older.remarks, strict=True))


def test_a_number_of_another_kind_of_question_is_not_read_as_an_answer() -> None:
    swapped = edited(
        to=replace(KNOWN.questions["to"], number=KNOWN.questions["care"].number),
        care=replace(KNOWN.questions["care"], number=KNOWN.questions["to"].number),
    )
    found = decode(swapped, code_of(KNOWN, {"to": TYPICAL["to"], "care": TYPICAL["care"]}))
    assert found.answers == {}
    assert sum("要重新回答" in one for one in found.remarks) == 2


def test_several_options_of_a_question_that_takes_one_are_not_read() -> None:
    errand = replace(KNOWN.questions["errand"], several=False)
    code = code_of(KNOWN, {"errand": "care,activation"})
    assert decode(edited(errand=errand), code).answers == {}


def test_a_renamed_option_is_still_the_answer() -> None:
    options = KNOWN.questions["category"].options.values()
    renamed = [
        Option(id="transferred", label="转院", number=option.number, was=("referral",))
        if option.id == "referral"
        else option
        for option in options
    ]
    kind = replace(with_options("category", *renamed), id="kind", was=("category",))
    known = edited(category=kind)
    found = decode(known, code_of(KNOWN, TYPICAL))
    assert found.answers["kind"] == "transferred"
    assert found.answers.keys() - {"kind"} == TYPICAL.keys() - {"category"}
    assert any("“备案类型”" in one and "“转院”" in one for one in found.remarks)
    # Made today, the code is as long, and nothing is said to have moved.
    again = code_of(known, found.answers)
    assert len(again) == len(code_of(KNOWN, TYPICAL))
    assert decode(known, again) == Decoded(answers=found.answers, remarks=())


def test_removed_options_and_questions_are_named() -> None:
    rest = [one for one in KNOWN.questions["category"].options.values() if one.id != "referral"]
    known = edited(category=with_options("category", *rest), patient=None)
    found = decode(known, code_of(KNOWN, TYPICAL))
    assert found.answers == {
        name: value for name, value in TYPICAL.items() if name not in ("category", "patient")
    }
    then = KNOWN.about.version.partition("+")[0]
    said = OTHER_VERSION.format(f"{then} 版", "2027.02.01")
    assert found.remarks[0].startswith(said)
    assert "“备案类型”" in found.remarks[1]
    assert "重新回答" in found.remarks[1]
    assert found.remarks[2:] == ("答过的1个问题现在的资料里没有，没有用上。",)


def test_the_number_of_an_option_decides_and_not_its_place() -> None:
    filing = replace(KNOWN.questions["filing"], options=renumbered("filing", "none", 50))
    known = edited(filing=filing)
    assert decode(known, code_of(known, TYPICAL)).answers == TYPICAL
    assert "filing" not in decode(known, code_of(KNOWN, TYPICAL)).answers


def test_a_district_that_is_gone_becomes_its_city_and_that_is_told(tmp_path: Path) -> None:
    code = code_of(KNOWN, {"from": KNOWN.places.get("510703"), "to": KNOWN.places.get("X-XIONGAN")})
    data = shutil.copytree(shipped(), tmp_path / "data")
    for file, gone in (("districts.csv", "510703,"), ("places.csv", "X-XIONGAN,")):
        table = data / "regions" / file
        rows = table.read_text("utf-8").splitlines(keepends=True)
        table.write_text("".join(row for row in rows if not row.startswith(gone)), "utf-8")
    names = data / "regions/names.yaml"
    kept = [row for row in names.read_text("utf-8").splitlines() if "X-XIONGAN" not in row]
    names.write_text("\n".join(kept), "utf-8")
    found = decode(knowledge(data), code)
    assert found.answers == {"from": KNOWN.places.get("510700")}
    assert found.remarks == (
        "“参保地”的答案在资料里改过，现在是“四川省绵阳市”。",
        "“就医地”当时的答案，现在的资料里没有，要重新回答。",
    )


@pytest.mark.parametrize("version", ["my own 3", "2026.11.22.2", "2020.01.01", "2099.01.01"])
def test_a_version_that_is_no_day_of_these_years_has_only_a_mark(version: str) -> None:
    mine = edited(version=version)
    code = code_of(mine, TYPICAL)
    assert decode(mine, code).remarks == ()
    assert decode(KNOWN, code).answers == TYPICAL
    said = OTHER_VERSION.format("另一版", KNOWN.about.version)
    assert [one.startswith(said) for one in decode(KNOWN, code).remarks] == [True]


# ---------------------------------------------------------------- on the command line


def planned(*words: str) -> str:
    code: str = yibao("plan", *words, "--format", "json").data["code"]
    return code


def test_a_code_gives_the_same_list_again() -> None:
    first = yibao("plan", *flags(), "--format", "json")
    again = yibao("plan", "--code", first.data["code"].lower(), "--format", "json")
    assert (again.status, again.out, again.err) == (0, first.out, "")


def test_several_errands_come_back_in_their_order() -> None:
    words = ("--errand", "activation,care", *flags(BASE))
    again = yibao("plan", "--code", planned(*words), "--format", "json")
    assert again.data["code"] == planned(*words)


def test_a_flag_corrects_a_code() -> None:
    again = yibao("plan", "--code", planned(*flags()), "--to", "上海", "--format", "json")
    assert again.data["answers"]["to"]["name"] == "上海市"


def test_a_wrong_group_is_told() -> None:
    code = planned(*flags())
    wrong = code[:6] + ("A" if code[6] != "A" else "B") + code[7:]
    done = yibao("plan", "--code", wrong, "--format", "json")
    assert done.status == 4
    assert done.data["error"]["code"] == "damaged_code"
    assert "第2组" in done.err or "再核对一遍" in done.err


def test_an_old_code_asks_for_another_list() -> None:
    done = yibao("plan", "--code", OLD, "--format", "json")
    assert (done.status, done.data["error"]["code"]) == (4, "old_code")
    assert "再打印一份清单" in done.err
