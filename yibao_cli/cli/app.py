"""The command line: which commands there are, and how every error ends."""

import json
import os
import re
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from importlib import import_module
from typing import Annotated

import click
import typer

from yibao_cli import __version__
from yibao_cli.cli.options import ONE_SHOT, Given, Output, with_options
from yibao_cli.console import Console
from yibao_cli.errors import FileError, Finding, Status, UsageError, YibaoError
from yibao_cli.knowledge import knowledge


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit status; no error leaves here as a traceback."""
    console = Console.real()
    as_json = _wants_json(arguments)
    try:
        command = typer.main.get_command(_app(_first_word(arguments)))
        # Not `main()`: typer's turns an interruption and a broken pipe into statuses of its own.
        with command.make_context("yibao", list(arguments), obj=console) as context:
            command.invoke(context)
        if console.stdout is not None:
            console.stdout.flush()
        return Status.OK
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except YibaoError as error:
        return _report(console, error, as_json)
    except (click.Abort, KeyboardInterrupt):
        console.say("已中断，什么都没有保存。")
        return Status.INTERRUPTED
    except click.ClickException as error:
        return _report(console, UsageError(_usage(error)), as_json)
    except BrokenPipeError:
        # The reader has gone (`| head`); nothing more may be written at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Status.OK
    except OSError as error:
        message = f"输出写不出去（{error.strerror or error}）；请检查磁盘空间或换个地方输出。"
        return _report(console, FileError(Finding("cannot_write", message)), as_json)
    except Exception as error:
        message = (
            f"程序内部出错（{type(error).__name__}），没有给出清单；请把命令和这句话告诉维护者。"
        )
        return _report(console, YibaoError(Finding("internal", message)), as_json)


# name: module, function, the options it shares with others
_COMMANDS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "wizard": ("consultation", "wizard_command", ("given", "output")),
    "plan": ("consultation", "plan_command", ("given", "output")),
    "resume": ("consultation", "resume_command", ("output",)),
    "questions": ("listings", "questions", ()),
    "region": ("listings", "region", ()),
    "sources": ("listings", "sources", ()),
    "cost": ("cost", "cost", ()),
    "why": ("explain", "why", ("given",)),
    "compare": ("explain", "compare", ("given",)),
    "tree": ("tree", "tree", ()),
    "batch": ("batch", "batch", ()),
    "check": ("check", "check", ()),
}


def _app(only: str | None) -> typer.Typer:
    """All commands, or the one that is named first."""
    app = typer.Typer(
        name="yibao",
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        add_completion=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        help="异地就医备忘：回答几个问题，得到一份要做的事和要带的材料，每条都有出处。",
        epilog=f"一次问完：{ONE_SHOT}",
    )
    app.callback(invoke_without_command=True)(_root)
    for name, (module, function, shared) in _COMMANDS.items():
        # Importing and describing a command takes longer than running most of them.
        if only not in _COMMANDS or name == only:
            command = getattr(import_module(f"yibao_cli.cli.{module}"), function)
            app.command(name)(with_options(command, shared) if shared else command)
    return app


def _root(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", "-V", help="显示版本和知识的日期。")
    ] = False,
) -> None:
    console: Console = context.obj
    if version:
        about = knowledge().about
        console.result(f"yibao {__version__}（知识 {about.version}，{about.read_on} 读）\n")
        raise typer.Exit
    if context.invoked_subcommand is None:
        from yibao_cli.cli.consultation import consult_on_terminal

        output = Output(None, None, False)
        consult_on_terminal(console, Given(), output, on=None, data=None, plain=False)


# ---------------------------------------------------------------- errors


def _report(console: Console, error: YibaoError, as_json: bool) -> int:
    for finding in error.findings:
        console.say(finding.message)
    if as_json:
        first = error.findings[0]
        body = {
            "code": first.code,
            "message": str(error),
            "candidates": [one for finding in error.findings for one in finding.candidates],
        }
        try:
            console.result(json.dumps({"error": body}, ensure_ascii=False, indent=2) + "\n")
        except OSError:
            return Status.FILE
    return error.status


def _first_word(arguments: Sequence[str]) -> str | None:
    """The word that names the command, unless an option of the whole program comes before it."""
    return arguments[0] if arguments and not arguments[0].startswith("-") else None


def _wants_json(arguments: Sequence[str]) -> bool:
    """Whether errors have to speak JSON; asked of the raw arguments, which may not parse."""
    text = "\0".join(arguments)
    return bool(re.search(r"(^|\0)(--format|-f)(=|\0)json(\0|$)|(^|\0)-fjson(\0|$)", text))


def _usage(error: click.ClickException) -> Finding:
    """A usage error in Chinese, with what may have been meant."""
    from yibao_cli.answers import shown

    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "yibao"
    if isinstance(error, click.NoSuchOption):
        name = shown(error.option_name)
        known = [opt for one in context.command.params for opt in one.opts] if context else []
        near = tuple(get_close_matches(error.option_name, known, 3))
        hint = f"是不是：{'、'.join(near)}？" if near else f"用 {command} --help 看全部。"
        return Finding("unknown_option", f"没有 {name} 这个选项。{hint}", near)
    if isinstance(error, click.BadOptionUsage):
        return Finding(
            "bad_option", f"{shown(error.option_name)} 后面要写内容。用 {command} --help 看用法。"
        )
    if isinstance(error, click.MissingParameter):
        name = error.param.make_metavar(context) if error.param and context else ""
        return Finding("missing_argument", f"还缺 {name}。用 {command} --help 看用法。")
    found = re.match(r"No such command '([^']*)'", error.message)
    if found and isinstance(getattr(context, "command", None), click.Group):
        names = list(_COMMANDS)
        near = tuple(get_close_matches(found[1], names, 3)) or tuple(names)
        return Finding(
            "unknown_command", f"没有“{shown(found[1])}”这个命令；可以写：{'、'.join(near)}。", near
        )
    return Finding("usage", f"命令写得不对（{shown(error.message)}）。用 {command} --help 看用法。")
