"""The help of the program and of a command, as text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from yibao_cli.cli.command import ANSWERS, SECTIONS, Command, Parameter
from yibao_cli.cli.commands import COMMANDS, ONE_SHOT
from yibao_cli.cli.parser import HELP
from yibao_cli.errors import Status
from yibao_cli.wrap import cells, wrap

SUMMARY = "异地就医备忘：回答几个问题，得到一份要做的事和要带的材料，每条都有出处。"
STATUSES = {
    Status.OK: "出了清单，或做完了要做的事",
    Status.INTERNAL: "程序内部出错",
    Status.USAGE: "命令写得不对；或者要一问一答却不在终端上",
    Status.MISSING: "缺必须的答案，会说缺哪个选项",
    Status.NOT_UNDERSTOOD: "答案看不懂、互相矛盾或有几种可能，会列出候选",
    Status.BROKEN_KNOWLEDGE: "知识有问题：检查没通过，或知识文件夹坏了",
    Status.FILE: "文件读不了、写不了，或已经有了",
    Status.INTERRUPTED: "被中断（Ctrl-C）",
}
"""What each exit status means."""

DEFAULTS = (
    "平时不变的答案可以放在环境变量里：YIBAO_ 加上问题的编号，例如 YIBAO_INSURANCE=居民、"
    "YIBAO_FROM=四川绵阳；文件、代码和选项写的都比它优先。"
)

TODAY = (
    "当作今天的日期，写成 2026-11-21 这样；不写就看电脑的时钟。同一天的清单、日历和检查随时能重做；"
    "--on 比它优先。"
)

_COLUMN = 26
_SIDE_BY_SIDE = 72


def overview(options: Sequence[Parameter], width: int) -> str:
    """The help of the program: its commands, each in a line or two."""
    lines = ["用法：yibao [命令] [选项]", "", *wrap(SUMMARY, width)]
    lines += wrap("在终端上不写命令，就一问一答。", width)
    shown = [one for one in COMMANDS.values() if not one.hidden]
    lines += ["", "命令：", *_table(((one.name, one.summary) for one in shown), width)]
    lines += ["", "选项：", *_options((*options, HELP), width)]
    lines += ["", "退出状态："]
    lines += _table(((str(int(code)), said) for code, said in STATUSES.items()), width)
    lines += ["", "例：", *wrap(ONE_SHOT, width, first="  ", rest="    ")]
    lines += ["", *wrap("每个命令的用法：yibao 命令 --help；全部写在手册里：yibao manual", width)]
    return "\n".join(lines) + "\n"


def usage(command: Command, parameters: Sequence[Parameter], width: int) -> str:
    """The help of one command: what it is for, everything it takes, and examples."""
    lines = wrap(f"用法：{synopsis(command, parameters)}", width, rest="  ")
    lines += ["", *wrap(command.summary, width)]
    arguments = [one for one in parameters if not one.flags]
    if arguments:
        said = ((one.metavar, one.help) for one in arguments)
        lines += ["", "参数：", *_table(said, width)]
    for section, options in sections((*parameters, HELP)):
        lines += ["", f"{section}：", *_options(options, width)]
    if command.given:
        lines += ["", *wrap(DEFAULTS, width)]
    lines += ["", "例："]
    for example in command.examples:
        lines += wrap(example, width, first="  ", rest="    ")
    return "\n".join(lines) + "\n"


def synopsis(command: Command, parameters: Sequence[Parameter]) -> str:
    """A command with its arguments, in one line."""
    words = [f"yibao {command.name}"]
    for one in parameters:
        if not one.flags:
            word = one.metavar + ("..." if one.many else "")
            words.append(word if one.required else f"[{word}]")
    return " ".join([*words, "[选项]"])


def sections(parameters: Iterable[Parameter]) -> Iterator[tuple[str, list[Parameter]]]:
    """Options by what they are about."""
    options = [one for one in parameters if one.flags]
    for section in SECTIONS:
        found = [one for one in options if one.section == section]
        if found:
            yield section, found


def spelt(option: Parameter) -> str:
    """The flags of an option, and what its value is called."""
    return " ".join(filter(None, (", ".join(option.flags), option.metavar)))


def said(option: Parameter) -> str:
    """The help of an option, with the environment variable that stands in for it."""
    named = option.environ is not None and option.section != ANSWERS
    return option.help + (f"［环境变量 {option.environ}］" if named else "")


def _options(options: Iterable[Parameter], width: int) -> list[str]:
    return _table(((spelt(one), said(one)) for one in options), width)


def _table(rows: Iterable[tuple[str, str]], width: int) -> list[str]:
    lines: list[str] = []
    for name, text in rows:
        head = f"  {name}"
        if width < _SIDE_BY_SIDE or cells(head) > _COLUMN - 2:
            lines += wrap(name, width, first="  ", rest="    ")
            head = ""
        before = " " * (6 if width < _SIDE_BY_SIDE else _COLUMN)
        lines += wrap(text, width, first=head + before[cells(head) :], rest=before)
    return lines
