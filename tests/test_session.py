"""The saved answers of the wizard: what is kept, who may read it, and every way it can go wrong."""

from __future__ import annotations

import json
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from editions import ANSWERS, KNOWN, TYPICAL, edited, with_options
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import yibao

from yibao_cli.answer_code import code_of, decode
from yibao_cli.ask import session
from yibao_cli.errors import AnswerError, FileError, YibaoError
from yibao_cli.knowledge.questions import Option
from yibao_cli.places import Place

TODAY = date(2026, 11, 21)
in_one_folder = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {"XDG_STATE_HOME": str(tmp_path / "state"), "HOME": str(tmp_path / "home")}


def kept(environ: dict[str, str]) -> Path:
    path = session.location(environ)
    assert path is not None
    return path


@in_one_folder
@given(ANSWERS, st.booleans())
def test_answers_come_back(tmp_path: Path, answers: dict[str, str | Place], finished: bool) -> None:
    environ = {"XDG_STATE_HOME": str(tmp_path)}
    session.save(environ, KNOWN, answers, TODAY, finished=finished)
    found = session.load(environ, KNOWN)
    assert found is not None
    assert found.answers == answers
    assert (found.finished, found.day, found.remarks) == (finished, "2026-11-21", ())


def test_only_codes_are_kept_and_only_for_the_owner(environ: dict[str, str]) -> None:
    before = os.umask(0o002)
    try:
        assert session.save(environ, KNOWN, TYPICAL, TODAY) == ""
    finally:
        os.umask(before)
    saved = kept(environ)
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
    assert stat.S_IMODE(saved.parent.stat().st_mode) == 0o700
    body = json.loads(saved.read_text(encoding="utf-8"))
    assert set(body) == {"schema", "day", "finished", "code"}
    assert decode(KNOWN, body["code"]).answers == TYPICAL
    assert saved.read_text(encoding="utf-8").isascii()


def test_an_open_folder_is_closed(environ: dict[str, str]) -> None:
    kept(environ).parent.mkdir(parents=True, mode=0o755)
    session.save(environ, KNOWN, TYPICAL, TODAY)
    assert stat.S_IMODE(kept(environ).parent.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    ("environ", "path"),
    [
        ({"XDG_STATE_HOME": "/s", "HOME": "/h"}, "/s/yibao/answers.json"),
        ({"HOME": "/h"}, "/h/.local/state/yibao/answers.json"),
        ({"XDG_STATE_HOME": "", "HOME": "/h"}, "/h/.local/state/yibao/answers.json"),
        ({"XDG_STATE_HOME": "relative", "HOME": "/h"}, "/h/.local/state/yibao/answers.json"),
        ({"XDG_STATE_HOME": "relative"}, None),
        ({"HOME": "relative"}, None),
        ({}, None),
    ],
)
def test_where_it_is_kept(environ: dict[str, str], path: str | None) -> None:
    assert session.location(environ) == (Path(path) if path else None)


def test_without_a_home_nothing_is_kept_and_nothing_fails() -> None:
    assert "没有设 HOME" in session.save({}, KNOWN, TYPICAL, TODAY)
    assert session.load({}, KNOWN) is None
    assert "没有存着" in session.forget({})


def test_nothing_saved(environ: dict[str, str]) -> None:
    assert session.load(environ, KNOWN) is None
    assert "没有存着" in session.forget(environ)


def test_a_place_that_cannot_be_written_is_a_message(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    saved = session.save({"XDG_STATE_HOME": str(tmp_path / "file")}, KNOWN, TYPICAL, TODAY)
    assert saved.startswith("答案没有存下来")
    (tmp_path / "yibao" / "answers.json").mkdir(parents=True)
    saved = session.save({"XDG_STATE_HOME": str(tmp_path)}, KNOWN, TYPICAL, TODAY)
    assert saved.startswith("答案没有存下来")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_is_a_message(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        saved = session.save({"XDG_STATE_HOME": str(tmp_path)}, KNOWN, TYPICAL, TODAY)
    finally:
        tmp_path.chmod(0o700)
    assert saved.startswith("答案没有存下来")


def test_forgetting_says_what_went(environ: dict[str, str]) -> None:
    session.save(environ, KNOWN, TYPICAL, TODAY)
    (kept(environ).parent / ".answers.json.killed").write_text("{", encoding="utf-8")
    said = session.forget(environ)
    assert "2026-11-21" in said
    assert str(kept(environ)) in said
    assert not kept(environ).parent.exists()


def test_two_runs_at_once_leave_one_whole_file(environ: dict[str, str]) -> None:
    with ThreadPoolExecutor(8) as pool:
        saved = pool.map(lambda _: session.save(environ, KNOWN, TYPICAL, TODAY), range(40))
        assert not [one for one in saved if one]
    found = session.load(environ, KNOWN)
    assert found is not None
    assert found.answers == TYPICAL
    assert [one.name for one in kept(environ).parent.iterdir()] == ["answers.json"]


GOOD = {
    "schema": "yibao.session/1",
    "day": "2026-11-21",
    "finished": False,
    "code": code_of(KNOWN, TYPICAL),
}


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b"null",
        b"[" * 50_000,
        b"{}" + b" " * 100_000,
        b"9" * 5000,
        # What was kept before there was a code in it.
        b'{"schema":"yibao.session/1","day":"2026-11-21","finished":false,"answers":{}}',
        *(
            json.dumps({**GOOD, name: value}).encode()
            for name, value in (
                ("schema", "yibao.session/2"),
                ("day", "yesterday"),
                ("day", None),
                ("finished", "no"),
                ("code", []),
                ("code", ""),
                ("code", "2222-2222"),
                ("code", "x" * 1000),
            )
        ),
    ],
)
def test_a_damaged_file_is_told_and_can_be_forgotten(environ: dict[str, str], raw: bytes) -> None:
    kept(environ).parent.mkdir(parents=True)
    kept(environ).write_bytes(raw)
    with pytest.raises(AnswerError, match="yibao resume --forget"):
        session.load(environ, KNOWN)
    assert "已删除" in session.forget(environ)
    assert session.load(environ, KNOWN) is None


def test_something_else_in_its_place(environ: dict[str, str]) -> None:
    kept(environ).mkdir(parents=True)
    with pytest.raises(AnswerError):
        session.load(environ, KNOWN)
    with pytest.raises(FileError):
        session.forget(environ)


def test_a_pipe_in_its_place_is_not_waited_for(environ: dict[str, str]) -> None:
    kept(environ).parent.mkdir(parents=True)
    os.mkfifo(kept(environ))
    with pytest.raises(AnswerError):
        session.load(environ, KNOWN)
    assert "已删除" in session.forget(environ)


@in_one_folder
@given(
    st.dictionaries(st.sampled_from(list(GOOD)), st.none() | st.text() | st.integers())
    | st.text().map(lambda code: {"code": code})
)
def test_no_file_raises_anything_but_our_errors(tmp_path: Path, change: dict[str, object]) -> None:
    environ = {"XDG_STATE_HOME": str(tmp_path)}
    kept(environ).parent.mkdir(exist_ok=True)
    kept(environ).write_text(json.dumps({**GOOD, **change}), encoding="utf-8")
    try:
        session.load(environ, KNOWN)
    except YibaoError as error:
        assert "--forget" in str(error)


def test_after_an_edit_of_the_data(environ: dict[str, str]) -> None:
    session.save(environ, KNOWN, TYPICAL, TODAY)
    renamed = Option(id="transferred", label="转院", number=3, was=("referral",))
    rest = [one for one in KNOWN.questions["stage"].options.values() if one.id != "in_care"]
    known = edited(
        category=with_options("category", renamed),
        stage=with_options("stage", *rest),
        patient=None,
    )
    found = session.load(environ, known)
    assert found is not None
    assert found.answers["category"] == "transferred"
    assert "stage" not in found.answers
    assert len(found.remarks) == 4
    assert "2027.02.01 版" in found.remarks[0]
    assert any("“到了哪一步”" in one for one in found.remarks)
    assert any("1个问题" in one for one in found.remarks)


# ---------------------------------------------------------------- the command that lists them


def test_what_is_kept_is_listed_with_its_place(environ: dict[str, str]) -> None:
    session.save(environ, KNOWN, TYPICAL, TODAY)
    done = yibao("resume", "--list", **environ, COLUMNS="200")

    assert done.status == 0
    assert str(kept(environ)) in done.out
    assert "参保地：四川省绵阳市" in done.out


def test_nothing_kept_is_told(environ: dict[str, str]) -> None:
    assert yibao("resume", "--list", **environ).status == 3
