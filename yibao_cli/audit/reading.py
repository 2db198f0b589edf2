"""Plain words: what is read once has to be understood, by whoever knows no word of the offices."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from yibao_cli.knowledge.model import Knowledge

LONGEST_SENTENCE = 36
"""Characters that are read in one breath; a line of a step holds hardly fewer."""
LONGEST_EXPLANATION = 8
MOST_LINKS = 2
"""So many 的 tell what belongs to what; with more of them it has to be read again."""

_LINK = "的"
_END = re.compile("[。！？；]")
# Whatever stands there is a name; the check of lines takes the longest one.
_PLACEHOLDER = re.compile(r"\{\w+\}")


def hard_to_read(
    known: Knowledge, texts: Iterable[tuple[str, str, str]]
) -> Iterator[tuple[str, str, str, str]]:
    """Code, kind, name and message of what cannot be read at once.

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


def unused_words(known: Knowledge, texts: Iterable[str]) -> Iterator[tuple[str, str, str, str]]:
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
