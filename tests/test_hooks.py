"""The checks before a commit: nothing is fetched for them, and each is something that is here."""

from __future__ import annotations

import re
import shlex
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import tomli
import yaml
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
CONFIG: dict[str, Any] = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))
HOOKS = [hook for repo in CONFIG["repos"] for hook in repo["hooks"]]
EXTRAS = tomli.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"][
    "optional-dependencies"
]
TOOLS = {Requirement(text).name for extra in ("check", "dev") for text in EXTRAS[extra]}


def test_nothing_is_fetched() -> None:
    assert [repo["repo"] for repo in CONFIG["repos"]] == ["local"]
    assert {hook["language"] for hook in HOOKS} == {"system"}


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
def test_hook_runs_what_the_environment_has(hook: dict[str, Any]) -> None:
    python, flag, module, *arguments = shlex.split(hook["entry"])
    chosen = hook.get("files")

    assert (python, flag) == ("python", "-m")
    assert find_spec(module) or module in TOOLS, module
    assert all((ROOT / one).exists() for one in arguments if "/" in one)
    assert all((ROOT / one).is_dir() for one in arguments if one in ("data", "cases"))
    if chosen:
        assert any(
            re.search(chosen, path.relative_to(ROOT).as_posix())
            for folder in ("data", "docs", "yibao_cli")
            for path in (ROOT / folder).rglob("*")
        )
