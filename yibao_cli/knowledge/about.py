"""What `knowledge.yaml` says of the knowledge as a whole."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from yibao_cli.knowledge.kinds import Category, Day, Id, Text, Topic


class Levels(Struct, frozen=True, kw_only=True):
    """How well something could be read, in words."""

    A: Annotated[Text, Meta(description="A 级的说法")]
    B: Annotated[Text, Meta(description="B 级的说法")]
    C: Annotated[Text, Meta(description="C 级的说法")]


class Phases(Struct, frozen=True, kw_only=True):
    """The headings of the four phases."""

    before: Annotated[Text, Meta(description="去之前")]
    during: Annotated[Text, Meta(description="就医时")]
    settle: Annotated[Text, Meta(description="结账前")]
    after: Annotated[Text, Meta(description="结账之后")]


_SAYS = Annotated[Text, Meta(description="提醒里的一句话，会标“实用建议”")]


class ClaimReminder(Struct, frozen=True, kw_only=True):
    """So many days after the discharge, with the local facts on these topics."""

    days: Annotated[int, Meta(ge=0, le=99, description="出院以后几天")]
    says: _SAYS
    topics: Annotated[tuple[Topic, ...], Meta(description="这些主题的当地规定也写进提醒")] = ()


class YearReminder(Struct, frozen=True, kw_only=True):
    """On the first of a month in the year after the discharge."""

    month: Annotated[int, Meta(ge=1, le=12, description="第二年的几月（1日），1到12")]
    says: _SAYS


class LongTermReminder(Struct, frozen=True, kw_only=True):
    """So many months after a filing of one of these categories."""

    months: Annotated[int, Meta(ge=0, le=99, description="备案以后几个月")]
    says: _SAYS
    categories: Annotated[
        tuple[Category, ...], Meta(description="哪些备案类别（问题 category 的选项）算长期")
    ]


class TemporaryReminder(Struct, frozen=True, kw_only=True):
    """So many months after any other filing."""

    months: Annotated[int, Meta(ge=0, le=99, description="备案以后几个月")]
    says: _SAYS


class Calendar(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the calendar reminds of, as practical advice; what is absent is not reminded of."""

    claim: Annotated[ClaimReminder, Meta(description="出院以后问报销")] | None = None
    next_year: Annotated[YearReminder, Meta(description="第二年再问一次报销的截止日")] | None = None
    long_term: Annotated[LongTermReminder, Meta(description="长期备案能不能变更、取消")] | None = (
        None
    )
    temporary: Annotated[TemporaryReminder, Meta(description="其他备案还在不在有效期")] | None = (
        None
    )


class About(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The knowledge as a whole: version, dates, fixed wording and reminders."""

    version: Annotated[Text, Meta(description="这套知识的版本，一般用日期，例如 2026.11.21")]
    read_on: Annotated[Day, Meta(description="这套知识是哪一天读完依据的")]
    begins: Annotated[Day, Meta(description="从哪一天起可以回答；更早的日期一律不答")]
    disclaimer: Annotated[Text, Meta(description="每张清单最后的免责说明")]
    levels: Annotated[Levels, Meta(description="可信程度的说法")]
    phases: Annotated[Phases, Meta(description="办事阶段的说法")]
    phases_under_way: Annotated[Phases, Meta(description="已经在看病或已付钱的人看到的阶段说法")]
    topics: Annotated[
        dict[Id, Text],
        Meta(description="主题和它的说法：当地规定、说明和要问的话按主题归类"),
    ]
    calendar: Annotated[
        Calendar, Meta(description="日历（--format ics）提醒什么；没有写的就不提醒")
    ] = Calendar()
