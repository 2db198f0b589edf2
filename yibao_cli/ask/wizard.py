"""The interactive wizard: asks what the walk needs, one question at a time, and decides nothing.

Answers are kept by question id and the way is found by replay, so going back, changing one answer
and resuming are the same: another set of answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct

from yibao_cli.answers import answer_in_words, parse_answer, place_names
from yibao_cli.ask.prompts import BACK, Asked, Back, Prompts
from yibao_cli.consult import example_place, open_question, optional_questions, used
from yibao_cli.errors import AnswerError
from yibao_cli.knowledge.model import Knowledge
from yibao_cli.knowledge.questions import Question
from yibao_cli.places import Place
from yibao_cli.situation import in_one_line

Answers = dict[str, "str | Place"]

# Among ids of questions; none begins with a blank.
_DONE, _MORE, _AGAIN = " done", " more", " again"
_OFFERED = 8
_UNSURE_HELP = "都拿不准就选“不清楚”，清单会先说怎么查、问谁。"


class Wizard(Struct):
    """Asks a person. `noted` is told of every answer, so that an interruption loses nothing."""

    knowledge: Knowledge
    prompts: Prompts
    day: str
    noted: Callable[[Answers], None] = lambda answers: None

    def run(self, given: Answers, so_far: Answers | None = None) -> Answers:
        """Ask everything that matters on the way, then show the answers to be changed or kept.

        `given` is where starting over begins; `so_far` are answers to go on from.
        """
        answers, asked, idle = dict(so_far or given), list[str](), frozenset[str]()
        # Whoever has answered everything already is only asked whether that is right.
        more = self.next(answers) is not None
        while True:
            while (question := self.next(answers)) is not None:
                self.step(question, answers, asked)
            if more:
                more = self.extras(answers, asked)
                continue
            idle = self.tell_idle(answers, idle)
            choice = self.review(answers, idle)
            if choice == _DONE:
                return answers
            if choice in (_MORE, _AGAIN):
                more = True
                if choice == _AGAIN:
                    answers, asked = dict(given), []
                continue
            question = self.knowledge.questions[choice]
            try:
                answers[question.id] = self.ask(
                    question, back="返回", current=answers.get(question.id)
                )
            except Back:
                continue
            # What it opens is asked next, and going back from there leads here.
            asked = [one for one in asked if one != question.id] + [question.id]
            self.noted(answers)

    def extras(self, answers: Answers, asked: list[str]) -> bool:
        """Ask for everything out of the ordinary at once, and then for the rest of what it means.

        True where the last question is wanted again before: its answer is taken back.
        """
        offered = optional_questions(self.knowledge, answers, self.day)
        if not offered:
            return False
        lines = [(str(one.extra), one.id) for one in offered]
        tip, back = "可以选几样，没有就直接回车。", BACK if asked else ""
        screen = Asked("还有哪些情况？", tip, back=back)
        try:
            ticked = self.prompts.choose(screen, lines, several=True, least=0)
        except Back:
            del answers[asked.pop()]
            self.noted(answers)
            return True
        for name in ticked:
            question = self.knowledge.questions[name]
            others = [one for one in question.options if one != question.default]
            try:
                # Where the line can mean one answer alone, it has been given.
                only = others[0] if len(others) == 1 else None
                answers[name] = only or self.ask(question, back="返回", without=question.default)
            except Back:
                continue
            if only:
                self.prompts.answered(question.label, answer_in_words(question, only))
            asked.append(name)
            self.noted(answers)
        return False

    def required(self, given: Answers) -> Answers:
        """Ask only what is required and still missing."""
        answers = dict(given)
        while pending := open_question(self.knowledge, answers, self.day):
            question = self.knowledge.questions[pending.question]
            answers[question.id] = self.ask(question)
        return answers

    def next(self, answers: Answers) -> Question | None:
        """The question to ask now. The errand chooses the tree, so it comes first."""
        if "errand" not in answers:
            return self.knowledge.questions["errand"]
        pending = open_question(self.knowledge, answers, self.day, ask_all=True)
        return self.knowledge.questions[pending.question] if pending else None

    def step(self, question: Question, answers: Answers, asked: list[str]) -> None:
        """Ask one question; going back asks the one before it again, its answer in sight."""
        at, current = len(asked), None
        while True:
            progress = self.progress(answers, at)
            back = BACK if at else ""
            try:
                value = self.ask(question, back=back, progress=progress, current=current)
            except Back:
                at -= 1
                question = self.knowledge.questions[asked.pop()]
                current = answers.pop(question.id, None)
                self.noted(answers)
            else:
                answers[question.id] = value
                asked.append(question.id)
                self.noted(answers)
                return

    def progress(self, answers: Answers, done: int) -> str:
        """Which question this is, of about how many."""
        ahead, left = dict(answers), 0
        while (question := self.next(ahead)) is not None:
            left += 1
            if question.kind == "place":
                ahead[question.id] = example_place(self.knowledge, ahead)
            else:
                ahead[question.id] = question.default or next(iter(question.options))
        return f"第 {done + 1} 题，大约 {done + left} 题"

    def tell_idle(self, answers: Answers, already: frozenset[str]) -> frozenset[str]:
        """The answers that do not count on this way; new ones among them are said."""
        counting = used(self.knowledge, answers, self.day)
        idle = frozenset(name for name in answers if name not in counting)
        new = [one for one in self.knowledge.questions.values() if one.id in idle - already]
        if new:
            named = "、".join(
                f"{one.label}（{answer_in_words(one, answers[one.id])}）" for one in new
            )
            self.prompts.say(f"现在用不上、不算数的回答：{named}。")
        return idle

    def review(self, answers: Answers, idle: frozenset[str]) -> str:
        """What to do with the answers: take them, change one, add something, start over."""
        choices = [("对，出清单", _DONE)]
        choices += [
            (f"改：{one.label}（{answer_in_words(one, answers[one.id])}）", one.id)
            for one in self.knowledge.questions.values()
            if one.id in answers and one.id not in idle
        ]
        if optional_questions(self.knowledge, answers, self.day):
            choices.append(("再补充别的情况", _MORE))
        choices.append(("从头再来", _AGAIN))
        asked = Asked("这样对吗？", in_one_line(self.knowledge, answers))
        return self.prompts.choose(asked, choices)[0]

    def ask(
        self,
        question: Question,
        *,
        back: str = "",
        progress: str = "",
        current: str | Place | None = None,
        without: str | None = None,
    ) -> str | Place:
        """One answer to one question, but one option; said again as it was understood."""
        help_ = (question.help or "", _UNSURE_HELP if "unsure" in question.options else "")
        asked = Asked(question.ask, question.tip or "", tuple(filter(None, help_)), progress, back)
        choices = [
            (option.label + (f"（{option.hint}）" if option.hint else ""), option.id)
            for option in question.options.values()
            if option.id != without
        ]
        before = current.split(",") if isinstance(current, str) else []
        value: str | Place
        if question.kind == "place":
            value = self.place(question, asked)
        else:
            value = ",".join(self.prompts.choose(asked, choices, before, several=question.several))
        self.prompts.answered(question.label, answer_in_words(question, value))
        return value

    def among(self, question: Question, names: Iterable[str], back: str = "") -> str:
        """Which of several readings of an ambiguous text is meant."""
        asked = Asked(f"{question.label}，您说的是哪一个？", back=back)
        return self.prompts.choose(asked, [(one, one) for one in names])[0]

    def place(self, question: Question, asked: Asked) -> str | Place:
        """A place by its name; what is ambiguous or only begun is asked about."""

        def check(text: str) -> str | None:
            names = self.meant(text) or [text]
            return self.wrong(question, names[0]) if len(names) == 1 else None

        while True:
            names = self.meant(self.prompts.type(asked, self.complete, check))
            try:
                name = names[0] if len(names) == 1 else self.among(question, names, "重新写")
            except Back:
                continue
            if wrong := self.wrong(question, name):
                self.prompts.say(wrong)
            else:
                return parse_answer(self.knowledge, question, name)

    def wrong(self, question: Question, text: str) -> str | None:
        """What is wrong with an answer; flags are for those who write commands."""
        try:
            parse_answer(self.knowledge, question, text, question.label)
        except AnswerError as error:
            return error.findings[0].message
        return None

    def meant(self, text: str) -> Sequence[str]:
        """The full names of the places that a text names or begins."""
        return place_names(self.knowledge.places.find(text)) or self.complete(text)

    def complete(self, text: str) -> Sequence[str]:
        """Full names that resolve again, for what was typed so far."""
        if not text.strip():
            return ()
        return place_names(self.knowledge.places.complete(text, _OFFERED))
