"""Text to answer: whatever a flag, a prompt or a file says goes through the same validation."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
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
_EXAMPLE = "请写省名或市名，例如 四川绵阳。"


def with_flag(question: Question) -> str:
    """A question as people know it who write commands: by its label and its flag."""
    return f"{question.label}（{question.flag}）"


def parse_answers(
    knowledge: Knowledge, given: Given, called: Callable[[Question], str] = with_flag
) -> dict[str, str | Place]:
    """Every given text as an answer; `called` names a question in messages.

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
        values: dict[str | Place, str] = {}
        for text in texts:
            try:
                value = parse_answer(knowledge, question, text, called(question))
            except AnswerError as error:
                wrong += error.findings
            else:
                found[question_id] = value
                values.setdefault(value, text)
        if len(values) > 1:
            shown = tuple(map(printable, values.values()))
            said = "、".join(f"“{text}”" for text in shown)
            message = f"{called(question)}给了不同的答案：{said}；只能留一个。"
            wrong.append(Finding("contradiction", message, shown, question_id))
    if wrong:
        raise AnswerError(*wrong)
    return found


def parse_answer(
    knowledge: Knowledge, question: Question, text: str, called: str = ""
) -> str | Place:
    """One text as an answer to one question; several errands come back joined by commas.

    `called` names the question in messages. Raises AnswerError with the candidates or the
    nearest options.
    """
    called = called or with_flag(question)
    if question.kind == "place":
        return _place(knowledge, question, text, called)
    parts = normalized(text).replace("、", ",").split(",") if question.several else []
    chosen = [_option(knowledge, question, part, called) for part in parts if part]
    return ",".join(dict.fromkeys(chosen)) or _option(knowledge, question, text, called)


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
    written = knowledge.simplified(visible(name).strip())
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


def _option(knowledge: Knowledge, question: Question, text: str, called: str) -> str:
    options = question.options.values()
    words = [(word, one.id) for one in options for word in (one.id, one.label, *one.also)]
    # What a word means today comes before what it once meant.
    words += [(word, one.id) for one in options for word in one.was]
    if meant := next((name for word, name in words if word == text), None):
        return meant
    wanted = knowledge.simplified(normalized(text))
    for word, which in question.fits.items():
        if normalized(word) == wanted:
            labels = tuple(question.options[one].label for one in which)
            message = (
                f"{called}写“{printable(text)}”可能是{'，也可能是'.join(labels)}；请写明是哪一种。"
            )
            raise AnswerError(Finding("ambiguous", message, labels, question.id))
    spellings = {normalized(word): name for word, name in reversed(words)}
    if wanted in spellings:
        return spellings[wanted]
    close = get_close_matches(wanted, spellings, 6, 0.66)
    near = list(dict.fromkeys(spellings[one] for one in close))[:3] or question.options
    labels = tuple(question.options[one].label for one in near)
    message = f"{called}看不懂“{printable(text)}”；可以写：{' / '.join(labels)}。"
    raise AnswerError(Finding("unknown_value", message, labels, question.id))


def _place(knowledge: Knowledge, question: Question, text: str, called: str) -> Place:
    text = visible(text)
    # No name is longer, and the search goes by every part of it.
    found = knowledge.places.find(text) if len(text) <= _LOOKED_AT else ()
    abroad = question.id == "from" and any(place.level == "abroad" for place in found)
    if len(found) == 1 and not abroad:
        return found[0]
    code, names = "unknown_place", place_names(found)
    if len(found) > 1:
        code = "ambiguous"
        shown = "、".join(names[:_SHOWN]) + ("等" if len(names) > _SHOWN else "")
        message = f"写“{printable(text)}”有几个地方都对得上：{shown}；请写明是哪一个。"
    elif found:
        names = ()
        message = (
            f"要写内地的省或市，不能是“{printable(text)}”；港澳台居民在内地参保的，写参保的城市。"
        )
    elif not text.strip():
        message = f"还没有写；{_EXAMPLE}"
    else:
        names = place_names(knowledge.places.suggest(text[:_LONGEST], 5))
        hint = f"是不是：{'、'.join(names)}？" if names else _EXAMPLE
        message = f"找不到地名“{printable(text)}”。{hint}"
    raise AnswerError(Finding(code, called + message, names, question.id))


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
    kind = unicodedata.category(char)
    return kind == "Cf" or (kind == "Mn" and "VARIATION SELECTOR" in unicodedata.name(char, ""))
