"""What holds in some places only: zones, and the sheets of provinces and their cities."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from yibao_cli.knowledge.kinds import (
    AnyDay,
    Cites,
    Day,
    Id,
    Key,
    LevelOfRule,
    ProvinceCode,
    RegionCode,
    Text,
    Topic,
    Url,
    Weight,
    When,
)


Reach = Literal["inside", "across"]


class LocalRule(Struct, frozen=True, kw_only=True, omit_defaults=True, rename={"since": "from"}):
    """A local rule that the tree switches on."""

    level: LevelOfRule
    cites: Cites
    careful: Annotated[Text, Meta(description="要注意什么")] | None = None
    since: Annotated[AnyDay, Meta(description="从哪一天起有效")] | None = None
    until: (
        Annotated[Day, Meta(description="到哪一天为止有效", extra={"not_before": "since"})] | None
    ) = None


class FilingInside(LocalRule, frozen=True, kw_only=True, omit_defaults=True):
    """Whether care elsewhere in the province needs a filing.

    A city may say that its province's rule is not certain for it (`unknown`).
    """

    value: Annotated[
        Literal["free", "required", "unknown"],
        Meta(
            description="free 不用备案，required 要备案，unknown 这个市说不准（省里有规定、市里不一定）"
        ),
    ]


class Maternity(LocalRule, frozen=True, kw_only=True, omit_defaults=True):
    """How a birth away from home is settled."""

    value: Annotated[
        Literal["manual", "direct_inside"],
        Meta(description="manual 回参保地手工报销，direct_inside 省内可以直接结算"),
    ]


class LocalRules(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The rules of one place that the tree switches on; none is made up where nothing is known."""

    filing_inside: Annotated[FilingInside, Meta(description="省内异地就医要不要备案")] | None = None
    maternity: Annotated[Maternity, Meta(description="异地生育怎么结算")] | None = None


class LocalFact(Struct, frozen=True, kw_only=True, omit_defaults=True, rename={"since": "from"}):
    """A sourced statement about one province or city, which `load` writes into `region`.

    `role` tells whether it is about people insured there or about care given there, `reach`
    whether about trips inside the province or across its border; `only_with` and `never_with`
    name the places at the other end of the journey that it is about, `when` the answers.
    """

    region: Key = ""
    id: Annotated[Id, Meta(description="名称，全国不能重复，用省或市的拼音开头，例如 js_channel")]
    topic: Topic
    role: Annotated[
        Literal["insured", "care"],
        Meta(description="insured 说的是在这里参保的人，care 说的是到这里看病的人"),
    ]
    reach: (
        Annotated[
            Reach,
            Meta(description="inside 只管省内就医，across 只管跨省；不写就是都管"),
        ]
        | None
    ) = None
    only_with: Annotated[
        tuple[RegionCode, ...], Meta(description="另一头只限这些地方：代码的列表")
    ] = ()
    never_with: Annotated[
        tuple[RegionCode, ...], Meta(description="另一头不能是这些地方：代码的列表")
    ] = ()
    when: When = field(default_factory=dict)
    says: Annotated[
        Text,
        Meta(description="规定说什么，一句话；少报多少要写明是减百分点、乘系数还是先自付"),
    ]
    careful: Annotated[Text, Meta(description="第二行：办之前要再确认什么")] | None = None
    weight: Annotated[
        Weight,
        Meta(
            description="多要紧：must 改变这个人的做法、金额或期限，should 有地方就放（不写就是它），"
            "background 只在 --full 里"
        ),
    ] = "should"
    level: LevelOfRule
    cites: Cites
    since: Annotated[AnyDay, Meta(description="从哪一天起有效；之前的日子不显示")] | None = None
    until: (
        Annotated[Day, Meta(description="到哪一天为止有效", extra={"not_before": "since"})] | None
    ) = None
    review_by: Annotated[Day, Meta(description="哪一天之前要再查一遍；不写就按这个省的")] | None = (
        None
    )


class Portal(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An official site, app or mini-program by name."""

    name: Annotated[Text, Meta(description="入口的名称")]
    use: Annotated[Text, Meta(description="用来办什么")] | None = None
    files: Annotated[
        tuple[Reach, ...],
        Meta(
            description="在这里能办哪种备案：inside 省内，across 跨省；清单里的 {channel} 就写它"
        ),
    ] = ()
    url: Url | None = None
    cites: Cites


class Sheet(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is known of one place: of a city, or of a whole province."""

    name: Annotated[Text, Meta(description="名称，只为了好认")] | None = None
    portals: Annotated[tuple[Portal, ...], Meta(description="官方的网站、App、小程序")] = ()
    rules: Annotated[LocalRules, Meta(description="决策树要用的当地规定；没有可靠依据就不写")] = (
        LocalRules()
    )
    facts: Annotated[tuple[LocalFact, ...], Meta(description="显示给人看的当地规定")] = ()


class ProvinceSheet(Sheet, frozen=True, kw_only=True, omit_defaults=True):
    """What is known of one province and of its cities, which are looked at together with it.

    Looked at as a whole when `reviewed`, and again before `review_by`.
    """

    code: Annotated[ProvinceCode, Meta(description="省的代码，例如 320000")]
    name: Annotated[Text, Meta(description="省的全名")]
    reviewed: Annotated[AnyDay, Meta(description="哪一天查过这个省的全部内容")]
    review_by: Annotated[
        Day,
        Meta(
            description="哪一天之前要再查一遍；不写就是查过的半年以后；规定自己没写 review_by 的，按这一天",
            extra={"not_before": "reviewed"},
        ),
    ] = ""
    cities: Annotated[dict[str, Sheet], Meta(description="省内各市自己的规定：市的代码在前")] = (
        field(default_factory=dict)
    )


class Zone(Struct, frozen=True, kw_only=True, omit_defaults=True, rename={"since": "from"}):
    """A group of provinces or districts among which no filing is needed."""

    id: Key = ""
    name: Annotated[Text, Meta(description="区域的名称")]
    members: Annotated[tuple[RegionCode, ...], Meta(description="包括哪些地方：代码的列表")]
    level: LevelOfRule
    since: Annotated[Day, Meta(description="从哪一天起有效")] | None = None
    until: (
        Annotated[Day, Meta(description="到哪一天为止有效", extra={"not_before": "since"})] | None
    ) = None
    cites: Cites
