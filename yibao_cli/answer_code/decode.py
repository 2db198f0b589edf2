"""A code to answers by today's knowledge."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from yibao_cli import answers as door
from yibao_cli.answer_code import is_division
from yibao_cli.answer_code.read import Name, Said, read
from yibao_cli.answer_code.typed import symbols_in
from yibao_cli.model import Knowledge, Option, Question, named
from yibao_cli.regions import Place
from yibao_cli.values import Value


class Decoded(Value):
    """What a code says by today's knowledge.

    `migrated` are questions whose answer has another name today. `dropped` are ids of questions
    whose answer is gone, to be asked again, and of questions that are gone themselves (an empty
    id where it is not known any more). `version` is that of the data the code was made with,
    empty where only its mark is known. `remarks` say all of that in sentences.
    """

    answers: dict[str, str | Place]
    migrated: tuple[str, ...]
    dropped: tuple[str, ...]
    version: str
    remarks: tuple[str, ...]


def decode(knowledge: Knowledge, text: str) -> Decoded:
    """The answers of a code, as far as today's knowledge still has them.

    Raises AnswerError where the code is damaged, with the group that looks wrong where that can
    be told.
    """
    version, said = read(symbols_in(text))
    return _today(knowledge, said, version.among([knowledge.about.version]))


def _today(knowledge: Knowledge, said: Sequence[Said], version: str) -> Decoded:
    found: dict[str, str | Place] = {}
    migrated: dict[str, None] = {}
    dropped: dict[str, None] = {}
    gone = 0
    for one in said:
        name = one.question.among(_all_names(knowledge.questions.values()))
        question = named(knowledge.questions.values(), name)
        if question is None:
            gone += 1
            dropped[name] = None
            continue
        value, moved = _value_today(knowledge, question, one)
        if question.id in dropped:
            continue
        if value is None or found.get(question.id, value) != value:
            # Two questions that became one may have had answers that do not agree.
            dropped[question.id] = None
            found.pop(question.id, None)
            migrated.pop(question.id, None)
            continue
        found[question.id] = value
        if (moved or question.id != name) and version != knowledge.about.version:
            migrated[question.id] = None
    return Decoded(
        {name: found[name] for name in knowledge.questions if name in found},
        tuple(migrated),
        tuple(dropped),
        version,
        tuple(_remarks(knowledge, found, tuple(migrated), tuple(dropped), gone, version)),
    )


def _value_today(
    knowledge: Knowledge, question: Question, said: Said
) -> tuple[str | Place | None, bool]:
    """The answer by today's knowledge, None where it is gone, and whether it moved."""
    if said.place != (question.kind == "place"):
        return None, False
    if question.kind == "place":
        return _place_today(knowledge, question, said.values[0])
    known = _all_names(question.options)
    names = [value.among(known) for value in said.values]
    today = {option.id for option in question.options}
    return door.renewed(knowledge, question, ",".join(names)), not today.issuperset(names)


def _place_today(
    knowledge: Knowledge, question: Question, said: Name
) -> tuple[str | Place | None, bool]:
    code = said.among(one for one in knowledge.places.codes() if not is_division(one))
    value = door.renewed(knowledge, question, code)
    if value is not None:
        return value, False
    # Districts are merged and renamed often; their city is what the answer turns on.
    return door.renewed(knowledge, question, code[:4] + "00"), True


def _all_names(things: Iterable[Question] | Iterable[Option]) -> list[str]:
    return [name for thing in things for name in (thing.id, *thing.was)]


def _remarks(
    knowledge: Knowledge,
    found: Mapping[str, str | Place],
    migrated: Sequence[str],
    dropped: Sequence[str],
    gone: int,
    version: str,
) -> Iterator[str]:
    now = knowledge.about.version
    if version != now:
        then = f"{version} 版" if version else "另一版"
        yield f"代码是按{then}资料做的，现在的资料是 {now} 版，结果可能和当时不同。"
    for name in migrated:
        question = knowledge.questions[name]
        text = door.told(question, found[name])
        yield f"“{question.label}”的答案在资料里改过，现在是“{text}”。"
    for name in dropped:
        if name in knowledge.questions:
            label = knowledge.questions[name].label
            yield f"“{label}”当时的答案，现在的资料里没有，要重新回答。"
    if gone:
        yield f"代码里有{gone}个问题现在的资料里没有，没有用上。"
