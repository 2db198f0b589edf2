"""Bad data is refused with file, line, what was found and what is allowed."""

from __future__ import annotations

import ast
import os
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import pytest
import yaml
from support import within

from yibao_cli.errors import Finding, KnowledgeError, Status
from yibao_cli.knowledge import load as loading
from yibao_cli.knowledge import reading, yaml_nodes
from yibao_cli.knowledge.kinds import LEVELS, PHASES, PLACEHOLDERS, URGENCIES, WEIGHTS, By
from yibao_cli.knowledge.kinds import Path as Outcomes
from yibao_cli.knowledge.law import Rule
from yibao_cli.knowledge.location import shipped
from yibao_cli.knowledge.model import Knowledge
from yibao_cli.knowledge.tree import TreeFile

RULES = "rules.yaml"
SOURCES = "sources.yaml"
QUESTIONS = "questions.yaml"
OUTCOMES = "outcomes.yaml"
STEPS = "checklist/steps.yaml"
DOCUMENTS = "checklist/documents.yaml"
NOTES = "checklist/notes.yaml"
ASKS = "checklist/questions.yaml"
WARNINGS = "checklist/warnings.yaml"
CONTACTS = "checklist/contacts.yaml"
TREE = "tree/care.yaml"
ZONES = "regions/zones.yaml"
NAMES = "regions/names.yaml"
SAID = "regions/nicknames.yaml"
SHEET = "regions/provinces/qinghai.yaml"
SHEETS = ("gansu.yaml", "liaoning.yaml", "qinghai.yaml")
PLACES = "regions/places.csv"
DISTRICTS = "regions/districts.csv"
ABOUT = "knowledge.yaml"
WORDING = "wording.yaml"

# A sound entry for each file: added at its end, or the whole file where one is small.
ADDED = {
    RULES: """
zz_rule:
  says: 一句话
  level: A
  cites: [js-procedure-2022 第九条]
  since: 2023-01
  until: 2026-12-31
""",
    SOURCES: """
zz-source:
  title: 一份文件
  issued: 2022
  effective: 2023-01-01
  until: 2027-01-01
  read_on: 2026-11-21
  review_by: 2027-05-21
  level: B
  scope: 320000
  read_as: 转述
  url: https://www.example.cn/a/b.html?c=1
""",
    QUESTIONS: """
zz_question:
  label: 一个问题
  ask: 是不是？
  number: 98
  default: no
  asked: never
  options:
    yes: {label: 是, number: 0, also: [对], add: [agency], alone: 是的,
          stands_for: {stage: paid}, fills: {care: 办事}}
    no: {label: 不是, number: 1}
    3: {label: 三, number: 2}
  fits:
    大概: [yes, no]
""",
    OUTCOMES: """
zz_outcome:
  path: ask_agency
  title: 先问{from}
  summary: 一句话
  rules: [law_not_covered]
  add: [agency]
  topics: [claim]
""",
    STEPS: """
zz_step:
  phase: before
  text: 打 {hotline} 问{from}，去{to}要不要备案
  detail: 补充
  calendar: claim
  when: {stage: before, relation: [same_province, other_province]}
  weight: should
  urgency: check
  by: paying
  needs: [claim_submit]
  replaces: [agency]
  advice: yes
""",
    DOCUMENTS: """
zz_document:
  name: 一份材料
  purpose: 用处
  copies: 2
  or: [另一份]
  owner: 病人的
  signer: 病人签
  proxy: yes
  rules: [law_not_covered]
""",
    NOTES: """
zz_note:
  topic: claim
  text: 一句话
  calendar: temporary
  rules: [law_not_covered]
""",
    ASKS: """
zz_region:
  text: 另一句问话
  region: yes
  calendar: filing
zz_ask:
  text: 一句问话
""",
    TREE: """
  zz_ask:
    ask: insurance
    next: zz_switch
    branches:
      employee: {add: [agency], conclude: local_care}
      resident: {next: zz_end}
    others:
    asked: never
  zz_switch:
    switch: zone
    next: zz_cases
    branches:
      jing_jin_ji:
    others: {add: [agency]}
  zz_cases:
    cases:
      - {when: {stage: paid, relation: [abroad, same_pool]}, conclude: local_care}
      - {when: {patient: newborn}, next: zz_end}
      - {add: [agency]}
    next: zz_along
  zz_along:
    along: [agent, phone]
    next: zz_end
  zz_end:
    switch: concluded
    others: {conclude: local_care}
""",
    ZONES: """
zz_zone:
  name: 一个区域
  members: [110000, 310118]
  level: B
  from: 2024-05-01
  cites: [sh-demo-zone-2024 第二条]
""",
}
WHOLE = {
    WORDING: """out_of_place:
  zz_place:
    when: {errand: care, stage: [before, paid]}
    words: [某个词]
    because: 用不上
    except: {agency: 一个理由}
plain: {予以: 给}
explained: {备案: 先登记}
""",
    SHEET: """code: 630000
name: 青海省
reviewed: 2026-11-21
review_by: 2027-05-21
portals:
  - name: 一个网站
    files: [inside]
    url: http://www.example.cn
    cites: [js-procedure-2022 第九条]
rules:
  filing_inside: {value: free, level: A, cites: [js-procedure-2022 第九条]}
facts:
  - id: zz_fact
    topic: filing
    role: insured
    reach: inside
    only_with: [630100, 310118]
    when: {category: [referral, unsure]}
    says: 一句话
    replaces: [agency]
    weight: must
    level: A
    from: 2023-01-01
    until: 2026-01-01
    cites: [js-procedure-2022 第九条（五）, js-procedure-2022 第十条]
cities:
  630100:
    facts:
      - id: zz_city_fact
        topic: claim
        role: care
        says: 一句话
        level: C
        cites: [js-procedure-2022 第九条]
""",
}


def sound(file: str) -> str:
    """The text of a file before a case breaks it."""
    if file in WHOLE:
        return WHOLE[file]
    return (shipped() / file).read_text(encoding="utf-8") + ADDED.get(file, "")


def copied(folder: Path) -> Path:
    """The shipped knowledge with the sheets of three provinces: it loads twice as fast."""
    others = [one.name for one in (shipped() / SHEET).parent.iterdir() if one.name not in SHEETS]
    return Path(shutil.copytree(shipped(), folder / "data", ignore=lambda *_: others))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return copied(tmp_path)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy for tests that leave it as they found it."""
    return copied(tmp_path_factory.mktemp("whole"))


def findings(data: Path) -> list[Finding]:
    with pytest.raises(KnowledgeError) as raised:
        loading.load(data)
    assert raised.value.status is Status.BROKEN_KNOWLEDGE
    for finding in raised.value.findings:
        # File, line, and one Chinese sentence: what was found; what is allowed.
        assert re.match(r"[a-z][^:]*:\d+: [^\n]*[\u4e00-\u9fff][^\n]*$", finding.message)
        assert "；" in finding.message
    return list(raised.value.findings)


@dataclass(frozen=True)
class Case:
    """One replacement in a sound file, and what has to be said about it.

    `at` is the start of the line that the message must name: by default the last one replaced.
    """

    file: str
    old: str
    new: str
    code: str
    says: tuple[str, ...]
    at: str | None = None

    def text(self) -> str:
        before, found, after = sound(self.file).rpartition(self.old)
        assert found, f"{self.old!r} is not in {self.file}"
        return before + self.new + after

    def line(self) -> int:
        wanted = (self.at or self.new.rstrip("\n").rsplit("\n", 1)[-1]).strip()
        lines = self.text().split("\n")
        hits = [number for number, line in enumerate(lines, 1) if wanted in line]
        assert hits, wanted
        return hits[-1]


def dangling(file: str, old: str, new: str, *says: str, at: str | None = None) -> Case:
    return Case(file, old, new, "dangling", says, at)


ALL_LEVELS = "可以写：A、B、C"
CASES: dict[str, Case] = {
    # ------------------------------------------------------------ keys
    "unknown key": Case(
        RULES, "  level: A\n", "  level: A\n  levle: A\n", "unknown_key",
        ("不认识“levle”", "可以写：says、level、cites、since、until"),
    ),
    "unknown key in a flow mapping": Case(
        TREE, "{next: zz_end}", "{goto: zz_end}", "unknown_key",
        ("“goto”", "可以写：add、conclude、next"),
    ),
    "unknown rule of a province": Case(
        SHEET, "  filing_inside:", "  filing_outside:", "unknown_key",
        ("“filing_outside”", "filing_inside", "maternity"),
    ),
    "wording that the item has no place for": Case(
        SHEET, "    replaces: [agency]\n",
        "    rewords: {id_card: {deadline: 明天}}\n    replaces: [agency]\n", "unknown_key",
        ("“id_card”没有 deadline", "zz_fact"), at="- id: zz_fact",
    ),
    "item that a fact words": dangling(
        SHEET, "    replaces: [agency]\n", "    rewords: {id_crd: {detail: 一句话}}\n",
        "条目“id_crd”", "id_card",
    ),
    "key of another kind of item": Case(
        NOTES, "  topic: claim\n", "  topic: claim\n  phase: before\n", "unknown_key",
        ("“phase”", "可以写：text、topic"),
    ),
    "duplicate key": Case(
        RULES, "  level: A\n", "  level: A\n  level: B\n", "duplicate_key",
        ("“level”写了两遍", "前一遍在第", "只能写一遍"),
    ),
    "duplicate id in a file": Case(
        RULES, "zz_rule:", "law_not_covered: {}\nzz_rule:", "duplicate_key",
        ("“law_not_covered”写了两遍",), "law_not_covered: {}",
    ),
    "duplicate item in another file": Case(
        NOTES, "zz_note:", "id_card:", "duplicate_key",
        ("“id_card”", "data/checklist/documents.yaml 第", "只能用一次"),
    ),
    "duplicate fact": Case(
        SHEET, "id: zz_city_fact", "id: as_validity_papers", "duplicate_key",
        ("“as_validity_papers”", "data/regions/provinces/liaoning.yaml 第"),
    ),
    "duplicate province": Case(
        SHEET, "code: 630000", "code: 620000", "duplicate_key",
        ("“620000”", "data/regions/provinces/gansu.yaml 第2行"),
    ),
    "a way that goes round": Case(
        TREE, "    others: {conclude: local_care}\n", "    others:\n    next: zz_ask\n",
        "circle", ("“zz_ask”出发又走回了“zz_ask”", "next 只能往前"), "  zz_ask:",
    ),
    "a way that goes round through cases": Case(
        TREE, "{patient: newborn}, next: zz_end}", "{patient: newborn}, next: zz_ask}",
        "circle", ("“zz_ask”出发又走回了“zz_ask”",), "  zz_ask:",
    ),
    "duplicate option": Case(
        QUESTIONS, "    no: {label: 不是,", "    yes: {label: 不是,", "duplicate_key", ("“yes”",),
    ),
    "missing key": Case(
        RULES, "zz_rule:\n  says: 一句话\n", "zz_rule:\n", "missing_key",
        ("缺少“says”", "必须有：says、level、cites"),
    ),
    "missing key in a list": Case(
        SHEET, "        level: C\n", "", "missing_key", ("缺少“level”",), "- id: zz_city_fact",
    ),
    "missing table of levels": Case(
        ABOUT, "  C: ", "  # C: ", "missing_key", ("缺少“C”", "必须有：A、B、C"), "levels:",
    ),
    "fact without words": Case(
        ABOUT, "  neighbours:\n", "  zone_of_it:\n", "missing_key",
        ("事实“neighbours”没有写none、xinjiang_bingtuan怎么说",), "facts:",
    ),
    "value of a fact without words": Case(
        ABOUT, "same_pool: ", "same_pol: ", "missing_key",
        ("事实“relation”没有写same_pool怎么说", "每个取值都要有说法"), "  relation:",
    ),
    "missing phase": Case(STEPS, "  phase: before\n", "", "missing_key", ("“phase”",), "zz_step:"),
    # ------------------------------------------------------------ types
    "list for a text": Case(
        RULES, "says: 一句话", "says: [一, 二]", "wrong_type", ("这里是列表；要一句文字",),
    ),
    "mapping for a text": Case(
        STEPS, "detail: 补充", "detail: {hotline}", "wrong_type", ("这里是对照表", "加引号"),
    ),
    "text for a list": Case(
        RULES, "cites: [js-procedure-2022 第九条]", "cites: js-procedure-2022 第九条",
        "wrong_type", ("这里是“js-procedure-2022 第九条”", "要列表", "[甲, 乙]"),
    ),
    "mapping for a list": Case(
        OUTCOMES, "add: [agency]", "add: {agency: yes}", "wrong_type", ("这里是对照表", "要列表"),
    ),
    "text for a mapping": Case(
        SHEET, "rules:\n  filing_inside: {value: free, level: A, cites: [js-procedure-2022 第九条]}",
        "rules: free", "wrong_type", ("这里是“free”", "要“名称: 内容”的对照表"),
    ),
    "list for a mapping": Case(
        TREE, "resident: {next: zz_end}", "resident: [zz_end]", "wrong_type",
        ("这里是列表；要“名称: 内容”的对照表",),
    ),
    "nothing for a mapping": Case(
        TREE, "  zz_along:\n    along: [agent, phone]\n    next: zz_end\n", "  zz_along:\n", "wrong_type",
        ("这里是空的", "对照表"),
    ),
    "nothing for a case": Case(
        TREE, "      - {add: [agency]}\n", "      -\n", "wrong_type", ("这里是空的", "对照表"),
    ),
    "nothing for a list": Case(
        TREE, "along: [agent, phone]", "along:", "wrong_type", ("这里是空的", "要列表"),
    ),
    "nothing for a situation": Case(
        STEPS, "when: {stage: before, relation: [same_province, other_province]}", "when:", "wrong_type",
        ("这里是空的", "对照表"),
    ),
    "nothing for the options of a situation": Case(
        STEPS, "when: {stage: before,", "when: {stage: ,", "wrong_type", ("这里是空的", "要列表"),
    ),
    "list as a key": Case(
        RULES, "zz_rule:", "[a, b]: c\nzz_rule:", "wrong_type", ("名称是列表", "一个词"), "[a, b]",
    ),
    "several lines": Case(
        STEPS, "detail: 补充", "detail: |\n    一\n    二", "wrong_type", ("换行", "一行"),
        "detail: |",
    ),
    "empty text": Case(RULES, "says: 一句话", "says:", "empty", ("是空的", "写一句文字")),
    "empty text in quotes": Case(RULES, "says: 一句话", 'says: "  "', "empty", ("是空的",)),
    "empty text in a list": Case(DOCUMENTS, "or: [另一份]", 'or: [""]', "empty", ("是空的",)),
    # ------------------------------------------------------------ YAML
    "tab": Case(RULES, "says: 一句话", "says: 一句\t话", "tab", ("制表符", "半角空格")),
    "tab as indentation": Case(RULES, "  says: 一句话", "\tsays: 一句话", "tab", ("制表符",)),
    "full-width blanks as indentation": Case(
        RULES, "  level: A", "\u3000\u3000level: A", "tab", ("行首有全角空格", "半角空格"),
    ),
    "full-width blank behind a colon": Case(
        RULES, "  says: 一句话\n  level: A", "  says:　一句话\n  level: A", "bad_yaml",
        ("全角空格（U+3000）", "半角空格"), "says:　一句话",
    ),
    "zero-width space": Case(
        RULES, "says: 一句话", "says: 一句\u200b话", "hidden_character", ("U+200B", "普通文字"),
    ),
    "no-break space as indentation": Case(
        RULES, "  says: 一句话", "\u00a0\u00a0says: 一句话", "hidden_character", ("U+00A0",),
    ),
    "control character": Case(
        RULES, "says: 一句话", "says: 一句\x07话", "hidden_character", ("U+0007",),
    ),
    **{
        f"invisible mark {ord(mark):04X}": Case(
            RULES, "says: 一句话", f"says: 一句{mark}话", "hidden_character", (f"U+{ord(mark):04X}",),
        )
        for mark in "\u00ad\u061c\u180e\u202a\u202e\u2060\u2064\u2066\u2069\U000e0041"
    },
    "invisible mark by its number": Case(
        RULES, "says: 一句话", 'says: "一句\\u202e话"', "hidden_character", ("U+202E",),
    ),
    "comment after a text": Case(
        RULES, "says: 一句话", "says: 门诊 #慢特病", "inline_comment", ("“ #”", "单独成行", "引号"),
    ),
    "comment after an apostrophe": Case(
        RULES, "says: 一句话", "says: 5' 一句 #话", "inline_comment", ("“ #”",),
    ),
    "comment after quotes": Case(
        RULES, "says: 一句话", 'says: "一 # 句" # 话', "inline_comment", ("“ #”",),
    ),
    "comment after a list": Case(
        OUTCOMES, "add: [agency]", "add: [agency] # 问谁", "inline_comment", ("单独成行",),
    ),
    "alias": Case(
        RULES, "says: 一句话", "says: *text", "alias", ("“text”", "写两遍"),
    ),
    "anchor": Case(RULES, "says: 一句话", "says: &text 一句话", "alias", ("“text”", "写两遍")),
    "anchor on a mapping": Case(
        RULES, "zz_rule:\n", "zz_rule: &rule\n", "alias", ("“rule”",),
    ),
    "tag": Case(
        RULES, "says: 一句话", "says: !!python/name:os.system 一", "tag", ("os.system", "不用标签"),
    ),
    "local tag": Case(RULES, "says: 一句话", "says: !env HOME", "tag", ("“!env”",)),
    "second document": Case(
        RULES, "zz_rule:", "---\nzz_rule:", "documents", ("“---”", "只能有一份"), "---",
    ),
    "full-width colon at a key": Case(
        RULES, "says: 一句话", "says：一句话", "bad_yaml", ("“says：一句话”", "半角“:”加空格"),
    ),
    "full-width colon at the only key": Case(
        ASKS, "zz_ask:\n  text: 一句问话", "zz_ask:\n  text：一句问话", "wrong_type",
        ("“text：一句问话”", "半角“:”加空格"), "zz_ask:",
    ),
    "full-width colon and a half one": Case(
        ASKS, "  text: 一句问话", "  text: 一句\n  detail：一句: 话", "unknown_key",
        ("“detail：一句”", "半角“:”加空格"),
    ),
    "no blank after a colon": Case(
        RULES, "  level: A", "  level:A", "bad_yaml", ("“level:A”", "半角“:”加空格"),
    ),
    "no blank after the colon of the only key": Case(
        ASKS, "zz_ask:\n  text: 一句问话", "zz_ask:\n  text:一句问话", "wrong_type",
        ("“text:一句问话”", "半角“:”加空格"), "zz_ask:",
    ),
    "no blank after a colon in a flow mapping": Case(
        TREE, "{next: zz_end}", "{next:zz_end}", "unknown_key", ("“next:zz_end”", "半角“:”加空格"),
    ),
    "colon in a text": Case(
        RULES, "says: 一句话", "says: 注意: 要带", "bad_yaml", ("“says: 注意: 要带”", "加引号"),
    ),
    "bracket before a text": Case(
        RULES, "says: 一句话", "says: [见附件]第一条", "bad_yaml", ("加引号",),
    ),
    "open quote": Case(RULES, "says: 一句话", 'says: "一句话', "bad_yaml", ("引号要成对",)),
    "open bracket": Case(
        RULES, "cites: [js-procedure-2022 第九条]", "cites: [js-procedure-2022 第九条",
        "bad_yaml", ("“cites: [js-procedure-2022 第九条”", "括号"),
    ),
    "wrong indentation": Case(RULES, "  level: A\n", "   level: A\n", "bad_yaml", ("对齐",)),
    # ------------------------------------------------------------ words and numbers
    "bad level of a rule": Case(
        RULES, "level: A", "level: A-", "bad_value", ("“level”写的是“A-”", ALL_LEVELS),
    ),
    "bad level of a source": Case(
        SOURCES, "level: B", "level: D", "bad_value", (ALL_LEVELS, "D 不收", "要问的话"),
    ),
    "bad level of a fact": Case(SHEET, "level: C", "level: c", "bad_value", (ALL_LEVELS,)),
    "bad level of a zone": Case(ZONES, "level: B", "level: E", "bad_value", (ALL_LEVELS,)),
    "bad phase": Case(
        STEPS, "phase: before", "phase: later", "bad_value",
        ("“later”", "可以写：" + "、".join(PHASES)),
    ),
    "bad calendar of a step": Case(
        STEPS, "calendar: claim", "calendar: filing", "bad_value",
        ("“calendar”写的是“filing”", "可以写：discharge、claim"),
    ),
    "bad calendar of a note": Case(
        NOTES, "calendar: temporary", "calendar: claim", "bad_value",
        ("“claim”", "可以写：long_term、temporary"),
    ),
    "bad calendar of a question": Case(
        ASKS, "calendar: filing", "calendar: file", "bad_value", ("可以写：claim、filing",),
    ),
    "bad calendar of a contact": Case(
        CONTACTS, "calendar: claim", "calendar: call", "bad_value", ("可以写：claim",),
    ),
    "calendar of a warning": Case(
        WARNINGS, "  advice: yes\n", "  calendar: claim\n  advice: yes\n", "unknown_key",
        ("不认识“calendar”",), "calendar: claim",
    ),
    "bad proxy": Case(DOCUMENTS, "proxy: yes", "proxy: 是", "bad_value", ("可以写：yes、no",)),
    "bad region": Case(ASKS, "region: yes", "region: all", "bad_value", ("可以写：yes、no",)),
    "days in words": Case(ABOUT, "days: 7", "days: 一周", "bad_value", ("“days”", "0到99的整数")),
    "thirteenth month": Case(
        ABOUT, "month: 3", "month: 13", "bad_value", ("“month”写的是“13”", "1到12的整数"),
    ),
    "unknown reminder": Case(
        ABOUT, "  temporary:", "  temporal:", "unknown_key",
        ("不认识“temporal”", "可以写：case、claim、early、next_year、long_term、temporary"), "  temporal:",
    ),
    "reminder that says nothing": Case(
        ABOUT, "    says: 出院一周内就问清，截止日各地不同。\n", "", "missing_key",
        ("缺少“says”", "必须有：days、says"), "  claim:",
    ),
    "bad path": Case(
        OUTCOMES, "path: ask_agency", "path: ask", "bad_value", ("“ask”", *get_args(Outcomes)),
    ),
    "bad weight": Case(
        STEPS, "weight: should", "weight: high", "bad_value",
        ("“weight”写的是“high”", "可以写：" + "、".join(WEIGHTS)),
    ),
    "bad urgency": Case(
        STEPS, "urgency: check", "urgency: soon", "bad_value", ("可以写：" + "、".join(URGENCIES),),
    ),
    "bad moment": Case(
        STEPS, "by: paying", "by: 付钱前", "bad_value",
        ("“by”写的是“付钱前”", "可以写：" + "、".join(get_args(By))),
    ),
    "placeholder that no option fills": Case(
        QUESTIONS, "fills: {care: 办事}", "fills: {to: 办事}", "unknown_key", ("“to”", "可以写：type、care"),
        "fills: {to",
    ),
    "bad way to be asked": Case(
        QUESTIONS, "asked: never", "asked: no", "bad_value", ("可以写：always、offered、never",),
    ),
    "bad way for a node to ask": Case(
        TREE, "asked: never", "asked: offered", "bad_value", ("“offered”", "可以写：always、never"),
    ),
    "bad reach of a portal": Case(
        SHEET, "files: [inside]", "files: [here]", "bad_value", ("可以写：inside、across",),
    ),
    "reaches with a full-width comma": Case(
        SHEET, "files: [inside]", "files: [inside，across]", "wide_comma",
        ("“inside，across”", "全角的“，”", "半角“,”"),
    ),
    "reaches with a full-width comma, each on a line": Case(
        SHEET, "files: [inside]", "files:\n      - inside，across", "bad_value",
        ("可以写：inside、across", "逗号要用半角"), "- inside，across",
    ),
    "spellings with a full-width comma": Case(
        QUESTIONS, "also: [对]", "also: [对，正确]", "wide_comma", ("“对，正确”", "加引号"),
    ),
    "spellings with the comma of lists": Case(
        QUESTIONS, "also: [对]", "also: [对、正确]", "wide_comma", ("全角的“、”",),
    ),
    "sources with a full-width comma": Case(
        RULES, "cites: [js-procedure-2022 第九条]",
        "cites: [js-procedure-2022 第九条，no-such 第四条]", "wide_comma", ("半角“,”",),
    ),
    "sources with the comma of lists": Case(
        RULES, "cites: [js-procedure-2022 第九条]",
        "cites: [js-procedure-2022 第九条、第十条、no-such 第四条]", "wide_comma", ("全角的“、”",),
    ),
    "bad role": Case(SHEET, "role: care", "role: both", "bad_value", ("可以写：insured、care",)),
    "bad reach": Case(
        SHEET, "reach: inside", "reach: near", "bad_value", ("可以写：inside、across",),
    ),
    "bad value of a province's rule": Case(
        SHEET, "value: free", "value: yes", "bad_value", ("“yes”", "可以写：free、required"),
        "filing_inside:",
    ),
    "number of another question": Case(
        QUESTIONS, "  number: 98", "  number: 5", "duplicate_key",
        ("“5”在 data/questions.yaml 第", "每个编号只能用一次"),
    ),
    "number of another option": Case(
        QUESTIONS, "不是, number: 1}", "不是, number: 0}", "duplicate_key",
        ("“0”在 data/questions.yaml 第", "每个编号只能用一次"),
    ),
    "question without a number": Case(
        QUESTIONS, "  number: 98\n", "", "missing_key", ("缺少“number”", "label、ask、number"),
        "zz_question:",
    ),
    "number too high": Case(
        QUESTIONS, "不是, number: 1}", "不是, number: 100}", "bad_value", ("0到99的整数",),
    ),
    "bad kind of question": Case(
        QUESTIONS, "  default: no", "  default: no\n  kind: number", "bad_value",
        ("可以写：choice、place",),
    ),
    "no yes": Case(STEPS, "advice: yes", "advice: true", "bad_value", ("可以写：yes、no",)),
    "choice without options": Case(
        QUESTIONS, "zz_question:", "zz_empty: {label: 甲, ask: 乙, number: 97}\nzz_question:", "bad_value",
        ("“zz_empty”有0个选项", "要有 options"), "zz_empty:",
    ),
    "place with options": Case(
        QUESTIONS, "  default: no", "  kind: place\n  default: no", "bad_value",
        ("“zz_question”有3个选项", "地点题不能有"), "zz_question:",
    ),
    "copies in words": Case(
        DOCUMENTS, "copies: 2", "copies: 两份", "bad_value",
        ("“两份”", "整数"),
    ),
    "endless number": Case(
        DOCUMENTS, "copies: 2", f"copies: {'9' * 5000}", "bad_value",
        ("0到99",),
    ),
    "superscript number": Case(DOCUMENTS, "copies: 2", "copies: ²", "bad_value", ("整数",)),
    "characters that do not pair": Case(
        NAMES, "  to: ", "  to: 短", "bad_value", ("from 有", "to 有", "一样多"), "traditional:",
    ),
    # ------------------------------------------------------------ dates
    "date in words": Case(
        RULES, "until: 2026-12-31", "until: 今年底", "bad_date",
        ("“until”写的是“今年底”", "2026-11-21"),
    ),
    "impossible month": Case(
        RULES, "until: 2026-12-31", "until: 2026-13-40", "bad_date", ("“2026-13-40”", "真有的日期"),
    ),
    "impossible day": Case(RULES, "until: 2026-12-31", "until: 2026-02-30", "bad_date", ("02-30",)),
    "impossible month alone": Case(RULES, "since: 2023-01", "since: 2023-00", "bad_date", ("-00",)),
    "year nought": Case(SOURCES, "issued: 2022", "issued: 0000", "bad_date", ("“0000”",)),
    "full-width digits": Case(
        RULES, "until: 2026-12-31", "until: ２０２６-12-31", "bad_date", ("2026-11-21",),
    ),
    "date with slashes": Case(
        SHEET, "from: 2023-01-01", "from: 2023/1/1", "bad_date",
        ("2023/1/1",),
    ),
    "time of day": Case(
        SOURCES, "issued: 2022", "issued: 2022-07-26T10:00", "bad_date",
        ("2026-11-21、2026-11、2026",),
    ),
    # A month compares as its first day, so it can begin a period but not end one.
    "month at an end": Case(
        RULES, "until: 2026-12-31", "until: 2026-12", "bad_date",
        ("“2026-12”",),
    ),
    "month for a review": Case(
        SOURCES, "review_by: 2027-05-21", "review_by: 2027-05", "bad_date", ("“review_by”",),
    ),
    "rule ends before it begins": Case(
        RULES, "until: 2026-12-31", "until: 2022-12-31", "bad_period",
        ("“since”是 2023-01，“until”是 2022-12-31", "不能更早"),
    ),
    "source issued after it was read": Case(
        SOURCES, "issued: 2022", "issued: 2026-12", "bad_period",
        ("“issued”是 2026-12，“read_on”是 2026-11-21", "不能更早"), "  read_on: 2026-11-21",
    ),
    "fact ends before it begins": Case(
        SHEET, "until: 2026-01-01", "until: 2022-12-31", "bad_period", ("“from”", "不能更早"),
    ),
    "source ends before it begins": Case(
        SOURCES, "until: 2027-01-01", "until: 2022-12-31", "bad_period", ("“effective”",),
    ),
    "review before the reading": Case(
        SOURCES, "review_by: 2027-05-21", "review_by: 2026-05-21", "bad_period", ("“read_on”",),
    ),
    # ------------------------------------------------------------ ids and addresses
    "bad rule id": Case(
        RULES, "zz_rule:", "zz-rule:", "bad_id",
        ("“zz-rule”", "小写字母、数字和“_”"),
    ),
    "bad outcome id": Case(OUTCOMES, "zz_outcome:", "ZZ:", "bad_id", ("“ZZ”", "小写字母")),
    "bad item id": Case(STEPS, "zz_step:", "带 材料:", "bad_id", ("“带 材料”", "小写字母")),
    "bad node id": Case(
        TREE, "  zz_end:\n", "  zz.end: {ask: stage}\n  zz_end:\n", "bad_id", ("“zz.end”",),
        "zz.end:",
    ),
    "bad question id": Case(
        QUESTIONS, "zz_question:", "zz question:", "bad_id",
        ("“zz question”",),
    ),
    "bad option id": Case(QUESTIONS, "    3: {", "    3,4: {", "bad_id", ("“3,4”",)),
    "bad fact id": Case(SHEET, "id: zz_city_fact", "id: zz fact", "bad_id", ("“zz fact”",)),
    "bad zone id": Case(ZONES, "zz_zone:", "京津:", "bad_id", ("“京津”",)),
    "bad source id": Case(SOURCES, "zz-source:", "zz source:", "bad_id", ("小写字母、数字和“-”",)),
    "merge key": Case(RULES, "zz_rule:", "<<:", "bad_id", ("“<<”",)),
    "word of another hospital": Case(
        SAID, "  阜外医院: {", "  某院: {places: [\"110000\"], also: [兰大一院]}\n  阜外医院: {",
        "duplicate_key", ("“兰大一院”在 data/regions/nicknames.yaml 第", "请改新加的那一处"), "兰州大学第一医院:",
    ),
    "address of a script": Case(
        SOURCES, "url: https://www.example.cn/a/b.html?c=1", "url: javascript:alert(1)", "bad_value",
        ("“javascript:alert(1)”", "https:// 或 http://"),
    ),
    "address of a file": Case(
        SOURCES, "url: https://www.example.cn/a/b.html?c=1", "url: file:///etc/passwd", "bad_value",
        ("https://",),
    ),
    "address with a blank": Case(
        SHEET, "url: http://www.example.cn", "url: http://www.example.cn/a b", "bad_value", ("网址",),
    ),
    "address without a scheme": Case(
        SHEET, "url: http://www.example.cn", "url: www.example.cn", "bad_value",
        ("“www.example.cn”",),
    ),
    # ------------------------------------------------------------ evidence
    "citation without a clause": Case(
        RULES, "[js-procedure-2022 第九条]", "[js-procedure-2022]", "no_clause",
        ("“js-procedure-2022”没有条款", "出处 空格 条款"),
    ),
    "full-width blank before the clause": Case(
        RULES, "[js-procedure-2022 第九条]", "[js-procedure-2022\u3000第九条]", "no_clause",
        ("空格",),
    ),
    "no citation": Case(
        RULES, "[js-procedure-2022 第九条]", "[]", "no_source", ("出处是空的", "至少要有一条"),
    ),
    "item without a basis": Case(
        STEPS, "  advice: yes\n", "", "no_source",
        ("rules 和 advice 都没有写", "advice: yes"), "zz_step:",
    ),
    "item with both": Case(
        NOTES, "  rules: [law_not_covered]", "  rules: [law_not_covered]\n  advice: yes",
        "no_source", ("rules 和 advice 都写了", "中的一个"), "zz_note:",
    ),
    "advice that is none": Case(STEPS, "advice: yes", "advice: no", "no_source", (), "zz_step:"),
    "outcome without a basis": Case(
        OUTCOMES, "  rules: [law_not_covered]\n", "", "no_source", ("都没有写",), "zz_outcome:",
    ),
    # ------------------------------------------------------------ nodes
    "node of two kinds": Case(
        TREE, "    ask: insurance\n    next: zz_switch",
        "    ask: insurance\n    switch: zone\n    next: zz_switch", "bad_node",
        ("写了2个种类", "ask（问题）、switch（事实）、cases（几个条件）、along（顺便问）中的"), "zz_ask:",
    ),
    "node of no kind": Case(
        TREE, "    switch: concluded\n", "", "bad_node", ("写了0个种类",), "zz_end:",
    ),
    "cases that ask as well": Case(
        TREE, "    next: zz_along\n", "    ask: stage\n    next: zz_along\n", "bad_node",
        ("写了2个种类", "中的一个"), "zz_cases:",
    ),
    "case for all before others": Case(
        TREE, "      - {when: {stage: paid,", "      - {add: [id_card]}\n      - {when: {stage: paid,",
        "bad_node", ("这一行没有 when", "后面的行永远走不到", "移到最后"), "- {add: [id_card]}",
    ),
    "case for all alone": Case(
        TREE, "  zz_along:\n", "  zz_alone:\n    cases:\n      - {next: zz_along}\n  zz_along:\n",
        "bad_node", ("这一行没有 when", "至少要有一行写 when"), "- {next: zz_along}",
    ),
    "no cases": Case(
        TREE, "  zz_along:\n", "  zz_no:\n    cases: []\n    next: zz_along\n  zz_along:\n",
        "no_source", ("至少要有一条",), "cases: []",
    ),
    "nothing along": Case(
        TREE, "along: [agent, phone]", "along: []", "no_source", ("至少要有一条",),
    ),
    "cases with branches": Case(
        TREE, "    next: zz_along\n", "    next: zz_along\n    branches: {paid: {}}\n", "unknown_key",
        ("不认识“branches”", "可以写：cases、next、asked"), "branches: {paid",
    ),
    "along with others": Case(
        TREE, "along: [agent, phone]\n", "along: [agent, phone]\n    others: {}\n", "unknown_key",
        ("不认识“others”", "可以写：along、next"),
    ),
    "fact that is never asked": Case(
        TREE, "switch: zone\n", "switch: zone\n    asked: never\n", "unknown_key",
        ("不认识“asked”", "可以写：switch、next、branches、others"),
    ),
    # ------------------------------------------------------------ placeholders
    "unknown placeholder": Case(
        STEPS, "detail: 补充", "detail: 问{frm}", "bad_placeholder",
        ("不认识“{frm}”", "可以写：" + "、".join(PLACEHOLDERS)),
    ),
    "unknown placeholder of an outcome": Case(
        OUTCOMES, "title: 先问{from}", "title: 先问{from}和{cure}", "bad_placeholder",
        ("“{cure}”",),
    ),
    "placeholder in a list": Case(
        DOCUMENTS, "or: [另一份]", 'or: ["{From}的一份"]', "bad_placeholder", ("“{From}”",),
    ),
    "full-width braces": Case(
        STEPS, "detail: 补充", "detail: 问｛from｝", "bad_placeholder", ("“｛from｝”", "{from}"),
    ),
    "open brace": Case(STEPS, "detail: 补充", "detail: 问{from", "bad_placeholder", ("“{”",)),
    "format string": Case(
        STEPS, "detail: 补充", "detail: 问{from.__class__}", "bad_placeholder", ("__class__",),
    ),
    "placeholder where none is filled": Case(
        RULES, "says: 一句话", "says: 问{from}", "bad_placeholder", ("“{from}”", "不能用花括号"),
    ),
    # ------------------------------------------------------------ names that lead nowhere
    "source of a rule": dangling(
        RULES, "[js-procedure-2022 第九条]", "[js-procedure-2023 第九条]",
        "没有出处“js-procedure-2023”", "可以写：js-procedure-2022", "在 data/sources.yaml 加一段",
    ),
    "source of a fact": dangling(SHEET, "[js-procedure-2022 第九条]", "[js 第九条]", "出处“js”", "、js-"),
    "source of a portal": dangling(
        SHEET, "example.cn\n    cites: [js-procedure-2022", "example.cn\n    cites: [zz",
        "出处“zz”",
    ),
    "source of a province's rule": dangling(
        SHEET, "{value: free, level: A, cites: [js-procedure-2022", "{value: free, level: A, cites: [zz", "出处“zz”",
        at="filing_inside:",
    ),
    "source of a zone": dangling(ZONES, "[sh-demo-zone-2024", "[sh-demo-zone", "sh-demo-zone-2024"),
    "rule of an item": dangling(
        NOTES, "[law_not_covered]", "[law_not_covred]", "规则“law_not_covred”", "law_not_covered",
    ),
    "rule of an outcome": dangling(OUTCOMES, "[law_not_covered]", "[zz]", "规则“zz”"),
    "item of an outcome": dangling(OUTCOMES, "[agency]", "[agncy]", "条目“agncy”", "agency"),
    "item of a branch": dangling(
        TREE, "{add: [agency], c", "{add: [agncy], c", "条目“agncy”", at="employee: {add: [agncy]",
    ),
    "outcome of a branch": dangling(
        TREE, "[agency], conclude: local_care", "[agency], conclude: locl_care", "结论“locl_care”", "local_care",
        at="employee: {add: [agency]",
    ),
    "node of a branch": dangling(
        TREE, "resident: {next: zz_end}", "resident: {next: zz_ende}", "节点“zz_ende”", "zz_end",
    ),
    "next of a node": dangling(TREE, "next: zz_end\n", "next: zz_ende\n", "节点“zz_ende”"),
    "question of a node": dangling(
        TREE, "ask: insurance", "ask: insurence", "问题“insurence”", "insurance",
    ),
    "option of a branch": dangling(
        TREE, "      resident: {next", "      residnt: {next", "选项“residnt”",
        "employee、resident",
        at="residnt:",
    ),
    "fact of a node": dangling(TREE, "switch: zone", "switch: zones", "事实“zones”", "filing_rule"),
    "value of a fact": dangling(
        TREE, "jing_jin_ji:", "jing_jin:", "取值“jing_jin”", "none、jing_jin_ji",
    ),
    "question or fact of a situation": dangling(
        STEPS, "when: {stage: before, relation:", "when: {stage: before, relations:",
        "没有问题或事实“relations”", "relation", at="when: {stage: before, relations:",
    ),
    "option of a situation": dangling(
        STEPS, "when: {stage: before,", "when: {stage: later,", "选项“later”", "before、in_care、paid",
        at="when: {stage: later,",
    ),
    "value of a fact of a situation": dangling(
        STEPS, "same_province, other_province]}", "same_city, other_province]}", "选项“same_city”",
        "same_province", at="when: {stage: before,",
    ),
    "question or fact of a case": dangling(
        TREE, "{when: {patient: newborn}", "{when: {patents: newborn}", "问题或事实“patents”", "patient",
        at="{when: {patents: newborn}",
    ),
    "option of a case": dangling(
        TREE, "{when: {patient: newborn}", "{when: {patient: baby}", "选项“baby”", "newborn",
        at="{when: {patient: baby}",
    ),
    "outcome of a case": dangling(
        TREE, "same_pool]}, conclude: local_care}", "same_pool]}, conclude: locl_care}",
        "结论“locl_care”", "local_care", at="conclude: locl_care}",
    ),
    "item of a case": dangling(
        TREE, "- {add: [agency]}", "- {add: [agncy]}", "条目“agncy”", "agency", at="- {add: [agncy]}",
    ),
    "node of a case": dangling(
        TREE, "{patient: newborn}, next: zz_end}", "{patient: newborn}, next: zz_ende}",
        "节点“zz_ende”", "zz_end", at="next: zz_ende}",
    ),
    "question along the way": dangling(
        TREE, "along: [agent, phone]", "along: [agent, phones]", "问题“phones”", "phone",
    ),
    "item of an option": dangling(
        QUESTIONS, "add: [agency], alone", "add: [agncy], alone", "条目“agncy”", "agency",
        at="add: [agncy]",
    ),
    "option that an option stands for": dangling(
        QUESTIONS, "stands_for: {stage: paid}", "stands_for: {stage: payed}", "选项“payed”", "paid",
        at="stands_for: {stage: payed",
    ),
    "exception that is nothing": dangling(
        WORDING, "except: {agency: ", "except: {agncy: ", "没有条目或结论“agncy”",
        at="except: {agncy",
    ),
    "question that an option stands for": dangling(
        QUESTIONS, "stands_for: {stage: paid}", "stands_for: {stages: paid}", "问题“stages”", "stage",
        at="stands_for: {stages",
    ),
    "item that is needed": dangling(
        STEPS, "needs: [claim_submit]", "needs: [claim_submitt]", "条目“claim_submitt”", "claim_submit",
        at="needs: [claim_submitt]",
    ),
    "item that a fact replaces": dangling(
        SHEET, "replaces: [agency]", "replaces: [agncy]", "条目“agncy”", "agency",
        at="replaces: [agncy]",
    ),
    "item that is replaced": dangling(
        STEPS, "replaces: [agency]", "replaces: [agncy]", "条目“agncy”", "agency",
        at="replaces: [agncy]",
    ),
    "situation of words out of place": dangling(
        WORDING, "stage: [before, paid]}", "stage: [befor]}", "选项“befor”", "before",
        at="stage: [befor]",
    ),
    "default that is no option": dangling(
        QUESTIONS, "default: no", "default: maybe", "选项“maybe”", "可以写：yes、no、3",
    ),
    "word that fits no option": dangling(
        QUESTIONS, "大概: [yes, no]", "大概: [yes, nein]", "选项“nein”", "yes、no、3",
    ),
    "topic of a fact": dangling(
        SHEET, "topic: filing", "topic: filling",
        "主题“filling”", "filing",
    ),
    "topic of an outcome": dangling(
        OUTCOMES, "topics: [claim]",
        "topics: [claims]", "主题“claims”",
    ),
    "topic of a reminder": dangling(ABOUT, "topics: [claim]", "topics: [claims]", "主题“claims”"),
    "category of a reminder": dangling(
        ABOUT, "posted_worker]", "posted]", "选项“posted”", "posted_worker",
    ),
    "errand of a start": dangling(
        TREE, "start:\n", "start:\n  cure: zz_end\n", "选项“cure”", "care",
    ),
    "node of a start": dangling(
        TREE, "  care: insurance\n", "  care: insurence\n", "节点“insurence”", "insurance",
    ),
    "province without a place": dangling(
        SHEET, "code: 630000\n", "code: 990000\n", "省级代码“990000”", at="code: 990000",
    ),
    "city as a province": dangling(
        SHEET, "code: 630000\n", "code: 630200\n", "省级代码“630200”", at="code: 630200",
    ),
    "city of another province": dangling(
        SHEET, "  630100:\n", "  540200:\n", "省内的地区代码“540200”",
        "西藏自治区日喀则市是 540200", "别的省的写在它自己的文件里",
    ),
    # It is the first to be read, and the sheet that has the city by right is innocent.
    "city of another province that has a sheet": dangling(
        SHEET, "  630100:\n", "  210100:\n", "省内的地区代码“210100”", "辽宁省沈阳市是 210100",
    ),
    "city by its name": dangling(
        SHEET, "  630100:\n", "  西宁:\n", "省内的地区代码“西宁”", "青海省西宁市是 630100",
    ),
    "place by its name": dangling(SHEET, "[630100, 310118]", "[兰州]", "甘肃省兰州市是 620100"),
    "names with a full-width comma": dangling(
        TREE, "along: [agent, phone]", "along:\n      - agent，phone", "问题“agent，phone”", "agent",
        "逗号要用半角", at="- agent，phone",
    ),
    "unknown city": dangling(SHEET, "  630100:\n", "  639900:\n", "“639900”", "630200"),
    "place of a fact": dangling(SHEET, "[630100, 310118]", "[630199]", "地区代码“630199”", "6301"),
    "place of a zone": dangling(ZONES, "[110000, 310118]", "[110000, 319999]", "“319999”"),
    "place of a source": dangling(SOURCES, "scope: 320000", "scope: 329999", "地区代码“329999”"),
    "place of a spelling": dangling(NAMES, "own_pool:", "  999999: [某地]\nown_pool:", "“999999”",
                                    at="999999:"),
    "place of a hospital": dangling(
        SAID, "  阜外医院: {places: [\"110000\"]", "  阜外医院: {places: [\"999999\"]", "“999999”",
        at="阜外医院:",
    ),
    "proof of a town": dangling(
        SAID, "  燕郊: {places: [\"131082\"], also: [燕郊镇], named_in: [streets]",
        "  燕郊: {places: [\"131082\"], also: [燕郊镇], named_in: [streats]", "公开文本“streats”", "streets",
        at="燕郊:",
    ),
    # ------------------------------------------------------------ what the program asks for
    "errand without a start": Case(
        QUESTIONS, "    care: {label: 看病买药",
        "    cure: {label: 治, number: 98}\n    care: {label: 看病买药",
        "missing_key", ("“cure”没有起点", "start"), "cure: {label: 治, number: 98}",
    ),
    # ------------------------------------------------------------ tables
    "column names": Case(
        PLACES, "code,name,short,", "code,name,", "bad_table",
        ("第一行是“code,name,level", "列名要是：code,name,short,level"), "code,name,level",
    ),
    "short row": Case(
        DISTRICTS, "110101,东城区,东城,110000,dongcheng", "110101,东城区,东城,110000", "bad_table",
        ("有4列", "要5列"), "110101,",
    ),
    "long row": Case(
        DISTRICTS, "110101,东城区,东城,110000,dongcheng", "110101,东城区,东城,110000,dongcheng,",
        "bad_table", ("有6列", "要5列"), "110101,",
    ),
    "quotes in a row": Case(
        DISTRICTS, "110101,东城区,", '110101,"东城区",', "bad_table", ("不用引号",), "110101,",
    ),
    "duplicate code": Case(
        DISTRICTS, "110102,西城区", "110101,西城区", "duplicate_key",
        ("“110101”在第2行已经有了", "只能有一行"), "110101,西城区",
    ),
    "duplicate place": Case(
        PLACES, "120000,天津市", "110000,市,市,province,,s,s,,\n120000,天津市", "duplicate_key",
        ("“110000”在第2行",), "110000,市,",
    ),
    "code of a place": Case(
        PLACES, "\nX-", "\nx-", "bad_value", ("“code”写的是“x-", "六位数字"),
    ),
    "code of a district": Case(
        DISTRICTS, "110101,东城区", "1101１1,东城区", "bad_value", ("“1101１1”", "六位数字"),
    ),
    "place without a name": Case(
        DISTRICTS, "110102,西城区,", "110102,,", "empty", ("“name”是空的",), "110102,,",
    ),
    "level of a place": Case(
        PLACES, "石家庄,city,", "石家庄,town,", "bad_value", ("“town”", "province、city、county"),
        "石家庄,town,",
    ),
    "parent of a place": dangling(
        PLACES, "石家庄,city,130000", "石家庄,city,139999", "“139999”", "省级代码", at="139999",
    ),
    "parent of a province": Case(
        PLACES, "天津,province,,", "天津,province,110000,", "bad_value", ("“110000”", "要空着"),
        "天津,province,",
    ),
    "area code": Case(
        PLACES, "bj,010,B", "bj,10,B", "bad_value", ("“area_code”写的是“10”", "0开头"), "bj,10,",
    ),
    "level of an area code": Case(
        PLACES, "bj,010,B", "bj,010,", "bad_value", ("“area_code_level”", "A、B、C"), "bj,010,",
    ),
    "city of a district": dangling(
        DISTRICTS, "东城,110000,", "东城,119999,", "“119999”", "places.csv", at="东城,119999,",
    ),
    "tab in a table": Case(DISTRICTS, "110102,西城区", "110102,西城\t区", "tab", (), "110102,"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_refuses(whole: Path, name: str) -> None:
    case = CASES[name]
    path = whole / case.file
    before = path.read_bytes()
    try:
        path.write_text(case.text(), encoding="utf-8")
        found = findings(whole)
    finally:
        path.write_bytes(before)
    # One mistake is one finding: echoes would hide it.
    assert [finding.code for finding in found] == [case.code], found
    assert found[0].message.startswith(f"data/{case.file}:{case.line()}: ")
    for said in case.says:
        assert said in found[0].message


def test_what_the_cases_break_is_sound(data: Path) -> None:
    for file in {case.file for case in CASES.values()}:
        (data / file).write_text(sound(file), encoding="utf-8")
    knowledge, lines = loading.load(data)
    assert "zz_rule" in knowledge.rules
    place, line = lines.of("rule", "zz_rule")
    assert place == "data/rules.yaml"
    assert sound(RULES).split("\n")[line - 1] == "zz_rule:"


def test_every_code_has_a_case() -> None:
    said = set()
    for module in Path(loading.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            name = getattr(getattr(node, "func", None), "attr", getattr(node, "func", None))
            if getattr(name, "id", name) in ("problem", "add", "refuse", "cell"):
                last = node.args[-1]  # type: ignore[attr-defined]
                said |= {last.value} if isinstance(last, ast.Constant) else set()
    elsewhere = {"missing_file", "unreadable", "not_utf8", "unknown_file", "too_deep", "too_many"}
    assert said == {case.code for case in CASES.values()} | elsewhere


# ---------------------------------------------------------------- what stays text


def test_no_surprises(data: Path) -> None:
    odd = ("no", "3.10", "2024-01-01", "010", "12:30", "~", "null", "1e3", "0x1F", "!", ".inf")
    texts = "".join(
        f"zz_{number}:\n  says: {text if text != '!' else chr(0xFF01)}\n  level: A\n"
        "  cites: [js-procedure-2022 第九条]\n"
        for number, text in enumerate(odd)
    )
    with (data / RULES).open("a", encoding="utf-8") as stream:
        stream.write("\n" + texts)
    knowledge, _ = loading.load(data)
    said = [knowledge.rules[f"zz_{number}"].says for number in range(len(odd))]
    assert said == [text if text != "!" else "！" for text in odd]


def test_option_no_stays_text(data: Path) -> None:
    (data / QUESTIONS).write_text(sound(QUESTIONS), encoding="utf-8")
    question = loading.load(data)[0].questions["zz_question"]
    assert list(question.options) == ["yes", "no", "3"]
    assert question.default == "no"


@pytest.mark.parametrize(
    "text", ['"门诊 #慢特病"', "'注意: 要带'", "门诊#慢特病", '"[见附件]第一条"', "甲：乙", "5'6\""]
)
def test_accepts(data: Path, text: str) -> None:
    changed = sound(RULES).replace("says: 一句话\n", f"says: {text}\n")
    (data / RULES).write_text(changed, encoding="utf-8")
    says = loading.load(data)[0].rules["zz_rule"].says
    assert says == (text if text[0] not in "'\"" else text[1:-1])


def test_hash_in_quotes_over_two_lines(data: Path) -> None:
    changed = sound(RULES).replace("says: 一句话\n", 'says: "一\n    句 #话"\n')
    (data / RULES).write_text(changed, encoding="utf-8")
    assert loading.load(data)[0].rules["zz_rule"].says == "一 句 #话"


@pytest.mark.parametrize(
    "change",
    [
        lambda raw: b"\xef\xbb\xbf" + raw,
        lambda raw: raw.replace(b"\n", b"\r\n"),
        lambda raw: raw.replace(b"\n", b"\r"),
        lambda raw: raw + b"\n\n",
        lambda raw: raw.rstrip(b"\n"),
    ],
    ids=["byte order mark", "CRLF", "CR", "blank lines at the end", "no line end at the end"],
)
def test_editors_are_forgiven(data: Path, change: Callable[[bytes], bytes]) -> None:
    before = loading.load(data)[0]
    for path in [*data.rglob("*.yaml"), *data.rglob("*.csv")]:
        path.write_bytes(change(path.read_bytes()))
    assert _same(loading.load(data)[0], before)


def test_lines_are_right_in_windows_files(data: Path) -> None:
    case = CASES["bad level of a rule"]
    (data / RULES).write_bytes(b"\xef\xbb\xbf" + case.text().replace("\n", "\r\n").encode())
    assert [one.message.split(": ")[0] for one in findings(data)] == [
        f"data/rules.yaml:{case.line()}"
    ]


def _same(one: Knowledge, other: Knowledge) -> bool:
    return one == other and one.places.all() == other.places.all()


# ---------------------------------------------------------------- files

FILES = [
    path.relative_to(shipped()).as_posix()
    for path in sorted(shipped().rglob("*"))
    if path.suffix in (".yaml", ".csv") and "provinces" not in path.parts
]


@pytest.mark.parametrize("file", [one for one in FILES if "tree" not in one])
def test_missing_file(data: Path, file: str) -> None:
    (data / file).unlink()
    (found,) = findings(data)
    assert found.code == "missing_file"
    assert found.message.startswith(f"data/{file}:1: 缺少这个文件")


@pytest.mark.parametrize("folder", ["tree", "regions/provinces"])
def test_missing_folder(data: Path, folder: str) -> None:
    shutil.rmtree(data / folder)
    (found,) = findings(data)
    assert (found.code, found.message.split(": ")[0]) == ("missing_file", f"data/{folder}:1")


def test_no_data_at_all(tmp_path: Path) -> None:
    # A folder that is not there has no file and no line: it is named whole.
    with pytest.raises(KnowledgeError, match=f"“{tmp_path}/nowhere”") as raised:
        loading.load(tmp_path / "nowhere")
    assert [one.code for one in raised.value.findings] == ["missing_file"]
    assert len(findings(tmp_path)) > 10


@pytest.mark.parametrize("text", ["", "\n\n", "# nur\n", "---\n", "''\n"])
@pytest.mark.parametrize("file", [RULES, TREE, NAMES, ABOUT, SHEET])
def test_empty_file(data: Path, file: str, text: str) -> None:
    (data / file).write_text(text, encoding="utf-8")
    (found,) = findings(data)
    assert found.code == "empty"
    assert found.message.startswith(f"data/{file}:1: 文件是空的；要")


def test_empty_table(data: Path) -> None:
    (data / PLACES).write_bytes(b"")
    (found,) = findings(data)
    assert (found.code, found.message[:27]) == ("bad_table", "data/regions/places.csv:1: ")


@pytest.mark.parametrize("text", ["一句话\n", "- 甲\n- 乙\n"])
def test_no_mapping(data: Path, text: str) -> None:
    (data / RULES).write_text(text, encoding="utf-8")
    (found,) = findings(data)
    assert found.code == "wrong_type"
    assert "要“名称: 内容”的对照表" in found.message


@pytest.mark.parametrize("file", [RULES, DISTRICTS])
def test_not_utf8(data: Path, file: str) -> None:
    raw = (data / file).read_bytes()
    head, _, tail = raw.partition(b"\n")
    (data / file).write_bytes(head + b"\n" + "甲乙".encode("gbk") + b"\n" + tail)
    (found,) = findings(data)
    assert found.code == "not_utf8"
    assert found.message.startswith(f"data/{file}:2: ")
    assert "UTF-8" in found.message
    (data / file).write_bytes(raw.decode().encode("utf-16"))
    assert [one.code for one in findings(data)] == ["not_utf8"]


def test_folder_for_a_file(data: Path) -> None:
    (data / RULES).unlink()
    (data / RULES).mkdir()
    (found,) = findings(data)
    assert (found.code, found.message.split(": ")[0]) == ("unreadable", "data/rules.yaml:1")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_is_not_waited_for(data: Path) -> None:
    (data / RULES).unlink()
    os.mkfifo(data / RULES)
    assert [one.code for one in findings(data)] == ["unreadable"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads anything")
def test_no_permission(data: Path) -> None:
    (data / RULES).chmod(0)
    assert [one.code for one in findings(data)] == ["unreadable"]


def test_links(tmp_path: Path, data: Path) -> None:
    # Installers link files into place; a link is as good as the file it leads to.
    linked = tmp_path / "linked"
    for path in sorted(data.rglob("*")):
        to = linked / path.relative_to(data)
        if path.is_dir():
            to.mkdir(parents=True)
        else:
            to.parent.mkdir(parents=True, exist_ok=True)
            to.symlink_to(path)
    assert _same(loading.load(linked)[0], loading.load(data)[0])
    (data / RULES).unlink()
    assert [one.code for one in findings(linked)] == ["missing_file"]
    (data / RULES).symlink_to(data / RULES)
    assert findings(linked)[0].code in ("missing_file", "unreadable")


@pytest.mark.parametrize(
    ("file", "may"),
    [
        ("tree/more.yml", "以 .yaml 结尾的文件"),
        ("tree/deeper/more.yaml", "放别的文件夹里的文件"),
        ("checklist/step.yaml", "steps.yaml"),
        ("rules.YAML.yml", "rules.yaml"),
        ("regions/place.csv", "places.csv"),
        ("regions/provinces/qinghai.csv", "以 .yaml 结尾的文件"),
    ],
)
def test_unknown_file(data: Path, file: str, may: str) -> None:
    # Its content would be silently missing.
    (data / file).parent.mkdir(exist_ok=True)
    (data / file).write_text("start: {}\n", encoding="utf-8")
    (found,) = findings(data)
    assert found.code == "unknown_file"
    assert found.message.startswith(f"data/{file}:1: ")
    assert may in found.message


@pytest.mark.parametrize(
    "file",
    [
        "tree/care.yaml~",
        "tree/.care.yaml.swp",
        "tree/._care.yaml",
        ".DS_Store",
        "checklist/README.md",
        ".git/x.yaml",
    ],
)
def test_leftovers_are_let_be(data: Path, file: str) -> None:
    (data / file).parent.mkdir(exist_ok=True)
    (data / file).write_bytes(b"\x00\xff")
    loading.load(data)


def test_another_tree_file_is_part_of_the_tree(data: Path) -> None:
    (data / "tree/more.yaml").write_text("nodes:\n  zz: {ask: stage}\n", encoding="utf-8")
    assert "zz" in loading.load(data)[0].nodes
    (data / "tree/more.yaml").write_text(
        "start:\n  care: abroad\nnodes:\n  abroad: {ask: stage}\n", encoding="utf-8"
    )
    start, node = findings(data)
    assert start.code == node.code == "duplicate_key"
    assert start.message.startswith("data/tree/more.yaml:2: “care”在 data/tree/care.yaml 第")
    assert node.message.startswith("data/tree/more.yaml:4: “abroad”在 data/tree/care.yaml 第")


@pytest.mark.parametrize("name", ["errand", "from", "to"])
def test_questions_the_program_needs(data: Path, name: str) -> None:
    text = (data / QUESTIONS).read_text(encoding="utf-8")
    (data / QUESTIONS).write_text(re.sub(rf"(?m)^{name}:$", f"zz_{name}:", text), encoding="utf-8")
    found = [one for one in findings(data) if one.code == "missing_key"]
    assert [one.message.split("；")[0].split("的")[-1] for one in found] == [f"问题“{name}”"]


def test_everything_is_reported_together_and_in_order(data: Path) -> None:
    broken = ("bad level of a rule", "bad phase", "tab in a table", "list for a mapping", "alias",
              "bad path", "bad date", "bad url")  # fmt: skip
    wanted = []
    for name in broken:
        if case := CASES.get(name):
            text = case.text()
            (data / case.file).write_text(text, encoding="utf-8")
            if name != "bad level of a rule":
                wanted.append((case.file, case.line(), case.code))
    (data / SHEET).write_text(
        WHOLE[SHEET].replace("level: C", "level: X").replace("role: insured", "role: Y"),
        encoding="utf-8",
    )
    lines = WHOLE[SHEET].split("\n")
    wanted += [
        (SHEET, lines.index(text) + 1, "bad_value")
        for text in ("    role: insured", "        level: C")
    ]
    found = [
        (*re.match(r"data/(.*?):(\d+): ", one.message).groups(), one.code)  # type: ignore[union-attr]
        for one in findings(data)
    ]
    assert found == [(file, str(line), code) for file, line, code in sorted(wanted)]


def test_several_dangling_names_are_reported_together(data: Path) -> None:
    for name in ("rule of an item", "source of a rule", "item of an outcome", "place of a zone"):
        case = CASES[name]
        (data / case.file).write_text(case.text(), encoding="utf-8")
    assert [one.code for one in findings(data)] == ["dangling"] * 4


# ---------------------------------------------------------------- hostile files


def deep(levels: int) -> list[str]:
    return [
        "zz: " + "[" * levels + "]" * levels,
        "zz: " + "[" * levels,
        "zz: " + "{a: " * levels + "}" * levels,
        "zz:\n" + "- " * levels + "x",
        "\n".join(" " * level + "a:" for level in range(levels)),
        "? " * levels + "x",
    ]


@pytest.mark.parametrize("text", deep(10_000), ids=["list", "open", "flow", "block", "map", "key"])
@pytest.mark.parametrize("loader", ["CSafeLoader", "SafeLoader"])
def test_deep_nesting(data: Path, text: str, loader: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if not hasattr(yaml, loader):
        pytest.skip("no libyaml here")
    monkeypatch.setattr(yaml_nodes, "_Loader", getattr(yaml, loader))
    problems = reading.Problems()
    (data / RULES).write_text(text, encoding="utf-8")
    with within(60):
        found = reading.read(data / RULES, "data/rules.yaml", dict[str, Rule], problems)
    assert found.value is None
    assert [finding.code for _, _, finding in problems.found] == ["too_deep"]


@pytest.mark.parametrize("loader", ["CSafeLoader", "SafeLoader"])
def test_deep_nesting_is_told_by_its_line(
    data: Path, loader: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not hasattr(yaml, loader):
        pytest.skip("no libyaml here")
    monkeypatch.setattr(yaml_nodes, "_Loader", getattr(yaml, loader))
    problems = reading.Problems()
    (data / RULES).write_text("zz:\n  says: [一,\n    " + "[" * 2000, encoding="utf-8")
    found = reading.read(data / RULES, "data/rules.yaml", dict[str, Rule], problems)
    assert found.value is None
    assert [(line, finding.message) for _, line, finding in problems.found] == [
        (3, "data/rules.yaml:3: 嵌套太深；最多20层")
    ]


def test_bomb(data: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    (data / RULES).write_text("\n".join(lines), encoding="utf-8")
    with within(60):
        found = findings(data)
    assert {one.code for one in found} == {"alias"}


def test_value_that_holds_itself(data: Path) -> None:
    (data / RULES).write_text("zz: &a [*a]\n", encoding="utf-8")
    assert [one.code for one in findings(data)] == ["alias", "alias"]


def test_long_lines_cost_no_time(data: Path) -> None:
    long = "'" + "\"a' #" * 50_000
    (data / RULES).write_text(f"zz: {long}\n", encoding="utf-8")
    with within(60):
        findings(data)


def test_a_cell_of_a_table_has_no_end(data: Path) -> None:
    with (data / DISTRICTS).open("a", encoding="utf-8") as stream:
        stream.write("999999," + "山" * 200_000 + ",山,110000,shan\n")
    assert [one.code for one in findings(data)] == ["bad_table"]


def test_a_file_cut_anywhere_is_refused_or_read(tmp_path: Path) -> None:
    raw = (shipped() / TREE).read_bytes()
    for cut in range(0, 5000, 61):
        problems = reading.Problems()
        (tmp_path / "care.yaml").write_bytes(raw[:cut])
        found = reading.read(tmp_path / "care.yaml", "data/tree/care.yaml", TreeFile, problems)
        assert problems.found or found.value is not None


# ---------------------------------------------------------------- the shipped data


def test_placeholders_are_those_that_are_filled() -> None:
    from yibao_cli.placeholders import UNNAMED

    # The channel is known for every journey.
    assert set(PLACEHOLDERS) == {*UNNAMED, "{channel}"}


def test_placeholders_of_the_shipped_data_are_known() -> None:
    text = "".join(
        line
        for path in shipped().rglob("*.yaml")
        for line in path.read_text(encoding="utf-8").splitlines(keepends=True)
        if not line.lstrip().startswith("#")
    )
    assert set(re.findall(r"\{[a-z_]+\}", text)) <= set(PLACEHOLDERS)


def test_without_libyaml_the_same_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    known = loading.load(shipped())[0]
    monkeypatch.setattr(yaml_nodes, "_Loader", yaml.SafeLoader)
    assert _same(loading.load(shipped())[0], known)


def test_levels_of_the_shipped_data() -> None:
    known = loading.load(shipped())[0]
    assert {source.level for source in known.sources.values()} <= set(LEVELS)
