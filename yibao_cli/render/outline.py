"""The checklist as headings and entries, so that all formats for people carry the same facts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count, groupby
from typing import Literal

from msgspec import Struct

from yibao_cli.knowledge.kinds import LEVELS
from yibao_cli.result import (
    Answer,
    Checklist,
    CitedSource,
    Contact,
    Document,
    Evidence,
    Outcome,
    Remark,
    Step,
)

Mark = Literal["lead", "task", "ordered", "source", "bullet", "plain", "gained", "lost"]
Kind = Literal[
    "outcome",
    "steps",
    "needs",
    "documents",
    "warnings",
    "notes",
    "local",
    "questions",
    "contacts",
    "answers",
    "sources",
    "closing",
]

TITLE = "医保办事清单"
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
PAPERS = f"{PARTS['documents']}清单"
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
ADVICE = "实用建议"


class Entry(Struct, frozen=True):
    """One thing to say: a sentence, what belongs to it, and what it rests on.

    mark: `lead` is a conclusion, `task` gets a box to tick, `ordered` a number, `source` the
    number that references point to, `bullet` a dash, `plain` nothing; `gained` and `lost` are what
    only one of two has. due: by when it has to be
    done. because: why it is there.
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
        return (*self.details, *_filled(self.due, self.because))

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


def outline(checklist: Checklist) -> Outline:
    """Everything that is shown of a checklist, in the order in which it is read."""
    write = _Writer(checklist)
    sections = (
        _section(
            "outcome",
            "结论",
            (None, map(write.conclusion, [checklist.outcome])),
            ("同时要办的事", map(write.conclusion, checklist.outcomes)),
        ),
        _section("steps", PARTS["steps"], *write.phases()),
        _section("documents", PAPERS, (None, map(write.document, checklist.documents))),
        _section("warnings", PARTS["warnings"], (None, map(write.remark, checklist.warnings))),
        _section("notes", PARTS["notes"], (None, map(write.remark, checklist.notes))),
        _section("local", PARTS["local"], (None, map(write.remark, checklist.local))),
        _section("questions", PARTS["questions"], (None, write.questions()), hint="可以照着念"),
        _section(
            "contacts",
            PARTS["contacts"],
            (None, map(write.contact, count(1), checklist.contacts)),
            hint="按这个顺序",
        ),
        _section("answers", "您的情况", (None, map(_answer, checklist.situation))),
        _section(
            "sources",
            "依据",
            (None, write.legend()),
            (None, map(write.source, count(1), checklist.sources)),
        ),
        _section("closing", "说明", (None, write.closing())),
    )
    return Outline(title_of(checklist), tuple(section for section in sections if section.groups))


def _section(
    kind: Kind, heading: str, *groups: tuple[str | None, Iterable[Entry]], hint: str = ""
) -> Section:
    filled = (Group(name, tuple(entries)) for name, entries in groups)
    entries = tuple(group for group in filled if group.entries)
    return Section(heading, entries, kind, hint, LABELS.get(kind, ""))


def title_of(checklist: Checklist) -> str:
    """The title of a document about a checklist: what it is, and from where to where."""
    texts = {answer.question: answer.text for answer in checklist.situation}
    way = f"（{texts['from']}到{texts['to']}）" if {"from", "to"} <= texts.keys() else ""
    return f"{TITLE}{way}"


def _answer(answer: Answer) -> Entry:
    assumed = f"（默认，可用 {answer.flag} 改）" if answer.assumed else ""
    if not answer.used:
        assumed = "（这种情况用不上）"
    return Entry("bullet", f"{answer.label}：{answer.text}{assumed}")


def paper(document: Document) -> str:
    """What a paper is called, and what of it to bring."""
    copies = f"复印件{document.copies}份" if document.copies else ""
    bring = "、".join(filter(None, ("原件" if document.original else "", copies)))
    return _labelled(document.name, bring) or document.name


class _Writer:
    """Turns the parts of one checklist into entries; knows the numbers of its sources."""

    def __init__(self, checklist: Checklist) -> None:
        self._checklist = checklist
        self._numbers = {cited.id: n for n, cited in enumerate(checklist.sources, 1)}

    def conclusion(self, conclusion: Outcome) -> Entry:
        return Entry(
            "lead",
            conclusion.title,
            (conclusion.summary,),
            self._reference(conclusion),
        )

    def phases(self) -> Iterator[tuple[str, list[Entry]]]:
        numbered = enumerate(self._checklist.steps, 1)
        for phase, steps in groupby(numbered, key=lambda pair: pair[1].phase):
            yield getattr(self._checklist.phases, phase), [self._step(*pair) for pair in steps]

    def document(self, document: Document) -> Entry:
        return Entry(
            "task",
            paper(document),
            _filled(
                _labelled("用途", document.purpose),
                document.detail,
                _labelled("可以代替", "；".join(document.alternatives)),
            ),
            self._reference(document),
        )

    def remark(self, remark: Remark) -> Entry:
        return Entry("bullet", remark.text, _filled(remark.detail), self._reference(remark))

    def questions(self) -> Iterator[Entry]:
        # A question claims nothing, so it needs no reference.
        for number, question in enumerate(self._checklist.questions, 1):
            yield Entry("ordered", question.text, _filled(question.detail), number=number)

    def contact(self, number: int, contact: Contact) -> Entry:
        return Entry(
            "ordered",
            _labelled(contact.name, contact.phone) or contact.name,
            _filled(contact.detail),
            self._reference(contact),
            number,
        )

    def legend(self) -> Iterator[Entry]:
        """What the references mean, for those that occur."""
        evidence = tuple(self._shown_evidence())
        letters = {cited.level for cited in self._checklist.sources}
        letters.update(one.level for one in evidence if one.level)
        levels = self._checklist.levels
        meanings = [f"{a}：{getattr(levels, a)}" for a in LEVELS if a in letters]
        if any(one.advice for one in evidence):
            meanings.append(f"{ADVICE}：没有文件依据的办事经验")
        if meanings:
            text = "每条后面方括号里的数字是下面文件的编号，字母说明这条依据读到什么程度："
            yield Entry("plain", text, tuple(meanings))

    def source(self, number: int, cited: CitedSource) -> Entry:
        dates = (
            f"{cited.issued}发布" if cited.issued else "",
            f"{cited.effective}起施行" if cited.effective else "",
        )
        reading = (
            f"{cited.level}级",
            f"{cited.read_on}读，{cited.read_as}",
            "转引" if cited.quoted else "",
            "已过复查日，办理前请再核对" if cited.overdue else "",
        )
        return Entry(
            "source",
            f"{cited.title}（{cited.number}）" if cited.number else cited.title,
            _filled(
                "、".join(cited.clauses),
                "，".join(filter(None, dates)),
                "；".join(filter(None, reading)),
                cited.url,
            ),
            number=number,
        )

    def closing(self) -> Iterator[Entry]:
        state = self._checklist.knowledge
        if self._checklist.code:
            again = "电话里可以念给别人，用 yibao plan --code 看同一份清单。"
            yield Entry("plain", f"答案代码 {self._checklist.code}", (again,))
        yield Entry(
            "plain",
            f"按 {state.as_of} 有效的规定整理；资料版本 {state.version}，"
            f"文件最近一次读于 {state.read_on}。",
        )
        if state.overdue:
            titles = {cited.id: cited.title for cited in self._checklist.sources}
            overdue = "、".join(titles.get(one, one) for one in state.overdue)
            yield Entry("plain", f"已过复查日的资料：{overdue}。")
        yield Entry("plain", self._checklist.disclaimer)

    def _step(self, number: int, step: Step) -> Entry:
        return Entry(
            "task",
            step.text,
            _filled(
                step.detail,
                _labelled("在哪里办", step.where),
            ),
            self._reference(step),
            number,
            _labelled("期限", step.deadline) or "",
            _labelled("因为", step.because) or "",
        )

    def _reference(self, evidence: Evidence) -> str:
        if evidence.advice:
            return f"[{ADVICE}]"
        # Without a blank, so that no line breaks inside it.
        numbers = "".join(f"[{self._numbers[source]}]" for source in evidence.sources)
        return numbers + (evidence.level or "")

    def _shown_evidence(self) -> Iterator[Evidence]:
        shown = self._checklist
        for entries in (
            (shown.every_outcome),
            shown.steps,
            shown.documents,
            shown.warnings,
            shown.notes,
            shown.local,
            shown.contacts,
        ):
            yield from entries


def _labelled(label: str, text: str | None) -> str | None:
    return f"{label}：{text}" if text else None


def _filled(*texts: str | None) -> tuple[str, ...]:
    return tuple(text for text in texts if text)
