"""What a command is: its words, its parameters and what runs.

The parser, the help, the completion, the manual page and the reference in the docs are all made
from these values, so they cannot differ.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from msgspec import Struct

ANSWERS, RESULT, OTHER = "答案", "结果", "其他"
SECTIONS = (ANSWERS, RESULT, OTHER)

PLACE, FILE, FOLDER = "place", "file", "folder"
SETTING, QUESTION, NODE = "setting", "question", "node"
"""Kinds of values that are completed from files or from the knowledge."""


class Parameter(Struct, frozen=True):
    """An option, or an argument where it has no flags.

    `metavar` names its value; an option without one is a switch. `many` may be written several
    times. `values` are the words it takes, or the kind of its values; files and folders reach the
    command as paths. `environ` is the environment variable that stands in for it. `formerly` are
    flags it once had: they still work, and are shown nowhere.
    """

    name: str
    flags: tuple[str, ...]
    help: str
    metavar: str = ""
    many: bool = False
    required: bool = False
    values: tuple[str, ...] | str = ()
    section: str = OTHER
    environ: str | None = None
    formerly: tuple[str, ...] = ()

    @property
    def usual(self) -> str:
        """The flag to speak of."""
        return self.flags[0]

    @property
    def switch(self) -> bool:
        """Whether it is an option without a value."""
        return bool(self.flags) and not self.metavar


class Command(Struct, frozen=True):
    """A command: `runs` names its function, which is imported only when it runs.

    The function takes the console and one keyword for each parameter, and may return an exit
    status. `given` and `output` tell that it takes answers, and that it ends in a checklist: then
    the parameters of these come together as one keyword each.
    """

    name: str
    summary: str
    examples: tuple[str, ...]
    runs: str
    parameters: tuple[Parameter, ...] = ()
    given: bool = False
    output: bool = False
    notes: tuple[str, ...] = ()
    hidden: bool = False

    def function(self) -> Callable[..., int | None]:
        """What runs."""
        module, name = self.runs.split(":")
        function: Any = getattr(import_module(f"yibao_cli.cli.{module}"), name)
        return function  # type: ignore[no-any-return]


def called_now(old: str, now: str) -> str:
    """What to say about a name that still works, but is another one by now."""
    return f"{old} 已经改名，请写 {now}；旧名到下一个大版本为止还能用。"
