"""What Typer's completion offers for a value; of that it takes what goes on from the typed word.

Typer reads the annotations of these functions at every start, so they are no strings, which take
longer to read.
"""

from collections.abc import Callable, Collection, Iterator

import typer

from yibao_cli.answers import find_question
from yibao_cli.errors import KnowledgeError
from yibao_cli.knowledge import knowledge
from yibao_cli.knowledge.location import overlay
from yibao_cli.knowledge.model import Knowledge
from yibao_cli.knowledge.questions import Question

Offered = list[tuple[str, str]]
"""Values, each with its meaning."""

_MOST_PLACES = 40


def one_of(words: Collection[str]) -> Callable[..., Offered]:
    """Some words."""

    def complete(incomplete: str) -> Offered:
        return [(one, "") for one in words]

    return complete


nothing = one_of(())
"""Nothing of ours: the shell knows its files."""


def answer(question_id: str) -> Callable[..., Offered]:
    """The answers to a question, as the chosen knowledge has them."""

    def complete(ctx: typer.Context, args: list[str], incomplete: str) -> Offered:
        known = _known(ctx)
        return _answers(known, known.questions.get(question_id), incomplete)

    return complete


def settings(ctx: typer.Context, incomplete: str) -> Offered:
    """A question and an equals sign, and then its answers."""
    name, equals, text = incomplete.partition("=")
    if not equals:
        return [(f"{value}=", meaning) for value, meaning in questions(ctx, incomplete)]
    known = _known(ctx)
    found = _answers(known, find_question(known, name), text)
    return [(f"{name}={value}", meaning) for value, meaning in found]


def questions(ctx: typer.Context, incomplete: str) -> Offered:
    """The questions by their ids and by their labels."""
    found = _known(ctx).questions.values()
    return [*((one.id, one.label) for one in found), *((one.label, one.id) for one in found)]


def nodes(ctx: typer.Context, incomplete: str) -> Offered:
    """The errands and the nodes of the decision tree."""
    known = _known(ctx)
    errands = [(one.label, one.id) for one in known.questions["errand"].options.values()]
    return [*errands, *((name, "") for name in known.nodes)]


def _known(ctx: typer.Context) -> Knowledge:
    """The knowledge that the line is answered by, or the shipped one where that is broken."""
    folder = ctx.params.get("data")
    try:
        # No shell has done this to a line that is still typed.
        return knowledge(folder and folder.expanduser(), overlay(ctx.obj.environ))
    except (KnowledgeError, RuntimeError):
        return knowledge()


def _answers(known: Knowledge, question: Question | None, word: str) -> Offered:
    """Labels; or, where none begins so, all other spellings."""
    if question is None:
        return []
    if question.kind == "place":
        return [*_places(known, word)]
    options = question.options.values()
    labels = [(one.label, one.id) for one in options if one.label.startswith(word)]
    return labels or [(text, one.label) for one in options for text in (one.id, *one.also)]


def _places(known: Knowledge, word: str) -> Iterator[tuple[str, str]]:
    found: dict[str, list[str]] = {}
    for place in known.places.complete(word, _MOST_PLACES):
        full, *others = known.places.written(place)
        name = next((one for one in (full, *others) if one.startswith(word)), full)
        found.setdefault(name, []).append(full)
    for name, meant in found.items():
        # A way of writing that fits several places is no answer.
        yield from [(name, meant[0])] if len(meant) == 1 else [(one, "") for one in meant]
