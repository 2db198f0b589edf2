"""What the placeholders in texts of the knowledge stand for."""

from __future__ import annotations

from collections.abc import Mapping

from yibao_cli.knowledge.kinds import Reach
from yibao_cli.knowledge.law import Portal
from yibao_cli.knowledge.model import Knowledge
from yibao_cli.places import Place
from yibao_cli.walk import Answers

UNNAMED = {
    "{from}": "参保地",
    "{to}": "就医地",
    "{hotline}": "参保城市区号-12393",
    "{backup}": "参保城市区号-12345",
    "{hotline_note}": "知道城市区号再拨",
    "{to_hotline}": "新地方区号-12393",
    "{type}": "类型按实际选",
    "{whose}": "",
    "{care}": "看病",
    "{card}": "医保码或社保卡",
    "{window}": "挂号或入院窗口",
}
"""What the placeholders of the knowledge stand for where no place is known."""
BACKUP = "12345"
"""What to ring where the hotline does not answer."""
UNSURE_TO = "就医城市"
"""What `{to}` stands for where somebody has not chosen yet."""
CHANNELS: dict[Reach, str] = {"inside": "本省的医保 App 或小程序", "across": "国家医保服务平台 App"}
"""Where a filing can be made, where the sheet of the insured place names nothing."""


def hotline(place: Place, number: str = "12393") -> str:
    """A number of the agency's hotline, as far as it is known for a place; without its area code it
    would be answered where somebody is now.
    """
    return f"{place.area_code or '参保城市区号'}-{number}"


def fill(text: str, words: Mapping[str, str]) -> str:
    """A text with words for its placeholders."""
    for name, word in words.items() if "{" in text else ():
        text = text.replace(name, word)
    return text


def placeholders(knowledge: Knowledge, answers: Answers) -> dict[str, str]:
    """What the placeholders of the knowledge stand for."""
    found = dict(UNNAMED)
    for question in knowledge.filling:
        chosen = str(answers.get(question.id) or question.default or "unsure")
        option = question.options.get(chosen)
        found |= {f"{{{name}}}": text for name, text in (option.fills if option else {}).items()}
    insured, care = answers.get("from"), answers.get("to")
    if isinstance(insured, Place) and not insured.is_unsure:
        found["{from}"] = knowledge.places.called(insured)
        found["{hotline}"] = hotline(insured)
        found["{backup}"] = hotline(insured, BACKUP)
        if insured.area_code:
            found["{hotline_note}"] = f"打不通拨 {found['{backup}']}"
    if isinstance(care, Place):
        found["{to}"] = UNSURE_TO if care.is_unsure else knowledge.places.called(care)
        if care.area_code:
            found["{to_hotline}"] = hotline(care)
    reach = reach_of(answers)
    named = [one.name for one in channels(knowledge, answers)]
    if reach == "across" or not named:
        named.insert(0, CHANNELS[reach])
    found["{channel}"] = "、".join(named)
    return found


def reach_of(answers: Answers) -> Reach:
    """Whether a journey stays inside the province; across where a place is not known."""
    insured, care = answers.get("from"), answers.get("to")
    if isinstance(insured, Place) and isinstance(care, Place) and insured.shares_province(care):
        return "inside"
    return "across"


def channels(knowledge: Knowledge, answers: Answers) -> list[Portal]:
    """Where people of the insured place can file for such a journey, besides the nation's App."""
    insured, reach = answers.get("from"), reach_of(answers)
    sheets = knowledge.sheets_of(insured) if isinstance(insured, Place) else []
    return [portal for sheet in sheets for portal in sheet.portals if reach in portal.files]
