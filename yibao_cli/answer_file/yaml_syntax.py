"""Answers that are written in YAML."""

from __future__ import annotations

from typing import NoReturn

from yibao_cli.answer_file.entries import DEEPEST, MOST, Entry, RefusedError, too_deep, too_many
from yibao_cli.yaml_values import Trouble, compose


def read(content: str) -> Entry:
    """The top value. Raises RefusedError."""

    def report(trouble: Trouble, line: int, _: str) -> NoReturn:
        match trouble:
            case "documents":
                raise RefusedError(line, "“---”开始了第二份；一个文件只能有一份答案")
            case "alias":
                raise RefusedError(line, "不能用 YAML 的别名（&、*）；请把内容写两遍")
            case "tag":
                raise RefusedError(line, "不能用 YAML 的标签（!）；以“!”开头的文字要加引号")
            case "too_deep":
                raise too_deep(line)
            case "too_many":
                raise too_many(line)
            case _:
                raise _blamed(content, line)

    top, _ = compose(content, Entry, report, deepest=DEEPEST, most=MOST)
    if top is None or (top.kind == "text" and not top.text):
        raise RefusedError(1, "文件里没有答案；要写成“问题: 答案”，每行一个")
    return top


def _blamed(content: str, number: int) -> RefusedError:
    """The line to look at, and what to do there."""
    lines = content.split("\n")
    for near in (number, number - 1):
        shown = lines[near - 1] if 0 < near <= len(lines) else ""
        if "\t" in shown:
            return RefusedError(near, "不合 YAML 的写法；缩进要用空格，不能用制表符")
        if "：" in shown and ":" not in shown:
            return RefusedError(near, "不合 YAML 的写法；冒号要用半角“:”加空格")
    return RefusedError(number, "不合 YAML 的写法；要写成“问题: 答案”，每行一个，引号和括号要成对")
