"""Where a checklist goes, and in which form."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from yibao_cli.console import Console
from yibao_cli.errors import Finding, UsageError
from yibao_cli.formats import ANSWERS, SUFFIXES, TEXTS, check_ending
from yibao_cli.knowledge.model import Knowledge
from yibao_cli.places import Place

_INSTEAD = (
    "可以写 .html .md .txt .json .ics；要打印或存成 PDF、Word，请写成 .html，用浏览器打开再存。"
)


class Output(Struct, frozen=True):
    """Where the result goes, and in which form; `save` is a file for the answers.

    `format` is what the line asks for, `usual` what the environment does.
    """

    format: str | None
    usual: str | None
    path: Path | None
    force: bool
    bag: bool
    reader: str
    dates: Mapping[str, str | None]
    save: Path | None

    def check(self, console: Console, day: str) -> None:
        """Refuse what cannot work before anything is asked; `day` is the ISO day of the list.

        Raises FileError where a file cannot be written, UsageError where two are the same or one
        asks for a format that is not written, and AnswerError where a date makes no sense, or a
        calendar has none.
        """
        from yibao_cli.dates import parse_dates, require_dates

        dates = parse_dates(day, **self.dates)
        if self.chosen(console) == "ics":
            require_dates(dates)
        if self.path is not None or self.save is not None:
            self._check_files()

    def _check_files(self) -> None:
        from yibao_cli.files import check_target, is_device, shown_path

        written = {"--output": self.path, "--save-answers": self.save}
        places = [
            check_target(path, force=self.force, flag=flag)
            for flag, path in written.items()
            if path
        ]
        if len(places) != len(set(places)) and not is_device(places[0]):
            message = (
                "--output 和 --save-answers 写的是同一个文件"
                f"“{shown_path(places[0])}”；请写两个文件名。"
            )
            raise UsageError(Finding("same_file", message, tuple(written)))
        if self.path is not None and self.format is None:
            check_ending(self.path, "--output", SUFFIXES, _INSTEAD)
        if self.save is not None:
            check_ending(self.save, "--save-answers", (*ANSWERS, ".txt"), "请写成 .yaml 或 .json。")

    def chosen(self, console: Console) -> str:
        """The format: that of the line, of the file's name, of the environment, of the terminal."""
        named = SUFFIXES.get(self.path.suffix.lower()) if self.path else None
        usual = "terminal" if console.shows and not self.path else "plain"
        return self.format or named or self.usual or usual

    def tell_idle(
        self, console: Console, known: Knowledge, answers: Mapping[str, str | Place]
    ) -> None:
        """Say what was written and changes nothing in the list that comes."""
        from yibao_cli.dates import FLAGS

        format_ = self.chosen(console)
        if self.bag and format_ in ("json", "ics"):
            console.say(f"--bag 对 {format_} 不起作用：给的不只是材料。")
        days = [FLAGS[name] for name, text in self.dates.items() if text is not None]
        if days and format_ != "ics":
            console.say(f"{'、'.join(days)} 只有日历（--format ics）用得上，这份清单没有用。")
        if self.reader == "proxy" and answers.get("agent") == "self":
            question = known.questions["agent"]
            console.say(
                f"--for proxy 是给代办人看的，可是{question.label}（{question.flag}）"
                f"答的是{question.options['self'].label}；代办人要的材料没有列进去。"
            )

    def show(
        self, console: Console, known: Knowledge, answers: dict[str, str | Place], day: str
    ) -> None:
        """Consult, render and print or write; save the answers where that was asked for."""
        from yibao_cli.consult import consult
        from yibao_cli.dates import parse_dates
        from yibao_cli.render import View, document, render

        agent = known.questions.get("agent")
        if self.reader == "proxy" and agent is not None and "proxy" in agent.options:
            # The list of who runs the errand is the list of an errand run for somebody.
            answers = {"agent": "proxy", **answers}
        checklist, width = consult(known, answers, day), console.width
        view = View(self.bag, self.reader, parse_dates(day, **self.dates))  # type: ignore[arg-type]
        format_ = self.chosen(console)
        if self.path is not None:
            from yibao_cli.files import write

            write(self.path, render(checklist, format_, width=width, view=view), force=self.force)
            console.say(f"已写入 {self.path}")
        elif format_ == "terminal":
            from yibao_cli.render.text import drawn

            console.show(drawn(document(checklist, view), width))
        else:
            put = console.result if format_ in TEXTS else console.data
            put(render(checklist, format_, width=width, view=view))
        if self.save is not None:
            from yibao_cli import answer_file

            answer_file.write(self.save, known, answers, force=self.force)
            console.say(f"答案已存到 {self.save}")


def print_listing(console: Console, format_: str | None, listing: Any) -> None:
    """Print a listing of the knowledge as text or JSON."""
    if format_ == "json":
        console.data(listing.json())
    else:
        console.show(listing.drawn(console.width))
