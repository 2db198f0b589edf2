"""The names of the formats, and the endings of files that ask for them; apart from what renders."""

from __future__ import annotations

from collections.abc import Container
from pathlib import Path

from yibao_cli.errors import Finding, UsageError

TITLE = "医保办事清单"
"""What a list is called, and a file with one."""

TEXTS: tuple[str, ...] = ("terminal", "plain")
"""What goes to a person and follows the terminal's encoding; all else is data, in UTF-8."""

PAGES: tuple[str, ...] = ("plain", "markdown", "html", "json")
"""What a file may hold, whatever the terminal is."""

FORMATS: tuple[str, ...] = ("terminal", *PAGES)

ALL_FORMATS: tuple[str, ...] = (*FORMATS, "ics")
"""With the calendar, which needs days that no answer holds."""

DIAGRAMS: tuple[str, ...] = ("tree", "mermaid")
"""In which the decision tree is drawn."""

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

_FOREIGN = (
    *(".pdf", ".doc", ".docx", ".odt", ".rtf", ".wps", ".epub", ".ppt", ".pptx"),
    *(".xls", ".xlsx", ".et", ".csv", ".tsv", ".xml", ".png", ".jpg", ".jpeg", ".zip"),
)


def check_ending(path: Path, flag: str, allowed: Container[str], hint: str) -> None:
    """Refuse the name of a file that asks for another format than what is written into it.

    `hint` says what to write instead. Any ending that means no format is as good as none. Raises
    UsageError.
    """
    ending = path.suffix.lower()
    meant = (*_FOREIGN, *SUFFIXES, *ANSWERS, *LINES)
    if ending in meant and ending not in allowed:
        message = f"{flag} 写不出 {ending} 文件；{hint}"
        raise UsageError(Finding("unknown_format", message))
