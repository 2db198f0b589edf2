"""Questions and their options."""

from collections.abc import Iterable
from typing import Annotated, Literal, TypeVar

from msgspec import Meta, Struct, field

from yibao_cli.knowledge.kinds import Key, Number


class Option(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One answer to a question: its id, its label and everything a user may type for it.

    `number` stands for it in answer codes, `was` are the ids that it once had.
    """

    id: Annotated[Key, Meta(extra={"defines": "option of {0}"})] = ""
    label: str
    number: Number
    also: tuple[str, ...] = ()
    hint: str | None = None
    was: tuple[str, ...] = ()


OwnOption = Annotated[str, Meta(extra={"option_of": "{0}"})]


class Question(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A question, whether it is asked, given as a flag or assumed.

    Without a `default` it has to be answered. One that only `adds` never changes the way; one
    that is `known` to anybody needs no 不清楚. `extra` is its line among the wizard's last
    questions, `fits` has words that may mean several options.
    """

    id: Annotated[Key, Meta(extra={"defines": "question"})] = ""
    label: str
    ask: str
    number: Number
    kind: Literal["choice", "place"] = "choice"
    options: dict[str, Option] = field(default_factory=dict)
    default: OwnOption | None = None
    several: bool = False
    wizard: bool | None = None
    adds: bool = False
    known: bool = False
    extra: str | None = None
    tip: str | None = None
    help: str | None = None
    was: tuple[str, ...] = ()
    fits: dict[str, tuple[OwnOption, ...]] = field(default_factory=dict)

    @property
    def flag(self) -> str:
        """The command line flag of this question."""
        return "--" + self.id.replace("_", "-")

    @property
    def in_wizard(self) -> bool:
        """Whether the wizard asks it whenever the way meets it: unless told, where it is required."""
        return self.default is None if self.wizard is None else self.wizard


Asked = TypeVar("Asked", Question, Option)


def find_named(things: Iterable[Asked], name: str) -> Asked | None:
    """The question or option that has this id, or else the one that once had it."""
    known = tuple(things)
    current = next((one for one in known if one.id == name), None)
    return current or next((one for one in known if name in one.was), None)
