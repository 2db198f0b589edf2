"""The knowledge: where it is found, and how it is loaded."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yibao_cli.model import Knowledge


def shipped() -> Path:
    """The data folder that came with the package, or the one beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "data"
    return inside if inside.is_dir() else package.parent / "data"


@cache
def knowledge(folder: Path | None = None) -> Knowledge:
    """The knowledge of a data folder, by default the shipped one.

    Raises KnowledgeError where the folder is broken.
    """
    from yibao_cli.knowledge.load import load

    return load(folder or shipped())[0]
