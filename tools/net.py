"""The net under a rebuild: what the command answers in thousands of situations, by ids alone.

    python tools/net.py write yibao    # keeps its answers in tools/net.jsonl.gz
    python tools/net.py compare yibao  # tells what is answered otherwise, and ends in 1 then

It knows nothing of the package but `yibao questions` and `yibao plan --format json` of the command
named (an installed one is faster than a checkout). The situations are the ways of
`cases/ways.tsv`, all cases, and 2,000 random ones.
"""

from __future__ import annotations

import csv
import gzip
import json
import os
import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "tools" / "net.jsonl.gz"
DAY = "2026-11-22"
PARTS = ("steps", "documents", "warnings", "notes", "local", "questions", "contacts")
SHOWN = 20


def ran(command: str, *arguments: str) -> Any:
    """What one run writes as JSON, an error included."""
    clean = {name: text for name, text in os.environ.items() if not name.startswith("YIBAO_")}
    done = subprocess.run(
        [command, *arguments, "--format", "json"],
        env={**clean, "YIBAO_TODAY": DAY, "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return json.loads(done.stdout)


def situations(command: str) -> list[list[str]]:
    """The flags of every way, of every case, and of random situations, always the same."""
    found = []
    with (ROOT / "cases" / "ways.tsv").open(encoding="utf-8") as file:
        for answers, day, *_ in csv.reader((one for one in file if one[0] != "#"), delimiter="\t"):
            found.append(flags(dict(one.split("=") for one in answers.split()), day))
    for path in sorted((ROOT / "cases").glob("*.yaml")):
        # Without types: `yes` is the id of an option.
        cases = yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)
        found += [flags(one["answers"], one.get("on")) for one in cases.values()]
    chance = random.Random(12)
    with (ROOT / "data" / "regions" / "places.csv").open(encoding="utf-8") as file:
        places = [one["code"] for one in csv.DictReader(file)]
    questions = ran(command, "questions")["questions"]
    for _ in range(2_000):
        picked = {}
        for one in questions:
            if one["default"] is None or chance.random() < 0.3:
                ids = [option["id"] for option in one["options"]] or places
                picked[one["id"]] = chance.choice(ids)
        found.append(flags(picked, chance.choice((None, "2024-06-01", "2025-03-01", "2027-02-01"))))
    return found


def flags(answers: dict[str, str], day: str | None) -> list[str]:
    """Answers as options that any version of the command takes."""
    given = [text for name, one in answers.items() for text in ("--set", f"{name}={one}")]
    return [*given, "--on", day or DAY]


def answered(command: str, way: list[str]) -> dict[str, Any]:
    """One situation: its flags, the paths, and the ids with their levels in order."""
    said = ran(command, "plan", *way)
    if "error" in said:
        return {"flags": way, "error": said["error"]["code"]}
    outcomes = [said["outcome"], *said["outcomes"]]
    parts = {name: [f"{one['id']} {one.get('level')}" for one in said[name]] for name in PARTS}
    levels = [f"{one['id']} {one['level']}" for one in said["sources"]]
    told = [f"{one['path']} {one['level']} {one['title']}" for one in outcomes]
    return {"flags": way, "outcomes": told, **parts, "sources": levels}


def main(verb: str, command: str) -> int:
    """Write or compare; the status is 1 where anything is answered otherwise."""
    ask = partial(answered, command)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        if verb == "write":
            lines = [
                json.dumps(one, ensure_ascii=False) for one in pool.map(ask, situations(command))
            ]
            FILE.write_bytes(gzip.compress("\n".join(lines).encode(), mtime=0))
            print(f"{len(lines)} situations")
            return 0
        kept = [json.loads(one) for one in gzip.decompress(FILE.read_bytes()).decode().split("\n")]
        now = pool.map(ask, [one["flags"] for one in kept])
        moved = [(old, new) for old, new in zip(kept, now, strict=True) if old != new]
    for old, new in moved[:SHOWN]:
        print(" ".join(old["flags"]))
        for part in sorted(old | new):
            if old.get(part) != new.get(part):
                print(f"  {part}: {old.get(part)}\n  {' ' * len(part)}→ {new.get(part)}")
    print(f"{len(kept)} situations, {len(moved)} answered otherwise")
    return 1 if moved else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
