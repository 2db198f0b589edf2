"""The one place where the benchmark meets the library it measures."""

from __future__ import annotations

from collections.abc import Mapping

from yibao_cli.answers import parse_answers
from yibao_cli.consult import consult
from yibao_cli.facts import Journey, filing_rule, maternity_rule, neighbours, relation
from yibao_cli.knowledge.model import Knowledge
from yibao_cli.places import Place
from yibao_cli.render import render
from yibao_cli.result import Checklist
from yibao_cli.walk import Decision, walk

Answers = dict[str, "str | Place"]


def parse(known: Knowledge, texts: Mapping[str, str]) -> Answers:
    """Texts as a person writes them, as answers."""
    return parse_answers(known, {name: [text] for name, text in texts.items()})


def checklist(known: Knowledge, answers: Answers) -> Checklist:
    """The whole checklist, from answers to what is shown."""
    return consult(known, answers, day(known))


def path(known: Knowledge, answers: Answers) -> str:
    """The outcome of the walk alone, for somebody who wants care."""
    decision = walk(known, "care", answers, day(known))
    assert isinstance(decision, Decision)
    return known.outcomes[decision.outcome].path


def markdown(found: Checklist) -> str:
    """The checklist as text."""
    return render(found, "markdown")


def journey(known: Knowledge, insured: Place, care: Place) -> tuple[str, str] | None:
    """The relation of two places and its filing rule; None where places decide still more."""
    found = Journey(known, insured, care, day(known))
    if (maternity_rule(found), neighbours(found)) != ("unknown", "none"):
        return None
    return relation(found), filing_rule(found)


def day(known: Knowledge) -> str:
    """A day that is the same in every run: the one on which the knowledge was last read."""
    return known.about.read_on
