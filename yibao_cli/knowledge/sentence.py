"""What people say in a sentence of their own, and what it means: the format of `sentence.yaml`."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from yibao_cli.knowledge.kinds import QuestionId, Text, When
from yibao_cli.places import Traditional

Option = Annotated[str, Meta(extra={"option_of": "{key}"})]
Words = tuple[Text, ...]
"""Words as people say them; `…` stands for some letters between their parts, `<天>` for each word of
a set.
"""
GAP = "…"


class Saying(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Words that answer questions, wherever they stand in a sentence.

    The questions of `weak` yield to words for them that are not.
    """

    means: dict[QuestionId, Option]
    words: Words
    weak: tuple[QuestionId, ...] = ()
    when: When = field(default_factory=dict)


class End(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Words beside the name of a place that tell which end of the journey it is.

    Where several do, the greatest strength decides. `between` are words that stand alone between it
    and the next name.
    """

    end: Literal["from", "to", "neither"]
    strength: Annotated[int, Meta(ge=1, le=4)]
    before: Words = ()
    after: Words = ()
    between: Words = ()
    when: When = field(default_factory=dict)


class Outside(Struct, frozen=True, kw_only=True):
    """Something that this tool does not answer."""

    words: Words
    says: Text


class Sentence(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """All words by which a sentence is understood.

    `sets` are words that stand for each other within words; `unsure` are those for a place that is
    not known yet, by its question.
    """

    sets: dict[Text, Words] = field(default_factory=dict)
    says: tuple[Saying, ...] = ()
    also_of: tuple[QuestionId, ...] = ()
    unheard: Words = ()
    hides: Words = ()
    doubtful: tuple[QuestionId, ...] = ()
    conditions: Words = ()
    asks_before: Words = ()
    asks_after: Words = ()
    ends: tuple[End, ...] = ()
    beside: Words = ()
    unsure: dict[QuestionId, Words] = field(default_factory=dict)
    stands_for: dict[Text, Text] = field(default_factory=dict)
    outside: tuple[Outside, ...] = ()
    traditional: Traditional | None = None


def spelled(sets: Mapping[str, Words], *words: str) -> Iterator[str]:
    """Words with each word of the sets that they name; those of an unknown set are none."""
    for word in words:
        before, mark, rest = word.partition("<")
        name, _, after = rest.partition(">")
        tails = [*spelled(sets, after)] if mark else []
        yield from (before + one + tail for one in sets.get(name, ()) for tail in tails)
        if not mark:
            yield word
