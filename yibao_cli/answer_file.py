"""Answers in a file: YAML or JSON that a person or a program wrote, and our own checklist.

Every value is text, as from a flag; nothing is expanded, guessed or read twice.
"""

from __future__ import annotations

import errno
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn, TextIO

import yaml
from msgspec.structs import replace

from yibao_cli import files
from yibao_cli.answers import (
    answer_as_text,
    answer_in_words,
    find_question,
    parse_answers,
    printable,
    unknown_question,
    visible,
)
from yibao_cli.errors import AnswerError, Finding
from yibao_cli.knowledge.model import Knowledge
from yibao_cli.knowledge.questions import Question
from yibao_cli.knowledge.yaml_nodes import WIDE_COLON, YamlNode, parse
from yibao_cli.places import Place
from yibao_cli.result import SCHEMA

# Limits that neither an answer meets nor a checklist of ours, which has some 5,000 values; they keep
# crafted files from costing time.
_LARGEST, _MOST = 1 << 20, 20_000
_LONGEST_LIST, _MOST_PROBLEMS = 50, 10
_STRING_OR_WORD = re.compile(r'"(?:[^"\\]|\\.)*"|[\w.+-]+')


def write(
    path: Path, knowledge: Knowledge, answers: Mapping[str, str | Place], *, force: bool
) -> None:
    """Write answers so that they read back equal, as JSON where the file is called so, else as YAML.

    Only its owner may read the file. Raises FileError where the file exists and `force` is not
    given, or cannot be written.
    """
    if path.suffix.lower() == ".json":
        made = json.dumps(_texts(knowledge, answers), ensure_ascii=False, indent=2) + "\n"
    else:
        made = text(knowledge, answers)
    files.write(path, made, force=force, private=True)


def text(knowledge: Knowledge, answers: Mapping[str, str | Place]) -> str:
    """Answers as YAML with their labels as comments."""
    lines = [
        f"# yibao 的答案（知识 {knowledge.about.version}），用 yibao plan --answers 文件名 读回。",
        "# 每行是“问题: 答案”，可以改；删掉的行会再问，或按默认算。",
    ]
    for name, written in _texts(knowledge, answers).items():
        question = knowledge.questions[name]
        said = answer_in_words(question, answers[name])
        line = yaml.safe_dump({name: written}, allow_unicode=True)
        lines += ["", f"# {question.label}：{said}", line.rstrip()]
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


# ---------------------------------------------------------------- reading


def read(path: Path, knowledge: Knowledge, stdin: TextIO | None = None) -> dict[str, list[str]]:
    """The texts that a file gives for each question, as flags would; `-` is standard input.

    Questions may be named by id or label. A checklist of `--format json` gives its answers
    without those that were assumed. Raises FileError where the file cannot be read, and
    AnswerError with file and line of everything that is not understood. Ambiguous texts are left
    to whoever parses the result, who may be able to ask.
    """
    from_stdin = str(path) == "-"
    called = "标准输入" if from_stdin else f"答案文件“{files.shown_path(path)}”"
    try:
        if not from_stdin:
            with path.open("rb") as stream:
                raw = stream.read(_LARGEST + 1)
        elif stdin is None:
            raise OSError(errno.EBADF, "")
        else:
            raw = stdin.buffer.read(_LARGEST + 1)
    except (OSError, ValueError) as error:
        raise files.unreadable(called, error) from error
    try:
        content = _decoded(raw)
        if path.suffix.lower() == ".json" or re.match(r'\s*\{\s*["}]', content):
            content = _json_as_yaml(content)
        return _given(knowledge, content)
    except AnswerError as error:
        told = (replace(one, message=called + one.message) for one in error.findings)
        raise AnswerError(*told) from None


def _decoded(raw: bytes) -> str:
    if len(raw) > _LARGEST:
        raise _wrong(1, "文件超过1兆，不像答案文件")
    try:
        content = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise _wrong(line, "编码不对；文件要存成 UTF-8") from None
    return content.replace("\r\n", "\n").replace("\r", "\n")


def _json_as_yaml(content: str) -> str:
    """Valid JSON as the YAML that it is, line by line."""
    # YAML would take much that is no JSON, and notice a missing quote lines later.
    try:
        json.loads(content, parse_int=str)
    except json.JSONDecodeError as error:
        raise _wrong(error.lineno, "不合 JSON 的写法；逗号、引号和括号要成对") from None
    except RecursionError:
        return content  # What nests so deep is refused when it is parsed.
    # Tabs stand only between values, where not every reader of YAML takes them.
    return _STRING_OR_WORD.sub(_as_yaml, content.replace("\t", " "))


def _as_yaml(found: re.Match[str]) -> str:
    """A value of JSON in YAML, where a whole number is text, too, and `true` or `null` is none."""
    if found[0][0] != '"':
        return found[0] if re.fullmatch("-?[0-9]+", found[0]) else "{}"
    # Half a character, which YAML cannot hold, is a question mark there.
    plain = json.loads(found[0]).encode("utf-8", "replace").decode()
    spelt = (char if char.isalnum() else f"\\U{ord(char):08x}" for char in plain)
    return f'"{"".join(spelt)}"'


def _given(knowledge: Knowledge, content: str) -> dict[str, list[str]]:
    """The texts for each question. Raises AnswerError with everything that is wrong."""

    def refuse(line: int, message: str, _: str) -> NoReturn:
        raise _wrong(line, message)

    top = parse(content, refuse, most=_MOST, comments=True)
    if top is None or (top.kind == "text" and not top.text):
        raise _wrong(1, "文件里没有答案；要写成“问题: 答案”，每行一个")
    found: dict[str, list[str]] = {}
    lines: dict[str, int] = {}
    problems: list[Finding] = []
    for name, value in _answers(top).items():
        try:
            question = find_question(knowledge, name)
            if question is None:
                raise AnswerError(_at(value.line, unknown_question(knowledge, name)))
            if question.id in lines:
                raise _twice(value.line, question.label, lines[question.id])
            lines[question.id] = value.line
            found[question.id] = _understood(knowledge, question, value)
        except AnswerError as error:
            problems += error.findings
        if len(problems) >= _MOST_PROBLEMS:
            break
    if problems:
        raise AnswerError(*problems)
    return found


def _answers(top: YamlNode) -> dict[str, YamlNode]:
    """The answers by the names of their questions; of a checklist of ours those not assumed."""
    if top.kind != "map":
        hint = f"，{WIDE_COLON}" if "：" in top.text else ""
        raise _wrong(top.line, f"要写成“问题: 答案”，每行一个{hint}")
    parts = _entries(top)
    if "schema" not in parts:
        return parts
    schema, answers, assumed = map(parts.get, ("schema", "answers", "assumed"))
    if schema is None or schema.text != SCHEMA or answers is None:
        raise _wrong(top.line, f"不认识这种格式；yibao 的清单写的是 {SCHEMA}，并有 answers")
    left_out = {one.text for one in assumed.children} if assumed else set()
    return {name: one for name, one in _entries(answers).items() if name not in left_out}


def _entries(node: YamlNode) -> dict[str, YamlNode]:
    """The values of a mapping; no name may stand twice, as readers disagree on which one counts."""
    found: dict[str, YamlNode] = {}
    for key, value in node.pairs:
        name = visible(key.text).strip()
        if not name:
            raise _wrong(key.line, "名称要是一个词")
        if name in found:
            raise _twice(key.line, printable(name), found[name].line)
        found[name] = value
    return found


def _understood(knowledge: Knowledge, question: Question, value: YamlNode) -> list[str]:
    """What was given for a question, where it is understood or ambiguous."""
    is_place = value.kind == "map" and question.kind == "place"
    texts = _place(knowledge, question, value) if is_place else _words(question, value)
    try:
        parse_answers(knowledge, {question.id: texts})
    except AnswerError as error:
        wrong = [_at(value.line, one) for one in error.findings if one.code != "ambiguous"]
        if wrong:
            raise AnswerError(*wrong) from None
    return texts


def _words(question: Question, value: YamlNode) -> list[str]:
    entries = value.children if value.kind == "list" else [value]
    if not 0 < len(entries) <= _LONGEST_LIST:
        wrong = "的答案太多" if entries else "的列表是空的"
        raise _wrong(value.line, f"“{question.label}”{wrong}")
    texts = [visible(entry.text).strip() for entry in entries]
    for entry, said in zip(entries, texts, strict=True):
        if not said:
            empty = "的答案是空的；要写答案，或删掉这一行"
            wrong = empty if entry.kind == "text" else "的答案要是文字；数字、日期和 true 要加引号"
            raise _wrong(entry.line, f"“{question.label}”{wrong}")
    return [",".join(texts)] if question.several else texts


def _place(knowledge: Knowledge, question: Question, value: YamlNode) -> list[str]:
    """The texts of a place as our own JSON writes it; they have to mean the same place."""
    parts = dict.fromkeys(("code", "name", "level", "district"), "")
    for key, entry in _entries(value).items():
        if key not in parts:
            may = f"地名可以写：{'、'.join(parts)}，都是文字"
            raise _wrong(entry.line, f"“{question.label}”里的“{printable(key)}”看不懂；{may}")
        parts[key] = "" if entry.text == "null" else visible(entry.text).strip()
    code, name, _, district = parts.values()
    if not code:
        if not name:
            raise _wrong(value.line, f"“{question.label}”要有 code 或 name")
        return [name + district]
    if code not in knowledge.places.codes():
        return [code]
    place = knowledge.places.get(code)
    part = "" if district == place.district else district
    texts = [place.full_name + part if part else code]
    return (
        texts if name in ("", place.name, place.short, place.full_name) else [*texts, name + part]
    )


# ---------------------------------------------------------------- what to say


def _twice(line: int, name: str, before: int) -> AnswerError:
    return _wrong(line, f"“{name}”写了两遍，前一遍在第{before}行；只能写一遍")


def _wrong(line: int, message: str) -> AnswerError:
    return AnswerError(_at(line, Finding("damaged_answers", f"{message}。")))


def _at(line: int, finding: Finding) -> Finding:
    return replace(finding, message=f"第{line}行：{finding.message}")
