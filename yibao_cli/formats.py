"""The names of the formats, and the endings of files that ask for them; apart from what renders."""

from __future__ import annotations

from collections.abc import Container
from pathlib import Path

from yibao_cli.errors import Finding, UsageError

TEXTS: tuple[str, ...] = ("terminal", "plain")
"""What goes to a person and follows the terminal's encoding; all else is data, in UTF-8."""

PAGES: tuple[str, ...] = ("plain", "markdown", "html", "json")
"""What a file may hold, whatever the terminal is."""

FORMATS: tuple[str, ...] = ("terminal", *PAGES)

ALL_FORMATS: tuple[str, ...] = (*FORMATS, "ics")
"""With the calendar, which needs days that no answer holds."""

SUFFIXES = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".json": "json",
    ".txt": "plain",
    ".html": "html",
    ".htm": "html",
    ".ics": "ics",
}
"""The format that the name of a file asks for."""

ANSWERS = (".yaml", ".yml", ".json")
"""The endings of files that hold answers."""

LINES = (".jsonl", ".ndjson", ".json")
"""The endings of files with a JSON value in each line."""


def check_ending(path: Path, flag: str, allowed: Container[str], hint: str) -> None:
    """Refuse the name of a file that asks for another format than what is written into it.

    `hint` says what to write instead. An ending that is no word means no format. Raises UsageError.
    """
    ending = path.suffix.lower()
    if ending not in allowed and any(map(str.isalpha, ending)):
        message = f"{flag} 写不出 {ending} 文件；{hint}"
        raise UsageError(Finding("unknown_format", message))
