"""Proves the knowledge; nothing at run time imports this."""

from yibao_cli.audit.checks import CODES, Fault, check
from yibao_cli.audit.cover import covering, unseen
from yibao_cli.audit.survey import Survey, survey

__all__ = ["CODES", "Fault", "Survey", "check", "covering", "survey", "unseen"]
