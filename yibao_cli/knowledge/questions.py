"""Questions and their options."""

from collections.abc import Iterable
from typing import Literal, TypeVar

from msgspec import Struct, field

from yibao_cli.knowledge.kinds import Key, Number, Text


class Option(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One answer to a question: its id, its label and everything a user may type for it.

    `number` stands for it in answer codes, `was` are the ids that it once had.
    """

    id: Key = ""
    label: Text
    number: Number
    also: tuple[Text, ...] = ()
    hint: Text | None = None
    was: tuple[Text, ...] = ()


class Question(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A question, whether it is asked, given as a flag or assumed.

    Without a `default` it has to be answered. One that only `adds` never changes the way; one
    that is `known` to anybody needs no 不清楚. `extra` is its line among the wizard's last
    questions, `fits` has words that may mean several options.
    """

    id: Key = ""
    label: Text
    ask: Text
    number: Number
    kind: Literal["choice", "place"] = "choice"
    options: dict[str, Option] = field(default_factory=dict)
    default: str | None = None
    several: bool = False
    wizard: bool | None = None
    adds: bool = False
    known: bool = False
    extra: Text | None = None
    tip: Text | None = None
    help: Text | None = None
    was: tuple[Text, ...] = ()
    fits: dict[str, tuple[str, ...]] = field(default_factory=dict)

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
