"""What holds for every test: the same result on a busy machine, on any day, and wherever it was
started.

`YIBAO_TESTS=long` gives every generated test many more examples.
"""

from __future__ import annotations

import os
import signal

from day import DAY
from hypothesis import HealthCheck, settings
from installed import installed

from yibao_cli.dates import VARIABLE

# How long one example takes says more about the machine than about the code. What passed for a
# commit passes again: the short run always makes the same examples, the long one hunts.
settings.register_profile("short", max_examples=25, deadline=None, derandomize=True)
settings.register_profile(
    "long", max_examples=15_000, deadline=None, suppress_health_check=list(HealthCheck)
)
settings.load_profile(os.environ.get("YIBAO_TESTS", "short"))

# Also for what tests do in their own process.
os.environ[VARIABLE] = DAY

# Whoever was started in the background by a shell ignores interruptions, and so would every
# command that a test starts in order to interrupt it.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_configure() -> None:
    # Before any worker is started, so that all of them find one.
    installed()
