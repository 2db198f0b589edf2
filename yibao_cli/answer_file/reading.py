"""What a file of answers means: texts for each question, as flags would give them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from yibao_cli import answers as door
from yibao_cli import files
from yibao_cli.answer_file import json_syntax, yaml_syntax
from yibao_cli.answer_file.entries import Entry, RefusedError
from yibao_cli.errors import AnswerError, FileError, Finding
from yibao_cli.knowledge.model import Knowledge
from yibao_cli.knowledge.questions import Question, named
from yibao_cli.places import Place

_LARGEST = 1 << 20
# Limits that no real answer meets; they keep crafted files from costing time.
_LONGEST_TEXT, _LONGEST_LIST, _MOST_PROBLEMS = 200, 50, 10
_CHECKLIST = "yibao.checklist/1"
_PLACE_KEYS = ("code", "name", "level", "district")


def read(path: Path, knowledge: Knowledge) -> dict[str, list[str]]:
    """The texts that a file gives for each question, as flags would.

    Questions may be named by id or label. A checklist of `--format json` gives its answers
    without those that were assumed. Raises FileError where the file cannot be read, and
    AnswerError with file and line of everything that is not understood. Ambiguous texts are left
    to whoever parses the result, who may be able to ask.
    """
    return _Reading(path, knowledge).run()


class _Reading:
    def __init__(self, path: Path, knowledge: Knowledge) -> None:
        self.path = path
        self.knowledge = knowledge
        self.problems: list[Finding] = []

    def run(self) -> dict[str, list[str]]:
        content = self.content()
        syntax = json_syntax if self.looks_json(content) else yaml_syntax
        try:
            top = syntax.read(content)
            top.refuse_repeated()
        except RefusedError as error:
            raise self.refused(error.line, error.message) from None
        given = self.given(top)
        if self.problems:
            raise AnswerError(*self.problems)
        return given

    def given(self, top: Entry) -> dict[str, list[str]]:
        if top.kind != "map":
            hint = "，冒号要用半角“:”加空格" if "：" in top.text else ""
            raise self.refused(top.line, f"要写成“问题: 答案”，每行一个{hint}")
        assumed: set[str] = set()
        schema = top.get("schema")
        if schema is not None:
            answers, list_ = top.get("answers"), top.get("assumed")
            if schema.text != _CHECKLIST or answers is None or answers.kind != "map":
                raise self.refused(
                    schema.line, f"不认识这种格式；yibao 的清单写的是 {_CHECKLIST}，并有 answers"
                )
            assumed = {entry.text for entry in list_.children} if list_ is not None else set()
            top = answers
        found: dict[str, list[str]] = {}
        lines: dict[str, int] = {}
        for key, value in top.pairs():
            if len(self.problems) >= _MOST_PROBLEMS:
                break
            if key.text in assumed and key.kind == "text":
                continue
            question = self.question(key)
            if question is None:
                continue
            if question.id in lines:
                self.problem(
                    key.line,
                    f"“{question.label}”写了两遍，前一遍在第{lines[question.id]}行；只能写一遍",
                    "contradiction",
                    question,
                )
                continue
            lines[question.id] = key.line
            texts = self.texts(question, value)
            if texts and self.understood(question, value, texts):
                found[question.id] = texts
        return found

    def question(self, key: Entry) -> Question | None:
        name = key.text.strip()
        if key.kind != "text" or not name:
            self.problem(key.line, "问题的名称要是一个词")
            return None
        if len(name) > _LONGEST_TEXT:
            self.problem(key.line, f"“{door.shown(name)}”太长，不是问题的名称", "unknown_question")
            return None
        question = door.question_named(self.knowledge, name)
        if question is None:
            finding = door.unknown_question(self.knowledge, name)
            self.problems.append(self.placed(key.line, finding))
        return question

    def texts(self, question: Question, value: Entry) -> list[str]:
        """What was given for a question; nothing where that is not even text."""
        if value.kind == "map" and question.kind == "place":
            text = self.place(question, value)
            return [text] if text else []
        entries = value.children if value.kind == "list" else [value]
        if len(entries) > _LONGEST_LIST:
            self.problem(value.line, f"“{question.label}”的答案太多", question=question)
            return []
        texts = []
        for entry in entries:
            text = entry.text.strip()
            if entry.kind != "text":
                message = f"“{question.label}”的答案要是文字；数字、日期和 true 要加引号"
            elif not text:
                message = f"“{question.label}”的答案是空的；要写答案，或删掉这一行"
            elif len(text) > _LONGEST_TEXT:
                message = f"“{question.label}”的答案太长"
            else:
                texts.append(self.today(question, text))
                continue
            self.problem(entry.line, message, question=question)
            return []
        if not texts:
            self.problem(value.line, f"“{question.label}”的列表是空的", question=question)
        return [",".join(texts)] if question.several and texts else texts

    def today(self, question: Question, text: str) -> str:
        """An option by an id that it once had, as its id of today."""
        parts = text.split(",") if question.several else [text]
        options = [(part, named(question.options.values(), part.strip())) for part in parts]
        return ",".join(option.id if option else part for part, option in options)

    def place(self, question: Question, value: Entry) -> str:
        """The text of a place as our own JSON writes it."""
        parts: dict[str, str] = {}
        for key, entry in value.pairs():
            null = key.text in ("district", "level") and entry.kind == "other"
            if key.text not in _PLACE_KEYS or not (entry.kind == "text" or null):
                keys = "、".join(_PLACE_KEYS)
                self.problem(
                    key.line,
                    f"“{question.label}”里的“{door.shown(key.text)}”看不懂；地名可以写：{keys}，都是文字",
                    question=question,
                )
                return ""
            parts[key.text] = entry.text.strip()
        code, name, district = (parts.get(key, "") for key in ("code", "name", "district"))
        if not code + name or len(code + name + district) > _LONGEST_TEXT:
            self.problem(value.line, f"“{question.label}”要有 code 或 name", question=question)
            return ""
        if not code:
            return name + district
        if code not in self.knowledge.places.codes():
            message = f"“{question.label}”的 code“{door.shown(code)}”不是已知的地区代码"
            self.problem(value.line, message, "unknown_place", question)
            return ""
        place: Place = self.knowledge.places.get(code)
        if not name or name in (place.name, place.short, place.full_name):
            if district in ("", place.district):
                return code
            for one in self.knowledge.places.find(place.full_name + district):
                if one.code == place.code and one.district_code and not place.district:
                    return str(one.district_code)
        self.problem(
            value.line,
            f"“{question.label}”的 code 是{place.full_name}，"
            f"和“{door.shown(name + district)}”不是一个地方",
            "contradiction",
            question,
        )
        return ""

    def understood(self, question: Question, value: Entry, texts: Sequence[str]) -> bool:
        """Whether the one door takes these texts, apart from ambiguous ones."""
        try:
            door.parse_all(self.knowledge, {question.id: texts})
        except AnswerError as error:
            wrong = [one for one in error.findings if one.code != "ambiguous"]
            self.problems += [self.placed(value.line, one) for one in wrong]
            return not wrong
        return True

    # ------------------------------------------------------------ messages

    def problem(
        self,
        line: int,
        message: str,
        code: str = "damaged_answers",
        question: Question | None = None,
    ) -> None:
        name = question.id if question else None
        self.problems.append(self.placed(line, Finding(code, message + "。", (), name)))

    def refused(self, line: int, message: str) -> AnswerError:
        return AnswerError(self.placed(line, Finding("damaged_answers", message + "。")))

    def placed(self, line: int, finding: Finding) -> Finding:
        message = f"答案文件“{files.shown_path(self.path)}”第{line}行：{finding.message}"
        return Finding(finding.code, message, finding.candidates, finding.question)

    # ------------------------------------------------------------ syntax

    def content(self) -> str:
        shown = files.shown_path(self.path)
        try:
            with self.path.open("rb") as stream:
                raw = stream.read(_LARGEST + 1)
        except (OSError, ValueError) as error:
            raise FileError(
                Finding(
                    "cannot_read",
                    f"读不了答案文件“{shown}”（{files.why(error)}）；请检查文件名和权限。",
                )
            ) from error
        if len(raw) > _LARGEST:
            raise self.refused(1, "文件超过1兆，不像答案文件")
        try:
            content = raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = raw.count(b"\n", 0, error.start) + 1
            raise self.refused(line, "编码不对；文件要存成 UTF-8") from None
        return content.replace("\r\n", "\n").replace("\r", "\n")

    def looks_json(self, content: str) -> bool:
        return self.path.suffix.lower() == ".json" or bool(re.match(r'\s*\{\s*["}]', content))
