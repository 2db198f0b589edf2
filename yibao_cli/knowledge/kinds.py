"""What a text of the knowledge may hold, for the types that are its format.

Every YAML file of `data/` is one of the types beside this module, or a mapping of ids to one of
them: one field, one YAML key. What a field may hold stands in its type: `reading` reports anything
else with its line, and the JSON Schemas for editors are made from the same types, with the same
words. What `Meta(extra=…)` may say of a text:

- `id`: it is a new name of small letters, digits and this character
- `names`: it is the id of a thing of this kind, which has to exist
- `of`: whose options these are: the id of a question
- `day`: "whole" for a full date, "any" where only the month or the year may be known
- `not_before`: it is a day that is none before that of this other field
- `url`: it is a complete web address
- `one`: a single text may stand for a list of one
- `empty`: it may be left empty
- `filled`: placeholders of a checklist may stand in it
- `unwritten`: it is no key of the format: an `id` is the key that the value stands under
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

Level = Literal["A", "B", "C"]
LEVELS: tuple[Level, ...] = ("A", "B", "C")

Phase = Literal["before", "during", "settle", "after"]
PHASES: tuple[Phase, ...] = ("before", "during", "settle", "after")

Weight = Literal["must", "should", "background"]
WEIGHTS: tuple[Weight, ...] = ("must", "should", "background")

Urgency = Literal["safety", "money", "event", "check", "papers", "call", "rest"]
URGENCIES: tuple[Urgency, ...] = ("safety", "money", "event", "check", "papers", "call", "rest")

By = Literal["now", "leaving", "registration", "treatment", "paying", "discharge", "claim"]
BYS: tuple[By, ...] = (
    "now", "leaving", "registration", "treatment", "paying", "discharge", "claim",
)  # fmt: skip

Path = Literal[
    "not_covered", "restore_enrolment", "manual_claim", "local_care", "direct_settlement",
    "file_then_direct", "file_before_discharge", "fix_problem", "activate_credential",
    "personal_account", "mutual_aid", "transfer_insurance", "ask_agency",
]  # fmt: skip
"""The contract's paths, in no particular order; precedence is the order of outcomes.yaml."""

PLACEHOLDERS = ("{from}", "{to}", "{hotline}", "{backup}", "{channel}")
"""What a checklist fills into texts."""

URL = r"https?://[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(:[0-9]+)?([/?#][!-~]*)?"
"""The form of a complete web address."""

# Ids are flags and words of the JSON. A source's is the first word of a citation.
Id = Annotated[str, Meta(extra={"id": "_"})]
Key = Annotated[Id, Meta(extra={"unwritten": True})]
SourceKey = Annotated[str, Meta(extra={"id": "-", "unwritten": True})]
Text = Annotated[str, Meta(min_length=1)]
Filled = Annotated[str, Meta(min_length=1, extra={"filled": True})]
Day = Annotated[str, Meta(extra={"day": "whole"})]
AnyDay = Annotated[str, Meta(extra={"day": "any"})]
Url = Annotated[str, Meta(extra={"url": True}, description="网址；只写核实过的")]
RuleId = Annotated[str, Meta(extra={"names": "规则"})]
ItemId = Annotated[str, Meta(extra={"names": "条目"})]
OutcomeId = Annotated[str, Meta(extra={"names": "结论"})]
NodeId = Annotated[str, Meta(extra={"names": "节点"})]
QuestionId = Annotated[str, Meta(extra={"names": "问题"})]
FactName = Annotated[str, Meta(extra={"names": "事实"})]
Asked = Annotated[str, Meta(extra={"names": "问题或事实"})]
Topic = Annotated[
    str, Meta(extra={"names": "主题"}, description="主题，定在 data/knowledge.yaml 的 topics")
]
RegionCode = Annotated[str, Meta(extra={"names": "地区代码"})]
ProvinceCode = Annotated[str, Meta(extra={"names": "省级代码"})]
Errand = Annotated[str, Meta(extra={"names": "选项", "of": "errand"})]
Category = Annotated[str, Meta(extra={"names": "选项", "of": "category"})]

Cite = Annotated[
    str,
    Meta(extra={"names": "出处"}, description="出处的名称 空格 条款，例如 nhsa-2022-22 第二条"),
]
"""A source and the clause in it."""

Cites = Annotated[tuple[Cite, ...], Meta(min_length=1, description="依据：每条写 出处 空格 条款")]
When = Annotated[
    dict[Asked, Annotated[tuple[str, ...], Meta(extra={"one": True})]],
    Meta(
        description="在什么情况下：问题或事实在前，选项或取值在后，几个写成列表，都符合才算；"
        "例如 {category: referral, stage: [before, in_care]}"
    ),
]
"""The situation that something is about: questions with options, facts with values."""

Was = Annotated[
    tuple[Text, ...], Meta(description="以前的名称；改名时写，旧的选项、答案文件和存着的答案才认得")
]
LevelOfRule = Annotated[
    Level,
    Meta(description="可信程度：A 读过官方原文或逐字引文，B 两份以上转述一致，C 只有一份转述"),
]


def split_cite(cite: str) -> tuple[str, str]:
    """The source of a citation and the clause in it."""
    source, _, clause = cite.partition(" ")
    return source, clause.strip()
