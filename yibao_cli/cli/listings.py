"""`yibao questions`, `yibao region` and `yibao sources`: the knowledge itself, listed."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from yibao_cli.cli.options import knowledge_for, print_listing
from yibao_cli.console import Console
from yibao_cli.errors import AnswerError


def questions(console: Console, *, ids: list[str], format_: str | None, data: Path | None) -> None:
    """Every question, or those that are named."""
    from yibao_cli.render import listings

    known = knowledge_for(console, data)
    chosen = list(known.questions.values())
    if ids:
        from yibao_cli.answers import find_question, unknown_question

        named = [(one, find_question(known, one)) for one in ids]
        unknown = [unknown_question(known, name) for name, found in named if found is None]
        if unknown:
            raise AnswerError(*unknown)
        chosen = list({found.id: found for _, found in named if found}.values())
    print_listing(console, format_, listings.questions(chosen))


def region(console: Console, *, text: list[str], format_: str | None, data: Path | None) -> None:
    """What a name of a place resolves to, and what is known of it."""
    from yibao_cli.answers import parse_answer
    from yibao_cli.render import listings

    known = knowledge_for(console, data)
    # Not an answer to any question, so no message may speak of a flag.
    question = replace(known.questions["to"], id="", label="地名")
    place = parse_answer(known, question, " ".join(text))
    day = console.today(known.about.begins).isoformat()
    print_listing(console, format_, listings.region(known, place, day))  # type: ignore[arg-type]


def sources(console: Console, *, overdue: bool, format_: str | None, data: Path | None) -> None:
    """Every text the knowledge rests on, or those that are due to be read again."""
    from yibao_cli.render import listings

    known = knowledge_for(console, data)
    day = console.today(known.about.begins).isoformat()
    print_listing(console, format_, listings.sources(known, day, overdue_only=overdue))
