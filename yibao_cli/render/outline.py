"""What is said of a checklist, and in which order: all formats for people carry the same facts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import count, groupby
from typing import Literal

from msgspec import Struct

from yibao_cli.knowledge.kinds import LEVELS
from yibao_cli.knowledge.legal import Source
from yibao_cli.result import (
    Answer,
    Checklist,
    CitedSource,
    Document,
    Evidence,
    Outcome,
    Remark,
    Step,
)

Mark = Literal["lead", "task", "ordered", "source", "bullet", "plain", "gained", "lost"]
Kind = Literal[
    "outcome", "steps", "needs", "documents", "warnings", "notes", "local", "questions",
    "contacts", "answers", "sources", "closing",
]  # fmt: skip
Reader = Literal["patient", "proxy"]

PARTS = {
    "steps": "要办的事",
    "documents": "材料",
    "warnings": "要当心",
    "notes": "待遇和规则",
    "local": "当地规定",
    "questions": "要问的话",
    "contacts": "该找谁",
}
"""What the parts of a checklist are called, by the names of its fields."""
LABELS: dict[str, str] = {
    "needs": "先备好",
    "steps": "步骤",
    "documents": "材料",
    "warnings": "当心",
    "notes": "规则",
    "local": "当地",
    "questions": "要问",
    "contacts": "找谁",
    "answers": "情况",
    "sources": "依据",
    "closing": "说明",
}
"""What they are called where there is room for three characters at most."""
TITLE, PAPERS, NEEDS = "医保办事清单", "材料清单", "代办人先备好"
ADVICE = "实用建议"

_IN_THE_BAG = ("needs", "documents", "closing")
# Who speaks or is spoken to in the patient's list is the patient; what was chosen on the command
# line was chosen by whoever reads the list.
_PATIENT = re.compile("我(?!们)|您(?!选)")


class Entry(Struct, frozen=True):
    """One thing to say: a sentence, what belongs to it, and what it rests on.

    mark: `lead` is a conclusion, `task` gets a box to tick, `ordered` a number, `source` the
    number that references point to, `bullet` a dash, `plain` nothing; `gained` and `lost` are what
    only one of two has. due: by when it has to be done. because: why it is there.
    """

    mark: Mark
    text: str
    details: tuple[str, ...] = ()
    reference: str = ""
    number: int | None = None
    due: str = ""
    because: str = ""

    @property
    def below(self) -> tuple[str, ...]:
        """All that is said below the text."""
        return (*self.details, *filled(self.due, self.because))

    @property
    def lines(self) -> tuple[str, ...]:
        """Text and what is below it, the last line with the reference at its end."""
        *before, last = (self.text, *self.below)
        return (*before, f"{last} {self.reference}".rstrip())


class Group(Struct, frozen=True):
    """Entries that stand together, under a heading of their own where the section has several."""

    heading: str | None
    entries: tuple[Entry, ...]


class Section(Struct, frozen=True):
    """A part of the document; the kind of a checklist's tells what is in it, whatever it is called.

    hint: how to use it. label: a short name of it where it stands beside its content.
    """

    heading: str
    groups: tuple[Group, ...]
    kind: Kind | None = None
    hint: str = ""
    label: str = ""

    @property
    def title(self) -> str:
        """The heading with its hint."""
        return f"{self.heading}（{self.hint}）" if self.hint else self.heading


class Outline(Struct, frozen=True):
    """The whole document."""

    title: str
    sections: tuple[Section, ...]


def section(
    heading: str,
    *groups: Iterable[Entry] | Group,
    kind: Kind | None = None,
    hint: str = "",
    label: str = "",
) -> Section:
    """A section of those groups that have entries; mere entries are a group without a heading."""
    made = (one if isinstance(one, Group) else Group(None, tuple(one)) for one in groups)
    return Section(
        heading,
        tuple(one for one in made if one.entries),
        kind,
        hint,
        LABELS.get(kind, "") if kind else label,
    )


def filled(*texts: str | None) -> tuple[str, ...]:
    """The texts that there are."""
    return tuple(text for text in texts if text)


def titled(source: Source | CitedSource) -> str:
    """A source by its title and its number."""
    return f"{source.title}（{source.number}）" if source.number else source.title


def dated(source: Source | CitedSource) -> tuple[str, ...]:
    """When a source was issued and since when it applies, as far as that is known."""
    return filled(
        source.issued and f"{source.issued}发布", source.effective and f"{source.effective}起施行"
    )


# ---------------------------------------------------------------- the checklist


def outline(checklist: Checklist, reader: Reader = "patient", *, bag: bool = False) -> Outline:
    """What is said of a checklist to its reader, in the order in which it is read.

    A proxy runs the errand for the patient: the list then begins with what the proxy has to bring,
    says whose each paper is, and speaks of the patient in the third person. `bag` leaves the
    papers alone, for whoever packs them; what they are for stands in the whole list.
    """
    write = _Writer(checklist, reader, bag=bag)
    whose, ask = ("病人的", "先说“我替家人问”，再") if write.proxy else ("您的", "可以")
    sections = (
        section(NEEDS, write.needs(), kind="needs"),
        section("结论", *write.conclusions(), kind="outcome"),
        section(PARTS["steps"], *write.phases(), kind="steps"),
        section(PAPERS, write.documents(), kind="documents"),
        section(PARTS["warnings"], map(write.remark, checklist.warnings), kind="warnings"),
        section(PARTS["notes"], map(write.remark, checklist.notes), kind="notes"),
        section(PARTS["local"], map(write.local, checklist.local), kind="local"),
        section(PARTS["questions"], write.questions(), kind="questions", hint=f"{ask}照着念"),
        section(PARTS["contacts"], write.contacts(), kind="contacts", hint="按这个顺序"),
        section(f"{whose}情况", map(_answer, checklist.situation), kind="answers"),
        section("依据", write.legend(), map(_source, count(1), checklist.sources), kind="sources"),
        section("说明", write.closing(), kind="closing"),
    )
    shown = (one for one in sections if one.groups and (not bag or one.kind in _IN_THE_BAG))
    return Outline(write.title(), tuple(shown))


class _Writer:
    """Words the parts of one checklist for its reader; knows the numbers of its sources."""

    def __init__(self, checklist: Checklist, reader: Reader, *, bag: bool) -> None:
        self.checklist = checklist
        self.proxy = reader == "proxy"
        self.bag = bag
        self.numbers = {cited.id: n for n, cited in enumerate(checklist.sources, 1)}

    def title(self) -> str:
        texts = {answer.question: answer.text for answer in self.checklist.situation}
        way = f"（{texts['from']}到{texts['to']}）" if {"from", "to"} <= texts.keys() else ""
        return f"{PAPERS if self.bag else TITLE}{way}{'：代办人用' if self.proxy else ''}"

    def conclusions(self) -> Iterator[Group]:
        first, *others = map(self.conclusion, self.checklist.every_outcome)
        yield Group(None, (first,))
        yield Group("同时要办的事", tuple(others))

    def conclusion(self, outcome: Outcome) -> Entry:
        title, summary = self.spoken(outcome.title), self.spoken(outcome.summary)
        return Entry("lead", title, (summary,), self.reference(outcome))

    def phases(self) -> Iterator[Group]:
        numbered = enumerate(self.checklist.steps, 1)
        for phase, steps in groupby(numbered, key=lambda pair: pair[1].phase):
            heading = getattr(self.checklist.phases, phase)
            yield Group(heading, tuple(self.step(number, step) for number, step in steps))

    def step(self, number: int, step: Step) -> Entry:
        return Entry(
            "task",
            self.spoken(step.text),
            filled(self.spoken(step.detail), _labelled("在哪里办", step.where)),
            self.reference(step),
            number,
            _labelled("期限", step.deadline),
            _labelled("因为", step.because),
        )

    def needs(self) -> Iterator[Entry]:
        """What a proxy has to bring: of this list, and then what no answer has put on it."""
        if self.proxy:
            yield from (self.paper(one) for one in self.checklist.documents if one.proxy)
            for one in self.checklist.proxy:
                # The list does not cite what it rests on.
                yield Entry("task", _bring(one), _marks(one), "" if self.bag else f"[{ADVICE}]")

    def documents(self) -> Iterator[Entry]:
        shown = self.checklist
        yield from (self.paper(one) for one in shown.documents if not (self.proxy and one.proxy))
        if self.bag and not (shown.documents or (self.proxy and shown.proxy)):
            yield Entry("plain", "这张清单没有列出要带的材料。")

    def paper(self, document: Document) -> Entry:
        marks = _marks(document) if self.proxy else ()
        instead = _labelled("可以代替", "；".join(document.alternatives))
        if self.bag:
            return Entry("task", _bring(document), filled(*marks, instead))
        purpose = _labelled("用途", document.purpose)
        details = filled(*marks, purpose, document.detail, instead)
        return Entry("task", _bring(document), details, self.reference(document))

    def remark(self, remark: Remark) -> Entry:
        details = filled(self.spoken(remark.detail))
        return Entry("bullet", self.spoken(remark.text), details, self.reference(remark))

    def local(self, remark: Remark) -> Entry:
        # A local rule is a quotation and stays as it is, whoever reads it.
        return Entry("bullet", remark.text, filled(remark.detail), self.reference(remark))

    def questions(self) -> Iterator[Entry]:
        # A question claims nothing, so it needs no reference.
        for number, one in enumerate(self.checklist.questions, 1):
            text, details = self.spoken(one.text), filled(self.spoken(one.detail))
            yield Entry("ordered", text, details, number=number)

    def contacts(self) -> Iterator[Entry]:
        for number, one in enumerate(self.checklist.contacts, 1):
            called = f"{one.name}：{one.phone}" if one.phone else one.name
            yield Entry("ordered", called, filled(one.detail), self.reference(one), number)

    def legend(self) -> Iterator[Entry]:
        """What the references mean, for those that occur."""
        shown = self.checklist
        evidence: list[Evidence] = [*shown.every_outcome, *shown.steps, *shown.documents]
        evidence += [*shown.warnings, *shown.notes, *shown.local, *shown.contacts]
        letters = {one.level for one in evidence} | {one.level for one in shown.sources}
        meanings = [f"{one}：{getattr(shown.levels, one)}" for one in LEVELS if one in letters]
        if any(one.advice for one in evidence):
            meanings.append(f"{ADVICE}：没有文件依据的办事经验")
        if meanings:
            text = "每条后面方括号里的数字是下面文件的编号，字母说明这条依据读到什么程度："
            yield Entry("plain", text, tuple(meanings))

    def closing(self) -> Iterator[Entry]:
        shown, state = self.checklist, self.checklist.knowledge
        holds = f"按 {state.as_of} 有效的规定整理；"
        if self.bag:
            yield Entry("plain", f"{holds}用途和依据见完整的清单。", (shown.disclaimer,))
            return
        if shown.code:
            again = "电话里可以念给别人，用 yibao plan --code 看同一份清单。"
            yield Entry("plain", f"答案代码 {shown.code}", (again,))
        read = f"资料版本 {state.version}，文件最近一次读于 {state.read_on}。"
        yield Entry("plain", holds + read)
        if state.overdue:
            titles = {cited.id: cited.title for cited in shown.sources}
            overdue = "、".join(titles.get(one, one) for one in state.overdue)
            yield Entry("plain", f"已过复查日的资料：{overdue}。")
        yield Entry("plain", shown.disclaimer)

    def spoken(self, text: str | None) -> str:
        """A text as its reader is spoken to."""
        return _PATIENT.sub("病人", text or "") if self.proxy else text or ""

    def reference(self, evidence: Evidence) -> str:
        if evidence.advice:
            return f"[{ADVICE}]"
        # Without a blank, so that no line breaks inside it.
        numbers = "".join(f"[{self.numbers[source]}]" for source in evidence.sources)
        return numbers + (evidence.level or "")


def _answer(answer: Answer) -> Entry:
    assumed = f"（默认，可用 {answer.flag} 改）" if answer.assumed else ""
    if not answer.used:
        assumed = "（这种情况用不上）"
    return Entry("bullet", f"{answer.label}：{answer.text}{assumed}")


def _bring(document: Document) -> str:
    """What a paper is called, and what of it to bring."""
    copies = f"复印件{document.copies}份" if document.copies else ""
    bring = "、".join(filled("原件" if document.original else "", copies))
    return f"{document.name}：{bring}" if bring else document.name


def _marks(document: Document) -> tuple[str, ...]:
    """Whose a paper is and who signs it; one that does not say it is the patient's."""
    owner = f"谁的：{document.owner or '病人的'}"
    return filled(owner, _labelled("谁签", document.signer))


def _source(number: int, cited: CitedSource) -> Entry:
    reading = filled(
        f"{cited.level}级",
        f"{cited.read_on}读，{cited.read_as}",
        "转引" if cited.quoted else "",
        "已过复查日，办理前请再核对" if cited.overdue else "",
    )
    details = ("、".join(cited.clauses), "，".join(dated(cited)), "；".join(reading), cited.url)
    return Entry("source", titled(cited), filled(*details), number=number)


def _labelled(label: str, text: str | None) -> str:
    return f"{label}：{text}" if text else ""
