"""The command line: finds the command, runs it, and ends every error in a sentence."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from yibao_cli.answers import printable
from yibao_cli.cli.command import Command, Parameter, called_now
from yibao_cli.cli.commands import COMMANDS, GIVEN, OUTPUT
from yibao_cli.cli.parser import HELP, outdated, parse, written
from yibao_cli.console import Console, harmless, is_terminal
from yibao_cli.errors import FileError, Finding, Status, UsageError, YibaoError
from yibao_cli.files import os_reason

_VERSION = Parameter("version", ("--version", "-V"), "显示版本和知识的日期。")
ROOT = (_VERSION,)
"""The options of the program itself, written before any command."""


class Call(Struct, frozen=True):
    """A command line that was understood; without a command it asks about the program itself."""

    command: Command | None
    taken: tuple[Parameter, ...]
    values: Mapping[str, Any]


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit status; no error leaves here as a traceback."""
    console = Console.real()
    try:
        return _ended(console, [_decoded(word) for word in arguments])
    finally:
        console.leave()


def _ended(console: Console, arguments: list[str]) -> int:
    call: Call | None = None
    try:
        call = read(console, arguments)
        return perform(console, call) or Status.OK
    except YibaoError as error:
        failed = error
    except KeyboardInterrupt as stopped:
        from yibao_cli.wrap import wrap

        for line in wrap(str(stopped) or "已中断，什么都没有保存。", console.asking_width):
            console.say(line)
        return Status.INTERRUPTED
    except BrokenPipeError:
        # The reader has gone, as `| head` does.
        return Status.OK
    except OSError as error:
        failed = _file_trouble(error)
    except Exception as error:
        message = (
            f"程序内部出错（{type(error).__name__}），没有给出清单；请把命令和这句话告诉维护者。"
        )
        failed = YibaoError(Finding("internal", message))
    return _report(console, failed, _as_json(console, arguments, call))


def _decoded(word: str) -> str:
    """A word of the command line in a locale that knows no Chinese, where the words come raw."""
    if word.isascii() or not any("\udc80" <= char <= "\udcff" for char in word):
        return word
    return os.fsencode(word).decode("utf-8", "surrogateescape")


def read(console: Console, arguments: Sequence[str]) -> Call:
    """The words of a command line as a call. Raises UsageError."""
    if not arguments or arguments[0].startswith("-"):
        return _root(console, arguments)
    command = COMMANDS.get(arguments[0])
    if command is None:
        raise UsageError(_no_such_command(arguments[0]))
    # The words after the cursor are another command's: none of them is for this one.
    words = ["--", *arguments[1:]] if command.hidden else arguments[1:]
    return _call(console, command, words)


def _call(console: Console, command: Command, words: Sequence[str]) -> Call:
    taken = parameters(command)
    values = parse(f"yibao {command.name}", taken, words, console.environ)
    for old, now in outdated(taken, words).items():
        console.say(called_now(old, now))
    return Call(command, taken, values)


def perform(console: Console, call: Call) -> int | None:
    """Run a command, or print its help; the status is None where all went well."""
    command, taken, values = call.command, call.taken, call.values
    if command is None:
        console.result(_about(console, values))
        return None
    if values["help"]:
        from yibao_cli.cli.usage import usage

        console.result(usage(command, taken, console.width))
        return None
    from yibao_cli.cli import options

    made: dict[str, Any] = {one.name: values[one.name] for one in command.parameters}
    if command.given:
        made["given"] = options.given(values, taken, console.environ)
    if command.output:
        made["output"] = options.output(values)
    return command.function()(console, **made)


def parameters(command: Command) -> tuple[Parameter, ...]:
    """Everything a command takes, in the order of its help."""
    if not command.given:
        return (*(OUTPUT if command.output else ()), *command.parameters)
    from yibao_cli.cli import options

    shared = (*options.flags(), *GIVEN, *(OUTPUT if command.output else ()))
    return (*shared, *command.parameters)


def _root(console: Console, arguments: Sequence[str]) -> Call:
    if arguments:
        _refuse_misplaced(arguments[0])
    values = parse("yibao", ROOT, arguments, console.environ)
    if values["help"] or values["version"]:
        return Call(None, ROOT, values)
    return _call(console, COMMANDS["wizard"], ())


def _about(console: Console, values: Mapping[str, Any]) -> str:
    if values["help"]:
        from yibao_cli.cli.usage import overview

        return overview(ROOT, console.width)
    from yibao_cli import __version__
    from yibao_cli.knowledge import knowledge

    about = knowledge().about
    return f"yibao {__version__}（知识 {about.version}，{about.read_on} 读）\n"


def _refuse_misplaced(word: str) -> None:
    """Say where an option belongs that is one of the wizard, and not of the program itself."""
    flag = word.partition("=")[0] if word.startswith("--") else word[:2]
    if any(flag in one.flags for one in (*ROOT, HELP)):
        return
    if any(flag in one.flags for one in parameters(COMMANDS["wizard"])):
        message = (
            f"{flag} 要写在命令后面，例如：yibao wizard {flag}；命令有哪些，用 yibao --help 看。"
        )
        raise UsageError(Finding("misplaced_option", message))


# ---------------------------------------------------------------- errors


def _report(console: Console, error: YibaoError, as_json: bool) -> int:
    for finding in error.findings:
        if is_terminal(console.stderr):
            from yibao_cli.render.drawing import refusal

            console.tell(refusal(harmless(finding.message), console.asking_width))
        else:
            console.say(finding.message)
    if as_json:
        import json

        # Whatever shows the JSON may be a terminal.
        body: Mapping[str, Any] = {
            "code": error.findings[0].code,
            "message": harmless(str(error)),
            "candidates": [harmless(one) for each in error.findings for one in each.candidates],
        }
        try:
            console.data(json.dumps({"error": body}, ensure_ascii=False, indent=2) + "\n")
        except (OSError, FileError):
            return Status.FILE
    return error.status


def _as_json(console: Console, arguments: Sequence[str], call: Call | None) -> bool:
    """Whether errors have to speak JSON, also of a line that was not understood."""
    if call is not None:
        return call.values.get("format_") == "json"
    command = COMMANDS.get(arguments[0]) if arguments else None
    own = (*command.parameters, *(OUTPUT if command.output else ())) if command else OUTPUT
    format_ = next((one for one in own if one.name == "format_"), None)
    return format_ is not None and written(format_, arguments, console.environ).lower() == "json"


def _file_trouble(error: OSError) -> FileError:
    """What no one who reads or writes a file has foreseen."""
    from pathlib import Path

    from yibao_cli.files import shown_path

    name = error.filename
    which = f"“{shown_path(Path(name))}”" if isinstance(name, str) else "文件"
    message = f"读写{which}时出了错（{os_reason(error)}）；请检查文件名、文件夹和权限。"
    return FileError(Finding("file_trouble", message))


def _no_such_command(word: str) -> Finding:
    from difflib import get_close_matches

    names = [one.name for one in COMMANDS.values() if not one.hidden]
    near = tuple(get_close_matches(word[:40], names, 3)) or tuple(names)
    return Finding(
        "unknown_command", f"没有“{printable(word)}”这个命令；可以写：{'、'.join(near)}。", near
    )
