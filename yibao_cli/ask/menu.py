"""After the list was shown: what else can be done with it, for as long as the person wants."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Literal, cast

from msgspec import Struct

from yibao_cli.ask.prompts import Asked, Back, Prompts
from yibao_cli.dates import parse_dates
from yibao_cli.errors import AnswerError, YibaoError
from yibao_cli.files import SUFFIXES, os_reason, shown_path

Next = Literal["finish", "change", "next"]
"""Whether it ends here, goes on with other answers, or with another person."""
Dates = Mapping[str, "str | None"]

# Enter means the first one, so that it never throws the answers away.
_ACTIONS = (
    ("s", "存成网页", "save"),
    ("f", "全部", "all"),
    ("w", "为什么", "why"),
    ("c", "改答案", "change"),
    ("n", "下一位", "next"),
    ("q", "结束", "finish"),
)
_DATES = {"admission": "入院日期", "discharge": "出院（结账）日期", "filed_on": "备案日期"}
_BACK = "返回清单"


class Menu(Struct, frozen=True):
    """What can be done with a list.

    above: what is told with it, if anything. name: the file that is proposed. parts: what of
    everything can be shown, by its kind, and `show` shows it. reasons: the steps, each with why it
    has to be done. save: writes a file, over another one or not, and raises YibaoError. given: the
    texts of the days for a calendar that are known already. day: the ISO day of the list.
    """

    prompts: Prompts
    above: str
    name: str
    parts: Sequence[tuple[str, str]]
    show: Callable[[str], None]
    reasons: Sequence[tuple[str, str]]
    save: Callable[[Path, bool, Dates], None]
    given: Dates
    day: str

    def run(self) -> Next:
        """Offer it until something else is wanted; leaving by Ctrl-C is as good as finishing."""
        doing = {"save": self.keep, "all": self.all, "why": self.why}
        try:
            while (choice := self.prompts.act(_ACTIONS, self.above, "change")) in doing:
                with suppress(Back):
                    doing[choice]()
        except KeyboardInterrupt:
            return "finish"
        return cast("Next", choice)

    def all(self) -> None:
        """Show everything, from the part on that is wanted."""
        with self.prompts.aside():
            asked = Asked("从哪里看起？", self.prompts.paging, back=_BACK)
            [kind] = self.prompts.choose(asked, self.parts)
        self.show(kind)

    def why(self) -> None:
        """Tell why single steps have to be done, until that is enough. Raises Back."""
        choices = [(step, str(number)) for number, (step, _) in enumerate(self.reasons)]
        chosen, reason = list[str](), ""
        with self.prompts.aside():
            while True:
                asked = Asked("想知道哪一步的理由？", reason, back=_BACK)
                chosen = self.prompts.choose(asked, choices, chosen)
                reason = self.reasons[int(chosen[0])][1]

    def keep(self) -> None:
        """Ask for a file until one is written. Raises Back where none is wanted."""
        asked = Asked(
            "存到哪里？",
            "存的是全部。结尾决定格式：.html 能打印，.md .txt 适合转发，.ics 放进日历，.json 给程序用。",
            back=_BACK,
        )
        name = self.name
        with self.prompts.aside():
            while True:
                name = self.prompts.type(asked, lambda text: (), _ending, begun=name).strip()
                try:
                    path = Path(name).expanduser().absolute()
                    over = path.is_file()
                    if over and not self.sure(path):
                        continue
                    calendar = SUFFIXES[path.suffix.lower()] == "ics"
                    dates = calendar and not any(self.given.values())
                    self.save(path, over, self.dates() if dates else self.given)
                except (YibaoError, RuntimeError, OSError, ValueError) as error:
                    # Also a name that no file can have, or the home of somebody unknown.
                    said = error if isinstance(error, YibaoError) else f"{os_reason(error)}。"
                    self.prompts.say(f"没有存成：{said}")
                else:
                    break
        self.prompts.console.say(f"已写入 {shown_path(path)}")

    def sure(self, path: Path) -> bool:
        """Whether another file may be overwritten."""
        choices = [("不盖掉，换一个名字", "no"), ("盖掉原来的文件", "yes")]
        asked = Asked(f"“{path}”已经有了，要盖掉它吗？", back=_BACK)
        return self.prompts.choose(asked, choices) == ["yes"]

    def dates(self) -> Dates:
        """The days a calendar is made from. Raises Back."""
        found: dict[str, str | None] = {}
        tip = "写成 2026-12-01 这样；没有或不知道就直接回车。"
        while not any(found.values()):
            if found:
                self.prompts.say("日历至少要有一个日期。")
            for name, label in _DATES.items():
                asked = Asked(f"{label}是哪天？", tip, back=_BACK)
                check = partial(_date, self.day, found, name)
                text = self.prompts.type(asked, lambda text: (), check)
                found[name] = text.strip() or None
        return found


def _ending(text: str) -> str | None:
    """What is wrong with the name of a file."""
    if Path(text.strip()).suffix.lower() in SUFFIXES:
        return None
    endings = "、".join(SUFFIXES)
    return f"不知道存成哪种格式；文件名的结尾要是 {endings} 中的一个，例如 清单.html。"


def _date(day: str, found: Dates, name: str, text: str) -> str | None:
    """What is wrong with a day, beside those that were written before."""
    try:
        parse_dates(day, _DATES, **{**found, name: text.strip() or None})
    except AnswerError as error:
        return str(error)
    return None
