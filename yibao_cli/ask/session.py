"""The answers of an unfinished consultation in the wizard, so that `yibao resume` can go on.

They are kept after every answer and deleted when the list was shown and left. Kept are the day and
the answer code: no names, no numbers. The file is its owner's alone, and `forget` removes it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import asdict

from yibao_cli import files
from yibao_cli.answer_code import Decoded, code_of, decode
from yibao_cli.errors import AnswerError, FileError, Finding, YibaoError
from yibao_cli.knowledge.model import Knowledge
from yibao_cli.places import Place

_FILE = "answers.json"
_LARGEST = 1 << 16
_ADVICE = "用 yibao resume --forget 删掉它，再重新开始"


class _Kept(Struct, frozen=True, kw_only=True):
    """The file."""

    schema: Literal["yibao.session/1"]
    day: Annotated[str, Meta(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
    finished: bool
    code: str


class Session(Decoded, frozen=True, kw_only=True):
    """Saved answers by today's knowledge, and the day they were saved.

    `finished` tells that the list was shown, and only its menu not left.
    """

    day: str
    finished: bool


class Keeper(Struct):
    """Keeps the answers of one run as they come, and says what is true of them at its end.

    `ours` tells that the answers in the file are those that this run goes on from, `trouble` why
    the last ones are not there; `say` tells the person.
    """

    environ: Mapping[str, str]
    knowledge: Knowledge
    day: date
    say: Callable[[str], None]
    ours: bool
    trouble: str = ""

    @property
    def promise(self) -> str:
        """What a person who leaves in the middle may count on."""
        if location(self.environ) is None:
            return "随时可以按 Ctrl-C 离开；这里没有地方存答案，离开了要从头来。"
        return "随时可以按 Ctrl-C 离开，用 yibao resume 接着来。"

    def keep(self, answers: Mapping[str, str | Place], *, finished: bool = False) -> None:
        """Keep the answers; why they cannot be kept is said once."""
        trouble = save(self.environ, self.knowledge, answers, self.day, finished=finished)
        self.ours = self.ours or not trouble
        if trouble and trouble != self.trouble:
            self.say(trouble)
        self.trouble = trouble

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Delete what this run kept when this ends: whoever has the list needs it no longer.

        Who leaves in the middle is told what became of the answers.
        """
        try:
            yield
        except KeyboardInterrupt:
            raise KeyboardInterrupt(self.interrupted()) from None
        if self.ours:
            try:
                forget(self.environ)
            except FileError as error:
                self.say(str(error))

    def interrupted(self) -> str:
        """What became of the answers of a person who leaves in the middle."""
        path = location(self.environ)
        if path is None or not path.is_file():
            return f"已中断，{'答案没有存下来' if self.trouble else '什么都没有保存'}。"
        if self.trouble:
            kept = "最后的答案没有存下来，以前的还存着"
        else:
            kept = "答案存着" if self.ours else "这次什么都没有保存，上次的答案还存着"
        return f"已中断。{kept}，用 yibao resume 接着来，用 yibao resume --forget 删掉。"


def location(environ: Mapping[str, str]) -> Path | None:
    """The file of the answers: in `$XDG_STATE_HOME/yibao`, or None without a home."""
    home = environ.get("HOME") or environ.get("USERPROFILE") or ""
    # XDG: a relative path is to be ignored.
    for base in (Path(environ.get("XDG_STATE_HOME", "")), Path(home, ".local", "state")):
        if base.is_absolute():
            return base / "yibao" / _FILE
    return None


def save(
    environ: Mapping[str, str],
    knowledge: Knowledge,
    answers: Mapping[str, str | Place],
    day: date,
    *,
    finished: bool = False,
) -> str:
    """Keep the answers; where they cannot be kept, why in a sentence, else nothing."""
    path = location(environ)
    if path is None:
        return "答案没有存下来：不知道存在哪里，没有设 HOME 或 XDG_STATE_HOME。"
    kept = _Kept(
        schema="yibao.session/1",
        day=day.isoformat(),
        finished=finished,
        code=code_of(knowledge, answers),
    )
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with suppress(OSError):
            path.parent.chmod(0o700)
        text = msgspec.json.encode(kept).decode() + "\n"
        files.write(path, text, force=True, private=True)
    except (OSError, FileError) as error:
        known = isinstance(error, FileError)
        return f"答案没有存下来：{error if known else files.unwritable(path, error).message}"
    return ""


def load(environ: Mapping[str, str], knowledge: Knowledge) -> Session | None:
    """The saved answers, or None where there are none.

    Raises AnswerError where the file is damaged and FileError where it cannot be read. What the
    knowledge no longer has is left out and named in the remarks.
    """
    path = location(environ)
    if path is None or not os.path.lexists(path):
        return None
    kept = _read(path)
    try:
        found = decode(knowledge, kept.code)
    except AnswerError:
        raise _damaged(path) from None
    return Session(**asdict(found), day=kept.day, finished=kept.finished)


def forget(environ: Mapping[str, str]) -> str:
    """Delete the saved answers, damaged ones too, and say what was deleted.

    Raises FileError where something is there and cannot be deleted.
    """
    path = location(environ)
    # A run that was killed while writing may have left an unfinished copy.
    found = [*path.parent.glob(f".{_FILE}.*")] if path else []
    found += [path] if path and os.path.lexists(path) else []
    if path is None or not found:
        return "没有存着的答案，什么都没有删。"
    what = "里面是没写完的答案"
    with suppress(YibaoError):
        what = f"里面是 {_read(path).day} 存的答案"
    for one in found:
        try:
            one.unlink()
        except OSError as error:
            reason = f"删不掉“{files.shown_path(one)}”（{files.os_reason(error)}）；请检查权限。"
            raise FileError(Finding("cannot_write", reason)) from error
    with suppress(OSError):
        path.parent.rmdir()
    return f"已删除“{files.shown_path(path)}”，{what}。"


def _read(path: Path) -> _Kept:
    """What was kept, as it was written; raises AnswerError where it is damaged."""
    try:
        # A pipe in its place would be waited for.
        raw = b""
        if path.is_file():
            with path.open("rb") as stream:
                raw = stream.read(_LARGEST + 1)
        return msgspec.json.decode(raw if len(raw) <= _LARGEST else b"", type=_Kept)
    except OSError as error:
        reason = f"（{files.os_reason(error)}）；请检查权限，或{_ADVICE}。"
        message = f"读不了存着的答案“{files.shown_path(path)}”{reason}"
        raise FileError(Finding("cannot_read", message)) from error
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise _damaged(path) from None


def _damaged(path: Path) -> AnswerError:
    message = f"存着的答案“{files.shown_path(path)}”坏了，或是别的版本存的，读不出来；{_ADVICE}。"
    return AnswerError(Finding("damaged_session", message))
