"""What is said of a checklist, and in which order: all formats for people carry the same facts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from itertools import groupby

from msgspec.structs import replace

from yibao_cli.evidence import ELSEWHERE, FOREIGN, RETOLD
from yibao_cli.files import TITLE
from yibao_cli.knowledge.kinds import By, Phase
from yibao_cli.render.brief import few
from yibao_cli.render.outline import (
    ADVICE,
    PAPERS,
    PARTS,
    Entry,
    Group,
    Outline,
    Reader,
    Section,
    dated,
    filled,
    part,
    titled,
)
from yibao_cli.result import (
    Checklist,
    CitedSource,
    Contact,
    Document,
    Evidence,
    Outcome,
    Remark,
)

_UNKNOWN = "没有查到可靠的当地规定，要打电话问。"
_RETOLD = "只查到转述的规定，要打电话问。"

# What is no part of the list itself: its answers, what it rests on, how to read it.
_LAST = ("answers", "sources", "closing")
_IN_THE_BAG = ("needs", "documents", "closing")
# Who speaks or is spoken to in the patient's list is the patient; what was chosen on the command
# line was chosen by whoever reads the list.
_PATIENT = re.compile("我(?!们)|您(?!选)")
# What the heading of a phase says already.
_IN_HEADING: dict[Phase, tuple[By, ...]] = {
    "before": ("leaving",),
    "during": ("registration",),
    "settle": ("paying", "discharge"),
    "after": (),
}


def outline(checklist: Checklist, reader: Reader = "patient", *, bag: bool = False) -> Outline:
    """Everything that is said of a checklist to its reader, in the order in which it is read.

    A proxy runs the errand for the patient: the list then begins with what the proxy has to bring,
    says whose each paper is, and speaks of the patient in the third person. `bag` leaves the
    papers alone, for whoever packs them; what they are for stands in the whole list.
    """
    write = _Writer(checklist, reader, bag=bag)
    ask = "先说“我替家人问”，再" if write.proxy else "可以"
    sections = (
        part("needs", write.needs()),
        part("outcome", *write.conclusions()),
        part("steps", *write.phases()),
        part("documents", write.documents(), heading=PAPERS),
        part("contacts", write.contacts(), hint="按这个顺序"),
        part("questions", write.questions(), hint=f"{ask}照着念"),
        part("warnings", map(write.remark, checklist.warnings)),
        *write.places(),
        part("notes", map(write.remark, checklist.notes)),
        part("answers", write.assumed()),
        part("sources", *write.sources()),
        part("closing", write.closing()),
    )
    shown = (one for one in sections if one.groups and (not bag or one.kind in _IN_THE_BAG))
    whole = Outline(title_of(checklist, reader, bag=bag), tuple(shown))
    return whole if bag else explained(whole, checklist.words)


def brief(
    checklist: Checklist, reader: Reader = "patient", folds: int = 0, *, page: bool = False
) -> Outline:
    """The short list, as its reader is spoken to; on a low page so many `folds` give way.

    A `page` may be handed to somebody who has no command to write.
    """
    kept = few(checklist, folds)
    write, short = _Writer(checklist, reader, few=kept), partial(part, short=True)
    sections = (
        short("outcome", *write.conclusions()),
        short("steps", *write.phases()),
        short("documents", map(write.paper, kept.documents)),
        short("warnings", map(write.remark, kept.warnings)),
        *write.places(),
        short("contacts", write.calls()),
        short("closing", write.folded(page=page)),
    )
    return Outline(title_of(checklist, reader), tuple(one for one in sections if one.groups))


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
    made = [part("words", entries)] if entries else []
    return replace(document, sections=(*said, *made, *last))


def title_of(checklist: Checklist, reader: Reader, *, bag: bool = False) -> str:
    """What a document about a checklist is called: what it is, from where to where, for whom."""
    texts = {answer.question: answer.text for answer in checklist.situation}
    way = f"（{texts['from']}到{texts['to']}）" if {"from", "to"} <= texts.keys() else ""
    return f"{PAPERS if bag else TITLE}{way}{'：代办人用' if reader == 'proxy' else ''}"


class _Writer:
    """Words the parts of one checklist for its reader; knows the numbers of its sources.

    `few` is what of it stands on the short list, without details and numbers.
    """

    def __init__(
        self, whole: Checklist, reader: Reader, *, bag: bool = False, few: Checklist | None = None
    ) -> None:
        self.whole, self.checklist, self.short = whole, few or whole, few is not None
        self.proxy = reader == "proxy"
        self.bag = bag
        # Texts of other places are told together, in one line without numbers.
        self.shown = [one for one in whole.sources if one.where != ELSEWHERE]
        self.numbers = {one.id: number for number, one in enumerate(self.shown, 1)}

    def conclusions(self) -> Iterator[Group]:
        """What was concluded, and for whom; the errand with the nearest deadline leads."""
        shown = self.checklist
        first, *others = map(self.conclusion, shown.every_outcome)
        situation = [Entry("plain", shown.in_short)] if shown.in_short else []
        if self.short:
            lines = (Entry("plain", f"另外要办：{it.text}", (), it.reference) for it in others)
            yield Group(None, (first, *lines, *situation))
        else:
            yield Group(None, (first, *situation))
            yield Group("同时要办的事", tuple(others))

    def conclusion(self, outcome: Outcome) -> Entry:
        summary = filled(self.spoken(outcome.summary))
        return Entry("lead", self.spoken(outcome.title), summary, self.reference(outcome))

    def phases(self) -> Iterator[Group]:
        """The steps under the headings of their phases."""
        for phase, pairs in groupby(self.steps(), key=lambda pair: pair[0]):
            heading = getattr(self.checklist.phases, phase)
            yield Group(heading, tuple(entry for _, entry in pairs))

    def steps(self) -> Iterator[tuple[Phase, Entry]]:
        """The steps with their phases. On the short list a deadline is left out that the heading
        says, and a place that is that of the step before.
        """
        before = ""
        for number, step in enumerate(self.checklist.steps, 1):
            known = self.short and step.by in _IN_HEADING[step.phase]
            where = "，".join(filled(step.where, None if known else step.deadline))
            again = self.short and where == before
            details = (*filled("" if again else where), *self.detail(step.detail))
            before = where
            text = self.spoken(step.text)
            yield step.phase, Entry("task", text, details, self.reference(step), number)

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
        if self.short:
            return Entry("task", document.name)
        marks = _marks(document) if self.proxy else ()
        instead = _labelled("可以代替", self.spoken("；".join(document.alternatives)))
        detail = self.spoken(document.detail)
        if self.bag:
            return Entry("task", _bring(document), filled(*marks, detail, instead))
        purpose = _labelled("用途", self.spoken(document.purpose))
        details = filled(*marks, purpose, detail, instead)
        return Entry("task", _bring(document), details, self.reference(document))

    def remark(self, remark: Remark) -> Entry:
        text = self.spoken(remark.text)
        return Entry("bullet", text, self.detail(remark.detail), self.reference(remark))

    def places(self) -> Iterator[Section]:
        """Local rules beside the names of their places, and a place of which nothing is known."""
        rules: dict[str, list[Entry]] = {}
        for one in self.checklist.local:
            # A local rule is a quotation and stays as it is, whoever reads it.
            details = () if self.short else filled(one.detail)
            entry = Entry("bullet", one.text, details, self.reference(one))
            rules.setdefault(one.place, []).append(entry)
        retold = any(one.role == "insured" for one in self.whole.local)
        nothing = [Entry("plain", _RETOLD if retold else _UNKNOWN)]
        for place, entries in (*rules.items(), *((one, nothing) for one in self.whole.unknown)):
            heading = place if self.short else f"{place}的规定"
            yield part("local", entries, heading=heading, label=place)

    def questions(self) -> Iterator[Entry]:
        # A question claims nothing, so it needs no reference.
        for number, one in enumerate(self.checklist.questions, 1):
            text, details = self.spoken(one.text), filled(self.spoken(one.detail))
            yield Entry("ordered", text, details, number=number)

    def contacts(self) -> Iterator[Entry]:
        for number, one in enumerate(self.checklist.contacts, 1):
            details = filled(self.spoken(one.detail))
            yield Entry("ordered", self.spoken(_called(one)), details, number=number)

    def calls(self) -> Iterator[Entry]:
        """Whom to ring, and what to say there."""
        yield from (Entry("plain", _called(one)) for one in self.checklist.contacts)
        for one in self.checklist.questions:
            yield Entry("plain", f"“{self.spoken(one.text)}”")

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

    def folded(self, *, page: bool) -> Iterator[Entry]:
        """What is folded, what of it must not vanish, and the code."""
        whole, kept = self.whole, self.checklist
        missing = [
            one.text
            for found, shown in ((whole.steps, kept.steps), (whole.warnings, kept.warnings))
            for one in found
            if one.errand == kept.outcome.errand and one.weight == "must" and one not in shown
        ]
        left = f"没排下：{'；'.join(missing)}。" if missing else ""
        counts = {
            part.counted: len(getattr(whole, name)) - len(getattr(kept, name))
            for name, part in PARTS.items()
            if part.counted
        }
        counted = "、".join(f"{name}{count}" for name, count in counts.items() if count)
        more = f"还有{sum(counts.values())}条：{counted}" if counted else ""
        if page:
            left += f"{more}，在全的清单里。" if more else ""
        else:
            left += f"{more}。加 --full 看全部，" if more else ""
            left += "yibao why 看为什么。"
        yield from (Entry("plain", one) for one in filled(left))
        code = f"代码 {whole.code}，" if whole.code else ""
        yield Entry("plain", f"{code}{whole.knowledge.read_on}读，不是医保部门的决定。")

    def spoken(self, text: str | None) -> str:
        """A text as its reader is spoken to: for a proxy, the patient is somebody else."""
        return _PATIENT.sub("病人", text or "") if self.proxy else text or ""

    def detail(self, text: str | None) -> tuple[str, ...]:
        """What is told besides a sentence, where there is room for it."""
        return () if self.short else filled(self.spoken(text))

    def reference(self, evidence: Evidence) -> str:
        """The numbers of the texts that are shown, else whose rule it is; both where the text of
        one place supports what another place decides.
        """
        numbers = [str(self.numbers[one]) for one in evidence.sources if one in self.numbers]
        words = f"（{evidence.authority}）" if evidence.authority else ""
        if self.short or not numbers:
            return words
        return f"{words if evidence.authority in (FOREIGN, RETOLD) else ''}[{','.join(numbers)}]"


def _called(contact: Contact) -> str:
    """Somebody to ask, by number and name."""
    return f"{contact.phone}  {contact.name}" if contact.phone else contact.name


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
