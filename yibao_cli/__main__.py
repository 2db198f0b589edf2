"""Entry point of `yibao` and `python -m yibao_cli`."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command and exit with its status; an interruption is one even during imports."""
    try:
        from yibao_cli.cli import run

        status = run(sys.argv[1:])
    except KeyboardInterrupt:
        status = 130
    sys.exit(status)


if __name__ == "__main__":
    main()
