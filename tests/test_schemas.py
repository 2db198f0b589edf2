"""The schemas by which editors complete and explain say the same as the loader."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from yibao_cli import facts
from yibao_cli.errors import KnowledgeError
from yibao_cli.knowledge import items, shipped
from yibao_cli.knowledge import load as loading
from yibao_cli.model import LEVELS, PATHS, PHASES

FOLDER = Path(loading.__file__).parent.parent / "schema/data"
SCHEMAS = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.json"))}
COMMON = SCHEMAS["common"]["$defs"]
# What an editor looks up is the file beside a schema.
REGISTRY: Registry[Any] = Registry().with_resources(
    (f"{name}.json", Resource.from_contents(schema)) for name, schema in SCHEMAS.items()
)
FILES = sorted(path.relative_to(shipped()).as_posix() for path in shipped().rglob("*.yaml"))


# Where the binding to libyaml is there, it reads the same much faster.
TEXTS: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
SAFE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Editor(SAFE):  # type: ignore[misc]
    """YAML 1.2, as editors read it: only numbers, true, false and null are no texts."""


Editor.yaml_implicit_resolvers = {}
for tag, form in {
    "bool": "true|True|TRUE|false|False|FALSE",
    "null": "null|Null|NULL|~|",
    "int": "[-+]?[0-9]+",
    "float": r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?",
}.items():
    Editor.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"^({form})$"), None)


def schema_of(file: str) -> str:
    """The schema of a data file: its own name, or the folder's where that holds many alike."""
    path = Path(file)
    many = path.parent.as_posix() in ("tree", "regions/provinces")
    return (path.parent if many else path.with_suffix("")).as_posix().replace("/", "-")


def validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(SCHEMAS[name], registry=REGISTRY)


def as_texts(file: str) -> Any:
    """A shipped file as the loader reads it: every scalar a text."""
    return yaml.load((shipped() / file).read_text("utf-8"), TEXTS)


def resolved(schema: Any, name: str) -> tuple[Any, str]:
    """A schema behind its reference, and the file that it stands in."""
    while isinstance(schema, dict) and "$ref" in schema and "properties" not in schema:
        file, _, pointer = schema["$ref"].partition("#/$defs/")
        name = file.removesuffix(".json") or name
        schema = SCHEMAS[name]["$defs"][pointer]
    return schema, name


def mappings(
    schema: Any, name: str, value: Any, path: tuple[str | int, ...] = ()
) -> Iterator[tuple[int, Any, tuple[str | int, ...]]]:
    """Every mapping with known keys in a value: the identity of its schema, that, and its path."""
    schema, name = resolved(schema, name)
    if not isinstance(schema, dict):
        return
    for part in schema.get("allOf", ()):
        yield from mappings(part, name, value, path)
    if isinstance(value, list):
        for number, one in enumerate(value):
            yield from mappings(schema.get("items"), name, one, (*path, number))
    elif isinstance(value, dict):
        known = schema.get("properties", {})
        if schema.get("additionalProperties") is False:
            yield id(schema), schema, path
        for key, one in value.items():
            inner = known.get(key, schema.get("additionalProperties"))
            yield from mappings(inner, name, one, (*path, key))


def closed(schema: Any) -> Iterator[Any]:
    """Every schema of a mapping with known keys, wherever it stands in a file."""
    if isinstance(schema, dict):
        if schema.get("additionalProperties") is False:
            yield schema
        schema = list(schema.values())
    if isinstance(schema, list):
        for part in schema:
            yield from closed(part)


PLACES: dict[int, tuple[str, Any, tuple[str | int, ...]]] = {}
for file in FILES:
    for key, found, path in mappings(SCHEMAS[schema_of(file)], schema_of(file), as_texts(file)):
        PLACES.setdefault(key, (file, found, path))


def said_by_loader(folder: Path, file: str, value: Any) -> list[str]:
    """What the loader says about one file; of the others it only says that they are missing."""
    target = folder / file
    target.parent.mkdir(parents=True, exist_ok=True)
    text = yaml.safe_dump(value, allow_unicode=True, default_style='"', width=10**6)
    target.write_text(text, "utf-8")
    with pytest.raises(KnowledgeError) as caught:
        loading.load(folder)
    messages = [finding.message for finding in caught.value.findings]
    return [one for one in messages if one.partition("/")[2].startswith(f"{file}:")]


def replaced(value: Any, path: tuple[str | int, ...], new: Any) -> Any:
    if not path:
        return new
    copy = value.copy()
    copy[path[0]] = replaced(value[path[0]], path[1:], new)
    return copy


@pytest.mark.parametrize("name", SCHEMAS)
def test_schema_is_sound(name: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[name])


def test_every_file_has_a_schema_and_every_schema_a_file() -> None:
    assert {schema_of(file) for file in FILES} == set(SCHEMAS) - {"common"}


@pytest.mark.parametrize("file", FILES)
def test_shipped_file_fits_as_the_loader_and_as_an_editor_reads_it(file: str) -> None:
    checking = validator(schema_of(file))
    typed = yaml.load((shipped() / file).read_text("utf-8"), Editor)

    wrong = [
        f"{list(error.absolute_path)}: {error.message}"
        for value in (as_texts(file), json.loads(json.dumps(typed)))
        for error in checking.iter_errors(value)
    ]
    assert wrong == []


@pytest.mark.parametrize("file", FILES)
def test_a_schema_named_in_a_file_is_its_own(file: str) -> None:
    """Editors look for it from the file on, in a checkout."""
    text = (shipped() / file).read_text("utf-8")
    up = "../" * (file.count("/") + 1)

    for named in re.findall(r"yaml-language-server:.*", text):
        wanted = f"{up}yibao_cli/schema/data/{schema_of(file)}.json"
        assert named == f"yaml-language-server: $schema={wanted}"


@pytest.mark.parametrize("key", PLACES, ids=lambda key: f"{PLACES[key][0]}:{PLACES[key][2]}")
def test_keys_are_those_of_the_loader(key: int, tmp_path: Path) -> None:
    file, schema, path = PLACES[key]

    said = said_by_loader(tmp_path, file, replaced(as_texts(file), path, {"zz-no": "x"}))

    unknown = [one for one in said if "不认识“zz-no”" in one]
    required = {tuple(one.split("必须有：")[1].split("、")) for one in said if "必须有：" in one}
    assert len(unknown) == 1
    assert set(unknown[0].split("可以写：")[1].split("、")) == set(schema["properties"])
    assert required == ({tuple(schema["required"])} if "required" in schema else set())


def test_every_mapping_of_every_schema_is_compared() -> None:
    assert {id(one) for schema in SCHEMAS.values() for one in closed(schema)} == set(PLACES)


def test_every_key_is_explained_in_chinese() -> None:
    for name, schema in SCHEMAS.items():
        for one in closed(schema):
            for key, value in one["properties"].items():
                if value is not False and "description" not in value:
                    value, _ = resolved(value, name)
                assert re.search("[\u4e00-\u9fff]", value["description"]), (name, key)


def test_fixed_words_are_those_of_the_program() -> None:
    about = as_texts("knowledge.yaml")
    rules = SCHEMAS["regions-provinces"]["properties"]["rules"]["properties"]
    tree = SCHEMAS["tree"]["$defs"]["node"]["properties"]
    outcome = SCHEMAS["outcomes"]["additionalProperties"]["properties"]
    phase = SCHEMAS["checklist-steps"]["additionalProperties"]["properties"]["phase"]

    assert COMMON["level"]["enum"] == list(LEVELS)
    assert COMMON["topic"]["enum"] == list(about["topics"])
    assert phase["enum"] == list(PHASES)
    for kind in items.FIELDS:
        known = SCHEMAS[f"checklist-{kind}s"]["additionalProperties"]["properties"]
        assert known.get("calendar", {}).get("enum", []) == list(items.CALENDAR.get(kind, ()))
    assert outcome["path"]["enum"] == list(PATHS)
    assert outcome["local"]["enum"] == list(facts.LOCAL_BASES)
    assert tree["switch"]["enum"] == list(facts.VALUES)
    assert {
        name: tuple(rule["allOf"][1]["properties"]["value"]["enum"]) for name, rule in rules.items()
    } == facts.LOCAL_RULES


RULE = "rules.yaml"
STEP = "checklist/steps.yaml"
TREE = "tree/transfer.yaml"
SHEET = "regions/provinces/qinghai.yaml"
BROKEN = [
    (RULE, "\n  level: B", "\n  level: D"),
    (RULE, "\n  says: ", "\n  say: "),
    (STEP, "\n  phase: before\n", "\n  phase: later\n"),
    (STEP, "\n  advice: yes", "\n  advice: true"),
    (STEP, "\n  advice: yes", ""),
    (STEP, "打 {hotline}\n", "打 {phone}\n"),
    ("outcomes.yaml", "\n  path: ask_agency", "\n  path: nowhere"),
    ("sources.yaml", "\n  review_by: 2027-05-21", "\n  review_by: 2027-05"),
    ("sources.yaml", "\n  url: https://", "\n  url: "),
    ("sources.yaml", "\n  read_on: 2026-11-21", ""),
    (TREE, "    switch: relation", "    switch: distance"),
    (TREE, "    switch: relation", "    switch: relation\n    ask: insurance"),
    (SHEET, "role: insured", "role: both"),
    (SHEET, "topic: papers", "topic: paper"),
    (SHEET, "[haixi-2025 办理方式]", "[haixi-2025]"),
    (SHEET, "{category: [referral]}", "{category: referral}"),
    ("questions.yaml", "\n  kind: place", "\n  kind: town"),
    ("checklist/documents.yaml", "\n  original: yes", "\n  copies: 两份"),
    ("checklist/documents.yaml", "\n  proxy: yes", "\n  proxy: 是"),
    ("knowledge.yaml", "\n    days: 7", "\n    days: 一周"),
    ("knowledge.yaml", "\n    month: 3", "\n    month: 13"),
]


@pytest.mark.parametrize(("file", "old", "new"), BROKEN)
def test_broken_file_is_refused_by_both(file: str, old: str, new: str, tmp_path: Path) -> None:
    data = Path(shutil.copytree(shipped(), tmp_path / "data"))
    text = (data / file).read_text("utf-8")
    assert old in text
    broken = text.replace(old, new, 1)
    (data / file).write_text(broken, "utf-8")

    assert not validator(schema_of(file)).is_valid(yaml.load(broken, TEXTS))
    with pytest.raises(KnowledgeError):
        loading.load(data)
