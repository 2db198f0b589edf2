"""Where a checklist goes, and in which form.

Typer reads the annotations at every start, so they are no strings, which take longer to read.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from msgspec import Struct
from msgspec.structs import replace

from yibao_cli import files
from yibao_cli.cli.given import Run
from yibao_cli.cli.options import RESULT, Force, choice_option, format_option, option, path_option
from yibao_cli.console import Console
from yibao_cli.dates import FLAGS, moment, parse_dates, require_dates
from yibao_cli.errors import Finding, UsageError
from yibao_cli.knowledge.model import Knowledge

if TYPE_CHECKING:
    from yibao_cli.render import View
    from yibao_cli.result import Checklist
    from yibao_cli.walk import Answers

_INSTEAD = (
    "可以写 .html .md .txt .json .ics；要打印或存成 PDF、Word，请写成 .html，用浏览器打开再存。"
)


def _file(name: str) -> Path | None:
    return None if name == "-" else files.named(name)


def _day(flag: str, of: str) -> Any:
    return option(flag, f"{of}日期，日历用", RESULT, hidden=True)


class Output(Struct, frozen=True):
    """Where the result goes, and in which form; `save_answers` is a file for the answers."""

    context: typer.Context
    format_: Annotated[
        str | None,
        format_option(" ".join(files.ALL_FORMATS), files.ALL_FORMATS, envvar="YIBAO_FORMAT"),
    ] = None
    path: Annotated[
        Path | None,
        path_option("--output -o", "写到文件，格式看扩展名：清单.html", RESULT, parser=_file),
    ] = None
    force: Force = False
    full: Annotated[bool, option("--full", "全部：细节、规则、当地规定、依据", RESULT)] = False
    bag: Annotated[
        bool, option("--bag", "只要材料；另有 --for --discharge --save-answers", RESULT)
    ] = False
    reader: Annotated[
        str,
        choice_option("--for", "给谁看：proxy 代办人（病人）", ("patient", "proxy"), hidden=True),
    ] = "patient"
    save_answers: Annotated[
        Path | None,
        path_option("--save-answers", "把答案存成 YAML 或 JSON 文件", RESULT, hidden=True),
    ] = None
    admission: Annotated[str | None, _day("--admission", "入院")] = None
    discharge: Annotated[str | None, _day("--discharge", "出院")] = None
    filed_on: Annotated[str | None, _day("--filed-on", "备案")] = None

    @property
    def dates(self) -> dict[str, str | None]:
        """The texts of the days that a calendar is made from."""
        return {name: getattr(self, name) for name in FLAGS}

    @property
    def format(self) -> str:
        """The format: that of the line, of the file's name, of the environment, of the terminal."""
        ending = files.SUFFIXES.get(self.path.suffix.lower()) if self.path else None
        plain = self.path or not self.context.obj.shows
        return self._line or ending or self.format_ or ("plain" if plain else "terminal")

    @property
    def _line(self) -> str | None:
        """The format that the line itself asks for, and not the environment."""
        source = self.context.get_parameter_source("format_")
        return self.format_ if source and source.name != "ENVIRONMENT" else None

    def check(self, day: str) -> None:
        """Refuse what cannot work before anything is asked; `day` is the ISO day of the list.

        Raises FileError where a file cannot be written, UsageError where two are the same or one
        asks for a format that is not written, and AnswerError where a date makes no sense, or a
        calendar has none.
        """
        dates = parse_dates(day, **self.dates)
        if self.format == "ics":
            require_dates(dates)
        written = {"--output": self.path, "--save-answers": self.save_answers}
        places = [
            files.check_target(path, force=self.force, flag=flag)
            for flag, path in written.items()
            if path
        ]
        if len(places) != len(set(places)) and not files.is_device(places[0]):
            shown = files.shown_path(places[0])
            message = f"{' 和 '.join(written)} 写的是同一个文件“{shown}”；请写两个文件名。"
            raise UsageError(Finding("same_file", message, tuple(written)))
        if self.path is not None and self._line is None:
            files.check_ending(self.path, "--output", files.SUFFIXES, _INSTEAD)
        if self.save_answers is not None:
            endings = (*files.ANSWERS, ".txt")
            files.check_ending(
                self.save_answers, "--save-answers", endings, "请写成 .yaml 或 .json。"
            )

    def tell_idle(self, known: Knowledge, answers: "Answers") -> None:
        """Say what was written and changes nothing in the list that comes."""
        format_, say = self.format, self.context.obj.say
        idle = [FLAGS[name] for name, text in self.dates.items() if text and format_ != "ics"]
        idle += ["--bag"] if self.bag and format_ in ("json", "ics") else []
        if idle:
            say(f"{'、'.join(idle)} 对 {format_} 这种格式不起作用。")
        if self.reader == "proxy" and answers.get("agent") == "self":
            question = known.questions["agent"]
            say(
                f"--for proxy 是给代办人看的，可是{question.label}（{question.flag}）"
                f"答的是{question.options['self'].label}；代办人要的材料没有列进去。"
            )

    def checklist(self, run: Run, answers: "Answers") -> "Checklist":
        """What is concluded for the reader from the answers."""
        from yibao_cli.consult import consult

        agent = run.known.questions.get("agent")
        if self.reader == "proxy" and agent is not None and "proxy" in agent.options:
            # The list of who runs the errand is the list of an errand run for somebody.
            answers = {"agent": "proxy", **answers}
        return consult(run.known, answers, run.day)

    def view(self, day: str) -> "View":
        """What of a checklist is shown, to whom."""
        from yibao_cli.render import View

        made, dates = moment(self.context.obj.environ, day), parse_dates(day, **self.dates)
        return View(self.bag, self.full, self.reader, dates, made)  # type: ignore[arg-type]

    def write(self, checklist: "Checklist", day: str) -> None:
        """Write the file of the result; raises FileError."""
        from yibao_cli.render import render

        assert self.path is not None
        width = self.context.obj.width
        text = render(checklist, self.format, width=width, view=self.view(day))
        files.write(self.path, text, force=self.force)

    def save(
        self,
        checklist: "Checklist",
        day: str,
        path: Path,
        force: bool,
        dates: Mapping[str, str | None],
    ) -> None:
        """Write everything to another file, and open a page where there is a desktop: from there it
        can be printed. Who gets a page cannot ask for the rest of it. Raises FileError.
        """
        replace(self, path=path, force=force, full=True, **dates).write(checklist, day)
        if path.suffix.lower() == ".html" and self.context.obj.desktop:
            typer.launch(str(path))

    def show(self, run: Run, answers: "Answers") -> None:
        """Consult, render and print or write; save the answers where that was asked for."""
        from yibao_cli.render import drawn, render

        console, checklist = run.console, self.checklist(run, answers)
        view, width = self.view(run.day), console.width
        if self.path is not None:
            self.write(checklist, run.day)
            console.say(f"已写入 {files.shown_path(self.path)}")
        elif self.format == "terminal":
            console.show(drawn(checklist, view, width))
        else:
            put = console.result if self.format in files.TEXTS else console.data
            put(render(checklist, self.format, width=width, view=view))
        if self.save_answers is not None:
            from yibao_cli import answer_file

            answer_file.write(self.save_answers, run.known, answers, force=self.force)
            console.say(f"答案已存到 {files.shown_path(self.save_answers)}")


def print_listing(console: Console, format_: str | None, listing: Any) -> None:
    """Print a listing of the knowledge as text or JSON."""
    if format_ == "json":
        from yibao_cli.render import json_text

        console.data(json_text(listing.data))
    else:
        console.show(listing.drawn(console.width))
