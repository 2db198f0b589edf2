"""The program as Typer builds it: which commands there are, and what the help says of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated

import typer
from msgspec import Struct

from yibao_cli.cli import ask, batch, consult, cost, explain, knowledge
from yibao_cli.cli.help import HELP, Command, Group
from yibao_cli.cli.options import ONE_SHOT, option, shared

_ABOUT = (
    "异地就医备忘：回答几个问题，得到要做的事和要带的材料。"
    "先试 [bold color(32)]yibao[/]，一问一答。"
)
_EPILOG = "一个命令的用法：yibao 命令 --help；按 Tab 补全：yibao --install-completion"
_SITUATION = ONE_SHOT.removeprefix("yibao plan ")


class _About(Struct, frozen=True):
    """What the help says of a command; `more` is what the overview has no room for."""

    summary: str
    example: str
    more: str = ""


_VERSION = ("--version", "-V")

_COMMANDS: Mapping[str, Mapping[Callable[..., int | None], _About]] = {
    "出清单": {
        consult.wizard: _About(
            "在终端上一问一答；已经写明的答案不再问", "yibao wizard --from 绵阳 --to 北京"
        ),
        consult.plan: _About("一次写全答案，得到清单；适合脚本", ONE_SHOT),
        ask.ask: _About(
            "用一句平常话说情况，听懂的不再问",
            "yibao ask 我爸江西居民医保在广州住院没备案",
            "听懂了什么、是哪几个字，都印出来；没说准的不猜。",
        ),
        consult.resume: _About(
            "接着上次没问完的问题；只存答案，不存姓名和证件", "yibao resume --list"
        ),
        batch.batch: _About(
            "一次处理一整张表：第一行写列名，每行一个人",
            "yibao batch 名单.csv -o 结果.jsonl",
            "文件是 CSV 或 JSON Lines，写 - 就读标准输入；列名是问题的编号或名称，另可有 id。",
        ),
    },
    "看明白": {
        explain.why: _About(
            "说明清单为什么是这样；怎样才会有另一条",
            f"yibao why {_SITUATION} --not direct_settlement",
        ),
        explain.compare: _About(
            "比较两种情况：清单上多了什么、少了什么",
            f"yibao compare {_SITUATION} --with filing=已备案",
        ),
        cost.cost: _About(
            "按您填的数字，算在参保地和去外地看病各要自己付多少",
            "yibao cost --bill 20000 --covered 18000 --deductible 1000 --ratio 80 --referral 减10",
        ),
    },
    "资料": {
        knowledge.region: _About(
            "一个地名认成哪里，当地有哪些已知的规定，热线是多少",
            "yibao region 江苏",
            "地名是省名、市名或拼音。",
        ),
        knowledge.questions: _About(
            "每个问题、可以写的答案和写法",
            "yibao questions filing",
            "写了问题的编号或名称，就只看这些。",
        ),
        knowledge.sources: _About(
            "全部依据：文件、文号、日期、哪天读的、可信程度", "yibao sources --overdue"
        ),
        knowledge.tree: _About(
            "画出决策树，给改资料的人",
            "yibao tree 转移接续",
            "可以写要办的事，或从哪个节点起；同名时是要办的事。",
        ),
        knowledge.check: _About(
            "检查资料，给改资料的人", "yibao check --data ./data --cases ./cases"
        ),
    },
}
"""The commands by the panels of the overview."""


NAMES = tuple(one.__name__ for commands in _COMMANDS.values() for one in commands)
"""The names of the commands."""


def alone(word: str) -> str | None:
    """What `program` needs to know of a line that begins with a word."""
    return word if word in (*NAMES, *_VERSION) else None


def program(only: str | None = None) -> Group:
    """The program as Typer builds it.

    With `only` it has that command alone, or none where the word asks for the version: to describe
    all of them takes longer than to run one.
    """
    app = typer.Typer(
        name="yibao",
        cls=Group,
        rich_markup_mode="rich",
        subcommand_metavar="[命令] [选项]",
        options_metavar="",
        context_settings={
            "help_option_names": [*HELP],
            "token_normalize_func": lambda name: name.replace("_", "-"),
        },
    )
    app.callback(help=_ABOUT, epilog=_EPILOG)(_root)
    for panel, commands in _COMMANDS.items():
        for function, about in commands.items():
            if only not in (None, function.__name__):
                continue
            app.command(
                cls=Command,
                rich_help_panel=panel,
                short_help=about.summary,
                help=f"{about.summary}。{about.more}例如：\n\n{about.example}",
            )(shared(function))
    group = typer.main.get_command(app)
    assert isinstance(group, Group)
    for one in group.params:
        # Typer's own ones for completion speak English, and stand in the last line.
        one.hidden = True  # type: ignore[attr-defined]
    return group


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
        option(*_VERSION, help="版本和知识的日期", callback=_version, is_eager=True),
    ] = False,
) -> None:
    """Only carry the options of the program itself."""
