"""What is wrong with the knowledge as a whole: every finding with file, line and a stable code."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from yibao_cli.audit.survey import Survey
from yibao_cli.knowledge.load import Lines
from yibao_cli.model import Knowledge, Node, Question

Severity = Literal["error", "warning"]

# Longer sentences are not read; longer choices are cut on a narrow terminal.
LONGEST_TEXT = 60
LONGEST_LABEL = 18
_ALIKE = 0.9

CODES: dict[str, Severity] = {
    "no_outcome": "error",
    "unreachable_node": "error",
    "unreachable_branch": "error",
    "unreachable_outcome": "error",
    "unreachable_item": "error",
    "unseen_fact": "error",
    "unused_option": "error",
    "unused_rule": "error",
    "unused_source": "error",
    "useless_question": "error",
    "adding_changes_way": "error",
    "contradiction": "error",
    "missing_unsure": "error",
    "not_gbk": "error",
    "case_failed": "error",
    "unnoticed": "error",
    "too_long": "warning",
    "near_duplicate": "warning",
    "overdue_source": "warning",
    "overdue_sheet": "warning",
    "overdue_fact": "warning",
}
"""Every code and how grave it is; what the loader refuses never gets this far."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One finding, where it stands and what it says."""

    code: str
    file: str
    line: int
    message: str

    @property
    def severity(self) -> Severity:
        """Whether it breaks the knowledge or only deserves a look."""
        return CODES[self.code]

    def __str__(self) -> str:
        """The line that a terminal shows."""
        kind = "错误" if self.severity == "error" else "提醒"
        return f"{self.file}:{self.line}: {kind} [{self.code}] {self.message}"


def check(knowledge: Knowledge, lines: Lines, survey: Survey, day: str) -> list[Fault]:
    """Every fault of a knowledge that loads, by file and line; `day` tells what is overdue."""
    found = list(_Checks(knowledge, lines, survey, day).run())
    return sorted(set(found), key=lambda one: (one.file, one.line, one.code, one.message))


class _Checks:
    def __init__(self, knowledge: Knowledge, lines: Lines, survey: Survey, day: str) -> None:
        self.known = knowledge
        self.lines = lines
        self.survey = survey
        self.day = day
        self.asked: dict[str, list[Node]] = defaultdict(list)
        for node in knowledge.nodes.values():
            if node.kind == "ask":
                self.asked[node.on].append(node)
        # Answers that choose between local facts matter, even where the way goes on alike.
        self.told = {
            (question, option)
            for sheet in knowledge.sheets.values()
            for fact in sheet.facts
            for question, options in fact.when
            for option in options
        }

    def run(self) -> Iterator[Fault]:
        yield from self.ways()
        yield from self.used()
        for question in self.known.questions.values():
            yield from self.question(question)
        yield from self.texts()
        yield from self.alike()
        yield from self.overdue()

    def fault(self, code: str, kind: str, name: str, message: str) -> Fault:
        return Fault(code, *self.lines.of(kind, name), message)

    # ------------------------------------------------------------ ways

    def ways(self) -> Iterator[Fault]:
        for hole in self.survey.holes:
            message = f"在节点“{hole.node}”遇到“{hole.value}”之后没有结论；要写 conclude 或 next"
            yield self.fault("no_outcome", "node", hole.node, message)
        for name in self.known.nodes.keys() - self.survey.nodes:
            message = f"节点“{name}”没有一条路走到；请接上或删掉"
            yield self.fault("unreachable_node", "node", name, message)
        for node in self.known.nodes.values():
            for value in (*node.branches, *(["others"] if node.others else [])):
                if node.id in self.survey.nodes and (node.id, value) not in self.survey.branches:
                    message = f"节点“{node.id}”的分支“{value}”没有一条路走到；请删掉"
                    # A place node without branches has one that nobody wrote.
                    if value != "others" or node.branches:
                        yield self.fault("unreachable_branch", "node", node.id, message)
        for name in self.known.outcomes.keys() - self.survey.outcomes:
            message = f"结论“{name}”没有一条路得到；请接上或删掉"
            yield self.fault("unreachable_outcome", "outcome", name, message)
        for name in self.known.items.keys() - self.survey.items:
            message = f"条目“{name}”没有一条路用到；请加到分支或结论里，或删掉"
            yield self.fault("unreachable_item", "item", name, message)
        for errand, first, second in self.survey.contradictions:
            meet = f"办“{errand}”时，“{first}”和“{second}”会出现在同一张清单上，互相矛盾"
            yield self.fault("contradiction", "item", first, f"{meet}；请放到不同的分支")

    # ------------------------------------------------------------ use

    def used(self) -> Iterator[Fault]:
        known = self.known
        bases = [item.basis for item in known.items.values()]
        bases += [outcome.basis for outcome in known.outcomes.values()]
        rules = {name for basis in bases for name in basis.rules}
        for name in known.rules.keys() - rules:
            message = f"规则“{name}”没有条目依据它；请用上或删掉"
            yield self.fault("unused_rule", "rule", name, message)
        cited = {cite.source for rule in known.rules.values() for cite in rule.cites}
        for zone in known.zones:
            cited |= {cite.source for cite in zone.cites}
        for sheet in known.sheets.values():
            cited |= {cite.source for rule in sheet.rules.values() for cite in rule.cites}
            cited |= {cite.source for portal in sheet.portals for cite in portal.cites}
            cited |= {cite.source for fact in sheet.facts for cite in fact.cites}
        for name in known.sources.keys() - cited:
            message = f"依据“{name}”没有被引用；请用上或删掉"
            yield self.fault("unused_source", "source", name, message)

    # ------------------------------------------------------------ reviews

    def overdue(self) -> Iterator[Fault]:
        known = self.known
        for source in known.sources.values():
            if source.review_by < self.day:
                due = f"“{source.title}”该在 {source.review_by} 前复查"
                message = f"{due}；请重读后改 read_on 和 review_by"
                yield self.fault("overdue_source", "source", source.id, message)
        for sheet in known.sheets.values():
            # A city has no days of its own: it is reviewed with the file of its province.
            if sheet.reviewed and sheet.review_by and sheet.review_by < self.day:
                name = known.places.get(sheet.code).name
                due = f"{name}的规定复查于 {sheet.reviewed}，该在 {sheet.review_by} 前再查"
                message = f"{due}；请查过后改 reviewed 和 review_by"
                yield self.fault("overdue_sheet", "region", sheet.code, message)
            for fact in sheet.facts:
                if fact.review_by < self.day and fact.review_by != sheet.review_by:
                    due = f"当地的规定“{fact.id}”该在 {fact.review_by} 前复查"
                    message = f"{due}；请查过后改它的 review_by"
                    yield self.fault("overdue_fact", "fact", fact.id, message)

    # ------------------------------------------------------------ questions

    def question(self, question: Question) -> Iterator[Fault]:
        nodes = self.asked[question.id]
        name = question.id
        # The errand chooses the tree; no node asks for it.
        if question.several:
            return
        told = [branch for node in nodes for branch in node.every_branch]
        if not nodes or (
            question.kind == "choice"
            and all((name, option.id) not in self.told for option in question.options)
            and all(len({(one.add, one.conclude, one.next) for one in node.every_branch}) == 1
                    for node in nodes)
        ):  # fmt: skip
            message = f"问题“{name}”怎么答都一样；请用上或删掉"
            yield self.fault("useless_question", "question", name, message)
        named = {value for node in nodes for value in node.branches}
        named |= {option for asked, option in self.told if asked == name}
        for option in question.options:
            if nodes and option.id not in named and option.id != question.default:
                message = f"“{name}”的选项“{option.id}”没有一个分支提到；请用上或删掉"
                yield self.fault("unused_option", "question", name, message)
        if question.adds:
            for node in nodes:
                if len({one.next for one in node.every_branch}) > 1:
                    parts = f"“{name}”写了 adds，节点“{node.id}”却按它走不同的路"
                    message = f"{parts}；请去掉 adds，或让各分支走到同一个节点"
                    yield self.fault("adding_changes_way", "node", node.id, message)
            if any(one.conclude for one in told):
                message = f"“{name}”写了 adds，却有分支按它下结论；请去掉 adds 或这些 conclude"
                yield self.fault("adding_changes_way", "question", name, message)
        choices = {option.id for option in question.options}
        required = question.kind == "choice" and question.default is None
        if required and not question.known and "unsure" not in choices:
            message = f"必答题“{name}”没有“不清楚”（unsure）这个选项；请加上，或写 known: yes"
            yield self.fault("missing_unsure", "question", name, message)

    # ------------------------------------------------------------ texts

    def texts(self) -> Iterator[Fault]:
        for kind, name, text, longest in self.every_text():
            if longest and len(text) > longest:
                message = f"“{text[:20]}…”有{len(text)}字；这里最多{longest}字，细节放第二行"
                yield self.fault("too_long", kind, name, message)
            odd = "".join(dict.fromkeys(char for char in text if not _gbk(char)))
            if odd:
                message = f"“{odd}”在中文旧控制台（GBK）上显示不出；请换一个写法"
                yield self.fault("not_gbk", kind, name, message)

    def every_text(self) -> Iterator[tuple[str, str, str, int]]:
        """Kind and name of the thing, the text and how long it may be (0: any length)."""
        known = self.known
        for item in known.items.values():
            yield "item", item.id, item.text, LONGEST_TEXT
            for text in (item.detail, item.where, item.deadline, item.purpose, item.phone):
                if text:
                    yield "item", item.id, text, 2 * LONGEST_TEXT
            for text in (*item.alternatives, item.owner or "", item.signer or ""):
                yield "item", item.id, text, LONGEST_TEXT
        for name, reminder in known.about.calendar.items():
            yield "reminder", name, reminder.says, 2 * LONGEST_TEXT
        for outcome in known.outcomes.values():
            yield "outcome", outcome.id, outcome.title, LONGEST_TEXT
            yield "outcome", outcome.id, outcome.summary, LONGEST_TEXT
        for question in known.questions.values():
            yield "question", question.id, question.label, LONGEST_LABEL
            yield "question", question.id, question.ask, LONGEST_TEXT
            yield "question", question.id, question.tip or "", LONGEST_TEXT
            yield "question", question.id, question.help or "", 2 * LONGEST_TEXT
            yield "question", question.id, question.extra or "", LONGEST_LABEL
            for option in question.options:
                yield "question", question.id, option.label, LONGEST_LABEL
                yield "question", question.id, option.hint or "", LONGEST_TEXT
        for rule in known.rules.values():
            yield "rule", rule.id, rule.says, LONGEST_TEXT
        for source in known.sources.values():
            for text in (source.title, source.number or "", source.read_as):
                yield "source", source.id, text, 0
        for zone in known.zones:
            yield "zone", zone.id, zone.name, LONGEST_TEXT
        for sheet in known.sheets.values():
            for portal in sheet.portals:
                yield "region", sheet.code, portal.name, LONGEST_TEXT
                yield "region", sheet.code, portal.use or "", LONGEST_TEXT
            for local in sheet.rules.values():
                yield "region", sheet.code, local.careful or "", LONGEST_TEXT
            for fact in sheet.facts:
                yield "fact", fact.id, fact.says, LONGEST_TEXT
                yield "fact", fact.id, fact.careful or "", LONGEST_TEXT

    def alike(self) -> Iterator[Fault]:
        # Name and text of what may stand beside each other.
        beside: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
        for item in self.known.items.values():
            beside["item", item.kind].append((item.id, item.text))
        for rule in self.known.rules.values():
            beside["rule", ""].append((rule.id, rule.says))
        for sheet in self.known.sheets.values():
            for fact in sheet.facts:
                beside["fact", sheet.code].append((fact.id, fact.says))
        for (kind, _), texts in beside.items():
            matcher = SequenceMatcher(autojunk=False)
            for position, (name, text) in enumerate(texts):
                matcher.set_seq2(text)
                for other, another in texts[:position]:
                    matcher.set_seq1(another)
                    if (
                        matcher.real_quick_ratio() >= _ALIKE
                        and matcher.quick_ratio() >= _ALIKE
                        and matcher.ratio() >= _ALIKE
                    ):
                        message = f"“{name}”和“{other}”的话几乎一样；请合成一条"
                        yield self.fault("near_duplicate", kind, name, message)


def _gbk(char: str) -> bool:
    try:
        char.encode("gbk")
    except UnicodeEncodeError:
        return False
    return True
