"""Many checklists as JSON, one line each: what `json_` makes of them, put together faster.

What an entry says is made into JSON once, with the names of places left open, and what entries
make up a list is put together once for each core of a draft. A case fills in what is open. All of
it is UTF-8 from the beginning, so that nothing is encoded twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from yibao_cli.checklist import UNNAMED, Core, Settled
from yibao_cli.consult import Case, Consultant
from yibao_cli.forms import Form, Memory, mark, parts
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
# A whole line takes about 20 KiB.
_WHOLES = 512

_Values = Callable[[Any], dict[str, Any]]

# Marks for what a case has besides the names of its places.
_ANSWERS, _ASSUMED = "{answers}", "{assumed}"
_SETTLED, _STATE, _CODE = "{settled}", "{state}", "{code}"


class _Text:
    """A text with marks in it, ready to be filled in."""

    __slots__ = ("_marks", "_parts")

    def __init__(self, splits: Iterable[Sequence[str]]) -> None:
        """Join texts that are in parts, every second part a mark."""
        self._parts: list[bytes] = []
        self._marks: list[str] = []
        last: list[str] = []
        for split in splits:
            last.append(split[0])
            for at in range(1, len(split), 2):
                self._parts += ("".join(last).encode(), b"")
                self._marks.append(split[at])
                last = [split[at + 1]]
        self._parts.append("".join(last).encode())

    def filled(self, names: Mapping[str, bytes]) -> bytes:
        """The whole text, with names for all marks."""
        found = self._parts.copy()
        found[1::2] = [names[one] for one in self._marks]
        return b"".join(found)


class Lines:
    """Writes cases of one consultant as lines of JSON. Safe in threads."""

    def __init__(self, consultant: Consultant) -> None:
        """Begin with nothing remembered."""
        self._consultant = consultant
        self._parts = lru_cache(_REMEMBERED)(_parts)
        self._text = lru_cache(_REMEMBERED)(_text)
        self._answer = lru_cache(_REMEMBERED)(_answer)
        self._id = lru_cache(_REMEMBERED)(_id)
        self._question = lru_cache(_REMEMBERED)(_question)
        self._names = lru_cache(_REMEMBERED)(self._names_of)
        self._unnamed = {name: _inside(word) for name, word in UNNAMED.items()}
        self._wholes: Memory[Core, _Text] = Memory(_WHOLES)

    def line(self, case: Case) -> bytes:
        """The checklist of a case as one JSON object in UTF-8, without a line feed."""
        core = case.draft.core
        whole = self._wholes.get(core) or self._wholes.keep(core, self._whole(core))
        names = self._unnamed.copy()
        for question_id, place in case.places.items():
            names.update(self._names(question_id, place))
        answers = case.draft.answers.all
        settled = case.settled
        names[_ANSWERS] = b",".join([self._answer(form).filled(names) for form in answers])
        names[_ASSUMED] = b",".join([self._id(one) for one in answers if one.value.assumed])
        names[_SETTLED] = self._settled(settled, names)
        names[_STATE] = self._text(knowledge_values, settled.knowledge)
        names[_CODE] = case.code.encode()
        return whole.filled(names)

    def _whole(self, core: Core) -> _Text:
        parts = self._parts
        conclusion, *others = core.conclusions.all
        splits: list[Sequence[str]] = [
            (f'{{"schema":{compact(SCHEMA)},"answers":{{', _ANSWERS, '},"assumed":['),
            ("", _ASSUMED, '],"outcome":'),
            parts(outcome_values, conclusion),
        ]

        def add(name: str, values: _Values, forms: Sequence[Form[Any]]) -> None:
            splits.append((f',"{name}":[',))
            for number, form in enumerate(forms):
                if number:
                    splits.append((",",))
                splits.append(parts(values, form))
            splits.append(("]",))

        add("outcomes", outcome_values, others)
        add("steps", step_values, core.steps.all)
        add("documents", document_values, core.documents.all)
        add("warnings", remark_values, core.warnings.all)
        add("contacts", contact_values, core.contacts.all)
        add("notes", remark_values, core.notes.all)
        splits.append(("", _SETTLED, ""))
        add("trace", line_values, core.trace.all)
        disclaimer = compact(core.about.disclaimer)
        end = (',"knowledge":', _STATE, f',"disclaimer":{disclaimer},"code":"', _CODE, '"}')
        return _Text([*splits, end])

    def _settled(self, settled: Settled, names: Mapping[str, bytes]) -> bytes:
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

    def _names_of(self, question_id: str, place: Place) -> dict[str, bytes]:
        names = self._consultant.names(question_id, place)
        return {
            **{name: _inside(word) for name, word in names.items()},
            mark(question_id, "json"): _text(place_values, place),
        }


def _parts(values: _Values, form: Form[Any]) -> tuple[str, ...]:
    return parts(compact(values(form.value)))


def _question(form: Form[Remark]) -> _Text:
    return _Text([_parts(question_values, form)])


def _answer(form: Form[Answer]) -> _Text:
    """An answer with its question; a place is a whole object."""
    answer = form.value
    open_ = answer.value == mark(answer.question, "code")
    value = mark(answer.question, "json") if open_ else compact(answer.value)
    return _Text([parts(f"{compact(answer.question)}:{value}")])


def _id(form: Form[Answer]) -> bytes:
    return compact(form.value.question).encode()


def _text(values: _Values, value: object) -> bytes:
    return compact(values(value)).encode()


def _inside(word: str) -> bytes:
    """A text as it stands between the quotes of JSON."""
    return compact(word)[1:-1].encode()
