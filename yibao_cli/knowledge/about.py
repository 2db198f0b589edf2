"""What `knowledge.yaml` says of the knowledge as a whole."""

from typing import Annotated

from msgspec import Meta, Struct

from yibao_cli.knowledge.kinds import Category, Day, Id, Number, Text, Topic


class Levels(Struct, frozen=True, kw_only=True):
    """How well something could be read, in words."""

    A: Text
    B: Text
    C: Text


class Phases(Struct, frozen=True, kw_only=True):
    """The headings of the four phases."""

    before: Text
    during: Text
    settle: Text
    after: Text


class ClaimReminder(Struct, frozen=True, kw_only=True):
    """So many days after the discharge, with the local facts on these topics."""

    days: Number
    says: Text
    topics: tuple[Topic, ...] = ()


class YearReminder(Struct, frozen=True, kw_only=True):
    """On the first of a month in the year after the discharge."""

    month: Annotated[int, Meta(ge=1, le=12)]
    says: Text


class LongTermReminder(Struct, frozen=True, kw_only=True):
    """So many months after a filing of one of these categories."""

    months: Number
    says: Text
    categories: tuple[Category, ...]


class TemporaryReminder(Struct, frozen=True, kw_only=True):
    """So many months after any other filing."""

    months: Number
    says: Text


class Calendar(Struct, frozen=True, kw_only=True):
    """What the calendar reminds of, as practical advice; what is absent is not reminded of."""

    claim: ClaimReminder | None = None
    next_year: YearReminder | None = None
    long_term: LongTermReminder | None = None
    temporary: TemporaryReminder | None = None


class About(Struct, frozen=True, kw_only=True):
    """The knowledge as a whole: version, dates, fixed wording and reminders.

    No day before it `begins` is answered. Whoever is in care already, or has paid, sees the
    headings `phases_under_way`.
    """

    version: Text
    read_on: Day
    begins: Day
    disclaimer: Text
    levels: Levels
    phases: Phases
    phases_under_way: Phases
    topics: dict[Id, Text]
    calendar: Calendar = Calendar()
