"""The day on which everything that tests, goldens, screens and measures start runs.

Whatever the clock says, they read the same; `tests/test_clock.py` alone lets the clock go.
"""

DAY = "2026-11-21"
