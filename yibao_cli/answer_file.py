"""Answers in a file: YAML or JSON that a person or a program wrote, and our own checklist.

Every value is text, as from a flag; nothing is expanded, guessed or read twice.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import yaml

from yibao_cli import answers as door
from yibao_cli import files
from yibao_cli.errors import AnswerError, FileError, Finding
from yibao_cli.model import Knowledge, Question, named
from yibao_cli.regions import Place

_Loader: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_LARGEST = 1 << 20
# Limits that no real answer meets; they keep crafted files from costing time.
_LONGEST_TEXT, _LONGEST_LIST, _MOST_ENTRIES, _MOST_PROBLEMS = 200, 50, 2000, 10
_DEEPEST = 20
_NEAR = 20_000
_CHECKLIST = "yibao.checklist/1"
_CHECKLIST_KEYS = ("schema", "answers", "assumed")
_PLACE_KEYS = ("code", "name", "level", "district")
# Words that other readers of YAML take for something else than text.
_QUOTED = re.compile(r"y|n|yes|no|on|off|true|false|null|~|[0-9].*", re.IGNORECASE)


def read(path: Path, knowledge: Knowledge) -> dict[str, list[str]]:
    """The texts that a file gives for each question, as flags would.

    Questions may be named by id or label. A checklist of `--format json` gives its answers
    without those that were assumed. Raises FileError where the file cannot be read, and
    AnswerError with file and line of everything that is not understood. Ambiguous texts are left
    to whoever parses the result, who may be able to ask.
    """
    return _Reading(path, knowledge).run()


def write(
    path: Path, knowledge: Knowledge, answers: Mapping[str, str | Place], *, force: bool
) -> None:
    """Write answers as YAML that reads back equal; only its owner may read the file.

    Raises FileError where the file exists and `force` is not given, or cannot be written.
    """
    with files.private():
        files.write(path, text(knowledge, answers), force=force)


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
        if isinstance(value, Place):
            shown, written = value.full_name, _place_text(knowledge, value)
        else:
            chosen = value.split(",")
            shown, written = "、".join(question.option(one).label for one in chosen), value
        if _QUOTED.fullmatch(written):
            written = f'"{written}"'
        lines += ["", f"# {question.label}：{shown}", f"{question.id}: {written}"]
    return "\n".join(lines) + "\n"


def _place_text(knowledge: Knowledge, place: Place) -> str:
    name = place.full_name
    found: tuple[Place, ...] = knowledge.places.find(name)
    plain = not re.search(r"[^\w]", name)
    return name if found == (place,) and plain else place.district_code or place.code


# ---------------------------------------------------------------- reading


@dataclass(slots=True, eq=False)
class _Entry:
    """One value of a file and its line; the children of a mapping are its keys and values."""

    line: int
    kind: Literal["text", "list", "map", "other"]
    text: str = ""
    children: list[_Entry] = field(default_factory=list)

    def pairs(self) -> Iterator[tuple[_Entry, _Entry]]:
        return zip(self.children[::2], self.children[1::2], strict=True)

    def get(self, key: str) -> _Entry | None:
        for name, value in self.pairs():
            if name.text == key:
                return value
        return None


class _Reading:
    def __init__(self, path: Path, knowledge: Knowledge) -> None:
        self.path = path
        self.knowledge = knowledge
        self.problems: list[Finding] = []
        self.entries = 0

    def run(self) -> dict[str, list[str]]:
        content = self.content()
        top = (self.from_json if self.looks_json(content) else self.from_yaml)(content)
        given = self.given(top)
        if self.problems:
            raise AnswerError(*self.problems)
        return given

    def given(self, top: _Entry) -> dict[str, list[str]]:
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

    def question(self, key: _Entry) -> Question | None:
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

    def texts(self, question: Question, value: _Entry) -> list[str]:
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
        options = [(part, named(question.options, part.strip())) for part in parts]
        return ",".join(option.id if option else part for part, option in options)

    def place(self, question: Question, value: _Entry) -> str:
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

    def understood(self, question: Question, value: _Entry, texts: Sequence[str]) -> bool:
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

    def from_json(self, content: str) -> _Entry:
        lines = _Lines(content)
        try:
            value = json.loads(
                content,
                object_pairs_hook=_Pairs,
                parse_int=str,
                parse_float=lambda _: None,
                parse_constant=lambda _: None,
            )
        except json.JSONDecodeError as error:
            raise self.refused(error.lineno, "不合 JSON 的写法；逗号、引号和括号要成对") from None
        except (RecursionError, ValueError):
            raise self.refused(1, "套得太深，不像答案文件") from None
        checklist = isinstance(value, _Pairs) and any(name == "schema" for name, _ in value)
        return self.tree(value, lines, _CHECKLIST_KEYS if checklist else ())

    def tree(self, value: Any, lines: _Lines, wanted: Sequence[str] = ()) -> _Entry:
        """A JSON value with the lines of its keys; under others than the wanted ones nothing."""
        self.count(lines.line)
        if isinstance(value, _Pairs):
            entry = _Entry(lines.line, "map")
            for name, inner in value:
                key = _Entry(lines.find(name), "text", name)
                skipped = wanted and name not in wanted
                entry.children += [key, self.tree(None if skipped else inner, lines)]
            self.once(entry)
            return entry
        if isinstance(value, list):
            line = lines.line
            return _Entry(line, "list", children=[self.tree(one, lines) for one in value])
        if isinstance(value, str):
            return _Entry(lines.line, "text", value)
        return _Entry(lines.line, "other")

    def count(self, line: int) -> None:
        self.entries += 1
        if self.entries > _MOST_ENTRIES:
            raise self.refused(line, "内容太多，不像答案文件")

    def from_yaml(self, content: str) -> _Entry:
        top: _Entry | None = None
        around: list[_Entry] = []
        line = 1
        try:
            for event in yaml.parse(content, Loader=_Loader):
                line = event.start_mark.line + 1 if event.start_mark else line
                if isinstance(event, yaml.CollectionEndEvent):
                    self.once(around.pop())
                if isinstance(event, yaml.DocumentStartEvent) and top is not None:
                    raise self.refused(line, "“---”开始了第二份；一个文件只能有一份答案")
                if isinstance(event, yaml.NodeEvent) and event.anchor is not None:
                    raise self.refused(line, "不能用 YAML 的别名（&、*）；请把内容写两遍")
                if not isinstance(event, (yaml.ScalarEvent, yaml.CollectionStartEvent)):
                    continue
                if event.tag is not None:
                    raise self.refused(line, "不能用 YAML 的标签（!）；以“!”开头的文字要加引号")
                self.count(line)
                if len(around) >= _DEEPEST:
                    raise self.refused(line, "套得太深，不像答案文件")
                if isinstance(event, yaml.ScalarEvent):
                    entry = _Entry(line, "text", event.value)
                else:
                    mapping = isinstance(event, yaml.MappingStartEvent)
                    entry = _Entry(line, "map" if mapping else "list")
                if around:
                    around[-1].children.append(entry)
                else:
                    top = entry
                if entry.kind != "text":
                    around.append(entry)
        except yaml.YAMLError as error:
            raise self.refused(*self.blamed(content, error, line)) from None
        except (ValueError, RecursionError):
            raise self.refused(line, "不合 YAML 的写法") from None
        if top is None or (top.kind == "text" and not top.text):
            raise self.refused(1, "文件里没有答案；要写成“问题: 答案”，每行一个")
        return top

    def blamed(self, content: str, error: yaml.YAMLError, line: int) -> tuple[int, str]:
        """The line to look at, and what to do there."""
        mark = getattr(error, "problem_mark", None)
        # An unfinished quote or bracket is noticed at the end of the file.
        if re.match(
            "while (scanning a quoted|parsing a flow)", getattr(error, "context", None) or ""
        ):
            mark = getattr(error, "context_mark", None) or mark
        number = mark.line + 1 if mark else line
        lines = content.split("\n")
        for near in (number, number - 1):
            shown = lines[near - 1] if 0 < near <= len(lines) else ""
            if "\t" in shown:
                return near, "不合 YAML 的写法；缩进要用空格，不能用制表符"
            if "：" in shown and ":" not in shown:
                return near, "不合 YAML 的写法；冒号要用半角“:”加空格"
        return number, "不合 YAML 的写法；要写成“问题: 答案”，每行一个，引号和括号要成对"

    def once(self, entry: _Entry) -> None:
        """Refuse a key that stands twice: readers disagree on which one counts."""
        if entry.kind != "map":
            return
        known: dict[str, int] = {}
        for key, _ in entry.pairs():
            if key.text in known:
                message = (
                    f"“{door.shown(key.text)}”写了两遍，前一遍在第{known[key.text]}行；只能写一遍"
                )
                raise self.refused(key.line, message)
            known[key.text] = key.line


class _Pairs(list[tuple[str, Any]]):
    """A JSON object with its keys in order, also those that stand twice."""


class _Lines:
    """Finds the lines of JSON keys, which are asked for in the order of the file."""

    def __init__(self, content: str) -> None:
        self.content = content
        self.at = 0
        self.line = 1

    def find(self, key: str) -> int:
        """The line of the next key of this name."""
        for written in (json.dumps(key, ensure_ascii=False), json.dumps(key)):
            found = self.content.find(written, self.at, self.at + _NEAR)
            if found >= 0:
                self.line += self.content.count("\n", self.at, found)
                self.at = found + 1
                break
        return self.line
