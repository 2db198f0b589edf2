"""What holds for any answers: spelling, order and resuming change nothing; formats agree."""

from __future__ import annotations

import html
import json
import re
from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yibao_cli.answer_code import decode
from yibao_cli.answers import parse_answers
from yibao_cli.ask import session
from yibao_cli.consult import consult
from yibao_cli.evidence import ELSEWHERE
from yibao_cli.knowledge import knowledge
from yibao_cli.knowledge.questions import Question
from yibao_cli.render import View, render
from yibao_cli.result import Checklist

KNOWN = knowledge()
DAY = "2026-11-21"
# Each place with several ways to write it.
PLACES = {
    "510700": ("四川绵阳", "绵阳市", "mianyang", "四川省 绵阳市", "綿陽"),
    "110000": ("北京", "北京市", "京", "Beijing", "帝都"),
    "320500": ("苏州市", "江苏苏州", "江蘇省蘇州市", "jiangsu suzhou"),
    "320100": ("南京", "南京市", "nanjing"),
    "310000": ("上海", "沪", "SH", "魔都"),
    "130000": ("河北", "冀", "hebei"),
    "X-659001": ("兵团石河子",),
    "810000": ("香港", "Hong Kong"),
}


def spellings(question: Question) -> st.SearchStrategy[tuple[str, ...]]:
    """Two spellings of the same answer."""
    if question.kind == "place":
        codes = [code for code in PLACES if question.id == "to" or code != "810000"]
        choices = [PLACES[code] for code in codes]
    else:
        choices = [(one.id, one.label, *one.also) for one in question.options.values()]
    return st.sampled_from(choices).flatmap(
        lambda same: st.tuples(st.sampled_from(same), st.sampled_from(same))
    )


REQUIRED = ("insurance", "from", "to", "care", "filing")
SITUATIONS = st.fixed_dictionaries(
    {name: spellings(KNOWN.questions[name]) for name in REQUIRED},
    optional={
        name: spellings(question)
        for name, question in KNOWN.questions.items()
        if name not in REQUIRED
    },
)


def answered(texts: dict[str, str]) -> Checklist:
    return consult(KNOWN, parse_answers(KNOWN, {name: [text] for name, text in texts.items()}), DAY)


@given(SITUATIONS)
def test_spelling_changes_nothing(situation: dict[str, tuple[str, str]]) -> None:
    first = answered({name: pair[0] for name, pair in situation.items()})

    assert answered({name: pair[1] for name, pair in situation.items()}) == first


@given(SITUATIONS, st.randoms())
def test_order_changes_nothing(situation: dict[str, tuple[str, str]], random: Any) -> None:
    texts = [(name, pair[0]) for name, pair in situation.items()]
    first = answered(dict(texts))
    random.shuffle(texts)
    shuffled = answered(dict(texts))

    assert shuffled.outcome == first.outcome
    assert shuffled.steps == first.steps
    assert shuffled.documents == first.documents
    assert shuffled.code == first.code


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(SITUATIONS)
def test_resuming_changes_nothing(tmp_path: Path, situation: dict[str, tuple[str, str]]) -> None:
    answers = parse_answers(KNOWN, {name: [pair[0]] for name, pair in situation.items()})
    environ = {"XDG_STATE_HOME": str(tmp_path)}
    session.save(environ, KNOWN, answers, date(2026, 11, 21))
    saved = session.load(environ, KNOWN)

    assert saved is not None
    assert consult(KNOWN, saved.answers, DAY) == consult(KNOWN, answers, DAY)


@given(SITUATIONS)
def test_the_code_replays_the_list(situation: dict[str, tuple[str, str]]) -> None:
    first = answered({name: pair[0] for name, pair in situation.items()})
    assert first.code is not None
    again = consult(KNOWN, decode(KNOWN, first.code).answers, DAY)

    assert again == first


@settings(deadline=None)
@given(SITUATIONS)
def test_every_format_carries_the_same_facts(situation: dict[str, tuple[str, str]]) -> None:
    checklist = answered({name: pair[0] for name, pair in situation.items()})
    wanted = [_bare(text) for text in _facts(json.loads(render(checklist, "json")))]

    for fmt in ("plain", "terminal", "markdown", "html"):
        everything = render(checklist, fmt, width=60, view=View(full=True))
        shown = _bare(_read(fmt, everything))
        assert [text for text in wanted if text not in shown] == [], fmt


def _facts(payload: dict[str, Any]) -> list[str]:
    found = [payload["outcome"]["title"], payload["outcome"]["summary"], payload["disclaimer"]]
    found.append(payload["knowledge"]["read_on"])
    keys = ("text", "detail", "where", "deadline", "name", "for", "phone", "title")
    for part in ("steps", "documents", "warnings", "notes", "local", "questions", "contacts"):
        for entry in payload[part]:
            found += [entry[key] for key in keys if entry.get(key)]
            found += entry.get("alternatives", [])
    # Texts of other places only support what is said: how many do is told in one line.
    others = [source for source in payload["sources"] if source["where"] == ELSEWHERE]
    for source in payload["sources"]:
        if source not in others:
            # What several articles are part of is said once.
            articles = [re.sub("^.*(?=第)", "", one) for one in source["clauses"]]
            found += [source["title"], source["number"] or "", *articles]
    return [*found, f"另有{len(others)}份"] if others else found


def _read(fmt: str, text: str) -> str:
    """What a reader of the format sees."""
    if fmt in ("terminal", "plain"):
        return text.replace("▌", "")
    if fmt == "markdown":
        return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text)
    if fmt == "html":
        return html.unescape(re.sub(r"<[^>]*>", "", text))
    return text


def _bare(text: str) -> str:
    return re.sub(r"\s", "", text)
