"""The interactive wizard: asks what the walk needs, one question at a time, and decides nothing.

Answers are kept by question id and the way is found by replay, so going back, changing one answer
and resuming are the same: another set of answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress

from msgspec import Struct
from msgspec.structs import replace

from yibao_cli.answers import answer_in_words, parse_answer, place_names, printable
from yibao_cli.ask.prompts import BACK, Asked, Back, Prompts, trouble
from yibao_cli.consult import example_place, open_question, optional_questions, used
from yibao_cli.knowledge.model import Knowledge
from yibao_cli.knowledge.questions import Asking, Option, Question, asking
from yibao_cli.places import Place

Answers = dict[str, "str | Place"]

# Among ids of questions; none begins with a blank.
_DONE, _CHANGE, _EXTRAS = " done", " change", " extras"
_OFFERED = 8
_RETURN, AGAIN = "返回", "重新写"
_UNSURE_HELP = "都拿不准就选“{}”，清单会先说怎么查、问谁。"
_CITY_TIP = "电话打到哪里、按哪里的规定报，看医保交在哪个市；不知道也能往下走。"
_EXAMPLE = "汉字、拼音都行，例如 赣州、江西赣州、ganzhou"


class Wizard(Struct):
    """Asks a person. `noted` is told of every answer, so that an interruption loses nothing.

    `before` is what was ever answered: where a question is asked again, it begins with that.
    `screens` are the questions that each screen answered, for the way back, and `again` the one that
    somebody went back to.
    """

    knowledge: Knowledge
    prompts: Prompts
    day: str
    noted: Callable[[Answers], None] = lambda answers: None
    given: Answers = {}
    answers: Answers = {}
    before: Answers = {}
    screens: list[tuple[str, ...]] = []
    again: Question | None = None
    back: bool = False

    def run(self, given: Answers, so_far: Answers | None = None, *, back: bool = False) -> Answers:
        """Ask everything that matters on the way, then show the answers to be changed or kept.

        `given` is not asked; `so_far` are answers to go on from, or back to. Raises Back where
        somebody goes back from the first question, if there is something before it.
        """
        self.given, self.answers, self.back = given, dict(so_far or given), back
        self.before, self.again = dict(self.answers), None
        extra = [one for one in self.answers if self.is_extra(one)]
        self.screens = [(one,) for one in self.answers if one not in extra and one not in given]
        # Whoever has answered everything already is only asked whether that is right.
        if self.next(self.answers) is None:
            self.screens.append((_EXTRAS, *extra))
        if so_far:
            self.noted(self.answers)
        while not self.step():
            self.noted(self.answers)
        return self.answers

    def step(self) -> bool:
        """One screen, or one back; True where all answers were found right."""
        try:
            if question := self.again or self.next(self.answers):
                value = self.ask(question, back=BACK, progress=True)
                self.answers[question.id], self.again = value, None
                self.screens.append((question.id,))
            elif not self.ticked() and (offered := self.further()):
                self.extras(offered)
            else:
                return self.review()
        except Back:
            if not self.screens:
                raise
            screen = self.screens[-1]
            self.take_back(screen)
            self.again = self.knowledge.questions.get(screen[0])
        return False

    def ticked(self) -> list[tuple[str, ...]]:
        """The screen of the extras, where it has been answered."""
        return [one for one in self.screens if _EXTRAS in one]

    def take_back(self, screen: tuple[str, ...]) -> None:
        """Take back what a screen answered; it is asked again."""
        self.screens.remove(screen)
        self.answers = {name: one for name, one in self.answers.items() if name not in screen}

    def further(self) -> tuple[Question, ...]:
        """What may be out of the ordinary on this way, answered already or not."""
        asked = {*self.given, *(name for screen in self.screens for name in screen)}
        bare = {n: a for n, a in self.answers.items() if n in asked or not self.is_extra(n)}
        return optional_questions(self.knowledge, bare, self.day)

    def extras(self, offered: Sequence[Question]) -> None:
        """Ask for everything out of the ordinary at once, and then for the rest of what it means."""
        lines = [(str(one.extra), one.id) for one in offered]
        names = [one.id for one in offered]
        known = [one for one in names if self.is_extra(one)]
        found: Answers | None = None
        while found is None:
            screen = self.asked("还有哪些情况？", "可以选几样，没有就直接回车。", BACK)
            known = self.prompts.choose(screen, lines, known, several=True, least=0)
            with suppress(Back):
                found = {name: self.extra(name) for name in known}
        self.before = {n: one for n, one in self.before.items() if n not in names} | found
        self.answers = {n: one for n, one in self.answers.items() if n not in names} | found
        self.screens.append((_EXTRAS, *found))

    def is_extra(self, name: str) -> bool:
        """Whether a question was answered with something out of the ordinary."""
        question = self.knowledge.questions[name]
        return bool(question.extra) and self.before.get(name, question.default) != question.default

    def extra(self, name: str) -> str | Place:
        """What a line of the extras means: as answered before, all it can mean, or as is asked."""
        question = self.knowledge.questions[name]
        others = [one for one in question.options if one != question.default]
        if self.is_extra(name):
            return self.before[name]
        if len(others) == 1:
            return others[0]
        return self.ask(question, back=_RETURN, without=question.default)

    def review(self) -> bool:
        """Show all answers, which may be changed; True where they are right."""
        counting = used(self.knowledge, self.answers, self.day)
        unused = [self.knowledge.questions[one] for one in self.answers if one not in counting]
        # What no way asks for counts wherever it is answered.
        idle = "、".join(one.label for one in unused if one.asked != "never")
        tip = f"这次用不上：{idle}。" if idle else ""
        choices = [("对，出清单", _DONE), ("改一个答案", _CHANGE)]
        if self.ticked():
            choices.append(("再加一些情况（代办、没手机、受伤、停保等）", _EXTRAS))
        self.prompts.shown = set()
        [choice] = self.prompts.choose(self.asked("这样对吗？", tip, BACK), choices)
        if choice == _CHANGE:
            with suppress(Back):
                self.change()
        elif choice == _EXTRAS:
            self.take_back(*self.ticked())
        return choice == _DONE

    def change(self) -> None:
        """Ask one question of the person's choice again."""
        questions = [self.knowledge.questions[one] for one in self.answers]
        choices = [
            (f"{self.called(o)}：{answer_in_words(o, self.answers[o.id])}", o.id) for o in questions
        ]
        asked = Asked("改哪一个？", back=_RETURN)
        [name] = self.prompts.choose(asked, choices)
        self.answers[name] = self.ask(self.knowledge.questions[name], back=_RETURN)
        # What it opens is asked next, and going back from there leads here.
        self.screens = [tuple(o for o in screen if o != name) for screen in self.screens]
        self.screens = [*filter(None, self.screens), (name,)]

    def required(self, given: Answers) -> Answers:
        """Ask only what is required and still missing."""
        self.answers = dict(given)
        while pending := open_question(self.knowledge, self.answers, self.day):
            question = self.knowledge.questions[pending.question]
            self.answers[question.id] = self.ask(question)
        return self.answers

    def next(self, answers: Answers) -> Question | None:
        """The question to ask now. The errand chooses the tree, so it comes first."""
        if "errand" not in answers:
            return self.knowledge.questions["errand"]
        pending = open_question(self.knowledge, answers, self.day, ask_all=True)
        return self.knowledge.questions[pending.question] if pending else None

    def progress(self) -> tuple[int, int]:
        """Which question this is, of about how many."""
        ahead, left = dict(self.answers), 0
        while (question := self.next(ahead)) is not None:
            left += 1
            if question.kind == "place":
                ahead[question.id] = example_place(self.knowledge, ahead)
            else:
                ahead[question.id] = question.default or next(iter(question.options))
        done = len(self.screens)
        return done + 1, done + left

    def asked(self, message: str, tip: str, back: str) -> Asked:
        """A question below the answers so far; there may be nothing before the first one."""
        questions = self.knowledge.questions
        answers = tuple(
            (self.called(questions[name]), answer_in_words(questions[name], value))
            for name, value in self.answers.items()
        )
        first = back == BACK and not self.screens and not self.back
        return Asked(message, tip, answers=answers, back="" if first else back)

    def ordered(self, question: Question) -> list[Option]:
        """The options: where something out of the ordinary is asked, what is ordinary stands last,
        so that the others have the same numbers with and without it.
        """
        options = question.options.values()
        return sorted(options, key=lambda one: bool(question.extra) and one.id == question.default)

    def words(self, question: Question) -> Asking:
        """How a question is asked for what is to be done."""
        return asking(question, str(self.answers.get("errand", "")))

    def called(self, question: Question) -> str:
        """The short name of a question for what is to be done."""
        return self.words(question).label or question.label

    def ask(
        self,
        question: Question,
        *,
        back: str = "",
        progress: bool = False,
        without: str | None = None,
    ) -> str | Place:
        """One answer to one question, but one option; it begins with the answer of before."""
        unsure = question.options.get("unsure") if without != "unsure" else None
        help_ = (question.help or "", _UNSURE_HELP.format(unsure.label) if unsure else "")
        words = self.words(question)
        asked = replace(
            self.asked(words.ask, words.tip or "", back),
            help=tuple(filter(None, help_)),
            progress=self.progress() if progress else None,
            example=_EXAMPLE if question.kind == "place" else "",
        )
        before = self.before.get(question.id)
        value: str | Place
        if question.kind == "place":
            value = self.place(question, asked, before)
        else:
            choices = [
                (option.choice, option.id)
                for option in self.ordered(question)
                if option.id != without
            ]
            current = [one for one in str(before or "").split(",") if one and one != without]
            value = ",".join(self.prompts.choose(asked, choices, current, several=question.several))
        self.before[question.id] = value
        return value

    def among(self, question: Question, names: Iterable[str], back: str = "") -> str:
        """Which of several readings of an ambiguous text is meant."""
        asked = Asked(f"{question.label}，您说的是哪一个？", back=back)
        return self.prompts.choose(asked, [(one, one) for one in names])[0]

    def place(self, question: Question, asked: Asked, before: str | Place | None) -> str | Place:
        """A place by its name; what is ambiguous, only begun or misspelt is asked about."""
        default = before.full_name if isinstance(before, Place) else ""

        def check(text: str) -> str | None:
            # What is not found at all is no mistake yet: it is asked what was meant.
            names = self.meant(text) if text.strip() else (text,)
            return self.wrong(question, names[0]) if len(names) == 1 else None

        text = ""
        while True:
            text = self.prompts.type(asked, self.offered, check, default, begun=text)
            with suppress(Back):
                names = self.meant(text) or (self.instead(text),)
                name = names[0] if len(names) == 1 else self.among(question, names, AGAIN)
                if wrong := self.wrong(question, name):
                    self.prompts.say(wrong)
                else:
                    found = parse_answer(self.knowledge, question, name)
                    return self.city(question.id, found, AGAIN)

    def narrowed(self, answers: Answers, back: str = "") -> Answers:
        """Answers with the insured city, where only its province was told. Raises Back."""
        return {name: self.city(name, value, back) for name, value in answers.items()}

    def city(self, name: str, value: str | Place, back: str) -> str | Place:
        """The city of an insured place of which the province was told: the city decides whose
        hotline to ring, and whose rules hold. Raises Back.
        """
        if name != "from" or not isinstance(value, Place) or value.is_pooling_area:
            return value
        inside = {one.code: one for one in self.knowledge.places.children(value.code)}
        if not inside:
            return value
        choices = [("不知道", ""), *((one.name, code) for code, one in inside.items())]
        asked = Asked(f"{value.short}哪个市？", _CITY_TIP, back=back)
        [code] = self.prompts.choose(asked, choices)
        return inside.get(code, value)

    def instead(self, text: str) -> str:
        """What was meant by a text that is no place: the likeliest first. Raises Back."""
        near = place_names(self.knowledge.places.suggest(text, _OFFERED))
        unsure = [one.name for one in self.knowledge.places.all() if one.is_unsure]
        choices = [(one, one) for one in (*near, AGAIN, *unsure)]
        asked = Asked(f"没有找到“{printable(text)}”，是不是这里？", back=AGAIN)
        [name] = self.prompts.choose(asked, choices)
        if name == AGAIN:
            raise Back
        return name

    def wrong(self, question: Question, text: str) -> str | None:
        """What is wrong with an answer; flags are for those who write commands."""
        called = self.called(question)
        return trouble(lambda: parse_answer(self.knowledge, question, text, called))

    def meant(self, text: str) -> Sequence[str]:
        """The full names of the places that a text names or else begins."""
        return place_names(self.knowledge.places.find(text)) or self.offered(text)

    def offered(self, text: str) -> Sequence[str]:
        """Full names that resolve again, of the places that a text names and those it begins."""
        if not text.strip():
            return ()
        places = self.knowledge.places
        return place_names((*places.find(text), *places.complete(text, _OFFERED)))[:_OFFERED]
