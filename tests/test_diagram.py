"""The drawn tree: the same nodes, answers and conclusions in both formats."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import pytest
from msgspec.structs import replace
from support import yibao

from yibao_cli.errors import AnswerError, Status
from yibao_cli.knowledge import knowledge
from yibao_cli.knowledge.model import Knowledge
from yibao_cli.look import unstyled
from yibao_cli.render import tree
from yibao_cli.wrap import cells

KNOWN = knowledge()
ERRANDS = [*KNOWN.starts]
# All that the formats give a meaning to, and what looks like their comments and lists.
NASTY = """a"b'c\\n\\d]})|>--> <b>&amp;#35;;`x`*y*{z}$%%[red]- 1. end"""


def nasty() -> Knowledge:
    """The knowledge with a question, its options and an outcome under hostile names."""
    question = KNOWN.questions["credential"]
    options = {
        name: replace(one, label=f"{one.label}{NASTY}") for name, one in question.options.items()
    }
    renamed = replace(question, label=NASTY, options=options)
    outcome = replace(KNOWN.outcomes["activation_lost"], title=NASTY)
    return replace(
        KNOWN,
        questions={**KNOWN.questions, "credential": renamed},
        outcomes={**KNOWN.outcomes, "activation_lost": outcome},
    )


def drawn(
    format_: str,
    where: str | None = None,
    known: Knowledge = KNOWN,
    *,
    width: int = 80,
    depth: int | None = None,
) -> str:
    part = tree.view(known, where, depth=depth)
    if format_ == "mermaid":
        return tree.mermaid(known, part)
    return unstyled(tree.drawn(known, part, width), width)


# ---------------------------------------------------------------- reading graphs


@dataclass(frozen=True)
class Graph:
    """Labels of boxes by id, and of arrows by both ends and whether they are dashed."""

    boxes: Mapping[str, str]
    arrows: Mapping[tuple[str, str, bool], str]


_TEXT = r'"((?:[^!-/:-@\[-^`{-~]|#[0-9]+;|<br/>)*)"'
_SHAPES = ["([{}])", "[{}]", "{{{{{}}}}}", "[[{}]]", "(({}))", ">{}]"]
_BOX = [
    re.compile("    ([a-z][a-z0-9_]*)" + _TEXT.join(map(re.escape, shape.format("\0").split("\0"))))
    for shape in _SHAPES
]
_ARROW = re.compile(rf"    ([a-z][a-z0-9_]*) (-->|-\.->)(?:\|{_TEXT}\|)? ([a-z][a-z0-9_]*)")


def mermaid(text: str) -> Graph:
    """Read Mermaid strictly: no text but plain words, numbered entities and line breaks."""
    head, *lines = text.splitlines()
    assert head == "flowchart TD"
    boxes: dict[str, str] = {}
    arrows: dict[tuple[str, str, bool], str] = {}
    for line in lines:
        if found := next(filter(None, (one.fullmatch(line) for one in _BOX)), None):
            assert found[1] not in boxes
            boxes[found[1]] = _plain(found[2])
        else:
            found = _ARROW.fullmatch(line)
            assert found, line
            key = (found[1], found[4], found[2] == "-.->")
            assert key not in arrows
            assert {found[1], found[4]} <= {*boxes}
            arrows[key] = _plain(found[3] or "")
    return Graph(boxes, arrows)


def boxed(node: str) -> str:
    """The name of the box of a node."""
    return f"node_{node.replace('/', '__')}"


def _plain(text: str) -> str:
    broken = text.replace("<br/>", "\n")
    return re.sub("#([0-9]+);", lambda found: chr(int(found[1])), broken)


# ---------------------------------------------------------------- graphs


def test_hostile_texts_come_through() -> None:
    found = mermaid(drawn("mermaid", "activation", nasty()))
    flat = "".join("".join(found.boxes.values()).split())

    assert flat.count("".join(NASTY.split())) == 2


@pytest.mark.parametrize("errand", ERRANDS)
def test_graph_holds_every_node_answer_and_conclusion(errand: str) -> None:
    part = tree.view(KNOWN, errand)
    found = mermaid(drawn("mermaid", errand))
    nodes = [KNOWN.nodes[name] for name in part.nodes]

    assert {name for name in found.boxes if name.startswith("node_")} == {
        boxed(node.id) for node in nodes
    }
    for node in nodes:
        for value, branch in node.branches.items():
            ends = [f"outcome_{branch.conclude}"] if branch.conclude else []
            after = node.after(branch)
            if after:
                ends.append(boxed(after))
            for end in ends or ["stop"]:
                aside = branch.conclude is not None and after is not None
                dashed = aside and end == f"outcome_{branch.conclude}"
                label = found.arrows[boxed(node.id), end, dashed].replace("\n", "")
                everything = len(tree.ways(KNOWN, node)) == 1
                options = KNOWN.questions[node.on].options if node.kind == "ask" else {}
                named = options[value].label if value in options else ""
                assert everything or named.replace(" ", "") in label.replace(" ", "")
    for name, box in found.boxes.items():
        if name.startswith("outcome_"):
            outcome = KNOWN.outcomes[name.removeprefix("outcome_")]
            assert box.replace("\n", "") == tree.say(outcome.title) + outcome.path


@pytest.mark.parametrize("errand", [None, *ERRANDS])
def test_mermaid_keeps_to_the_limits_of_its_hosts(errand: str | None) -> None:
    text = drawn("mermaid", errand)

    assert len(text) < 50_000
    assert text.count("-->") + text.count("-.->") <= 500


def test_several_options_to_one_target_share_an_arrow() -> None:
    found = mermaid(drawn("mermaid", "account"))

    label = found.arrows["node_account_insurance", "node_account_insured_place", False]
    assert label == "职工医保 / 居民医保 / 不清楚"


def test_added_items_are_counted() -> None:
    added = len(KNOWN.questions["agent"].options["proxy"].add)
    found = mermaid(drawn("mermaid", "transfer"))

    label = found.arrows["node_transfer_agent", "stop", False]
    assert label == f"家人代办（加{added}条）\n本人办"


# ---------------------------------------------------------------- the outline


@pytest.mark.parametrize("where", [None, *ERRANDS, "filing"])
def test_every_node_is_expanded_once(where: str | None) -> None:
    lines = drawn("tree", where).splitlines()
    flat = " ".join(line.strip("│├└─ ") for line in lines)
    expanded = [
        name for line in lines for name in re.findall(r"[├└]── [^：（→/]* ([a-z0-9_/]+)$", line)
    ]

    for name in tree.view(KNOWN, where).nodes:
        assert expanded.count(name) == 1, name
        assert name in flat


@pytest.mark.parametrize("width", [20, 40, 80, 200])
@pytest.mark.parametrize("errand", ERRANDS)
def test_outline_fits_the_console(errand: str, width: int) -> None:
    text = drawn("tree", errand, width=width)

    text.encode("gbk")
    # Deep in the tree hardly a word is left room on the narrowest consoles.
    assert width < 80 or max(map(cells, text.splitlines())) <= width


def test_outline_of_a_small_tree() -> None:
    added = len(KNOWN.questions["agent"].options["proxy"].add)

    assert drawn("tree", "transfer_agent") == (
        " 从 transfer_agent 起\n"
        " └── 谁去办 transfer_agent\n"
        f"     ├── 家人代办（加{added}条） → 到此为止\n"
        "     └── 本人办 → 到此为止\n"
        "\n"
        " （加2条）是清单上多两条；“往下”是接着同一级的下一个；“见”是画在别处，“略”\n"
        " 是这次没有画；先得出的结论是清单的结论，后面的只补充条目。\n"
    )


def test_data_is_no_markup() -> None:
    text = "".join(drawn("tree", "activation", nasty()).split())

    text = re.sub("[│├└─]", "", text)
    assert "[red]" in text
    assert "".join(NASTY.split())[:20] in text


# ---------------------------------------------------------------- parts


def test_depth_leaves_out_what_is_further_away() -> None:
    part = tree.view(KNOWN, "account", depth=2)
    found = mermaid(drawn("mermaid", "account", depth=2))

    assert part.nodes == {"account_insurance", "account_insured_place", "account_place_of_care"}
    assert found.boxes["cut_account_abroad"] == "参保地和就医地（略）"
    assert "略 参保地和就医地 account_abroad" in drawn("tree", "account", depth=2)


def test_an_errand_is_understood_as_in_answers() -> None:
    assert drawn("tree", "个账") == drawn("tree", "account")


@pytest.mark.parametrize(
    ("where", "near"),
    [
        ("transfr", "transfer"),
        ("account_aboard", "account_abroad"),
        ("\x1b[31m" * 30, None),
    ],
)
def test_unknown_name(where: str, near: str | None) -> None:
    with pytest.raises(AnswerError) as caught:
        tree.view(KNOWN, where)

    (finding,) = caught.value.findings
    assert caught.value.status is Status.NOT_UNDERSTOOD
    assert finding.code == "unknown_node"
    assert "\x1b" not in finding.message
    assert near is None or near in finding.candidates


# ---------------------------------------------------------------- the command


@pytest.mark.parametrize("format_", ["tree", "mermaid"])
def test_command_prints_the_format(format_: str) -> None:
    assert yibao("tree", "transfer", "--format", format_).out == drawn(format_, "transfer")


def test_command_passes_the_depth_on() -> None:
    assert yibao("tree", "care", "--depth", "2").out == drawn("tree", "care", depth=2)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("-f", "svg"), "--format 没有“svg”；可以写：tree、mermaid"),
        (("--depth", "0"), "要写1到99的整数"),
        (("--depth", "many"), "要写1到99的整数"),
    ],
)
def test_wrong_command_line(arguments: tuple[str, ...], said: str) -> None:
    done = yibao("tree", *arguments)

    assert (done.status, done.out) == (2, "")
    assert said in done.err
