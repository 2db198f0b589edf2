"""What a text of the knowledge may hold, for the types that are its format.

Every YAML file of `data/` is one of the types beside this module, or a mapping of ids to one of
them: one field, one YAML key. What a field may hold stands in its type: `reading` reports anything
else with its line, and the JSON Schemas for editors are made from the same types. Whatever was
checked as YAML is not checked again at a start. What `Meta(extra=…)` may say of a text:

- `id`: it is a name of small letters, digits and this character
- `defines`: it is the name of a new thing of this kind, or its number, which no other one has
- `noted`: where it stands is remembered as the place of such a thing, the last one where there are
  several
- `names`: it is the id of a thing of this kind, which has to exist
- `option_of`: it is an option of this question
- `day`: "whole" for a full date, "any" where only the month or the year may be known
- `not_before`: it is a day that is none before that of this other field
- `form`: it looks like this pattern, which is called `may` in words
- `one`: a single text may stand for a list of one
- `empty`: it may be left empty
- `filled`: placeholders of a checklist may stand in it
- `sentence`: it is no word but a piece of a sentence, as what is filled is; commas may stand in it
- `least`: a list has so many entries at least
- `kinds`: it is of one of several kinds, which are called so, each told by its first key
- `unwritten`: it is no key of the format: an `id` is the key that the value stands under

In kinds and questions `{0}` stands for the key at the top of the file, `{key}` for the nearest one.

These modules do without `from __future__ import annotations`: msgspec would have to compile every
annotation anew at each start.
"""

from typing import Annotated, Literal, get_args

from msgspec import Meta

Level = Literal["A", "B", "C"]
"""A: read in the official text or quoted from it; B: two reports agree; C: one report."""
LEVELS: tuple[Level, ...] = get_args(Level)

Phase = Literal["before", "during", "settle", "after"]
PHASES: tuple[Phase, ...] = get_args(Phase)

Weight = Literal["must", "should", "background"]
WEIGHTS: tuple[Weight, ...] = get_args(Weight)

Urgency = Literal["safety", "money", "event", "check", "papers", "call", "rest"]
URGENCIES: tuple[Urgency, ...] = get_args(Urgency)

By = Literal["now", "leaving", "registration", "treatment", "paying", "discharge", "claim"]

Reach = Literal["inside", "across"]

Path = Literal[
    "not_covered", "restore_enrolment", "manual_claim", "local_care", "direct_settlement",
    "file_then_direct", "file_before_discharge", "fix_problem", "activate_credential",
    "personal_account", "mutual_aid", "transfer_insurance", "ask_agency",
]  # fmt: skip
"""The paths of outcomes, which never change, in no particular order; precedence is the order of outcomes.yaml."""

FilledByOption = Literal["type", "care", "whose", "card", "window"]
"""What the options of questions put into texts."""
PLACEHOLDERS = (
    "{from}", "{to}", "{hotline}", "{backup}", "{hotline_note}", "{to_hotline}", "{channel}",
    *(f"{{{name}}}" for name in get_args(FilledByOption)),
)  # fmt: skip
"""What a checklist fills into texts."""

URL = r"https?://[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(:[0-9]+)?([/?#][!-~]*)?"
"""The form of a complete web address."""

Text = str
"""One line for people, never empty."""
Filled = Annotated[str, Meta(extra={"filled": True})]
Phrase = Annotated[str, Meta(extra={"sentence": True})]
# Ids are flags and words of the JSON. A source's is the first word of a citation.
Id = Annotated[str, Meta(extra={"id": "_"})]
Key = Annotated[str, Meta(extra={"id": "_", "unwritten": True})]
Day = Annotated[str, Meta(extra={"day": "whole"})]
AnyDay = Annotated[str, Meta(extra={"day": "any"})]
Until = Annotated[str, Meta(extra={"day": "whole", "not_before": "since"})]
Url = Annotated[str, Meta(extra={"form": URL, "may": "要写 https:// 或 http:// 开头的完整网址"})]
Number = Annotated[int, Meta(ge=0, le=99)]
RuleId = Annotated[str, Meta(extra={"names": "规则"})]
ItemId = Annotated[str, Meta(extra={"names": "条目"})]
OutcomeId = Annotated[str, Meta(extra={"names": "结论"})]
NodeId = Annotated[str, Meta(extra={"names": "节点"})]
QuestionId = Annotated[str, Meta(extra={"names": "问题"})]
FactName = Annotated[str, Meta(extra={"names": "事实"})]
Topic = Annotated[str, Meta(extra={"names": "主题"})]
ProvinceCode = Annotated[str, Meta(extra={"names": "省级代码"})]
Category = Annotated[str, Meta(extra={"option_of": "category"})]
Cite = Annotated[str, Meta(extra={"names": "出处"})]
"""A source and the clause in it."""
Cites = Annotated[tuple[Cite, ...], Meta(extra={"least": 1})]
Asked = Annotated[str, Meta(extra={"names": "问题或事实"})]
OptionId = Annotated[str, Meta(extra={"option_of": "{key}"})]
When = dict[Asked, Annotated[tuple[OptionId, ...], Meta(extra={"one": True})]]
"""The situation that something is about: questions with options, facts with values."""


def split_cite(cite: str) -> tuple[str, str]:
    """The source of a citation and the clause in it."""
    source, _, clause = cite.partition(" ")
    return source, clause.strip()
