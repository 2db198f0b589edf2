"""After the list was shown: what else can be done with it, for as long as the person wants."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Literal, cast

from yibao_cli.ask.prompts import Asked, Back, Prompts
from yibao_cli.dates import parse_dates
from yibao_cli.errors import AnswerError, YibaoError
from yibao_cli.files import SUFFIXES, os_reason, shown_path

Next = Literal["finish", "change", "again"]
"""Whether it ends here, goes on with other answers, or begins anew."""
Part = Literal["all", "papers", "why"]
"""What can be shown."""
Reasons = Sequence[tuple[str, str]]
"""What has to be done, and why."""
Dates = Mapping[str, "str | None"]
Save = Callable[[Path, bool, Dates], None]
"""Writes the list into a file, over another one or not; raises YibaoError."""

# Enter means the first one, so that it never throws the answers away.
_ACTIONS = (
    ("s", "存成文件", "save"),
    ("f", "全部", "all"),
    ("b", "材料", "papers"),
    ("w", "为什么", "why"),
    ("c", "改回答", "change"),
    ("n", "重来", "again"),
    ("q", "结束", "finish"),
)
_DATES = {"admission": "入院日期", "discharge": "出院（结账）日期", "filed_on": "备案日期"}
_BACK = "返回"


def menu(
    prompts: Prompts,
    above: str,
    name: str,
    show: Callable[[Part], None],
    reasons: Reasons,
    save: Save,
    given: Dates,
    day: str,
) -> Next:
    """Offer it until something else is wanted. Leaving by Ctrl-C is as good as finishing.

    `above` is told with it, if there is anything to tell, and `name` is proposed for a file.
    `reasons` are the steps of the list, each with why it has to be done.
    `given` are the texts of the days for the calendar that are known already, and `day` is the ISO
    day of the list.
    """
    try:
        while True:
            choice = prompts.act(_ACTIONS, above)
            if choice == "save":
                if path := _save(prompts, name, save, given, day):
                    prompts.console.say(f"已写入 {shown_path(path)}")
            elif choice == "why":
                _why(prompts, reasons, show)
            elif choice in ("all", "papers"):
                show(cast("Part", choice))
            elif choice != "again" or _anew(prompts):
                return cast("Next", choice)
    except KeyboardInterrupt:
        return "finish"


def _why(prompts: Prompts, reasons: Reasons, show: Callable[[Part], None]) -> None:
    """Tell why single steps have to be done, until that is enough, or how the whole list came."""
    choices = [(step, str(number)) for number, (step, _) in enumerate(reasons)]
    asked = Asked("想知道哪一步的理由？", back=_BACK)
    chosen: list[str] = []
    with prompts.aside(), suppress(Back):
        while chosen != ["why"]:
            chosen = prompts.choose(asked, [*choices, ("整份清单是怎么来的", "why")], chosen)
            if chosen != ["why"]:
                prompts.say("")
                for text in reasons[int(chosen[0])]:
                    prompts.say(text)
    if chosen == ["why"]:
        show("why")


def _anew(prompts: Prompts) -> bool:
    choices = [("不，留着这些回答", "no"), ("是，从头再来", "yes")]
    with prompts.aside():
        return prompts.choose(Asked("这些回答都不要了，从头再来？"), choices) == ["yes"]


def _save(prompts: Prompts, name: str, save: Save, given: Dates, day: str) -> Path | None:
    """Ask for a file until one is written, which it returns, or none is wanted."""

    def complete(text: str) -> tuple[str, ...]:
        return () if "." in Path(text).name else tuple(text + suffix for suffix in SUFFIXES)

    def check(text: str) -> str | None:
        if Path(text.strip()).suffix.lower() in SUFFIXES:
            return None
        endings = "、".join(SUFFIXES)
        return f"不知道存成哪种格式；文件名的结尾要是 {endings} 中的一个，例如 清单.html。"

    asked = Asked(
        "存成哪个文件？",
        "结尾决定格式：.html 适合打印，.md 适合转发，.txt 是纯文字，.ics 放进日历，.json 给程序用。",
        back=_BACK,
    )
    with prompts.aside():
        while True:
            try:
                name = prompts.type(asked, complete, check, name).strip()
                path = Path(name).expanduser().absolute()
                over = path.is_file()
                if over and not _sure(prompts, path):
                    continue
                calendar = SUFFIXES[path.suffix.lower()] == "ics" and not any(given.values())
                save(path, over, _dates(prompts, day) if calendar else given)
            except Back:
                return None
            except (YibaoError, RuntimeError, OSError, ValueError) as error:
                # Also a name that no file can have, or the home of somebody unknown.
                said = error if isinstance(error, YibaoError) else f"{os_reason(error)}。"
                prompts.say(f"没有存成：{said}")
            else:
                return path


def _sure(prompts: Prompts, path: Path) -> bool:
    choices = [("不盖掉，换一个名字", "no"), ("盖掉原来的文件", "yes")]
    return prompts.choose(Asked(f"“{path}”已经有了，要盖掉它吗？"), choices) == ["yes"]


def _dates(prompts: Prompts, day: str) -> Dates:
    """The days a calendar is made from; raises Back."""
    found: dict[str, str | None] = {}

    def check(name: str, text: str) -> str | None:
        try:
            parse_dates(day, _DATES, **{**found, name: text.strip() or None})
        except AnswerError as error:
            return str(error)
        return None

    tip = "写成 2026-12-01 这样；没有或不知道就直接回车。"
    while not any(found.values()):
        if found:
            prompts.say("日历至少要有一个日期。")
        for name, label in _DATES.items():
            asked = Asked(f"{label}是哪天？", tip, back=_BACK)
            text = prompts.type(asked, lambda text: (), partial(check, name))
            found[name] = text.strip() or None
    return found
