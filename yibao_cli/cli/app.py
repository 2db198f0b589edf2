"""The command line: finds the command, runs it, and ends every error in a sentence."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from yibao_cli.cli.command import Command, Parameter
from yibao_cli.cli.commands import COMMANDS, GIVEN, OUTPUT
from yibao_cli.cli.parser import HELP, parse
from yibao_cli.console import Console
from yibao_cli.errors import FileError, Finding, Status, UsageError, YibaoError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_VERSION = Parameter("version", ("--version", "-V"), "显示版本和知识的日期。")
ROOT = (_VERSION,)
"""The options of the program itself, written before any command."""


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit status; no error leaves here as a traceback."""
    console = Console.real()
    try:
        return _ended(console, [_decoded(word) for word in arguments])
    finally:
        console.leave()


def _ended(console: Console, arguments: list[str]) -> int:
    as_json = _wants_json(arguments)
    try:
        status = _run(console, arguments)
        if console.stdout is not None:
            console.stdout.flush()
        return status or Status.OK
    except YibaoError as error:
        return _report(console, error, as_json)
    except KeyboardInterrupt as stopped:
        from yibao_cli.wrap import wrap

        for line in wrap(str(stopped) or "已中断，什么都没有保存。", console.asking_width):
            console.say(line)
        return Status.INTERRUPTED
    except BrokenPipeError:
        # The reader has gone, as `| head` does.
        return Status.OK
    except OSError as error:
        message = f"输出写不出去（{error.strerror or error}）；请检查磁盘空间或换个地方输出。"
        return _report(console, FileError(Finding("cannot_write", message)), as_json)
    except Exception as error:
        message = (
            f"程序内部出错（{type(error).__name__}），没有给出清单；请把命令和这句话告诉维护者。"
        )
        return _report(console, YibaoError(Finding("internal", message)), as_json)


def _decoded(word: str) -> str:
    """A word of the command line in a locale that knows no Chinese, where the words come raw."""
    if word.isascii() or not any("\udc80" <= char <= "\udcff" for char in word):
        return word
    return os.fsencode(word).decode("utf-8", "surrogateescape")


def _run(console: Console, arguments: list[str]) -> int | None:
    if not arguments or arguments[0].startswith("-"):
        return _root(console, arguments)
    command = COMMANDS.get(arguments[0])
    if command is None:
        raise UsageError(_no_such_command(arguments[0]))
    # The words after the cursor are another command's: none of them is for this one.
    words = ["--", *arguments[1:]] if command.hidden else arguments[1:]
    return call(console, command, words)


def call(console: Console, command: Command, words: Sequence[str]) -> int | None:
    """Run a command with the words that follow its name."""
    taken = parameters(command)
    values = parse(f"yibao {command.name}", taken, words, console.environ)
    if values.pop("help"):
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


def _root(console: Console, arguments: list[str]) -> int | None:
    flag = arguments[0].partition("=")[0] if arguments else ""
    if flag.startswith("--") and _belongs(flag):
        message = (
            f"{flag} 要写在命令后面，例如：yibao wizard {flag}；命令有哪些，用 yibao --help 看。"
        )
        raise UsageError(Finding("misplaced_option", message))
    values = parse("yibao", ROOT, arguments, console.environ)
    if values["help"]:
        from yibao_cli.cli.usage import overview

        console.result(overview(ROOT, console.width))
        return None
    if values["version"]:
        from yibao_cli import __version__
        from yibao_cli.knowledge import knowledge

        about = knowledge().about
        console.result(f"yibao {__version__}（知识 {about.version}，{about.read_on} 读）\n")
        return None
    return call(console, COMMANDS["wizard"], ())


def _belongs(flag: str) -> bool:
    """Whether an option is one of the wizard, and not of the program itself."""
    if any(flag in one.flags for one in (*ROOT, HELP)):
        return False
    return any(flag in one.flags for one in parameters(COMMANDS["wizard"]))


# ---------------------------------------------------------------- errors


def _report(console: Console, error: YibaoError, as_json: bool) -> int:
    for finding in error.findings:
        console.say(finding.message)
    if as_json:
        import json

        first = error.findings[0]
        body: Mapping[str, Any] = {
            "code": first.code,
            "message": str(error),
            "candidates": [one for finding in error.findings for one in finding.candidates],
        }
        try:
            console.result(json.dumps({"error": body}, ensure_ascii=False, indent=2) + "\n")
        except OSError:
            return Status.FILE
    return error.status


def _wants_json(arguments: Sequence[str]) -> bool:
    """Whether errors have to speak JSON; asked of the raw arguments, which may not parse."""
    return any(
        word in ("--format=json", "-fjson", "-f=json")
        or (word == "json" and before in ("--format", "-f"))
        for before, word in zip(("", *arguments), arguments, strict=False)
    )


def _no_such_command(word: str) -> Finding:
    from difflib import get_close_matches

    from yibao_cli.answers import shown

    names = [one.name for one in COMMANDS.values() if not one.hidden]
    near = tuple(get_close_matches(word[:40], names, 3)) or tuple(names)
    return Finding(
        "unknown_command", f"没有“{shown(word)}”这个命令；可以写：{'、'.join(near)}。", near
    )
