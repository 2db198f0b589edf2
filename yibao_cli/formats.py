"""The names of the formats, apart from what renders them: the command line only needs these."""

from __future__ import annotations

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
