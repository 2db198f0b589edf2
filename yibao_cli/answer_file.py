"""Answers in a file, YAML or JSON: every value is text, as from a flag; nothing is expanded."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NoReturn, TextIO

import yaml

from yibao_cli import files
from yibao_cli.answers import (
    answer_as_text,
    answer_in_words,
    find_question,
    parse_answers,
    unknown_question,
    visible,
    with_flag,
)
from yibao_cli.errors import AnswerError, Finding
from yibao_cli.knowledge.model import Knowledge
from yibao_cli.knowledge.questions import Question
from yibao_cli.knowledge.yaml_nodes import WIDE_COLON, YamlNode, parse
from yibao_cli.places import Place

# Limits that no answers meet; they keep crafted files from costing time.
_LARGEST, _MOST = 1 << 20, 20_000
_LONGEST_LIST, _MOST_PROBLEMS = 50, 10

At = Callable[[int], str]
"""How a message begins that speaks of a line."""


def write(
    path: Path, knowledge: Knowledge, answers: Mapping[str, str | Place], *, force: bool
) -> None:
    """Write answers so that they read back equal, as JSON where the file is called so, else as YAML.

    Only its owner may read the file. Raises FileError where the file exists and `force` is not
    given, or cannot be written.
    """
    made = (json_text if path.suffix.lower() == ".json" else text)(knowledge, answers)
    files.write(path, made, force=force, private=True)


def json_text(knowledge: Knowledge, answers: Mapping[str, str | Place]) -> str:
    """Answers as JSON."""
    return json.dumps(_texts(knowledge, answers), ensure_ascii=False, indent=2) + "\n"


def text(knowledge: Knowledge, answers: Mapping[str, str | Place]) -> str:
    """Answers as YAML with their labels as comments."""
    lines = [
        f"# yibao 的答案（知识 {knowledge.about.version}），用 yibao plan --answers 文件名 读回。",
        "# 每行是“问题: 答案”，可以改；删掉的行会再问，或按默认算。",
    ]
    for name, written in _texts(knowledge, answers).items():
        question = knowledge.questions[name]
        line = yaml.safe_dump({name: written}, allow_unicode=True)
        lines += [
            "",
            f"# {question.label}：{answer_in_words(question, answers[name])}",
            line.rstrip(),
        ]
    return "\n".join(lines) + "\n"


def _texts(knowledge: Knowledge, answers: Mapping[str, str | Place]) -> dict[str, str]:
    """Answers in the order of the questions: ids, names of places, or codes where no name is found."""
    found = {}
    for name in knowledge.questions:
        if value := answers.get(name):
            found[name] = answer_as_text(value)
            if isinstance(value, Place) and knowledge.places.find(value.full_name) == (value,):
                found[name] = value.full_name
    return found


def read(path: Path, knowledge: Knowledge, stdin: TextIO | None = None) -> dict[str, list[str]]:
    """The texts that a file gives for each question, as flags would; `-` is standard input.

    Questions may be named by id or label. Raises FileError where the file cannot be read, and
    AnswerError with file and line of everything that is not understood. Ambiguous texts are left
    to whoever parses the result, who may be able to ask.
    """
    name = "标准输入" if str(path) == "-" else f"答案文件“{files.shown_path(path)}”"
    with files.reading(path, stdin, "utf-8-sig") as stream:
        content = stream.read(_LARGEST + 1)

    def at(line: int) -> str:
        return f"{name}第{line}行："

    return _given(knowledge, _parsed(content, at, is_json=path.suffix.lower() == ".json"), at)


def _parsed(content: str, at: At, *, is_json: bool) -> YamlNode:
    """The mapping in a file."""
    if len(content) > _LARGEST:
        raise _wrong(at(1), "文件超过1兆，不像答案文件")
    if foreign := re.search("[\ud800-\udfff]", content):
        line = content.count("\n", 0, foreign.start()) + 1
        raise _wrong(at(line), "编码不对；文件要存成 UTF-8")
    if is_json or re.match(r'\s*\{\s*["}]', content):
        _check_json(content, at)
        # Tabs stand only between values, where not every reader of YAML takes them.
        content = content.replace("\t", " ")

    def refuse(line: int, message: str, _: str) -> NoReturn:
        raise _wrong(at(line), message)

    top = parse(content, refuse, most=_MOST, comments=True)
    if top is None or (top.kind == "text" and not top.text):
        raise _wrong(at(1), "文件里没有答案；要写成“问题: 答案”，每行一个")
    if top.kind != "map":
        hint = f"，{WIDE_COLON}" if "：" in top.text else ""
        raise _wrong(at(top.line), f"要写成“问题: 答案”，每行一个{hint}")
    return top


def _check_json(content: str, at: At) -> None:
    """Refuse what is no JSON: YAML takes much of it, and notices a missing quote lines later."""
    try:
        json.loads(content, parse_int=str)
    except json.JSONDecodeError as error:
        raise _wrong(at(error.lineno), "不合 JSON 的写法；逗号、引号和括号要成对") from None
    except RecursionError:
        pass  # What nests so deep is refused when it is parsed.


def _given(knowledge: Knowledge, top: YamlNode, at: At) -> dict[str, list[str]]:
    """The texts for each question. Raises AnswerError with everything that is wrong."""
    found: dict[str, list[str]] = {}
    lines: dict[str, int] = {}
    problems: list[Finding] = []
    for key, value in top.pairs:
        where = at(key.line)
        if key.text == "schema":
            raise _wrong(where, "这像是一份清单，不是答案；请改用 --code，写清单里的答案代码")
        question = find_question(knowledge, key.text)
        try:
            if question is None:
                raise AnswerError(unknown_question(knowledge, key.text, where=where))
            if question.id in lines:
                twice = f"“{question.label}”写了两遍，前一遍在第{lines[question.id]}行；只能写一遍"
                raise _wrong(where, twice)
            lines[question.id] = key.line
            found[question.id] = _texts_of(question, value, where)
            parse_answers(knowledge, {question.id: found[question.id]}, _named_at(where))
        except AnswerError as error:
            problems += [one for one in error.findings if one.code != "ambiguous"]
        if len(problems) >= _MOST_PROBLEMS:
            break
    if problems:
        raise AnswerError(*problems)
    return found


def _named_at(where: str) -> Callable[[Question], str]:
    """What messages call a question, after where its answer stands."""
    return lambda question: where + with_flag(question)


def _texts_of(question: Question, value: YamlNode, where: str) -> list[str]:
    entries = value.children if value.kind == "list" else [value]
    texts = [visible(entry.text).strip() for entry in entries]
    wrong = ""
    if not 0 < len(entries) <= _LONGEST_LIST:
        wrong = "的答案太多" if entries else "的列表是空的"
    elif any(entry.kind != "text" for entry in entries):
        wrong = "的答案要是文字"
    elif not all(texts):
        wrong = "的答案是空的；要写答案，或删掉这一行"
    if wrong:
        raise _wrong(where, f"“{question.label}”{wrong}")
    return [",".join(texts)] if question.several else texts


def _wrong(where: str, message: str) -> AnswerError:
    return AnswerError(Finding("damaged_answers", f"{where}{message}。"))
