"""yibao: what to do and what to bring before getting medical care away from home in China."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yibao_cli.api import Checklist, plan
    from yibao_cli.errors import (
        AnswerError,
        KnowledgeError,
        MissingAnswerError,
        UsageError,
        YibaoError,
    )

__version__ = "0.2.0"

__all__ = [
    "AnswerError",
    "Checklist",
    "KnowledgeError",
    "MissingAnswerError",
    "UsageError",
    "YibaoError",
    "__version__",
    "plan",
]


def __getattr__(name: str) -> object:
    """What programs use is imported when they ask for it.

    So the command is running, and ends an interruption in its own way, before the rest is read.
    """
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = "errors" if name.endswith("Error") else "api"
    return getattr(import_module(f"{__name__}.{module}"), name)
