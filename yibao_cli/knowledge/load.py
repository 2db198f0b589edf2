"""Reads the data folder into `model.Knowledge`, and refuses it where anything is wrong."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

from yibao_cli import facts
from yibao_cli.knowledge.yamltext import Entry, Fields, Problems, read
from yibao_cli.model import (
    LEVELS,
    PHASES,
    About,
    Basis,
    Branch,
    Citation,
    Item,
    ItemKind,
    Knowledge,
    LocalFact,
    LocalRule,
    Node,
    Option,
    Outcome,
    Portal,
    Question,
    RegionSheet,
    Rule,
    Source,
    Zone,
)
from yibao_cli.regions import Gazetteer

# The contract's paths, in no particular order; precedence is the order of outcomes.yaml.
PATHS = (
    "not_covered", "restore_enrolment", "manual_claim", "local_care", "direct_settlement",
    "file_then_direct", "file_before_discharge", "fix_problem", "activate_credential",
    "personal_account", "mutual_aid", "transfer_insurance", "ask_agency",
)  # fmt: skip

_ITEM_FIELDS: dict[ItemKind, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "step": ("text", ("phase",), ("where", "deadline")),
    "document": ("name", ("purpose",), ("original", "copies", "or")),
    "warning": ("text", (), ()),
    "note": ("text", ("topic",), ()),
    "question": ("text", (), ("topic",)),
    "contact": ("name", (), ("phone",)),
}

_PLACE_COLUMNS = (
    "code", "name", "short", "level", "parent", "pinyin", "initials", "area_code",
    "area_code_level",
)  # fmt: skip
_DISTRICT_COLUMNS = ("code", "name", "short", "city", "pinyin")

Place = tuple[str, int]
T = TypeVar("T")


@dataclass
class Lines:
    """Where each named thing of the data folder stands, for messages about it."""

    places: dict[tuple[str, str], Place] = field(default_factory=dict)

    def note(self, kind: str, name: str, entry: Entry) -> None:
        """Remember the file and line of a thing."""
        self.places[kind, name] = (entry.file, entry.line)

    def of(self, kind: str, name: str) -> Place:
        """File and line of a thing."""
        return self.places.get((kind, name), ("data", 1))


def load(root: Path) -> tuple[Knowledge, Lines]:
    """The knowledge in a data folder and where its parts stand.

    Raises KnowledgeError with every problem found, each with file and line.
    """
    return _Load(root).run()


class _Load:
    def __init__(self, root: Path) -> None:
        self.root = root
        self.problems = Problems()
        self.lines = Lines()

    def run(self) -> tuple[Knowledge, Lines]:
        about = self.about()
        sources = self.table("sources.yaml", "source", self.source)
        rules = self.table("rules.yaml", "rule", self.rule)
        questions = self.table("questions.yaml", "question", self.question)
        items = self.items()
        outcomes = self.table("outcomes.yaml", "outcome", self.outcome)
        starts, nodes = self.tree()
        spellings = self.spellings()
        zones = self.table("regions/zones.yaml", "zone", self.zone)
        sheets = self.sheets()
        places = self.rows("regions/places.csv", _PLACE_COLUMNS)
        districts = self.rows("regions/districts.csv", _DISTRICT_COLUMNS)
        self.problems.raise_if_any()
        knowledge = Knowledge(
            about=about,
            questions=questions,
            nodes=nodes,
            starts=starts,
            outcomes={
                outcome.id: replace(outcome, rank=rank)
                for rank, outcome in enumerate(outcomes.values())
            },
            items=items,
            rules=rules,
            sources=sources,
            sheets=sheets,
            zones=tuple(zones.values()),
            places=Gazetteer(places, districts, **spellings),
        )
        _References(knowledge, self.lines, self.problems).check()
        self.problems.raise_if_any()
        return knowledge, self.lines

    # ------------------------------------------------------------ files

    def top(self, name: str) -> Entry | None:
        return read(self.root / name, f"data/{name}", self.problems)

    def table(self, name: str, kind: str, how: Callable[[str, Entry], T]) -> dict[str, T]:
        found: dict[str, T] = {}
        top = self.top(name)
        if top is not None:
            for key, entry, _ in top.pairs():
                self.lines.note(kind, key, entry)
                found[key] = how(key, entry)
        return found

    def rows(self, name: str, columns: tuple[str, ...]) -> list[list[str]]:
        try:
            with (self.root / name).open(encoding="utf-8", newline="") as stream:
                header, *rows = csv.reader(stream)
        except (OSError, UnicodeDecodeError, csv.Error, ValueError):
            self.problems.add(f"data/{name}", 1, "读不了这张表；要 UTF-8 的 CSV，第一行是列名")
            return []
        if tuple(header) != columns:
            self.problems.add(f"data/{name}", 1, f"列名要是：{','.join(columns)}", "bad_value")
            return []
        for number, row in enumerate(rows, 2):
            if len(row) != len(columns):
                self.problems.add(
                    f"data/{name}", number, f"有{len(row)}列，要{len(columns)}列", "bad_value"
                )
        return rows

    # ------------------------------------------------------------ parts

    def about(self) -> About:
        top = self.top("knowledge.yaml")
        if top is None:
            return About("", "", "", "", {}, {}, {})
        fields = top.fields(
            ("version", "read_on", "begins", "disclaimer", "levels", "phases", "topics")
        )
        return About(
            version=fields.text("version"),
            read_on=fields.day("read_on") or "",
            begins=fields.day("begins") or "",
            disclaimer=fields.text("disclaimer"),
            levels=self.words(fields, "levels", LEVELS),
            topics=self.words(fields, "topics"),
            phases=self.words(fields, "phases", PHASES),
        )

    def words(self, fields: Fields, key: str, keys: tuple[str, ...] = ()) -> dict[str, str]:
        entry = fields.get(key)
        if entry is None:
            return {}
        if keys:
            inner = entry.fields(keys)
            return {name: inner.text(name) for name in keys}
        return {name: value.text() for name, value, _ in entry.pairs()}

    def source(self, name: str, entry: Entry) -> Source:
        fields = entry.fields(
            ("title", "read_on", "review_by", "level", "read_as"),
            ("number", "issued", "effective", "until", "scope", "url", "quoted"),
        )
        return Source(
            id=name,
            title=fields.text("title"),
            number=fields.maybe("number"),
            issued=fields.day("issued"),
            effective=fields.day("effective"),
            until=fields.day("until"),
            read_on=fields.day("read_on") or "",
            review_by=fields.day("review_by") or "",
            level=fields.choice("level", LEVELS),
            scope=fields.maybe("scope"),
            read_as=fields.text("read_as"),
            url=fields.maybe("url"),
            quoted=fields.yes("quoted"),
        )

    def cites(self, fields: Fields) -> tuple[Citation, ...]:
        entry = fields.get("cites")
        if entry is None:
            return ()
        found = []
        for one in entry.entries():
            source, _, clause = one.text().partition(" ")
            if not clause.strip():
                one.problem(f"出处“{source}”后面要空一格写条款", "no_clause")
            found.append(Citation(source, clause.strip()))
        if not found:
            entry.problem("至少要有一条出处", "no_source")
        return tuple(found)

    def rule(self, name: str, entry: Entry) -> Rule:
        fields = entry.fields(("says", "level", "cites"), ("since", "until"))
        return Rule(
            id=name,
            says=fields.text("says"),
            level=fields.choice("level", LEVELS),
            cites=self.cites(fields),
            since=fields.day("since"),
            until=fields.day("until"),
        )

    def question(self, name: str, entry: Entry) -> Question:
        fields = entry.fields(
            ("label", "ask"),
            ("kind", "options", "default", "several", "wizard", "extra", "help", "fits"),
        )
        kind = fields.choice("kind", ("choice", "place"), "choice")
        options: list[Option] = []
        listed = fields.get("options")
        if listed is not None:
            for option_id, option, _ in listed.pairs():
                self.lines.note("option", f"{name}.{option_id}", option)
                inner = option.fields(("label",), ("also", "hint"))
                options.append(
                    Option(option_id, inner.text("label"), inner.texts("also"), inner.maybe("hint"))
                )
        if (kind == "choice") != bool(options):
            entry.problem("选择题要有 options，地点题不要 options", "bad_value")
        ids = tuple(option.id for option in options)
        default = fields.maybe("default")
        if default is not None and default not in ids:
            entry.problem(f"default 写的是“{default}”；可以写：{'、'.join(ids)}", "bad_value")
        fits: list[tuple[str, tuple[str, ...]]] = []
        listed = fields.get("fits")
        if listed is not None:
            for word, which, _ in listed.pairs():
                wanted = which.texts()
                for option_id in wanted:
                    if option_id not in ids:
                        which.problem(f"没有选项“{option_id}”；可以写：{'、'.join(ids)}", "dangling")
                fits.append((word, wanted))
        return Question(
            id=name,
            label=fields.text("label"),
            ask=fields.text("ask"),
            kind=kind,  # type: ignore[arg-type]
            options=tuple(options),
            default=default,
            several=fields.yes("several"),
            # A required question is always asked for.
            wizard=fields.yes("wizard", default=default is None),
            extra=fields.maybe("extra"),
            help=fields.maybe("help"),
            fits=tuple(fits),
        )

    def items(self) -> dict[str, Item]:
        found: dict[str, Item] = {}
        kinds: tuple[ItemKind, ...] = (
            "step", "document", "warning", "note", "question", "contact",
        )  # fmt: skip
        for kind in kinds:
            top = self.top(f"checklist/{kind}s.yaml")
            for name, entry, line in top.pairs() if top else ():
                if name in found:
                    file, first = self.lines.of("item", name)
                    self.problems.add(
                        entry.file, line, f"“{name}”在 {file} 第{first}行已经有了", "duplicate_key"
                    )
                    continue
                self.lines.note("item", name, entry)
                found[name] = self.item(name, kind, entry)
        return found

    def item(self, name: str, kind: ItemKind, entry: Entry) -> Item:
        title, required, optional = _ITEM_FIELDS[kind]
        # A question claims nothing, so it needs no source.
        basis = () if kind == "question" else ("rules", "advice")
        fields = entry.fields((title, *required), (*optional, "detail", *basis))
        phase = fields.choice("phase", PHASES) if kind == "step" else None
        return Item(
            id=name,
            kind=kind,
            text=fields.text(title),
            detail=fields.maybe("detail"),
            basis=Basis(()) if kind == "question" else self.basis(fields),
            phase=phase,  # type: ignore[arg-type]
            where=fields.maybe("where"),
            deadline=fields.maybe("deadline"),
            purpose=fields.maybe("purpose"),
            original=fields.yes("original"),
            copies=fields.number("copies"),
            alternatives=fields.texts("or"),
            phone=fields.maybe("phone"),
            topic=fields.maybe("topic"),
        )

    def basis(self, fields: Fields) -> Basis:
        rules = fields.texts("rules")
        if bool(rules) == fields.yes("advice"):
            fields.entry.problem("要么写 rules（依据哪些规则），要么写 advice: yes（实用建议）", "no_source")
        return Basis(rules)

    def outcome(self, name: str, entry: Entry) -> Outcome:
        fields = entry.fields(
            ("path", "title", "summary", "add"), ("rules", "advice", "topics")
        )
        return Outcome(
            id=name,
            path=fields.choice("path", PATHS),
            title=fields.text("title"),
            summary=fields.text("summary"),
            basis=self.basis(fields),
            add=fields.texts("add"),
            topics=fields.texts("topics"),
            rank=0,
        )

    # ------------------------------------------------------------ the tree

    def tree(self) -> tuple[dict[str, str], dict[str, Node]]:
        starts: dict[str, str] = {}
        nodes: dict[str, Node] = {}
        for path in sorted((self.root / "tree").glob("*.yaml")):
            top = self.top(f"tree/{path.name}")
            if top is None:
                continue
            fields = top.fields(("nodes",), ("start",))
            listed = fields.get("start")
            for errand, node, _ in listed.pairs() if listed else ():
                self.lines.note("start", errand, node)
                starts[errand] = node.text()
            listed = fields.get("nodes")
            for name, entry, line in listed.pairs() if listed else ():
                if name in nodes:
                    file, first = self.lines.of("node", name)
                    self.problems.add(
                        entry.file, line, f"节点“{name}”在 {file} 第{first}行已经有了", "duplicate_key"
                    )
                    continue
                self.lines.note("node", name, entry)
                nodes[name] = self.node(name, entry)
        return starts, nodes

    def node(self, name: str, entry: Entry) -> Node:
        fields = entry.fields(
            (), ("ask", "switch", "end", "branches", "others", "next", "optional", "wizard")
        )
        kinds = [kind for kind in ("ask", "switch", "end") if fields.get(kind) is not None]
        if len(kinds) != 1:
            entry.problem("节点要写 ask（问题）、switch（事实）、end（结论）里的一个", "bad_node")
            return Node(name, "end", "", {}, None, False, False)
        kind = kinds[0]
        onward = fields.maybe("next")
        branches: dict[str, Branch] = {}
        listed = fields.get("branches")
        for value, branch, _ in listed.pairs() if listed else ():
            self.lines.note("branch", f"{name}.{value}", branch)
            branches[value] = self.branch(branch, onward)
        others = fields.get("others")
        if others is not None:
            self.lines.note("branch", f"{name}.others", others)
        rest = self.branch(others, onward) if others is not None else None
        if kind != "end" and not branches and rest is None:
            # A place question has no options to branch on.
            rest = Branch((), None, onward)
        return Node(
            id=name,
            kind=kind,  # type: ignore[arg-type]
            on=fields.text(kind),
            branches=branches,
            others=rest,
            optional=fields.yes("optional"),
            wizard=fields.yes("wizard", default=True),
        )

    def branch(self, entry: Entry, onward: str | None) -> Branch:
        fields = entry.fields((), ("add", "conclude", "next"))
        return Branch(fields.texts("add"), fields.maybe("conclude"), fields.maybe("next") or onward)

    # ------------------------------------------------------------ regions

    def spellings(self) -> dict[str, Any]:
        """The further spellings of places, as the gazetteer takes them."""
        top = self.top("regions/names.yaml")
        if top is None:
            return {"names": {}}
        fields = top.fields(("names", "own_pool", "traditional", "sounds"))
        listed = fields.get("names")
        names = {code: entry.texts() for code, entry, _ in listed.pairs()} if listed else {}
        traditional = ("", "")
        listed = fields.get("traditional")
        if listed is not None:
            inner = listed.fields(("from", "to"))
            traditional = (inner.text("from"), inner.text("to"))
            if len(traditional[0]) != len(traditional[1]):
                listed.problem("from 和 to 的字数要一样", "bad_value")
                traditional = ("", "")
        return {
            "names": names,
            "own_pool": fields.texts("own_pool"),
            "traditional": traditional,
            "sounds": self.words(fields, "sounds"),
        }

    def zone(self, name: str, entry: Entry) -> Zone:
        fields = entry.fields(("name", "members", "says", "level", "cites"), ("from",))
        return Zone(name, fields.text("name"), fields.texts("members"), fields.day("from"))

    def sheets(self) -> dict[str, RegionSheet]:
        found: dict[str, RegionSheet] = {}
        for path in sorted((self.root / "regions/provinces").glob("*.yaml")):
            top = self.top(f"regions/provinces/{path.name}")
            if top is None:
                continue
            fields = top.fields(
                ("code", "name", "reviewed", "review_by"), ("portals", "rules", "facts", "cities")
            )
            review_by = fields.day("review_by") or ""
            code = fields.text("code")
            self.lines.note("region", code, top)
            found[code] = self.sheet(code, fields, review_by)
            cities = fields.get("cities")
            for city, entry, _ in cities.pairs() if cities else ():
                self.lines.note("region", city, entry)
                inner = entry.fields((), ("name", "portals", "rules", "facts"))
                found[city] = self.sheet(city, inner, review_by)
        return found

    def sheet(self, code: str, fields: Fields, review_by: str) -> RegionSheet:
        rules: dict[str, LocalRule] = {}
        listed = fields.get("rules")
        for name, entry, _ in listed.pairs() if listed else ():
            allowed = facts.LOCAL_RULES.get(name)
            if allowed is None:
                entry.problem(f"没有地方规则“{name}”；可以写：{'、'.join(facts.LOCAL_RULES)}", "unknown_key")
                continue
            inner = entry.fields(("value", "cites"), ("careful",))
            rules[name] = LocalRule(inner.choice("value", allowed), self.cites(inner))
        portals = []
        listed = fields.get("portals")
        for entry in listed.entries() if listed else ():
            inner = entry.fields(("name", "cites"), ("use", "url", "careful"))
            portals.append(
                Portal(inner.text("name"), inner.maybe("use"), inner.maybe("url"), self.cites(inner))
            )
        stated = []
        listed = fields.get("facts")
        for entry in listed.entries() if listed else ():
            stated.append(self.fact(code, entry, review_by))
        return RegionSheet(
            code, rules, tuple(stated), tuple(portals), fields.maybe("reviewed"), review_by
        )

    def fact(self, code: str, entry: Entry, review_by: str) -> LocalFact:
        fields = entry.fields(
            ("id", "topic", "role", "says", "level", "cites"),
            ("reach", "only_with", "never_with", "from", "until", "careful", "review_by"),
        )
        name = fields.text("id")
        if ("fact", name) in self.lines.places:
            entry.problem(f"地方事实“{name}”已经有了，换一个 id", "duplicate_key")
        self.lines.note("fact", name, entry)
        reach = fields.choice("reach", ("inside", "across")) or None
        return LocalFact(
            id=name,
            region=code,
            topic=fields.text("topic"),
            role=fields.choice("role", ("insured", "care")),  # type: ignore[arg-type]
            reach=reach,  # type: ignore[arg-type]
            only_with=fields.texts("only_with"),
            never_with=fields.texts("never_with"),
            says=fields.text("says"),
            careful=fields.maybe("careful"),
            level=fields.choice("level", LEVELS),
            cites=self.cites(fields),
            since=fields.day("from"),
            until=fields.day("until"),
            review_by=fields.day("review_by") or review_by,
        )


class _References:
    """Every id that is named somewhere exists; what is named must also be of the right kind."""

    def __init__(self, knowledge: Knowledge, lines: Lines, problems: Problems) -> None:
        self.knowledge = knowledge
        self.lines = lines
        self.problems = problems

    def check(self) -> None:
        known = self.knowledge
        for rule in known.rules.values():
            self.cites("rule", rule.id, rule.cites)
        for sheet in known.sheets.values():
            for code_rule in sheet.rules.values():
                self.cites("region", sheet.code, code_rule.cites)
            for portal in sheet.portals:
                self.cites("region", sheet.code, portal.cites)
            for fact in sheet.facts:
                self.cites("fact", fact.id, fact.cites)
                self.need("fact", fact.id, "主题", (fact.topic,), known.about.topics)
        for item in known.items.values():
            self.need("item", item.id, "规则", item.basis.rules, known.rules)
        for outcome in known.outcomes.values():
            self.need("outcome", outcome.id, "规则", outcome.basis.rules, known.rules)
            self.need("outcome", outcome.id, "条目", outcome.add, known.items)
            self.need("outcome", outcome.id, "主题", outcome.topics, known.about.topics)
        for errand, start in known.starts.items():
            self.need("start", errand, "节点", (start,), known.nodes)
        for node in known.nodes.values():
            self.node(node)

    def node(self, node: Node) -> None:
        known = self.knowledge
        allowed: Iterable[str]
        if node.kind == "end":
            self.need("node", node.id, "结论", (node.on,), known.outcomes)
            return
        if node.kind == "ask":
            self.need("node", node.id, "问题", (node.on,), known.questions)
            question = known.questions.get(node.on)
            allowed = [option.id for option in question.options] if question else ()
        else:
            self.need("node", node.id, "事实", (node.on,), facts.VALUES)
            allowed = facts.values(node.on, known)
        for value, branch in [*node.branches.items(), ("others", node.others)]:
            if branch is None:
                continue
            place = ("branch", f"{node.id}.{value}")
            if value != "others":
                self.need(*place, "选项", (value,), allowed)
            self.need(*place, "条目", branch.add, known.items)
            self.need(*place, "结论", (branch.conclude,) if branch.conclude else (), known.outcomes)
            self.need(*place, "节点", (branch.next,) if branch.next else (), known.nodes)

    def cites(self, kind: str, name: str, cites: tuple[Citation, ...]) -> None:
        self.need(kind, name, "出处", tuple(cite.source for cite in cites), self.knowledge.sources)

    def need(
        self, kind: str, name: str, what: str, wanted: tuple[str, ...], known: Iterable[str]
    ) -> None:
        for one in wanted:
            if one not in known:
                near = get_close_matches(one, list(known), 3)
                hint = f"；是不是：{'、'.join(near)}" if near else ""
                self.problems.add(
                    *self.lines.of(kind, name), f"“{name}”用到的{what}“{one}”不存在{hint}", "dangling"
                )
