"""The command that tests run: that of the wheel, as a user has it, and not the checkout's."""

from __future__ import annotations

import atexit
import compileall
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_WHERE = "TESTED_YIBAO"
_SCRIPT = """import sys

from yibao_cli.__main__ import main

if __name__ == "__main__":
    sys.exit(main())
"""


def installed() -> Path:
    """A folder with the wheel's content and the command `yibao` beside it.

    It is built once: whoever is started by this process, as the workers of a session of tests,
    finds it where the first one put it, who also takes it away at the end.
    """
    if _WHERE not in os.environ:
        folder = Path(tempfile.mkdtemp(prefix="yibao-"))
        atexit.register(shutil.rmtree, folder)
        os.environ[_WHERE] = str(_unpacked(folder))
    return Path(os.environ[_WHERE])


def _unpacked(folder: Path) -> Path:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    [wheel] = folder.glob("*.whl")
    site = folder / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    compileall.compile_dir(site, quiet=1)
    (site / "yibao").write_text(_SCRIPT, encoding="utf-8")
    return site
