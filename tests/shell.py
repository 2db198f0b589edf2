"""A shell that knows one command: it runs `yibao` in its own process, over and over.

What is slow is imported once, so a test can afford many runs on one pseudo-terminal.
Each line is `@` and the words as a JSON list; after each run stands the status in brackets, and
whether the terminal was left as it was found.
"""

from __future__ import annotations

import json
import sys
import termios

# An import that is interrupted could not be done again.
import yibao_cli.ask.arrows  # noqa: F401
from yibao_cli.__main__ import main

found = termios.tcgetattr(sys.stdin)
sys.stdout.write("[ready]\n")
sys.stdout.flush()
for line in sys.stdin:
    sys.argv[1:] = json.loads(line.rpartition("@")[2])
    # An empty screen, on which nothing of the run before can be taken for this one's.
    sys.stdout.write("\x1b[2J\x1b[H")
    sys.stdout.flush()
    status: object = None
    try:
        main()
    except SystemExit as left:
        status = left.code
    left_as_found = termios.tcgetattr(sys.stdin) == found
    sys.stdout.write(f"\n[{status} {'' if left_as_found else 'dis'}orderly]\n")
    sys.stdout.flush()
