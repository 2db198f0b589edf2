"""Frozen values that travel through the program. No I/O and no behaviour beyond small lookups."""

from __future__ import annotations

from yibao_cli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection
    from typing import Any, Literal, TypeVar

    Phase = Literal["before", "during", "settle", "after"]
    ItemKind = Literal["step", "document", "warning", "note", "question", "contact"]
    Asked = TypeVar("Asked", "Question", "Option")

PHASES: tuple[Phase, ...] = ("before", "during", "settle", "after")

LEVELS = ("A", "B", "C")

# The contract's paths, in no particular order; precedence is the order of outcomes.yaml.
PATHS = (
    "not_covered", "restore_enrolment", "manual_claim", "local_care", "direct_settlement",
    "file_then_direct", "file_before_discharge", "fix_problem", "activate_credential",
    "personal_account", "mutual_aid", "transfer_insurance", "ask_agency",
)  # fmt: skip


# ---------------------------------------------------------------- knowledge


def _holds(since: str | None, until: str | None, day: str) -> bool:
    """Whether an ISO day lies between two others, each open where it is None."""
    return (since is None or since <= day) and (until is None or day <= until)


class Option(Value):
    """One answer to a question: its id, its label and everything a user may type for it."""

    id: str
    label: str
    spellings: tuple[str, ...]
    hint: str | None = None
    was: tuple[str, ...] = ()
    """Ids it had before, so that codes and files of that time can still be read."""


class Question(Value):
    """A question, whether it is asked, given as a flag or assumed.

    `default` is None where an answer is required. `adds` says that its answers only add items and
    never change the way, `known` that everybody knows the answer. `wizard` says that the wizard asks it whenever
    the way meets it; `extra` is the line under which the wizard offers it otherwise.
    `tip` stands under the question, `help` tells on demand where to find the answer.
    `fits` lists words that fit several options and therefore have to be asked about.
    """

    id: str
    label: str
    ask: str
    kind: Literal["choice", "place"]
    options: tuple[Option, ...]
    default: str | None
    several: bool
    wizard: bool
    adds: bool
    known: bool
    extra: str | None
    tip: str | None
    help: str | None
    was: tuple[str, ...]
    fits: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def flag(self) -> str:
        """The command line flag of this question."""
        return "--" + self.id.replace("_", "-")

    def option(self, option_id: str) -> Option:
        """The option with this id; KeyError where there is none."""
        for option in self.options:
            if option.id == option_id:
                return option
        raise KeyError(option_id)


def named(things: Collection[Asked], name: str) -> Asked | None:
    """The question or option that has this id, or else the one that once had it."""
    for thing in things:
        if thing.id == name:
            return thing
    return next((thing for thing in things if name in thing.was), None)


class Branch(Value):
    """What one answer does: add items, conclude an outcome, lead on (None ends the walk)."""

    add: tuple[str, ...]
    conclude: str | None
    next: str | None


class Node(Value):
    """One stop of the tree: asks a question, switches on a derived fact, or ends in an outcome.

    An optional question is never asked for: without an answer it counts as `unsure`.
    """

    id: str
    kind: Literal["ask", "switch", "end"]
    on: str
    branches: dict[str, Branch]
    others: Branch | None
    optional: bool
    wizard: bool

    @property
    def every_branch(self) -> tuple[Branch, ...]:
        """All branches, the one for options not listed at the end."""
        return (*self.branches.values(), *((self.others,) if self.others else ()))

    def branch(self, value: str) -> Branch:
        """The branch an answer or fact takes; KeyError where the tree has a hole."""
        found = self.branches.get(value, self.others)
        if found is None:
            raise KeyError(value)
        return found


class Source(Value):
    """A text the knowledge rests on, and how well it could be read."""

    id: str
    title: str
    number: str | None
    issued: str | None
    effective: str | None
    until: str | None
    read_on: str
    review_by: str
    level: str
    scope: str | None
    read_as: str
    url: str | None
    quoted: bool


class Citation(Value):
    """A source and the clause in it."""

    source: str
    clause: str


class Rule(Value):
    """One legal rule in one sentence, with its evidence and the days it holds."""

    id: str
    says: str
    level: str
    cites: tuple[Citation, ...]
    since: str | None
    until: str | None

    def in_force(self, day: str) -> bool:
        """Whether the rule holds on an ISO day."""
        return _holds(self.since, self.until, day)


class Basis(Value):
    """What an item rests on: legal rules, a local rule by its name, or else practical advice."""

    rules: tuple[str, ...]
    local: str | None

    @property
    def advice(self) -> bool:
        """Whether the item is practical advice without a legal source."""
        return not self.rules and self.local is None


class Item(Value):
    """One entry of `data/checklist`: the kind decides which of the optional fields it has.

    step: phase, where, deadline · document: purpose, original, copies, alternatives, owner,
    signer, proxy · contact: phone · question (to put to the agency): topic, region · note: topic.
    `contradicts` names items that must never stand on the same list, `when` the answers that it
    is about, `calendar` what the calendar does with it. `owner` and `signer` are told to a proxy,
    who needs a paper with `proxy` whatever the list says; `region` asks it of any place.
    """

    id: str
    kind: ItemKind
    text: str
    detail: str | None
    basis: Basis
    phase: Phase | None = None
    where: str | None = None
    deadline: str | None = None
    purpose: str | None = None
    original: bool = False
    copies: int = 0
    alternatives: tuple[str, ...] = ()
    phone: str | None = None
    topic: str | None = None
    contradicts: tuple[str, ...] = ()
    when: tuple[tuple[str, tuple[str, ...]], ...] = ()
    owner: str | None = None
    signer: str | None = None
    proxy: bool = False
    region: bool = False
    calendar: str | None = None


class Outcome(Value):
    """A variant of one of the contract's paths: what is concluded and what it brings along.

    `add` comes with it also where something else was concluded before, `alone` only where it is
    the outcome itself.
    """

    id: str
    path: str
    title: str
    summary: str
    basis: Basis
    add: tuple[str, ...]
    alone: tuple[str, ...]
    topics: tuple[str, ...]
    rank: int


class LocalFact(Value):
    """A sourced statement about one province or city.

    `role` tells whether it is about people insured there or about care given there, `reach`
    whether about trips inside the province or across its border; `only_with` and `never_with`
    name the places at the other end of the journey that it is about, `when` the answers.
    """

    id: str
    region: str
    topic: str
    role: Literal["insured", "care"]
    reach: Literal["inside", "across"] | None
    only_with: tuple[str, ...]
    never_with: tuple[str, ...]
    when: tuple[tuple[str, tuple[str, ...]], ...]
    says: str
    careful: str | None
    level: str
    cites: tuple[Citation, ...]
    since: str | None
    until: str | None
    review_by: str

    def in_force(self, day: str) -> bool:
        """Whether the statement holds on an ISO day."""
        return _holds(self.since, self.until, day)


class LocalRule(Value):
    """A local rule that the tree switches on, for example whether a filing is needed inside."""

    value: str
    level: str
    cites: tuple[Citation, ...]
    careful: str | None
    since: str | None
    until: str | None

    def in_force(self, day: str) -> bool:
        """Whether the rule holds on an ISO day."""
        return _holds(self.since, self.until, day)


class Portal(Value):
    """An official site, app or mini-program by name."""

    name: str
    use: str | None
    url: str | None
    cites: tuple[Citation, ...]


class RegionSheet(Value):
    """What is known of one province or city.

    Looked at as a whole when `reviewed`, and again before `review_by`; a city goes with its province.
    """

    code: str
    rules: dict[str, LocalRule]
    facts: tuple[LocalFact, ...]
    portals: tuple[Portal, ...]
    reviewed: str | None = None
    review_by: str | None = None


class Zone(Value):
    """A group of provinces or districts among which no filing is needed."""

    id: str
    name: str
    members: tuple[str, ...]
    since: str | None
    level: str
    cites: tuple[Citation, ...]

    def in_force(self, day: str) -> bool:
        """Whether the zone exists on an ISO day."""
        return _holds(self.since, None, day)


class Reminder(Value):
    """When the calendar reminds of something, and what it says then, as practical advice.

    `after` counts days, months, or is a month, as its name in `About.calendar` has it. It shows
    local facts on the `topics`, and is about these `categories` of filing where it names any.
    """

    after: int
    says: str
    topics: tuple[str, ...]
    categories: tuple[str, ...]


class About(Value):
    """The knowledge as a whole: version, dates, fixed wording and reminders."""

    version: str
    read_on: str
    begins: str
    disclaimer: str
    levels: dict[str, str]
    topics: dict[str, str]
    phases: dict[str, str]
    phases_under_way: dict[str, str]
    calendar: dict[str, Reminder]


class Knowledge(Value):
    """Everything in `data/`, checked."""

    about: About
    questions: dict[str, Question]
    nodes: dict[str, Node]
    starts: dict[str, str]
    outcomes: dict[str, Outcome]
    items: dict[str, Item]
    rules: dict[str, Rule]
    sources: dict[str, Source]
    sheets: dict[str, RegionSheet]
    zones: tuple[Zone, ...]
    places: Any
    """The gazetteer (`regions.Gazetteer`)."""


# ---------------------------------------------------------------- results


class Stop(Value):
    """One node on the way: what it turned on, the value it met and where that came from."""

    node: str
    kind: Literal["ask", "switch", "end"]
    on: str
    value: str
    origin: Literal["given", "assumed", "derived"]


class Added(Value):
    """An item and the stop (index into the trace) that put it on the list."""

    item: str
    stop: int


class Decision(Value):
    """Where a walk ended: the outcome, the outcomes matched after it, and all it collected."""

    errand: str
    outcome: str
    also: tuple[str, ...]
    added: tuple[Added, ...]
    trace: tuple[Stop, ...]

    @property
    def values(self) -> dict[str, str]:
        """What the walk went by, question by question, assumed answers included."""
        return {stop.on: stop.value for stop in self.trace if stop.kind == "ask"}


class Evidence(Value):
    """What a displayed entry rests on, ready to be shown."""

    level: str | None
    sources: tuple[str, ...]
    clauses: tuple[str, ...]

    @property
    def advice(self) -> bool:
        """Practical advice without a legal source."""
        return not self.sources


class Step(Value):
    """Something to do."""

    id: str
    phase: Phase
    text: str
    detail: str | None
    where: str | None
    deadline: str | None
    evidence: Evidence
    because: str
    calendar: str | None = None


class Document(Value):
    """A paper to bring; what a proxy is told besides is as in `Item`."""

    id: str
    name: str
    purpose: str
    detail: str | None
    original: bool
    copies: int
    alternatives: tuple[str, ...]
    evidence: Evidence
    because: str
    owner: str | None = None
    signer: str | None = None
    proxy: bool = False


class Remark(Value):
    """A warning, a note, a local rule or a question to put to the agency."""

    id: str
    text: str
    detail: str | None
    evidence: Evidence
    because: str
    calendar: str | None = None


class Contact(Value):
    """Whom to ask, in this order."""

    id: str
    name: str
    phone: str | None
    detail: str | None
    evidence: Evidence
    calendar: str | None = None


class Conclusion(Value):
    """An outcome as shown: the contract's path, a title and one sentence."""

    id: str
    path: str
    title: str
    summary: str
    evidence: Evidence


class Answer(Value):
    """One answer as shown beside the result."""

    question: str
    label: str
    flag: str
    value: str
    text: str
    assumed: bool
    used: bool = True


class TraceLine(Value):
    """One line of the explanation."""

    node: str
    kind: str
    on: str
    label: str
    value: str
    text: str
    origin: str


class CitedSource(Value):
    """A source as shown under a checklist."""

    source: Source
    clauses: tuple[str, ...]
    level: str
    overdue: bool


class KnowledgeState(Value):
    """Which knowledge answered, and for which day."""

    version: str
    read_on: str
    as_of: str
    overdue: tuple[str, ...]


class Checklist(Value):
    """The result: everything a renderer may show, and nothing that it has to decide."""

    answers: tuple[Answer, ...]
    places: dict[str, Any]
    conclusion: Conclusion
    others: tuple[Conclusion, ...]
    also: tuple[Conclusion, ...]
    steps: tuple[Step, ...]
    documents: tuple[Document, ...]
    warnings: tuple[Remark, ...]
    notes: tuple[Remark, ...]
    local: tuple[Remark, ...]
    questions: tuple[Remark, ...]
    contacts: tuple[Contact, ...]
    proxy: tuple[Document, ...]
    """What a proxy needs besides the documents."""
    sources: tuple[CitedSource, ...]
    trace: tuple[TraceLine, ...]
    knowledge: KnowledgeState
    disclaimer: str
    phases: dict[str, str]
    levels: dict[str, str]
    calendar: dict[str, Reminder]
    code: str | None = None
    """The answers as a short code that `--code` takes."""
