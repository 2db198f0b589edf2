"""The knowledge in a form that loads fast: made when the package is built, never at run time.

It stands beside the YAML it was made from and carries that YAML's digest; where the two differ,
somebody has edited the YAML, and the YAML counts. It is a pickle, which is as trustworthy as the
code it is installed with, and nothing else is ever unpickled.
"""

from __future__ import annotations

import gc
import pickle
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yibao_cli.model import Knowledge

FILE = "knowledge.pickle"
_DIGEST = 32


def dump(root: Path) -> bytes:
    """The compiled form of a data folder. Raises KnowledgeError where the folder is broken."""
    from yibao_cli.knowledge.load import load

    return digest(root) + pickle.dumps(load(root)[0], protocol=4)


def read(root: Path) -> Knowledge | None:
    """The compiled knowledge of a data folder, or None where there is none that fits it."""
    try:
        content = (root / FILE).read_bytes()
    except OSError:
        return None
    if content[:_DIGEST] != digest(root):
        return None
    # Thousands of small values that all stay alive: collecting garbage meanwhile finds none.
    collecting = gc.isenabled()
    gc.disable()
    try:
        known: Knowledge = pickle.loads(content[_DIGEST:])
    except Exception:
        return None
    finally:
        if collecting:
            gc.enable()
    return known


def digest(root: Path) -> bytes:
    """What the data folder says, in 32 bytes: names and contents of all its files."""
    found = sha256()
    for path in sorted((*root.rglob("*.yaml"), *root.rglob("*.csv"))):
        content = path.read_bytes()
        found.update(f"{path.relative_to(root).as_posix()}\0{len(content)}\0".encode())
        found.update(content)
    return found.digest()
