"""Proves the knowledge; nothing at run time imports this."""

from yibao_cli.audit.checks import CODES, Fault, check
from yibao_cli.audit.survey import Survey, survey
from yibao_cli.audit.ways import covering, unseen

__all__ = ["CODES", "Fault", "Survey", "check", "covering", "survey", "unseen"]
