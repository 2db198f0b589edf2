"""The program knows no id of the knowledge: who edits it may call things as he likes."""

from __future__ import annotations

import ast
import re
import shutil
from pathlib import Path
from typing import get_args

import pytest
from support import flags, yibao

import yibao_cli
from yibao_cli.knowledge import kinds, knowledge
from yibao_cli.knowledge.location import shipped

KNOWN = knowledge(None, None)
PACKAGE = Path(yibao_cli.__file__).parent

# Words of the interface, which some ids of the knowledge happen to be as well.
CONTRACT = {
    *get_args(kinds.Path),
    *(option.id for question in KNOWN.questions.values() for option in question.options.values()),
    # Goes into the name of a calendar's entry, by which a newer calendar replaces an older one.
    "filing_lock",
}


def test_no_id_stands_in_the_program() -> None:
    facts = {fact.id for sheet in KNOWN.sheets.values() for fact in sheet.facts}
    ids = {*KNOWN.items, *KNOWN.rules, *KNOWN.outcomes, *KNOWN.sources, *facts} - CONTRACT

    found = [
        f"{path.relative_to(PACKAGE)}:{node.lineno}: {node.value}"
        for path in sorted(PACKAGE.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and node.value in ids
    ]
    assert found == []


@pytest.fixture(scope="module")
def renamed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped knowledge with other ids for all items that are not also called something else."""
    data = Path(shutil.copytree(shipped(), tmp_path_factory.mktemp("renamed") / "data"))
    others = CONTRACT | {*KNOWN.questions, *KNOWN.nodes, *KNOWN.rules, *KNOWN.about.topics}
    ids = sorted(KNOWN.items.keys() - others, key=len)
    assert len(ids) > 0.9 * len(KNOWN.items)
    listed = re.compile(rf"(?<![\w-])({'|'.join(ids)})(?![\w-])")
    files = (data / "outcomes.yaml", data / "wording.yaml")
    for path in (*data.glob("checklist/*.yaml"), *data.glob("tree/*.yaml"), *files):
        path.write_text(listed.sub(r"zz_\1", path.read_text("utf-8")), "utf-8")
    # Spellings of answers and facts of provinces are no items.
    added = re.compile(r"(?m)(add|replaces): \[[^]]*\]|^ {6,}\w+(?=: \{)")
    for path in (data / "questions.yaml", *data.glob("regions/provinces/*.yaml")):
        text = path.read_text("utf-8")
        path.write_text(added.sub(lambda found: listed.sub(r"zz_\1", found[0]), text), "utf-8")
    return data


@pytest.mark.parametrize(
    "arguments",
    [
        ("region", "绵阳"),
        ("region", "西宁"),
        ("plan", *flags(stage="in_care"), "--format", "ics", "--discharge", "2026-12-20"),
        ("plan", *flags(filing="valid"), "--format", "ics", "--filed-on", "2026-11-20"),
        ("plan", *flags(stage="paid"), "--format", "ics", "--discharge", "2026-12-20"),
        ("plan", *flags(), "--for", "proxy", "--format", "plain"),
        ("plan", *flags(agent="proxy", patient="newborn"), "--for", "proxy", "--bag"),
    ],
    ids=" ".join,
)
def test_other_ids_say_the_same(arguments: tuple[str, ...], renamed: Path) -> None:
    before, after = yibao(*arguments), yibao(*arguments, "--data", str(renamed))

    assert (before.status, before.err) == (0, "")
    assert (after.out, after.status) == (before.out, 0)
