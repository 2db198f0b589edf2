"""Times what one run does after its imports: `python -m benchmarks.workers.stages MODULES TEXTS`.

Both are JSON: the modules that the command imports, so that no stage imports any, and the answers.
Every stage runs once, as it does in the command; prints name → seconds.
"""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from importlib import import_module
from time import perf_counter


def main(modules: list[str], texts: dict[str, str]) -> dict[str, float]:
    """The seconds of each stage."""
    for name in modules:
        with suppress(ImportError):
            import_module(name)
    from benchmarks.workers import product
    from yibao_cli.knowledge import knowledge

    times = [perf_counter()]
    known = knowledge()
    times.append(perf_counter())
    answers = product.parse(known, texts)
    times.append(perf_counter())
    checklist = product.checklist(known, answers)
    times.append(perf_counter())
    product.markdown(checklist)
    times.append(perf_counter())
    names = ("knowledge", "answers", "checklist", "render")
    return {
        name: after - before for name, before, after in zip(names, times, times[1:], strict=False)
    }


if __name__ == "__main__":
    print(json.dumps(main(json.loads(sys.argv[1]), json.loads(sys.argv[2]))))
