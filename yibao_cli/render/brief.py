"""The short list: what a person needs in order to act, and nothing else; `--full` has the rest.

What stands on it is the contract's (“The list people read”): the conclusion with the situation, at
most five steps, the papers by name, two warnings, two local facts, the hotline with two questions,
and a line that says what is folded. No must vanishes: one that finds no room is named there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from yibao_cli.knowledge.kinds import URGENCIES, WEIGHTS, By, Phase
from yibao_cli.render.outline import (
    Entry,
    Group,
    Kind,
    Outline,
    Reader,
    Section,
    filled,
    spoken,
    title_of,
    unknown,
)
from yibao_cli.result import Checklist, Document, Evidence, Remark, Step
from yibao_cli.result import Entry as Listed

STEPS = 5
WARNINGS = FACTS = QUESTIONS = CONTACTS = 2
FOLDS = 5
"""How many things give way on a low page, see `brief`."""

_LABELS: dict[Kind, str] = {"documents": "带上", "warnings": "当心", "contacts": "打电话"}
_HEADINGS: dict[Kind, str] = {"outcome": "结论", "steps": "要办的事", "closing": "说明"}
_COUNTED = {
    "steps": "步骤",
    "warnings": "当心",
    "notes": "规则",
    "local": "当地",
    "questions": "要问的话",
    "sources": "依据",
}

_SAID: dict[Phase, tuple[By, ...]] = {
    "before": ("leaving",),
    "during": ("registration",),
    "settle": ("paying", "discharge"),
    "after": (),
}
"""What the heading of a phase says already."""

AnyListed = TypeVar("AnyListed", bound=Listed)


def brief(
    checklist: Checklist, reader: Reader = "patient", folds: int = 0, *, page: bool = False
) -> Outline:
    """The short list, as its reader is spoken to.

    On a low page the first `folds` of these give way: the blank lines between its parts (whoever
    draws it leaves them out), the second question, the second local fact, the summary, the second
    warning that is only should. A `page` may be handed to somebody who has no command to write.
    """
    write = _Brief(checklist, reader, folds)
    sections = (
        _section("outcome", write.conclusion()),
        Section(_HEADINGS["steps"], tuple(write.phases()), "steps"),
        _section("documents", map(_paper, write.papers)),
        _section("warnings", map(write.warning, write.warnings)),
        *write.places(),
        _section("contacts", write.calls()),
        _section("closing", write.closing(page=page)),
    )
    kept = tuple(one for one in sections if any(group.entries for group in one.groups))
    return Outline(title_of(checklist, reader), kept)


class _Brief:
    """What of one checklist stands on the short list."""

    def __init__(self, checklist: Checklist, reader: Reader, folds: int) -> None:
        self.checklist = checklist
        self.reader = reader
        self.summary = checklist.outcome.summary if folds < 4 else ""
        # The errand with the nearest deadline leads; the others are a line each.
        lead = checklist.outcome.errand
        self.all_steps = [one for one in checklist.steps if one.errand == lead]
        self.all_warnings = [one for one in checklist.warnings if one.errand == lead]
        papers = (one for one in checklist.documents if one.errand == lead)
        self.steps = most_urgent(
            [one for one in self.all_steps if one.weight != "background"], STEPS
        )
        self.papers = [one for one in papers if one.weight != "background"]
        self.warnings = _weightiest(self.all_warnings, WARNINGS)
        if folds >= 5 and len(self.warnings) > 1 and self.warnings[1].weight != "must":
            self.warnings = self.warnings[:1]
        self.facts = _weightiest(checklist.local, FACTS if folds < 3 else 1)
        # What is asked is about the errand that leads, as far as there is something to ask.
        asked = sorted(
            checklist.questions, key=lambda one: (one.errand != lead, WEIGHTS.index(one.weight))
        )
        self.questions = asked[: QUESTIONS if folds < 2 else 1]

    def conclusion(self) -> Iterator[Entry]:
        """What was concluded, and for whom."""
        shown = self.checklist
        title = spoken(shown.outcome.title, self.reader)
        details = filled(spoken(self.summary, self.reader))
        yield Entry("lead", title, details, _word(shown.outcome))
        for one in shown.outcomes:
            yield Entry("plain", f"另外要办：{spoken(one.title, self.reader)}", (), _word(one))
        if shown.in_short:
            yield Entry("plain", shown.in_short)

    def phases(self) -> Iterator[Group]:
        """The steps under the headings of their phases; where one is like the step before, the
        place is not said again.
        """
        groups: dict[str, list[Entry]] = {}
        before = ""
        for number, step in enumerate(self.steps, 1):
            where = "，".join(filter(None, (step.where, _deadline(step))))
            details = (where,) if where and where != before else ()
            text = spoken(step.text, self.reader)
            entry = Entry("task", text, details, _word(step), number)
            groups.setdefault(getattr(self.checklist.phases, step.phase), []).append(entry)
            before = where
        yield from (Group(heading, tuple(entries)) for heading, entries in groups.items())

    def warning(self, remark: Remark) -> Entry:
        """A warning as its reader is spoken to."""
        return Entry("bullet", spoken(remark.text, self.reader), (), _word(remark))

    def places(self) -> Iterator[Section]:
        """Local facts beside the names of their places, and a place of which nothing is known."""
        for place in dict.fromkeys(one.place for one in self.facts):
            facts = (_remark(one) for one in self.facts if one.place == place)
            yield _section("local", facts, place)
        for place in self.checklist.unknown:
            said = Entry("plain", unknown(self.checklist))
            yield _section("local", [said], place)

    def calls(self) -> Iterator[Entry]:
        """Whom to ring, and what to say there."""
        numbers = [one for one in self.checklist.contacts if one.phone and one.weight == "must"]
        yield from (Entry("plain", f"{one.phone}  {one.name}") for one in numbers[:CONTACTS])
        yield from (Entry("plain", f"“{spoken(one.text, self.reader)}”") for one in self.questions)

    def closing(self, *, page: bool) -> Iterator[Entry]:
        """What is folded, what of it must not vanish, and the code."""
        shown = self.checklist
        missing = [
            one.text
            for found, kept in ((self.all_steps, self.steps), (self.all_warnings, self.warnings))
            for one in found
            if one.weight == "must" and one not in kept
        ]
        left = f"没排下：{'；'.join(missing)}。" if missing else ""
        kept = {
            "steps": len(self.steps),
            "warnings": len(self.warnings),
            "local": len(self.facts),
            "questions": len(self.questions),
        }
        counts = {name: len(getattr(shown, name)) - kept.get(name, 0) for name in _COUNTED}
        folded = "、".join(f"{_COUNTED[name]}{count}" for name, count in counts.items() if count)
        more = f"还有{sum(counts.values())}条：{folded}" if folded else ""
        if page:
            said = f"{more}，在全的清单里。" if more else ""
        else:
            said = f"{more}。加 --full 看全部，" if more else ""
            said += "yibao why 看为什么。"
        yield from (Entry("plain", one) for one in filled(left + said))
        code = f"代码 {shown.code}，" if shown.code else ""
        yield Entry("plain", f"{code}{shown.knowledge.read_on}读，不是医保部门的决定。")


def _section(kind: Kind, entries: Iterable[Entry], label: str = "") -> Section:
    label = label or _LABELS.get(kind, "")
    return Section(_HEADINGS.get(kind, label), (Group(None, tuple(entries)),), kind, label=label)


def _paper(document: Document) -> Entry:
    return Entry("task", document.name)


def _remark(remark: Remark) -> Entry:
    return Entry("bullet", remark.text, (), _word(remark))


def _deadline(step: Step) -> str | None:
    """By when a step is due, unless the heading of its phase says so."""
    return None if step.by in _SAID[step.phase] else step.deadline


def _word(evidence: Evidence) -> str:
    return f"（{evidence.authority}）" if evidence.authority else ""


def most_urgent(steps: Sequence[Step], most: int) -> list[Step]:
    """So many steps, in the order of the list: musts first, the most urgent of them."""
    ranked = sorted(
        steps, key=lambda one: (WEIGHTS.index(one.weight), URGENCIES.index(one.urgency))
    )
    chosen = ranked[:most]
    return [one for one in steps if one in chosen]


def _weightiest(entries: Iterable[AnyListed], most: int) -> list[AnyListed]:
    """The entries that count most, none of them mere background."""
    shown = [one for one in entries if one.weight != "background"]
    return sorted(shown, key=lambda one: WEIGHTS.index(one.weight))[:most]
