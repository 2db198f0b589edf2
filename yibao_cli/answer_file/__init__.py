"""Answers in a file: YAML or JSON that a person or a program wrote, and our own checklist.

Every value is text, as from a flag; nothing is expanded, guessed or read twice.
"""

from yibao_cli.answer_file.reading import read
from yibao_cli.answer_file.writing import text, write

__all__ = ["read", "text", "write"]
