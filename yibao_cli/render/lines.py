"""Many checklists as JSON, one line each: what `json_` makes of them, put together faster.

What an entry says is made into JSON once, with the names of places left open. The line of a draft
is a list of such parts, which it shares with other drafts, and a case fills in what is open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from yibao_cli.checklist import UNNAMED, Draft, Settled
from yibao_cli.consult import DRAFTS, Case, Consultant
from yibao_cli.forms import Form, Memory, mark, parts
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
_SETTLED, _STATE, _CODE = "{settled}", "{state}", "{code}"


class _Line:
    """A line in parts, some of them marks to be filled in."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._marks: list[tuple[int, str]] = []

    def add(self, split: Iterable[str]) -> None:
        """Go on with a text in parts, every second one a mark."""
        for at, part in enumerate(split):
            if at % 2:
                self._marks.append((len(self._parts), part))
            self._parts.append(part)

    def filled(self, names: Mapping[str, str]) -> str:
        """The whole line."""
        found = self._parts.copy()
        for at, name in self._marks:
            found[at] = names[name]
        return "".join(found)


class Lines:
    """Writes cases of one consultant as lines of JSON. Safe in threads."""

    def __init__(self, consultant: Consultant) -> None:
        """Begin with nothing remembered."""
        self._consultant = consultant
        self._parts = lru_cache(_REMEMBERED)(_parts)
        self._text = lru_cache(_REMEMBERED)(_text)
        self._names = lru_cache(_REMEMBERED)(self._names_of)
        self._unnamed = {name: _inside(word) for name, word in UNNAMED.items()}
        self._lines: Memory[Draft, _Line] = Memory(DRAFTS)

    def line(self, case: Case) -> str:
        """The checklist of a case as one JSON object, without a line feed."""
        line = self._lines.get(case.draft) or self._lines.keep(case.draft, self._line(case.draft))
        names = self._unnamed.copy()
        for question_id, place in case.places.items():
            names.update(self._names(question_id, place))
        settled = case.settled
        names[_SETTLED] = self._settled(settled, names)
        names[_STATE] = self._text(knowledge_values, settled.knowledge)
        names[_CODE] = case.code
        return line.filled(names)

    def _line(self, draft: Draft) -> _Line:
        line = _Line()
        answers = [form.value for form in draft.answers.all]
        assumed = [one.question for one in answers if one.assumed]
        line.add((f'{{"schema":{compact(SCHEMA)},"answers":{{',))
        for number, answer in enumerate(answers):
            # A place is a whole object.
            open_ = answer.value == mark(answer.question, "code")
            value = mark(answer.question, "json") if open_ else compact(answer.value)
            line.add(parts(f"{',' if number else ''}{compact(answer.question)}:{value}"))
        line.add((f'}},"assumed":{compact(assumed)},"outcome":',))
        conclusion, *others = draft.conclusions.all
        line.add(self._parts(outcome_values, conclusion))
        lists: tuple[tuple[str, _Values, Sequence[Form[Any]]], ...] = (
            ("outcomes", outcome_values, others),
            ("steps", step_values, draft.steps.all),
            ("documents", document_values, draft.documents.all),
            ("warnings", remark_values, draft.warnings.all),
            ("contacts", contact_values, draft.contacts.all),
            ("notes", remark_values, draft.notes.all),
        )
        for name, values, forms in lists:
            self._list(line, name, values, forms)
        line.add(("", _SETTLED))
        self._list(line, "trace", line_values, draft.trace.all)
        disclaimer = compact(self._consultant.knowledge.about.disclaimer)
        line.add((',"knowledge":', _STATE, f',"disclaimer":{disclaimer},"code":"', _CODE, '"}'))
        return line

    def _list(self, line: _Line, name: str, values: _Values, forms: Sequence[Form[Any]]) -> None:
        line.add((f',"{name}":[',))
        for number, form in enumerate(forms):
            if number:
                line.add((",",))
            line.add(self._parts(values, form))
        line.add(("]",))

    def _settled(self, settled: Settled, names: Mapping[str, str]) -> str:
        questions = []
        for form in settled.questions:
            split = self._parts(question_values, form)
            questions.append(
                "".join([names[part] if at % 2 else part for at, part in enumerate(split)])
            )
        text = self._text
        local = ",".join([text(remark_values, one) for one in settled.local])
        sources = ",".join([text(source_values, one) for one in settled.sources])
        return f',"local":[{local}],"questions":[{",".join(questions)}],"sources":[{sources}]'

    def _names_of(self, question_id: str, place: Place) -> dict[str, str]:
        names = self._consultant.names(question_id, place)
        return {
            **{name: _inside(word) for name, word in names.items()},
            mark(question_id, "json"): compact(place_values(place)),
        }


def _parts(values: _Values, form: Form[Any]) -> tuple[str, ...]:
    return parts(compact(values(form.value)))


def _text(values: _Values, value: object) -> str:
    return compact(values(value))


def _inside(word: str) -> str:
    """A text as it stands between the quotes of JSON."""
    return compact(word)[1:-1]
