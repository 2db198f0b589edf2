"""Strict reading of YAML into the types that are its format.

Every mistake of a file is reported, with file and line, what was found and what is allowed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from yibao_cli.clock import first_day
from yibao_cli.errors import Finding, KnowledgeError
from yibao_cli.knowledge.kinds import LEVELS, PLACEHOLDERS, split_cite
from yibao_cli.knowledge.shapes import Shape, shape_of
from yibao_cli.knowledge.yaml_nodes import BAD_COLON, WIDE_COLON, YamlNode, comma_hint, parse

_WIDE_BLANK = "\u3000"
_UNSEEN = "有看不见的字符 U+{:04X}；只能用普通文字和半角空格"
# What was to part the words of a list in brackets; in a citation clauses stand in a row.
_WIDE_COMMA, _WIDE_COMMA_OF_CITES = re.compile("[，、；]"), re.compile("，|[、；](?= *[a-z])")
_BRACES = re.compile(r"[{｛][^{}｛｝]*[}｝]|[{}｛｝]")
# A month or a year is enough where something begins, as each compares as its first day.
_DAYS = {"whole": "2026-11-21", "any": "2026-11-21、2026-11、2026"}

T = TypeVar("T")
Steps = tuple["str | int", ...]
"""The keys and the places in lists that lead to a part, from the top on."""


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
    mentions: dict[tuple[str, str], list[tuple[str, str, int]]] = field(default_factory=dict)
    """Names to be looked up when all is read, with file and line: by their kind and, for an
    option or a value, whose it is.
    """

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
    """What was read from a file, None where anything in it is wrong, and where its parts stand."""

    name: str
    problems: Problems
    value: T | None = None
    lines: dict[Steps, int] = field(default_factory=dict)

    def line(self, *path: str | int) -> int:
        """The line of a part."""
        return self.lines.get(path, 1)

    def refuse(self, line: int, message: str, code: str) -> None:
        """Note what is wrong in a line."""
        self.problems.add(self.name, line, message, code)

    def define(self, kind: str, name: str, line: int) -> None:
        """Note where a thing stands, or that its name is taken."""
        here = (self.name, line)
        first = self.problems.lines.places.setdefault((kind, name), here)
        if first != here:
            what = "编号" if kind.startswith("number") else "名称"
            message = f"“{name}”在 {first[0]} 第{first[1]}行已经有了；每个{what}只能用一次，请改新加的那一处"
            self.refuse(line, message, "duplicate_key")

    def mention(self, kind: str, name: str, line: int, of: str = "") -> None:
        """Remember a name that has to exist."""
        self.problems.mentions.setdefault((kind, of), []).append((name, self.name, line))


def read(path: Path, name: str, kind: type[T], problems: Problems) -> File[T]:
    """A YAML file read into a type; `name` is what messages call the file."""
    file = File[T](name, problems)
    before = len(problems.found)
    text = content(path, file)
    top = None if text is None else parse(text, file.refuse)
    if len(problems.found) == before:
        if top is None or (top.kind == "text" and not top.text):
            file.refuse(1, "文件是空的；要“名称: 内容”的对照表", "empty")
            return file
        value = _value(file, top, shape_of(kind), ())
        file.value = value if len(problems.found) == before else None
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
        # A pipe would be waited for.
        text = path.read_bytes().decode("utf-8-sig") if path.is_file() else None
    except OSError:
        text = None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        file.refuse(line, "这里的编码不对；文件要存成 UTF-8", "not_utf8")
        return None
    if text is None:
        file.refuse(1, "读不了；要有读取权限的普通文件", "unreadable")
        return None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    hidden = {number: _hidden(line) for number, line in enumerate(text.split("\n"), 1)}
    for number, char in hidden.items():
        if char in ("\t", _WIDE_BLANK):
            what = "有制表符" if char == "\t" else "行首有全角空格"
            file.refuse(number, f"{what}；缩进和空格只能用半角空格", "tab")
        elif char:
            file.refuse(number, _UNSEEN.format(ord(char)), "hidden_character")
    return None if any(hidden.values()) else text


def _hidden(line: str) -> str:
    """The first character that nobody sees, as they come along when text is pasted from the web;
    a wide blank only before the text of a line."""
    if line.isprintable():
        return ""
    if line.lstrip(" -")[:1] == _WIDE_BLANK:
        return _WIDE_BLANK
    return next((char for char in line if not char.isprintable() and char != _WIDE_BLANK), "")


# ---------------------------------------------------------------- mappings and lists


def _value(file: File[Any], node: YamlNode, shape: Shape, path: Steps) -> Any:
    """A value by its shape; of what is wrong, and told, nothing sensible comes back."""
    file.lines[path] = node.line
    match shape.kind:
        case "struct":
            return _struct(file, node, shape, path)
        case "kinds":
            return _one_of_kinds(file, node, shape, path)
        case "map":
            return _map(file, node, shape, path)
        case "list":
            return _list(file, node, shape, path)
    return _word(file, node, shape, path)


def _pairs(file: File[Any], node: YamlNode) -> Iterator[tuple[YamlNode, YamlNode]]:
    """The keys of a mapping, each a text that stands there once, and its values."""
    if node.kind != "map":
        hint = f"，{WIDE_COLON}" if BAD_COLON.search(node.text) else ""
        message = f"这里是{node.shown}；要“名称: 内容”的对照表{hint}"
        file.refuse(node.line, message, "wrong_type")
        return
    known: dict[str, int] = {}
    for key, value in node.pairs:
        if key.kind != "text":
            file.refuse(key.line, f"名称是{key.shown}；名称要是一个词", "wrong_type")
        elif key.text in known:
            message = f"“{key.text}”写了两遍，前一遍在第{known[key.text]}行；只能写一遍"
            file.refuse(key.line, message, "duplicate_key")
        else:
            known[key.text] = key.line
            yield key, value


def _map(file: File[Any], node: YamlNode, shape: Shape, path: Steps) -> Any:
    assert shape.keys and shape.inner
    found = {}
    for key, value in _pairs(file, node):
        here = (*path, key.text)
        if shape.keys.choices and key.text not in shape.keys.choices:
            may = "、".join(shape.keys.choices)
            file.refuse(key.line, f"不认识“{key.text}”；可以写：{may}", "unknown_key")
        found[key.text] = _value(file, value, shape.inner, here)
        # What a struct says of its id is said of the key that it stands under.
        for one in filter(None, (shape.keys, shape.inner.key)):
            _check_name(file, key.text, one, here)
    return found


def _one_of_kinds(file: File[Any], node: YamlNode, shape: Shape, path: Steps) -> Any:
    found = [key.text for key, _ in _pairs(file, node) if key.text in shape.kinds]
    if len(found) == 1:
        return _struct(file, node, shape.kinds[found[0]], path)
    if node.kind == "map":
        message = f"这里写了{len(found)}个种类；要写 {shape.says['kinds']}中的一个"
        file.refuse(node.line, message, "bad_node")
    return None


def _struct(file: File[Any], node: YamlNode, shape: Shape, path: Steps) -> Any:
    if node.kind == "text" and not node.text and shape.struct and "empty" in shape.says:
        return shape.struct()
    known = {one.key: one for one in shape.fields}
    found: dict[str, Any] = {}
    for key, value in _pairs(file, node):
        if one := known.get(key.text):
            found[one.name] = _value(file, value, one.shape, (*path, one.key))
        else:
            hint = f"；{WIDE_COLON}" if BAD_COLON.search(key.text) else ""
            message = f"不认识“{key.text}”{hint}；可以写：{'、'.join(known)}"
            file.refuse(key.line, message, "unknown_key")
    if node.kind != "map":
        return None
    required = [one for one in shape.fields if one.required]
    missing = [one.key for one in required if one.name not in found]
    for name in missing:
        must = "、".join(one.key for one in required)
        file.refuse(node.line, f"缺少“{name}”；必须有：{must}", "missing_key")
    _check_order(file, shape, found, path)
    if shape.key:
        found["id"] = path[-1]
    return shape.struct(**found) if shape.struct and not missing else None


def _check_order(file: File[Any], shape: Shape, found: dict[str, Any], path: Steps) -> None:
    """No day comes before the one that begins its period."""
    keys = {one.name: one.key for one in shape.fields}
    for one in shape.fields:
        first = one.shape.says.get("not_before", "")
        begins, ends = found.get(first), found.get(one.name)
        if begins and ends and begins > ends:
            message = f"“{keys[first]}”是 {begins}，“{one.key}”是 {ends}；“{one.key}”不能更早"
            file.refuse(file.line(*path, one.key), message, "bad_period")


def _list(file: File[Any], node: YamlNode, shape: Shape, path: Steps) -> Any:
    assert shape.inner
    if node.kind == "text" and node.text and "one" in shape.says:
        return (_value(file, node, shape.inner, (*path, 0)),)
    if node.kind != "list":
        message = f"这里是{node.shown}；要列表，写成 [甲, 乙] 或每行以“- ”开头"
        file.refuse(node.line, message, "wrong_type")
    elif len(node.children) < shape.says.get("least", 0):
        what = shape.inner.says.get("names", "列表")
        file.refuse(node.line, f"{what}是空的；至少要有一条", "no_source")
    # The children of a mapping are no entries.
    entries = node.children if node.kind == "list" else []
    words = not shape.inner.says.keys() & {"filled", "sentence"}
    return tuple(
        _value(file, one, shape.inner, (*path, number))
        for number, one in enumerate(entries)
        if not (node.inline and words and _refuse_wide_comma(file, one, shape.inner))
    )


def _refuse_wide_comma(file: File[Any], node: YamlNode, shape: Shape) -> bool:
    """Whether a word of a list in brackets is several, and that was told."""
    wide = _WIDE_COMMA_OF_CITES if shape.says.get("names") == "出处" else _WIDE_COMMA
    found = None if node.quoted else wide.search(node.text)
    if found:
        may = "几样要用半角“,”隔开，真是名称里的就加引号"
        file.refuse(node.line, f"“{node.text}”里有全角的“{found[0]}”；{may}", "wide_comma")
    return found is not None


# ---------------------------------------------------------------- single words


def _word(file: File[Any], node: YamlNode, shape: Shape, path: Steps) -> Any:
    """A text, a number, a word of a closed list, or yes or no."""
    text = node.text.strip()
    if not _is_text(file, node, text, shape):
        return None
    says, line = shape.says, node.line
    wrong = f"“{_key(path)}”写的是“{text}”；"
    if shape.kind in ("choice", "yes_no"):
        choices = shape.choices or ("yes", "no")
        if text not in choices:
            hint = comma_hint(text)
            if (text, choices) == ("D", LEVELS):
                hint = "；D 不收，写成要问的话"
            file.refuse(line, f"{wrong}可以写：{'、'.join(choices)}{hint}", "bad_value")
        return text if shape.choices else text == "yes"
    if shape.kind == "number":
        low, high = says["ge"], says["le"]
        if re.fullmatch("[0-9]{1,4}", text) and low <= int(text) <= high:
            _check_name(file, str(int(text)), shape, path)
            return int(text)
        file.refuse(line, f"{wrong}要写{low}到{high}的整数", "bad_value")
    elif "day" in says and not _is_day(text, _DAYS[says["day"]]):
        file.refuse(line, f"{wrong}要写真有的日期：{_DAYS[says['day']]}", "bad_date")
    elif "form" in says and not re.fullmatch(says["form"], text):
        file.refuse(line, f"{wrong}{says['may']}", "bad_value")
    else:
        _check_name(file, text, shape, path)
        return text
    return None


def _is_text(file: File[Any], node: YamlNode, text: str, shape: Shape) -> bool:
    """Whether there is a text; it has one line, and no braces but those that are filled."""
    line = node.line
    if node.kind != "text":
        hint = "，以 { 或 [ 开头的要加引号"
        file.refuse(line, f"这里是{node.shown}；要一句文字{hint}", "wrong_type")
    elif not text:
        file.refuse(line, "这里是空的；要写一句文字，或删掉这一行", "empty")
    elif "\n" in text:
        file.refuse(line, "这里有换行；一句文字只能写成一行", "wrong_type")
    # In quotes anything can be written by its number.
    elif char := _hidden(text):
        file.refuse(line, _UNSEEN.format(ord(char)), "hidden_character")
    allowed = PLACEHOLDERS if "filled" in shape.says else ()
    for brace in _BRACES.findall(text):
        if brace not in allowed:
            may = f"可以写：{'、'.join(allowed)}" if allowed else "这里不能用花括号"
            file.refuse(line, f"不认识“{brace}”；{may}", "bad_placeholder")
    return bool(text)


def _check_name(file: File[Any], name: str, shape: Shape, path: Steps) -> None:
    """A text that is an id, or the name of something."""
    says, line = shape.says, file.line(*path)
    if "id" in says and not re.fullmatch(f"[a-z0-9{says['id']}]+", name):
        message = f"名称“{name}”不行；只能用小写字母、数字和“{says['id']}”"
        file.refuse(line, message, "bad_id")
    if "defines" in says:
        file.define(says["defines"].format(*path), name, line)
    if "noted" in says:
        file.problems.lines.places[says["noted"], name] = (file.name, line)
    if "option_of" in says:
        question = says["option_of"].format(*path, key=_key(path))
        file.mention("选项", name, line, question)
    kind = says.get("names")
    if kind == "出处":
        name, clause = split_cite(name)
        if name and not clause:
            file.refuse(line, f"出处“{name}”没有条款；要写：出处 空格 条款", "no_clause")
    if kind:
        file.mention(kind, name, line)


def _key(path: Steps) -> str:
    """The nearest key on a path."""
    return next((one for one in reversed(path) if isinstance(one, str)), "")


def _is_day(text: str, forms: str) -> bool:
    """Whether a text is a day that there is, in one of these forms."""
    digit = re.compile("[0-9]")
    try:
        first_day(text)
    except ValueError:
        return False
    return digit.sub("0", text) in digit.sub("0", forms).split("、")
