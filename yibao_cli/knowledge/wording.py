"""Words that cannot be true in a situation: for the proof, never for a list."""

from typing import Annotated

from msgspec import Meta, Struct, field

from yibao_cli.knowledge.kinds import Key, When


class OutOfPlace(Struct, frozen=True, kw_only=True, rename={"besides": "except"}):
    """A situation and the words that nobody in it may read, but in the items named as exceptions."""

    id: Annotated[Key, Meta(extra={"defines": "wording"})] = ""
    when: When
    words: tuple[str, ...]
    because: str
    besides: dict[Annotated[str, Meta(extra={"names": "条目或结论"})], str] = field(
        default_factory=dict
    )
