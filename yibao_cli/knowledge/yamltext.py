"""Strict reading of the YAML that policy authors write.

Every scalar is a string, so YAML's surprises (`no`, `3.10`, dates) cannot happen. What YAML would
swallow silently is refused: duplicate keys, comments that cut a sentence, aliases, tags, full-width
colons. Problems are collected, each with file, line, what was found and what is allowed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TypeVar
from unicodedata import category

from yibao_cli.errors import Finding, KnowledgeError
from yibao_cli.yaml_values import Kind, Position, Trouble, compose

# Real data is six levels deep; the limit keeps crafted files from costing time or the stack.
_DEEPEST = 20
# Tabs, control characters, and what comes along invisibly when text is pasted from the web: marks
# that join, break, or turn around what stands beside them.
_HIDDEN = frozenset(("Cc", "Cf", "Zl", "Zp"))
_NO_BREAK_SPACE = "\xa0"
_UNSEEN = "有看不见的字符 U+{:04X}；只能用普通文字和半角空格"
_COMMENT = re.compile(r"\S +#")
_WIDE_KEY = re.compile(r"[ -]*[A-Za-z0-9_]+ *：")
_BRACES = re.compile(r"[{｛][^{}｛｝]*[}｝]|[{}｛｝]")
_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")
_URL = re.compile(r"https?://[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(:[0-9]+)?([/?#][!-~]*)?")
WHOLE_DAY = "2026-11-21"
ANY_DAY = "2026-11-21、2026-11、2026"
"""A day, a month or a year: enough where something begins, as each compares as its first day."""
T = TypeVar("T")


@dataclass
class Problems:
    """Collects what is wrong in a data folder, so that an author sees all of it at once."""

    found: list[tuple[str, int, Finding]] = field(default_factory=list)

    def add(self, file: str, line: int, message: str, code: str) -> None:
        """Note one problem at a line (1-based)."""
        self.found.append((file, line, Finding(code, f"{file}:{line}: {message}")))

    def raise_if_any(self) -> None:
        """Raise KnowledgeError with everything found so far, in the order of files and lines."""
        if self.found:
            ordered = sorted(self.found, key=lambda one: one[:2])
            raise KnowledgeError(*(finding for _, _, finding in ordered))


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


def read(
    path: Path, name: str, problems: Problems, placeholders: tuple[str, ...] = ()
) -> Entry | None:
    """The top value of one YAML file, or None where it could not be read at all.

    `placeholders` are those that its texts may hold.
    """
    text = content(path, name, problems)
    return None if text is None else _compose(text, _File(name, problems, placeholders))


@dataclass(frozen=True, slots=True)
class _File:
    """What all values of one file share."""

    name: str
    problems: Problems
    placeholders: tuple[str, ...]


def _compose(text: str, file: _File) -> Entry | None:
    """The tree of values. Runs to the end of the file where it can, so that all its problems are
    reported together.
    """
    before = len(file.problems.found)
    lines = text.split("\n")

    def refuse(line: int, message: str, code: str) -> None:
        file.problems.add(file.name, line, message, code)

    def report(trouble: Trouble, line: int, name: str) -> None:
        match trouble:
            case "documents":
                refuse(line, "“---”开始了第二份文档；一个文件只能有一份", "documents")
            case "alias":
                refuse(line, f"用了 YAML 的别名“{name}”（&、*）；请把内容写两遍", "alias")
            case "tag":
                refuse(line, f"用了 YAML 标签“{name}”；数据里不用标签", "tag")
            case "too_deep":
                refuse(line, f"嵌套太深；最多{_DEEPEST}层", "too_deep")
            case _:
                # A key with a full-width colon is text that goes on, so that the next line is blamed.
                if line > 1 and _WIDE_KEY.match(lines[line - 2]):
                    line -= 1
                shown = lines[line - 1].strip()[:30] if line <= len(lines) else ""
                colon = "；冒号要用半角“:”加空格" if "：" in shown else ""
                message = (
                    f"“{shown}”不合 YAML 的写法{colon}；缩进要对齐，括号引号要成对，"
                    "句子里有“: ”或以符号开头时要加引号"
                )
                refuse(line, message, "bad_yaml")

    def make(line: int, kind: Kind, value: str) -> Entry:
        return Entry(file, line, kind, value)

    top, quoted = compose(text, make, report, deepest=_DEEPEST)
    for number, column in _hashes(lines):
        if not any(start <= (number, column) < end for start, end in quoted):
            message = "“ #”会把后面的字变成注释；注释要单独成行，文字要加引号"
            refuse(number + 1, message, "inline_comment")
    if len(file.problems.found) > before:
        return None
    if top is None or (top.kind == "text" and not top.value):
        refuse(1, "文件是空的；要“名称: 内容”的对照表", "empty")
        return None
    return top


def _hashes(lines: list[str]) -> Iterator[Position]:
    """Where something may begin that YAML takes for a comment behind a text."""
    for number, line in enumerate(lines):
        if " #" in line and not line.lstrip().startswith("#"):
            for found in _COMMENT.finditer(line):
                yield number, found.end() - 1


@dataclass(slots=True, eq=False)
class Entry:
    """One YAML value with its place; reads itself as a text, a list or a mapping.

    The children of a mapping are its keys and values in turn.
    """

    source: _File
    line: int
    kind: Kind
    value: str
    children: list[Entry] = field(default_factory=list)

    @property
    def file(self) -> str:
        """The file this value stands in."""
        return self.source.name

    def problem(self, message: str, code: str) -> None:
        """Note a problem at this value."""
        self.source.problems.add(self.file, self.line, message, code)

    def _shown(self) -> str:
        if self.kind != "text":
            return "列表" if self.kind == "list" else "对照表"
        return f"“{self.value}”" if self.value else "空的"

    def text(self) -> str:
        """This value as a non-empty text of one line."""
        if self.kind != "text":
            hint = "，以 { 或 [ 开头的要加引号"
            self.problem(f"这里是{self._shown()}；要一句文字{hint}", "wrong_type")
            return ""
        value = self.value.strip()
        if not value:
            self.problem("这里是空的；要写一句文字，或删掉这一行", "empty")
        if "\n" in value:
            self.problem("这里有换行；一句文字只能写成一行", "wrong_type")
        # In quotes anything can be written by its number.
        elif not value.isprintable() and (odd := _odd(value)):
            self.problem(_UNSEEN.format(ord(odd[0])), "hidden_character")
        allowed = self.source.placeholders
        for brace in _BRACES.findall(value):
            if brace not in allowed:
                may = f"可以写：{'、'.join(allowed)}" if allowed else "这个文件里不能用花括号"
                self.problem(f"不认识“{brace}”；{may}", "bad_placeholder")
        return value

    def entries(self) -> list[Entry]:
        """This value as a list."""
        if self.kind != "list":
            message = f"这里是{self._shown()}；要列表，写成 [甲, 乙] 或每行以“- ”开头"
            self.problem(message, "wrong_type")
            return []
        return self.children

    def texts(self) -> tuple[str, ...]:
        """This value as a list of texts."""
        return tuple(entry.text() for entry in self.entries())

    def pairs(self) -> Iterator[tuple[str, Entry]]:
        """Keys and values of a mapping with free keys; duplicate keys are refused."""
        if self.kind != "map":
            hint = "，冒号要用半角“:”加空格" if "：" in self.value else ""
            message = f"这里是{self._shown()}；要“名称: 内容”的对照表{hint}"
            self.problem(message, "wrong_type")
            return
        known: dict[str, int] = {}
        for key, value in zip(self.children[::2], self.children[1::2], strict=True):
            name = key.value
            if key.kind != "text":
                key.problem(f"名称是{key._shown()}；名称要是一个词", "wrong_type")
            elif name in known:
                message = f"“{name}”写了两遍，前一遍在第{known[name]}行；只能写一遍"
                key.problem(message, "duplicate_key")
            else:
                known[name] = key.line
                yield name, value

    def fields(self, required: tuple[str, ...] = (), optional: tuple[str, ...] = ()) -> Fields:
        """This value as a mapping with known keys only."""
        found: dict[str, Entry] = {}
        allowed = required + optional
        for key, value in self.pairs():
            if key in allowed:
                found[key] = value
            else:
                hint = "；冒号要用半角“:”加空格" if "：" in key else ""
                message = f"不认识“{key}”{hint}；可以写：{'、'.join(allowed)}"
                value.problem(message, "unknown_key")
        for key in required:
            if key not in found and self.kind == "map":
                self.problem(f"缺少“{key}”；必须有：{'、'.join(required)}", "missing_key")
        return Fields(self, found)


@dataclass(slots=True, eq=False)
class Fields:
    """A mapping with known keys; every getter reports a wrong value and goes on with a default."""

    entry: Entry
    found: dict[str, Entry]

    def get(self, key: str) -> Entry | None:
        """The value under a key, or None."""
        return self.found.get(key)

    def _read(self, key: str, how: Callable[[Entry], T], default: T) -> T:
        entry = self.found.get(key)
        return default if entry is None else how(entry)

    def text(self, key: str) -> str:
        """A required text."""
        return self._read(key, Entry.text, "")

    def maybe(self, key: str) -> str | None:
        """An optional text."""
        entry = self.found.get(key)
        return None if entry is None else entry.text()

    def entries(self, key: str) -> list[Entry]:
        """An optional list."""
        return self._read(key, Entry.entries, [])

    def texts(self, key: str) -> tuple[str, ...]:
        """An optional list of texts."""
        return self._read(key, Entry.texts, ())

    def pairs(self, key: str) -> Iterator[tuple[str, Entry]]:
        """Keys and values of an optional mapping with free keys."""
        return self._read(key, Entry.pairs, iter(()))

    def choice(self, key: str, allowed: tuple[str, ...], default: str = "") -> str:
        """One of the allowed words."""
        entry = self.found.get(key)
        if entry is None:
            return default
        value = entry.text()
        if value and value not in allowed:
            entry.problem(f"“{key}”写的是“{value}”；可以写：{'、'.join(allowed)}", "bad_value")
        return value if value in allowed else allowed[0]

    def yes(self, key: str, default: bool = False) -> bool:
        """yes or no."""
        return self.choice(key, ("yes", "no"), "yes" if default else "no") == "yes"

    def day(self, key: str, forms: str = WHOLE_DAY) -> str | None:
        """A date, kept as text; `forms` gives an example of every form that is allowed."""
        entry = self.found.get(key)
        if entry is None:
            return None
        value = entry.text()
        try:
            if not _DATE.fullmatch(value):
                raise ValueError
            date.fromisoformat((value + "-01-01")[:10])
            known = len(value) in map(len, forms.split("、"))
        except ValueError:
            known = False
        if value and not known:
            entry.problem(f"“{key}”写的是“{value}”；要写真有的日期：{forms}", "bad_date")
        return value

    def period(self, first: str, last: str) -> tuple[str | None, str | None]:
        """Two dates in their order. The first may be a month or a year, and begins with it."""
        begins, ends = self.day(first, ANY_DAY), self.day(last)
        if begins and ends and begins > ends:
            message = f"“{first}”是 {begins}，“{last}”是 {ends}；“{last}”不能更早"
            self.found[last].problem(message, "bad_period")
        return begins, ends

    def url(self, key: str) -> str | None:
        """An optional web address."""
        value = self.maybe(key)
        if value and not _URL.fullmatch(value):
            message = f"“{key}”写的是“{value}”；要写 https:// 或 http:// 开头的完整网址"
            self.found[key].problem(message, "bad_url")
        return value

    def number(self, key: str) -> int:
        """A whole number, 0 where it is absent."""
        value = self.maybe(key)
        if not value:
            return 0
        if not re.fullmatch("[0-9]{1,2}", value):
            message = f"“{key}”写的是“{value}”；要写0到99的整数"
            self.found[key].problem(message, "bad_value")
            return 0
        return int(value)
