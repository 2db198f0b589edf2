"""Where data folders are: the shipped one, the user's own, and whether one is there at all."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from yibao_cli.errors import Finding, KnowledgeError
from yibao_cli.files import os_reason, shown_path


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
