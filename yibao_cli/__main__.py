"""Entry point of `yibao` and `python -m yibao_cli`."""

from __future__ import annotations

import signal
import sys


def main() -> None:
    """Run the command and exit with its status; an interruption is one even during imports."""
    try:
        # Whoever is asked to end leaves as if interrupted: with nothing half-written, and with a
        # terminal that shows what is typed.
        for name in ("SIGTERM", "SIGHUP", "SIGQUIT"):
            number = getattr(signal, name, None)
            # Windows lacks some, and `nohup` wants them ignored.
            if number is not None and signal.getsignal(number) is signal.SIG_DFL:
                signal.signal(number, signal.default_int_handler)
        from yibao_cli.cli import run

        status = run(sys.argv[1:])
    except KeyboardInterrupt:
        status = 130
    sys.exit(status)


if __name__ == "__main__":
    main()
