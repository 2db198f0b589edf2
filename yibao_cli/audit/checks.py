"""What is wrong with the knowledge as a whole: every finding with file, line and a stable code."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Literal

from msgspec import Struct
from msgspec.structs import asdict

from yibao_cli.answers import normalized
from yibao_cli.audit.items import item_faults
from yibao_cli.audit.survey import Found, Survey
from yibao_cli.audit.texts import hard_to_read, texts_of, unused_words, words_out_of_place
from yibao_cli.knowledge.items import ContactItem, DocumentItem
from yibao_cli.knowledge.kinds import split_cite
from yibao_cli.knowledge.load import Lines
from yibao_cli.knowledge.model import Knowledge
from yibao_cli.knowledge.questions import GAP, Question, spelled
from yibao_cli.knowledge.tree import Branch, CasesNode, Node, PlainNode, written
from yibao_cli.sentence import index_of, plain, sayings

Severity = Literal["error", "warning"]

CODES: dict[str, Severity] = {
    **dict.fromkeys(
        ("no_outcome", "unreachable_node", "unreachable_branch", "unreachable_outcome",
         "unreachable_item", "unseen_fact", "unused_option", "unused_rule", "unused_source",
         "useless_question", "contradiction", "missing_unsure", "two_meanings", "never_heard", "not_gbk",
         "case_failed", "unnoticed", "too_late", "needs_circle", "replaces_nothing",
         "replaces_more", "unsure_left_out", "out_of_place", "too_sure", "never_offered",
         "unproved_figure", "unused_word"), "error"),
    **dict.fromkeys(
        ("too_long", "two_lines", "near_duplicate", "overdue_source", "overdue_sheet", "overdue_fact",
         "read_later", "hard_to_read"),
        "warning"),
}  # fmt: skip
"""Every code and how grave it is; what the loader refuses never gets this far."""

# Longer sentences are not read; longer choices are cut on a narrow terminal.
LONGEST_TEXT = 60
LONGEST_LABEL = 18
_ALIKE = 0.9
_TWICE = "“{}”既是 {} 的 {}，又是 {}；只能留一个"
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
    checks = (
        _ways(knowledge, survey), _unused(knowledge, survey), _questions(knowledge),
        _texts(knowledge), _alike(knowledge), _words(knowledge), _levels(knowledge), _overdue(knowledge, day),
        hard_to_read(knowledge, _worded(knowledge)), unused_words(knowledge, _listed(knowledge)),
        item_faults(knowledge),
        words_out_of_place(knowledge, survey.samples.values(), day),
    )  # fmt: skip
    found = {
        fault(code, *lines.of(kind, name), message)
        for one in checks
        for code, kind, name, message in one
    }
    return sorted(found, key=lambda one: (one.file, one.line, one.code, one.message))


def topics_shown(knowledge: Knowledge) -> set[str]:
    """The topics of local facts that stand on checklists; others are for `yibao region` alone."""
    return {topic for one in knowledge.outcomes.values() for topic in one.topics}


def effects(node: Node) -> dict[Branch, tuple[object, ...]]:
    """What each branch of a node does."""
    return {one: (one.add, one.conclude, node.after(one)) for one in node.every_branch}


def _ways(known: Knowledge, survey: Survey) -> Found:
    """Holes, branches that no way takes, and what must not meet on one."""
    for name, value in survey.holes:
        message = f"在节点“{name}”遇到“{value}”之后没有结论；要写 conclude 或 next"
        yield "no_outcome", "node", written(name), message
    taken = {
        (written(name), known.nodes[name].branch(value).case)
        for name, value in survey.samples
        if name
    }
    for name in {*map(written, survey.nodes)}:
        node = known.tree[name]
        for number, _ in enumerate(node.cases, 1) if isinstance(node, CasesNode) else ():
            if (name, number) not in taken:
                message = f"节点“{name}”的第{number}行没有一条路走到；请删掉，或换个先后"
                yield "unreachable_branch", "node", name, message
        for value, branch in node.named.items() if isinstance(node, PlainNode) else ():
            # What adds and leads to nothing need not be reached.
            if (name, value) not in survey.samples and branch != Branch():
                message = f"节点“{name}”的分支“{value}”没有一条路走到；请删掉"
                yield "unreachable_branch", "node", name, message
    for errand, first, second in survey.contradictions:
        meet = f"办“{errand}”时，“{first}”和“{second}”会出现在同一张清单上，互相矛盾"
        yield "contradiction", "item", first, f"{meet}；请放到不同的分支"


def _unused(known: Knowledge, survey: Survey) -> Found:
    """Everything that is defined has to be of use."""
    things = [thing for _, _, thing in _readable(known)]
    keys = ("rules", "detail_rules")
    rules = {name for one in things for key in keys for name in getattr(one, key, ())}
    sources = {split_cite(cite)[0] for one in things for cite in getattr(one, "cites", ())}
    for code, kind, defined, used, message in (
        ("unreachable_node", "node", known.tree, {*map(written, survey.nodes)},
         "节点“{}”没有一条路走到；请接上或删掉"),
        ("unreachable_outcome", "outcome", known.outcomes, survey.outcomes,
         "结论“{}”没有一条路得到；请接上或删掉"),
        ("unreachable_item", "item", known.items, survey.items,
         "条目“{}”没有一条路用到；请加到分支、结论或选项（data/questions.yaml）的 add 里，或删掉"),
        ("unused_rule", "rule", known.rules, rules, "规则“{}”没有条目依据它；请用上或删掉"),
        ("unused_source", "source", known.sources, sources, "依据“{}”没有被引用；请用上或删掉"),
    ):  # fmt: skip
        for name in set(defined) - used:
            yield code, kind, name, message.format(name)


# ---------------------------------------------------------------- questions


def _questions(known: Knowledge) -> Found:
    """Every question makes a difference, and who cannot answer it can say so."""
    # Answers that choose between items or local facts matter, even where the way goes on alike.
    told: dict[str, set[str]] = defaultdict(set)
    for thing in (*known.local_facts, *known.items.values()):
        for name, options in thing.when.items():
            told[name].update(options)
    labels: dict[str, str] = {}
    for name, question in known.questions.items():
        if (first := labels.setdefault(question.label, name)) != name:
            message = f"问题“{name}”和“{first}”的 label 都是“{question.label}”；请改一个"
            yield "two_meanings", "question", name, message
        meant: dict[str, str] = {}
        for option in question.options.values():
            for word in (option.id, option.label, *option.also):
                other = meant.setdefault(normalized(word), option.id)
                if other != option.id:
                    message = _TWICE.format(word, name, other, option.id)
                    yield "two_meanings", f"option of {name}", option.id, message
        # The errand chooses the tree; no node asks for it.
        if question.several:
            continue
        nodes = [node for node in known.nodes.values() if node.on == name]
        yield from _useless(known, question, nodes, told[name])
        required = question.kind == "choice" and question.default is None
        if question.asked == "offered" and not (required or question.extra):
            message = f"“{name}”写了 asked: offered，没有写 extra，一问一答时永远不会问"
            yield "never_offered", "question", name, f"{message}；请写 extra，或改 asked"
        if required and "unsure" not in question.options:
            message = f"必答题“{name}”没有“不清楚”（unsure）这个选项；请加上"
            yield "missing_unsure", "question", name, message


def _useless(known: Knowledge, question: Question, nodes: list[Node], told: set[str]) -> Found:
    """Questions and options that make no difference."""
    name = question.id
    alike = all(len(set(effects(node).values())) == 1 for node in nodes)
    if not nodes or (question.kind == "choice" and not told and alike):
        message = f"问题“{name}”怎么答都一样；请用上或删掉"
        yield "useless_question", "question", name, message
    used = {*told, question.default}.union(*(node.branches for node in nodes))
    for option in question.options:
        # Where a question only adds, an option may add nothing.
        adds = any(not isinstance(known.tree[written(one.id)], PlainNode) for one in nodes)
        if nodes and option not in used and not adds:
            message = f"“{name}”的选项“{option}”没有一个分支提到；请用上或删掉"
            yield "unused_option", "question", name, message


# ---------------------------------------------------------------- texts


def _readable(known: Knowledge) -> Iterator[tuple[str, str, Struct]]:
    """Everything with texts that people read, with kind and name of what it stands in."""
    tables: dict[str, Mapping[str, object]] = {
        "item": known.items, "outcome": known.outcomes, "question": known.questions,
        "rule": known.rules, "source": known.sources, "zone": known.zones,
        "reminder": asdict(known.about.calendar),
    }  # fmt: skip
    for kind, things in tables.items():
        yield from ((kind, name, one) for name, one in things.items() if isinstance(one, Struct))
    for question in known.questions.values():
        yield from (("question", question.id, option) for option in question.options.values())
    for code, sheet in known.sheets.items():
        parts = (*sheet.portals, *sheet.own_rules.values())
        yield from (("region", code, part) for part in parts)
    yield from (("fact", fact.id, fact) for fact in known.local_facts)


def _texts(known: Knowledge) -> Found:
    """Texts that do not fit their place, or cannot be shown everywhere."""
    for kind, name, thing in _readable(known):
        for field, text in texts_of(thing, _TEXTS[kind]):
            longest = _TEXTS[kind][field]
            if longest and len(text) > longest:
                message = f"“{text[:20]}…”有{len(text)}字；这里最多{longest}字，细节放第二行"
                yield "too_long", kind, name, message
            shown = text.encode("gbk", "ignore").decode("gbk")
            odd = "".join(char for char in dict.fromkeys(text) if char not in shown)
            if odd:
                message = f"“{odd}”在中文旧控制台（GBK）上显示不出；请换一个写法"
                yield "not_gbk", kind, name, message


def _worded(known: Knowledge) -> Iterator[tuple[str, str, str]]:
    """Kind, name and text of every text for people whose words are ours."""
    for kind, name, thing in _readable(known):
        if kind in ("item", "outcome", "question", "reminder"):
            yield from ((kind, name, text) for _, text in texts_of(thing, _TEXTS[kind]))
    for fact in known.local_facts:
        for wording in fact.rewords.values():
            yield from (("fact", fact.id, text) for _, text in texts_of(wording, _TEXTS["item"]))


def _listed(known: Knowledge) -> Iterator[str]:
    """Every text that a list may say, whoever worded it."""
    yield from (text for _, _, text in _worded(known))
    yield from (text for one in known.local_facts for text in (one.says, one.careful or ""))


def _alike(known: Knowledge) -> Found:
    """Texts that may stand beside each other and say nearly the same."""
    beside: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for item in known.items.values():
        text = item.name if isinstance(item, DocumentItem | ContactItem) else item.text
        beside["item", type(item).__name__][item.id] = text
    beside["rule", ""] = {name: rule.says for name, rule in known.rules.items()}
    for fact in known.local_facts:
        beside["fact", fact.region][fact.id] = fact.says
    for (kind, _), texts in beside.items():
        earlier: dict[str, str] = {}
        for name, text in texts.items():
            for near in get_close_matches(text, earlier, len(earlier) + 1, _ALIKE):
                message = f"“{name}”和“{earlier[near]}”的话几乎一样；请合成一条"
                yield "near_duplicate", kind, name, message
            earlier[text] = name


# ---------------------------------------------------------------- reviews


def _words(known: Knowledge) -> Found:
    """No word of a sentence means two options of a question, and each can be met in one."""
    meant: dict[tuple[str, ...], str] = {}
    written: dict[str, str] = {}
    simple = index_of(known).simple
    for word in (word for saying in known.sentence.says for word in saying.words):
        some = [*spelled(known.sentence.sets, word)]
        written |= dict.fromkeys(some, word)
        joined = [one.replace(GAP, "") for one in some]
        if not joined or any(plain(simple, one).plain != f"{one}," for one in joined):
            message = (
                f"“{word}”不会被认出来；要写成半角、小写、简体、没有空格的，<>里要是 sets 里有的"
            )
            yield "never_heard", "word", word, message
    for word, saying in sayings(known):
        for errand in saying.when.get("errand", known.questions["errand"].options):
            for question, option in saying.means.items():
                other = meant.setdefault((word, question, errand), option)
                if other != option:
                    message = _TWICE.format(word, question, other, option)
                    own = ("word", written.get(word, ""))
                    own = own if own[1] else (f"option of {question}", option)
                    yield "two_meanings", *own, message


def _levels(known: Knowledge) -> Found:
    """Nothing is surer than the best of what it cites; but two reports that agree make a B."""
    for kind, name, thing in _readable(known):
        cited = {split_cite(one)[0] for one in getattr(thing, "cites", ())}
        levels = {one: known.sources[one].level for one in sorted(cited)}
        level, best = getattr(thing, "level", "C"), min(levels.values(), default="A")
        if level < best and (level == "A" or len(levels) == 1):
            said = "、".join(f"{one} 是 {of}" for one, of in levels.items())
            message = f"“{name}”写的级别是 {level}，可是 {said}"
            yield "too_sure", kind, name, f"{message}；请改成 {best}，或加一份更可靠的依据"


def _overdue(known: Knowledge, day: str) -> Found:
    """What was to be looked at again before this day, or says that it was read after it."""
    read = [("source", one.id, one.read_on) for one in known.sources.values()]
    read += [("region", one.code, one.reviewed) for one in known.provinces.values()]
    for kind, name, on in read:
        if on > day:
            message = f"“{name}”说是 {on} 读的，今天才 {day}；请改成真正读到的日子"
            yield "read_later", kind, name, message
    for source in known.sources.values():
        if source.review_by < day:
            due = f"“{source.title}”该在 {source.review_by} 前复查"
            message = f"{due}；请重读后改 read_on 和 review_by"
            yield "overdue_source", "source", source.id, message
    # A city has no days of its own: it is reviewed with the file of its province.
    for code, sheet in known.provinces.items():
        if sheet.review_by < day:
            name = known.places.get(code).name
            due = f"{name}的规定复查于 {sheet.reviewed}，该在 {sheet.review_by} 前再查"
            message = f"{due}；请查过后改 reviewed 和 review_by"
            yield "overdue_sheet", "region", code, message
    for fact in known.local_facts:
        own = fact.review_by
        province = known.provinces[known.places.get(fact.region).province]
        if own and own != province.review_by and own < day:
            due = f"当地的规定“{fact.id}”该在 {own} 前复查"
            message = f"{due}；请查过后改它的 review_by"
            yield "overdue_fact", "fact", fact.id, message
