"""Typer's commands with Chinese words around them: usage, help, and what was written too much."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from typer.core import TyperCommand, TyperGroup

from yibao_cli.answers import printable
from yibao_cli.errors import Finding, UsageError

# What Typer hands over here is no public type of it, but what `typer.Context` derives from.
Context = Any

REST = "其他"
"""The panel of what is seldom needed."""

_WIDEST = 80
# The values of every other screen: one accent that can be read on light and on dark, and grey.
_ACCENT, _MUTED = "bold color(32)", "color(243)"


class Chinese:
    """The words that Typer writes in English, and the looks of all screens, for its help."""

    def format_usage(self: Any, ctx: Context, formatter: Any) -> None:
        """Write the usage after a Chinese word: the English one stands in Typer's code."""
        pieces = " ".join(self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, pieces, prefix="用法：")

    def get_help_option(self, ctx: Context) -> Any:
        """Typer's option with Chinese words, which the overview has no room for."""
        found = super().get_help_option(ctx)  # type: ignore[misc]
        found.help, found.rich_help_panel = "看这个用法", REST
        found.hidden = isinstance(self, TyperGroup)
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
