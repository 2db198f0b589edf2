"""A consultation on a terminal: answers of another time, a sentence that says most of it, what is
still to ask, the list, and what is done with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from yibao_cli.ask import session
from yibao_cli.ask.prompts import Asked, Back, Prompts
from yibao_cli.ask.wizard import AGAIN, Answers, Wizard
from yibao_cli.errors import YibaoError
from yibao_cli.knowledge.model import Knowledge
from yibao_cli.sentence import begun, told, understand
from yibao_cli.situation import in_one_line

if TYPE_CHECKING:
    from yibao_cli.ask.menu import Menu

_GREETING = "回答几个问题，得到一份清单；不问姓名和证件号。"
_SENTENCE = Asked(
    "用一句话说说您的情况，或直接回车一题一题选", example="例如 我爸赣州居民医保在广州住院没备案"
)
_SEVERAL = "几件事一起办"


class Interview(Struct, frozen=True):
    """From the first question to the list, and on to the next one.

    `show` prints the list of some answers, over what the list before it has written or not; `menu`
    is what can be done with it, None where that ends it.
    """

    wizard: Wizard
    keeper: session.Keeper
    show: Callable[[Answers, bool], None]
    menu: Callable[[Answers], Menu] | None

    def run(self, written: Answers, so_far: Answers | None) -> None:
        """Go on from answers that were written, and from those of another time, if any."""
        keeper, prompts = self.keeper, self.wizard.prompts
        answers = {**(so_far or {}), **written}
        if self.wizard.next(answers) is not None:
            prompts.say(_GREETING + keeper.promise)
        if so_far is None and (kept := earlier(prompts, keeper.knowledge, keeper.environ)):
            answers, keeper.ours = {**kept, **written}, True
        answers = self.conclude(written, answers)
        while self.menu:
            # Kept for as long as the menu is open: a machine that goes off loses nothing.
            keeper.keep(answers, finished=True)
            chosen = self.menu(answers).run()
            if chosen == "finish":
                break
            with suppress(Back):
                first = {} if chosen == "next" else answers
                answers = self.conclude(written, first, back="返回清单")

    def conclude(self, written: Answers, answers: Answers, back: str = "") -> Answers:
        """Ask for the rest and show the list: the answers to it. Raises Back."""
        answers = consultation(self.wizard, written, answers, back)
        self.wizard.prompts.say("")
        self.show(answers, bool(back))
        return answers


def earlier(prompts: Prompts, known: Knowledge, environ: Mapping[str, str]) -> Answers | None:
    """The answers that are kept of a consultation that was interrupted, where they are wanted."""
    try:
        saved = session.load(environ, known)
    except YibaoError as error:
        prompts.say(str(error))
        return None
    if saved is None or not saved.answers:
        return None
    for remark in saved.remarks:
        prompts.say(remark)
    asked = Asked(f"{saved.day} 的回答还存着，接着来吗？", in_one_line(known, saved.answers))
    choices = [("接着来", "on"), ("不要了，从头开始", "anew")]
    return saved.answers if prompts.choose(asked, choices) == ["on"] else None


def sentence(prompts: Prompts, known: Knowledge, back: str, typed: str) -> tuple[str, Answers]:
    """What somebody says of himself in a sentence, and it is said what was understood; or the errand
    that was pointed at instead.
    """
    errands = {one.choice: one.id for one in known.questions["errand"].options.values()}

    def offered(text: str) -> tuple[str, ...]:
        return () if text.strip() else (*errands, _SEVERAL)

    def wrong(text: str) -> str | None:
        if text in offered(""):
            return None
        try:
            heard = understand(known, text)
        except YibaoError as error:
            return str(error)
        if not text.strip() or heard.answers:
            return None
        return heard.outside[0] if heard.outside else "没有听懂；换个说法，或直接回车一题一题选。"

    text = prompts.type(replace(_SENTENCE, back=back), offered, wrong, begun=typed)
    if text in errands:
        return "", {"errand": errands[text]}
    if text == _SEVERAL or not text.strip():
        return "", {}
    heard = understand(known, text)
    for line in told(known, heard, prompts.console.asking_width - 2):
        prompts.say(line)
    return text, begun(known, heard)


def consultation(
    wizard: Wizard,
    written: Answers,
    answers: Answers,
    back: str = "",
) -> Answers:
    """All answers, beginning with a sentence where there are none. Raises Back where somebody goes
    back from the first screen to what is called `back`, if anything.
    """
    text = ""
    while not (written or answers):
        text, heard = sentence(wizard.prompts, wizard.knowledge, back, text)
        with suppress(Back):
            return wizard.run(written, wizard.narrowed(heard, AGAIN), back=True)
    return wizard.run(written, answers, back=bool(back))
