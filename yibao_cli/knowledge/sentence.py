"""What people say in a sentence of their own, and what it means: the format of `sentence.yaml`."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from yibao_cli.knowledge.kinds import QuestionId, Text, When
from yibao_cli.places import Traditional

Words = Annotated[
    tuple[Text, ...],
    Meta(description="说法；“…”表示中间可以隔着几个字，例如 没…备案"),
]


class Saying(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Words that answer questions, wherever they stand in a sentence."""

    means: Annotated[dict[QuestionId, str], Meta(description="这些说法的意思：问题在前，选项在后")]
    words: Words
    weak: Annotated[
        tuple[QuestionId, ...], Meta(description="这些问题有别的说法时，以别的为准")
    ] = ()
    when: When = field(default_factory=dict)


class End(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Words beside the name of a place that tell which end of the journey it is."""

    end: Annotated[
        Literal["from", "to", "neither"],
        Meta(description="from 参保地，to 就医地，neither 两样都不是"),
    ]
    strength: Annotated[
        int, Meta(ge=1, le=4, description="有多肯定，1到4；几样说法都有时，以大的为准")
    ]
    before: Annotated[Words, Meta(description="紧挨在地名前面的说法")] = ()
    after: Annotated[Words, Meta(description="紧挨在地名后面的说法")] = ()
    when: When = field(default_factory=dict)


class Outside(Struct, frozen=True, kw_only=True):
    """Something that this tool does not answer."""

    words: Words
    says: Annotated[Text, Meta(description="告诉人的一句话：这里不答，该问谁")]


class Sentence(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """All words by which a sentence is understood."""

    says: Annotated[tuple[Saying, ...], Meta(description="说法和它的意思")] = ()
    also_of: Annotated[
        tuple[QuestionId, ...],
        Meta(description="这些问题的选项，label 和 also 里的写法放在一句话里也算"),
    ] = ()
    unheard: Annotated[Words, Meta(description="also 里单独放在一句话里不能算的写法")] = ()
    hides: Annotated[
        Words, Meta(description="里面藏着地名或别的说法、其实没有那个意思的词：里面的都不算")
    ] = ()
    doubtful: Annotated[
        tuple[QuestionId, ...], Meta(description="放在疑问、条件、否定里就不算回答的问题")
    ] = ()
    conditions: Annotated[Words, Meta(description="条件：同一小句里在它后面的话不算回答")] = ()
    asks_before: Annotated[Words, Meta(description="疑问和否定：紧接在它后面的话不算回答")] = ()
    asks_after: Annotated[Words, Meta(description="疑问：紧挨在它前面的话不算回答")] = ()
    ends: Annotated[tuple[End, ...], Meta(description="地名旁边的说法，看得出是哪一头")] = ()
    beside: Annotated[Words, Meta(description="可以隔在地名和那些说法中间的词")] = ()
    stands_for: Annotated[
        dict[Text, Text], Meta(description="代表一个地方的词：有名的医院在前，地名在后")
    ] = field(default_factory=dict)
    outside: Annotated[tuple[Outside, ...], Meta(description="这个工具不答的事")] = ()
    traditional: Annotated[Traditional, Meta(description="繁体字对简体字，地名用不到的")] | None = (
        None
    )
