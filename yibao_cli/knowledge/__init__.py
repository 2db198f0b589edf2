"""The knowledge: where it is found, and how it is loaded."""

from __future__ import annotations

import os
from functools import cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from yibao_cli.model import Knowledge


def shipped() -> Path:
    """The data folder that came with the package, or the one beside it in a checkout."""
    from pathlib import Path

    return Path(_shipped())


def overlay(environ: Mapping[str, str]) -> Path | None:
    """The user's own folder of local facts, where there is one: `yibao/data` in XDG's config."""
    config = environ.get("XDG_CONFIG_HOME", "")
    home = environ.get("HOME") or environ.get("USERPROFILE")
    # XDG: a relative path is to be ignored.
    if not os.path.isabs(config):
        if not home:
            return None
        config = os.path.join(home, ".config")
    folder = os.path.join(config, "yibao", "data")
    if not os.path.isdir(folder):
        return None
    from pathlib import Path

    return Path(folder)


def knowledge(folder: Path | None = None, extra: Path | None = None) -> Knowledge:
    """The knowledge of a data folder, by default the shipped one.

    A folder that is no whole knowledge (it has no `knowledge.yaml`) is laid over the shipped one,
    and so is `extra`. Raises KnowledgeError where a folder is broken.
    """
    # Through one function with all arguments, so that nothing is loaded twice.
    return _loaded(folder, extra)


def is_whole(folder: Path) -> bool:
    """Whether a folder is a whole knowledge, and not only local facts to lie over another.

    Raises KnowledgeError where there is no such folder.
    """
    present(folder)
    return (folder / "knowledge.yaml").exists()


def present(folder: Path) -> None:
    """Raise KnowledgeError where there is no such folder, or it cannot be read."""
    from yibao_cli.errors import Finding, KnowledgeError
    from yibao_cli.files import shown_path, why

    try:
        # What the system refuses says why.
        os.listdir(folder)
    except (OSError, ValueError) as error:
        message = (
            f"读不了数据文件夹“{shown_path(folder)}”（{why(error)}）；要写一个有知识文件的文件夹。"
        )
        raise KnowledgeError(Finding("missing_file", message)) from error


@cache
def _loaded(folder: Path | None, extra: Path | None) -> Knowledge:
    if extra is not None:
        from yibao_cli.knowledge.load import extend

        return extend(knowledge(folder), extra)[0]
    if folder is None:
        from yibao_cli.knowledge import compiled

        ready = compiled.read(_shipped())
        if ready is not None:
            return ready
    # Importing the loader means importing a YAML parser, which a compiled knowledge saves.
    from yibao_cli.knowledge.load import extend, load

    if folder is None or is_whole(folder):
        return load(folder or shipped())[0]
    return extend(knowledge(), folder)[0]


def _shipped() -> str:
    package = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
    inside = os.path.join(package, "data")
    return inside if os.path.isdir(inside) else os.path.join(os.path.dirname(package), "data")
