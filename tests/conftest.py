"""What holds for every test: the same result on a busy machine, and wherever it was started."""

from __future__ import annotations

import signal

from hypothesis import settings

# How long one example takes says more about the machine than about the code.
settings.register_profile("project", deadline=None)
settings.load_profile("project")

# Whoever was started in the background by a shell ignores interruptions, and so would every
# command that a test starts in order to interrupt it.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
