"""Typer's commands with Chinese words around them: usage, help, and what was written too much."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from itertools import pairwise
from typing import Any

from typer.core import TyperCommand, TyperGroup

from yibao_cli.answers import printable
from yibao_cli.errors import Finding, UsageError

# What Typer hands over here is no public type of it, but what `typer.Context` derives from.
Context = Any

HELP = ("--help", "-h")

REST = "其他"
"""The panel of what is seldom needed."""

_WIDEST = 80
# The values of every other screen: one accent that can be read on light and on dark, and grey.
_ACCENT, _MUTED = "bold color(32)", "color(243)"


class Command(TyperCommand):
    """A command; words that nothing takes are told in Chinese."""

    allow_extra_args = True

    def collect_usage_pieces(self, ctx: Context) -> list[str]:
        """The arguments, those that may be left out in brackets, then the options."""
        arguments = [one for one in self.params if one.param_type_name == "argument"]
        return [*(str(one.metavar) for one in arguments), "[选项]"]

    def format_usage(self, ctx: Context, formatter: Any) -> None:
        """Write the usage after a Chinese word: the English one stands in Typer's code."""
        _write_usage(ctx, formatter, self.collect_usage_pieces(ctx))

    def get_help_option(self, ctx: Context) -> Any:
        """Typer's option with Chinese words."""
        return _in_chinese(super().get_help_option(ctx))

    def format_help(self, ctx: Context, formatter: Any) -> None:
        """Write the help in the looks of all screens."""
        with _looks(ctx):
            super().format_help(ctx, formatter)

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """Parse the words of a line. Raises UsageError where one is too many or swallows another."""
        if not ctx.resilient_parsing:
            self._refuse_swallowed(ctx, args)
        rest = super().parse_args(ctx, args)
        if rest and not ctx.resilient_parsing:
            message = f"多写了“{printable(rest[0])}”。{see_help(ctx.command_path)}"
            raise UsageError(Finding("too_many", message))
        return rest

    def _refuse_swallowed(self, ctx: Context, args: list[str]) -> None:
        """Refuse an option whose value would be the next option."""
        flags = {flag: one for one in self.get_params(ctx) for flag in one.opts}
        for word, following in pairwise(args[: args.index("--")] if "--" in args else args):
            taking = flags.get(word)
            if taking is None or getattr(taking, "is_flag", False):
                continue
            if following.partition("=")[0] in flags:
                raise UsageError(
                    Finding("bad_option", f"{word} 后面要写内容。{see_help(ctx.command_path)}")
                )


class Group(TyperGroup):
    """The program; a command that there is not is told with the nearest ones."""

    def format_usage(self, ctx: Context, formatter: Any) -> None:
        """Write the usage after a Chinese word: the English one stands in Typer's code."""
        _write_usage(ctx, formatter, self.collect_usage_pieces(ctx))

    def get_help_option(self, ctx: Context) -> Any:
        """Typer's option, which the overview has no room for."""
        found = _in_chinese(super().get_help_option(ctx))
        found.hidden = True
        return found

    def format_help(self, ctx: Context, formatter: Any) -> None:
        """Write the help in the looks of all screens."""
        with _looks(ctx):
            super().format_help(ctx, formatter)

    def resolve_command(self, ctx: Context, args: list[str]) -> Any:
        """Find the command of a line. Raises UsageError where there is none."""
        word = args[0]
        if not ctx.resilient_parsing and self.get_command(ctx, word) is None:
            names = self.list_commands(ctx)
            near = tuple(get_close_matches(word[:40], names, 3)) or tuple(names)
            message = f"没有“{printable(word)}”这个命令；可以写：{'、'.join(near)}。"
            raise UsageError(Finding("unknown_command", message, near))
        return super().resolve_command(ctx, args)


def see_help(called: str) -> str:
    """The sentence that points to the help of a command."""
    return f"用 {called} --help 看用法。"


def _write_usage(ctx: Context, formatter: Any, pieces: list[str]) -> None:
    formatter.write_usage(ctx.command_path, " ".join(pieces), prefix="用法：")


def _in_chinese(option: Any) -> Any:
    option.help = "看这个用法"
    option.rich_help_panel = REST
    return option


@contextmanager
def _looks(ctx: Context) -> Iterator[None]:
    """Choose the styles and the width of a help; Typer has module constants for them, nothing else.

    Raises BrokenPipeError where nobody reads on.
    """
    # Imports rich, which only a help needs.
    from typer import rich_utils

    rich_utils.MAX_WIDTH = min(_WIDEST, ctx.obj.width)
    # Typer prints the help itself.
    ctx.obj.speak("用法")
    rich_utils.STYLE_OPTION = rich_utils.STYLE_SWITCH = _ACCENT
    rich_utils.STYLE_COMMANDS_TABLE_FIRST_COLUMN = _ACCENT
    rich_utils.STYLE_TYPES = rich_utils.STYLE_HELPTEXT = rich_utils.STYLE_USAGE = ""
    rich_utils.STYLE_OPTIONS_PANEL_BORDER = rich_utils.STYLE_COMMANDS_PANEL_BORDER = _MUTED
    try:
        yield
    except SystemExit as left:
        # So rich ends a program whose reader has gone.
        raise BrokenPipeError from left
