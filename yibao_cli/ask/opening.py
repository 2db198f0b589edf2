"""Before the first question: answers of another time, and a sentence that says most of it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from msgspec.structs import replace

from yibao_cli.ask import session
from yibao_cli.ask.prompts import Asked, Back, Prompts
from yibao_cli.ask.wizard import AGAIN, Wizard
from yibao_cli.errors import YibaoError
from yibao_cli.knowledge.model import Knowledge
from yibao_cli.places import Place
from yibao_cli.sentence import begun, told, understand
from yibao_cli.situation import in_one_line

_SENTENCE = Asked(
    "用一句话说说您的情况，或直接回车一题一题选", example="例如 我爸赣州居民医保在广州住院没备案"
)
_SEVERAL = "几件事一起办"


def earlier(
    prompts: Prompts, known: Knowledge, environ: Mapping[str, str]
) -> dict[str, str | Place] | None:
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


def sentence(
    prompts: Prompts, known: Knowledge, back: str, said: str
) -> tuple[str, dict[str, str | Place]]:
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

    text = prompts.type(replace(_SENTENCE, back=back), offered, wrong, begun=said)
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
    written: dict[str, str | Place],
    answers: dict[str, str | Place],
    back: str = "",
) -> dict[str, str | Place]:
    """All answers, beginning with a sentence where there are none. Raises Back where somebody goes
    back from the first screen to what is called `back`, if anything.
    """
    text = ""
    while not (written or answers):
        text, heard = sentence(wizard.prompts, wizard.knowledge, back, text)
        with suppress(Back):
            return wizard.run(written, wizard.narrowed(heard, AGAIN), back=True)
    return wizard.run(written, answers, back=bool(back))
