"""The knowledge: where it is found, and how it is loaded."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from yibao_cli.model import Knowledge


def shipped() -> Path:
    """The data folder that came with the package, or the one beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "data"
    return inside if inside.is_dir() else package.parent / "data"


def overlay(environ: Mapping[str, str]) -> Path | None:
    """The user's own folder of local facts, where there is one: `yibao/data` in XDG's config."""
    config = environ.get("XDG_CONFIG_HOME", "")
    home = environ.get("HOME") or environ.get("USERPROFILE")
    # XDG: a relative path is to be ignored.
    base = Path(config) if Path(config).is_absolute() else Path(home, ".config") if home else None
    folder = base / "yibao" / "data" if base else None
    return folder if folder and folder.is_dir() else None


def knowledge(folder: Path | None = None, extra: Path | None = None) -> Knowledge:
    """The knowledge of a data folder, by default the shipped one.

    A folder that is no whole knowledge (it has no `knowledge.yaml`) is laid over the shipped one,
    and so is `extra`. Raises KnowledgeError where a folder is broken.
    """
    # Through one function with all arguments, so that nothing is loaded twice.
    return _loaded(folder, extra)


@cache
def _loaded(folder: Path | None, extra: Path | None) -> Knowledge:
    from yibao_cli.knowledge import compiled

    root = folder or shipped()
    ready = compiled.read(root)
    if ready is not None and extra is None:
        return ready
    # Importing the loader means importing a YAML parser, which a compiled knowledge saves.
    from yibao_cli.knowledge.load import extend, load

    if ready is not None:
        known = ready
    elif folder is None or (folder / "knowledge.yaml").exists():
        known = load(root)[0]
    else:
        known = extend(knowledge(), folder)
    return extend(known, extra) if extra else known
