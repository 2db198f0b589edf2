"""The checklist. These types are its JSON, field for field: `yibao.checklist/1`.

Everything a renderer may show stands here, and nothing that it has to decide. Keys are only ever
added; `schema/checklist.json` is made from these types.
"""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from msgspec import Meta, Struct, field

from yibao_cli.knowledge.about import Calendar, Levels, Phases
from yibao_cli.knowledge.kinds import By, Level, Path, Phase, Urgency, Weight

SCHEMA: Literal["yibao.checklist/1"] = "yibao.checklist/1"


class Evidence(Struct, frozen=True, kw_only=True):
    """What an entry rests on; `advice` is practical advice without a legal source."""

    sources: Annotated[tuple[str, ...], Meta(description="出处的 id，见 sources")] = ()
    clauses: Annotated[tuple[str, ...], Meta(description="出处和条款，可以照着显示")] = ()
    level: Annotated[Level | None, Meta(description="可信程度，建议没有")] = None
    advice: Annotated[bool, Meta(description="实用建议，没有文件依据")] = True
    authority: Annotated[
        str | None,
        Meta(description="是谁的规定：某省规定、外省规定、一份转述、经验；全国的规定不写"),
    ] = None


class Outcome(Evidence, frozen=True, kw_only=True):
    """What is concluded of an errand: its path, a title and one sentence."""

    errand: Annotated[str, Meta(description="是哪件事的结论")] = "care"
    id: Annotated[str, Meta(description="结论在知识里的 id")]
    path: Path
    title: str
    summary: str


class Entry(Evidence, frozen=True, kw_only=True):
    """What stands on a list and why, how much it counts, and for which errand it is there."""

    id: str
    detail: str | None = None
    because: str = ""
    errand: Annotated[str, Meta(description="为哪件事列的：问题 errand 的选项")] = "care"
    weight: Annotated[
        Weight, Meta(description="must 一定要看，should 有地方就放，background 只在 --full 里")
    ] = "background"


class Step(Entry, frozen=True, kw_only=True):
    """Something to do; `calendar` says what the calendar does with it."""

    phase: Phase
    text: str
    where: str | None = None
    deadline: str | None = None
    by: Annotated[By | None, Meta(description="最晚在哪一步之前")] = None
    urgency: Annotated[Urgency, Meta(description="先后排在哪一类")] = "event"
    calendar: str | None = None


class Document(Entry, frozen=True, kw_only=True, rename={"purpose": "for"}):
    """A paper to bring; `owner`, `signer` and `proxy` are for a relative who runs the errand."""

    name: str
    purpose: str
    original: bool
    copies: int
    alternatives: tuple[str, ...]
    owner: str | None = None
    signer: str | None = None
    proxy: bool = False


class Remark(Entry, frozen=True, kw_only=True):
    """A warning, a note, a local fact or a question to put to the agency."""

    text: str
    calendar: str | None = None


class LocalRemark(Remark, frozen=True, kw_only=True):
    """A rule of one of the two places."""

    place: Annotated[str, Meta(description="哪里的规定：参保地或就医地的简称")]
    role: Annotated[
        Literal["insured", "care"], Meta(description="是哪一头的规定：insured 参保地，care 就医地")
    ]


class Contact(Entry, frozen=True, kw_only=True):
    """Whom to ask, in this order."""

    name: str
    phone: str | None = None
    calendar: str | None = None


class PlaceAnswer(Struct, frozen=True, kw_only=True):
    """A place that was answered, with the district that was named."""

    code: str
    name: str
    level: Literal["province", "city", "county", "pool", "abroad"]
    district: str | None = None


_PLACE = {"$ref": "#/$defs/PlaceAnswer"}


Part = Literal["steps", "documents", "warnings", "notes", "local", "questions", "contacts"]
"""A part of a checklist, by the name of its field."""
Listed = Step | Document | Remark | Contact


class Answer(Struct, frozen=True, kw_only=True):
    """One answer in words, as shown beside the result; `used` is false where no way asks for it."""

    question: str
    label: str
    flag: str
    value: str
    text: str
    in_short: Annotated[str, Meta(description="没有题目在旁边时的说法")]
    assumed: bool
    used: bool


class TraceLine(Struct, frozen=True, kw_only=True):
    """One stop on the way through the tree, in words."""

    node: str
    kind: Literal["ask", "switch"]
    on: str
    label: str
    value: str
    text: str
    origin: Literal["given", "assumed", "derived"]


class CitedSource(Struct, frozen=True, kw_only=True):
    """A source that the list rests on, with the clauses cited of it and its level here."""

    id: str
    title: str
    number: str | None
    issued: str | None
    effective: str | None
    read_on: str
    level: Level
    url: str | None
    clauses: tuple[str, ...]
    overdue: bool
    quoted: bool
    read_as: str
    where: Annotated[str, Meta(description="哪里的文件：全国、参保地或就医地的简称、外地")]


class KnowledgeState(Struct, frozen=True, kw_only=True):
    """Which knowledge answered, and for which day; `overdue` names the sources to be read anew."""

    version: str
    read_on: str
    as_of: str
    overdue: tuple[str, ...]


class Checklist(Struct, frozen=True, kw_only=True):
    """The result of one consultation."""

    schema: Literal["yibao.checklist/1"] = SCHEMA
    answers: Annotated[
        dict[str, str | PlaceAnswer | None],
        Meta(
            description="问题的 id → 选项的 id，或地点；还不知道的地点是 null",
            extra_json_schema={"properties": dict.fromkeys(("from", "to"), _PLACE)},
        ),
    ]
    assumed: Annotated[tuple[str, ...], Meta(description="没有回答、按默认的问题")]
    outcome: Outcome
    outcomes: Annotated[tuple[Outcome, ...], Meta(description="同时要办的其他事的结论")]
    also: Annotated[tuple[Outcome, ...], Meta(description="路上后来也得出的结论")]
    steps: tuple[Step, ...]
    documents: tuple[Document, ...]
    proxy: Annotated[tuple[Document, ...], Meta(description="代办的家人另外要带的材料")]
    warnings: tuple[Remark, ...]
    contacts: tuple[Contact, ...]
    notes: tuple[Remark, ...]
    local: tuple[LocalRemark, ...]
    unknown: Annotated[tuple[str, ...], Meta(description="没有查到可靠规定的参保地：简称")]
    questions: tuple[Remark, ...]
    sources: tuple[CitedSource, ...]
    trace: tuple[TraceLine, ...]
    situation: Annotated[tuple[Answer, ...], Meta(description="您的情况，可以照着显示")]
    in_short: Annotated[str, Meta(description="您的情况，一行：不同寻常的回答")]
    knowledge: KnowledgeState
    phases: Annotated[Phases, Meta(description="这张清单上各阶段的说法")]
    levels: Annotated[Levels, Meta(description="可信程度的说法")]
    calendar: Annotated[Calendar, Meta(description="日历提醒什么")] = field(
        default_factory=Calendar
    )
    words: Annotated[
        dict[str, str], Meta(description="办事用语 → 解释；清单上用到的可以列在末尾")
    ] = field(default_factory=dict)
    disclaimer: str
    code: str | None = None

    @property
    def every_outcome(self) -> tuple[Outcome, ...]:
        """The outcome and those of the other errands."""
        return (self.outcome, *self.outcomes)

    @property
    def parts(self) -> dict[Part, tuple[Listed, ...]]:
        """What stands on the list, but for what only a proxy needs."""
        return {part: getattr(self, part) for part in get_args(Part)}
