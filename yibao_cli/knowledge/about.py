"""The knowledge as a whole: its dates, its fixed wording, and how it words itself."""

from typing import Annotated

from msgspec import Meta, Struct, field

from yibao_cli.knowledge.kinds import Category, Day, Id, Key, Number, QuestionId, Text, Topic, When


class Levels(Struct, frozen=True, kw_only=True):
    """How well something could be read, in words."""

    A: str
    B: str
    C: str


class Phases(Struct, frozen=True, kw_only=True):
    """The headings of the four phases."""

    before: str
    during: str
    settle: str
    after: str


class ClaimReminder(Struct, frozen=True, kw_only=True):
    """So many days after the discharge, with the local facts on these topics."""

    days: Number
    says: str
    topics: tuple[Topic, ...] = ()


class YearReminder(Struct, frozen=True, kw_only=True):
    """On the first of a month in the year after the discharge."""

    month: Annotated[int, Meta(ge=1, le=12)]
    says: str


class MonthsReminder(Struct, frozen=True, kw_only=True):
    """So many months after a day."""

    months: Number
    says: str


class EarlyReminder(MonthsReminder, frozen=True, kw_only=True):
    """So many months after the discharge, or at once as long as the shortest deadline lies ahead."""

    shortest: Number
    """Months after which the first places take no more claims."""


class LongTermReminder(MonthsReminder, frozen=True, kw_only=True):
    """So many months after a filing of one of these categories."""

    categories: tuple[Category, ...]


class Calendar(Struct, frozen=True, kw_only=True):
    """What the calendar reminds of, as practical advice; what is absent is not reminded of.

    `case` are the questions whose answers tell one case from another, however it goes on.
    """

    case: tuple[QuestionId, ...] = ()
    claim: ClaimReminder | None = None
    early: EarlyReminder | None = None
    next_year: YearReminder | None = None
    long_term: LongTermReminder | None = None
    temporary: MonthsReminder | None = None


class FactWords(Struct, frozen=True, kw_only=True):
    """What a derived fact is called, and each of its values."""

    label: str
    values: dict[str, str]


class About(Struct, frozen=True, kw_only=True):
    """The knowledge as a whole: version, dates, fixed wording and reminders.

    `version` is made when the files are read. No day before it `begins` is answered. Whoever is in
    care already, or has paid, sees the headings `phases_under_way`; whoever runs one of the
    `office_errands` goes to no doctor and sees those of `phases_office`.
    """

    version: Annotated[str, Meta(extra={"unwritten": True})] = ""
    read_on: Day
    begins: Day
    disclaimer: str
    levels: Levels
    phases: Phases
    phases_under_way: Phases
    topics: dict[Id, str]
    facts: dict[Annotated[str, Meta(extra={"names": "事实"})], FactWords]
    calendar: Calendar = Calendar()
    phases_office: Phases | None = None
    office_errands: tuple[Id, ...] = ()


class OutOfPlace(Struct, frozen=True, kw_only=True, rename={"besides": "except"}):
    """A situation and the words that nobody in it may read, but in the items named as exceptions."""

    id: Annotated[Key, Meta(extra={"defines": "wording"})] = ""
    when: When
    words: tuple[str, ...]
    because: str
    besides: dict[Annotated[str, Meta(extra={"names": "条目或结论"})], str] = field(
        default_factory=dict
    )


class Diction(Struct, frozen=True, kw_only=True):
    """Words that cannot be true in a situation, and words of the offices.

    Those with a `plain` partner are not said; the others stay, because a counter or an app calls
    the thing so, and are `explained` at the end of a list that they stand on. Only the last are for
    a list, the others for the proof.
    """

    out_of_place: dict[str, OutOfPlace] = field(default_factory=dict)
    plain: dict[Text, Text] = field(default_factory=dict)
    explained: dict[Annotated[Text, Meta(extra={"defines": "explained"})], Text] = field(
        default_factory=dict
    )
