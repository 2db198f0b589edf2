"""`yibao ask`: one sentence in everyday words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from support import yibao

from yibao_cli.errors import AnswerError
from yibao_cli.knowledge import knowledge
from yibao_cli.places import Place
from yibao_cli.sentence import LONGEST, index_of, understand

KNOWN = knowledge()
INDEX = index_of(KNOWN)
MEASURED: dict[str, list[dict[str, Any]]] = {
    name: yaml.load((Path(__file__).parent / name).read_text("utf-8"), yaml.BaseLoader)
    for name in ("sentences.yaml", "sentences_everyday.yaml")
}
PAGE = Path(__file__).parents[1] / "docs" / "ask.md"
SENTENCES = [one for some in MEASURED.values() for one in some]
SAID = "我爸江西居民医保在广州住院没备案"


def heard(text: str) -> dict[str, str]:
    """What a sentence states; places by their short names."""
    found = understand(KNOWN, text, INDEX).answers
    return {q: one.short if isinstance(one, Place) else one for q, one in found.items()}


def same(value: str | Place | None, said: str) -> bool:
    if isinstance(value, Place):
        return any(value.code == one.code for one in KNOWN.places.find(said))
    return value == said


@pytest.mark.parametrize(("name", "some"), MEASURED.items(), ids=MEASURED)
def test_the_measured_sentences(name: str, some: list[dict[str, Any]]) -> None:
    """Of what is filled in 95 in 100 are right; of what is stated 85 in 100 are filled in; the page
    tells how many.
    """
    filled = stated = right = 0
    for one in some:
        found, states = understand(KNOWN, one["say"], INDEX).answers, one.get("states") or {}
        filled, stated = filled + len(found), stated + len(states)
        right += sum(same(found.get(name), said) for name, said in states.items())
        assert not {*one.get("open", ())} & {*found}, one["say"]
    assert len(some) >= 60
    assert right / filled >= 0.95
    assert right / stated >= 0.85
    row = f"| `tests/{name}` | {len(some)} | {right / filled:.1%} | {right / stated:.1%} |"
    assert row.replace("%", "") in PAGE.read_text("utf-8")


@pytest.mark.parametrize("one", SENTENCES, ids=range(len(SENTENCES)))
def test_what_the_set_states_can_be_stated(one: dict[str, Any]) -> None:
    for name, said in (one.get("states") or {}).items():
        question = KNOWN.questions[name]
        assert KNOWN.places.find(said) if question.kind == "place" else said in question.options
    assert {*one.get("open", ())} <= {*KNOWN.questions} - {*(one.get("states") or {})}


@pytest.mark.parametrize(
    ("text", "states"),
    [
        # What hides a place, or a word.
        ("合作医疗能用吗", {"insurance": "resident"}),
        ("医保定点医院怎么查", {}),
        ("居民身份证过期了", {}),
        ("职工医院在哪", {}),
        # Questions, conditions and denials state nothing.
        ("去北京要不要备案", {"to": "北京"}),
        ("如果没备案住院", {"care": "inpatient"}),
        ("备案了吗", {}),
        ("备案后怎么住院", {"care": "inpatient"}),
        ("不用备案吧", {}),
        # Which end it is.
        ("在北京医保怎么用", {"to": "北京"}),
        ("医保在北京，户口在河北", {"from": "北京"}),
        ("我在北京", {}),
        ("以前在北京交医保", {}),
        ("江西医保在北京", {"from": "江西", "to": "北京"}),
        ("成都的卡能不能在昆明药店刷", {"from": "成都", "to": "昆明", "care": "pharmacy"}),
        ("四川省绵阳市涪城区的社保", {"from": "绵阳"}),
        ("成都到北京做化疗", {"from": "成都", "to": "北京", "disease": "first_five"}),
        ("济南的医保去合肥省立医院", {"from": "济南", "to": "合肥"}),
        # Names of several places, and several answers.
        ("在吉林住院", {"care": "inpatient"}),
        ("门诊和住院都能报吗", {}),
        ("灵活就业的医保", {}),
        # Stage.
        ("出院小结丢了", {"claim_problem": "no_discharge_note"}),
        ("住院花了三万", {"care": "inpatient"}),
        # What counts only beside another answer.
        ("材料不全", {}),
        ("户口迁过来了", {}),
        ("退休了，户口迁过来了", {"patient": "retiree", "category": "resettled_retiree"}),
        ("备案被退回，材料不全", {"filing": "rejected", "rejection": "papers"}),
        (
            "出院了，没能直接结算",
            {
                "care": "inpatient",
                "stage": "paid",
                "claim_problem": "settlement_failed",
            },
        ),
        # What a screen shows, what was done before, what others paid, a choice, two times.
        ("窗口显示没有备案", {"failure": "no_filing"}),
        ("以前放过支架", {}),
        ("老板垫了两万", {}),
        ("备案选临时外出还是转诊", {}),
        ("当时没备案，现在备案好了", {}),
        # A name and a hint.
        ("社区交的职工医保", {"insurance": "employee"}),
        # Abroad is the other end.
        ("在日本骨折了", {"to": "境外"}),
        # Whose it is.
        ("孩子在外婆那边打针", {"patient": "child", "agent": "proxy"}),
        (
            "我用我妈医保卡余额，我是居民医保",
            {
                "errand": "mutual_aid",
                "insurance": "resident",
                "aid_role": "receiver",
                "aid_relative": "first",
            },
        ),
        ("跟儿子住", {}),
        ("我想去儿童医院", {}),
        # Abroad nobody is insured.
        ("我是美国人", {}),
        # Traditional characters, full width, blanks.
        ("廣州醫保", {"from": "广州"}),
        ("ＩＣＵ  还在ＩＣＵ", {"stage": "in_care", "care": "inpatient"}),
    ],
)
def test_traps(text: str, states: dict[str, str]) -> None:
    assert heard(text) == states


def test_each_answer_has_the_words_it_came_from() -> None:
    found = understand(KNOWN, SAID).understood

    assert {name: one.words for name, one in found.items()} == {
        "insurance": "居民医保", "from": "江西居民医保", "to": "在广州住院", "care": "住院",
        "filing": "没备案", "patient": "我爸", "agent": "我爸",
    } | {"to": found["to"].words}  # fmt: skip
    assert "广州" in found["to"].words


def test_understood_is_an_answer_file() -> None:
    ran = yibao("ask", SAID, "--understood")

    assert (ran.status, ran.err) == (0, "")
    again = yibao("plan", "--answers", "-", "--format", "json", stdin=ran.out)
    assert again.data["answers"]["insurance"] == "resident"
    assert again.data["answers"]["to"]["name"] == "广州市"
    listed = yibao("ask", SAID, "--format", "json").data
    assert listed["answers"] == again.data["answers"]


def test_understood_as_json() -> None:
    assert yibao("ask", "在广州住院", "--understood", "-f", "json").data == {
        "care": "inpatient",
        "to": "广东省广州市",
    }
    nothing = yibao("ask", "你好", "--understood", "--format", "json")
    assert (nothing.status, nothing.data) == (0, {})


def test_chips_go_to_standard_error() -> None:
    ran = yibao("ask", SAID, "--format", "json", COLUMNS="200")

    assert "参保险种：居民医保（居民医保）" in ran.err
    assert "异地备案：没有备案（没备案）" in ran.err
    assert ran.data["outcome"]["path"] == "file_then_direct"


def test_what_is_written_counts_more() -> None:
    found = yibao("ask", SAID, "--from", "四川", "--format", "json").data

    assert found["answers"]["from"]["name"] == "四川省"


def test_missing_answers_are_named() -> None:
    ran = yibao("ask", "我在吉林看门诊")

    assert ran.status == 3
    assert "没说准，先空着" in ran.err
    assert "--filing" in ran.err


def test_what_is_outside_is_told() -> None:
    ran = yibao("ask", "种植牙医保能报多少", COLUMNS="200")

    assert "没有听懂" in ran.err
    assert "请问医院医保办" in ran.err
    assert "yibao cost" in ran.err


def test_a_long_text_is_refused() -> None:
    ran = yibao("ask", "医保" * 5000)

    assert ran.status == 4
    assert f"不超过{LONGEST}字" in ran.err
    with pytest.raises(AnswerError):
        understand(KNOWN, "住" * (LONGEST + 1))


@pytest.mark.parametrize("written", [("-",), ()])
def test_a_sentence_from_standard_input(written: tuple[str, ...]) -> None:
    ran = yibao("ask", *written, "--understood", "-f", "json", stdin="在广州住院\n")

    assert ran.data == {"care": "inpatient", "to": "广东省广州市"}
    assert yibao("ask", *written, stdin="长" * (LONGEST + 1)).status == 4


def test_all_that_is_missing_is_named_with_what_may_be_written() -> None:
    ran = yibao("ask", "大同的，北京住院")

    assert ran.status == 3
    for label in ("--insurance（职工医保 / 居民医保", "--filing（没有备案 / "):
        assert label in ran.err


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("江西，醫保在贛州，去廣州住院", {"from": "醫保在贛州", "care": "住院"}),
        ("大同的，去北京住院", {"from": "大同的"}),
        ("還在 ＩＣＵ，沒備案！", {"filing": "沒備案"}),
    ],
)
def test_words_are_quoted_as_they_were_written(text: str, quoted: dict[str, str]) -> None:
    said = understand(KNOWN, text).understood

    assert {name: said[name].words for name in quoted} == quoted


def test_lines_break_between_what_was_understood() -> None:
    ran = yibao("ask", "山西大同的，居民，北京住院自己付了钱", COLUMNS="44")

    lines = ran.err.splitlines()
    assert "  到了哪一步：已经自己付了钱（自己付了）" in lines
    assert all("：" in line for line in lines if line.startswith("  "))


@pytest.mark.parametrize(
    ("text", "name"),
    [("我不知道医保在哪儿，想去北京住院", "from"), ("还没定去哪里看，成都职工医保", "to")],
)
def test_a_place_that_the_person_does_not_know(text: str, name: str) -> None:
    found = understand(KNOWN, text).answers[name]

    assert isinstance(found, Place)
    assert found.is_unsure


@pytest.mark.parametrize(
    ("text", "whom"),
    [
        ("缴费年限够不够", "12366"),
        ("人流能报销吗", "医院医保办"),
        ("检查费能不能报", "医院医保办"),
        ("胃鏡檢查能報銷嗎", "医院医保办"),
        ("自费扫码能报吗", "收费处"),
        ("百万医疗险怎么赔", "卖保险的公司"),
        ("医保二档怎么报", "参保地的医保热线"),
    ],
)
def test_who_is_to_be_asked_about_other_things(text: str, whom: str) -> None:
    heard = understand(KNOWN, text)

    assert whom in "".join(heard.outside)
    assert heard.answers == {}


def test_a_place_of_which_nothing_is_said_is_told() -> None:
    ran = yibao("ask", "成都好远，江西居民医保，去北京住院")

    assert "没说准，先空着  地名（成都）" in ran.err


def test_no_sentence_is_a_mistake() -> None:
    ran = yibao("ask")

    assert ran.status == 2
    assert "还缺 一句话" in ran.err


def test_what_nobody_sees_is_not_quoted() -> None:
    done = yibao("ask", "江西居\u200b民医保在广州住院没备\u00ad案")

    assert "居民医保（居民医保）" in done.err
    assert "?" not in done.err
