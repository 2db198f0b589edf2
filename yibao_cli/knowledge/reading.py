"""Strict reading of YAML into the types that are its format.

Every mistake of a file is reported, with file and line, what was found and what is allowed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Generic, TypeVar

from msgspec import Struct

from yibao_cli.errors import Finding, KnowledgeError
from yibao_cli.knowledge.kinds import PLACEHOLDERS, split_cite
from yibao_cli.knowledge.shapes import Shape, shape_of
from yibao_cli.knowledge.yaml_nodes import WIDE_COLON, YamlNode, parse

URL = r"https?://[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(:[0-9]+)?([/?#][!-~]*)?"
"""The form of a complete web address."""

_WIDE_BLANK = "\u3000"
_UNSEEN = "有看不见的字符 U+{:04X}；只能用普通文字和半角空格"
_BRACES = re.compile(r"[{｛][^{}｛｝]*[}｝]|[{}｛｝]")
_DATE = re.compile("[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")
# A month or a year is enough where something begins, as each compares as its first day.
_DAYS = {"whole": "2026-11-21", "any": "2026-11-21、2026-11、2026"}

T = TypeVar("T")


class Reference(Struct, frozen=True):
    """A name that has to exist: of what kind, and for an option or a value whose it is."""

    kind: str
    name: str
    file: str
    line: int
    of: str = ""


@dataclass
class Lines:
    """Where each named thing of the data folder stands, for messages about it."""

    places: dict[tuple[str, str], tuple[str, int]] = field(default_factory=dict)

    def of(self, kind: str, name: str) -> tuple[str, int]:
        """File and line of a thing."""
        return self.places.get((kind, name), ("data", 1))


@dataclass
class Problems:
    """Collects what is wrong in a folder, so that an author sees all of it at once."""

    found: list[tuple[str, int, Finding]] = field(default_factory=list)
    lines: Lines = field(default_factory=Lines)
    references: list[Reference] = field(default_factory=list)
    """Every name that is mentioned, to be looked up when all is read."""

    def add(self, file: str, line: int, message: str, code: str) -> None:
        """Note one problem at a line, from 1 on."""
        self.found.append((file, line, Finding(code, f"{file}:{line}: {message}")))

    def raise_if_any(self) -> None:
        """Raise KnowledgeError with everything found so far, in the order of files and lines."""
        if self.found:
            ordered = sorted(self.found, key=lambda one: one[:2])
            raise KnowledgeError(*(finding for _, _, finding in ordered))


@dataclass
class File(Generic[T]):
    """What was read from a file, None where anything in it is wrong, and where its parts stand.

    A path is the keys and the places in lists that lead to a part, from the top on.
    """

    name: str
    problems: Problems
    value: T | None = None
    lines: dict[tuple[str | int, ...], int] = field(default_factory=dict)

    def line(self, *path: str | int) -> int:
        """The line of a part."""
        return self.lines.get(path, 1)

    def refuse(self, line: int, message: str, code: str) -> None:
        """Note what is wrong in a line."""
        self.problems.add(self.name, line, message, code)

    def define(self, kind: str, name: str, *path: str | int) -> bool:
        """Note where a thing stands; false where its name is taken, which is told."""
        here = (self.name, self.line(*path))
        file, line = self.problems.lines.places.setdefault((kind, name), here)
        if (file, line) != here:
            message = f"“{name}”在 {file} 第{line}行已经有了；每个名称只能用一次"
            self.refuse(here[1], message, "duplicate_key")
        return (file, line) == here

    def mention(self, kind: str, name: str, line: int, of: str = "") -> None:
        """Remember a name that has to exist."""
        self.problems.references.append(Reference(kind, name, self.name, line, of))


def read(path: Path, name: str, kind: type[T], problems: Problems) -> File[T]:
    """A YAML file read into a type; `name` is what messages call the file."""
    file = File[T](name, problems)
    before = len(problems.found)
    text = content(path, file)
    if text is None:
        return file
    top = parse(text, file.refuse)
    if len(problems.found) > before:
        return file
    if top is None or (top.kind == "text" and not top.text):
        file.refuse(1, "文件是空的；要“名称: 内容”的对照表", "empty")
        return file
    value = _Reader(file).value(top, shape_of(kind), "", ())
    if len(problems.found) == before:
        file.value = value
    return file


def content(path: Path, file: File[Any]) -> str | None:
    """The text of a file with plain line ends, or None where it could not be read.

    A byte order mark is accepted: some editors add one. So is a link to a file, as installers
    make them; anything that is no file (a folder, a pipe) is not.
    """
    if not path.exists():
        file.refuse(1, "缺少这个文件；请放回它，要 UTF-8 的文本文件", "missing_file")
        return None
    try:
        raw = path.read_bytes() if path.is_file() else None
    except OSError:
        raw = None
    if raw is None:
        file.refuse(1, "读不了；要有读取权限的普通文件", "unreadable")
        return None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        file.refuse(line, "这里的编码不对；文件要存成 UTF-8", "not_utf8")
        return None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    hidden = [
        (line, char) for line, said in enumerate(text.split("\n"), 1) if (char := _hidden(said))
    ]
    for line, char in hidden:
        if char == "\t":
            file.refuse(line, "有制表符；缩进和空格只能用半角空格", "tab")
        else:
            file.refuse(line, _UNSEEN.format(ord(char)), "hidden_character")
    return None if hidden else text


def _hidden(line: str) -> str:
    """The first character that nobody sees, as they come along when text is pasted from the web."""
    if line.isprintable():
        return ""
    return next((char for char in line if not char.isprintable() and char != _WIDE_BLANK), "")


class _Reader:
    """Reads the values of one file by their shapes; of what is wrong nothing sensible comes back."""

    def __init__(self, file: File[Any]) -> None:
        self.file = file

    def refuse(self, node: YamlNode, message: str, code: str) -> None:
        self.file.refuse(node.line, message, code)

    def value(self, node: YamlNode, shape: Shape, key: str, path: tuple[str | int, ...]) -> Any:
        """A value that stands under a key, or in a list under it."""
        self.file.lines[path] = node.line
        match shape.kind:
            case "struct":
                return self._struct(node, shape, path)
            case "map":
                return self._map(node, shape, path)
            case "list":
                return self._list(node, shape, key, path)
        return self._word(node, shape, key)

    # ------------------------------------------------------------ mappings and lists

    def _pairs(self, node: YamlNode) -> Iterator[tuple[str, YamlNode, YamlNode]]:
        """The keys of a mapping, as texts and as they stand there, and its values."""
        if node.kind != "map":
            hint = f"，{WIDE_COLON}" if "：" in node.text else ""
            message = f"这里是{node.shown}；要“名称: 内容”的对照表{hint}"
            self.refuse(node, message, "wrong_type")
            return
        known: dict[str, int] = {}
        for key, value in node.pairs:
            if key.kind != "text":
                self.refuse(key, f"名称是{key.shown}；名称要是一个词", "wrong_type")
            elif key.text in known:
                message = f"“{key.text}”写了两遍，前一遍在第{known[key.text]}行；只能写一遍"
                self.refuse(key, message, "duplicate_key")
            else:
                known[key.text] = key.line
                yield key.text, key, value

    def _map(self, node: YamlNode, shape: Shape, path: tuple[str | int, ...]) -> Any:
        assert shape.keys and shape.inner
        found = {}
        for name, key, value in self._pairs(node):
            # What is an id or a name in the struct below is so in the key above it.
            for one in filter(None, (shape.keys, shape.inner.key)):
                self._check_name(key, name, one)
            found[name] = self.value(value, shape.inner, name, (*path, name))
        return found

    def _struct(self, node: YamlNode, shape: Shape, path: tuple[str | int, ...]) -> Any:
        known = {one.key: one for one in shape.fields}
        found: dict[str, Any] = {}
        for name, _, value in self._pairs(node):
            if name in known:
                one = known[name]
                found[one.name] = self.value(value, one.shape, name, (*path, name))
            else:
                hint = f"；{WIDE_COLON}" if "：" in name else ""
                message = f"不认识“{name}”{hint}；可以写：{'、'.join(known)}"
                self.refuse(value, message, "unknown_key")
        if node.kind != "map":
            return None
        required = [one for one in shape.fields if one.required]
        missing = [one.key for one in required if one.name not in found]
        for key in missing:
            must = "、".join(each.key for each in required)
            self.refuse(node, f"缺少“{key}”；必须有：{must}", "missing_key")
        self._check_order(shape, found, path)
        if shape.key:
            found["id"] = path[-1]
        return shape.struct(**found) if shape.struct and not missing else None

    def _check_order(
        self, shape: Shape, found: dict[str, Any], path: tuple[str | int, ...]
    ) -> None:
        """No day comes before the one that begins its period."""
        keys = {one.name: one.key for one in shape.fields}
        for one in shape.fields:
            first = one.shape.says.get("not_before", "")
            begins, ends = found.get(first), found.get(one.name)
            if begins and ends and begins > ends:
                message = f"“{keys[first]}”是 {begins}，“{one.key}”是 {ends}；“{one.key}”不能更早"
                self.file.refuse(self.file.line(*path, one.key), message, "bad_period")

    def _list(self, node: YamlNode, shape: Shape, key: str, path: tuple[str | int, ...]) -> Any:
        assert shape.inner
        if node.kind != "list":
            message = f"这里是{node.shown}；要列表，写成 [甲, 乙] 或每行以“- ”开头"
            self.refuse(node, message, "wrong_type")
            return None
        if len(node.children) < shape.says.get("least", 0):
            what = shape.inner.says.get("names", "列表")
            self.refuse(node, f"{what}是空的；至少要有一条", "no_source")
        return tuple(
            self.value(one, shape.inner, key, (*path, number))
            for number, one in enumerate(node.children)
        )

    # ------------------------------------------------------------ single words

    def _word(self, node: YamlNode, shape: Shape, key: str) -> Any:
        """A text, a number, a word of a closed list, or yes or no."""
        text = node.text.strip()
        if not self._is_text(node, text, shape):
            return None
        says = shape.says
        wrong = f"“{key}”写的是“{text}”；"
        if shape.kind in ("choice", "yes_no"):
            choices = shape.choices or ("yes", "no")
            if text not in choices:
                self.refuse(node, f"{wrong}可以写：{'、'.join(choices)}", "bad_value")
            return text if shape.choices else text == "yes"
        if shape.kind == "number":
            low, high = says["ge"], says["le"]
            if re.fullmatch("[0-9]{1,4}", text) and low <= int(text) <= high:
                return int(text)
            self.refuse(node, f"{wrong}要写{low}到{high}的整数", "bad_value")
            return None
        if "day" in says and not _is_day(text, _DAYS[says["day"]]):
            self.refuse(node, f"{wrong}要写真有的日期：{_DAYS[says['day']]}", "bad_date")
            return None
        if "url" in says and not re.fullmatch(URL, text):
            may = "要写 https:// 或 http:// 开头的完整网址"
            self.refuse(node, wrong + may, "bad_url")
        self._check_name(node, text, shape)
        return text

    def _is_text(self, node: YamlNode, text: str, shape: Shape) -> bool:
        """Whether there is a text; it has one line, and no braces but those that are filled."""
        if node.kind != "text":
            hint = "，以 { 或 [ 开头的要加引号"
            self.refuse(node, f"这里是{node.shown}；要一句文字{hint}", "wrong_type")
        elif not text:
            self.refuse(node, "这里是空的；要写一句文字，或删掉这一行", "empty")
        elif "\n" in text:
            self.refuse(node, "这里有换行；一句文字只能写成一行", "wrong_type")
        # In quotes anything can be written by its number.
        elif char := _hidden(text):
            self.refuse(node, _UNSEEN.format(ord(char)), "hidden_character")
        allowed = PLACEHOLDERS if "filled" in shape.says else ()
        for brace in _BRACES.findall(text):
            if brace not in allowed:
                may = f"可以写：{'、'.join(allowed)}" if allowed else "这里不能用花括号"
                self.refuse(node, f"不认识“{brace}”；{may}", "bad_placeholder")
        return bool(text)

    def _check_name(self, node: YamlNode, name: str, shape: Shape) -> None:
        """A text that is an id, or the name of something."""
        says = shape.says
        if "id" in says and not re.fullmatch(f"[a-z0-9{says['id']}]+", name):
            may = f"小写字母、数字和“{says['id']}”"
            self.refuse(node, f"名称“{name}”不行；只能用{may}", "bad_id")
        kind = says.get("names")
        if kind == "出处":
            name, clause = split_cite(name)
            if name and not clause:
                message = f"出处“{name}”没有条款；要写：出处 空格 条款"
                self.refuse(node, message, "no_clause")
        if kind:
            self.file.mention(kind, name, node.line, says.get("of", ""))


def _is_day(text: str, forms: str) -> bool:
    """Whether a text is a day that there is, in one of these forms."""
    if not _DATE.fullmatch(text) or len(text) not in map(len, forms.split("、")):
        return False
    try:
        date.fromisoformat((text + "-01-01")[:10])
    except ValueError:
        return False
    return True
