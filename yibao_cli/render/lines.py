"""Many checklists as JSON, one line each: what `json_` makes of them, put together faster.

What an entry says is made into JSON once, with the names of places left open. The line of a core
is a list of such pieces, which it shares with other cores, and a case fills in what is open. All
of it is UTF-8 from the beginning, so that nothing is encoded twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from yibao_cli.checklist import UNNAMED, Core, Settled
from yibao_cli.consult import DRAFTS, Case, Consultant
from yibao_cli.forms import Form, Forms, Memory, mark, parts
from yibao_cli.model import Answer, Remark
from yibao_cli.regions import Place
from yibao_cli.render.json_ import (
    SCHEMA,
    compact,
    contact_values,
    document_values,
    knowledge_values,
    line_values,
    outcome_values,
    place_values,
    question_values,
    remark_values,
    source_values,
    step_values,
)

_REMEMBERED = 8192

_Values = Callable[[Any], dict[str, Any]]

# Marks for what a case has besides the names of its places.
_ANSWERED, _SETTLED, _STATE, _CODE = b"{answered}", b"{settled}", b"{state}", b"{code}"


class _Text:
    """A text in pieces, some of them marks to be filled in."""

    __slots__ = ("_marks", "_pieces")

    def __init__(self, splits: Iterable[Sequence[bytes]]) -> None:
        """Join texts that are in pieces, every second piece a mark."""
        self._pieces: list[bytes] = []
        self._marks: list[tuple[int, bytes]] = []
        for split in splits:
            if len(split) > 1:
                begin = len(self._pieces)
                self._marks += [(begin + at, split[at]) for at in range(1, len(split), 2)]
            self._pieces += split

    def filled(self, names: Mapping[bytes, bytes]) -> bytes:
        """The whole text, with names for all marks."""
        found = self._pieces.copy()
        for at, name in self._marks:
            found[at] = names[name]
        return b"".join(found)


class Lines:
    """Writes cases of one consultant as lines of JSON. Safe in threads."""

    def __init__(self, consultant: Consultant) -> None:
        """Begin with nothing remembered."""
        self._consultant = consultant
        self._pieces = lru_cache(_REMEMBERED)(_pieces)
        self._text = lru_cache(_REMEMBERED)(_text)
        self._answer = lru_cache(_REMEMBERED)(_answer)
        self._question = lru_cache(_REMEMBERED)(_question)
        self._names = lru_cache(_REMEMBERED)(self._names_of)
        self._unnamed = _inside(UNNAMED)
        self._wholes: Memory[Core, _Text] = Memory(DRAFTS)
        self._answered: Memory[Forms[Answer], _Text] = Memory(DRAFTS)

    def line(self, case: Case) -> bytes:
        """The checklist of a case as one JSON object in UTF-8, without a line feed."""
        core = case.draft.core
        whole = self._wholes.get(core) or self._wholes.keep(core, self._whole(core))
        names = self._unnamed.copy()
        for question_id, place in case.places.items():
            names.update(self._names(question_id, place))
        answers = case.draft.answers
        answered = self._answered.get(answers) or self._answered.keep(answers, self._all(answers))
        settled = case.settled
        names[_ANSWERED] = answered.filled(names)
        names[_SETTLED] = self._settled(settled, names)
        names[_STATE] = self._text(knowledge_values, settled.knowledge)
        names[_CODE] = case.code.encode()
        return whole.filled(names)

    def _all(self, answers: Forms[Answer]) -> _Text:
        """What was answered and what was assumed."""
        splits: list[Sequence[bytes]] = []
        for form in answers.all:
            splits += ((b",",) if splits else (b'"answers":{',), self._answer(form))
        assumed = compact([form.value.question for form in answers.all if form.value.assumed])
        return _Text([*splits, (f'}},"assumed":{assumed}'.encode(),)])

    def _whole(self, core: Core) -> _Text:
        pieces = self._pieces
        conclusion, *others = core.conclusions.all
        splits: list[Sequence[bytes]] = [
            (f'{{"schema":{compact(SCHEMA)},'.encode(), _ANSWERED, b',"outcome":'),
            pieces(outcome_values, conclusion, ""),
        ]

        def add(name: bytes, values: _Values, forms: Sequence[Form[Any]]) -> None:
            splits.append((b',"' + name + b'":[',))
            before = ""
            for form in forms:
                splits.append(pieces(values, form, before))
                before = ","
            splits.append((b"]",))

        add(b"outcomes", outcome_values, others)
        add(b"steps", step_values, core.steps.all)
        add(b"documents", document_values, core.documents.all)
        add(b"warnings", remark_values, core.warnings.all)
        add(b"contacts", contact_values, core.contacts.all)
        add(b"notes", remark_values, core.notes.all)
        splits.append((b"", _SETTLED))
        add(b"trace", line_values, core.trace.all)
        disclaimer = compact(core.about.disclaimer)
        end = (f',"disclaimer":{disclaimer},"code":"'.encode(), _CODE, b'"}')
        return _Text([*splits, (b',"knowledge":', _STATE), end])

    def _settled(self, settled: Settled, names: Mapping[bytes, bytes]) -> bytes:
        text = self._text
        return b"".join(
            [
                b',"local":[',
                b",".join([text(remark_values, one) for one in settled.local]),
                b'],"questions":[',
                b",".join([self._question(form).filled(names) for form in settled.questions]),
                b'],"sources":[',
                b",".join([text(source_values, one) for one in settled.sources]),
                b"]",
            ]
        )

    def _names_of(self, question_id: str, place: Place) -> dict[bytes, bytes]:
        names = self._consultant.names(question_id, place)
        return {
            **_inside(names),
            mark(question_id, "json").encode(): _text(place_values, place),
        }


def _pieces(values: _Values, form: Form[Any], before: str) -> tuple[bytes, ...]:
    return _split(before + compact(values(form.value)))


def _question(form: Form[Remark]) -> _Text:
    return _Text([_pieces(question_values, form, "")])


def _answer(form: Form[Answer]) -> tuple[bytes, ...]:
    """An answer with its question; a place is a whole object."""
    answer = form.value
    open_ = answer.value == mark(answer.question, "code")
    value = mark(answer.question, "json") if open_ else compact(answer.value)
    return _split(f"{compact(answer.question)}:{value}")


def _split(text: str) -> tuple[bytes, ...]:
    return tuple(part.encode() for part in parts(text))


def _text(values: _Values, value: object) -> bytes:
    return compact(values(value)).encode()


def _inside(names: Mapping[str, str]) -> dict[bytes, bytes]:
    """Names as they stand between the quotes of JSON."""
    return {name.encode(): compact(word)[1:-1].encode() for name, word in names.items()}
