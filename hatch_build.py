"""Writes the knowledge as one file into the wheel, so that a start reads no YAML."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileKnowledge(BuildHookInterface[Any]):
    """Checks `data/` while building and ships it as one file beside the YAML."""

    _folder: tempfile.TemporaryDirectory[str] | None = None

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Refuse to build broken knowledge; an editable install reads the YAML itself."""
        if self.target_name != "wheel" or version == "editable":
            return
        sys.path.insert(0, self.root)
        import msgspec

        from yibao_cli.knowledge import COMPILED
        from yibao_cli.knowledge.load import load

        self._folder = tempfile.TemporaryDirectory(prefix="yibao-build-")
        target = Path(self._folder.name) / COMPILED
        target.write_bytes(msgspec.msgpack.encode(load(Path(self.root) / "data")[0]))
        build_data["force_include"][str(target)] = f"yibao_cli/data/{COMPILED}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove what was compiled, now that the wheel holds it."""
        if self._folder is not None:
            self._folder.cleanup()
