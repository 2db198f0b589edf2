"""The papers alone, and one outcome told to two readers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from msgspec import Struct
from msgspec.structs import replace
from test_ics import asked
from test_render import ADVICE, BARE, CHECKLIST, IDS, LETTER, RULE, facts

from yibao_cli import result
from yibao_cli.knowledge import knowledge
from yibao_cli.knowledge.items import (
    ContactItem,
    DocumentItem,
    NoteItem,
    QuestionItem,
    StepItem,
    WarningItem,
)
from yibao_cli.render import page
from yibao_cli.render.outline import PAPERS, PARTS, Entry, Outline
from yibao_cli.render.writer import brief, outline
from yibao_cli.result import Checklist, LocalRemark, Remark

SHOWN: dict[type, tuple[str, type[Any]]] = {
    StepItem: ("steps", result.Step),
    DocumentItem: ("documents", result.Document),
    WarningItem: ("warnings", result.Remark),
    NoteItem: ("notes", result.Remark),
    QuestionItem: ("questions", result.Remark),
    ContactItem: ("contacts", result.Contact),
}
"""Where an item of each kind stands on a list, and as what."""
PROXY = replace(CHECKLIST, documents=(*CHECKLIST.documents, IDS, LETTER), proxy=())


def entries(document: Outline, heading: str | None = None) -> Iterator[Entry]:
    for section in document.sections:
        if heading in (None, section.heading):
            for group in section.groups:
                yield from group.entries


def text(document: Outline) -> str:
    return re.sub(r"[\s▌]", "", page(document, "plain"))


def test_bag_is_the_papers_alone() -> None:
    document = outline(CHECKLIST, bag=True)

    assert document.title == "材料清单（江苏省苏州市到北京市海淀区）"
    assert [section.heading for section in document.sections] == [PAPERS, "说明"]
    assert list(entries(document, PAPERS)) == [
        Entry(
            "task",
            "病人的身份证件：原件、复印件2份",
            ("临时身份证也行。", "可以代替：户口簿；个人承诺书（之后补材料）"),
        ),
        Entry("task", "备案记录截图"),
    ]
    assert CHECKLIST.disclaimer in text(document)
    assert "[" not in text(document)


def test_bag_without_papers_says_so() -> None:
    assert "没有列出要带的材料" in text(outline(BARE, bag=True))


def test_bag_of_the_proxy_begins_with_what_the_proxy_needs() -> None:
    document = outline(PROXY, "proxy", bag=True)

    assert [section.heading for section in document.sections] == [
        PARTS["needs"].heading,
        PAPERS,
        "说明",
    ]
    assert "谁的：病人的" in text(document)
    assert "谁签：病人签" in text(document)


@pytest.mark.parametrize("checklist", [CHECKLIST, PROXY, BARE])
def test_proxys_list_loses_nothing(checklist: Checklist) -> None:
    seen = text(outline(checklist, "proxy"))

    assert not [one for one in facts(checklist) if one and one.replace(" ", "") not in seen]
    numbers = [entry.number for entry in entries(outline(checklist)) if entry.number]
    assert [one.number for one in entries(outline(checklist, "proxy")) if one.number] == numbers


@pytest.mark.parametrize(
    "changes",
    [
        {"agent": "代办"},
        {"agent": "代办", "stage": "已出院", "patient": "新生儿"},
        {"agent": "代办", "injury": "外伤无第三方", "stage": "住院中"},
        {"agent": "代办", "errand": "家庭共济", "insurance": "职工", "aid_role": "我给家人用"},
        {"errand": "care,transfer"},
    ],
)
def test_real_lists_carry_the_same_facts_for_both(changes: dict[str, str]) -> None:
    checklist = asked(**changes)
    document = outline(checklist, "proxy")
    neutral = re.compile("病人|您|我")

    seen = neutral.sub("", text(document))
    known = [neutral.sub("", one.replace(" ", "")) for one in facts(checklist) if one]
    assert not [one for one in known if one not in seen]
    text(document).encode("gbk")


def test_proxys_list_begins_with_both_ids_and_the_letter() -> None:
    document = outline(PROXY, "proxy")
    first = list(entries(document, PARTS["needs"].heading))

    assert document.sections[0].heading == PARTS["needs"].heading
    assert document.title == f"{outline(PROXY).title}：代办人用"
    assert [entry.text for entry in first] == [f"{IDS.name}：原件", "授权委托书：原件、复印件1份"]
    assert first[0].details[0] == "谁的：一件是您（代办人）的，一件是病人的"
    assert first[1].details[1].startswith("谁签：病人签")
    assert first[1].reference == "[2]"
    assert IDS.name not in [entry.text for entry in entries(document, PAPERS)]


def test_proxys_needs_do_not_depend_on_the_answers() -> None:
    document = outline(BARE, "proxy")

    assert list(entries(document, PARTS["needs"].heading)) == [
        Entry(
            "task", f"{IDS.name}：原件", ("谁的：一件是您（代办人）的，一件是病人的",), "（经验）"
        ),
        Entry(
            "task",
            "授权委托书：原件、复印件1份",
            ("谁的：病人写给您的", "谁签：病人签"),
            "（经验）",
        ),
    ]
    assert PAPERS not in [section.heading for section in document.sections]


def test_a_knowledge_need_not_know_what_a_proxy_needs() -> None:
    document = outline(replace(CHECKLIST, proxy=()), "proxy")

    assert PARTS["needs"].heading not in [section.heading for section in document.sections]
    assert text(document).count("谁的：病人的") == len(CHECKLIST.documents)


def test_every_paper_says_whose_it_is() -> None:
    child = replace(IDS, id="child", name="孩子的户口簿", owner="孩子的和孩子父母的", proxy=False)
    document = outline(replace(PROXY, documents=(*PROXY.documents, child)), "proxy")

    papers = list(entries(document, PAPERS))
    assert [entry.details[0] for entry in papers] == [
        "谁的：病人的",
        "谁的：病人的",
        "谁的：孩子的和孩子父母的",
    ]
    assert [entry.details[1] for entry in papers][:1] == ["谁签：承诺书由病人签"]
    assert "谁签" not in "".join((*papers[1].details, *papers[2].details))


@pytest.mark.parametrize("changes", [{"agent": "代办"}, {"agent": "本人办"}])
def test_a_real_proxy_needs_two_papers_first(changes: dict[str, str]) -> None:
    checklist = asked(**changes)

    assert len(list(entries(outline(checklist, "proxy"), PARTS["needs"].heading))) == 2
    assert len(checklist.proxy) == (0 if changes["agent"] == "代办" else 2)


def test_the_patient_is_the_third_person() -> None:
    checklist = replace(
        CHECKLIST,
        questions=(
            Remark(id="q", text="我参加的是苏州的医保，我们这里要备案吗？", **ADVICE),
            Remark(id="aid_q", text="请家人绑定您", **ADVICE),
        ),
        warnings=(Remark(id="w", text="您选了居民医保", detail="您这种病", **ADVICE),),
        local=(LocalRemark(id="l", place="南京", role="insured", text="在“我的南京”办", **RULE),),
    )

    document = outline(checklist, "proxy")
    seen = text(document)
    for words in (
        "病人参加的是苏州的医保，我们这里要备案吗",
        "请家人绑定病人",
        "您选了居民医保",
        "病人这种病",
        "在“我的南京”办",
        "先说“我替家人问”",
    ):
        assert words in seen


def everything() -> Checklist:
    """A list of all that the knowledge can say, its placeholders left in."""
    known = knowledge()
    found: dict[str, list[Any]] = {}
    for item in known.items.values():
        part, kind = SHOWN[type(item)]
        found.setdefault(part, []).append(as_shown(item, kind))
    first, *others = (as_shown(one, result.Outcome) for one in known.outcomes.values())
    parts: dict[str, Any] = {name: tuple(entries) for name, entries in found.items()}
    return replace(CHECKLIST, outcome=first, outcomes=tuple(others), local=(), **parts)


def as_shown(thing: Struct, kind: type[Any]) -> Any:
    own = {name: getattr(thing, name) for name in thing.__struct_fields__}
    words = {name: own[name] for name in kind.__struct_fields__ if own.get(name) is not None}
    because = {"because": ""} if "because" in kind.__struct_fields__ else {}
    return kind(**{**words, **because, "advice": True})


@pytest.mark.parametrize("write", [outline, brief])
def test_no_sentence_that_a_proxy_reads_takes_the_proxy_for_the_patient(write: Any) -> None:
    said = [one for entry in entries(write(everything(), "proxy")) for one in told(entry)]

    assert said
    assert [one for one in said if re.search("我(?!们)|您(?!选)", one)] == []


def told(entry: Entry) -> Iterator[str]:
    """What an entry says, but for the words that are meant for the proxy."""
    yield entry.text
    yield from (one for one in entry.details if not one.startswith(("谁的：", "谁签：")))
