"""After the list was shown: what else can be done with it, for as long as the person wants."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from itertools import dropwhile
from pathlib import Path
from typing import Literal, cast

from msgspec import Struct
from msgspec.structs import replace

from yibao_cli.ask.prompts import Asked, Back, Prompts, trouble
from yibao_cli.ask.wizard import Answers, Wizard
from yibao_cli.dates import parse_dates
from yibao_cli.errors import YibaoError
from yibao_cli.files import SUFFIXES, TITLE, os_reason, shown_path
from yibao_cli.knowledge.model import in_force
from yibao_cli.places import Place
from yibao_cli.render import View, document, drawn, text
from yibao_cli.render.outline import PARTS, Kind
from yibao_cli.result import Checklist, Step

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
# What of everything is looked for most.
_JUMPS: tuple[Kind, ...] = ("notes", "local", "questions", "sources")


class Menu(Struct, frozen=True):
    """What can be done with the list of some answers.

    `view` is what of it was shown. `given` are the texts of the days for a calendar that are known
    already. `save` writes a file, over another one or not, and raises YibaoError.
    """

    wizard: Wizard
    answers: Answers
    checklist: Checklist
    view: View
    given: Dates
    save: Callable[[Path, bool, Dates], None]

    @property
    def prompts(self) -> Prompts:
        """Who asks."""
        return self.wizard.prompts

    def run(self) -> Next:
        """Offer it until something else is wanted; leaving by Ctrl-C is as good as finishing."""
        doing = {"save": self.keep, "all": self.all, "why": self.why}
        console = self.prompts.console
        # A list higher than the window has pushed its own beginning out of it.
        fits = len(drawn(self.checklist, self.view, console.width)) < console.rows
        above = "" if fits else f"结论：{self.checklist.outcome.title}"
        try:
            while (choice := self.prompts.act(_ACTIONS, above, "change")) in doing:
                with suppress(Back):
                    doing[choice]()
        except KeyboardInterrupt:
            return "finish"
        return cast("Next", choice)

    def all(self) -> None:
        """Show everything, from the part on that is wanted. Raises Back."""
        everything = document(self.checklist, replace(self.view, full=True, bag=False))
        kinds = {one.kind for one in everything.sections}
        parts = [(PARTS[one].heading, one) for one in _JUMPS if one in kinds]
        with self.prompts.aside():
            asked = Asked("从哪里看起？", self.prompts.paging, back=_BACK)
            [kind] = self.prompts.choose(asked, [("全部，从头看", ""), *parts])
        sections = tuple(dropwhile(lambda one: kind not in ("", one.kind), everything.sections))
        width = self.prompts.console.width
        self.prompts.show(text.drawn(replace(everything, sections=sections), width))

    def why(self) -> None:
        """Tell why single steps have to be done, until that is enough. Raises Back."""
        steps = self.checklist.steps
        choices = [(step.text, str(number)) for number, step in enumerate(steps)]
        chosen, reason = list[str](), ""
        with self.prompts.aside():
            while True:
                asked = Asked("想知道哪一步的理由？", reason, back=_BACK)
                chosen = self.prompts.choose(asked, choices, chosen)
                reason = self.reason(steps[int(chosen[0])])

    def reason(self, step: Step) -> str:
        """Why a step has to be done: what the rule says, and where it stands."""
        known, day = self.wizard.knowledge, self.wizard.day
        rules = (known.rules[one] for one in known.items[step.id].rules)
        says = next((one.says for one in rules if in_force(one, day)), None)
        words = f"{says}（{step.clauses[0]}）" if says and step.clauses else ""
        return words or "办事经验，没有读到这样规定的文件。"

    def keep(self) -> None:
        """Ask for a file until one is written. Raises Back where none is wanted."""
        asked = Asked(
            "存到哪里？",
            "存的是全部。结尾决定格式：.html 能打印，.md .txt 适合转发，.ics 放进日历，.json 给程序用。",
            back=_BACK,
        )
        place = self.answers.get("to") or self.answers.get("from")
        name = f"~/{TITLE}{f'-{place.short}' if isinstance(place, Place) else ''}.html"
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
                    reason = error if isinstance(error, YibaoError) else f"{os_reason(error)}。"
                    self.prompts.say(f"没有存成：{reason}")
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
                check = partial(_date, self.wizard.day, found, name)
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
    texts = {**found, name: text.strip() or None}
    return trouble(lambda: parse_dates(day, _DATES, **texts))
