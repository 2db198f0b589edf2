"""A data folder: its files are read here, what they name is noted, and what nothing reads is refused."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from yibao_cli.knowledge import present
from yibao_cli.knowledge.reading import File, Problems, Reference, content, read

T = TypeVar("T")


@dataclass
class Lines:
    """Where each named thing of the data folder stands, for messages about it."""

    places: dict[tuple[str, str], tuple[str, int]] = field(default_factory=dict)

    def of(self, kind: str, name: str) -> tuple[str, int]:
        """File and line of a thing."""
        return self.places.get((kind, name), ("data", 1))


class Folder:
    """Reads the files of one folder by their names in it, and remembers which were asked for.

    Raises KnowledgeError where there is no such folder: all else would be an echo of that.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._called = root.name or str(root)
        self._opened: set[str] = set()
        self.problems = Problems()
        self.lines = Lines()
        self.references: list[Reference] = []
        present(root)

    def called(self, name: str) -> str:
        """What messages call a file."""
        return f"{self._called}/{name}"

    def has(self, name: str) -> bool:
        """Whether there is such a file."""
        return (self._root / name).exists()

    def file(self, name: str, kind: type[T]) -> File[T]:
        """What a YAML file holds."""
        file = read(self._asked(name), self.called(name), kind, self.problems)
        self.references += file.references
        return file

    def files(self, name: str, kind: type[T]) -> list[File[T]]:
        """What all YAML files in a folder hold; hidden files are no part of the data."""
        paths = sorted((self._root / name).glob("[!.]*.yaml"))
        if not paths:
            message = "这里没有文件；至少要有一个 .yaml"
            self.problems.add(self.called(name), 1, message, "missing_file")
        return [self.file(f"{name}/{path.name}", kind) for path in paths]

    def table(self, kind: str, name: str, of: type[T]) -> tuple[dict[str, T], File[dict[str, T]]]:
        """Things by their ids, none where the file could not be read, and where they stand."""
        file = self.file(name, dict[str, of])  # type: ignore[valid-type]
        return self.define(kind, file.value, file), file

    def define(
        self, kind: str, things: dict[str, T] | None, file: File[Any], *path: str
    ) -> dict[str, T]:
        """The things of a mapping that could be read and whose names are not taken elsewhere."""
        return {
            name: thing
            for name, thing in (things or {}).items()
            if thing is not None and self.new(kind, name, file, *path, name)
        }

    def new(self, kind: str, name: str, file: File[Any], *path: str | int) -> bool:
        """Note where a thing stands; false where its name is taken."""
        here = (file.name, file.line(*path))
        place = self.lines.places.setdefault((kind, name), here)
        if place == here:
            return True
        message = f"“{name}”在 {place[0]} 第{place[1]}行已经有了；每个名称只能用一次"
        self.problems.add(*here, message, "duplicate_key")
        return False

    def mention(self, kind: str, name: str, of: str, file: File[Any], *path: str | int) -> None:
        """Remember a name that has to exist, and that a type cannot know: it is one of those of
        something that stands beside it.
        """
        self.references.append(Reference(kind, name, file.name, file.line(*path), of))

    def content(self, name: str) -> str | None:
        """The text of a file, or None where it could not be read."""
        return content(self._asked(name), self.called(name), self.problems)

    def refuse_strangers(self) -> None:
        """Refuse data files that nothing reads: a misspelt name would silently hide its content."""
        for path in sorted(self._root.rglob("*")):
            name = path.relative_to(self._root)
            hidden = any(part.startswith(".") for part in name.parts)
            if hidden or path.suffix.lower() not in (".yaml", ".yml", ".csv"):
                continue
            if name.as_posix() not in self._opened:
                beside = sorted(
                    one.name for one in map(Path, self._opened) if one.parent == name.parent
                )
                may = "、".join(beside) or "放别的文件夹里的文件"
                if name.parent.as_posix() in ("tree", "regions/provinces"):
                    may = "以 .yaml 结尾的文件"
                message = f"不认识这个文件；这里可以有：{may}"
                self.problems.add(self.called(name.as_posix()), 1, message, "unknown_file")

    def _asked(self, name: str) -> Path:
        self._opened.add(name)
        return self._root / name
