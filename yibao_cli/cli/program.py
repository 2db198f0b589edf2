"""The program as Typer builds it, with Chinese words around: usage, help, and errors.

A command is imported and described only when it is asked for. Every error ends in a sentence, and
every run in an exit status.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from importlib import import_module
from inspect import getdoc
from itertools import pairwise
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from yibao_cli.answers import printable
from yibao_cli.console import Console, is_terminal
from yibao_cli.errors import FileError, Finding, Status, UsageError, YibaoError, harmless
from yibao_cli.files import decoded, os_reason
from yibao_cli.wrap import wrap

# What Typer hands over here is no public type of it, but what `typer.Context` derives from.
Context = Any

COMMANDS = {
    "wizard": ("出清单", "consult"),
    "plan": ("出清单", "consult"),
    "ask": ("出清单", "consult"),
    "resume": ("出清单", "consult"),
    "batch": ("出清单", "batch"),
    "why": ("看明白", "explain"),
    "compare": ("看明白", "explain"),
    "cost": ("看明白", "cost"),
    "region": ("资料", "knowledge"),
    "questions": ("资料", "knowledge"),
    "sources": ("资料", "knowledge"),
    "tree": ("资料", "knowledge"),
    "check": ("资料", "knowledge"),
}
"""Of each command, in the order of the overview, its panel there and its module."""

_ABOUT = "异地就医备忘：回答几个问题，得到要做的事和要带的材料。先试 [bold color(32)]yibao[/]，一问一答。"
_EPILOG = "一个命令的用法：yibao 命令 --help；按 Tab 补全：yibao --install-completion"
_WIDEST = 80
# The values of every other screen: one accent that can be read on light and on dark, and grey.
_ACCENT, _MUTED = "bold color(32)", "color(243)"


class Chinese:
    """The words that Typer writes in English, and the looks of all screens, for its help."""

    help_panel = ""
    """The panel of the option for help; the overview has no room for it."""

    def format_usage(self: Any, ctx: Context, formatter: Any) -> None:
        """Write the usage after a Chinese word: the English one stands in Typer's code."""
        pieces = " ".join(self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, pieces, prefix="用法：")

    def get_help_option(self, ctx: Context) -> Any:
        """Typer's option with Chinese words."""
        found = super().get_help_option(ctx)  # type: ignore[misc]
        found.help, found.rich_help_panel = "看这个用法", self.help_panel
        found.hidden = not self.help_panel
        return found

    def format_help(self: Any, ctx: Context, formatter: Any) -> None:
        """Print the help; Typer has module constants for styles and width, nothing else.

        Raises BrokenPipeError where nobody reads on.
        """
        # Imports rich, which only a help needs.
        from typer import rich_utils

        rich_utils.MAX_WIDTH = min(_WIDEST, ctx.obj.width)
        rich_utils.STYLE_OPTION = rich_utils.STYLE_SWITCH = _ACCENT
        rich_utils.STYLE_COMMANDS_TABLE_FIRST_COLUMN = _ACCENT
        rich_utils.STYLE_TYPES = rich_utils.STYLE_HELPTEXT = rich_utils.STYLE_USAGE = ""
        rich_utils.STYLE_OPTIONS_PANEL_BORDER = rich_utils.STYLE_COMMANDS_PANEL_BORDER = _MUTED
        # Typer prints the help itself.
        ctx.obj.speak("用法")
        try:
            rich_utils.rich_format_help(obj=self, ctx=ctx, markup_mode="rich")
        except SystemExit as left:
            # So rich ends a program whose reader has gone.
            raise BrokenPipeError from left


class Group(Chinese, TyperGroup):
    """The program."""

    def list_commands(self, ctx: Context) -> list[str]:
        """The names of all commands."""
        return [*COMMANDS]

    def get_command(self, ctx: Context, cmd_name: str) -> TyperCommand | None:
        """The command of a name, or None."""
        return command(cmd_name) if cmd_name in COMMANDS else None


class Command(Chinese, TyperCommand):
    """A command; words that nothing takes are told in Chinese."""

    allow_extra_args = True

    def collect_usage_pieces(self, ctx: Context) -> list[str]:
        """The arguments, those that may be left out in brackets, then the options."""
        arguments = [one for one in self.params if one.param_type_name == "argument"]
        return [*(str(one.metavar) for one in arguments), "[选项]"]

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """Parse the words of a line. Raises UsageError where one is too many or swallows another."""
        if ctx.resilient_parsing:
            return super().parse_args(ctx, args)
        taken = flags(self.get_params(ctx))
        for word, following in pairwise(args[: args.index("--")] if "--" in args else args):
            valued = word in taken and not taken[word].is_flag
            if valued and following.partition("=")[0] in taken:
                message = f"{word} 后面要写内容。{see_help(ctx.command_path)}"
                raise UsageError(Finding("bad_option", message))
        rest = super().parse_args(ctx, args)
        if rest:
            message = f"多写了“{printable(rest[0])}”。{see_help(ctx.command_path)}"
            raise UsageError(Finding("too_many", message))
        return rest


def flags(params: Iterable[Any]) -> dict[str, Any]:
    """The options among parameters, by their flags."""
    options = [one for one in params if one.param_type_name == "option"]
    return {flag: one for one in options for flag in one.opts}


def see_help(called: str) -> str:
    """The sentence that points to the help of a command."""
    return f"用 {called} --help 看用法。"


def program() -> Group:
    """The program as Typer builds it."""
    app = typer.Typer(
        name="yibao",
        cls=Group,
        subcommand_metavar="[命令] [选项]",
        options_metavar="",
        context_settings={
            "help_option_names": ["--help", "-h"],
            "token_normalize_func": lambda name: name.replace("_", "-"),
        },
    )
    app.callback(help=_ABOUT, epilog=_EPILOG)(_root)
    group = typer.main.get_command(app)
    assert isinstance(group, Group)
    for one in group.params:
        # Typer's own ones for completion speak English, and stand in the last line.
        one.hidden = True  # type: ignore[attr-defined]
    return group


def command(name: str) -> TyperCommand:
    """One of the commands as Typer builds it, with the options that it shares with others.

    The docstring of its function is its help; the overview has room for the first sentence.
    """
    from yibao_cli.cli.options import PANELS, REST, question_options, shared

    panel, module = COMMANDS[name]
    function = getattr(import_module(f"yibao_cli.cli.{module}"), name)
    # Typer would put a blank in place of each line end.
    about, example = str(getdoc(function)).split("\n\n")
    about = about.replace("\n", "")
    app = typer.Typer(add_completion=False)
    app.command(
        cls=Command,
        rich_help_panel=panel,
        short_help=about.partition("。")[0],
        help=f"{about}\n\n{example}",
    )(shared(function))
    made = typer.main.get_command(app)
    assert isinstance(made, Command)
    made.help_panel = REST
    made.params[:0] = question_options(function)
    # The help shows the panels in the order in which they are met.
    made.params.sort(key=lambda one: PANELS.get(getattr(one, "rich_help_panel", None), 2))
    return made


def _version(ctx: typer.Context, wanted: bool) -> None:
    if wanted:
        from yibao_cli import __version__
        from yibao_cli.knowledge import about_shipped

        known = about_shipped()
        ctx.obj.result(f"yibao {__version__}（知识 {known.version}，{known.read_on} 读）\n")
        raise typer.Exit


def _root(
    version: Annotated[
        bool,
        typer.Option("--version", "-V", help="版本和知识的日期", callback=_version, is_eager=True),
    ] = False,
) -> None:
    """Only carry the options of the program itself."""


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
        return _tell(console, _as_ours(error, words[0]), words)
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


def _tell(console: Console, error: YibaoError, words: Sequence[str]) -> int:
    for finding in error.findings:
        if is_terminal(console.stderr):
            from yibao_cli.render.drawing import refusal

            console.tell(refusal(harmless(finding.message), console.asking_width))
        else:
            console.say(finding.message)
    if _wants_json(words):
        from yibao_cli.render import json_text

        try:
            console.data(json_text({"error": error.body}))
        except (OSError, FileError):
            return Status.FILE
    return error.status
