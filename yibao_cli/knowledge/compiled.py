"""The knowledge in a form that loads fast: made when the package is built, never at run time.

It stands beside the YAML it was made from and names those files, their sizes and the digest of
their contents. At a start it is enough that every file has its size and that none is newer; a
newer one is read, and where it says something else, somebody has edited the YAML, and the YAML
counts. So does it where the compiled form is damaged or another version's.

It is a pickle, which is as trustworthy as the code it is installed with. So only the folder that
came with the package is ever asked for one: a folder that a user names may be anybody's.
"""

from __future__ import annotations

import os

from yibao_cli import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from yibao_cli.model import Knowledge

FILE = "knowledge.pickle"
# Seconds: an installer writes the files in any order, and some file systems count by twos.
_SLACK = 2


def dump(root: str | os.PathLike[str]) -> bytes:
    """The compiled form of a data folder. Raises KnowledgeError where the folder is broken."""
    import pickle
    from pathlib import Path
    from zlib import crc32

    from yibao_cli.knowledge.load import load

    body = pickle.dumps(load(Path(root))[0], protocol=4)
    files = sorted(_files(root))
    sizes = [f"{about.st_size} {name}" for name, about in files]
    head = f"{__version__} {crc32(body)} {digest(root)}"
    return "\n".join((head, *sizes, "", "")).encode() + body


def read(root: str | os.PathLike[str]) -> Knowledge | None:
    """The compiled knowledge of the shipped data, or None where there is none that fits it."""
    try:
        with open(os.path.join(root, FILE), "rb") as file:
            content = file.read()
            about = os.fstat(file.fileno())
        head, _, body = content.partition(b"\n\n")
        if not _fits(root, head, body, about):
            return None
        return _loaded(body)
    # Whatever is wrong with it, the YAML is still there.
    except Exception:
        return None


def digest(root: str | os.PathLike[str]) -> str:
    """What a data folder says: a digest of the names and contents of all its files."""
    from hashlib import sha256

    found = sha256()
    for name, _ in sorted(_files(root)):
        with open(os.path.join(root, name), "rb") as file:
            content = file.read()
        found.update(f"{name}\0{len(content)}\0".encode())
        found.update(content)
    return found.hexdigest()


def _fits(root: str | os.PathLike[str], head: bytes, body: bytes, own: os.stat_result) -> bool:
    from zlib import crc32

    about, *sizes = head.decode().split("\n")
    version, check, said = about.split(" ")
    if version != __version__ or int(check) != crc32(body):
        return False
    files = sorted(_files(root))
    if sizes != [f"{about.st_size} {name}" for name, about in files]:
        return False
    # An editor or a copy may set back when a file was written, but not when it was last touched.
    untouched = all(
        about.st_mtime <= own.st_mtime + _SLACK and about.st_ctime <= own.st_ctime + _SLACK
        for _, about in files
    )
    return untouched or digest(root) == said


def _loaded(body: bytes) -> Knowledge:
    import gc
    import pickle

    # Thousands of small values that all stay alive: collecting garbage meanwhile finds none.
    collecting = gc.isenabled()
    gc.disable()
    try:
        known: Knowledge = pickle.loads(body)
        return known
    finally:
        if collecting:
            gc.enable()


def _files(root: str | os.PathLike[str], under: str = "") -> Iterator[tuple[str, os.stat_result]]:
    """Name, size and times of every file of knowledge in a folder and the folders in it."""
    with os.scandir(os.path.join(root, under)) as entries:
        for entry in entries:
            name = under + entry.name
            if entry.is_dir():
                yield from _files(root, name + "/")
            elif name.endswith((".yaml", ".csv")):
                yield name, entry.stat()
