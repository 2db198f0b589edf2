"""Reads the data folder into `model.Knowledge`, and refuses it where anything is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from yibao_cli import facts
from yibao_cli.knowledge import present
from yibao_cli.knowledge.yamltext import ANY_DAY, Entry, Fields, Problems, content, read
from yibao_cli.model import (
    LEVELS,
    PHASES,
    About,
    Basis,
    Branch,
    Citation,
    Item,
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
from yibao_cli.regions import LEVELS as PLACE_LEVELS
from yibao_cli.regions import Gazetteer

if TYPE_CHECKING:
    from yibao_cli.model import ItemKind

# The contract's paths, in no particular order; precedence is the order of outcomes.yaml.
PATHS = (
    "not_covered", "restore_enrolment", "manual_claim", "local_care", "direct_settlement",
    "file_then_direct", "file_before_discharge", "fix_problem", "activate_credential",
    "personal_account", "mutual_aid", "transfer_insurance", "ask_agency",
)  # fmt: skip

# What a checklist fills into the texts of items and outcomes.
PLACEHOLDERS = ("{from}", "{to}", "{hotline}")

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
_MAY_BE_EMPTY = ("parent", "area_code", "area_code_level")

# Ids are flags, words in answer codes and keys of the JSON. A source's is the first word of a
# citation.
_ID = re.compile("[a-z0-9_]+")
_SOURCE_ID = re.compile("[a-z0-9-]+")

# How a node goes on: what its kind names, and what its branches are then.
_NODE_KINDS: dict[Literal["ask", "switch", "end"], tuple[str, str]] = {
    "ask": ("问题", "选项"),
    "switch": ("事实", "取值"),
    "end": ("结论", ""),
}

# Up to so many names are all listed where one of them is wrong; of more, the nearest.
_FEW = 20

T = TypeVar("T")


@dataclass
class Lines:
    """Where each named thing of the data folder stands, for messages about it."""

    places: dict[tuple[str, str], tuple[str, int]] = field(default_factory=dict)

    def of(self, kind: str, name: str) -> tuple[str, int]:
        """File and line of a thing."""
        return self.places.get((kind, name), ("data", 1))


def load(root: Path) -> tuple[Knowledge, Lines]:
    """The knowledge in a data folder and where its parts stand.

    Raises KnowledgeError with every problem found, each with file and line. Names that lead
    nowhere are looked for only where everything could be read: else most of them are echoes.
    """
    return _Load(root).run()


def extend(base: Knowledge, root: Path) -> tuple[Knowledge, Lines]:
    """Knowledge with the facts of provinces and cities that a folder adds or replaces.

    Such a folder holds `regions/provinces/*.yaml` and, for their citations, `sources.yaml`; facts
    are replaced by id, portals by name, rules one by one. The lines are those of the folder alone.
    Raises KnowledgeError like `load`.
    """
    return _Load(root).extend(base)


@dataclass(frozen=True, slots=True)
class _Mention:
    """A name that has to exist: of what kind, and for an option or a value whose it is."""

    kind: str
    name: str
    entry: Entry
    of: str = ""


class _Load:
    def __init__(self, root: Path) -> None:
        self.root = root
        # What messages call the folder.
        self.called = root.name or str(root)
        self.problems = Problems()
        self.lines = Lines()
        self.mentions: list[_Mention] = []
        self.opened: set[str] = set()
        self.codes: set[str] = set()

    def extend(self, base: Knowledge) -> tuple[Knowledge, Lines]:
        self.present()
        sources = dict(base.sources)
        if (self.root / "sources.yaml").exists():
            sources |= self.table("sources.yaml", "source", self.source)
        self.codes = base.places.codes()
        sheets = dict(base.sheets)
        for code, sheet in self.sheets().items():
            sheets[code] = _merged(base.sheets.get(code), sheet)
        self.strangers()
        self.problems.raise_if_any()
        knowledge = base._replace(sources=sources, sheets=sheets)
        self.resolve(knowledge)
        self.problems.raise_if_any()
        return knowledge, self.lines

    def present(self) -> None:
        """Stop at once where there is no folder: everything else would be an echo of that."""
        present(self.root)

    def run(self) -> tuple[Knowledge, Lines]:
        self.present()
        about = self.about()
        sources = self.table("sources.yaml", "source", self.source)
        rules = self.table("rules.yaml", "rule", self.rule)
        questions = self.table("questions.yaml", "question", self.question)
        items = self.items()
        outcomes = self.table("outcomes.yaml", "outcome", self.outcome, PLACEHOLDERS)
        starts, nodes = self.tree()
        spellings = self.spellings()
        zones = self.table("regions/zones.yaml", "zone", self.zone)
        sheets = self.sheets()
        places, districts = self.places()
        self.strangers()
        self.problems.raise_if_any()
        knowledge = Knowledge(
            about=about,
            questions=questions,
            nodes=nodes,
            starts=starts,
            outcomes={
                outcome.id: outcome._replace(rank=rank)
                for rank, outcome in enumerate(outcomes.values())
            },
            items=items,
            rules=rules,
            sources=sources,
            sheets=sheets,
            zones=tuple(zones.values()),
            places=Gazetteer(places, districts, **spellings),
        )
        self.resolve(knowledge)
        self.beginnings(knowledge)
        self.problems.raise_if_any()
        self.circles(knowledge)
        self.problems.raise_if_any()
        return knowledge, self.lines

    # ------------------------------------------------------------ files

    def top(self, name: str, placeholders: tuple[str, ...] = ()) -> Entry | None:
        self.opened.add(name)
        return read(self.root / name, f"{self.called}/{name}", self.problems, placeholders)

    def table(
        self,
        name: str,
        kind: str,
        how: Callable[[str, Entry], T],
        placeholders: tuple[str, ...] = (),
    ) -> dict[str, T]:
        top = self.top(name, placeholders)
        pairs = top.pairs() if top else ()
        return {key: how(key, entry) for key, entry in pairs if self.new(kind, key, entry)}

    def folder(self, name: str) -> Iterator[Entry]:
        """The top values of all files in a folder; hidden files are no part of the data."""
        paths = sorted((self.root / name).glob("[!.]*.yaml"))
        if not paths:
            self.problems.add(
                f"{self.called}/{name}", 1, "这里没有文件；至少要有一个 .yaml", "missing_file"
            )
        for path in paths:
            top = self.top(f"{name}/{path.name}")
            if top is not None:
                yield top

    def strangers(self) -> None:
        """Refuse data files that nothing reads: a misspelt name would silently hide its content."""
        for path in sorted(self.root.rglob("*")):
            name = path.relative_to(self.root)
            hidden = any(part.startswith(".") for part in name.parts)
            if hidden or path.suffix.lower() not in (".yaml", ".yml", ".csv"):
                continue
            if name.as_posix() not in self.opened:
                beside = sorted(
                    one.name for one in map(Path, self.opened) if one.parent == name.parent
                )
                may = "、".join(beside) or "放别的文件夹里的文件"
                if name.parent.as_posix() in ("tree", "regions/provinces"):
                    may = "以 .yaml 结尾的文件"
                message = f"不认识这个文件；这里可以有：{may}"
                self.problems.add(f"data/{name.as_posix()}", 1, message, "unknown_file")

    def new(self, kind: str, name: str, entry: Entry) -> bool:
        """Note where a thing stands; false where its name is taken, in this file or another."""
        place = self.lines.places.setdefault((kind, name), (entry.file, entry.line))
        if place != (entry.file, entry.line):
            message = f"“{name}”在 {place[0]} 第{place[1]}行已经有了；每个名称只能用一次"
            entry.problem(message, "duplicate_key")
            return False
        source = kind == "source"
        if kind != "region" and not (_SOURCE_ID if source else _ID).fullmatch(name):
            may = "小写字母、数字和“-”" if source else "小写字母、数字和“_”"
            entry.problem(f"名称“{name}”不行；只能用{may}", "bad_id")
        return True

    def rows(self, name: str, columns: tuple[str, ...]) -> dict[int, list[str]]:
        """The rows of a table of plain words by their lines, without the heading."""
        self.opened.add(name)
        text = content(self.root / name, f"{self.called}/{name}", self.problems)
        if text is None:
            return {}
        heading, *lines = text.split("\n")
        if heading != ",".join(columns):
            message = f"第一行是“{heading[:60]}”；列名要是：{','.join(columns)}"
            self.problems.add(f"{self.called}/{name}", 1, message, "bad_table")
            return {}
        needed = [(at, column) for at, column in enumerate(columns) if column not in _MAY_BE_EMPTY]
        found: dict[int, list[str]] = {}
        known: dict[str, int] = {}
        for number, line in enumerate(lines, 2):
            row = line.split(",")
            if len(row) != len(columns) or '"' in line:
                if line:
                    message = f"有{len(row)}列；要{len(columns)}列，用半角逗号分开，不用引号"
                    self.problems.add(f"{self.called}/{name}", number, message, "bad_table")
                continue
            for at, column in needed:
                if not row[at]:
                    message = f"“{column}”是空的；只有这些可以空着：{'、'.join(_MAY_BE_EMPTY)}"
                    self.problems.add(f"{self.called}/{name}", number, message, "empty")
            first = known.setdefault(row[0], number)
            if first != number:
                message = f"代码“{row[0]}”在第{first}行已经有了；每个代码只能有一行"
                self.problems.add(f"{self.called}/{name}", number, message, "duplicate_key")
            found[number] = row
        return found

    def places(self) -> tuple[list[list[str]], list[list[str]]]:
        """The rows of both tables, each below a place that stands before it."""
        before = len(self.problems.found)
        name = "regions/places.csv"
        places = self.rows(name, _PLACE_COLUMNS)
        provinces: set[str] = set()
        for line, (code, _, _, level, parent, _, _, area, area_level) in places.items():
            if level == "province":
                provinces.add(code)
            if level not in PLACE_LEVELS:
                may = f"可以写：{'、'.join(PLACE_LEVELS)}"
                self.cell(name, line, "level", level, may, "bad_value")
            elif level in ("province", "abroad"):
                if parent:
                    may = "省和境外没有上级，要空着"
                    self.cell(name, line, "parent", parent, may, "bad_value")
            elif parent not in provinces:
                self.cell(name, line, "parent", parent, "要写前面某一行的省级代码", "dangling")
            if area_level not in (LEVELS if area else ("",)):
                may = f"有区号要写：{'、'.join(LEVELS)}；没有区号就空着"
                self.cell(name, line, "area_code_level", area_level, may, "bad_value")
        sound = len(self.problems.found) == before
        cities = {row[0] for row in places.values()}
        name = "regions/districts.csv"
        districts = self.rows(name, _DISTRICT_COLUMNS)
        for line, row in districts.items():
            if sound and row[3] not in cities:
                self.cell(name, line, "city", row[3], "要写 places.csv 里有的代码", "dangling")
        self.codes = cities | {row[0] for row in districts.values()}
        return list(places.values()), list(districts.values())

    def cell(self, name: str, line: int, column: str, value: str, may: str, code: str) -> None:
        """Note a wrong cell of a table."""
        self.problems.add(f"{self.called}/{name}", line, f"“{column}”写的是“{value}”；{may}", code)

    # ------------------------------------------------------------ mentions

    def mention(self, kind: str, name: str, entry: Entry, of: str = "") -> None:
        """Remember a name that has to exist, until everything is read."""
        self.mentions.append(_Mention(kind, name, entry, of))

    def one(self, kind: str, entry: Entry | None, of: str = "") -> str | None:
        """A text that is the name of something."""
        if entry is None:
            return None
        name = entry.text()
        self.mention(kind, name, entry, of)
        return name

    def several(self, kind: str, entries: list[Entry], of: str = "") -> tuple[str, ...]:
        """A list of texts that are names of something."""
        return tuple(self.one(kind, entry, of) or "" for entry in entries)

    def resolve(self, known: Knowledge) -> None:
        """Every name that is mentioned exists."""
        provinces = [place.code for place in known.places.all() if place.level == "province"]
        allowed: Collection[str] | None
        names: dict[str, Collection[str]] = {
            "规则": known.rules,
            "出处": known.sources,
            "条目": known.items,
            "结论": known.outcomes,
            "节点": known.nodes,
            "问题": known.questions,
            "事实": facts.VALUES,
            "主题": known.about.topics,
            "地区代码": self.codes,
            "省级代码": provinces,
        }
        for one in self.mentions:
            if one.kind == "选项":
                question = known.questions.get(one.of)
                allowed = [option.id for option in question.options] if question else None
                if question and question.kind == "place":
                    allowed = ["given", "unsure"]
            elif one.kind == "取值":
                allowed = facts.values(one.of, known) if one.of in facts.VALUES else None
            elif one.kind == "省内的地区代码":
                inside = [place.code for place in known.places.children(one.of)]
                allowed = inside if one.of in provinces else None
            else:
                allowed = names[one.kind]
            # Where the question, fact or province is unknown itself, that is all there is to say.
            if allowed is None or one.name in allowed:
                continue
            near = list(allowed)
            if len(near) > _FEW:
                near = get_close_matches(one.name, near, 3) or [*sorted(near)[:3], "……"]
            may = f"可以写：{'、'.join(near)}" if near else "这里一个也没有"
            one.entry.problem(f"没有{one.kind}“{one.name}”；{may}", "dangling")

    def circles(self, known: Knowledge) -> None:
        """No way leads back to where it was: every walk has to end."""
        done: set[str] = set()
        for start in known.nodes:
            way: dict[str, Iterator[str]] = {}
            at: str | None = start
            while at is not None:
                if at in way:
                    message = f"从节点“{at}”出发又走回了“{at}”；next 只能往前"
                    self.problems.add(*self.lines.of("node", at), message, "circle")
                    return
                way[at] = iter(() if at in done else _onward(known.nodes[at]))
                at = None
                while way and at is None:
                    last = next(reversed(way))
                    at = next(way[last], None)
                    if at is None:
                        done.add(last)
                        del way[last]

    def beginnings(self, known: Knowledge) -> None:
        """What the program asks for by name is there: both places, and a way for each errand."""
        kinds = {"errand": "choice", "from": "place", "to": "place"}
        for name, kind in kinds.items():
            question = known.questions.get(name)
            if question is None or question.kind != kind:
                message = f"缺少 kind 是 {kind} 的问题“{name}”；必须有：{'、'.join(kinds)}"
                self.problems.add(f"{self.called}/questions.yaml", 1, message, "missing_key")
            for option in question.options if question and name == "errand" else ():
                if option.id not in known.starts:
                    message = f"“{option.id}”没有起点；data/tree 的 start 里要有每一件事"
                    self.problems.add(
                        *self.lines.of("option of errand", option.id), message, "missing_key"
                    )

    # ------------------------------------------------------------ parts

    def about(self) -> About:
        top = self.top("knowledge.yaml")
        if top is None:
            return About("", "", "", "", {}, {}, {}, {})
        fields = top.fields(
            (
                "version",
                "read_on",
                "begins",
                "disclaimer",
                "levels",
                "phases",
                "phases_under_way",
                "topics",
            )
        )
        return About(
            version=fields.text("version"),
            read_on=fields.day("read_on") or "",
            begins=fields.day("begins") or "",
            disclaimer=fields.text("disclaimer"),
            levels=self.words(fields, "levels", LEVELS),
            topics=self.words(fields, "topics"),
            phases=self.words(fields, "phases", PHASES),
            phases_under_way=self.words(fields, "phases_under_way", PHASES),
        )

    def words(self, fields: Fields, key: str, keys: tuple[str, ...] = ()) -> dict[str, str]:
        entry = fields.get(key)
        if entry is None:
            return {}
        if keys:
            inner = entry.fields(keys)
            return {name: inner.text(name) for name in keys}
        return {name: value.text() for name, value in entry.pairs() if self.new(key, name, value)}

    def source(self, name: str, entry: Entry) -> Source:
        fields = entry.fields(
            ("title", "read_on", "review_by", "level", "read_as"),
            ("number", "issued", "effective", "until", "scope", "url", "quoted"),
        )
        effective, until = fields.period("effective", "until")
        read_on, review_by = fields.period("read_on", "review_by")
        return Source(
            id=name,
            title=fields.text("title"),
            number=fields.maybe("number"),
            issued=fields.day("issued", ANY_DAY),
            effective=effective,
            until=until,
            read_on=read_on or "",
            review_by=review_by or "",
            level=fields.choice("level", LEVELS),
            scope=self.one("地区代码", fields.get("scope")),
            read_as=fields.text("read_as"),
            url=fields.url("url"),
            quoted=fields.yes("quoted"),
        )

    def cites(self, fields: Fields) -> tuple[Citation, ...]:
        entry = fields.get("cites")
        if entry is None:
            return ()
        found = []
        for one in entry.entries():
            source, _, clause = one.text().partition(" ")
            if source and not clause.strip():
                one.problem(f"出处“{source}”没有条款；要写：出处 空格 条款", "no_clause")
            self.mention("出处", source, one)
            found.append(Citation(source, clause.strip()))
        if entry.kind == "list" and not found:
            entry.problem("出处是空的；至少要有一条", "no_source")
        return tuple(found)

    def rule(self, name: str, entry: Entry) -> Rule:
        fields = entry.fields(("says", "level", "cites"), ("since", "until"))
        since, until = fields.period("since", "until")
        return Rule(
            id=name,
            says=fields.text("says"),
            level=fields.choice("level", LEVELS),
            cites=self.cites(fields),
            since=since,
            until=until,
        )

    def question(self, name: str, entry: Entry) -> Question:
        fields = entry.fields(
            ("label", "ask"),
            (
                "kind",
                "options",
                "default",
                "several",
                "wizard",
                "adds",
                "known",
                "extra",
                "tip",
                "help",
                "was",
                "fits",
            ),
        )
        kind = fields.choice("kind", ("choice", "place"), "choice")
        options: list[Option] = []
        for option_id, option in fields.pairs("options"):
            # The options of a question are apart from those of another one.
            self.new(f"option of {name}", option_id, option)
            inner = option.fields(("label",), ("also", "hint", "was"))
            options.append(
                Option(
                    option_id,
                    inner.text("label"),
                    inner.texts("also"),
                    inner.maybe("hint"),
                    inner.texts("was"),
                )
            )
        if (kind == "choice") != bool(options):
            message = f"“{name}”有{len(options)}个选项；选择题要有 options，地点题不能有"
            entry.problem(message, "bad_value")
        default = self.one("选项", fields.get("default"), name)
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
            adds=fields.yes("adds"),
            known=fields.yes("known"),
            extra=fields.maybe("extra"),
            tip=fields.maybe("tip"),
            help=fields.maybe("help"),
            was=fields.texts("was"),
            fits=tuple(
                (word, self.several("选项", which.entries(), name))
                for word, which in fields.pairs("fits")
            ),
        )

    def items(self) -> dict[str, Item]:
        found: dict[str, Item] = {}
        for kind in _ITEM_FIELDS:
            how = partial(self.item, kind)
            found |= self.table(f"checklist/{kind}s.yaml", "item", how, PLACEHOLDERS)
        return found

    def item(self, kind: ItemKind, name: str, entry: Entry) -> Item:
        title, required, optional = _ITEM_FIELDS[kind]
        # A question claims nothing, so it needs no source.
        basis = () if kind == "question" else ("rules", "advice")
        fields = entry.fields(
            (title, *required), (*optional, "detail", "contradicts", "when", *basis)
        )
        phase = fields.choice("phase", PHASES) if kind == "step" else None
        return Item(
            id=name,
            kind=kind,
            text=fields.text(title),
            detail=fields.maybe("detail"),
            basis=Basis((), None) if kind == "question" else self.basis(fields),
            phase=phase,  # type: ignore[arg-type]
            where=fields.maybe("where"),
            deadline=fields.maybe("deadline"),
            purpose=fields.maybe("purpose"),
            original=fields.yes("original"),
            copies=fields.number("copies"),
            alternatives=fields.texts("or"),
            phone=fields.maybe("phone"),
            topic=self.one("主题", fields.get("topic")),
            contradicts=self.several("条目", fields.entries("contradicts")),
            when=self.when(fields),
        )

    def basis(self, fields: Fields) -> Basis:
        rules = self.several("规则", fields.entries("rules"))
        local = fields.choice("local", facts.LOCAL_BASES) or None
        advice = fields.yes("advice")
        if [bool(rules or local), advice].count(True) != 1:
            message = "rules 和 advice 都写了" if advice else "rules 和 advice 都没有写"
            may = "要写 rules（依据的规则）或 advice: yes（实用建议）中的一个"
            fields.entry.problem(f"{message}；{may}", "no_source")
        return Basis(rules, local)

    def outcome(self, name: str, entry: Entry) -> Outcome:
        fields = entry.fields(
            ("path", "title", "summary", "add"),
            ("alone", "rules", "local", "advice", "topics"),
        )
        return Outcome(
            id=name,
            path=fields.choice("path", PATHS),
            title=fields.text("title"),
            summary=fields.text("summary"),
            basis=self.basis(fields),
            add=self.several("条目", fields.entries("add")),
            alone=self.several("条目", fields.entries("alone")),
            topics=self.several("主题", fields.entries("topics")),
            rank=0,
        )

    # ------------------------------------------------------------ the tree

    def tree(self) -> tuple[dict[str, str], dict[str, Node]]:
        starts: dict[str, str] = {}
        nodes: dict[str, Node] = {}
        for top in self.folder("tree"):
            fields = top.fields(("nodes",), ("start",))
            for errand, entry in fields.pairs("start"):
                if self.new("start", errand, entry):
                    self.mention("选项", errand, entry, "errand")
                    starts[errand] = self.one("节点", entry) or ""
            for name, entry in fields.pairs("nodes"):
                if self.new("node", name, entry):
                    nodes[name] = self.node(name, entry)
        return starts, nodes

    def node(self, name: str, entry: Entry) -> Node:
        onward = ("branches", "others", "next", "optional", "wizard")
        fields = entry.fields((), (*_NODE_KINDS, *onward))
        kinds = [kind for kind in _NODE_KINDS if fields.get(kind) is not None]
        if len(kinds) != 1:
            may = "要写 ask（问题）、switch（事实）、end（结论）中的一个"
            entry.problem(f"节点写了{len(kinds)}个种类；{may}", "bad_node")
            return Node(name, "end", "", {}, None, False, False)
        kind = kinds[0]
        on = self.one(_NODE_KINDS[kind][0], fields.get(kind)) or ""
        idle = [key for key in onward if kind == "end" and fields.get(key) is not None]
        if idle:
            entry.problem(f"end 节点写了{'、'.join(idle)}；结论之后不能再有别的", "bad_node")
        next_node = self.one("节点", fields.get("next"))
        branches: dict[str, Branch] = {}
        for value, branch in fields.pairs("branches"):
            self.mention(_NODE_KINDS[kind][1], value, branch, on)
            branches[value] = self.branch(branch, next_node)
        others = fields.get("others")
        rest = self.branch(others, next_node) if others is not None else None
        if kind != "end" and not branches and rest is None:
            # A place question has no options to branch on.
            rest = Branch((), None, next_node)
        return Node(
            id=name,
            kind=kind,
            on=on,
            branches=branches,
            others=rest,
            optional=fields.yes("optional"),
            wizard=fields.yes("wizard", default=True),
        )

    def branch(self, entry: Entry, onward: str | None) -> Branch:
        fields = entry.fields((), ("add", "conclude", "next"))
        return Branch(
            self.several("条目", fields.entries("add")),
            self.one("结论", fields.get("conclude")),
            self.one("节点", fields.get("next")) or onward,
        )

    # ------------------------------------------------------------ regions

    def spellings(self) -> dict[str, Any]:
        """The further spellings of places, as the gazetteer takes them."""
        top = self.top("regions/names.yaml")
        if top is None:
            return {"names": {}}
        fields = top.fields(("names", "own_pool", "traditional", "sounds"))
        names = {}
        for code, entry in fields.pairs("names"):
            self.mention("地区代码", code, entry)
            names[code] = entry.texts()
        traditional = ("", "")
        listed = fields.get("traditional")
        if listed is not None:
            inner = listed.fields(("from", "to"))
            traditional = (inner.text("from"), inner.text("to"))
            lengths = (len(traditional[0]), len(traditional[1]))
            if lengths[0] != lengths[1]:
                message = f"from 有{lengths[0]}字，to 有{lengths[1]}字；两边要一样多"
                listed.problem(message, "bad_value")
        return {
            "names": names,
            "own_pool": fields.texts("own_pool"),
            "traditional": traditional,
            "sounds": self.words(fields, "sounds"),
        }

    def zone(self, name: str, entry: Entry) -> Zone:
        fields = entry.fields(("name", "members", "says", "level", "cites"), ("from",))
        # What a zone says is for those who keep the data; its citations are what is shown.
        fields.text("says")
        members = self.several("地区代码", fields.entries("members"))
        return Zone(
            id=name,
            name=fields.text("name"),
            members=members,
            since=fields.day("from"),
            level=fields.choice("level", LEVELS),
            cites=self.cites(fields),
        )

    def sheets(self) -> dict[str, RegionSheet]:
        found: dict[str, RegionSheet] = {}
        for top in self.folder("regions/provinces"):
            fields = top.fields(
                ("code", "name", "reviewed", "review_by"), ("portals", "rules", "facts", "cities")
            )
            reviewed, review_by = fields.period("reviewed", "review_by")
            own = fields.get("code")
            code = self.one("省级代码", own) or ""
            if own is None or not self.new("region", code, own):
                continue
            found[code] = self.sheet(code, fields, reviewed, review_by or "")
            for city, entry in fields.pairs("cities"):
                self.mention("省内的地区代码", city, entry, code)
                if self.new("region", city, entry):
                    inner = entry.fields((), ("name", "portals", "rules", "facts"))
                    found[city] = self.sheet(city, inner, None, review_by or "")
        return found

    def sheet(self, code: str, fields: Fields, reviewed: str | None, review_by: str) -> RegionSheet:
        fields.maybe("name")
        rules: dict[str, LocalRule] = {}
        listed = fields.get("rules")
        set_here = listed.fields((), tuple(facts.LOCAL_RULES)).found if listed else {}
        for name, entry in set_here.items():
            inner = entry.fields(("value", "level", "cites"), ("careful", "from", "until"))
            since, until = inner.period("from", "until")
            value = inner.choice("value", facts.LOCAL_RULES[name])
            level = inner.choice("level", LEVELS)
            rules[name] = LocalRule(
                value, level, self.cites(inner), inner.maybe("careful"), since, until
            )
        portals = []
        for entry in fields.entries("portals"):
            inner = entry.fields(("name", "cites"), ("use", "url", "careful"))
            inner.maybe("careful")
            name, use, url = inner.text("name"), inner.maybe("use"), inner.url("url")
            portals.append(Portal(name, use, url, self.cites(inner)))
        stated = tuple(self.fact(code, entry, review_by) for entry in fields.entries("facts"))
        return RegionSheet(code, rules, stated, tuple(portals), reviewed, review_by)

    def fact(self, code: str, entry: Entry, review_by: str) -> LocalFact:
        fields = entry.fields(
            ("id", "topic", "role", "says", "level", "cites"),
            ("reach", "only_with", "never_with", "when", "from", "until", "careful", "review_by"),
        )
        name = fields.text("id")
        if name:
            self.new("fact", name, fields.found["id"])
        reach = fields.choice("reach", ("inside", "across")) or None
        since, until = fields.period("from", "until")
        return LocalFact(
            id=name,
            region=code,
            topic=self.one("主题", fields.get("topic")) or "",
            role=fields.choice("role", ("insured", "care")),  # type: ignore[arg-type]
            reach=reach,  # type: ignore[arg-type]
            only_with=self.several("地区代码", fields.entries("only_with")),
            never_with=self.several("地区代码", fields.entries("never_with")),
            when=self.when(fields),
            says=fields.text("says"),
            careful=fields.maybe("careful"),
            level=fields.choice("level", LEVELS),
            cites=self.cites(fields),
            since=since,
            until=until,
            review_by=fields.day("review_by") or review_by,
        )

    def when(self, fields: Fields) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The answers that an item or a local fact is about."""
        found = []
        for question, entry in fields.pairs("when"):
            self.mention("问题", question, entry)
            found.append((question, self.several("选项", entry.entries(), question)))
        return tuple(found)


def _merged(old: RegionSheet | None, new: RegionSheet) -> RegionSheet:
    """A sheet with another one laid over it."""
    if old is None:
        return new
    return new._replace(
        rules={**old.rules, **new.rules},
        facts=tuple({fact.id: fact for fact in (*old.facts, *new.facts)}.values()),
        portals=tuple({portal.name: portal for portal in (*old.portals, *new.portals)}.values()),
    )


def _onward(node: Node) -> set[str]:
    """The nodes that a node leads to."""
    return {branch.next for branch in node.every_branch if branch.next}
