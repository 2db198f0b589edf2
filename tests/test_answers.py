"""One validation for all entrances: every spelling that is promised, and what happens to everything else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import BASE, flags, yibao

from yibao_cli import api
from yibao_cli.answers import parse_answer, parse_answers, printable
from yibao_cli.errors import AnswerError
from yibao_cli.knowledge import knowledge

KNOWN = knowledge()

# question: option: spellings that a user may rely on.
SPELLINGS = {
    "insurance": {
        "employee": "职工 职工医保 城镇职工",
        "resident": "居民 城乡居民 居民医保 新农合 合作医疗 城镇居民 大学生医保 少儿医保",
        "other": "公费医疗 离休",
        "unsure": "不清楚",
    },
    "care": {
        "inpatient": "住院",
        "outpatient": "普通门诊 门诊",
        "chronic": "门诊慢特病 慢病 特病",
        "emergency": "急诊抢救 急诊",
        "pharmacy": "药店购药 买药",
        "maternity": "生育 生孩子 产检",
        "online": "互联网诊疗",
    },
    "filing": {
        "none": "未备案",
        "pending": "审核中",
        "valid": "已备案",
        "expired": "已过期",
        "rejected": "未通过",
        "elsewhere": "备案到了别处",
        "unsure": "不清楚",
    },
    "category": {
        "resettled_retiree": "异地安置退休",
        "long_term_resident": "异地长期居住",
        "posted_worker": "常驻异地工作",
        "referral": "异地转诊 转诊",
        "emergency_rescue": "异地急诊抢救",
        "other_temporary": "其他临时外出 临时外出",
    },
    "stage": {
        "before": "就医前",
        "in_care": "就医中未结算 住院中",
        "paid": "已自费结算 自己付了全款 已出院",
    },
    "enrolment": {
        "active": "正常参保",
        "suspended": "停保 断缴 欠费",
        "waiting": "等待期",
        "not_yet": "尚未参保 新生儿未参保",
        "not_posted": "已缴费未到账",
        "double": "重复参保",
        "unsure": "不清楚",
    },
    "credential": {
        "ok": "可用",
        "not_activated": "未激活",
        "failing": "刷不出",
        "old": "旧卡 老社保卡",
        "lost": "丢失",
        "none": "没带 没办",
    },
    "hospital": {"connected": "已联网", "not_connected": "未联网", "unsure": "不清楚"},
    "injury": {
        "none": "无",
        "no_third_party": "外伤无第三方",
        "third_party": "第三方责任",
        "work": "工伤",
    },
    "patient": {
        "adult": "成人",
        "newborn": "新生儿",
        "child": "儿童",
        "student": "在校学生",
        "graduate": "刚毕业",
        "retiree": "退休人员",
        "elder": "老人",
    },
    "agent": {"self": "本人办", "proxy": "家人代办"},
    "phone": {"own": "有实名手机", "none": "没有智能手机 没有实名手机号"},
    "identity": {"mainland": "居民身份证", "hkmt": "港澳台居民", "foreigner": "外国人"},
    "filing_period": {
        "covers": "就诊那天在有效期内",
        "starts_after": "开始日晚于入院",
        "ended_before": "入院前已到期",
    },
    "failure": {
        "not_found": "查询不到卡或人",
        "no_filing": "查不到备案",
        "self_pay": "显示自费",
        "still_in_hospital": "显示在院",
        "third_party_mark": "涉及第三方",
        "not_enrolled": "待遇暂停",
        "not_open": "机构或项目未开通",
        "unreadable": "扫不出",
        "name_mismatch": "姓名证件不符 改名",
        "trace_code": "追溯码",
        "system": "系统忙",
        "other": "其他提示",
    },
    "claim_problem": {
        "none": "材料齐",
        "lost_invoice": "发票丢失",
        "insurer_has_invoice": "发票交了商业保险",
        "no_discharge_note": "缺出院小结",
        "settlement_failed": "有备案但没刷成",
        "settled_elsewhere": "已用另一份医保结算",
    },
    "recognition": {"yes": "已认定", "not_yet": "没认定"},
    "disease": {
        "first_five": "高血压 糖尿病 恶性肿瘤门诊放化疗 透析 抗排异",
        "added_five": "慢阻肺 类风湿关节炎 冠心病 病毒性肝炎 强直性脊柱炎",
        "other": "其他病种",
    },
    "emergency_kind": {"rescue": "急诊抢救", "ordinary": "普通急诊", "observation": "急诊留观"},
    "medicine": {"ordinary": "普通药", "dual_channel": "双通道 国谈药", "chronic": "慢特病用药"},
}
CASES = [
    (question, option, spelling)
    for question, options in SPELLINGS.items()
    for option, spellings in options.items()
    for spelling in (option, *spellings.split())
]


@pytest.mark.parametrize(("question", "option", "spelling"), CASES)
def test_spelling_is_understood(question: str, option: str, spelling: str) -> None:
    assert parse_answer(KNOWN, KNOWN.questions[question], spelling) == option


@pytest.mark.parametrize(
    ("question", "written", "option"),
    [
        ("insurance", "職工", "employee"),
        ("insurance", "居民醫保", "resident"),
        ("care", "門診慢特病", "chronic"),
        ("filing", "備案到了別處", "elsewhere"),
        ("category", "異地轉診", "referral"),
        ("stage", "就醫中未結算", "in_care"),
        ("enrolment", "斷繳", "suspended"),
        ("errand", "家庭共濟、轉移接續", "mutual_aid,transfer"),
    ],
)
def test_traditional_characters_are_read_like_simplified_ones(
    question: str, written: str, option: str
) -> None:
    assert parse_answer(KNOWN, KNOWN.questions[question], written) == option


def test_a_hospital_is_told_once_and_its_city_is_the_answer() -> None:
    done = yibao("plan", *flags(to="華西醫院"), "--format", "json")
    assert done.err == "华西医院在四川省成都市。\n"
    assert done.data["answers"]["to"] == {
        "code": "510100",
        "name": "成都市",
        "level": "city",
        "district": None,
    }
    assert yibao("plan", *flags(to="成都"), "--format", "json").out == done.out
    assert yibao("region", "华西").err == done.err


def test_a_hospital_of_several_cities_is_never_guessed() -> None:
    done = yibao("plan", *flags(to="协和"))
    assert done.status == 4
    assert "北京市、福建省福州市、湖北省武汉市" in done.err


@pytest.mark.parametrize(
    "written", [" 住院 ", "住　院", "ｉｎｐａｔｉｅｎｔ", "INPATIENT", "住院\n"]
)
def test_width_case_and_blanks_do_not_matter(written: str) -> None:
    assert parse_answer(KNOWN, KNOWN.questions["care"], written) == "inpatient"


# Pages and chat programs put them between what people copy.
@pytest.mark.parametrize("unseen", ["\u200b", "\ufeff", "\u200e", "\u00ad", "\ufe0f"], ids=ascii)
def test_what_nobody_sees_does_not_matter_at_any_entrance(unseen: str, tmp_path: Path) -> None:
    def pasted(text: str) -> str:
        return unseen + unseen.join(text) + unseen

    known = yibao("plan", *flags(), "--on", "2026-11-21", "--format", "json")
    written = {name: pasted(text) for name, text in BASE.items()}
    words = ("--on", pasted("2026-11-21"), "--format", "json")
    assert yibao("plan", *flags(written), *words).out == known.out
    assert yibao("plan", "--code", pasted(known.data["code"]), *words).out == known.out

    named = [f"{pasted(name)}={text}" for name, text in written.items()]
    settings = [word for one in named for word in ("--set", one)]
    assert yibao("plan", *settings, *words).out == known.out
    file = tmp_path / "answers.json"
    file.write_text(json.dumps({pasted(name): text for name, text in written.items()}), "utf-8")
    assert yibao("plan", "--answers", str(file), *words).out == known.out
    rows = [",".join(map(pasted, BASE)), ",".join(written.values()), unseen]
    row = yibao("batch", "-", stdin="\n".join(rows), YIBAO_TODAY="2026-11-21")
    assert json.loads(row.out)["checklist"]["answers"] == known.data["answers"]

    amounts = {"--bill": "2万", "--covered": "18,000", "--deductible": "1000", "--ratio": "80%"}
    costs = [word for name, text in amounts.items() for word in (name, text)]
    unseen_costs = [word for name, text in amounts.items() for word in (name, pasted(text))]
    assert yibao("cost", *unseen_costs, "--referral", pasted("减10")).out == (
        yibao("cost", *costs, "--referral", "减10").out
    )
    dated = yibao("plan", *flags(), "-f", "ics", "--discharge", pasted("2026-12-20"))
    assert "20261220" in dated.out
    refused = yibao("plan", *flags(care=pasted("拔牙")))
    assert refused.status == 4 and "看不懂“拔牙”" in refused.err


@given(st.sampled_from(sorted(KNOWN.questions)), st.text(max_size=200))
def test_any_text_is_understood_or_refused_with_a_clean_sentence(name: str, text: str) -> None:
    try:
        parse_answer(KNOWN, KNOWN.questions[name], text)
    except AnswerError as error:
        message = str(error)
        assert message.isprintable() or "　" in message
        assert len(message) < 600


@given(st.text())
def test_foreign_text_is_shown_without_control_characters(text: str) -> None:
    assert all(ord(char) >= 32 and char != "\x7f" for char in printable(text))


def test_unknown_ids_are_refused_with_near_ones() -> None:
    with pytest.raises(AnswerError) as caught:
        parse_answers(KNOWN, {"filling": ["none"]})

    assert "filing" in caught.value.findings[0].candidates


@pytest.mark.parametrize("name", ["参保险种", "參保險種", "insurance", " insurance "])
def test_a_question_has_the_same_names_everywhere(name: str, tmp_path: Path) -> None:
    file = tmp_path / "answers.yaml"
    file.write_text(f"{name.strip()}: 职工\n", "utf-8")
    words = ("plan", *flags(insurance=None), "--format", "json")

    for more in (("--set", f"{name}=职工"), ("--answers", str(file))):
        assert yibao(*words, *more).data["answers"]["insurance"] == "employee"
    assert yibao("questions", name).out == yibao("questions", "insurance").out
    assert api.plan({**BASE, "insurance": None, name: "职工"}).data()["answers"][
        "insurance"
    ] == "employee"  # fmt: skip


@pytest.mark.parametrize(
    "words",
    [
        ("plan", *flags(filing=None), "--set", "filing＝未备案"),
        ("plan", *flags(filing=None), "--set", "异地备案＝未备案"),
        ("compare", *flags(), "--with", "filing＝已备案"),
        ("plan", *flags(), "--on", "２０２６－１２－０１"),
        ("plan", *flags(), "--errand", "看病买药，激活"),
        ("tree", "care", "--depth", "３"),
        (
            "cost",
            "--bill",
            "２００００",
            "--covered",
            "１８，０００",
            "--deductible",
            "０",
            "--ratio",
            "８０％",
        ),
    ],
    ids=lambda words: words[-1],
)
def test_signs_of_a_chinese_keyboard_are_read(words: tuple[str, ...]) -> None:
    done = yibao(*words)

    assert done.status == 0, done.err
