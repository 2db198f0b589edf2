"""Words that cannot be true in a situation: for the proof, never for a list."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct, field

from yibao_cli.knowledge.kinds import Key, Text, When


class OutOfPlace(Struct, frozen=True, kw_only=True, rename={"besides": "except"}):
    """A situation, and the words that nobody in it may read."""

    id: Key = ""
    when: When
    words: Annotated[tuple[Text, ...], Meta(description="这种情况下不该出现的词")]
    because: Annotated[Text, Meta(description="为什么，一句话")]
    besides: Annotated[
        dict[str, Text], Meta(description="例外：条目或结论的名称在前，理由在后")
    ] = field(default_factory=dict)
