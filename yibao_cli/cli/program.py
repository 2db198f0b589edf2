"""The program as Typer builds it: which commands there are, and what the help says of them."""

from __future__ import annotations

from difflib import get_close_matches
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from yibao_cli.answers import printable
from yibao_cli.cli.help import ONE_SHOT, Chinese, Command, Context
from yibao_cli.errors import Finding, UsageError

_ABOUT = (
    "异地就医备忘：回答几个问题，得到要做的事和要带的材料。"
    "先试 [bold color(32)]yibao[/]，一问一答。"
)
_EPILOG = "一个命令的用法：yibao 命令 --help；按 Tab 补全：yibao --install-completion"
_SITUATION = ONE_SHOT.removeprefix("yibao plan ")


_PARTS = (
    ("出清单", "consult", ("wizard", "plan")),
    ("出清单", "ask", ("ask",)),
    ("出清单", "consult", ("resume",)),
    ("出清单", "batch", ("batch",)),
    ("看明白", "explain", ("why", "compare")),
    ("看明白", "cost", ("cost",)),
    ("资料", "knowledge", ("region", "questions", "sources", "tree", "check")),
)
"""Panels of the overview, modules, and the commands that stand there."""

# The overview has room for the first sentence.
COMMANDS = {
    "wizard": ("在终端上一问一答；已经写明的答案不再问。", "yibao wizard --from 绵阳 --to 北京"),
    "plan": ("一次写全答案，得到清单；适合脚本。", ONE_SHOT),
    "ask": (
        "用一句平常话说情况，听懂的不再问。听懂了什么、是哪几个字，都印出来；没说准的不猜。",
        "yibao ask 我爸江西居民医保在广州住院没备案",
    ),
    "resume": ("接着上次没问完的问题；只存答案，不存姓名和证件。", "yibao resume --list"),
    "batch": (
        "一次处理一整张表：第一行写列名，每行一个人。文件是 CSV 或 JSON Lines，写 - 就读标准输入；"
        "列名是问题的编号或名称，另可有 id。",
        "yibao batch 名单.csv -o 结果.jsonl",
    ),
    "why": (
        "说明清单为什么是这样；怎样才会有另一条。",
        f"yibao why {_SITUATION} --not direct_settlement",
    ),
    "compare": (
        "比较两种情况：清单上多了什么、少了什么。",
        f"yibao compare {_SITUATION} --with filing=已备案",
    ),
    "cost": (
        "按您填的数字，算在参保地和去外地看病各要自己付多少。",
        "yibao cost --bill 20000 --covered 18000 --deductible 1000 --ratio 80 --referral 减10",
    ),
    "region": (
        "一个地名认成哪里，当地有哪些已知的规定，热线是多少。地名是省名、市名或拼音。",
        "yibao region 江苏",
    ),
    "questions": (
        "每个问题、可以写的答案和写法。写了问题的编号或名称，就只看这些。",
        "yibao questions filing",
    ),
    "sources": (
        "全部依据：文件、文号、日期、哪天读的、可信程度。",
        "yibao sources --overdue",
    ),
    "tree": (
        "画出决策树，给改资料的人。可以写要办的事，或从哪个节点起；同名时是要办的事。",
        "yibao tree 转移接续",
    ),
    "check": ("检查资料，给改资料的人。", "yibao check --data ./data --cases ./cases"),
}
"""What the help says of each command, in the order of the overview, and an example."""


class Group(Chinese, TyperGroup):
    """The program. A command is imported and described only when it is asked for."""

    def list_commands(self, ctx: Context) -> list[str]:
        """The names of all commands."""
        return [*COMMANDS]

    def get_command(self, ctx: Context, cmd_name: str) -> TyperCommand | None:
        """The command of a name, or None."""
        return command(cmd_name) if cmd_name in COMMANDS else None

    def resolve_command(self, ctx: Context, args: list[str]) -> Any:
        """The command of a line. Raises UsageError with the nearest ones where there is none."""
        word = args[0]
        if not ctx.resilient_parsing and word not in COMMANDS:
            near = tuple(get_close_matches(word[:40], COMMANDS, 3)) or tuple(COMMANDS)
            message = f"没有“{printable(word)}”这个命令；可以写：{'、'.join(near)}。"
            raise UsageError(Finding("unknown_command", message, near))
        return super().resolve_command(ctx, args)


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
    """One of the commands as Typer builds it, with the options that it shares with others."""
    from yibao_cli.cli.options import panel_order, question_options, shared

    about, example = COMMANDS[name]
    panel, module = next(where for *where, names in _PARTS if name in names)
    function = getattr(import_module(f"yibao_cli.cli.{module}"), name)
    app = typer.Typer(add_completion=False)
    app.command(
        cls=Command,
        rich_help_panel=panel,
        short_help=about.partition("。")[0],
        help=f"{about}例如：\n\n{example}",
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
