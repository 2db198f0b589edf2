"""Answers in a file: YAML or JSON that a person or a program wrote, and our own checklist.

Every value is text, as from a flag; nothing is expanded, guessed or read twice.
"""

from __future__ import annotations

import errno
import json
import re
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import BinaryIO, NoReturn, TextIO

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
from yibao_cli.errors import AnswerError, FileError, Finding
from yibao_cli.knowledge.model import Knowledge
from yibao_cli.knowledge.questions import Question, find_named
from yibao_cli.knowledge.yaml_nodes import WIDE_COLON, YamlNode, parse
from yibao_cli.places import Place
from yibao_cli.result import SCHEMA

# Limits that neither an answer meets nor a checklist of ours, which has some 5,000 values; they keep
# crafted files from costing time.
_LARGEST, _MOST = 1 << 20, 20_000
_LONGEST_TEXT, _LONGEST_LIST, _MOST_PROBLEMS = 200, 50, 10
_TWICE = "写了两遍，前一遍在第{}行；只能写一遍"
# What JSON may hold and YAML not: halves of a character that are escaped one by one, and characters
# that nobody sees. Escaped backslashes only look like the former.
_FOREIGN = re.compile(r"\\\\|(?:\\u[dD][89a-fA-F]..)+|[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
# Words that other readers of YAML take for something else than text.
_QUOTED = re.compile(r"y|n|yes|no|on|off|true|false|null|~|[0-9].*", re.IGNORECASE)


def read(path: Path, knowledge: Knowledge, stdin: TextIO | None = None) -> dict[str, list[str]]:
    """The texts that a file gives for each question, as flags would; `-` is standard input.

    Questions may be named by id or label. A checklist of `--format json` gives its answers
    without those that were assumed. Raises FileError where the file cannot be read, and
    AnswerError with file and line of everything that is not understood. Ambiguous texts are left
    to whoever parses the result, who may be able to ask.
    """
    return _Reading(path, knowledge, stdin).run()


def write(
    path: Path, knowledge: Knowledge, answers: Mapping[str, str | Place], *, force: bool
) -> None:
    """Write answers so that they read back equal, as JSON where the file is called so, else as YAML.

    Only its owner may read the file. Raises FileError where the file exists and `force` is not
    given, or cannot be written.
    """
    with files.private():
        as_json = path.suffix.lower() == ".json"
        made = json_text(knowledge, answers) if as_json else text(knowledge, answers)
        files.write(path, made, force=force)


def text(knowledge: Knowledge, answers: Mapping[str, str | Place]) -> str:
    """Answers as YAML with their labels as comments."""
    lines = [
        f"# yibao 的答案（知识 {knowledge.about.version}），用 yibao plan --answers 文件名 读回。",
        "# 每行是“问题: 答案”，可以改；删掉的行会再问，或按默认算。",
    ]
    for question in knowledge.questions.values():
        value = answers.get(question.id)
        if value is None:
            continue
        written = _as_written(knowledge, value)
        if _QUOTED.fullmatch(written):
            written = f'"{written}"'
        said = answer_in_words(question, value)
        lines += ["", f"# {question.label}：{said}", f"{question.id}: {written}"]
    return "\n".join(lines) + "\n"


def json_text(knowledge: Knowledge, answers: Mapping[str, str | Place]) -> str:
    """Answers as JSON, in the order of the questions."""
    given = [name for name in knowledge.questions if name in answers]
    found = {name: _as_written(knowledge, answers[name]) for name in given}
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"


def _as_written(knowledge: Knowledge, value: str | Place) -> str:
    """An answer as text: ids, or the full name of a place, or its code where that is not found."""
    return _place_text(knowledge, value) if isinstance(value, Place) else value


def _place_text(knowledge: Knowledge, place: Place) -> str:
    """The full name of a place where that is found again, otherwise its code."""
    name = place.full_name
    plain = not re.search(r"[^\w]", name)
    return name if plain and knowledge.places.find(name) == (place,) else answer_as_text(place)


class _Reading:
    """One file that is read. What cannot be read raises AnswerError with its line."""

    def __init__(self, path: Path, knowledge: Knowledge, stdin: TextIO | None) -> None:
        self.path = path
        self.knowledge = knowledge
        self.stdin = stdin
        self.from_stdin = str(path) == "-"
        named = f"答案文件“{files.shown_path(path)}”"
        self.called = "标准输入" if self.from_stdin else named
        self.is_json = False

    def run(self) -> dict[str, list[str]]:
        content = self.content()
        if self.path.suffix.lower() == ".json" or re.match(r'\s*\{\s*["}]', content):
            self.is_json = True
            content = self.json_as_yaml(content)
        return self.given(*self.parts(self.parsed(content)))

    # ------------------------------------------------------------ syntax

    def content(self) -> str:
        try:
            with self.opened() as stream:
                raw = stream.read(_LARGEST + 1)
        except (OSError, ValueError) as error:
            message = f"读不了{self.called}（{files.os_reason(error)}）；请检查文件名和权限。"
            raise FileError(Finding("cannot_read", message)) from error
        if len(raw) > _LARGEST:
            raise self.wrong(1, "文件超过1兆，不像答案文件")
        try:
            content = raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = raw.count(b"\n", 0, error.start) + 1
            raise self.wrong(line, "编码不对；文件要存成 UTF-8") from None
        return content.replace("\r\n", "\n").replace("\r", "\n")

    def opened(self) -> AbstractContextManager[BinaryIO]:
        """What is read; standard input is not ours to close. Raises OSError."""
        if not self.from_stdin:
            return self.path.open("rb")
        if self.stdin is None:
            raise OSError(errno.EBADF, "")
        return nullcontext(self.stdin.buffer)

    def json_as_yaml(self, content: str) -> str:
        """Valid JSON as the YAML that it is, line by line."""
        # YAML would take much that is no JSON, and notice a missing quote lines later.
        try:
            json.loads(content, parse_int=str)
        except json.JSONDecodeError as error:
            message = "不合 JSON 的写法；逗号、引号和括号要成对"
            raise self.wrong(error.lineno, message) from None
        except RecursionError:
            pass  # What nests so deep is refused when it is parsed.
        # Tabs stand only between values, where not every reader of YAML takes them.
        return _FOREIGN.sub(_in_yaml, content.replace("\t", " "))

    def parsed(self, content: str) -> YamlNode:
        def refuse(line: int, message: str, _: str) -> NoReturn:
            raise self.wrong(line, message)

        top = parse(content, refuse, most=_MOST, comments=True)
        if top is None or (top.kind == "text" and not top.text):
            raise self.wrong(1, "文件里没有答案；要写成“问题: 答案”，每行一个")
        self.refuse_repeated(top)
        return top

    def refuse_repeated(self, node: YamlNode) -> None:
        """Refuse a key that stands twice: readers disagree on which one counts."""
        known: dict[str, int] = {}
        for key, _ in node.pairs if node.kind == "map" else ():
            if key.text in known:
                twice = _TWICE.format(known[key.text])
                raise self.wrong(key.line, f"“{printable(key.text)}”{twice}")
            known[key.text] = key.line
        for child in node.children:
            self.refuse_repeated(child)

    def is_text(self, node: YamlNode) -> bool:
        """In JSON only a whole number may do without quotes: it is a code of a place."""
        free = node.quoted or not self.is_json or re.fullmatch("-?[0-9]+", node.text)
        return node.kind == "text" and bool(free)

    # ------------------------------------------------------------ questions and answers

    def parts(self, top: YamlNode) -> tuple[YamlNode, set[str]]:
        """The answers, and the questions that a checklist of ours only assumed."""
        if top.kind != "map":
            hint = f"，{WIDE_COLON}" if "：" in top.text else ""
            raise self.wrong(top.line, f"要写成“问题: 答案”，每行一个{hint}")
        parts = {key.text: value for key, value in top.pairs}
        schema, answers, assumed = map(parts.get, ("schema", "answers", "assumed"))
        if schema is None:
            return top, set()
        if schema.text != SCHEMA or answers is None or answers.kind != "map":
            known = f"yibao 的清单写的是 {SCHEMA}，并有 answers"
            raise self.wrong(schema.line, f"不认识这种格式；{known}")
        return answers, {one.text for one in assumed.children} if assumed else set()

    def given(self, answers: YamlNode, assumed: set[str]) -> dict[str, list[str]]:
        """The texts for each question. Raises AnswerError with everything that is wrong."""
        found: dict[str, list[str]] = {}
        lines: dict[str, int] = {}
        problems: list[Finding] = []
        for key, value in answers.pairs:
            if key.text in assumed or len(problems) >= _MOST_PROBLEMS:
                continue
            try:
                question = self.question(key)
                if question.id in lines:
                    twice = _TWICE.format(lines[question.id])
                    raise self.wrong(key.line, twice, question, "contradiction")
                lines[question.id] = key.line
                found[question.id] = self.understood(question, value)
            except AnswerError as error:
                problems += error.findings
        if problems:
            raise AnswerError(*problems)
        return found

    def question(self, key: YamlNode) -> Question:
        name = visible(key.text).strip()
        if key.kind != "text" or not name:
            raise self.wrong(key.line, "问题的名称要是一个词")
        if len(name) > _LONGEST_TEXT:
            message = f"“{printable(name)}”太长，不是问题的名称"
            raise self.wrong(key.line, message, code="unknown_question")
        question = find_question(self.knowledge, name)
        if question is None:
            raise AnswerError(self.at(key.line, unknown_question(self.knowledge, name)))
        return question

    def understood(self, question: Question, value: YamlNode) -> list[str]:
        """What was given for a question, where it is understood or ambiguous."""
        is_place = value.kind == "map" and question.kind == "place"
        texts = [self.place(question, value)] if is_place else self.texts(question, value)
        try:
            parse_answers(self.knowledge, {question.id: texts})
        except AnswerError as error:
            wrong = [one for one in error.findings if one.code != "ambiguous"]
            if wrong:
                raise AnswerError(*(self.at(value.line, one) for one in wrong)) from None
        return texts

    def texts(self, question: Question, value: YamlNode) -> list[str]:
        entries = value.children if value.kind == "list" else [value]
        if not entries:
            raise self.wrong(value.line, "的列表是空的", question)
        if len(entries) > _LONGEST_LIST:
            raise self.wrong(value.line, "的答案太多", question)
        texts = []
        for entry in entries:
            text = visible(entry.text).strip()
            if not self.is_text(entry):
                message = "的答案要是文字；数字、日期和 true 要加引号"
                raise self.wrong(entry.line, message, question)
            if not text:
                message = "的答案是空的；要写答案，或删掉这一行"
                raise self.wrong(entry.line, message, question)
            if len(text) > _LONGEST_TEXT:
                raise self.wrong(entry.line, "的答案太长", question)
            texts.append(_of_today(question, text))
        return [",".join(texts)] if question.several else texts

    def place(self, question: Question, value: YamlNode) -> str:
        """The text of a place as our own JSON writes it."""
        parts = dict.fromkeys(("code", "name", "level", "district"), "")
        for key, entry in value.pairs:
            if key.text in parts and self.is_text(entry):
                parts[key.text] = visible(entry.text).strip()
            elif key.text not in ("district", "level") or entry.text != "null":
                may = f"地名可以写：{'、'.join(parts)}，都是文字"
                message = f"里的“{printable(key.text)}”看不懂；{may}"
                raise self.wrong(key.line, message, question)
        code, name, district = parts["code"], parts["name"], parts["district"]
        if not code + name or len(code + name + district) > _LONGEST_TEXT:
            raise self.wrong(value.line, "要有 code 或 name", question)
        if not code:
            return name + district
        places = self.knowledge.places
        if code not in places.codes():
            message = f"的 code“{printable(code)}”不是已知的地区代码"
            raise self.wrong(value.line, message, question, "unknown_place")
        place = places.get(code)
        if name in ("", place.name, place.short, place.full_name):
            if district in ("", place.district):
                return code
            for one in () if place.district else places.find(place.full_name + district):
                if one.code == code and one.district_code:
                    return one.district_code
        message = f"的 code 是{place.full_name}，和“{printable(name + district)}”不是一个地方"
        raise self.wrong(value.line, message, question, "contradiction")

    # ------------------------------------------------------------ messages

    def wrong(
        self,
        line: int,
        message: str,
        question: Question | None = None,
        code: str = "damaged_answers",
    ) -> AnswerError:
        """What is wrong in a line; of a question its label begins the sentence."""
        label, name = (f"“{question.label}”", question.id) if question else ("", None)
        return AnswerError(self.at(line, Finding(code, f"{label}{message}。", question=name)))

    def at(self, line: int, finding: Finding) -> Finding:
        """A finding with the place where it was found."""
        where = f"{self.called}第{line}行："
        return replace(finding, message=where + finding.message)


def _in_yaml(found: re.Match[str]) -> str:
    """How YAML writes what is foreign to it; half a character is a question mark there."""
    part = found[0]
    if len(part) == 1:
        return f"\\u{ord(part):04x}"
    if len(part) == 2:
        return part
    return str(json.loads(f'"{part}"')).encode("utf-8", "replace").decode("utf-8")


def _of_today(question: Question, text: str) -> str:
    """An option by an id that it once had, as its id of today."""
    parts = text.split(",") if question.several else [text]
    options = [(part, find_named(question.options.values(), part.strip())) for part in parts]
    return ",".join(option.id if option else part for part, option in options)
