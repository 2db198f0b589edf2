"""`yibao manual`: the manual page, made from the commands themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from yibao_cli import __version__
from yibao_cli.cli.app import ROOT
from yibao_cli.cli.command import Command, Parameter
from yibao_cli.cli.commands import COMMANDS, GIVEN, OUTPUT
from yibao_cli.cli.options import flags
from yibao_cli.cli.parser import HELP
from yibao_cli.cli.usage import DEFAULTS, STATUSES, SUMMARY, TODAY, said, sections, spelt, synopsis
from yibao_cli.console import Console
from yibao_cli.knowledge import knowledge
from yibao_cli.wrap import NO_LINE_END, NO_LINE_START, cells

_FILES = (
    (
        "$XDG_STATE_HOME/yibao/answers.json",
        "一问一答中断时的答案，只有您自己能读，出了清单就自动删；用 yibao resume --list 看，用 --forget 删。"
        "默认在 ~/.local/state。",
    ),
    (
        "$XDG_CONFIG_HOME/yibao/data",
        "您自己补充的知识文件夹，放在自带的知识上面。默认在 ~/.config。",
    ),
)
_VARIABLES = (
    ("YIBAO_问题", DEFAULTS),
    ("YIBAO_TODAY", TODAY),
    ("NO_COLOR", "有内容就不用颜色。"),
    ("COLUMNS", "按这个宽度排版。"),
    ("TERM=dumb", "不用颜色，一行一行地问。"),
)
_SPECIAL = {"\\": "\\e", "-": "\\-", "~": "\\(ti", "^": "\\(ha"}
_PRIVACY = "在终端上不写命令，就一问一答。不联网，不问姓名和证件号。"
_ANSWERS = (
    "wizard、plan、why、compare 都可以写下面这些；没写的，用得着就问，或者按最常见的算，"
    "在清单上说明。"
)


def manual(console: Console) -> None:
    """Print the manual page in the language of man."""
    console.result("\n".join(page()) + "\n")


def page() -> Iterator[str]:
    """The lines of the manual page."""
    about = knowledge().about
    yield f'.TH YIBAO 1 "{about.read_on}" "yibao {__version__}" "异地就医备忘"'
    yield '.\\" 由 yibao manual 生成'
    # Chinese has no blanks to stretch and no words to hyphenate.
    yield from (".ad l", ".nh")
    yield from _part("名称", ["yibao \\- 异地就医备忘"])
    yield from _part("用法", [".B yibao", "[命令] [选项]"])
    yield from _part(
        "说明",
        [_text(SUMMARY), ".PP", _text(_PRIVACY)],
    )
    yield from _part("选项", _terms((spelt(one), said(one)) for one in (*ROOT, HELP)))
    yield from _part("命令", _commands())
    asked = flags()
    yield from _part(
        "答案",
        [_text(_ANSWERS)],
    )
    yield from _terms((spelt(one), said(one)) for one in (*asked, *GIVEN))
    yield from _part("结果", [_text("wizard、plan、resume 都可以写下面这些。")])
    yield from _terms((spelt(one), said(one)) for one in OUTPUT)
    yield from _part("退出状态", _terms((str(int(code)), text) for code, text in STATUSES.items()))
    yield from _part("环境变量", _terms((*_named_variables(), *_VARIABLES)))
    yield from _part("文件", _terms(_FILES))
    examples = (one for command in _shown() for one in command.examples)
    yield from _part("例", (line for one in examples for line in (".PP", ".nf", _text(one), ".fi")))
    yield from _part("免责说明", [_text(about.disclaimer)])


def _commands() -> Iterator[str]:
    for command in _shown():
        yield f".SS {_text(synopsis(command, command.parameters))}"
        yield _text(command.summary)
        arguments = [(one.metavar, one.help) for one in command.parameters if not one.flags]
        yield from _terms(arguments)
        for _, options in sections(command.parameters):
            yield from _terms((spelt(one), said(one)) for one in options)


def _named_variables() -> Iterator[tuple[str, str]]:
    """The variables that stand in for an option, each once."""
    found: dict[str, Parameter] = {}
    for command in _shown():
        for one in (*command.parameters, *(OUTPUT if command.output else ())):
            if one.environ:
                found.setdefault(one.environ, one)
    return ((name, f"代替 {one.usual}：{one.help}") for name, one in found.items())


def _shown() -> list[Command]:
    return [command for command in COMMANDS.values() if not command.hidden]


def _part(title: str, lines: Iterable[str]) -> Iterator[str]:
    yield f".SH {title}"
    yield from lines


def _terms(pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
    for name, text in pairs:
        yield from (".TP", f".B {_text(name)}", _text(text))


def _text(text: str) -> str:
    """Text that means nothing to troff, with the places marked where Chinese may break."""
    safe = "".join(
        _SPECIAL.get(char, char) + ("\\:" if _breaks(char, following) else "")
        for char, following in zip(text, text[1:] + " ", strict=True)
    )
    # A line may not begin like a request.
    return "\\&" + safe if safe[:1] in (".", "'") else safe


def _breaks(char: str, following: str) -> bool:
    """Whether a line may break here, which troff knows of blanks only."""
    wide = cells(char) == 2 or cells(following) == 2
    return (
        wide
        and " " not in (char, following)
        and char not in NO_LINE_END
        and following not in NO_LINE_START
    )
