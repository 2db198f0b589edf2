"""The knowledge: everything that the program knows of law and places, as it is loaded."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TypeVar

import msgspec

from yibao_cli.errors import Finding, KnowledgeError
from yibao_cli.files import os_reason, shown_path
from yibao_cli.knowledge.about import About
from yibao_cli.knowledge.location import is_whole, shipped
from yibao_cli.knowledge.model import Knowledge

T = TypeVar("T")

COMPILED = "knowledge.msgpack"
"""The whole knowledge as one file beside the YAML: written into the wheel, never in a checkout."""


def knowledge(folder: Path | None = None, extra: Path | None = None) -> Knowledge:
    """The knowledge of a data folder, by default the shipped one.

    A folder that is no whole knowledge (it has no `knowledge.yaml`) is laid over the shipped one,
    and so is `extra`. Raises KnowledgeError where a folder or the shipped knowledge is broken.
    """
    # Through one function with all arguments, so that nothing is loaded twice.
    return _loaded(folder, extra)


def about_shipped() -> About:
    """What the shipped knowledge says of itself. Raises KnowledgeError where it is broken."""
    compiled = shipped() / COMPILED
    # Of the compiled knowledge the rest need not be read.
    return _decoded(compiled, _Front).about if compiled.exists() else knowledge().about


# To read the YAML takes a while, and what is read never changes.
@cache
def _loaded(folder: Path | None, extra: Path | None) -> Knowledge:
    if folder is None and extra is None:
        compiled = shipped() / COMPILED
        if compiled.exists():
            return _decoded(compiled, Knowledge)
    # Only here: whoever has the compiled knowledge needs no YAML.
    from yibao_cli.knowledge.load import extend, load

    if extra is not None:
        return extend(knowledge(folder), extra, named=False)[0]
    if folder is None or is_whole(folder):
        return load(folder or shipped())[0]
    return extend(knowledge(), folder)[0]


class _Front(msgspec.Struct):
    about: About


def _decoded(path: Path, type_: type[T]) -> T:
    try:
        return msgspec.msgpack.decode(path.read_bytes(), type=type_)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        reason = f"（{os_reason(error)}）" if isinstance(error, OSError) else ""
        message = f"程序自带的知识“{shown_path(path)}”读不了{reason}；请重新安装 yibao-cli。"
        raise KnowledgeError(Finding("damaged_knowledge", message)) from error
