"""Text to answer: whatever a flag, a prompt or a file says goes through the same validation."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from functools import cache

from yibao_cli.errors import AnswerError, Finding
from yibao_cli.knowledge.model import Knowledge
from yibao_cli.knowledge.questions import Question, find_named
from yibao_cli.places import Place

Given = Mapping[str, Sequence[str]]
"""Name of a question → every text that was given for it."""

_SHOWN = 8
_LONGEST = 60
# Some more than is shown, for blanks; a text may be a million characters long.
_LOOKED_AT = 200


def parse_answers(knowledge: Knowledge, given: Given) -> dict[str, str | Place]:
    """Every given text as an answer.

    Raises AnswerError with one finding for each text that is unknown, ambiguous or contradicts
    another one.
    """
    found: dict[str, str | Place] = {}
    wrong: list[Finding] = []
    # One question may have been given under several of its names.
    asked: dict[str, list[str]] = {}
    for name, texts in given.items():
        question = find_question(knowledge, name)
        if question is None:
            wrong.append(unknown_question(knowledge, name))
        else:
            asked.setdefault(question.id, []).extend(texts)
    for question_id, texts in asked.items():
        question = knowledge.questions[question_id]
        values: dict[str, tuple[str, str | Place]] = {}
        for text in texts:
            try:
                value = parse_answer(knowledge, question, text)
            except AnswerError as error:
                wrong += error.findings
            else:
                values.setdefault(_key(value), (text, value))
        if len(values) > 1:
            said = "、".join(f"“{printable(text)}”" for text, _ in values.values())
            wrong.append(
                Finding(
                    "contradiction",
                    f"{_named(question)}给了不同的答案：{said}；只能留一个。",
                    tuple(printable(text) for text, _ in values.values()),
                    question.id,
                )
            )
        elif values:
            found[question.id] = next(iter(values.values()))[1]
    if wrong:
        raise AnswerError(*wrong)
    return found


def parse_answer(knowledge: Knowledge, question: Question, text: str) -> str | Place:
    """One text as an answer to one question; several errands come back joined by commas.

    Raises AnswerError with the candidates or the nearest options.
    """
    if question.kind == "place":
        return _place(knowledge, question, text)
    if question.several:
        parts = [part for part in normalized(text).replace("、", ",").split(",") if part]
        chosen = {_option(question, part): None for part in parts} or {
            _option(question, text): None
        }
        return ",".join(chosen)
    return _option(question, text)


def migrate_answer(knowledge: Knowledge, question: Question, text: str) -> str | Place | None:
    """An answer of another day by today's knowledge, None where it is gone.

    `text` holds ids of options, which may have been renamed, or the code of a place.
    """
    if question.kind == "place":
        # Anything but a code would be a name to guess at.
        if text not in knowledge.places.codes():
            return None
    else:
        options = [find_named(question.options.values(), one) for one in text.split(",")]
        if None in options:
            return None
        text = ",".join(option.id for option in options if option)
    try:
        return parse_answer(knowledge, question, text)
    except AnswerError:
        return None


def find_question(knowledge: Knowledge, name: str) -> Question | None:
    """The question that has, or once had, this id, or that is called so."""
    written = visible(name).strip()
    asked = written.replace("-", "_")
    found = knowledge.questions.get(asked)
    if found is not None:
        return found
    questions = knowledge.questions.values()
    called = next((one for one in questions if written == one.label), None)
    return called or find_named(questions, asked)


def unknown_question(knowledge: Knowledge, question_id: str) -> Finding:
    """What to say about an id that is no question."""
    near = get_close_matches(question_id, list(knowledge.questions), 3)
    hint = f"是不是：{'、'.join(near)}？" if near else "用 yibao questions 看全部问题。"
    return Finding(
        "unknown_question", f"没有“{printable(question_id)}”这个问题。{hint}", tuple(near)
    )


def printable(text: str) -> str:
    """Foreign text made fit for a message: no control characters, not too long."""
    shown = " ".join(visible(text[:_LOOKED_AT]).split())
    clean = "".join(char if char.isprintable() else "?" for char in shown)
    return clean if len(clean) <= _LONGEST else clean[:_LONGEST] + "…"


def answer_in_words(question: Question, value: str | Place) -> str:
    """An answer as a person knows it: the label, or the full name of the place."""
    if isinstance(value, Place):
        return value.full_name
    return "、".join(question.options[one].label for one in value.split(","))


def answer_as_text(value: str | Place) -> str:
    """An answer as the text that gives it again: ids of options, or the code of a place."""
    return (value.district_code or value.code) if isinstance(value, Place) else value


def _named(question: Question) -> str:
    """A question with its flag, where it has one."""
    return f"{question.label}（{question.flag}）" if question.id else question.label


def _option(question: Question, text: str) -> str:
    wanted = normalized(text)
    ambiguous, spellings = _words(question)
    if wanted in ambiguous:
        labels = tuple(question.options[one].label for one in ambiguous[wanted])
        raise AnswerError(
            Finding(
                "ambiguous",
                f"{_named(question)}写“{printable(text)}”可能是"
                f"{'，也可能是'.join(labels)}；请写明是哪一种。",
                labels,
                question.id,
            )
        )
    found = spellings.get(wanted)
    if found is not None:
        return found
    near = tuple(
        dict.fromkeys(spellings[one] for one in get_close_matches(wanted, spellings, 6, 0.66))
    )
    near = near[:3] or tuple(question.options)
    labels = tuple(question.options[one].label for one in near)
    raise AnswerError(
        Finding(
            "unknown_value",
            f"{_named(question)}看不懂“{printable(text)}”；可以写：{' / '.join(labels)}。",
            labels,
            question.id,
        )
    )


def _words(question: Question) -> tuple[Mapping[str, tuple[str, ...]], Mapping[str, str]]:
    """The words that fit several options, and those that mean one, as `plain` makes them."""
    ambiguous = {normalized(word): which for word, which in reversed(question.fits.items())}
    spellings: dict[str, str] = {}
    for option in question.options.values():
        for spelling in (option.id, option.label, *option.also):
            spellings.setdefault(normalized(spelling), option.id)
    # What a word means today comes before what it once meant.
    for option in question.options.values():
        for spelling in option.was:
            spellings.setdefault(normalized(spelling), option.id)
    return ambiguous, spellings


def _place(knowledge: Knowledge, question: Question, text: str) -> Place:
    text = visible(text)
    # No name is longer, and the search goes by every part of it.
    found = knowledge.places.find(text) if len(text) <= _LOOKED_AT else ()
    if len(found) == 1:
        place = found[0]
        if question.id == "from" and place.level == "abroad":
            raise AnswerError(
                Finding(
                    "unknown_place",
                    f"{_named(question)}要写内地的省或市，不能是“{printable(text)}”；"
                    "港澳台居民在内地参保的，写参保的城市。",
                    question=question.id,
                )
            )
        return place
    if found:
        names = place_names(found)
        raise AnswerError(
            Finding(
                "ambiguous",
                f"{_named(question)}写“{printable(text)}”有几个地方都对得上："
                f"{'、'.join(names[:_SHOWN])}{'等' if len(names) > _SHOWN else ''}；请写明是哪一个。",
                names,
                question.id,
            )
        )
    if not text.strip():
        message = f"{_named(question)}还没有写；请写省名或市名，例如 四川绵阳。"
        raise AnswerError(Finding("unknown_place", message, question=question.id))
    near = place_names(knowledge.places.suggest(text[:_LONGEST], 5))
    hint = f"是不是：{'、'.join(near)}？" if near else "请写省名或市名，例如 四川绵阳。"
    raise AnswerError(
        Finding(
            "unknown_place",
            f"{_named(question)}找不到地名“{printable(text)}”。{hint}",
            near,
            question.id,
        )
    )


def place_names(places: Iterable[Place]) -> tuple[str, ...]:
    """Names that resolve again, one for each place."""
    return tuple(dict.fromkeys(place.full_name for place in places))


def visible(text: str) -> str:
    """A typed or pasted text without what nobody sees: format characters, variation selectors.

    Every entrance takes its texts through here: options, places, dates, amounts, names, codes.
    """
    return text if text.isascii() else "".join(char for char in text if not _invisible(char))


def normalized(text: str) -> str:
    """A text as it is compared: in half width and small letters, without blanks."""
    return "".join(unicodedata.normalize("NFKC", visible(text)).casefold().split())


@cache
def _invisible(char: str) -> bool:
    return unicodedata.category(char) == "Cf" or "VARIATION SELECTOR" in unicodedata.name(char, "")


def _key(value: str | Place) -> str:
    return value.code + value.district_code if isinstance(value, Place) else value
