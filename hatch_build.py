"""Builds the compiled form of the knowledge into the wheel."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileKnowledge(BuildHookInterface[Any]):
    """Checks `data/` while building and ships it compiled beside the YAML."""

    _folder: tempfile.TemporaryDirectory[str] | None = None

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Refuse to build broken knowledge; an editable install reads the YAML itself."""
        if self.target_name != "wheel" or version == "editable":
            return
        root = Path(self.root)
        sys.path.insert(0, self.root)
        try:
            from yibao_cli.knowledge import compiled

            content = compiled.dump(root / "data")
        finally:
            sys.path.remove(self.root)
        self._folder = tempfile.TemporaryDirectory(prefix="yibao-build-")
        target = Path(self._folder.name) / compiled.FILE
        target.write_bytes(content)
        build_data["force_include"][str(target)] = f"yibao_cli/data/{compiled.FILE}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove what was compiled, now that the wheel holds it."""
        if self._folder is not None:
            self._folder.cleanup()
