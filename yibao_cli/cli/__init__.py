"""The commands: flags in, answers → checklist → renderer out, exit status."""

from yibao_cli.cli.program import run

__all__ = ["run"]
