"""Questions and their options, and the words by which a sentence answers them."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Literal, TypeVar

from msgspec import Meta, Struct, field

from yibao_cli.knowledge.kinds import (
    FilledByOption,
    ItemId,
    Key,
    Number,
    OptionId,
    QuestionId,
    Text,
    When,
)
from yibao_cli.places import Traditional


class Option(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One answer to a question: its id, its label and everything a user may type for it.

    `number` stands for it in answer codes, `was` are the ids that it once had. `add` are the items
    that it brings where the tree asks along, `alone` is what it is called without its question,
    `stands_for` tells what other questions count as answered by it where they were not, `fills` what
    it puts in place of a placeholder.
    """

    id: Annotated[Key, Meta(extra={"defines": "option of {0}"})] = ""
    label: str
    number: Annotated[Number, Meta(extra={"defines": "number of an option of {0}"})]
    also: tuple[str, ...] = ()
    hint: str | None = None
    add: tuple[ItemId, ...] = ()
    alone: str | None = None
    stands_for: dict[QuestionId, OptionId] = field(default_factory=dict)
    fills: dict[FilledByOption, str] = field(default_factory=dict)
    was: tuple[str, ...] = ()

    @property
    def choice(self) -> str:
        """What it is called where it can be chosen."""
        return f"{self.label}（{self.hint}）" if self.hint else self.label

    def in_short(self, question: str) -> str:
        """What it is called where its question, which has this label, is not beside it."""
        return f"{question}{self.label}" if self.id == "unsure" else self.alone or self.label


ErrandOption = Annotated[str, Meta(extra={"option_of": "errand"})]
OwnOption = Annotated[str, Meta(extra={"option_of": "{0}"})]


class Asking(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How a question is asked for one errand: what is written here stands for its own words."""

    ask: str
    tip: str | None = None
    label: str | None = None


class Question(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A question, whether it is asked, given as a flag or assumed.

    Without a `default` it has to be answered, and has an option `unsure`. `asked` tells whether the
    wizard asks it where the way meets it, or offers it at the end in the line `extra`; `fits` has
    words that may mean several options; `ask_for` has other words for an errand.
    """

    id: Annotated[Key, Meta(extra={"defines": "question"})] = ""
    label: str
    ask: str
    number: Annotated[Number, Meta(extra={"defines": "number of a question"})]
    kind: Literal["choice", "place"] = "choice"
    options: dict[str, Option] = field(default_factory=dict)
    default: OwnOption | None = None
    several: bool = False
    asked: Literal["always", "offered", "never"] = "always"
    extra: str | None = None
    tip: str | None = None
    help: str | None = None
    was: tuple[str, ...] = ()
    fits: dict[str, tuple[OwnOption, ...]] = field(default_factory=dict)
    ask_for: dict[ErrandOption, Asking] = field(default_factory=dict)

    @property
    def flag(self) -> str:
        """The command line flag of this question."""
        return "--" + self.id.replace("_", "-")


def asking(question: Question, errand: str) -> Asking:
    """How a question is asked for an errand, or for several at once."""
    own = question.ask_for.get(errand)
    return Asking(
        ask=own.ask if own else question.ask,
        tip=(own and own.tip) or question.tip,
        label=(own and own.label) or question.label,
    )


Named = TypeVar("Named", Question, Option)


def find_named(things: Iterable[Named], name: str) -> Named | None:
    """The question or option that has this id, or else the one that once had it."""
    known = tuple(things)
    current = next((one for one in known if one.id == name), None)
    return current or next((one for one in known if name in one.was), None)


Words = tuple[Text, ...]
"""Words as people say them; `…` stands for some letters between their parts, `<天>` for each word of
a set.
"""
GAP = "…"


class Saying(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Words that answer questions, wherever they stand in a sentence.

    The questions of `weak` yield to words for them that are not.
    """

    means: dict[QuestionId, OptionId]
    words: tuple[Annotated[Text, Meta(extra={"noted": "word"})], ...]
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
