"""What is said of a checklist, and in which order: all formats for people carry the same facts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from yibao_cli.evidence import ELSEWHERE, FOREIGN, RETOLD
from yibao_cli.files import TITLE
from yibao_cli.knowledge.law import Source
from yibao_cli.result import (
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
    "contacts", "words", "answers", "sources", "closing",
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
    "words": "名词",
    "answers": "情况",
    "sources": "依据",
    "closing": "说明",
}
"""What they are called where there is room for three characters at most."""
PAPERS, NEEDS = "材料清单", "代办人先备好"
ADVICE = "经验"
PHONE = re.compile(r"(?a)(?<![0-9A-Za-z-])(?:0\d{2,3}-\d{5,8}|12393|12345)(?![0-9A-Za-z-])")
"""A telephone number in a text, which can be followed where a page has links."""
_UNKNOWN = "没有查到可靠的当地规定，要打电话问。"
_RETOLD = "只查到转述的规定，要打电话问。"

_WORDS = "办事用语"
# What is no part of the list itself: its answers, what it rests on, how to read it.
_LAST = ("answers", "sources", "closing")
_IN_THE_BAG = ("needs", "documents", "closing")
# Who speaks or is spoken to in the patient's list is the patient; what was chosen on the command
# line was chosen by whoever reads the list.
_PATIENT = re.compile("我(?!们)|您(?!选)")
_NUMBERS = re.compile(r"\[([0-9]+(?:,[0-9]+)*)\]$")


class Entry(Struct, frozen=True):
    """One thing to say: a sentence, what belongs to it, and what it rests on.

    mark: `lead` is a conclusion, `task` gets a box to tick, `ordered` a number, `source` the
    number that references point to, `bullet` a dash, `plain` nothing; `gained` and `lost` are what
    only one of two has. link: the address that the sentence leads to.
    """

    mark: Mark
    text: str
    details: tuple[str, ...] = ()
    reference: str = ""
    number: int | None = None
    link: str = ""

    @property
    def gap(self) -> str:
        """What stands before the reference: Chinese brackets need no blank."""
        return " " if self.reference and not self.reference.startswith("（") else ""


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

    def heading(self, section: Section) -> str:
        """The heading that a section needs on a page: a conclusion that opens the page stands
        below its title, and steps stand below their phases, without more words.
        """
        opens = section.kind == "outcome" and section is self.sections[0]
        return "" if opens or section.kind == "steps" else section.title


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


def unknown(checklist: Checklist) -> str:
    """What is said of an insured place of which nothing reliable is known: it is not nothing where
    rules that were only retold are on the list.
    """
    retold = any(one.role == "insured" for one in checklist.local)
    return _RETOLD if retold else _UNKNOWN


def split_reference(reference: str) -> tuple[str, list[str]]:
    """The words of an entry's reference, and the numbers of its sources."""
    found = _NUMBERS.search(reference)
    return (reference[: found.start()], found[1].split(",")) if found else (reference, [])


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
    """Everything that is said of a checklist to its reader, in the order in which it is read.

    A proxy runs the errand for the patient: the list then begins with what the proxy has to bring,
    says whose each paper is, and speaks of the patient in the third person. `bag` leaves the
    papers alone, for whoever packs them; what they are for stands in the whole list.
    """
    write = _Writer(checklist, reader, bag=bag)
    ask = "先说“我替家人问”，再" if write.proxy else "可以"
    sections = (
        section(NEEDS, write.needs(), kind="needs"),
        section("结论", *write.conclusions(), kind="outcome"),
        section(PARTS["steps"], *write.phases(), kind="steps"),
        section(PAPERS, write.documents(), kind="documents"),
        section(PARTS["contacts"], write.contacts(), kind="contacts", hint="按这个顺序"),
        section(PARTS["questions"], write.questions(), kind="questions", hint=f"{ask}照着念"),
        section(PARTS["warnings"], map(write.remark, checklist.warnings), kind="warnings"),
        *write.places(),
        section(PARTS["notes"], map(write.remark, checklist.notes), kind="notes"),
        section("没问的", write.assumed(), kind="answers"),
        section("依据", *write.sources(), kind="sources"),
        section("说明", write.closing(), kind="closing"),
    )
    shown = (one for one in sections if one.groups and (not bag or one.kind in _IN_THE_BAG))
    whole = Outline(title_of(checklist, reader, bag=bag), tuple(shown))
    return whole if bag else explained(whole, checklist.words)


def explained(document: Outline, words: Mapping[str, str]) -> Outline:
    """A document with the words of the offices that stand in it, where its last parts begin."""
    ends = [number for number, one in enumerate(document.sections) if one.kind in _LAST]
    said, last = document.sections[: ends[0]], document.sections[ends[0] :]
    text = "\n".join(
        line
        for one in said
        for group in one.groups
        for entry in group.entries
        for line in (entry.text, *entry.details)
    )
    found = sorted((word for word in words if word in text), key=text.index)
    line = "；".join(f"{word}：{words[word]}" for word in found)
    entries = [Entry("plain", f"{line}。")] if found else []
    made = [one for one in (section(_WORDS, entries, kind="words"),) if one.groups]
    return replace(document, sections=(*said, *made, *last))


def title_of(checklist: Checklist, reader: Reader, *, bag: bool = False) -> str:
    """What a document about a checklist is called: what it is, from where to where, for whom."""
    texts = {answer.question: answer.text for answer in checklist.situation}
    way = f"（{texts['from']}到{texts['to']}）" if {"from", "to"} <= texts.keys() else ""
    return f"{PAPERS if bag else TITLE}{way}{'：代办人用' if reader == 'proxy' else ''}"


def spoken(text: str, reader: Reader) -> str:
    """A text as its reader is spoken to: for a proxy, the patient is somebody else."""
    return _PATIENT.sub("病人", text) if reader == "proxy" else text


class _Writer:
    """Words the parts of one checklist for its reader; knows the numbers of its sources."""

    def __init__(self, checklist: Checklist, reader: Reader, *, bag: bool = False) -> None:
        self.checklist = checklist
        self.proxy = reader == "proxy"
        self.bag = bag
        # Texts of other places are told together, in one line without numbers.
        self.shown = [one for one in checklist.sources if one.where != ELSEWHERE]
        self.numbers = {one.id: number for number, one in enumerate(self.shown, 1)}

    def conclusions(self) -> Iterator[Group]:
        shown = self.checklist
        first, *others = map(self.conclusion, shown.every_outcome)
        yield Group(None, (first, *([Entry("plain", shown.in_short)] if shown.in_short else [])))
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
        where = "，".join(filled(step.where, step.deadline))
        details = filled(where, self.spoken(step.detail))
        return Entry("task", self.spoken(step.text), details, self.reference(step), number)

    def needs(self) -> Iterator[Entry]:
        """What a proxy has to bring: of this list, and then what no answer has put on it."""
        if self.proxy:
            yield from (self.paper(one) for one in self.checklist.documents if one.proxy)
            for one in self.checklist.proxy:
                # The list does not cite what it rests on.
                yield Entry("task", _bring(one), _marks(one), "" if self.bag else f"（{ADVICE}）")

    def documents(self) -> Iterator[Entry]:
        shown = self.checklist
        yield from (self.paper(one) for one in shown.documents if not (self.proxy and one.proxy))
        if self.bag and not (shown.documents or (self.proxy and shown.proxy)):
            yield Entry("plain", "这张清单没有列出要带的材料。")

    def paper(self, document: Document) -> Entry:
        marks = _marks(document) if self.proxy else ()
        instead = _labelled("可以代替", self.spoken("；".join(document.alternatives)))
        detail = self.spoken(document.detail)
        if self.bag:
            return Entry("task", _bring(document), filled(*marks, detail, instead))
        purpose = _labelled("用途", self.spoken(document.purpose))
        details = filled(*marks, purpose, detail, instead)
        return Entry("task", _bring(document), details, self.reference(document))

    def remark(self, remark: Remark) -> Entry:
        details = filled(self.spoken(remark.detail))
        return Entry("bullet", self.spoken(remark.text), details, self.reference(remark))

    def places(self) -> Iterator[Section]:
        """Local rules beside the names of their places, and a place of which nothing is known."""
        shown = self.checklist
        for place in dict.fromkeys(one.place for one in shown.local):
            # A local rule is a quotation and stays as it is, whoever reads it.
            rules = (
                Entry("bullet", one.text, filled(one.detail), self.reference(one))
                for one in shown.local
                if one.place == place
            )
            yield replace(section(f"{place}的规定", rules, kind="local"), label=place)
        for place in shown.unknown:
            said = Entry("plain", unknown(shown))
            yield replace(section(f"{place}的规定", [said], kind="local"), label=place)

    def questions(self) -> Iterator[Entry]:
        # A question claims nothing, so it needs no reference.
        for number, one in enumerate(self.checklist.questions, 1):
            text, details = self.spoken(one.text), filled(self.spoken(one.detail))
            yield Entry("ordered", text, details, number=number)

    def contacts(self) -> Iterator[Entry]:
        for number, one in enumerate(self.checklist.contacts, 1):
            called = f"{one.phone}  {one.name}" if one.phone else one.name
            details = filled(self.spoken(one.detail))
            yield Entry("ordered", self.spoken(called), details, number=number)

    def assumed(self) -> Iterator[Entry]:
        """What nobody answered and what it was taken for, in words for a person."""
        taken = [
            one
            for one in self.checklist.situation
            # The errand is what the list is about.
            if one.assumed and one.used and one.question != "errand"
        ]
        if taken:
            said = "，".join(one.in_short for one in taken)
            yield Entry("plain", f"没问的按这些算：{said}。")

    def sources(self) -> Iterator[Group]:
        """The texts of the nation and of the two places; others are counted."""
        numbered = [(self.numbers[one.id], one) for one in self.shown]
        for where, cited in groupby(numbered, key=lambda pair: pair[1].where):
            yield Group(where, tuple(_source(number, one) for number, one in cited))
        others = len(self.checklist.sources) - len(self.shown)
        if others:
            said = f"另有{others}份外地的文件和整理说法相同，逐份看：yibao sources"
            yield Group("旁证", (Entry("plain", said),))

    def closing(self) -> Iterator[Entry]:
        shown, state = self.checklist, self.checklist.knowledge
        holds = f"按 {state.as_of} 有效的规定整理；"
        if self.bag:
            yield Entry("plain", f"{holds}用途和依据见完整的清单。", (shown.disclaimer,))
            return
        if shown.code:
            again = "电话里可以念给别人，用 yibao plan --code 看同一份清单。"
            yield Entry("plain", f"答案代码 {shown.code}", (again,))
        late = f"{len(state.overdue)}份文件过了复查日，办理前再核对。" if state.overdue else ""
        read = f"资料版本 {state.version}，文件最近一次读于 {state.read_on}。"
        yield Entry("plain", holds + read + late)
        yield Entry("plain", shown.disclaimer)

    def spoken(self, text: str | None) -> str:
        return spoken(text or "", "proxy" if self.proxy else "patient")

    def reference(self, evidence: Evidence) -> str:
        """The numbers of the texts that are shown, else whose rule it is; both where the text of
        one place supports what another place decides.
        """
        numbers = [str(self.numbers[one]) for one in evidence.sources if one in self.numbers]
        words = f"（{evidence.authority}）" if evidence.authority else ""
        if not numbers:
            return words
        return f"{words if evidence.authority in (FOREIGN, RETOLD) else ''}[{','.join(numbers)}]"


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
    late = "过了复查日" if cited.overdue else ""
    read = f"{cited.level}级，{cited.read_on}读，{cited.read_as}"
    said = "；".join(filled(_together(cited.clauses), "，".join(dated(cited)), read, late))
    return Entry("source", titled(cited), (said,), number=number, link=cited.url or "")


def _together(clauses: Iterable[str]) -> str:
    """Clauses in one line; what several are part of is said once: 经办规程第八条、第十七条."""
    known, said = "", []
    for clause in clauses:
        part_of = clause.partition("第")[0]
        said.append(clause.removeprefix(part_of) if part_of == known else clause)
        known = part_of
    return "、".join(said)


def _labelled(label: str, text: str | None) -> str:
    return f"{label}：{text}" if text else ""
