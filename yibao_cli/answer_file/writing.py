"""Answers written as YAML that a person can read, change and give back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from yibao_cli import files
from yibao_cli.answers import text_of, told
from yibao_cli.knowledge.model import Knowledge
from yibao_cli.places import Place

# Words that other readers of YAML take for something else than text.
_QUOTED = re.compile(r"y|n|yes|no|on|off|true|false|null|~|[0-9].*", re.IGNORECASE)


def write(
    path: Path, knowledge: Knowledge, answers: Mapping[str, str | Place], *, force: bool
) -> None:
    """Write answers as YAML that reads back equal; only its owner may read the file.

    Raises FileError where the file exists and `force` is not given, or cannot be written.
    """
    with files.private():
        files.write(path, text(knowledge, answers), force=force)


def text(knowledge: Knowledge, answers: Mapping[str, str | Place]) -> str:
    """Answers as YAML with their labels as comments."""
    lines = [
        f"# yibao 的答案（知识 {knowledge.about.version}），用 yibao plan --answers 文件名 读回。",
        "# 每行是“问题: 答案”，可以改；删掉的行会再问，或按默认算。",
    ]
    for question in knowledge.questions.values():
        value = answers.get(question.id)
        if value is None:
            continue
        written = _place_text(knowledge, value) if isinstance(value, Place) else value
        if _QUOTED.fullmatch(written):
            written = f'"{written}"'
        lines += ["", f"# {question.label}：{told(question, value)}", f"{question.id}: {written}"]
    return "\n".join(lines) + "\n"


def _place_text(knowledge: Knowledge, place: Place) -> str:
    name = place.full_name
    found: tuple[Place, ...] = knowledge.places.find(name)
    plain = not re.search(r"[^\w]", name)
    return name if found == (place,) and plain else text_of(place)
