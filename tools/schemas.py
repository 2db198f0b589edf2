"""Writes the JSON Schemas from the types: `python tools/schemas.py` in a checkout.

Those of `data/` are for editors, and say of a file what its types say to the reader, with the
words for people from `schemas.yaml` beside this file; that of the checklist is for programs.
"""

from __future__ import annotations

import json
from inspect import cleandoc
from pathlib import Path
from typing import Any

import msgspec
import yaml

from yibao_cli import result
from yibao_cli.knowledge import knowledge
from yibao_cli.knowledge.about import About, Diction
from yibao_cli.knowledge.items import ITEM_TYPES, Item, Outcome, QuestionItem
from yibao_cli.knowledge.kinds import PLACEHOLDERS
from yibao_cli.knowledge.law import ProvinceSheet, Rule, Source, Zone
from yibao_cli.knowledge.model import Knowledge
from yibao_cli.knowledge.questions import Question, Sentence
from yibao_cli.knowledge.shapes import Shape, shape_of
from yibao_cli.knowledge.tree import FACT_VALUES, TreeFile
from yibao_cli.places import CODE, Nicknames, Spellings

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "yibao_cli/schema"
_WORDS: dict[str, dict[str, str]] = yaml.load(
    (ROOT / "tools/schemas.yaml").read_text("utf-8"), yaml.BaseLoader
)

_ITEMS = {
    "step": "要办的事，同一阶段里按这里的顺序显示",
    "document": "要带的材料",
    "warning": "要当心的事",
    "note": "待遇和规则的说明",
    "question": "要问经办机构的话，照着念就行，以“？”结尾",
    "contact": "该找谁，按先后",
}
FILES: dict[str, tuple[str, Any, str]] = {
    "knowledge": ("knowledge.yaml", About, "整套知识的版本、日期和固定用语"),
    "questions": ("questions.yaml", dict[str, Question], "问题，按 yibao plan 的选项顺序"),
    "outcomes": (
        "outcomes.yaml", dict[str, Outcome], "结论，按先后排：几件事一起办时，排在前面的做标题",
    ),
    "rules": ("rules.yaml", dict[str, Rule], "规则：每条一句话，步骤、材料和结论用名称引用它"),
    "sources": (
        "sources.yaml", dict[str, Source], "依据：每份文件一段，名称写在条文引用的最前面",
    ),
    "tree": ("tree/*.yaml", TreeFile, "决策树的一个文件：每件要办的事从一个节点开始"),
    "wording": (
        "wording.yaml", Diction, "用词：哪些词放错了地方，哪些该说得明白些，哪些要解释",
    ),
    "sentence": ("sentence.yaml", Sentence, "一句平常话里的说法（yibao ask）和它的意思"),
    "regions-names": ("regions/names.yaml", Spellings, "地名的其他写法"),
    "regions-nicknames": ("regions/nicknames.yaml", Nicknames, "人们怎么说一个地方：医院、镇和片区、境外、旧拼写"),
    "regions-zones": (
        "regions/zones.yaml", dict[str, Zone], "免备案区域：成员之间看病不用备案",
    ),
    "regions-provinces": (
        "regions/provinces/*.yaml", ProvinceSheet, "一个省：办事入口和查得到出处的规定",
    ),
    **{
        f"checklist-{kind}s": (f"checklist/{kind}s.yaml", dict[str, of], _ITEMS[kind])  # type: ignore[valid-type]
        for kind, of in ITEM_TYPES.items()
    },
}  # fmt: skip
"""Of each schema the files that it is for, their type, and what they hold."""

# What an editor takes for a number is a text to us.
_ANY_TEXT = ["string", "number"]
_DAY = "(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_DAYS: dict[str, dict[str, Any]] = {
    "whole": {"type": "string", "pattern": f"^[0-9]{{4}}-{_DAY}$"},
    "any": {
        "type": ["string", "integer"],
        "pattern": f"^[0-9]{{4}}(-(0[1-9]|1[0-2])|-{_DAY})?$",
        "minimum": 1,
        "maximum": 9999,
    },
}
_CODE = {
    "type": ["string", "integer"],
    "pattern": f"^({CODE})$",
    "minimum": 100000,
    "maximum": 999999,
}
_FILLED = "|".join(one.strip("{}") for one in PLACEHOLDERS)
_BASIS = {
    "oneOf": [
        {
            "required": ["advice"],
            "properties": {"advice": {"const": "yes"}, "rules": False, "local": False},
        },
        {
            "anyOf": [{"required": ["rules"]}, {"required": ["local"]}],
            "properties": {"advice": {"const": "no"}, "rules": {"minItems": 1}},
        },
    ]
}
_OPTIONS = {
    "if": {"properties": {"kind": {"const": "place"}}, "required": ["kind"]},
    "then": {"properties": {"options": False}},
    "else": {"required": ["options"], "properties": {"options": {"minProperties": 1}}},
}


def schemas(known: Knowledge) -> dict[str, str]:
    """The text of every schema by its name below `yibao_cli/schema`."""
    made: dict[str, Any] = {
        f"data/{name}.json": _Format(known).schema(f"data/{files}", about, shape_of(kind))
        for name, (files, kind, about) in FILES.items()
    }
    made["checklist.json"] = checklist_schema()
    return {
        name: json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
        for name, schema in made.items()
    }


def main() -> None:
    """Write the schemas."""
    for name, text in schemas(knowledge(ROOT / "data")).items():
        (FOLDER / name).write_text(text, "utf-8", newline="\n")


# ---------------------------------------------------------------- of data


class _Format:
    """Says as a schema what a type says of a file; each struct has its place in `$defs`."""

    def __init__(self, known: Knowledge) -> None:
        self.words = {"主题": list(known.about.topics), "事实": list(FACT_VALUES)}
        self.structs: dict[str, Any] = {}

    def schema(self, title: str, about: str, shape: Shape) -> dict[str, Any]:
        """The schema of a file."""
        return {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": title,
            "description": about,
            **self.value(shape),
            "$defs": self.structs,
        }

    def value(self, shape: Shape, about: str | None = None) -> dict[str, Any]:
        """The schema of a value, with what it is about."""
        about = about or _WORDS["entries"].get(shape.says.get("names", ""))
        return _described(about, self._value(shape))

    def _value(self, shape: Shape) -> dict[str, Any]:
        match shape.kind:
            case "struct":
                found = self._struct(shape)
                return {"anyOf": [found, {"enum": ["", None]}]} if "empty" in shape.says else found
            case "kinds":
                return {"oneOf": [self.value(one) for one in shape.kinds.values()]}
            case "map":
                assert shape.keys and shape.inner
                keys = shape.inner.key or shape.keys
                names = {**self._word(keys), "type": "string"}
                return {
                    "type": "object",
                    "propertyNames": names,
                    "additionalProperties": self.value(shape.inner),
                }
            case "list":
                assert shape.inner
                inner = self.value(shape.inner)
                least = shape.says.get("least")
                several = {"type": "array", "items": inner} | ({"minItems": least} if least else {})
                return {"anyOf": [inner, several]} if "one" in shape.says else several
            case "yes_no":
                return {"enum": ["yes", "no"]}
            case "number":
                low, high = shape.says["ge"], shape.says["le"]
                form = f"^[0-9]{{1,{len(str(high))}}}$"
                limits = {"minimum": low, "maximum": high}
                return {"type": ["string", "integer"], "pattern": form, **limits}
            case _:
                return self._word(shape)

    def _struct(self, shape: Shape) -> dict[str, Any]:
        struct = shape.struct
        assert struct
        if struct.__name__ not in self.structs:
            found: dict[str, Any] = {"type": "object"}
            self.structs[struct.__name__] = found
            required = [one.key for one in shape.fields if one.required]
            if required:
                found["required"] = required
            found["properties"] = {
                one.key: self.value(one.shape, _said(struct, one.key)) for one in shape.fields
            }
            found["additionalProperties"] = False
            if issubclass(struct, (Item, Outcome)) and struct is not QuestionItem:
                found |= _BASIS
            if struct is Question:
                found |= _OPTIONS
        return {"$ref": f"#/$defs/{struct.__name__}"}

    def _word(self, shape: Shape) -> dict[str, Any]:
        if shape.kind == "choice":
            return {"enum": list(shape.choices)}
        says = shape.says
        kind = says.get("names")
        if kind in self.words:
            return {"enum": self.words[kind]}
        if kind in ("地区代码", "省级代码"):
            return _CODE
        if "day" in says:
            return _DAYS[says["day"]]
        if kind == "出处":
            return {"type": "string", "pattern": r"^ *[a-z0-9-]+ +\S.*$"}
        if "form" in says:
            return {"type": "string", "pattern": f"^{says['form']}$"}
        if kind or "id" in says or "option_of" in says:
            return {"type": _ANY_TEXT, "pattern": f"^[a-z0-9{says.get('id', '_')}]+$"}
        braces = rf"|\{{({_FILLED})\}}" if says.get("filled") else ""
        return {"type": _ANY_TEXT, "pattern": rf"^(?=[^\n]*\S)([^{{}}｛｝\n]{braces})*$"}


def _said(struct: type, key: str) -> str:
    """What an editor says of a key: in a type or one that it is made of, or else everywhere."""
    for name in (*(one.__name__ for one in struct.__mro__), "common"):
        if key in _WORDS.get(name, {}):
            return _WORDS[name][key]
    raise KeyError(f"tools/schemas.yaml: {struct.__name__}: {key}")


def _described(about: str | None, schema: dict[str, Any]) -> dict[str, Any]:
    return {**({"description": about} if about else {}), **schema}


# ---------------------------------------------------------------- of the checklist


def checklist_schema() -> dict[str, Any]:
    """The schema of the checklist as JSON."""
    made = msgspec.json.schema(result.Checklist)
    structs = made["$defs"]
    top = structs.pop(result.Checklist.__name__)
    for name, schema in {**structs, "": top}.items():
        schema["additionalProperties"] = False
        schema["description"] = cleandoc(schema["description"])
        schema.pop("title")
        # Whatever is defined there is written with all its fields.
        if name == "" or (
            hasattr(result, name) and getattr(result, name).__module__ == result.__name__
        ):
            schema["required"] = list(schema["properties"])
        words = _WORDS.get(name, {})
        schema["properties"] = {
            key: _described(words.get(key), _plain(one))
            for key, one in schema["properties"].items()
        }
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": result.SCHEMA}
    return {**head, **top, "$defs": structs}


_NULL = {"type": "null"}


def _plain(schema: dict[str, Any]) -> dict[str, Any]:
    """What may be null in one line, and no defaults: they are for readers, and this is written."""
    schema = {
        key: _plain(value) if key == "additionalProperties" and value else value
        for key, value in schema.items()
        if key != "default"
    }
    # Versions of msgspec differ in the order.
    either = sorted(schema.pop("anyOf", ()), key=lambda one: one == _NULL)
    if len(either) == 2 and either[1] == _NULL and "$ref" not in either[0]:
        schema |= either[0]
        if "type" in schema:
            schema["type"] = [schema["type"], "null"]
        if "enum" in schema:
            schema["enum"] = [*schema["enum"], None]
    elif either:
        schema["anyOf"] = either
    return schema


if __name__ == "__main__":
    main()
