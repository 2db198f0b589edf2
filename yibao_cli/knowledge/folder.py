"""A data folder: its files are read here, and what nothing reads is refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from yibao_cli.knowledge import present, yamltext
from yibao_cli.knowledge.yamltext import Entry, Problems


class Folder:
    """Reads the files of one folder by their names in it, and remembers which were asked for.

    Raises KnowledgeError where there is no such folder: all else would be an echo of that.
    """

    def __init__(self, root: Path, problems: Problems) -> None:
        self._root = root
        self._called = root.name or str(root)
        self._opened: set[str] = set()
        self.problems = problems
        present(root)

    def called(self, name: str) -> str:
        """What messages call a file."""
        return f"{self._called}/{name}"

    def has(self, name: str) -> bool:
        """Whether there is such a file."""
        return (self._root / name).exists()

    def top(self, name: str, placeholders: tuple[str, ...] = ()) -> Entry | None:
        """The top value of a YAML file whose texts may hold these placeholders."""
        return yamltext.read(self._asked(name), self.called(name), self.problems, placeholders)

    def tops(self, name: str) -> Iterator[Entry]:
        """The top values of all YAML files in a folder; hidden files are no part of the data."""
        paths = sorted((self._root / name).glob("[!.]*.yaml"))
        if not paths:
            message = "这里没有文件；至少要有一个 .yaml"
            self.problems.add(self.called(name), 1, message, "missing_file")
        for path in paths:
            top = self.top(f"{name}/{path.name}")
            if top is not None:
                yield top

    def content(self, name: str) -> str | None:
        """The text of a file, or None where it could not be read."""
        return yamltext.content(self._asked(name), self.called(name), self.problems)

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
