"""Running a command line: every error ends in a sentence, and every run in an exit status."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

import typer
from typer.core import TyperCommand

from yibao_cli.answers import printable
from yibao_cli.cli.program import COMMANDS, command, flags, program, see_help
from yibao_cli.console import Console, harmless, is_terminal
from yibao_cli.errors import FileError, Finding, Status, UsageError, YibaoError
from yibao_cli.files import decoded, os_reason
from yibao_cli.wrap import wrap


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit status; no error leaves here as a traceback."""
    console = Console.real()
    words = [decoded(word) for word in arguments] or ["wizard"]
    try:
        group = program()
        if "_YIBAO_COMPLETE" in console.environ:
            group.main(prog_name="yibao", obj=console)
        # Not `main()`: it makes statuses of its own of an interruption and of a reader that has gone.
        with group.make_context("yibao", [*words], obj=console) as context:
            return group.invoke(context) or Status.OK
    except typer.Exit as leaving:
        return leaving.exit_code
    except KeyboardInterrupt as stopped:
        for line in wrap(str(stopped) or "已中断，什么都没有保存。", console.asking_width):
            console.say(line)
        return Status.INTERRUPTED
    except BrokenPipeError:
        # The reader has gone, as `| head` does.
        return Status.OK
    except Exception as error:
        return _report(console, _as_ours(error, words[0]), words)
    finally:
        console.leave()


def _as_ours(error: Exception, word: str) -> YibaoError:
    if isinstance(error, YibaoError):
        return error
    if isinstance(error, typer.TyperException):
        return UsageError(_misuse(error, word))
    if isinstance(error, OSError):
        # What no one who reads or writes a file has foreseen.
        named = isinstance(error.filename, str)
        # A stream has no name.
        name = f"“{harmless(error.filename)}”" if named else "输入输出"
        check = "文件名、文件夹和权限" if named else "磁盘空间，或换个地方输出"
        message = f"读写{name}时出了错（{os_reason(error)}）；请检查{check}。"
        return FileError(Finding("file_trouble", message))
    kind = type(error).__name__
    message = f"程序内部出错（{kind}），没有给出清单；请把命令和这句话告诉维护者。"
    return YibaoError(Finding("internal", message))


def _misuse(error: typer.TyperException, word: str) -> Finding:
    """A usage error of Typer as a sentence, by the public attributes that its kinds have.

    `word` is the first of the line. `option_name` is what was written and is no option, or has a
    value too many or too few; `param` is what has no right value. Kinds with neither get a general
    sentence.
    """
    if word not in COMMANDS and not word.startswith("-"):
        near = tuple(get_close_matches(word[:40], COMMANDS, 3)) or tuple(COMMANDS)
        message = f"没有“{printable(word)}”这个命令；可以写：{'、'.join(near)}。"
        return Finding("unknown_command", message, near)
    of = command(word) if word in COMMANDS else None
    called = f"yibao {word}" if of else "yibao"
    flag, parameter = getattr(error, "option_name", None), getattr(error, "param", None)
    if parameter and parameter.param_type_name == "argument":
        return Finding("missing_argument", f"还缺 {parameter.metavar}。{see_help(called)}")
    if parameter:
        # Commands look at values themselves; only a variable can be no switch.
        message = f"{parameter.envvar or parameter.opts[0]} 看不懂；打开写 1，不打开写 0。"
        return Finding("bad_option", message)
    if not flag:
        return Finding("usage", f"命令写得不对。{see_help(called)}")
    taken, shown = flags((of or program()).params), printable(flag)
    if flag in taken:
        wrong = "后面不写内容" if taken[flag].is_flag else "后面要写内容"
        return Finding("bad_option", f"{flag} {wrong}。{see_help(called)}")
    if of is None and flag in flags(command("wizard").params):
        where = f"要写在命令后面，例如：yibao wizard {shown}"
        message = f"{shown} {where}；命令有哪些，用 yibao --help 看。"
        return Finding("misplaced_option", message)
    near = tuple(get_close_matches(flag[:40], [*taken, "--help"], 3))
    hint = f"是不是：{'、'.join(near)}？" if near else f"用 {called} --help 看全部。"
    return Finding("unknown_option", f"没有 {shown} 这个选项。{hint}", near)


def _wants_json(words: Sequence[str]) -> bool:
    """Whether errors have to speak JSON, also of a line that was not understood."""
    try:
        params = command(words[0] if words[0] in COMMANDS else "plan").params
    except YibaoError:
        # No flags can be made from the shipped knowledge.
        return False
    formats = [one for one in params if one.name == "format_"]
    settings = {"ignore_unknown_options": True}
    reader = TyperCommand(None, params=formats, context_settings=settings)
    lenient = reader.make_context(None, list(words), resilient_parsing=True)
    return bool(lenient.params.get("format_") == "json")


def _report(console: Console, error: YibaoError, words: Sequence[str]) -> int:
    for finding in error.findings:
        if is_terminal(console.stderr):
            from yibao_cli.render.drawing import refusal

            console.tell(refusal(harmless(finding.message), console.asking_width))
        else:
            console.say(finding.message)
    if _wants_json(words):
        from yibao_cli.render import json_text

        # Whatever shows the JSON may be a terminal.
        body = {
            "code": error.findings[0].code,
            "message": harmless(str(error)),
            "candidates": [harmless(one) for each in error.findings for one in each.candidates],
        }
        try:
            console.data(json_text({"error": body}))
        except (OSError, FileError):
            return Status.FILE
    return error.status
