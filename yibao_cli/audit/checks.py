"""What is wrong with the knowledge as a whole: every finding with file, line and a stable code."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import Literal

from msgspec import Struct
from msgspec.structs import asdict

from yibao_cli.audit.references import references
from yibao_cli.audit.survey import Survey, local_rules
from yibao_cli.knowledge.items import ContactItem, DocumentItem
from yibao_cli.knowledge.kinds import split_cite
from yibao_cli.knowledge.load import Lines
from yibao_cli.knowledge.model import Knowledge
from yibao_cli.knowledge.questions import Question
from yibao_cli.knowledge.tree import Node
from yibao_cli.sentence import GAP, plain, sayings

Severity = Literal["error", "warning"]

# Longer sentences are not read; longer choices are cut on a narrow terminal.
LONGEST_TEXT = 60
LONGEST_LABEL = 18
_ALIKE = 0.9
# What people read, and how long each may be; 0 is any length.
_TEXTS: dict[str, dict[str, int]] = {
    "item": dict.fromkeys(("text", "name", "alternatives", "owner", "signer"), LONGEST_TEXT)
    | dict.fromkeys(("detail", "where", "deadline", "purpose", "phone"), 2 * LONGEST_TEXT),
    "reminder": {"says": 2 * LONGEST_TEXT},
    "outcome": dict.fromkeys(("title", "summary"), LONGEST_TEXT),
    "question": dict.fromkeys(("label", "extra"), LONGEST_LABEL)
    | dict.fromkeys(("ask", "tip", "hint"), LONGEST_TEXT)
    | {"help": 2 * LONGEST_TEXT},
    "rule": {"says": LONGEST_TEXT},
    "source": dict.fromkeys(("title", "number", "read_as"), 0),
    "zone": {"name": LONGEST_TEXT},
    "region": dict.fromkeys(("name", "use", "careful"), LONGEST_TEXT),
    "fact": dict.fromkeys(("says", "careful"), LONGEST_TEXT),
}

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
    "two_meanings": "error",
    "never_heard": "error",
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


class Fault(Struct, frozen=True):
    """One finding: what it is, how grave, where it stands and what it says."""

    code: str
    severity: Severity
    file: str
    line: int
    message: str

    def __str__(self) -> str:
        """The line that a terminal shows."""
        kind = "错误" if self.severity == "error" else "提醒"
        return f"{self.file}:{self.line}: {kind} [{self.code}] {self.message}"


def fault(code: str, file: str, line: int, message: str) -> Fault:
    """A finding, as grave as its code."""
    return Fault(code, CODES[code], file, line, message)


def check(knowledge: Knowledge, lines: Lines, survey: Survey, day: str) -> list[Fault]:
    """Every fault of a knowledge that loads, by file and line; `day` tells what is overdue."""
    found = set(_Checks(knowledge, lines, survey, day).run())
    return sorted(found, key=lambda one: (one.file, one.line, one.code, one.message))


class _Checks:
    def __init__(self, knowledge: Knowledge, lines: Lines, survey: Survey, day: str) -> None:
        self.known = knowledge
        self.lines = lines
        self.survey = survey
        self.day = day
        self.asked: dict[str, list[Node]] = defaultdict(list)
        for node in knowledge.nodes.values():
            if node.ask:
                self.asked[node.ask].append(node)
        self.facts = [
            (code, fact) for code, sheet in knowledge.sheets.items() for fact in sheet.facts
        ]
        # Answers that choose between local facts matter, even where the way goes on alike.
        self.told = {
            (question, option)
            for _, fact in self.facts
            for question, options in fact.when.items()
            for option in options
        }

    def run(self) -> Iterator[Fault]:
        yield from self.ways()
        yield from self.used()
        for question in self.known.questions.values():
            yield from self.question(question)
        yield from self.texts()
        yield from self.alike()
        yield from self.words()
        yield from self.overdue()

    def fault(self, code: str, kind: str, name: str, message: str) -> Fault:
        return fault(code, *self.lines.of(kind, name), message)

    # ------------------------------------------------------------ ways

    def ways(self) -> Iterator[Fault]:
        """Holes, what no way gets to, and what must not meet on one."""
        known, survey = self.known, self.survey
        for hole in survey.holes:
            message = f"在节点“{hole.node}”遇到“{hole.value}”之后没有结论；要写 conclude 或 next"
            yield self.fault("no_outcome", "node", hole.node, message)
        for name in survey.nodes:
            node = known.nodes[name]
            for value in (*node.branches, *(["others"] if node.others else [])):
                if (name, value) not in survey.branches:
                    message = f"节点“{name}”的分支“{value}”没有一条路走到；请删掉"
                    yield self.fault("unreachable_branch", "node", name, message)
        for errand, first, second in survey.contradictions:
            meet = f"办“{errand}”时，“{first}”和“{second}”会出现在同一张清单上，互相矛盾"
            yield self.fault("contradiction", "item", first, f"{meet}；请放到不同的分支")

    # ------------------------------------------------------------ use

    def used(self) -> Iterator[Fault]:
        """Everything that is defined has to be of use."""
        known, survey = self.known, self.survey
        named: dict[str, set[str]] = defaultdict(set)
        for one in references(known):
            named[one.kind].add(one.name)
        cited = {split_cite(cite)[0] for cite in named["出处"]}
        for code, kind, defined, used, message in (
            ("unreachable_node", "node", known.nodes, survey.nodes,
             "节点“{}”没有一条路走到；请接上或删掉"),
            ("unreachable_outcome", "outcome", known.outcomes, survey.outcomes,
             "结论“{}”没有一条路得到；请接上或删掉"),
            ("unreachable_item", "item", known.items, survey.items,
             "条目“{}”没有一条路用到；请加到分支或结论里，或删掉"),
            ("unused_rule", "rule", known.rules, named["规则"],
             "规则“{}”没有条目依据它；请用上或删掉"),
            ("unused_source", "source", known.sources, cited,
             "依据“{}”没有被引用；请用上或删掉"),
        ):  # fmt: skip
            for name in set(defined).difference(used):
                yield self.fault(code, kind, name, message.format(name))

    # ------------------------------------------------------------ reviews

    def overdue(self) -> Iterator[Fault]:
        for source in self.known.sources.values():
            if source.review_by < self.day:
                due = f"“{source.title}”该在 {source.review_by} 前复查"
                message = f"{due}；请重读后改 read_on 和 review_by"
                yield self.fault("overdue_source", "source", source.id, message)
        # A city has no days of its own: it is reviewed with the file of its province.
        for code, sheet in self.known.provinces.items():
            if sheet.review_by < self.day:
                name = self.known.places.get(code).name
                due = f"{name}的规定复查于 {sheet.reviewed}，该在 {sheet.review_by} 前再查"
                message = f"{due}；请查过后改 reviewed 和 review_by"
                yield self.fault("overdue_sheet", "region", code, message)
            for fact in (fact for one in (sheet, *sheet.cities.values()) for fact in one.facts):
                own = fact.review_by
                if own and own != sheet.review_by and own < self.day:
                    due = f"当地的规定“{fact.id}”该在 {own} 前复查"
                    message = f"{due}；请查过后改它的 review_by"
                    yield self.fault("overdue_fact", "fact", fact.id, message)

    # ------------------------------------------------------------ questions

    def question(self, question: Question) -> Iterator[Fault]:
        # The errand chooses the tree; no node asks for it.
        if question.several:
            return
        nodes = self.asked[question.id]
        yield from self.useful(question, nodes)
        if question.adds:
            yield from self.adding(question, nodes)
        required = question.kind == "choice" and question.default is None
        if required and not question.known and "unsure" not in question.options:
            name = question.id
            message = f"必答题“{name}”没有“不清楚”（unsure）这个选项；请加上，或写 known: yes"
            yield self.fault("missing_unsure", "question", name, message)

    def useful(self, question: Question, nodes: list[Node]) -> Iterator[Fault]:
        """Every question and every option makes a difference."""
        name = question.id
        told = {option for asked, option in self.told if asked == name}
        if not nodes or (
            question.kind == "choice" and not told and all(map(_goes_on_alike, nodes))
        ):
            message = f"问题“{name}”怎么答都一样；请用上或删掉"
            yield self.fault("useless_question", "question", name, message)
        named = told.union(*(node.branches for node in nodes))
        for option in question.options:
            if nodes and option not in named and option != question.default:
                message = f"“{name}”的选项“{option}”没有一个分支提到；请用上或删掉"
                yield self.fault("unused_option", "question", name, message)

    def adding(self, question: Question, nodes: list[Node]) -> Iterator[Fault]:
        """What says that it only adds changes no way."""
        name = question.id
        for node in nodes:
            if len({node.after(one) for one in node.every_branch}) > 1:
                parts = f"“{name}”写了 adds，节点“{node.id}”却按它走不同的路"
                message = f"{parts}；请去掉 adds，或让各分支走到同一个节点"
                yield self.fault("adding_changes_way", "node", node.id, message)
        if any(branch.conclude for node in nodes for branch in node.every_branch):
            message = f"“{name}”写了 adds，却有分支按它下结论；请去掉 adds 或这些 conclude"
            yield self.fault("adding_changes_way", "question", name, message)

    # ------------------------------------------------------------ texts

    def texts(self) -> Iterator[Fault]:
        for kind, name, thing in self.read():
            for text, longest in _texts(thing, _TEXTS[kind]):
                if longest and len(text) > longest:
                    message = f"“{text[:20]}…”有{len(text)}字；这里最多{longest}字，细节放第二行"
                    yield self.fault("too_long", kind, name, message)
                odd = "".join(dict.fromkeys(char for char in text if not _gbk(char)))
                if odd:
                    message = f"“{odd}”在中文旧控制台（GBK）上显示不出；请换一个写法"
                    yield self.fault("not_gbk", kind, name, message)

    def read(self) -> Iterator[tuple[str, str, Struct]]:
        """Everything with texts that people read, with kind and name of what it stands in."""
        known = self.known
        tables: dict[str, Mapping[str, Struct | None]] = {
            "item": known.items, "outcome": known.outcomes, "question": known.questions,
            "rule": known.rules, "source": known.sources, "zone": known.zones,
            "reminder": asdict(known.about.calendar),
        }  # fmt: skip
        for kind, things in tables.items():
            yield from ((kind, name, thing) for name, thing in things.items() if thing)
        for question in known.questions.values():
            yield from (("question", question.id, option) for option in question.options.values())
        for code, sheet in known.sheets.items():
            parts = (*sheet.portals, *local_rules(sheet).values())
            yield from (("region", code, part) for part in parts)
        yield from (("fact", fact.id, fact) for _, fact in self.facts)

    def alike(self) -> Iterator[Fault]:
        # Name and text of what may stand beside each other.
        beside: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
        for item in self.known.items.values():
            text = item.name if isinstance(item, DocumentItem | ContactItem) else item.text
            beside["item", type(item).__name__].append((item.id, text))
        for rule in self.known.rules.values():
            beside["rule", ""].append((rule.id, rule.says))
        for code, fact in self.facts:
            beside["fact", code].append((fact.id, fact.says))
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

    def words(self) -> Iterator[Fault]:
        """No word of a sentence means two options of a question, and each can be met in one."""
        known, meant = self.known, dict[tuple[str, ...], str]()
        for word in (word for saying in known.sentence.says for word in saying.words):
            joined = word.replace(GAP, "")
            if plain(known, joined) != f"{joined},":
                message = f"“{word}”不会被认出来；要写成半角、小写、简体、没有空格的"
                yield self.fault("never_heard", "word", word, message)
        for word, saying in sayings(known):
            for errand in saying.when.get("errand", known.questions["errand"].options):
                for question, option in saying.means.items():
                    other = meant.setdefault((word, question, errand), option)
                    if other != option:
                        message = f"“{word}”既是 {question} 的 {other}，又是 {option}；只能留一个"
                        yield self.fault("two_meanings", "word", word, message)


def _goes_on_alike(node: Node) -> bool:
    """Whether every answer does the same."""
    return len({(one.add, one.conclude, node.after(one)) for one in node.every_branch}) == 1


def _texts(thing: Struct, longest: Mapping[str, int]) -> Iterator[tuple[str, int]]:
    for name, most in longest.items():
        value = getattr(thing, name, None)
        for text in value if isinstance(value, tuple) else [value] if value else []:
            yield text, most


def _gbk(char: str) -> bool:
    try:
        char.encode("gbk")
    except UnicodeEncodeError:
        return False
    return True
