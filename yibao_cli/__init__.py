"""yibao: what to do and what to bring before getting medical care away from home in China."""

from __future__ import annotations

__version__ = "0.1.0"

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

TYPE_CHECKING = False
if TYPE_CHECKING:
    from yibao_cli.api import Checklist, plan
    from yibao_cli.errors import (
        AnswerError,
        KnowledgeError,
        MissingAnswerError,
        UsageError,
        YibaoError,
    )


def __getattr__(name: str) -> object:
    """What programs use is imported when they ask for it; the command asks for nothing here."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    module = "errors" if name.endswith("Error") else "api"
    return getattr(import_module(f"{__name__}.{module}"), name)
