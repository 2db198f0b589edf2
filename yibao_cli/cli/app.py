"""Running a command line: every error ends in a sentence, and every run in an exit status."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

import typer

from yibao_cli.cli.misuse import misuse, wants_json
from yibao_cli.cli.program import alone, program
from yibao_cli.console import Console, harmless, is_terminal
from yibao_cli.errors import FileError, Finding, Status, UsageError, YibaoError
from yibao_cli.files import os_reason


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit status; no error leaves here as a traceback."""
    console = Console.real()
    try:
        return _ended(console, [_decoded(word) for word in arguments] or ["wizard"])
    finally:
        console.leave()


def _ended(console: Console, words: list[str]) -> int:
    try:
        if "_YIBAO_COMPLETE" in console.environ:
            program().main(prog_name="yibao", obj=console)
        # Not `main()`: it makes statuses of its own of an interruption and of a reader that has gone.
        group = program(alone(words[0]))
        with group.make_context("yibao", list(words), obj=console) as context:
            return group.invoke(context) or Status.OK
    except typer.Exit as leaving:
        return leaving.exit_code
    except YibaoError as error:
        failed = error
    except typer.TyperException as error:
        failed = UsageError(misuse(program(), words, error))
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
    return _report(console, failed, _as_json(words))


def _decoded(word: str) -> str:
    """A word of the command line in a locale that knows no Chinese, where the words come raw."""
    if word.isascii() or not any("\udc80" <= char <= "\udcff" for char in word):
        return word
    return os.fsencode(word).decode("utf-8", "surrogateescape")


# ---------------------------------------------------------------- errors


def _as_json(words: Sequence[str]) -> bool:
    try:
        return wants_json(program(), words)
    except YibaoError:
        # No flags can be made from the shipped knowledge.
        return False


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


def _file_trouble(error: OSError) -> FileError:
    """What no one who reads or writes a file has foreseen."""
    from pathlib import Path

    from yibao_cli.files import shown_path

    name = error.filename
    which = f"“{shown_path(Path(name))}”" if isinstance(name, str) else "文件"
    message = f"读写{which}时出了错（{os_reason(error)}）；请检查文件名、文件夹和权限。"
    return FileError(Finding("file_trouble", message))
