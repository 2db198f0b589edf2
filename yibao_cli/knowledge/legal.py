"""Sources, and the rules that rest on them."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from yibao_cli.knowledge.kinds import (
    AnyDay,
    Cites,
    Day,
    Key,
    LevelOfRule,
    RegionCode,
    SourceKey,
    Text,
    Url,
)


class Source(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A text the knowledge rests on, and how well it could be read."""

    id: SourceKey = ""
    title: Annotated[Text, Meta(description="文件的全名")]
    number: Annotated[Text, Meta(description="文号，例如 医保发〔2022〕22号")] | None = None
    issued: (
        Annotated[AnyDay, Meta(description="发布的日期；只知道月或年的，写 2022-07 或 2022")] | None
    ) = None
    effective: Annotated[AnyDay, Meta(description="施行的日期")] | None = None
    until: (
        Annotated[
            Day, Meta(description="到哪一天为止有效；没有就不写", extra={"not_before": "effective"})
        ]
        | None
    ) = None
    read_on: Annotated[Day, Meta(description="哪一天读到的")]
    review_by: Annotated[
        Day,
        Meta(
            description="哪一天之前要再读一遍；不写就是读过的半年以后",
            extra={"not_before": "read_on"},
        ),
    ] = ""
    level: LevelOfRule
    scope: (
        Annotated[RegionCode, Meta(description="只在这个省或市才算 A 级：地区代码；在别处算 B")]
        | None
    ) = None
    read_as: Annotated[
        Text, Meta(description="是怎么读到的，例如 官方文本的完整转存；不超过40个字")
    ]
    url: Url | None = None
    quoted: Annotated[bool, Meta(description="yes：是从别的文件里转引的")] = False
    unread: Annotated[
        bool, Meta(description="yes：正文没有读到，只见标题、开头或转述；不排在依据的最前面")
    ] = False


class Rule(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One legal rule in one sentence, with its evidence and the days it holds."""

    id: Key = ""
    says: Annotated[Text, Meta(description="规定说什么，一句话")]
    level: LevelOfRule
    cites: Cites
    since: Annotated[AnyDay, Meta(description="从哪一天起有效")] | None = None
    until: (
        Annotated[Day, Meta(description="到哪一天为止有效", extra={"not_before": "since"})] | None
    ) = None
