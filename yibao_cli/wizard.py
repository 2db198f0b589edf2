"""The interactive wizard: asks what the walk needs, one question at a time, and decides nothing.

Answers are kept by question id and the way is found by replay, so going back, changing one answer
and resuming are the same: another set of answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from yibao_cli import answers as door
from yibao_cli.consult import open_question, optional_questions
from yibao_cli.errors import AnswerError
from yibao_cli.model import Knowledge, Question
from yibao_cli.prompts import Back, Prompts
from yibao_cli.regions import Place

Answers = dict[str, "str | Place"]

_DONE, _AGAIN = "done", "again"
_CHANGE, _MORE = "change:", "more:"
_OFFERED = 8


@dataclass
class Wizard:
    """Asks a person. `noted` is told of every answer, so that an interruption loses nothing."""

    knowledge: Knowledge
    prompts: Prompts
    day: str
    noted: Callable[[Answers], None] = field(default=lambda answers: None)

    def run(self, given: Answers) -> Answers:
        """Ask everything that matters on the way, then show the answers to be changed or kept."""
        answers, asked = dict(given), list[str]()
        while True:
            while (question := self.next(answers)) is not None:
                self.step(question, answers, asked)
            choice = self.review(answers)
            if choice == _DONE:
                return answers
            if choice == _AGAIN:
                answers, asked = dict(given), []
                continue
            question = self.knowledge.questions[choice.removeprefix(_CHANGE).removeprefix(_MORE)]
            try:
                answers[question.id] = self.ask(question, back=True)
            except Back:
                continue
            self.noted(answers)

    def required(self, given: Answers) -> Answers:
        """Ask only what is required and still missing."""
        answers = dict(given)
        while pending := open_question(self.knowledge, answers, self.day):
            question = self.knowledge.questions[pending.question]
            answers[question.id] = self.ask(question, back=False)
        return answers

    def next(self, answers: Answers) -> Question | None:
        """The question to ask now. The errand chooses the tree, so it comes first."""
        if "errand" not in answers:
            return self.knowledge.questions["errand"]
        pending = open_question(self.knowledge, answers, self.day, ask_all=True)
        return self.knowledge.questions[pending.question] if pending else None

    def step(self, question: Question, answers: Answers, asked: list[str]) -> None:
        """Ask one question, or take the last answer back."""
        try:
            value = self.ask(question, back=bool(asked), progress=self.progress(answers, asked))
        except Back:
            answers.pop(asked.pop(), None)
        else:
            answers[question.id] = value
            if question.id in asked:
                asked.remove(question.id)
            asked.append(question.id)
        self.noted(answers)

    def progress(self, answers: Answers, asked: list[str]) -> str:
        """Which question this is, of about how many."""
        ahead, left = dict(answers), 0
        while (question := self.next(ahead)) is not None:
            left += 1
            if question.kind == "place":
                ahead[question.id] = self.knowledge.places.get("510700")
            else:
                ahead[question.id] = question.default or question.options[0].id
        return f"第 {len(asked) + 1} 题，大约 {len(asked) + left} 题" if left else ""

    def review(self, answers: Answers) -> str:
        """What to do with the answers: take them, change one, add something, start over."""
        choices = [("就这些，出清单", _DONE)]
        choices += [
            (f"补充：{question.extra}", _MORE + question.id)
            for question in optional_questions(self.knowledge, answers, self.day)
        ]
        choices += [
            (f"改：{question.label}（{self.shown(answers[question.id], question)}）",
             _CHANGE + question.id)
            for question in self.knowledge.questions.values()
            if question.id in answers
        ]  # fmt: skip
        choices.append(("从头再来", _AGAIN))
        return self.prompts.choose("还有别的情况吗？", choices, back=False)

    def shown(self, value: str | Place, question: Question) -> str:
        """An answer as the person knows it."""
        if isinstance(value, Place):
            return door.place_name(value)
        return "、".join(question.option(one).label for one in value.split(","))

    def ask(self, question: Question, *, back: bool, progress: str = "") -> str | Place:
        """One answer to one question, with its help above it."""
        for line in filter(None, (progress, question.help)):
            self.prompts.say(line)
        if question.kind == "place":
            return self.place(question, back=back)
        choices = [
            (option.label + (f"（{option.hint}）" if option.hint else ""), option.id)
            for option in question.options
        ]
        return self.prompts.choose(question.ask, choices, back=back)

    def among(self, question: Question, candidates: Iterable[str]) -> str:
        """Which of several readings of an ambiguous text is meant."""
        choices = [(one, one) for one in candidates]
        return self.prompts.choose(f"{question.label}，您说的是哪一个？", choices, back=False)

    def place(self, question: Question, *, back: bool) -> Place:
        """A place by its name; ambiguity is asked about."""
        text = self.prompts.type(question.ask, self.complete, self.check(question), back=back)
        try:
            found = door.parse(self.knowledge, question, text)
        except AnswerError as error:
            finding = error.findings[0]
            likely = finding.candidates if finding.code == "ambiguous" else self.complete(text)
            meant = likely[0] if len(likely) == 1 else self.among(question, likely)
            found = door.parse(self.knowledge, question, meant)
        assert isinstance(found, Place)
        name = door.place_name(found)
        if text.strip() != name:
            self.prompts.say(f"→ {name}")
        return found

    def complete(self, text: str) -> tuple[str, ...]:
        """Full names that resolve again, for what was typed so far."""
        if not text.strip():
            return ()
        return door.candidates(self.knowledge.places.complete(text, _OFFERED))

    def check(self, question: Question) -> Callable[[str], str | None]:
        """Refuses what no place begins with."""

        def wrong(text: str) -> str | None:
            try:
                door.parse(self.knowledge, question, text)
            except AnswerError as error:
                finding = error.findings[0]
                # What is ambiguous or only begun is asked about afterwards.
                if finding.code != "ambiguous" and not self.complete(text):
                    return finding.message
            return None

        return wrong
