"""The error tree. Every error that reaches a user is one of these and carries a Chinese sentence."""

from __future__ import annotations

from enum import IntEnum, unique

from msgspec import Struct


@unique
class Status(IntEnum):
    """Exit statuses of the command, as the README has them."""

    OK = 0
    INTERNAL = 1
    USAGE = 2
    MISSING = 3
    NOT_UNDERSTOOD = 4
    BROKEN_KNOWLEDGE = 5
    FILE = 6
    INTERRUPTED = 130


class Finding(Struct, frozen=True):
    """One thing that is wrong: a stable code, a sentence, and what might have been meant."""

    code: str
    message: str
    candidates: tuple[str, ...] = ()
    question: str | None = None
    """The question whose answer is the trouble, where it is one."""


class YibaoError(Exception):
    """Base of all errors shown to the user: findings and the exit status they end in."""

    status = Status.INTERNAL

    def __init__(self, *findings: Finding) -> None:
        super().__init__("\n".join(finding.message for finding in findings))
        self.findings = findings

    @property
    def body(self) -> dict[str, object]:
        """The error in JSON; whatever shows that may be a terminal."""
        return {
            "code": self.findings[0].code,
            "message": harmless(str(self)),
            "candidates": [harmless(one) for each in self.findings for one in each.candidates],
        }


class UsageError(YibaoError):
    """The command line itself is wrong, or there is no terminal for the wizard."""

    status = Status.USAGE


class MissingAnswerError(YibaoError):
    """A required answer was not given and cannot be asked for."""

    status = Status.MISSING


class AnswerError(YibaoError):
    """Answers that are not understood, contradict each other or fit several things."""

    status = Status.NOT_UNDERSTOOD


class KnowledgeError(YibaoError):
    """The data folder is broken; each finding names file and line."""

    status = Status.BROKEN_KNOWLEDGE


class FileError(YibaoError):
    """A file could not be read or written, or exists already."""

    status = Status.FILE


def harmless(text: str, but: str = "\n\u3000") -> str:
    """A text without control characters, half characters and invisible marks, `but` for these."""
    return "".join(char if char.isprintable() or char in but else "?" for char in text)
