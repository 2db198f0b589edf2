"""`yibao check`: every code on broken data, the command itself, cases, digests and mutation."""

from __future__ import annotations

import json
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import jsonschema
import pytest
from day import last_read
from msgspec.structs import replace
from support import Ran, cramped, yibao

from yibao_cli import audit
from yibao_cli.audit import mutation
from yibao_cli.audit.cases import read_cases, recorded, replay, run_cases
from yibao_cli.cli.knowledge import loaded
from yibao_cli.errors import KnowledgeError, Status
from yibao_cli.knowledge.load import Lines, load
from yibao_cli.knowledge.location import shipped
from yibao_cli.knowledge.model import Knowledge
from yibao_cli.knowledge.tree import Branch, written

CASES = Path(__file__).resolve().parent.parent / "cases"
DAY = last_read()

# ---------------------------------------------------------------- the shipped data, broken

AID = "tree/mutual_aid.yaml"
JIANGXI = "regions/provinces/jiangxi.yaml"
QINGHAI = "regions/provinces/qinghai.yaml"
QUESTION = """
zz_question:
  label: 一个问题
  ask: 是不是？
  number: 99
  {}
  options:
    yes: {{label: 是, number: 0}}
    no: {{label: 不是, number: 1}}
"""
NODE = """  zz:
    ask: zz_question
    branches:
      yes: {}
      no: {}
"""
END = "  aid_agent:\n    along: [agent, phone]\n"
ON = (AID, END, END + "    next: zz\n")
# A step on every list of an errand, and what it may say besides.
STEP = "zz:\n  phase: before\n  text: 一句怪话\n  advice: yes\n"
SHOWN = (AID, "{add: [id_card, agency", "{add: [zz, id_card, agency")


def step(more: str) -> tuple[tuple[str, str, str], ...]:
    return (SHOWN, ("checklist/steps.yaml", "", STEP + more))


ZZ_RULE = "zz:\n  says: 一句话\n  level: A\n  cites: [js-procedure-2022 第九条]\n"


@dataclass(frozen=True)
class Broken:
    """Edits of the shipped files (file, old, new; without old: added at the end), and the finding.

    `at` is the start of the line that has to be named, in the last file edited unless said
    otherwise; `errand` is the one whose ways the edits change.
    """

    code: str
    edits: tuple[tuple[str, str, str], ...]
    at: str
    says: tuple[str, ...]
    errand: str | None = None
    file: str | None = None
    day: str = DAY


BROKEN: dict[str, Broken] = {
    "an option without a branch": Broken(
        "no_outcome",
        (("tree/activation.yaml", "    others: {next: activation_who}\n",
          "      unsure: {next: activation_who}\n"),),
        "  activation_credential:",
        ("“activation_credential”遇到“none”", "要写 conclude 或 next"), "activation",
    ),
    "cases that leave somebody without an outcome": Broken(
        "no_outcome",
        (("tree/activation.yaml", "    others: {next: activation_place}\n",
          "    others: {next: zz}\n"
          "  zz:\n    cases:\n      - {when: {phone: own}, next: activation_place}\n"
          "      - {when: {phone: none, agent: proxy}, next: activation_place}\n"),),
        "  zz:", ("“zz/1”遇到“self”", "要写 conclude 或 next"), "activation",
    ),
    "a node nobody leads to": Broken(
        "unreachable_node", ((AID, "", "  zz: {ask: phone, others: {conclude: local_care}}\n"),),
        "  zz:", ("“zz”", "请接上或删掉"), "mutual_aid",
    ),
    "a branch after its answer is excluded": Broken(
        "unreachable_branch",
        (("tree/transfer.yaml", "      resident: {add: [transfer_where_to_join]}\n",
          "      resident: {add: [transfer_where_to_join]}\n      other: {add: [agency]}\n"),),
        "  transfer_flexible:", ("“transfer_flexible”的分支“other”", "请删掉"), "transfer",
    ),
    "a case that never fits": Broken(
        "unreachable_branch",
        (ON, (AID, "", "  zz:\n    cases:\n      - {when: {phone: none}, add: [id_card]}\n"
              "      - {when: {phone: none, agent: proxy}, add: [agency]}\n")),
        "  zz:", ("“zz”的第2行没有一条路走到", "请删掉，或换个先后"), "mutual_aid",
    ),
    "an outcome nobody reaches": Broken(
        "unreachable_outcome",
        (("outcomes.yaml", "", "zz:\n  path: ask_agency\n  title: 先问\n  summary: 一句话\n"
          "  advice: yes\n  add: [agency]\n"),),
        "zz:", ("“zz”", "请接上或删掉"),
    ),
    "an item nobody adds": Broken(
        "unreachable_item",
        (("checklist/steps.yaml", "", "zz:\n  phase: before\n  text: 一句话\n  advice: yes\n"),),
        "zz:", ("“zz”", "请加到分支、结论或选项（data/questions.yaml）的 add 里"),
    ),
    "an option no branch names": Broken(
        "unused_option",
        (ON, (AID, "", "  zz:\n    ask: zz_question\n    branches:\n      yes: {add: [id_card]}\n"),
         ("questions.yaml", "", QUESTION.format("default: yes"))),
        "zz_question:", ("“zz_question”的选项“no”", "请用上或删掉"), "mutual_aid",
    ),
    "a rule no item rests on": Broken(
        "unused_rule",
        (("rules.yaml", "", ZZ_RULE),),
        "zz:", ("“zz”", "请用上或删掉"),
    ),
    "a source nobody cites": Broken(
        "unused_source",
        (("sources.yaml", "", "\nzz:\n  title: 一份文件\n  read_on: 2026-11-21\n"
          "  review_by: 2027-05-21\n  level: B\n  read_as: 转述\n"),),
        "zz:", ("“zz”", "请用上或删掉"),
    ),
    "a question nobody asks": Broken(
        "useless_question", (("questions.yaml", "", QUESTION.format("default: no")),),
        "zz_question:", ("“zz_question”", "请用上或删掉"),
    ),
    "a question that changes nothing": Broken(
        "useless_question",
        (ON, (AID, "", NODE),
         ("questions.yaml", "", QUESTION.format("default: no"))),
        "zz_question:", ("怎么答都一样",), "mutual_aid",
    ),
    "a step for those for whom it is too late": Broken(
        "too_late", step("  by: leaving\n  when: {stage: [in_care, paid]}\n"),
        "zz:", ("“zz”要在 leaving 之前做", "when 里的 stage", "请改一样"), "mutual_aid",
    ),
    "a step that has to come before itself": Broken(
        "needs_circle", step("  needs: [zz]\n"),
        "zz:", ("“zz”的 needs 转了一圈", "请去掉一个"), "mutual_aid",
    ),
    "a step in the place of one that it never meets": Broken(
        "replaces_nothing",
        (*step("  when: {agent: self}\n  replaces: [zz_other]\n"
               "zz_other:\n  phase: before\n  text: 另外要办的事\n  advice: yes\n"
               "  when: {agent: proxy}\n"),
         (AID, "{add: [zz, ", "{add: [zz, zz_other, ")),
        "zz:", ("“zz”代替“zz_other”", "按“agent”", "请去掉 replaces，或改 when"), "mutual_aid",
        "checklist/steps.yaml",
    ),
    "a step in its own place": Broken(
        "replaces_nothing", step("  replaces: [zz]\n"),
        "zz:", ("“zz”代替的是它自己", "请去掉"), "mutual_aid",
    ),
    "a step in the place of one that counts more": Broken(
        "replaces_more", step("  weight: background\n  replaces: [emergency_go]\n"),
        "zz:", ("“zz”（background）代替了更要紧的“emergency_go”（must）", "请写 weight，或去掉 replaces"),
        "mutual_aid",
    ),
    "a local fact in the place of a step that counts more": Broken(
        "replaces_more",
        ((QINGHAI, "      - id: haixi_channel_referral\n",
          "      - id: haixi_channel_referral\n        replaces: [emergency_go]\n"),),
        "      - id: haixi_channel_referral", ("（should）代替了更要紧的“emergency_go”",),
    ),
    "a figure of which there is one report alone": Broken(
        "unproved_figure",
        ((JIANGXI, "says: 跨省看病没备案，先自付得多一些", "says: 跨省看病没备案，先自付20%"),),
        "  - id: jx_reduction_unfiled", ("只有一份转述，却说了数“20%”", "请去掉数"),
    ),
    "a step that is wider than a terminal": Broken(
        "two_lines", step("  where: " + "窗口" * 18 + "\n"),
        "zz:", ("“窗口", "在80列的窗口里要两行：where 共36字，放得下34字", "细节放到 detail"), "mutual_aid",
    ),
    "a step that two keys together make wider than a terminal": Broken(
        "two_lines", step("  where: " + "窗口" * 10 + "\n  deadline: " + "马上" * 10 + "\n"),
        "zz:", ("where 和 deadline 共41字，放得下34字",), "mutual_aid",
    ),
    "a step that the longest name of a place makes wider than a terminal": Broken(
        "two_lines", step("  where: " + "窗口" * 13 + "{from}\n"),
        "zz:", ("在80列的窗口里要两行",), "mutual_aid",
    ),
    "an unclear answer that is told nothing": Broken(
        "unsure_left_out",
        (*step("  when: {zz_question: yes}\n"), ON,
         (AID, "", NODE.replace("no: {}", "no:\n      unsure:").replace("yes: {}", "yes:")),
         ("questions.yaml", "", QUESTION.format("default: unsure")
          + "    unsure: {label: 不清楚, number: 2}\n")),
        "zz:", ("“zz_question”答“不清楚”的人看不到“zz”", "请加上 unsure，或另写一条"), "mutual_aid",
        "checklist/steps.yaml",
    ),
    "a word that cannot be true where it is read": Broken(
        "out_of_place",
        (*step(""), ("wording.yaml", "out_of_place:\n", "out_of_place:\n  zz_place:\n"
                     "    when: {errand: mutual_aid}\n    words: [怪话]\n"
                     "    because: 谁也不这么说\n")),
        "zz:", ("“zz_place”的清单上有“怪话”：谁也不这么说", "请改话，或给它加 when"), "mutual_aid",
        "checklist/steps.yaml",
    ),
    "a word for those who go, on a list of somebody in care": Broken(
        "out_of_place",
        (("checklist/steps.yaml", "  text: 先弄清病人参加的是职工医保还是居民医保\n",
          "  text: 出发前先弄清病人参加的是职工医保还是居民医保\n"),),
        "find_insurance:", ("的清单上有“出发前”：", "请改话"),
    ),
    "a word for those who go, in what an option adds": Broken(
        "out_of_place",
        (("checklist/steps.yaml", "  detail: 停保、等待期里的费用", "  detail: 出发前问清，停保、等待期里的费用"),),
        "check_enrolment:", ("的清单上有“出发前”：",),
    ),
    "a sentence that is too long to be read once": Broken(
        "hard_to_read", step("  detail: " + "先问清楚再去，" * 6 + "{from}。\n"),
        "zz:", ("一句有44字，最多36字", "用句号或分号断开"), "mutual_aid", "checklist/steps.yaml",
    ),
    "a sentence whose words hang on each other": Broken(
        "hard_to_read", step("  detail: 看病的人的卡的号码。\n"),
        "zz:", ("“看病的人的卡的号码”一句有3个“的”，最多2个",), "mutual_aid", "checklist/steps.yaml",
    ),
    "a word of the offices that has a plain partner": Broken(
        "hard_to_read",
        (("wording.yaml", "plain:\n", "plain:\n  缴付: 交\n"),
         ("checklist/steps.yaml", "马上补缴或续保，", "马上缴付，")),
        "restore_pay:", ("里有办事用语“缴付”；请说“交”",), "care", "checklist/steps.yaml",
    ),
    "an explanation that has to be explained": Broken(
        "hard_to_read", (("wording.yaml", "  留观: ", "  留观: 按照规定"),),
        "  留观:", ("“留观”的解释有11字，最多8字",),
    ),
    "an explanation of a word that nothing says": Broken(
        "unused_word", (("wording.yaml", "explained:\n", "explained:\n  怪话: 谁也不说\n"),),
        "  怪话:", ("“怪话”没有一处用到",),
    ),
    "two items that contradict each other": Broken(
        "contradiction",
        (("checklist/documents.yaml", "  purpose: 绑定家庭共济\n",
          "  purpose: 绑定家庭共济\n  contradicts: [id_card]\n"),),
        "aid_giver_code:", ("“mutual_aid”", "“aid_giver_code”和“id_card”", "请放到不同的分支"),
        "mutual_aid",
    ),
    "a required question that has to be known": Broken(
        "missing_unsure",
        (ON, (AID, "", NODE.replace("yes: {}", "yes: {add: [id_card]}")),
         ("questions.yaml", "", QUESTION.format("asked: always"))),
        "zz_question:", ("“zz_question”", "不清楚", "请加上"), "mutual_aid",
    ),
    "a word of a sentence with two meanings": Broken(
        "two_meanings",
        (("sentence.yaml", "    words: [药店, 药房]", "    words: [药店, 药房, 开刀]"),),
        "    words: [药店, 药房, 开刀]", ("“开刀”既是 care 的 inpatient，又是 pharmacy",),
    ),
    "a word of a sentence that is never met": Broken(
        "never_heard", (("sentence.yaml", "    words: [药店, 药房]", "    words: [药店, 藥房]"),),
        "    words: [药店, 藥房]", ("“藥房”不会被认出来", "简体"),
    ),
    "a word of a sentence that names no set": Broken(
        "never_heard", (("sentence.yaml", "    words: [药店, 药房]", "    words: [药店, <药>房]"),),
        "    words: [药店, <药>房]", ("“<药>房”不会被认出来", "sets"),
    ),
    "a word of a set with two meanings": Broken(
        "two_meanings",
        (("sentence.yaml", "    words: [药店, 药房]", "    words: [药店, <住院>]"),),
        "    words: [药店, <住院>]", ("既是 care 的 inpatient，又是 pharmacy",),
    ),
    "a word of an option that two options share": Broken(
        "two_meanings",
        (("questions.yaml", "also: [居民, ", "also: [职工基本医疗保险, 居民, "),),
        "    resident:", ("“职工基本医疗保险”既是 insurance 的 employee，又是 resident", "只能留一个"),
    ),
    "two questions of one label": Broken(
        "two_meanings", (("questions.yaml", "label: 两人的参保地", "label: 参保险种"),),
        "aid_reach:", ("问题“aid_reach”和“insurance”的 label 都是“参保险种”", "请改一个"),
    ),
    "a question that is never offered": Broken(
        "never_offered",
        (ON, (AID, "", NODE.replace("yes: {}", "yes: {add: [id_card]}")),
         ("questions.yaml", "", QUESTION.format("default: no\n  asked: offered"))),
        "zz_question:", ("“zz_question”写了 asked: offered，没有写 extra", "请写 extra"), "mutual_aid",
    ),
    "a fact that is surer than its source": Broken(
        "too_sure",
        (("regions/provinces/fujian.yaml", "看病不用备案，可直接结算\n        level: C",
          "看病不用备案，可直接结算\n        level: B"),),
        "      - id: xm_filing_inside",
        ("“xm_filing_inside”写的级别是 B，可是 xiamen-assistant 是 C", "请改成 C，或加一份更可靠的依据"),
    ),
    "a rule that is surer than two reports": Broken(
        "too_sure",
        (("rules.yaml", "不报销，备案也解决不了\n  level: C", "不报销，备案也解决不了\n  level: A"),
         ("rules.yaml", "[gbf-2024-38 待遇等待期, xiamen-assistant 等待期]",
          "[news-2021-outpatient 等待期, xiamen-assistant 等待期]")),
        "waiting_not_paid:", ("级别是 A，可是 news-2021-outpatient 是 B、xiamen-assistant 是 C",),
    ),
    "a source read on a day to come": Broken(
        "read_later",
        (("sources.yaml", "  read_on: 2026-11-21\n  level: C\n  scope: 350200",
          "  read_on: 2027-11-21\n  level: C\n  scope: 350200"),),
        "xiamen-assistant:", ("“xiamen-assistant”说是 2027-11-21 读的，今天才 " + DAY, "真正读到的日子"),
    ),
    "a province looked at on a day to come": Broken(
        "read_later", ((QINGHAI, "reviewed: 2026-11-21", "reviewed: 2027-11-21"),),
        "code: 630000", ("说是 2027-11-21 读的", "请改成"),
    ),
    "a character old consoles lack": Broken(
        "not_gbk", (("checklist/notes.yaml", "省内共济各省都开通了", "省内共济各省都开通了✓"),),
        "aid_inside_open:", ("“✓”", "请换一个写法"),
    ),
    "a portal's name old consoles lack": Broken(
        "not_gbk",
        ((QINGHAI, "青海省医疗保障局网站", "青海省医疗保障局網站䶮"),),
        "code: 630000", ("“䶮”",),
    ),
    "a sentence nobody reads to its end": Broken(
        "too_long", (("checklist/notes.yaml", "省内共济各省都开通了", "共济；" * 21),),
        "aid_inside_open:", ("有63字；这里最多60字", "放第二行"),
    ),
    "a label that is cut": Broken(
        "too_long", (("questions.yaml", "label: 同一个省", "label: " + "同省" * 10),),
        "aid_reach:", ("有20字；这里最多18字",),
    ),
    "two items that say the same": Broken(
        "near_duplicate",
        (("checklist/notes.yaml", "那时省内共济还在各省陆续开通", "省内共济各省都开通了。"),),
        "aid_inside_opening:", ("“aid_inside_open”", "请合成一条"),
    ),
    "two local facts that say the same": Broken(
        "near_duplicate",
        ((QINGHAI,
          "海西转诊备案可去医保窗口、合作的银行和商保网点，或用国家医保服务平台App",
          "海西参保跨省转诊备案，要身份证件或社保卡，加分级诊疗转院审批表和病情介绍表"),),
        "      - id: haixi_channel_referral", ("“haixi_papers_referral”", "请合成一条"),
    ),
    "a source to be read again": Broken(
        "overdue_source",
        (("sources.yaml", "nhsa-2022-22:\n", "nhsa-2022-22:\n  review_by: 2026-12-01\n"),),
        "nhsa-2022-22:", ("2026-12-01 前复查", "请重读"), day="2026-12-02",
    ),
    "a province to be looked at again": Broken(
        "overdue_sheet", ((QINGHAI, "name: 青海省\n", "name: 青海省\nreview_by: 2026-12-01\n"),),
        "code: 630000", ("青海省", "2026-12-01 前再查", "改 reviewed"), day="2026-12-02",
    ),
    "a local fact to be looked at again": Broken(
        "overdue_fact",
        ((QINGHAI, "      - id: haixi_channel_referral\n",
          "      - id: haixi_channel_referral\n        review_by: 2026-12-01\n"),),
        "      - id: haixi_channel_referral", ("2026-12-01 前复查", "改它的"), day="2026-12-02",
    ),
}  # fmt: skip
MILD = {
    "too_long", "hard_to_read", "two_lines", "near_duplicate", "overdue_source", "overdue_sheet", "overdue_fact",
    "read_later",
}  # fmt: skip
# These need more than `check`; their tests are further down.
ELSEWHERE = {"unseen_fact", "case_failed", "unnoticed"}


@pytest.fixture(scope="module")
def clean() -> tuple[Knowledge, Lines]:
    return load(shipped())


@pytest.fixture(scope="module")
def surveys(clean: tuple[Knowledge, Lines]) -> dict[str, audit.Survey]:
    """What walking shows of each errand: only the one that is broken has to be walked again."""
    return {errand: alone(clean[0], errand) for errand in clean[0].starts}


def alone(known: Knowledge, errand: str) -> audit.Survey:
    return audit.survey(replace(known, starts={errand: known.starts[errand]}))


def together(surveys: dict[str, audit.Survey]) -> audit.Survey:
    whole = audit.Survey()
    for one in surveys.values():
        whole.ways += one.ways
        whole.states += one.states
        whole.place_classes = one.place_classes
        whole.holes += one.holes
        for name in ("nodes", "outcomes", "items", "contradictions"):
            getattr(whole, name).update(getattr(one, name))
        whole.samples = {**one.samples, **whole.samples}
    return whole


def line(path: Path, start: str) -> int:
    [number] = [
        number
        for number, text in enumerate(path.read_text(encoding="utf-8").split("\n"), 1)
        if text.startswith(start)
    ]
    return number


def edit(data: Path, *edits: tuple[str, str, str]) -> None:
    for file, old, new in edits:
        text = (data / file).read_text(encoding="utf-8")
        assert not old or text.count(old) == 1, (file, old, text.count(old))
        text = text.replace(old, new) if old else text + new
        (data / file).write_text(text, encoding="utf-8")


def test_every_code_has_a_broken_copy() -> None:
    assert {one.code for one in BROKEN.values()} | ELSEWHERE == set(audit.CODES)


def test_the_shipped_knowledge_is_clean(
    clean: tuple[Knowledge, Lines], surveys: dict[str, audit.Survey]
) -> None:
    whole = together(surveys)
    assert not whole.holes
    assert audit.check(*clean, whole, DAY) == []
    walked = audit.covering(clean[0], whole)
    assert audit.unseen(*clean, walked) == []
    # The ways that stand for all of them pass every node.
    traces = [decision.trace for one in walked for decision in one.decisions]
    # Of the nodes made from cases some are for facts that earlier nodes have sent elsewhere.
    passed = {written(stop.node) for trace in traces for stop in trace}
    assert passed == {*map(written, clean[0].nodes)}


@pytest.mark.parametrize("name", BROKEN)
def test_broken(name: str, tmp_path: Path, surveys: dict[str, audit.Survey]) -> None:
    case = BROKEN[name]
    data = Path(shutil.copytree(shipped(), tmp_path / "data"))
    edit(data, *case.edits)
    known, lines = load(data)
    now = {**surveys, case.errand: alone(known, case.errand)} if case.errand else surveys

    found = audit.check(known, lines, together(now), case.day)

    assert {one.code for one in found} == {case.code}, found
    file = case.file or case.edits[-1][0]
    assert (f"data/{file}", line(data / file, case.at)) in {(one.file, one.line) for one in found}
    assert len({one.line for one in found}) == 1
    for text in (*case.says, "；"):
        assert text in found[0].message
    kind = "提醒" if case.code in MILD else "错误"
    where = f"data/{file}:{line(data / file, case.at)}: {kind} [{case.code}] "
    assert str(found[0]).startswith(where)


def test_a_source_is_not_overdue_on_its_last_day(
    clean: tuple[Knowledge, Lines], surveys: dict[str, audit.Survey]
) -> None:
    last = min(source.review_by for source in clean[0].sources.values())
    assert audit.check(*clean, together(surveys), last) == []


def test_an_answer_that_only_local_facts_ask_for_is_of_use(
    clean: tuple[Knowledge, Lines], surveys: dict[str, audit.Survey]
) -> None:
    known, lines = clean
    question = replace(known.questions["phone"], id="zz", label="另一个问题")
    node = replace(known.tree["aid_enrolment"], ask="zz", branches={}, others=Branch())
    fact = replace(known.sheets["632800"].facts[0], when={"zz": tuple(question.options)})
    changed = replace(
        known,
        questions={**known.questions, "zz": question},
        tree={**known.tree, "aid_enrolment": node},
    )
    codes = {"useless_question", "unused_option"}

    found = audit.check(changed, lines, together(surveys), DAY)
    assert {one.code for one in found if "zz" in one.message} == codes

    province = replace(known.provinces["630000"], facts=(fact,))
    told = replace(changed, provinces={**known.provinces, "630000": province})
    found = audit.check(told, lines, together(surveys), DAY)
    assert not [one for one in found if "zz" in one.message]


# ---------------------------------------------------------------- local facts

FACT = """code: 310000
name: 上海市
reviewed: 2026-11-21
review_by: 2027-05-21
rules:
  filing_inside: {value: free, level: A, cites: [js-procedure-2022 第九条]}
facts:
  - id: zz_fact
    topic: filing
    role: insured
    reach: across
    says: 上海参保人去外地住院，备案当天就能用
    level: A
    cites: [js-procedure-2022 第九条]
"""


@pytest.fixture
def overlay(tmp_path: Path) -> Path:
    folder = tmp_path / "mine"
    (folder / "regions/provinces").mkdir(parents=True)
    (folder / "regions/provinces/shanghai.yaml").write_text(FACT, encoding="utf-8")
    return folder


def test_a_fact_that_no_list_shows(overlay: Path) -> None:
    path = overlay / "regions/provinces/shanghai.yaml"
    for reach, wanted in (("across", []), ("inside", ["unseen_fact"])):
        path.write_text(FACT.replace("reach: across", f"reach: {reach}"), encoding="utf-8")
        known, lines = loaded(overlay)
        only = replace(known, provinces={"310000": known.provinces["310000"]})
        found = audit.unseen(only, lines, audit.covering(only, alone(only, "care")))
        found = [one for one in found if "zz_fact" in one.message]
        assert [one.code for one in found] == wanted
    assert (found[0].file, found[0].line) == (
        "mine/regions/provinces/shanghai.yaml", line(path, "  - id: zz_fact")
    )  # fmt: skip
    assert "请改 when、reach 或 only_with" in found[0].message


def test_local_facts_pass_together_with_the_projects_cases(overlay: Path, tmp_path: Path) -> None:
    # Without the digests: they rightly move where a fact is new.
    cases = shutil.copytree(CASES, tmp_path / "cases", ignore=shutil.ignore_patterns("ways.tsv"))
    done = yibao(
        "check", "--data", str(overlay), "--cases", str(cases), "--format", "json", YIBAO_TODAY=DAY
    )
    assert (done.status, done.err) == (Status.OK, "")
    jsonschema.validate(done.data, SCHEMA)
    assert [one for one in done.data["findings"] if not one["code"].startswith("overdue_")] == []
    assert done.data["walked"]["cases"] == len(read_cases(CASES))


def test_broken_local_facts_are_refused(overlay: Path) -> None:
    path = overlay / "regions/provinces/shanghai.yaml"
    path.write_text(FACT.replace("level: A\n    cites", "level: D\n    cites"), encoding="utf-8")
    done = yibao("check", "--data", str(overlay))
    where = f"mine/regions/provinces/shanghai.yaml:{line(path, '    level: D')}: "
    assert done.status == Status.BROKEN_KNOWLEDGE
    assert done.err.startswith(where)
    assert "可以写：A、B、C" in done.err
    done = yibao("check", "--data", str(overlay), "-f", "json")
    assert done.data["error"]["code"] == "bad_value"
    assert yibao("check", "--data", str(overlay / "nowhere")).status == Status.BROKEN_KNOWLEDGE


# ---------------------------------------------------------------- a small knowledge of one's own

SMALL = {
    "sources.yaml": """law:
  title: 一部法
  read_on: 2023-01-02
  review_by: 2099-01-01
  level: A
  read_as: 原文
""",
    "rules.yaml": """local_free:
  says: 本地看病不用备案
  level: A
  cites: [law 第一条]
new_way:
  says: 从这天起跨省要备案
  level: A
  cites: [law 第二条]
  since: 2025-01-01
""",
    "questions.yaml": """errand:
  label: 要办的事
  ask: 办什么？
  number: 0
  several: yes
  default: care
  options:
    care: {label: 看病, number: 0}
from: {label: 参保地, kind: place, ask: 在哪里参保？, number: 1}
to: {label: 就医地, kind: place, ask: 去哪里？, number: 2}
filing:
  label: 备案
  ask: 备案了吗？
  number: 3
  options:
    none: {label: 没有, number: 0}
    valid: {label: 备了, number: 1}
    unsure: {label: 不清楚, number: 2}
""",
    "outcomes.yaml": """stay:
  path: local_care
  title: 不用备案
  summary: 照常看病。
  rules: [local_free]
  add: [card]
  topics: [filing]
file:
  path: file_then_direct
  title: 先备案
  summary: 备案以后再去。
  advice: yes
  add: [apply]
go:
  path: direct_settlement
  title: 直接结算
  summary: 带上卡就行。
  advice: yes
  add: [card]
""",
    "tree/care.yaml": """start:
  care: places
nodes:
  places:
    ask: from
    next: goal
  goal:
    ask: to
    next: lies
  lies:
    switch: relation
    branches:
      same_pool: {conclude: stay}
    others: {next: filed}
  filed:
    ask: filing
    branches:
      none: {conclude: file}
      valid: {conclude: go}
      unsure: {add: [look], conclude: file}
""",
    "checklist/steps.yaml": """apply:
  phase: before
  text: 去备案
  rules: [new_way]
look:
  phase: before
  text: 查一查备案了没有
  advice: yes
""",
    "checklist/documents.yaml": "card: {name: 卡, purpose: 结算, advice: yes}\n",
    "checklist/notes.yaml": "{}\n",
    "wording.yaml": "{}\n",
    "sentence.yaml": "{}\n",
    "checklist/warnings.yaml": "{}\n",
    "checklist/questions.yaml": "{}\n",
    "checklist/contacts.yaml": "{}\n",
    "regions/zones.yaml": "{}\n",
    "regions/nicknames.yaml": "".join(
        f"{kind}: {{}}\n"
        for kind in ("texts", "hospitals", "towns", "shared", "abroad", "spellings")
    ),
    "regions/provinces/sichuan.yaml": """code: 510000
name: 四川省
reviewed: 2026-11-21
review_by: 2099-01-01
facts:
  - id: local_fact
    topic: filing
    role: insured
    says: 四川的本地规定
    level: A
    cites: [law 第三条]
""",
}
OWN_CASES = """at_home:
  situation: 在绵阳参保，在绵阳看病
  answers: {from: 绵阳, to: 绵阳}
  path: local_care
  shows: [卡, 四川的本地规定]
  source: 一部法 第一条
away:
  situation: 去北京，没备案
  answers: {from: 绵阳, to: 北京, filing: 没有}
  path: file_then_direct
  shows: [去备案]
  hides: [查一查]
  source: 一部法 第二条
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    data = tmp_path / "data"
    for name, text in SMALL.items():
        (data / name).parent.mkdir(parents=True, exist_ok=True)
        (data / name).write_text(text, encoding="utf-8")
    about = (shipped() / "knowledge.yaml").read_text("utf-8")
    # It has fewer questions.
    about = re.sub(r"  case: .*", "  case: [from, to]", about)
    (data / "knowledge.yaml").write_text(about, "utf-8")
    # Three provinces are walked faster than all, and a place abroad is another kind.
    for name in ("places.csv", "districts.csv", "names.yaml"):
        lines = (shipped() / "regions" / name).read_text("utf-8").splitlines(keepends=True)
        kept = [line for line in lines if re.match("(?! *[0-9X])| *(11|51|53|81)", line)]
        (data / "regions" / name).write_text("".join(kept), "utf-8")
    return data


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "own.yaml").write_text(OWN_CASES, encoding="utf-8")
    return folder


def run(data: Path, *arguments: str, **changes: str) -> Ran:
    return yibao("check", "--data", str(data), *arguments, **changes)


def test_another_knowledge_is_clean(small: Path) -> None:
    done = run(small)
    assert (done.status, done.err) == (Status.OK, "")
    first, second, *_ = done.out.splitlines()
    assert first == " ▌ 没有发现问题。"
    assert "3 种结论，3 个条目，1 份依据" in second


def test_another_knowledge_may_have_few_places(small: Path) -> None:
    names = [small / "regions" / name for name in ("places.csv", "districts.csv", "names.yaml")]
    for path in names:
        kept = [
            line
            for line in path.read_text("utf-8").splitlines(keepends=True)
            if not re.match(r"\W*(53|5101|5107)\d\d", line)
        ]
        path.write_text("".join(kept), "utf-8")

    done = run(small)
    assert (done.status, done.err) == (Status.OK, "")


def test_another_knowledge_need_not_say_what_the_program_does_with_it(small: Path) -> None:
    about = small / "knowledge.yaml"
    text, found = re.subn(r"\ncalendar:\n( .*\n)*", "\n", about.read_text("utf-8"))
    assert found == 1
    about.write_text(text, "utf-8")
    words = ("--from", "绵阳", "--to", "北京", "--data", str(small), "--filing")
    dates = ("--admission", "2026-12-10", "--discharge", "2026-12-20", "--filed-on", "2026-12-01")

    region = yibao("region", "绵阳", "--data", str(small))
    assert (region.status, region.err) == (Status.OK, "")
    assert "问这几件事" not in region.out
    proxy = yibao("plan", *words, "valid", "--for", "proxy", "--full", "--format", "plain")
    assert proxy.status == Status.OK
    assert "谁的：病人的" in proxy.out
    assert "代办人先备好" not in proxy.out
    calendar = yibao("plan", *words, "none", "--format", "ics", *dates)
    assert calendar.status == Status.OK
    assert calendar.out.count("BEGIN:VEVENT") == 1


def test_an_overdue_source_is_an_error_only_when_strict(small: Path) -> None:
    edit(small, ("sources.yaml", "2099-01-01", "2023-01-03"))
    for strict, status in (((), Status.OK), (("--strict",), Status.BROKEN_KNOWLEDGE)):
        done = run(small, *strict)
        assert done.status == status
        assert done.err.startswith("data/sources.yaml:1: 提醒 [overdue_source] “一部法”")
        assert done.out.startswith(" ▌ 0 个错误，1 个提醒。\n")


COUNT = {"type": "integer", "minimum": 0}
SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["schema", "findings", "walked", "seconds"],
    "properties": {
        "schema": {"const": "yibao.check/1"},
        "seconds": {"type": "number", "minimum": 0},
        "walked": {
            "type": "object",
            "required": ["ways", "states", "place_classes", "outcomes", "items", "sources"],
            "properties": dict.fromkeys(("cases", "digests", "mutants"), COUNT),
            "additionalProperties": COUNT,
        },
        "findings": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["code", "severity", "file", "line", "message"],
                "properties": {
                    "code": {"enum": list(audit.CODES)},
                    "severity": {"enum": ["error", "warning"]},
                    "file": {"type": "string", "pattern": "^(data|own)/"},
                    "line": {"type": "integer", "minimum": 1},
                    "message": {"type": "string", "pattern": "；"},
                },
            },
        },
    },
}


def test_json(small: Path, own: Path) -> None:
    edit(
        small,
        ("sources.yaml", "2099-01-01", "2023-01-03"),
        ("rules.yaml", "", "zz:\n  says: 一句话\n  level: A\n  cites: [law 第九条]\n"),
    )
    edit(own, ("own.yaml", "hides: [查一查]", "hides: [去备案]"))
    done = run(small, "--cases", str(own), "--update", "--mutate", "--format", "json")
    assert (done.status, done.err) == (Status.BROKEN_KNOWLEDGE, "")
    jsonschema.validate(done.data, SCHEMA)
    assert [(one["code"], one["file"], one["line"]) for one in done.data["findings"]] == [
        ("unused_rule", "data/rules.yaml", 10),
        ("overdue_source", "data/sources.yaml", 1),
        ("case_failed", "own/own.yaml", 7),
    ]
    walked = done.data["walked"]
    assert (walked["outcomes"], walked["items"], walked["sources"], walked["cases"]) == (3, 3, 1, 2)
    # 5 branches to swap (2 at the relation, 3 at the filing), 3 nodes that lead on, 4 conclusions
    # and 1 addition of a branch, 3 additions of outcomes, 1 date, 1 local fact.
    assert walked["mutants"] == 18
    assert walked["digests"] == len((own / "ways.tsv").read_text("utf-8").splitlines()) - 1


def test_holes_do_not_crash_anything(small: Path, own: Path) -> None:
    edit(small, ("tree/care.yaml", "      valid: {conclude: go}\n", ""))
    done = run(small, "--cases", str(own), "--update", "--mutate", "-f", "json")
    assert done.status == Status.BROKEN_KNOWLEDGE
    found = [(one["code"], one["file"]) for one in done.data["findings"]]
    assert ("no_outcome", "data/tree/care.yaml") in found
    assert not (own / "ways.tsv").exists()

    known, lines = load(small)
    walked = audit.covering(known, audit.survey(known))
    assert {one.outcomes for one in walked} == {("stay",), ("file",)}
    assert audit.unseen(known, lines, walked) == []


def test_a_way_that_never_ends_ends_the_check(small: Path) -> None:
    edit(small, ("tree/care.yaml", "valid: {conclude: go}", "valid: {conclude: go, next: places}"))
    done = run(small)
    assert done.status == Status.BROKEN_KNOWLEDGE
    assert [one.split(": ")[0] for one in done.err.splitlines()] == ["data/tree/care.yaml:4"]
    assert "走回" in done.err


# ---------------------------------------------------------------- usage


@pytest.mark.parametrize("flag", ["--mutate", "--update"])
def test_what_needs_cases_says_so(flag: str) -> None:
    done = yibao("check", flag)
    assert (done.status, done.out) == (Status.USAGE, "")
    assert "--cases" in done.err
    assert yibao("check", flag, "-f", "json").data["error"]["code"] == "no_cases"


def test_an_unknown_format_is_a_usage_error() -> None:
    done = yibao("check", "--format", "yaml")
    assert done.status == Status.USAGE
    assert "plain、json" in done.err


@pytest.mark.parametrize("make", [True, False])
def test_a_folder_without_cases(small: Path, tmp_path: Path, make: bool) -> None:
    folder = tmp_path / "none"
    if make:
        folder.mkdir()
    for flags in ((), ("--update",), ("--mutate",)):
        done = run(small, "--cases", str(folder), *flags)
        assert (done.status, done.out) == (Status.BROKEN_KNOWLEDGE, "")
        assert "案例写在这个文件夹的 .yaml 文件里" in done.err
    assert folder.exists() == make


# ---------------------------------------------------------------- cases and digests


def test_a_case_that_is_answered_otherwise(small: Path, own: Path) -> None:
    edit(small, ("tree/care.yaml", "none: {conclude: file}", "none: {conclude: go}"))
    [found] = run_cases(load(small)[0], read_cases(own))
    assert (found.code, found.file, found.line) == ("case_failed", "own/own.yaml", 7)
    for text in ("去北京，没备案", "结论是 direct_settlement，应该是 file_then_direct",
                 "没有说“去备案”", "出处：一部法 第二条"):  # fmt: skip
        assert text in found.message


def test_a_folder_is_named_however_it_is_given(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(own)
    assert {file for file, _ in (case.at for case in read_cases(Path()))} == {"own/own.yaml"}


@pytest.fixture
def digests(small: Path, own: Path) -> Path:
    """The digests of all ways, as `--update` writes them."""
    done = run(small, "--cases", str(own), "--update")
    assert (done.status, done.err) == (Status.OK, "")
    return own / "ways.tsv"


def test_digests_are_written_and_nothing_beside_them(digests: Path) -> None:
    assert digests.read_text("utf-8").startswith("# ")
    assert {path.name for path in digests.parent.iterdir()} == {"own.yaml", "ways.tsv"}


def test_digests_written_a_second_time_are_the_same(small: Path, digests: Path) -> None:
    text = digests.read_text("utf-8")
    assert run(small, "--cases", str(digests.parent)).status == Status.OK
    assert run(small, "--cases", str(digests.parent), "--update").status == Status.OK
    assert digests.read_text("utf-8") == text


def test_wording_moves_no_way(small: Path, digests: Path) -> None:
    edit(small, ("checklist/steps.yaml", "查一查备案了没有", "先查查备案了没有"))
    assert replay(load(small)[0], digests.parent)[1] == []


def test_an_item_less_moves_the_ways_that_took_it(small: Path, digests: Path) -> None:
    lines = digests.read_text("utf-8").split("\n")
    edit(small, ("tree/care.yaml", "unsure: {add: [look], ", "unsure: {"))
    found = replay(load(small)[0], digests.parent)[1]
    assert found
    for one in found:
        assert (one.code, one.file) == ("case_failed", "own/ways.tsv")
        assert "filing=unsure" in lines[one.line - 1]
        assert one.message.endswith("；改得对，就用 --update 重写")


def test_another_conclusion_moves_the_ways_that_ended_there(small: Path, digests: Path) -> None:
    edit(small, ("tree/care.yaml", "valid: {conclude: go}", "valid: {conclude: stay}"))
    found = replay(load(small)[0], digests.parent)[1]
    assert found
    assert {one.message.partition("：")[0] for one in found} == {"结论从 go 变成 stay"}
    assert "：看病，北京 → 云南，备了；" in found[0].message


def test_of_many_ways_that_moved_five_are_told(small: Path, own: Path) -> None:
    (own / "ways.tsv").write_text("zz\n" * 7, encoding="utf-8")
    found = replay(load(small)[0], own)[1]
    assert [one.line for one in found] == [1, 2, 3, 4, 5, 6]
    assert found[-1].message == "还有 2 条走法也变了；改得对，就用 --update 重写"
    assert run(small, "--cases", str(own)).err.count("\n") == 6


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("from=510700", "看不懂"),
        ("errand\t2026-11-21\tstay\t0", "看不懂"),
        ("from=510700 to=nowhere\t2026-11-21\tstay\t0", "nowhere"),
        ("zz=1\t2026-11-21\tstay\t0", "zz"),
        ("from=510700\t2026-11-21\tstay\t0", "还缺"),
    ],
)
def test_a_way_that_cannot_be_walked(small: Path, own: Path, row: str, says: str) -> None:
    (own / "ways.tsv").write_text(f"# \n{row}\r\n", encoding="utf-8", newline="")
    [found] = replay(load(small)[0], own)[1]
    assert (found.code, found.file, found.line) == ("case_failed", "own/ways.tsv", 2)
    assert says in found.message
    assert "--update" in found.message


def test_digests_that_cannot_be_read(small: Path, own: Path) -> None:
    (own / "ways.tsv").write_bytes("甲".encode("gbk"))
    done = run(small, "--cases", str(own))
    assert done.status == Status.BROKEN_KNOWLEDGE
    assert done.err.startswith("own/ways.tsv:1: 读不了")
    # Writing it anew is the cure.
    assert run(small, "--cases", str(own), "--update").status == Status.OK
    (own / "ways.tsv").unlink()
    (own / "ways.tsv").mkdir()
    with pytest.raises(KnowledgeError):
        recorded(own)
    done = run(small, "--cases", str(own), "--update")
    assert (done.status, "ways.tsv" in done.err) == (Status.FILE, True)


def test_digests_that_cannot_be_written(small: Path, own: Path) -> None:
    (own / "ways.tsv").write_text("before", encoding="utf-8")
    done = cramped("check", "--data", str(small), "--cases", str(own), "--update")
    assert (done.status, "ways.tsv" in done.err) == (Status.FILE, True)
    # The old file or the new one, never half, and nothing beside it.
    assert (own / "ways.tsv").read_text("utf-8") == "before"
    assert {path.name for path in own.iterdir()} == {"own.yaml", "ways.tsv"}


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root writes anywhere")
def test_a_read_only_folder(small: Path, own: Path) -> None:
    own.chmod(0o555)
    done = run(small, "--cases", str(own), "--update")
    own.chmod(0o755)
    assert done.status == Status.FILE
    assert "Traceback" not in done.err
    assert "ways.tsv" in done.err


# ---------------------------------------------------------------- mutation


def test_mutants(small: Path, own: Path) -> None:
    known, lines = load(small)
    cases = read_cases(own)
    found = audit.survey(known)
    count, survivors = mutation.mutate(known, lines, found, audit.covering(known, found), cases)
    assert survivors == []

    # Two cases alone leave out the answer nobody put, and the day before the rule.
    again, survivors = mutation.mutate(known, lines, found, [], cases)
    assert again == count
    assert {one.code for one in survivors} == {"unnoticed"}
    told = {(one.file, one.line): one.message for one in survivors}
    message = told["data/tree/care.yaml", line(small / "tree/care.yaml", "  filed:")]
    assert message.endswith("没有案例发现；请加一个案例，或用 --update 重写 ways.tsv")
    assert ("data/rules.yaml", line(small / "rules.yaml", "new_way:")) in told
    assert not any("local_fact" in one for one in told.values())

    # A case that fails anyway notices nothing.
    edit(own, ("own.yaml", "path: local_care", "path: not_covered"))
    _, more = mutation.mutate(known, lines, found, [], read_cases(own))
    assert set(survivors) < set(more)
    fact = ("data/regions/provinces/sichuan.yaml", 6)
    assert fact in {(one.file, one.line) for one in more}


def test_only_ways_that_are_kept_notice(small: Path, own: Path) -> None:
    done = run(small, "--cases", str(own), "--mutate")
    assert done.status == Status.BROKEN_KNOWLEDGE
    assert "[unnoticed] 节点“filed”的分支“unsure”去掉条目“look”，没有案例发现" in done.err
    done = run(small, "--cases", str(own), "--mutate", "--update")
    assert (done.status, done.err) == (Status.OK, "")
    assert "处改动" in done.out


def test_a_run_is_told_in_numbers(small: Path, own: Path) -> None:
    out = json.loads(run(small, "--cases", str(own), "--format=json").out)
    assert "digests" not in out["walked"]
    assert "mutants" not in out["walked"]
