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
from unicodedata import category

from msgspec import Struct

from yibao_cli.errors import Finding, KnowledgeError
from yibao_cli.knowledge.kinds import PLACEHOLDERS, URL, split_cite
from yibao_cli.knowledge.shapes import Shape, shape_of
from yibao_cli.knowledge.yaml_nodes import WIDE_COLON, YamlNode, parse

# Tabs, control characters, and what comes along invisibly when text is pasted from the web: marks
# that join, break, or turn around what stands beside them.
_HIDDEN = frozenset(("Cc", "Cf", "Zl", "Zp"))
_NO_BREAK_SPACE = "\xa0"
_UNSEEN = "有看不见的字符 U+{:04X}；只能用普通文字和半角空格"
_BRACES = re.compile(r"[{｛][^{}｛｝]*[}｝]|[{}｛｝]")
_DATE = re.compile("[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")
# A month or a year is enough where something begins, as each compares as its first day.
_DAYS = {"whole": "2026-11-21", "any": "2026-11-21、2026-11、2026"}

T = TypeVar("T")


@dataclass
class Problems:
    """Collects what is wrong in a folder, so that an author sees all of it at once."""

    found: list[tuple[str, int, Finding]] = field(default_factory=list)

    def add(self, file: str, line: int, message: str, code: str) -> None:
        """Note one problem at a line, from 1 on."""
        self.found.append((file, line, Finding(code, f"{file}:{line}: {message}")))

    def raise_if_any(self) -> None:
        """Raise KnowledgeError with everything found so far, in the order of files and lines."""
        if self.found:
            ordered = sorted(self.found, key=lambda one: one[:2])
            raise KnowledgeError(*(finding for _, _, finding in ordered))


class Reference(Struct, frozen=True):
    """A name that has to exist: of what kind, and for an option or a value whose it is."""

    kind: str
    name: str
    file: str
    line: int
    of: str = ""


@dataclass
class File(Generic[T]):
    """What was read from a file, where it stands, and the names it mentions.

    `value` is None where the file could not be read at all. What was reported as wrong is None in
    it, whatever its type says.
    """

    name: str
    value: T | None = None
    lines: dict[tuple[str | int, ...], int] = field(default_factory=dict)
    references: list[Reference] = field(default_factory=list)

    def line(self, *path: str | int) -> int:
        """The line of a value, found by its keys and its places in lists from the top on."""
        return self.lines.get(path, 1)


def read(path: Path, name: str, kind: type[T], problems: Problems) -> File[T]:
    """A YAML file read into a type; `name` is what messages call the file."""
    file = File[T](name)
    text = content(path, name, problems)
    if text is None:
        return file
    before = len(problems.found)
    top = parse(text, lambda line, said, code: problems.add(name, line, said, code))
    if len(problems.found) > before:
        return file
    if top is None or (top.kind == "text" and not top.text):
        problems.add(name, 1, "文件是空的；要“名称: 内容”的对照表", "empty")
        return file
    file.value = _Reader(file, problems).value(top, shape_of(kind), "", ())
    return file


def content(path: Path, name: str, problems: Problems) -> str | None:
    """The text of a file with plain line ends, or None where it could not be read.

    A byte order mark is accepted: some editors add one. So is a link to a file, as installers
    make them; anything that is no file (a folder, a pipe) is not.
    """
    if not path.exists():
        problems.add(name, 1, "缺少这个文件；请放回它，要 UTF-8 的文本文件", "missing_file")
        return None
    try:
        raw = path.read_bytes() if path.is_file() else None
    except OSError:
        raw = None
    if raw is None:
        problems.add(name, 1, "读不了；要有读取权限的普通文件", "unreadable")
        return None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        problems.add(name, line, "这里的编码不对；文件要存成 UTF-8", "not_utf8")
        return None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    hidden = _hidden(text)
    for line, char in hidden.items():
        if char == "\t":
            problems.add(name, line, "有制表符；缩进和空格只能用半角空格", "tab")
        else:
            problems.add(name, line, _UNSEEN.format(ord(char)), "hidden_character")
    return None if hidden else text


def _hidden(text: str) -> dict[int, str]:
    """The lines that hold a character nobody sees, each with the last one."""
    odd = _odd(text)
    if not odd:
        return {}
    found = re.finditer(f"[{re.escape(odd)}]", text)
    return {text.count("\n", 0, one.start()) + 1: one[0] for one in found}


def _odd(text: str) -> str:
    """The characters of a text that nobody sees, apart from line feeds."""
    return "".join(
        char
        for char in sorted(set(text))
        if char != "\n" and (category(char) in _HIDDEN or char == _NO_BREAK_SPACE)
    )


class _Reader:
    """Reads the values of one file by their shapes; what is wrong is reported and becomes None."""

    def __init__(self, file: File[Any], problems: Problems) -> None:
        self.file = file
        self.problems = problems

    def problem(self, node: YamlNode, message: str, code: str) -> None:
        """Note a problem at a value."""
        self.problems.add(self.file.name, node.line, message, code)

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
            case _:
                return self._word(node, shape, key)

    # ------------------------------------------------------------ mappings and lists

    def _pairs(self, node: YamlNode) -> Iterator[tuple[str, YamlNode, YamlNode]]:
        """The keys of a mapping, as texts and as they stand there, and its values."""
        if node.kind != "map":
            hint = f"，{WIDE_COLON}" if "：" in node.text else ""
            message = f"这里是{node.shown}；要“名称: 内容”的对照表{hint}"
            self.problem(node, message, "wrong_type")
            return
        known: dict[str, int] = {}
        for key, value in node.pairs:
            if key.kind != "text":
                self.problem(key, f"名称是{key.shown}；名称要是一个词", "wrong_type")
            elif key.text in known:
                message = f"“{key.text}”写了两遍，前一遍在第{known[key.text]}行；只能写一遍"
                self.problem(key, message, "duplicate_key")
            else:
                known[key.text] = key.line
                yield key.text, key, value

    def _map(self, node: YamlNode, shape: Shape, path: tuple[str | int, ...]) -> Any:
        assert shape.keys and shape.inner
        found = {}
        for name, key, value in self._pairs(node):
            # What is an id or a name in the struct below is so in the key above it.
            for one in filter(None, (shape.keys, shape.inner.key)):
                self._name(key, name, one.says)
            found[name] = self.value(value, shape.inner, name, (*path, name))
        return found if node.kind == "map" else None

    def _struct(self, node: YamlNode, shape: Shape, path: tuple[str | int, ...]) -> Any:
        assert shape.struct
        if node.kind == "text" and not node.text and shape.says.get("empty"):
            return shape.struct()
        known = {one.key: one for one in shape.fields}
        found: dict[str, Any] = {}
        at: dict[str, YamlNode] = {}
        for name, _, value in self._pairs(node):
            if name not in known:
                hint = f"；{WIDE_COLON}" if "：" in name else ""
                message = f"不认识“{name}”{hint}；可以写：{'、'.join(known)}"
                self.problem(value, message, "unknown_key")
                continue
            one = known[name]
            at[name] = value
            found[one.name] = self.value(value, one.shape, name, (*path, name))
        if node.kind != "map":
            return None
        required = [one for one in shape.fields if one.required]
        for one in required:
            if one.name not in found:
                found[one.name] = None
                must = "、".join(each.key for each in required)
                self.problem(node, f"缺少“{one.key}”；必须有：{must}", "missing_key")
        self._in_order(shape, found, at)
        if shape.key:
            found["id"] = path[-1]
        return shape.struct(**found)

    def _in_order(self, shape: Shape, found: dict[str, Any], at: dict[str, YamlNode]) -> None:
        """No day comes before the one that begins its period."""
        keys = {one.name: one.key for one in shape.fields}
        for one in shape.fields:
            first = one.shape.says.get("not_before", "")
            begins, ends = found.get(first), found.get(one.name)
            if begins and ends and begins > ends:
                message = f"“{keys[first]}”是 {begins}，“{one.key}”是 {ends}；“{one.key}”不能更早"
                self.problem(at[one.key], message, "bad_period")

    def _list(self, node: YamlNode, shape: Shape, key: str, path: tuple[str | int, ...]) -> Any:
        assert shape.inner
        if node.kind == "text" and shape.says.get("one"):
            return (self.value(node, shape.inner, key, (*path, 0)),)
        if node.kind != "list":
            message = f"这里是{node.shown}；要列表，写成 [甲, 乙] 或每行以“- ”开头"
            self.problem(node, message, "wrong_type")
            return None
        if len(node.children) < shape.says.get("min_length", 0):
            what = shape.inner.says.get("names", "列表")
            self.problem(node, f"{what}是空的；至少要有一条", "no_source")
        return tuple(
            self.value(one, shape.inner, key, (*path, number))
            for number, one in enumerate(node.children)
        )

    # ------------------------------------------------------------ single words

    def _text(self, node: YamlNode, says: Any) -> str | None:
        """A text of one line, None where there is none."""
        if node.kind != "text":
            hint = "，以 { 或 [ 开头的要加引号"
            self.problem(node, f"这里是{node.shown}；要一句文字{hint}", "wrong_type")
            return None
        text = node.text.strip()
        if not text:
            self.problem(node, "这里是空的；要写一句文字，或删掉这一行", "empty")
            return None
        if "\n" in text:
            self.problem(node, "这里有换行；一句文字只能写成一行", "wrong_type")
        # In quotes anything can be written by its number.
        elif not text.isprintable() and (odd := _odd(text)):
            self.problem(node, _UNSEEN.format(ord(odd[0])), "hidden_character")
        allowed = PLACEHOLDERS if says.get("filled") else ()
        for brace in _BRACES.findall(text):
            if brace not in allowed:
                may = f"可以写：{'、'.join(allowed)}" if allowed else "这里不能用花括号"
                self.problem(node, f"不认识“{brace}”；{may}", "bad_placeholder")
        return text

    def _word(self, node: YamlNode, shape: Shape, key: str) -> Any:
        """A text, a number, a word of a closed list, or yes or no."""
        text = self._text(node, shape.says)
        if text is None:
            return None
        says = shape.says
        wrong = f"“{key}”写的是“{text}”；"
        match shape.kind:
            case "choice" | "yes_no":
                choices = shape.choices or ("yes", "no")
                if text not in choices:
                    may = f"可以写：{'、'.join(choices)}"
                    self.problem(node, wrong + may, "bad_value")
                    return None
                return text if shape.choices else text == "yes"
            case "number":
                low, high = says["ge"], says["le"]
                if not re.fullmatch("[0-9]{1,4}", text) or not low <= int(text) <= high:
                    self.problem(node, f"{wrong}要写{low}到{high}的整数", "bad_value")
                    return None
                return int(text)
        if "day" in says and not _is_day(text, _DAYS[says["day"]]):
            may = f"要写真有的日期：{_DAYS[says['day']]}"
            self.problem(node, wrong + may, "bad_date")
            return None
        if says.get("url") and not re.fullmatch(URL, text):
            may = "要写 https:// 或 http:// 开头的完整网址"
            self.problem(node, wrong + may, "bad_url")
        self._name(node, text, says)
        return text

    def _name(self, node: YamlNode, name: str, says: Any) -> None:
        """A text that is an id, or the name of something."""
        if "id" in says and not re.fullmatch(f"[a-z0-9{says['id']}]+", name):
            may = f"小写字母、数字和“{says['id']}”"
            self.problem(node, f"名称“{name}”不行；只能用{may}", "bad_id")
        kind = says.get("names")
        if kind is None:
            return
        if kind == "出处":
            name, clause = split_cite(name)
            if name and not clause:
                message = f"出处“{name}”没有条款；要写：出处 空格 条款"
                self.problem(node, message, "no_clause")
        of = says.get("of", "")
        self.file.references.append(Reference(kind, name, self.file.name, node.line, of))


def _is_day(text: str, forms: str) -> bool:
    """Whether a text is a day that there is, in one of these forms."""
    if not _DATE.fullmatch(text) or len(text) not in map(len, forms.split("、")):
        return False
    try:
        date.fromisoformat((text + "-01-01")[:10])
    except ValueError:
        return False
    return True
