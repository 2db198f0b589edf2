"""The answer code: round trips, mistakes in copying, and codes that outlive the data."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from editions import ANSWERS, INSURED, KNOWN, TYPICAL, copied, edited, with_options
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from support import examples

from yibao_cli import answer_code
from yibao_cli.answer_code.decode import decode
from yibao_cli.answer_code.symbols import checked, dashed
from yibao_cli.answer_code.write import encode
from yibao_cli.errors import AnswerError, Status
from yibao_cli.knowledge import knowledge, shipped
from yibao_cli.model import Option
from yibao_cli.regions import Place

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# What codes that people keep stand on: never edit these lines, only append.
FROZEN = """
errand care account mutual_aid activation transfer
insurance employee resident other unsure
from
to
stage before in_care paid
care inpatient outpatient chronic emergency pharmacy maternity online
filing none pending valid expired rejected elsewhere unsure
category resettled_retiree long_term_resident posted_worker referral emergency_rescue other_temporary unsure
filing_period covers starts_after ended_before unsure
emergency_kind rescue ordinary observation unsure
recognition yes not_yet unsure
medicine ordinary dual_channel chronic unsure
claim_problem none lost_invoice insurer_has_invoice no_discharge_note settlement_failed settled_elsewhere unsure
hospital connected not_connected unsure
credential ok not_activated failing old lost none unsure
enrolment active suspended waiting not_yet not_posted double unsure
patient adult newborn child student graduate retiree elder
agent self proxy
injury none no_third_party third_party work unsure
phone own none
identity mainland hkmt foreigner
disease first_five added_five other unsure
failure not_found no_filing self_pay still_in_hospital third_party_mark not_enrolled not_open unreadable name_mismatch trace_code system other unsure
rejection wrong_category papers enrolment existing unsure
aid_role giver receiver unsure
aid_relative first wider not_near unsure
aid_reach same_province other_province unsure
move job flexible scheme living retired unsure
gap none short long unsure
"""  # noqa: E501


def refused(text: str) -> AnswerError:
    with pytest.raises(AnswerError) as caught:
        decode(KNOWN, text)
    assert caught.value.status is Status.NOT_UNDERSTOOD
    assert [one.code for one in caught.value.findings] == ["damaged_code"]
    return caught.value


# ---------------------------------------------------------------- round trip


@settings(deadline=None)
@given(ANSWERS)
def test_every_set_of_answers_comes_back(answers: dict[str, str | Place]) -> None:
    code = encode(KNOWN, answers)
    found = decode(KNOWN, code)
    assert found.answers == answers
    assert (found.migrated, found.dropped, found.remarks) == ((), (), ())
    assert found.version == KNOWN.about.version
    assert {len(group) for group in code.split("-")} == {4}


def test_every_place_and_district_comes_back() -> None:
    for code in INSURED:
        answers = {"from": KNOWN.places.get(code)}
        assert decode(KNOWN, encode(KNOWN, answers)).answers == answers


def test_the_order_of_answers_does_not_matter() -> None:
    assert encode(KNOWN, TYPICAL) == encode(KNOWN, dict(reversed(TYPICAL.items())))


def test_the_order_of_errands_does() -> None:
    one, other = ({"errand": text} for text in ("care,activation", "activation,care"))
    assert decode(KNOWN, encode(KNOWN, other)).answers == other
    assert encode(KNOWN, one) != encode(KNOWN, other)


def test_typical_answers_are_short_enough_to_dictate() -> None:
    assert len(encode(KNOWN, TYPICAL).replace("-", "")) <= 24
    districts = {**TYPICAL, "from": KNOWN.places.get("510703"), "to": KNOWN.places.get("110108")}
    assert len(encode(KNOWN, districts).replace("-", "")) <= 28


# ---------------------------------------------------------------- copying


@settings(deadline=None)
@given(ANSWERS, st.data())
def test_every_wrong_character_is_noticed(
    answers: dict[str, str | Place], data: st.DataObject
) -> None:
    code = encode(KNOWN, answers)
    at = data.draw(st.sampled_from([n for n, char in enumerate(code) if char != "-"]))
    other = data.draw(st.sampled_from(ALPHABET))
    assume(other != code[at])
    refused(code[:at] + other + code[at + 1 :])


def test_all_single_errors_and_swaps_of_one_code() -> None:
    code = encode(KNOWN, TYPICAL)
    plain = code.replace("-", "")
    for at, char in enumerate(plain):
        for other in ALPHABET.replace(char, ""):
            error = refused(plain[:at] + other + plain[at + 1 :])
            assert error.findings[0].candidates == (code,)
            assert f"第{at // 4 + 1}组" in str(error)
        if char != plain[at + 1 : at + 2]:
            swapped = plain[:at] + plain[at + 1 : at + 2] + char + plain[at + 2 :]
            if swapped != plain:
                assert code in refused(swapped).findings[0].candidates
        refused(plain[:at] + plain[at + 1 :])


@settings(deadline=None)
@given(ANSWERS, st.data())
def test_every_swap_of_neighbours_is_noticed(
    answers: dict[str, str | Place], data: st.DataObject
) -> None:
    plain = encode(KNOWN, answers).replace("-", "")
    at = data.draw(st.integers(0, len(plain) - 2))
    assume(plain[at] != plain[at + 1])
    refused(plain[:at] + plain[at + 1] + plain[at] + plain[at + 2 :])


@settings(deadline=None)
@given(st.data())
def test_two_wrong_characters_are_noticed_and_never_taken_for_one(data: st.DataObject) -> None:
    code = encode(KNOWN, TYPICAL)
    plain = list(code.replace("-", ""))
    wrong = data.draw(st.lists(st.integers(0, len(plain) - 1), min_size=2, max_size=2, unique=True))
    for at in wrong:
        plain[at] = data.draw(st.sampled_from(ALPHABET.replace(plain[at], "")))
    refused("".join(plain))


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
        assert decode(KNOWN, written(encode(KNOWN, answers))).answers == answers


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "空的"),
        (" - ", "空的"),
        ("GA4U-MZ9W", "第1组“GA4U”里的“U”"),
        ("GA4M-M中9W", "第2组"),
        ("GA4M-MZ9-0026", "第2组“MZ9”少了字"),
        ("GA4M-MZ9WX-0026", "第2组“MZ9WX”多了字"),
        ("GA4MM", "5个字"),
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
@given(st.lists(st.integers(0, 31), min_size=1, max_size=60))
def test_a_forged_check_never_breaks(symbols: list[int]) -> None:
    symbols += [0] * (-(len(symbols) + 3) % 4)
    try:
        found = decode(KNOWN, dashed(checked(symbols)))
    except AnswerError:
        return
    assert set(found.answers) <= set(KNOWN.questions)


# ---------------------------------------------------------------- the data changes


def test_numbers_never_change() -> None:
    frozen = [line.split() for line in FROZEN.split("\n") if line]
    table = [line.split() for line in answer_code.TABLE.split("\n") if line]
    assert [row[: len(old)] for row, old in zip(table, frozen, strict=False)] == frozen
    assert all(len(set(row)) == len(row) for row in table)
    assert len({row[0] for row in table}) == len(table)


def test_an_old_code_is_read() -> None:
    found = decode(KNOWN, "GA4M-MZ9W-0026-E000-05B5")
    assert found.version == "2026.11.21"
    assert found.answers["from"] == KNOWN.places.get("510700")
    assert found.answers["category"] == "referral"


def test_order_in_the_file_does_not_matter() -> None:
    turned = {
        name: question._replace(options=question.options[::-1])
        for name, question in reversed(KNOWN.questions.items())
    }
    assert encode(KNOWN._replace(questions=turned), TYPICAL) == encode(KNOWN, TYPICAL)


def test_new_questions_and_options_work_without_a_number() -> None:
    more = with_options("filing", *KNOWN.questions["filing"].options, Option("lapsed", "失效", ()))
    stay = KNOWN.questions["gap"]._replace(id="stay")
    other = KNOWN.questions["to"]._replace(id="second_place")
    known = edited(filing=more, stay=stay, second_place=other)
    answers: dict[str, str | Place] = {
        **TYPICAL, "filing": "lapsed", "stay": "long", "second_place": KNOWN.places.get("X-ABROAD"),
    }  # fmt: skip
    code = encode(known, answers)
    assert decode(known, code).answers == answers
    # An older program reads what it knows and names the rest.
    older = decode(KNOWN, code)
    assert older.answers == {name: TYPICAL[name] for name in TYPICAL if name != "filing"}
    assert "filing" in older.dropped
    assert any("“异地备案”" in one for one in older.remarks)
    assert any("2个问题" in one for one in older.remarks)


@examples(20)
@given(ANSWERS)
def test_nothing_needs_a_number(answers: dict[str, str | Place]) -> None:
    renumbered = {
        f"{name}_x": question._replace(id=f"{name}_x") for name, question in KNOWN.questions.items()
    }
    known = KNOWN._replace(questions=renumbered)
    # Whether a place abroad may be insured hangs on the question's id.
    given_ = {f"{name}_x": value for name, value in answers.items()}
    assert decode(known, encode(known, given_)).answers == given_


def test_renamed_ids_are_migrated_and_keep_their_number() -> None:
    options = [
        Option("transferred", "转院", (), None, ("referral",))
        if option.id == "referral"
        else option
        for option in KNOWN.questions["category"].options
    ]
    category = copied(
        KNOWN.questions["category"]._replace(options=tuple(options)), "kind", ("category",)
    )
    known = edited(category=category)
    found = decode(known, encode(KNOWN, TYPICAL))
    assert found.answers["kind"] == "transferred"
    assert found.migrated == ("kind",)
    assert found.dropped == ()
    assert any("“备案类型”" in one and "“转院”" in one for one in found.remarks)
    # Made today, the code is as short, and nothing is said to have moved.
    again = encode(known, found.answers)
    assert len(again) == len(encode(KNOWN, TYPICAL))
    assert decode(known, again).answers == found.answers
    assert decode(known, again).remarks == ()


def test_two_options_out_of_one_are_kept_apart() -> None:
    first, second = (Option(name, name, (), None, ("yes",)) for name in ("paper", "online"))
    rest = [one for one in KNOWN.questions["recognition"].options if one.id != "yes"]
    known = edited(recognition=with_options("recognition", first, second, *rest))
    for name in ("paper", "online"):
        answers = {"recognition": name}
        assert decode(known, encode(known, answers)).answers == answers


def test_removed_options_and_questions_are_named() -> None:
    rest = [one for one in KNOWN.questions["category"].options if one.id != "referral"]
    known = edited(category=with_options("category", *rest), patient=None)
    found = decode(known, encode(KNOWN, TYPICAL))
    assert set(found.dropped) == {"category", "patient"}
    assert found.answers == {
        name: value for name, value in TYPICAL.items() if name not in ("category", "patient")
    }
    assert any("“备案类型”" in one and "重新回答" in one for one in found.remarks)
    assert any(KNOWN.about.version in one for one in found.remarks)


def test_a_district_that_is_gone_becomes_its_city(tmp_path: Path) -> None:
    place = KNOWN.places.get("510703")
    code = encode(KNOWN, {"from": place})
    data = shutil.copytree(shipped(), tmp_path / "data")
    table = data / "regions/districts.csv"
    rows = table.read_text("utf-8").splitlines(keepends=True)
    table.write_text("".join(row for row in rows if not row.startswith("510703,")), "utf-8")
    about = data / "knowledge.yaml"
    version = KNOWN.about.version
    about.write_text(about.read_text("utf-8").replace(version, "2027.02.01"), "utf-8")
    found = decode(knowledge(data), code)
    assert found.answers == {"from": KNOWN.places.get("510700")}
    assert found.migrated == ("from",)


def test_a_version_of_another_form_has_only_a_mark() -> None:
    mine = edited(version="my own 3")
    code = encode(mine, TYPICAL)
    assert decode(mine, code).version == "my own 3"
    assert decode(mine, code).remarks == ()
    assert decode(KNOWN, code).version == ""
    assert any("另一版" in one for one in decode(KNOWN, code).remarks)
