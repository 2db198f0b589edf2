"""YAML as plain values with their lines: texts, lists and mappings, and nothing else.

Every scalar is a text, so that YAML's surprises (`no`, `3.10`, dates) cannot happen. Built from
events, as PyYAML's composer expands aliases, recurses, and forgets which tags were written. What
other readers would make something surprising of is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import yaml

_Loader: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

DEEPEST = 20
"""Real data is six levels deep; the limit keeps crafted files from costing time or the stack."""
_TOO_DEEP = f"嵌套太深；最多{DEEPEST}层"

# What stands on a line behind a value that a comment cuts.
_COMMENT = re.compile(r"[]\[{},: -]* #")
_BAD_KEY = re.compile(r"[ -]*[\w-]+( *：|:(?=[^ \t\n/]))[^:]*$")
BAD_COLON = re.compile(r"：|^[\w-]+:[^ \t\n/]")
"""What stands in a text that was to be a key and its value: a wide colon, or no blank behind it."""
# What looks like the blank behind a colon; no-break blanks and the like are not printable either.
_WRONG_BLANK = re.compile(r":([^\S \t\n])")
WIDE_COLON = "冒号要用半角“:”加空格"

Refuse = Callable[[int, str, str], object]
"""Takes what is wrong: its line from 1 on, a sentence in Chinese, and a stable code."""


@dataclass(slots=True, eq=False)
class YamlNode:
    """One value and its line; the children of a mapping are its keys and values in turn.

    A value gets the line of its key: that is the one a reader looks for. `quoted` tells whether a
    text was written in quotes or as a block, `inline` whether a list or mapping was in brackets.
    """

    line: int
    kind: Literal["text", "list", "map"]
    text: str = ""
    quoted: bool = False
    inline: bool = False
    children: list[YamlNode] = field(default_factory=list)

    @property
    def pairs(self) -> Iterator[tuple[YamlNode, YamlNode]]:
        """The keys and values of a mapping."""
        return zip(self.children[::2], self.children[1::2], strict=True)

    @property
    def shown(self) -> str:
        """What a message calls this value."""
        if self.kind != "text":
            return "列表" if self.kind == "list" else "对照表"
        return f"“{self.text}”" if self.text else "空的"


def parse(
    text: str, refuse: Refuse, *, most: int | None = None, comments: bool = False
) -> YamlNode | None:
    """The top value of a YAML text, None where there is none.

    `refuse` is told everything that is wrong. Where it does not raise, all that can still be read
    is read, but what is nested deeper than `DEEPEST` or has more values than `most` ends it.
    Comments are allowed behind a text only where `comments` says so: they cut sentences.
    """
    lines = text.split("\n")
    builder = _Builder(refuse, [] if comments else lines)
    line = 1
    try:
        for event in yaml.parse(text, Loader=_Loader):
            line = builder.take(event)
            if len(builder.around) > DEEPEST:
                refuse(line, _TOO_DEEP, "too_deep")
                return None
            if most is not None and builder.count > most:
                refuse(line, f"内容太多；最多{most}个", "too_many")
                return None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        line = _line_of(error, line)
        # From 0.2.6 on libyaml gives up beyond a thousand brackets, before it tells of the first of
        # them: it looks ahead on a line for a colon.
        if getattr(error, "problem", None) == "exceeded maximum nesting depth":
            refuse(line, _TOO_DEEP, "too_deep")
        else:
            _refuse_syntax(lines, line, refuse)
    return builder.top


class _Builder:
    """Makes nodes of events. Nothing recurses, so that nesting costs no stack."""

    def __init__(self, refuse: Refuse, lines: list[str]) -> None:
        self.refuse = refuse
        self.lines = lines
        self.top: YamlNode | None = None
        self.around: list[YamlNode] = []
        self.count = 0
        self._documents = 0

    def take(self, event: Any) -> int:
        """Take the next event; returns the line where it begins."""
        line: int = event.start_mark.line + 1
        if isinstance(event, yaml.CollectionEndEvent):
            self.around.pop()
        elif isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents == 2:
                self.refuse(line, "“---”开始了第二份文档；一个文件只能有一份", "documents")
        elif isinstance(event, yaml.NodeEvent):
            if event.anchor is not None:
                message = f"用了 YAML 的别名“{_shown(event.anchor)}”（&、*）；请把内容写两遍"
                self.refuse(line, message, "alias")
            tag = getattr(event, "tag", None)
            if tag is not None:
                message = f"用了 YAML 标签“{_shown(tag)}”；这里不用标签，以“!”开头的文字要加引号"
                self.refuse(line, message, "tag")
            self._place(event, line)
        return line

    def _place(self, event: Any, line: int) -> None:
        self.count += 1
        inside = self.around[-1] if self.around else None
        if inside is not None and inside.kind == "map" and len(inside.children) % 2:
            line = inside.children[-1].line
        node = YamlNode(line, "text")
        if isinstance(event, yaml.CollectionStartEvent):
            node.kind = "list" if isinstance(event, yaml.SequenceStartEvent) else "map"
            node.inline = bool(event.flow_style)
            self.around.append(node)
        elif isinstance(event, yaml.ScalarEvent):
            node.text, node.quoted = event.value, bool(event.style)
            # Blocks end on a line of their own.
            if self.lines and (event.value or event.style) and event.style not in ("|", ">"):
                self._refuse_comment(event.end_mark)
        if inside is not None:
            inside.children.append(node)
        elif self.top is None:
            self.top = node

    def _refuse_comment(self, end: Any) -> None:
        """No comment stands behind what ends there."""
        if _COMMENT.match(self.lines[end.line], end.column):
            message = "“ #”会把后面的字变成注释；注释要单独成行，文字要加引号"
            self.refuse(end.line + 1, message, "inline_comment")


def comma_hint(text: str) -> str:
    """What to say of a word that is none, where it may be several in a list."""
    return "；逗号要用半角“,”" if re.search("[，、]", text) else ""


def _shown(text: str) -> str:
    """The beginning of a text, fit for a message."""
    return "".join(char if char.isprintable() else "?" for char in text[:60])


def _line_of(error: Exception, otherwise: int) -> int:
    """The line to look at: where an unfinished quote, key or bracket began, or the trouble."""
    mark = getattr(error, "problem_mark", None)
    context = getattr(error, "context", None) or ""
    if re.match("while (scanning (?!a plain)|parsing a flow)", context):
        mark = getattr(error, "context_mark", None) or mark
    return mark.line + 1 if mark else otherwise


def _refuse_syntax(lines: list[str], line: int, refuse: Refuse) -> None:
    # A key with a wrong colon is text that goes on, so that the next line is blamed.
    if line > 1 and _BAD_KEY.match(lines[line - 2]):
        line -= 1
    found = lines[line - 1] if line <= len(lines) else ""
    shown = _shown(found.strip()[:30])
    colon = f"；{WIDE_COLON}" if BAD_COLON.search(shown) else ""
    if blank := _WRONG_BLANK.search(found):
        called = "全角空格" if blank[1] == "\u3000" else "特殊空格"
        colon = f"；冒号后面是{called}（U+{ord(blank[1]):04X}），要用半角空格"
    tab = "；不能用制表符，要用空格" if "\t" in found else ""
    message = (
        f"“{shown}”不合 YAML 的写法{colon}{tab}；缩进要对齐，括号引号要成对，"
        "句子里有“: ”或以符号开头时要加引号"
    )
    refuse(line, message, "bad_yaml")
