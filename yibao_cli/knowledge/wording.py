"""How the knowledge words itself: what is not said where, or anywhere, and what is explained."""

from typing import Annotated

from msgspec import Meta, Struct, field

from yibao_cli.knowledge.kinds import Key, Text, When


class OutOfPlace(Struct, frozen=True, kw_only=True, rename={"besides": "except"}):
    """A situation and the words that nobody in it may read, but in the items named as exceptions."""

    id: Annotated[Key, Meta(extra={"defines": "wording"})] = ""
    when: When
    words: tuple[str, ...]
    because: str
    besides: dict[Annotated[str, Meta(extra={"names": "条目或结论"})], str] = field(
        default_factory=dict
    )


class Diction(Struct, frozen=True, kw_only=True):
    """Words that cannot be true in a situation, and words of the offices.

    Those with a `plain` partner are not said; the others stay, because a counter or an app calls
    the thing so, and are `explained` at the end of a list that they stand on. Only the last are for
    a list, the others for the proof.
    """

    out_of_place: dict[str, OutOfPlace] = field(default_factory=dict)
    plain: dict[Text, Text] = field(default_factory=dict)
    explained: dict[Text, Text] = field(default_factory=dict)
