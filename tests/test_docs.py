"""The pages under docs/: the generated one is current, and the authors' guide works."""

from __future__ import annotations

import re
import runpy
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest
from support import yibao

from yibao_cli import audit
from yibao_cli.errors import KnowledgeError
from yibao_cli.knowledge.load import load
from yibao_cli.render.tree import view

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
GUIDE = (DOCS / "authors.md").read_text("utf-8")


def test_generated_page_is_current() -> None:
    page = runpy.run_path(str(DOCS / "generate.py"))["page"]()

    assert (DOCS / "commands.md").read_text("utf-8") == page, "run: python docs/generate.py"


@pytest.mark.parametrize(
    "page", sorted((*DOCS.glob("*.md"), *ROOT.glob("*.md"))), ids=lambda page: page.name
)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)]+)\)", page.read_text("utf-8")):
        assert target.startswith("https://") or (page.parent / target).is_file(), target


# ---------------------------------------------------------------- the authors' guide


@dataclass(frozen=True)
class Snippet:
    """One block of the guide, and what its comment says to do with it."""

    order: str
    file: str
    text: str
    instead: str = ""
    heading: str = ""


def snippets() -> Iterator[Snippet]:
    pattern = r'<!-- (\w+)(?: ([\w/.]+))?(?:, instead of: "([^\n]*)")? -->\n```\w+\n(.*?)```'
    for found in re.finditer(pattern, GUIDE, re.DOTALL):
        order, file, instead, text = found.groups(default="")
        heading = GUIDE[: found.start()].rpartition("\n## ")[2].partition("\n")[0]
        yield Snippet(order, file, text, instead, heading)


SNIPPETS = list(snippets())
MISTAKES = [(wrong, said.text) for wrong, said in pairwise(SNIPPETS) if wrong.order == "mistake"]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for name in ("data", "cases"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return tmp_path


def follow(folder: Path) -> Iterator[Snippet]:
    """Do what the guide says, one snippet after the other."""
    old = SNIPPETS[0]
    for one in SNIPPETS:
        target = folder / (one.file or old.file)
        if one.order == "append":
            with target.open("a", encoding="utf-8") as file:
                file.write("\n" + one.text)
        elif one.order == "by":
            replace(target, old.text, one.text)
        old = one
        if one.order in ("append", "by"):
            yield one


def replace(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert text.count(old) == 1, old
    file.write_text(text.replace(old, new), "utf-8")


def test_every_snippet_is_understood() -> None:
    orders = [one.order for one in SNIPPETS]

    assert len(orders) == GUIDE.count("<!-- ")
    assert orders.count("append") == 5
    assert orders.count("replace") == orders.count("by") == 1
    assert orders.count("mistake") == orders.count("says") == len(MISTAKES) == 3


def test_each_snippet_loads_and_each_section_passes_the_check(copy: Path) -> None:
    steps = [one for one in SNIPPETS if one.order in ("append", "by")]
    for one, after in zip(follow(copy), [*steps[1:], None], strict=True):
        load(copy / "data")
        ends = after is None or after.heading != one.heading
        # A source by itself is said to be unused, see below.
        if ends and one is not steps[0]:
            checked = yibao("check", "--data", str(copy / "data"), "--cases", str(copy / "cases"))
            assert checked.status == 0, (one.heading, checked.out)


def test_a_source_alone_is_said_to_be_unused(copy: Path) -> None:
    next(follow(copy))
    known, lines = load(copy / "data")
    found = audit.check(known, lines, audit.Survey(), known.about.read_on)

    (said,) = {fault.message for fault in found if fault.code == "unused_source"}
    assert said.split("；")[0] in GUIDE


def test_what_the_guide_lets_look_at_is_there(copy: Path) -> None:
    for _ in follow(copy):
        pass
    region = yibao("region", "宁夏", "--data", str(copy / "data"))

    assert "示例：宁夏参保，跨省临时外出的备案12个月有效" in region.out
    assert "who/phone_call" in view(load(copy / "data")[0], "who").nodes


@pytest.mark.parametrize(("wrong", "said"), MISTAKES, ids=lambda one: getattr(one, "text", ""))
def test_mistake_is_answered_as_the_guide_says(wrong: Snippet, said: str, copy: Path) -> None:
    for _ in follow(copy):
        pass
    target = copy / wrong.file
    # In the snippets the line is the last one that reads so.
    before, found, after = target.read_text("utf-8").rpartition(wrong.instead + "\n")
    assert found
    target.write_text(before + wrong.text + after, "utf-8")

    with pytest.raises(KnowledgeError) as caught:
        load(copy / "data")

    [finding] = caught.value.findings
    # Where the line stands, and which names are near, moves with the knowledge.
    told, ends = re.sub(r":\d+:", ":", said).strip(), "……"
    message = re.sub(r":\d+:", ":", finding.message)
    assert message.startswith(told[: -len(ends)]) if told.endswith(ends) else message == told
    assert f"{wrong.file}:{before.count(chr(10)) + 1}:" in finding.message


def test_every_code_of_the_check_is_explained() -> None:
    codes = {*audit.CODES} - {"unnoticed"}

    assert {code for code in codes if f"`{code}`" not in GUIDE} == set()


def test_every_part_of_the_data_is_in_the_guide() -> None:
    for path in (ROOT / "data").iterdir():
        assert f"`data/{path.name}" in GUIDE, path.name
