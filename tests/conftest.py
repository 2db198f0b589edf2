"""What holds for every test: the same result on a busy machine, and wherever it was started.

Commands that tests run are those of the wheel, as a user has them: built once a session, and
unpacked beside a script. `YIBAO_TESTS=long` gives every generated test many more examples.
"""

from __future__ import annotations

import compileall
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import zipfile
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent.parent
# How long one example takes says more about the machine than about the code.
settings.register_profile("short", max_examples=50, deadline=None)
settings.register_profile(
    "long", max_examples=15_000, deadline=None, suppress_health_check=list(HealthCheck)
)
settings.load_profile(os.environ.get("YIBAO_TESTS", "short"))

# Whoever was started in the background by a shell ignores interruptions, and so would every
# command that a test starts in order to interrupt it.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_configure(config: pytest.Config) -> None:
    # Workers inherit it from the session that starts them.
    if not hasattr(config, "workerinput"):
        folder = Path(tempfile.mkdtemp(prefix="yibao-"))
        config.add_cleanup(partial(shutil.rmtree, folder))
        os.environ["TESTED_YIBAO"] = str(_installed(folder))


def _installed(folder: Path) -> Path:
    """The folder with the wheel's content and a script beside it that runs the command."""
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    [wheel] = folder.glob("*.whl")
    site = folder / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    compileall.compile_dir(site, quiet=1)
    script = site / "yibao"
    script.write_text(
        "import sys\n\nfrom yibao_cli.__main__ import main\n\n"
        'if __name__ == "__main__":\n    sys.exit(main())\n',
        encoding="utf-8",
    )
    return site
