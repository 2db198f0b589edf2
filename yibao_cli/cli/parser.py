"""The words of a command line as values, by the parameters of a command; mistakes in Chinese."""

from __future__ import annotations

from argparse import ArgumentError, ArgumentParser, HelpFormatter
from collections.abc import Mapping, Sequence
from typing import Any

from yibao_cli.cli.command import FILE, FOLDER, Parameter
from yibao_cli.errors import Finding, UsageError

HELP = Parameter("help", ("--help", "-h"), "显示这个命令的用法。")
_OFF = ("", "0", "false", "no")


def parse(
    called: str,
    parameters: Sequence[Parameter],
    arguments: Sequence[str],
    environ: Mapping[str, str],
) -> dict[str, Any]:
    """A value for each parameter and for `help`; environment variables where nothing is written.

    `called` is what the user typed for the command, to point to its help. Raises UsageError.
    """
    options = [one for one in (*parameters, HELP) if one.flags]
    parser = _parser(options)
    # Arguments may stand anywhere, which argparse allows only to what it does not know.
    cut = arguments.index("--") if "--" in arguments else len(arguments)
    try:
        found, rest = parser.parse_known_args(arguments[:cut])
    except ArgumentError as error:
        raise UsageError(_misused(called, options, error)) from None
    values: dict[str, Any] = vars(found)
    if values["help"]:
        return values
    for word in rest:
        if word.startswith("-") and word != "-":
            raise UsageError(_unknown(called, options, word.partition("=")[0]))
    words = [*rest, *arguments[cut + 1 :]]
    for one in parameters:
        if not one.flags:
            values[one.name], words = _argument(called, one, words)
        elif one.environ and not one.many and not values[one.name]:
            values[one.name] = _default(one, environ)
        if values[one.name] is None or one.many:
            continue
        if one.values in (FILE, FOLDER):
            from pathlib import Path

            values[one.name] = Path(values[one.name])
        elif isinstance(one.values, tuple) and one.values:
            values[one.name] = _choice(one, values[one.name])
    if words:
        raise UsageError(
            Finding("too_many", f"多写了“{_shown(words[0])}”。用 {called} --help 看用法。")
        )
    return values


def written(one: Parameter, arguments: Sequence[str], environ: Mapping[str, str]) -> str:
    """What is written for an option in a line that may be wrong otherwise; empty for nothing."""
    cut = arguments.index("--") if "--" in arguments else len(arguments)
    try:
        found, _ = _parser([one]).parse_known_args(arguments[:cut])
    except ArgumentError:
        return ""
    default = environ.get(one.environ, "") if one.environ else ""
    return vars(found)[one.name] or default


def outdated(options: Sequence[Parameter], arguments: Sequence[str]) -> dict[str, str]:
    """The flags of a line that have other names by now, with these names."""
    renamed = {old: one.usual for one in options for old in one.formerly}
    cut = arguments.index("--") if "--" in arguments else len(arguments)
    found = [word.partition("=")[0] for word in arguments[:cut]] if renamed else []
    return {word: renamed[word] for word in found if word in renamed}


def _parser(options: Sequence[Parameter]) -> ArgumentParser:
    parser = ArgumentParser(
        add_help=False, allow_abbrev=False, exit_on_error=False, formatter_class=_formatter
    )
    for one in options:
        action = "store_true" if one.switch else "append" if one.many else "store"
        parser.add_argument(*one.flags, *one.formerly, dest=one.name, action=action)
    return parser


def _formatter(prog: str) -> HelpFormatter:
    """Never shown; of a fixed width, it does not import what asks the terminal for one."""
    return HelpFormatter(prog, width=80)


def _argument(called: str, one: Parameter, words: list[str]) -> tuple[Any, list[str]]:
    if one.required and not words:
        raise UsageError(
            Finding("missing_argument", f"还缺 {one.metavar}。用 {called} --help 看用法。")
        )
    if one.many:
        return words, []
    return (words[0] if words else None), words[1:]


def _default(one: Parameter, environ: Mapping[str, str]) -> Any:
    text = environ.get(str(one.environ), "")
    return text.lower() not in _OFF if one.switch else text or None


def _choice(one: Parameter, word: str) -> str:
    if word.lower() not in one.values:
        raise UsageError(no_such(one.usual if one.flags else "", word, tuple(one.values)))
    return word.lower()


def no_such(flag: str, word: str, allowed: tuple[str, ...]) -> Finding:
    """What to say about a word that is none of those allowed."""
    from difflib import get_close_matches

    code = "unknown_format" if flag == "--format" else "unknown_choice"
    near = tuple(get_close_matches(word[:40], allowed, 2)) or allowed
    said = f"{flag} 没有“{_shown(word)}”；可以写：{'、'.join(allowed)}。".lstrip()
    return Finding(code, said, near)


def _misused(called: str, options: Sequence[Parameter], error: ArgumentError) -> Finding:
    flag = str(error.argument_name).split("/")[0]
    switch = next((one.switch for one in options if flag in one.flags), False)
    wrong = "后面不写内容" if switch else "后面要写内容"
    return Finding("bad_option", f"{flag} {wrong}。用 {called} --help 看用法。")


def _unknown(called: str, options: Sequence[Parameter], flag: str) -> Finding:
    from difflib import get_close_matches

    known = [spelling for one in options for spelling in one.flags]
    near = tuple(get_close_matches(flag[:40], known, 3))
    hint = f"是不是：{'、'.join(near)}？" if near else f"用 {called} --help 看全部。"
    return Finding("unknown_option", f"没有 {_shown(flag)} 这个选项。{hint}", near)


def _shown(text: str) -> str:
    from yibao_cli.answers import printable

    return printable(text)
