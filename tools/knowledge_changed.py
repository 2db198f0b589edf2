"""After a change of `data/`: raises its version and writes anew what is made from it.

    python tools/knowledge_changed.py

The version and a digest of what the data says stand in `knowledge.lock` beside this file, so that
no change goes out under an old version. Comments and layout are no change.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from datetime import date
from hashlib import sha256
from pathlib import Path

import yaml

from yibao_cli.clock import today
from yibao_cli.errors import YibaoError

ROOT = Path(__file__).resolve().parent.parent
LOCK = "tools/knowledge.lock"
_ABOUT = "data/knowledge.yaml"
# Where the binding to libyaml is there, it reads the same much faster.
_LOADER: type = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_LINE = re.compile(r"^version: *(\S+) *$", re.MULTILINE)


def version(root: Path) -> str:
    """The version that the data of a checkout gives itself."""
    found = _LINE.search((root / _ABOUT).read_text("utf-8"))
    if found is None:
        raise SystemExit(f"{_ABOUT} 里没有“version: …”这一行")
    return found[1]


def digest(root: Path) -> str:
    """What the data of a checkout says, whatever its comments, layout, line ends and version."""
    said: dict[str, object] = {}
    data = root / "data"
    for path in sorted((*data.rglob("*.yaml"), *data.rglob("*.csv"))):
        text = path.read_text("utf-8")
        name = path.relative_to(root).as_posix()
        if path.suffix == ".csv":
            said[name] = text
            continue
        # Every scalar a text, as the loader reads it.
        content = yaml.load(text, _LOADER)
        if name == _ABOUT:
            del content["version"]
        said[name] = content
    return sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def recorded(root: Path) -> tuple[str, str]:
    """The version and the digest as they were last written down."""
    first, second = (root / LOCK).read_text("utf-8").split()
    return first, second


def later(than: str, day: date) -> str:
    """A version for a day that is later than another one: the day, or a further one of that day."""
    today = f"{day:%Y.%m.%d}"
    if _ordered(today) > _ordered(than):
        return today
    numbers = than.split(".")
    further = int(numbers[3]) + 1 if len(numbers) > 3 else 2
    return ".".join((*numbers[:3], str(further)))


def update(root: Path, day: date) -> str | None:
    """Raise the version where the data says something else, and write both down.

    Returns the new version, or None where nothing changed.
    """
    now, content = version(root), digest(root)
    before, known = recorded(root)
    if (now, content) == (before, known):
        return None
    # Whoever raised the version by hand is taken at their word.
    new = now if _ordered(now) > _ordered(before) else later(before, day)
    file = root / _ABOUT
    file.write_text(_LINE.sub(f"version: {new}", file.read_text("utf-8")), "utf-8", newline="\n")
    (root / LOCK).write_text(f"{new} {content}\n", "utf-8", newline="\n")
    return new


def main() -> None:
    """Bring version and schemas up to date, and say what is left to do."""
    try:
        new = update(ROOT, today(os.environ))
    except YibaoError as error:
        print(error, file=sys.stderr)
        sys.exit(error.status)
    subprocess.run([sys.executable, "tools/schemas.py"], cwd=ROOT, env=_environment(), check=True)
    if new is None:
        print("知识没有变，版本不用改。")
    else:
        print(f"知识的版本现在是 {new}。请在 CHANGELOG.md 的“知识”一节写明变了什么。")


def _environment() -> dict[str, str]:
    # The checkout counts, not a package that may be installed as well.
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def _ordered(text: str) -> tuple[int, ...]:
    try:
        return tuple(map(int, text.split(".")))
    except ValueError:
        raise SystemExit(f"版本“{text}”要写成日期，例如 2026.11.21 或 2026.11.21.2") from None


if __name__ == "__main__":
    main()
