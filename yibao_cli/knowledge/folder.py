"""A data folder: its files are read here, and what nothing reads is refused."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from yibao_cli.files import shown_path
from yibao_cli.knowledge.location import present
from yibao_cli.knowledge.reading import File, Problems, content, read

T = TypeVar("T")


class Folder:
    """Reads the files of one folder by their names in it, and remembers which were asked for.

    One that nobody named may have nothing in it, and messages call it by its whole path. Raises
    KnowledgeError where there is no such folder: all else would be an echo of that.
    """

    def __init__(self, root: Path, *, named: bool = True) -> None:
        self._root = root
        self._named = named
        self._opened: set[str] = set()
        self.problems = Problems()
        present(root)

    def file(self, name: str, kind: type[T]) -> File[T]:
        """What a YAML file holds."""
        return read(self._asked(name), self._called(name), kind, self.problems)

    def files(self, name: str, kind: type[T]) -> list[File[T]]:
        """What all YAML files in a folder hold; hidden files are no part of the data."""
        paths = sorted((self._root / name).glob("[!.]*.yaml"))
        if not paths and self._named:
            message = "这里没有文件；至少要有一个 .yaml"
            self.problems.add(self._called(name), 1, message, "missing_file")
        return [self.file(f"{name}/{path.name}", kind) for path in paths]

    def table(self, name: str, of: type[T]) -> tuple[dict[str, T], File[dict[str, T]]]:
        """Things by their ids, none where the file is wrong, and where they stand."""
        file = self.file(name, dict[str, of])  # type: ignore[valid-type]
        return file.value or {}, file

    def text(self, name: str) -> File[list[str]]:
        """The lines of a file that is no YAML."""
        file = File[list[str]](self._called(name), self.problems)
        text = content(self._asked(name), file)
        file.value = None if text is None else text.split("\n")
        return file

    def refuse_strangers(self) -> None:
        """Refuse data files that nothing reads: a misspelt name would silently hide its content."""
        for path in sorted(self._root.rglob("*")):
            name = path.relative_to(self._root)
            hidden = any(part.startswith(".") for part in name.parts)
            data = path.suffix.lower() in (".yaml", ".yml", ".csv")
            if hidden or not data or name.as_posix() in self._opened:
                continue
            beside = [one.name for one in map(Path, self._opened) if one.parent == name.parent]
            may = "、".join(sorted(beside)) or "放别的文件夹里的文件"
            if name.parent.as_posix() in ("tree", "regions/provinces"):
                may = "以 .yaml 结尾的文件"
            message = f"不认识这个文件；这里可以有：{may}"
            self.problems.add(self._called(name.as_posix()), 1, message, "unknown_file")

    def _called(self, name: str) -> str:
        """What messages call a file."""
        called = self._root.name if self._named else shown_path(self._root)
        return f"{called or self._root}/{name}"

    def _asked(self, name: str) -> Path:
        self._opened.add(name)
        return self._root / name
