"""Values with the names of places left open, and names filled in for them.

A text holds marks, names in braces, where something is to be filled in. The knowledge cannot hold
any other braces: its loader refuses them.
"""

from __future__ import annotations

import re
from _thread import allocate_lock
from collections.abc import Callable, Mapping, Sequence

from yibao_cli.model import Citation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Generic, TypeVar

    T = TypeVar("T")
    K = TypeVar("K")
else:
    # Importing `typing` takes longer than filling in a whole checklist.
    T = K = None

    class Generic:
        """Stands for typing's, of which nothing is left at run time."""

        __slots__ = ()

        def __class_getitem__(cls, _):  # noqa: D105
            return cls


Names = Mapping[str, str]
"""Mark → what is filled in for it."""

_MARK = re.compile(r"(\{[\w.-]+\})")


def mark(question_id: str, what: str) -> str:
    """The mark for what is to be said of the place that answers a question."""
    return f"{{{question_id}.{what}}}"


def parts(text: str) -> tuple[str, ...]:
    """A text in parts: every second one is a mark."""
    return tuple(_MARK.split(text))


class Form(Generic[T]):
    """A value whose texts may hold marks, with the citations that it brings along.

    What fills it in is made when it is first wanted: whoever only writes JSON never wants it. Of
    several threads each may make one; they are alike.
    """

    __slots__ = ("_fill", "cites", "value")

    def __init__(self, value: T, cites: tuple[Citation, ...] = ()) -> None:
        self.value = value
        self.cites = cites
        self._fill: tuple[Callable[[Names], T] | None] | None = None

    @property
    def fill(self) -> Callable[[Names], T] | None:
        """What fills the value in; None where nothing is open."""
        found = self._fill
        if found is None:
            found = self._fill = (_filler(self.value),)
        return found[0]

    def filled(self, names: Names) -> T:
        """The value with names for all marks."""
        fill = self.fill
        return self.value if fill is None else fill(names)


class Forms(Generic[T]):
    """Forms in a row that are filled in together."""

    __slots__ = ("_made", "all")

    def __init__(self, forms: Sequence[Form[T]]) -> None:
        self.all = tuple(forms)
        self._made: tuple[tuple[T, ...], list[tuple[int, Callable[[Names], T]]]] | None = None

    def filled(self, names: Names) -> tuple[T, ...]:
        """Their values with names for all marks."""
        made = self._made
        if made is None:
            made = self._made = (
                tuple([form.value for form in self.all]),
                [(at, form.fill) for at, form in enumerate(self.all) if form.fill is not None],
            )
        values, open_ = made
        if not open_:
            return values
        found = list(values)
        for at, fill in open_:
            found[at] = fill(names)
        return tuple(found)


def _filler(value: Any) -> Callable[[Names], Any] | None:
    """What fills in a text, or a tuple of any type; None where nothing is open."""
    if isinstance(value, str):
        return _text_filler(parts(value)) if "{" in value else None
    if not isinstance(value, tuple):
        return None
    inner = [(at, fill) for at, one in enumerate(value) if (fill := _filler(one)) is not None]
    if not inner:
        return None
    kind, new = type(value), tuple.__new__

    def filled(names: Names) -> Any:
        found = list(value)
        for at, fill in inner:
            found[at] = fill(names)
        return new(kind, found)

    return filled


def _text_filler(split: Sequence[str]) -> Callable[[Names], str] | None:
    if len(split) == 1:
        return None
    # The fastest way that Python has to put several values into a text.
    return "".join(
        f"%({part})s" if at % 2 else part.replace("%", "%%") for at, part in enumerate(split)
    ).__mod__


class Memory(Generic[K, T]):
    """The values made last, at most so many; of several threads each may make one and keep it."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: dict[K, T] = {}
        self._lock = allocate_lock()
        self.get = self._kept.get

    def keep(self, key: K, value: T) -> T:
        """Keep a value; the one kept longest goes where there is no room."""
        with self._lock:
            if len(self._kept) >= self._most:
                del self._kept[next(iter(self._kept))]
            self._kept[key] = value
        return value
