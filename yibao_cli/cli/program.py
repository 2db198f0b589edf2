"""The program as Typer builds it. A command is imported and described only when it is asked for."""

from __future__ import annotations

from importlib import import_module
from inspect import getdoc
from typing import Annotated

import typer
from typer.core import TyperCommand, TyperGroup

from yibao_cli.cli.help import Chinese, Command, Context

_ABOUT = (
    "异地就医备忘：回答几个问题，得到要做的事和要带的材料。"
    "先试 [bold color(32)]yibao[/]，一问一答。"
)
_EPILOG = "一个命令的用法：yibao 命令 --help；按 Tab 补全：yibao --install-completion"

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


class Group(Chinese, TyperGroup):
    """The program."""

    def list_commands(self, ctx: Context) -> list[str]:
        """The names of all commands."""
        return [*COMMANDS]

    def get_command(self, ctx: Context, cmd_name: str) -> TyperCommand | None:
        """The command of a name, or None."""
        return command(cmd_name) if cmd_name in COMMANDS else None


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
    from yibao_cli.cli.options import panel_order, question_options, shared

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
    assert isinstance(made, TyperCommand)
    made.params[:0] = question_options(function)
    # The help shows the panels in the order in which they are met.
    made.params.sort(key=panel_order)
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
