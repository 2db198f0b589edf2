"""The schemas by which editors complete and explain say the same as the loader."""

from __future__ import annotations

import json
import re
import runpy
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from yibao_cli.errors import KnowledgeError
from yibao_cli.knowledge import knowledge
from yibao_cli.knowledge import load as loading
from yibao_cli.knowledge.location import shipped

ROOT = Path(__file__).resolve().parent.parent
TOOL = runpy.run_path(str(ROOT / "tools/schemas.py"))
FOLDER = Path(loading.__file__).parent.parent / "schema"
SCHEMAS = {
    path.stem: json.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("data/*.json"))
}
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
    return Draft202012Validator(SCHEMAS[name])


def as_texts(file: str) -> Any:
    """A shipped file as the loader reads it: every scalar a text."""
    return yaml.load((shipped() / file).read_text("utf-8"), TEXTS)


def structs(name: str) -> Iterator[Any]:
    """Every schema of a mapping with known keys."""
    yield from SCHEMAS[name]["$defs"].values()


def test_schemas_are_those_of_the_types() -> None:
    """`python tools/schemas.py` makes them anew."""
    made = TOOL["schemas"](knowledge(shipped()))
    files = {path.relative_to(FOLDER).as_posix(): path for path in FOLDER.rglob("*.json")}

    assert set(files) == set(made)
    for name, path in files.items():
        assert path.read_text("utf-8") == made[name], "run: python tools/schemas.py"


@pytest.mark.parametrize("name", SCHEMAS)
def test_schema_is_sound(name: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[name])


def test_every_file_has_a_schema_and_every_schema_a_file() -> None:
    assert {schema_of(file) for file in FILES} == set(SCHEMAS)


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


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_key_is_explained_in_chinese_and_no_other_is_allowed(name: str) -> None:
    for one in structs(name):
        assert one["additionalProperties"] is False
        for key, value in one["properties"].items():
            assert re.search("[\u4e00-\u9fff]", value["description"]), key


def test_topics_are_those_of_the_data() -> None:
    topics = as_texts("knowledge.yaml")["topics"]

    assert SCHEMAS["regions-provinces"]["$defs"]["LocalFact"]["properties"]["topic"][
        "enum"
    ] == list(topics)


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
    ("sources.yaml", "\n  review_by: 20", "\n  review_by: 0-20"),
    ("sources.yaml", "\n  url: https://", "\n  url: "),
    ("sources.yaml", "\n  read_on: 2026-11-21", ""),
    (TREE, "    switch: relation", "    switch: distance"),
    (TREE, "    switch: relation", "    switch: relation\n    ask: insurance"),
    (SHEET, "role: insured", "role: both"),
    (SHEET, "topic: papers", "topic: paper"),
    (SHEET, "[haixi-2025 办理方式]", "[haixi-2025]"),
    (SHEET, "{category: [referral]}", "{category: }"),
    (TREE, "\n      - {when: ", "\n      - {with: "),
    (TREE, "\n    along: ", "\n    ask: phone\n    along: "),
    ("questions.yaml", "\n  kind: place", "\n  kind: town"),
    ("checklist/documents.yaml", "\n  original: yes", "\n  copies: 两份"),
    ("checklist/documents.yaml", "\n  proxy: yes", "\n  proxy: 是"),
    ("knowledge.yaml", "\n    days: 7", "\n    days: 一周"),
    ("knowledge.yaml", "\n    month: 3", "\n    month: 13"),
    ("questions.yaml", "\n  number: 0", "\n  number: 100"),
    ("questions.yaml", "\n  number: 0", ""),
]


@pytest.mark.parametrize(("file", "old", "new"), BROKEN)
def test_broken_file_is_refused_by_both(file: str, old: str, new: str, tmp_path: Path) -> None:
    data = Path(shutil.copytree(shipped(), tmp_path / "data"))
    text = (data / file).read_text("utf-8")
    assert old in text
    broken = text.replace(old, new, 1)
    (data / file).write_text(broken, "utf-8")

    assert not validator(schema_of(file)).is_valid(yaml.load(broken, Editor))
    with pytest.raises(KnowledgeError):
        loading.load(data)
