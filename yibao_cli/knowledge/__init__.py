"""The knowledge: where it is found, and how it is loaded."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TypeVar

import msgspec

from yibao_cli.errors import Finding, KnowledgeError
from yibao_cli.files import os_reason, shown_path
from yibao_cli.knowledge.about import About
from yibao_cli.knowledge.model import Knowledge

T = TypeVar("T")

COMPILED = "knowledge.msgpack"
"""The whole knowledge as one file beside the YAML: written into the wheel, never in a checkout."""


def shipped() -> Path:
    """The data folder that came with the package, or the one beside it in a checkout.

    Raises KnowledgeError where there is none, as in an archive that the program is run from.
    """
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "data", package.parent / "data"):
        if folder.is_dir():
            return folder
    message = (
        f"程序自带的知识不在“{shown_path(package / 'data')}”；yibao 不能在压缩包（zipapp、打成一个文件）"
        "里直接运行，请解开，或用 pip 安装。"
    )
    raise KnowledgeError(Finding("missing_file", message))


def overlay(environ: Mapping[str, str]) -> Path | None:
    """The user's own folder of local facts, where there is one: `yibao/data` in XDG's config."""
    config = environ.get("XDG_CONFIG_HOME", "")
    home = environ.get("HOME") or environ.get("USERPROFILE") or ""
    # XDG: a relative path is to be ignored.
    base = Path(config) if Path(config).is_absolute() else Path(home, ".config")
    folder = base / "yibao/data"
    # A Path would raise where a folder above is nobody's business.
    return folder if base.is_absolute() and os.path.isdir(folder) else None  # noqa: PTH112


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


def is_whole(folder: Path) -> bool:
    """Whether a folder is a whole knowledge, and not only local facts to lie over another.

    Raises KnowledgeError where there is no such folder.
    """
    present(folder)
    return (folder / "knowledge.yaml").exists()


def present(folder: Path) -> None:
    """Raise KnowledgeError where there is no such folder, or it cannot be read."""
    try:
        next(folder.iterdir(), None)
    except (OSError, ValueError) as error:
        message = f"读不了数据文件夹“{shown_path(folder)}”（{os_reason(error)}）；要写一个有知识文件的文件夹。"
        raise KnowledgeError(Finding("missing_file", message)) from error


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
