"""Proofs about texts: that each is understood when it is read once, and true in every situation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import product

from msgspec import Struct

from yibao_cli import facts
from yibao_cli.audit.survey import Found, completed
from yibao_cli.checklist import listed
from yibao_cli.consult import decide
from yibao_cli.errors import YibaoError
from yibao_cli.knowledge.about import OutOfPlace
from yibao_cli.knowledge.model import Knowledge
from yibao_cli.places import Place
from yibao_cli.walk import Answers

READ = ("title", "summary", "text", "name", "detail", "where", "deadline")
"""What a reader of a list reads first."""


def words_out_of_place(known: Knowledge, samples: Iterable[Answers], day: str) -> Found:
    """Words that nobody in a situation may read.

    The samples lead to every branch of the tree; each is put into each situation.
    """
    ways = list(samples)
    for one in known.wording.out_of_place.values():
        for kind, name in sorted(_shown(known, one, ways, day)):
            thing = known.items[name] if kind == "item" else known.outcomes[name]
            texts = "\n".join(text for _, text in texts_of(thing, READ))
            for word in one.words:
                if name not in one.besides and word in texts:
                    message = f"“{one.id}”的清单上有“{word}”：{one.because}"
                    yield "out_of_place", kind, name, f"{message}；请改话，或给它加 when"


def _shown(
    known: Knowledge, one: OutOfPlace, ways: list[Answers], day: str
) -> set[tuple[str, str]]:
    """Kind and name of everything that stands on a list in a situation."""
    found: set[tuple[str, str]] = set()
    asked = {name: values for name, values in one.when.items() if name in known.questions}
    ends = _ends(known, one, ways, day)
    for way in ways:
        if way["errand"] not in one.when.get("errand", (way["errand"],)):
            continue
        for values in product(*asked.values()):
            # Whatever else it answered: a way that is sampled may end at its branch, and be the only
            # one to it.
            told = {**way, **ends, **dict(zip(asked, values, strict=True))}
            try:
                answers = completed(known, told, day)
                decisions = decide(known, answers, day)
            except (YibaoError, LookupError):
                # The survey tells of holes.
                continue
            found |= {("item", name) for name in listed(known, answers, decisions, day)}
            found |= {
                ("outcome", name) for each in decisions for name in (each.outcome, *each.also)
            }
    return found


def _ends(known: Knowledge, one: OutOfPlace, ways: list[Answers], day: str) -> Answers:
    """Two places for which the facts of a situation hold; nothing where it names none."""
    wanted = {name: values for name, values in one.when.items() if name not in known.questions}
    if not wanted:
        return {}
    for way in ways:
        insured, care = way.get("from"), way.get("to")
        if isinstance(insured, Place) and isinstance(care, Place):
            derived = facts.derived(facts.Journey(known, insured, care, day))
            if all(derived[name] in values for name, values in wanted.items()):
                return {"from": insured, "to": care}
    return {}


def texts_of(thing: Struct, fields: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The texts that stand in these fields, each with its field."""
    for field in fields:
        value = getattr(thing, field, None) or ()
        yield from ((field, text) for text in ((value,) if isinstance(value, str) else value))


LONGEST_SENTENCE = 36
"""Characters that are read in one breath; a line of a step holds hardly fewer."""
LONGEST_EXPLANATION = 8
MOST_LINKS = 2
"""So many 的 tell what belongs to what; with more of them it has to be read again."""

_LINK = "的"
_END = re.compile("[。！？；]")
# Whatever stands there is a name; the check of lines takes the longest one.
_PLACEHOLDER = re.compile(r"\{\w+\}")


def hard_to_read(known: Knowledge, texts: Iterable[tuple[str, str, str]]) -> Found:
    """What cannot be read at once.

    The texts come with kind and name of what they stand in. Those that nobody may word anew are
    not among them: local rules are quotations, and the general ones their clauses.
    """
    for kind, name, text in texts:
        for sentence in _END.split(text):
            for message in _faults(known, sentence):
                yield "hard_to_read", kind, name, f"“{sentence[:20]}”{message}"
    for word, meaning in known.wording.explained.items():
        if len(meaning) > LONGEST_EXPLANATION:
            message = f"“{word}”的解释有{len(meaning)}字，最多{LONGEST_EXPLANATION}字；请写短"
            yield "hard_to_read", "explained", word, message


def unused_words(known: Knowledge, texts: Iterable[str]) -> Found:
    """What explains a word that none of the texts says."""
    said = "\n".join(texts)
    for word in known.wording.explained:
        if word not in said:
            yield "unused_word", "explained", word, f"“{word}”没有一处用到；请删掉这条解释"


def _faults(known: Knowledge, sentence: str) -> Iterator[str]:
    length, links = len(_PLACEHOLDER.sub("某地", sentence)), sentence.count(_LINK)
    if length > LONGEST_SENTENCE:
        yield f"一句有{length}字，最多{LONGEST_SENTENCE}字；用句号或分号断开，或写短"
    if links > MOST_LINKS:
        yield f"一句有{links}个“{_LINK}”，最多{MOST_LINKS}个；换个说法"
    for word, plain in known.wording.plain.items():
        if word in sentence:
            yield f"里有办事用语“{word}”；请说“{plain}”，或换个说法"
