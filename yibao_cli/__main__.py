"""Entry point of `yibao` and `python -m yibao_cli`."""

from __future__ import annotations

import gc
import signal
import sys

# A whole one-shot run makes fewer objects than this, and what it makes lives to its end, so that
# looking for garbage meanwhile only takes time; a long batch still has it looked for.
_OBJECTS = 50_000


def main() -> None:
    """Run the command and exit with its status; an interruption is one even during imports."""
    gc.set_threshold(_OBJECTS)
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
    # Leaving, Python would look through everything once more.
    gc.freeze()
    sys.exit(status)


if __name__ == "__main__":
    main()
