"""The day on which everything that tests, goldens, screens and measures start runs.

Whatever the clock says, they read the same; `tests/test_clock.py` alone lets the clock go.
"""

DAY = "2026-11-21"


def last_read() -> str:
    """The ISO day on which something of the shipped knowledge was last read: it is clean then."""
    from yibao_cli.knowledge import knowledge

    return knowledge().about.version[:10].replace(".", "-")
