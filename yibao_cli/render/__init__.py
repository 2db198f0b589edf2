"""From a checklist to text: one small module per format, imported only when it is used."""

from __future__ import annotations

from importlib import import_module

from yibao_cli.model import Checklist

_MODULES = {
    "terminal": "terminal",
    "plain": "plain",
    "markdown": "markdown",
    # The standard library has the name already.
    "json": "json_",
}

FORMATS: tuple[str, ...] = tuple(_MODULES)


def render(checklist: Checklist, fmt: str, *, width: int = 80, colour: bool = False) -> str:
    """The checklist in one of `FORMATS`, as text that ends in one line feed."""
    module = import_module(f"{__name__}.{_MODULES[fmt]}")
    text: str = module.render(checklist, width, colour)
    return text
