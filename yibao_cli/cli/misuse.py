"""A line that Typer did not understand: in which sentence that ends, and whether as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

from typer import TyperException
from typer.core import TyperCommand

from yibao_cli.answers import printable
from yibao_cli.cli.help import HELP, Group, see_help
from yibao_cli.cli.options import FORMER
from yibao_cli.errors import Finding


def misuse(group: Group, words: Sequence[str], error: TyperException) -> Finding:
    """A usage error of Typer as a sentence, by the public attributes that its kinds have.

    `option_name` is what was written and is no option, or has a value too many or too few; `param`
    is what has no right value. Kinds with neither get a general sentence.
    """
    command = group.commands.get(words[0])
    called = f"yibao {words[0]}" if command else "yibao"
    flag, parameter = getattr(error, "option_name", None), getattr(error, "param", None)
    if flag:
        return _wrong_option(group, command or group, called, flag)
    if parameter:
        # Commands look at values themselves; only a variable can be no switch.
        message = f"{parameter.envvar or parameter.opts[0]} 看不懂；打开写 1，不打开写 0。"
        return Finding("bad_option", message)
    return Finding("usage", f"命令写得不对。{see_help(called)}")


def _wrong_option(group: Group, command: Any, called: str, flag: str) -> Finding:
    taken, shown = _flags(command), printable(flag)
    if flag in taken:
        wrong = "后面不写内容" if getattr(taken[flag], "is_flag", False) else "后面要写内容"
        return Finding("bad_option", f"{flag} {wrong}。{see_help(called)}")
    if command is group and flag in _flags(group.commands["wizard"]):
        where = f"要写在命令后面，例如：yibao wizard {shown}"
        message = f"{shown} {where}；命令有哪些，用 yibao --help 看。"
        return Finding("misplaced_option", message)
    near = tuple(get_close_matches(flag[:40], [*taken, *HELP], 3))
    hint = f"是不是：{'、'.join(near)}？" if near else f"用 {called} --help 看全部。"
    return Finding("unknown_option", f"没有 {shown} 这个选项。{hint}", near)


def _flags(command: Any) -> dict[str, Any]:
    """The flags of a command as they are called today."""
    found = [one for one in command.params if not one.name.startswith(FORMER)]
    return {flag: one for one in found for flag in one.opts}


def wants_json(group: Group, words: Sequence[str]) -> bool:
    """Whether errors have to speak JSON, also of a line that was not understood."""
    command = group.commands.get(words[0], group.commands["plan"])
    formats = [one for one in command.params if "--format" in one.opts]
    reader = TyperCommand(None, params=formats, context_settings={"ignore_unknown_options": True})
    lenient = reader.make_context(None, list(words), resilient_parsing=True)
    return bool(lenient.params.get("format_") == "json")
