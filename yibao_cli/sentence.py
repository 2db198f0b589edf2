"""One sentence in everyday words to answers: what is not clear in it stays open.

Pure. All words come from the knowledge. Here stands only in which order they count: a longer one
before a shorter one, none that another word hides, and no statement in a question.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from yibao_cli.answers import answer_in_words, visible
from yibao_cli.consult import errands
from yibao_cli.errors import AnswerError, Finding
from yibao_cli.knowledge.kinds import When
from yibao_cli.knowledge.model import Knowledge
from yibao_cli.knowledge.questions import GAP, Saying, Sentence, spelled
from yibao_cli.places import Place
from yibao_cli.wrap import packed, wrap

LONGEST = 500
_WIDEST_GAP = 7
_STOPS = ",.;!?。、"
# What may not stand between the parts of a word: a stop, another denial.
_BREAKS = frozenset(_STOPS + "没未")

Pieces = tuple[tuple[int, int], ...]
"""Where the parts of a word stand: from, to."""
Given = Mapping[str, set[str]]
ByHead = dict[str, list[tuple[str, Saying]]]
"""Words with what they mean, by the letters, up to three, that each begins with."""
PLACE = ""
"""Stands for a question where the name of a place is found."""


class Index(Struct, frozen=True):
    """What is looked for in a sentence: words that mean something, and those that hide others.

    `care` are words that stand for where care is had, with what names the place; `simple` has the
    simplified characters for traditional ones.
    """

    words: ByHead
    hides: ByHead
    care: dict[str, str]
    simple: dict[int, int]


class Understood(Struct, frozen=True):
    """What a sentence says to a question: the answer, where it is clear, and the words."""

    answer: str | Place | None
    words: str


class Heard(Struct, frozen=True):
    """What a sentence says, by question; what to say about things not answered here; and the names
    of places of which nothing tells what they are.
    """

    understood: dict[str, Understood]
    outside: tuple[str, ...]
    unplaced: tuple[str, ...]

    @property
    def answers(self) -> dict[str, str | Place]:
        """What was understood."""
        return {name: one.answer for name, one in self.understood.items() if one.answer}


class Text(Struct, frozen=True):
    """A text as words are looked for in it: half width, small, simplified; blanks and the end are
    stops. `at` are the places in the text as it was written, which is quoted.
    """

    plain: str
    at: tuple[int, ...]
    own: str

    def quote(self, begin: int, end: int) -> str:
        """The person's own words; a stop at either end is none."""
        while self.plain[begin] in _STOPS:
            begin += 1
        while self.plain[end - 1] in _STOPS:
            end -= 1
        return self.own[self.at[begin] : self.at[end - 1] + 1]


class _Named(Struct, frozen=True):
    """A place named in a sentence, all that it may be; which end, how surely, by words where."""

    begin: int
    end: int
    places: tuple[Place, ...]
    which: str = ""
    rank: tuple[int, bool, int] = (0, False, 0)
    words: tuple[int, int] = (0, 0)


def index_of(known: Knowledge) -> Index:
    """The index of the words and names of a knowledge."""
    own, spellings = known.sentence, known.spellings
    pairs = (one for one in (own.traditional, spellings.traditional) if one)
    hospitals = {word: name for name, one in known.hospitals.items() for word in (name, *one.also)}
    care = hospitals | own.stands_for
    names = {name for row in known.place_rows for name in (row.name, row.short)}
    names |= {one for some in spellings.names.values() for one in some}
    # Districts only with their ending.
    names |= {row.name for row in known.district_rows if len(row.name) > 2}
    names |= {row.short for row in known.district_rows if row.name.endswith("市")}
    names = {one for one in (names | {*care}) - {*own.hides} if len(one) > 1 and not one.isascii()}
    places = ((name, Saying(means={PLACE: name}, words=(name,))) for name in sorted(names))
    nothing = Saying(means={}, words=())
    return Index(
        words=_by_head((*sayings(known), *places)),
        hides=_by_head((word, nothing) for word in spelled(own.sets, *own.hides)),
        care=care,
        simple={k: v for one in pairs for k, v in str.maketrans(one.start, one.end).items()},
    )


def sayings(known: Knowledge) -> Iterator[tuple[str, Saying]]:
    """Every word with what it means: those of sentences, and how options are spelled."""
    own = known.sentence
    yield from ((word, one) for one in own.says for word in spelled(own.sets, *one.words))
    for name in own.also_of:
        for option in known.questions[name].options.values():
            saying = Saying(means={name: option.id}, words=(option.label, *option.also))
            yield from ((word, saying) for word in {*saying.words} - {*own.unheard})


def _by_head(words: Iterable[tuple[str, Saying]]) -> ByHead:
    found: ByHead = {}
    for word, saying in words:
        found.setdefault(word.partition(GAP)[0][:3], []).append((word, saying))
    return found


def understand(known: Knowledge, text: str, index: Index | None = None) -> Heard:
    """What a sentence states; whoever asks for many makes the index once.

    Raises AnswerError where it is too long to be one.
    """
    if len(text) > LONGEST:
        message = f"这段话有{len(text)}字，太长了；请用一两句话说，不超过{LONGEST}字。"
        raise AnswerError(Finding("too_long", message))
    index = index or index_of(known)
    words, heard = known.sentence, plain(index.simple, visible(text))
    said = heard.plain
    stated = [
        (pieces, saying)
        for pieces, saying in _met(said, index.words)
        if not (any(q in words.doubtful for q in saying.means) and _asked(words, said, pieces))
    ]
    kept = _longest([pieces for pieces, _ in _met(said, index.hides)], stated)
    errand = _agreed(heard, kept, ("errand",))
    about = {*errands(known, {q: one.answer for q, one in errand.items() if one.answer})}
    touched, given = errand, {"errand": about}
    # Once for what is said, once more for what counts only beside it.
    for _ in range(2):
        fits = [(pieces, one) for pieces, one in kept if _fits(one.when, given)]
        touched = _agreed(heard, fits, known.questions)
        given = {q: {str(one.answer)} for q, one in touched.items()} | {"errand": about}
    spans = sorted(pieces[0] for pieces, saying in kept if PLACE in saying.means)
    told = [*_assign_ends(known, index.care, said, spans, given)]
    touched |= _unsure(known, heard) | _ends(heard, told)
    return Heard(
        {q: touched[q] for q in known.questions if q in touched},
        tuple(o.says for o in words.outside if any(_occurrences(said, word) for word in o.words)),
        tuple(heard.quote(one.begin, one.end) for one in told if not one.which),
    )


def told(known: Knowledge, heard: Heard, width: int) -> list[str]:
    """Lines that say what was understood, by which words; what was said but not clearly; and what
    to say of things that are not answered here.
    """
    labels = {name: known.questions[name].label for name in heard.understood}
    clear = [
        f"{labels[name]}：{answer_in_words(known.questions[name], one.answer)}（{one.words}）"
        for name, one in heard.understood.items()
        if one.answer
    ]
    vague = [
        f"{labels[name]}（{one.words}）" for name, one in heard.understood.items() if not one.answer
    ]
    vague += [f"地名（{one}）" for one in heard.unplaced]
    parts = (("听懂了", clear), ("没说准，先空着", vague))
    lines = [packed((name, *some), width, rest="  ") for name, some in parts if some]
    lines += [wrap(one, width, rest="  ") for one in heard.outside]
    return [line for some in lines for line in some]


def begun(known: Knowledge, heard: Heard) -> dict[str, str | Place]:
    """The answers to go on from: whoever tells of an illness has said what it is about."""
    errand = known.questions["errand"].default or ""
    return {"errand": errand, **heard.answers} if heard.answers else {}


def plain(simple: Mapping[int, int], text: str) -> Text:
    """A text as words are looked for in it."""
    said, places = "", list[int]()
    for at, char in enumerate(text):
        folded = unicodedata.normalize("NFKC", visible(char)).casefold().translate(simple)
        if folded.isspace():
            folded = "" if said.endswith(",") else ","
        said += folded
        places += [at] * len(folded)
    return Text(f"{said},", (*places, len(text)), text)


def _met(said: str, index: ByHead) -> Iterator[tuple[Pieces, Saying]]:
    """Where the words of an index stand, with what they mean."""
    for at in range(len(said)):
        for head in (said[at], said[at : at + 2], said[at : at + 3]):
            for word, saying in index.get(head, ()):
                if pieces := _pieces(said, word, at):
                    yield pieces, saying


def _occurrences(said: str, word: str) -> list[Pieces]:
    return [pieces for at in range(len(said)) if (pieces := _pieces(said, word, at))]


def _pieces(said: str, word: str, at: int) -> Pieces:
    """Where a word stands that begins at `at`; its parts are near each other, without a stop."""
    if GAP not in word:
        return ((at, at + len(word)),) if said.startswith(word, at) else ()
    found: Pieces = ()
    for part in word.split(GAP):
        begin = said.find(part, at, at + len(part) + (_WIDEST_GAP if found else 0))
        if begin < 0 or not _BREAKS.isdisjoint(said[at:begin]):
            return ()
        at = begin + len(part)
        found += ((begin, at),)
    return found


def _asked(words: Sentence, said: str, pieces: Pieces) -> bool:
    """Whether this is no statement, but asked, denied or a condition."""
    begin, end = pieces[0][0], pieces[-1][1]
    clause = said[max(said.rfind(stop, 0, begin) for stop in _STOPS) + 1 : begin]
    condition = any(word in clause for word in words.conditions)
    return condition or clause.endswith(words.asks_before) or said.startswith(words.asks_after, end)


def _fits(when: When, given: Given) -> bool:
    return all(given.get(q, set()) & {*options} for q, options in when.items())


def _reach(pieces: Pieces) -> set[int]:
    return {at for begin, end in pieces for at in range(begin, end)}


def _longest(
    hides: list[Pieces], stated: list[tuple[Pieces, Saying]]
) -> list[tuple[Pieces, Saying]]:
    """Of words that overlap, the longest, then the last one for each question; none hidden."""
    taken: dict[str, set[int]] = {}
    kept = []
    for pieces, saying in sorted(stated, key=_order):
        reach = _reach(pieces)
        hidden = any(len(hide := _reach(one)) > len(reach) and hide & reach for one in hides)
        means = {q: o for q, o in saying.means.items() if not reach & taken.get(q, set())}
        if not hidden:
            kept.append((pieces, replace(saying, means=means)))
            taken |= {name: taken.get(name, set()) | reach for name in means}
    return kept


def _order(stated: tuple[Pieces, Saying]) -> tuple[int, bool, int]:
    """Longer ones first, and before weak ones; then of names the first, of other words the last."""
    pieces, saying = stated
    at = pieces[0][0] if PLACE in saying.means else -pieces[-1][1]
    return -len(_reach(pieces)), bool(saying.weak), at


def _agreed(
    heard: Text, kept: list[tuple[Pieces, Saying]], questions: Collection[str]
) -> dict[str, Understood]:
    """The answers on which all words agree; weak words yield, and errands add up."""
    votes: dict[tuple[str, bool], dict[str, dict[str, None]]] = {}
    for pieces, saying in sorted(kept, key=lambda one: one[0]):
        for name, option in saying.means.items():
            options = votes.setdefault((name, name in saying.weak), {})
            options.setdefault(option, {})[heard.quote(pieces[0][0], pieces[-1][1])] = None
    found: dict[str, Understood] = {}
    for name in questions:
        if options := votes.get((name, False)) or votes.get((name, True), {}):
            clear = len(options) == 1 or name == "errand"
            quoted = "、".join(word for words in options.values() for word in words)
            found[name] = Understood(",".join(options) if clear else None, quoted)
    return found


def _unsure(known: Knowledge, heard: Text) -> dict[str, Understood]:
    """The places of which somebody says that he does not know them."""
    nowhere = next((one for one in known.places.all() if one.is_unsure), None)
    return {
        name: Understood(nowhere, heard.quote(found[0][0][0], found[0][-1][1]))
        for name, words in known.sentence.unsure.items()
        if (found := [one for word in words for one in _occurrences(heard.plain, word)])
    }


def _assign_ends(
    known: Knowledge, care: Mapping[str, str], said: str, spans: list[tuple[int, int]], given: Given
) -> Iterator[_Named]:
    """The named places, with the ends that the words beside them tell."""
    named, start = [*_named(known, care, said, spans)], 0
    for one, stop in zip(named, [*[one.begin for one in named[1:]], len(said)], strict=False):
        # A word tells the end of one place: what belongs to the one before is taken.
        told = _beside(known.sentence, " " * start + said[start:stop], one, given)
        yield told
        start = told.end


def _ends(heard: Text, told: list[_Named]) -> dict[str, Understood]:
    """Which named places are the two ends: the surest words decide, and only where they agree."""
    found: dict[str, Understood] = {}
    for end in ("from", "to"):
        best = max((one.rank[0] for one in told if one.which == end), default=0)
        sure = [one for one in told if one.which == end and one.rank[0] == best]
        place = _agreed_place([one.places for one in sure])
        # To be somewhere is a hint of care there only where the other end is known; abroad nobody
        # is insured.
        known = "from" in found and found["from"].answer
        abroad = place is not None and place.level == "abroad"
        if abroad if end == "from" else best == 1 and not known and not abroad:
            place = None
        if sure:
            quoted = dict.fromkeys(heard.quote(*one.words) for one in sure)
            found[end] = Understood(place, "、".join(quoted))
    return found


def _agreed_place(groups: list[tuple[Place, ...]]) -> Place | None:
    """The one place that all names may be; a city says more than its province."""
    sure = [places[0] for places in groups if len(places) == 1]
    fits = [one for one in sure if all(any(_contains(o, one) for o in some) for some in groups)]
    return fits[0] if fits else None


def _contains(outer: Place, inner: Place) -> bool:
    return outer == inner or (not outer.district and outer.code in (inner.code, inner.province))


def _named(
    known: Knowledge, care: Mapping[str, str], said: str, spans: list[tuple[int, int]]
) -> Iterator[_Named]:
    """The places; names in a row are one: a province and its city, a city and its district."""
    find, last = known.places.find, _Named(0, 0, ())
    while spans:
        (begin, end), *spans = spans
        if stands := care.get(said[begin:end]):
            # Of hospitals that share a name, the one of the city said right before it.
            there = find(stands)
            near = tuple(one for one in there if any(_contains(o, one) for o in last.places))
            there = near if near and last.end == begin else there
            yield _Named(begin, end, there, "to", (3, False, 0), (begin, end))
            continue
        while spans and spans[0][0] == end and find(said[begin : spans[0][1]]):
            (_, end), *spans = spans
        for longer in (end + 4, end + 3, end + 2, end + 1):
            more = find(said[begin:longer]) if said[begin:longer].isalnum() else ()
            own = len(more) == 1 and (more[0].district or more[0].level == "pool")
            if own and (not spans or longer <= spans[0][0]):
                end = longer
                break
        last = _Named(begin, end, find(said[begin:end]))
        yield last


def _beside(words: Sentence, said: str, named: _Named, given: Given) -> _Named:
    """A place with the end that the words beside it tell: the surest, then the longest ones."""
    begin, end, best = named.begin, named.end, named
    before, after = [begin], [end]
    for _ in range(3):
        skipped = [len(word) for word in words.beside if said.endswith(word, 0, before[-1])]
        before.append(before[-1] - max(skipped, default=0))
        skipped = [len(word) for word in words.beside if said.startswith(word, after[-1])]
        after.append(after[-1] + max(skipped, default=0))
    for one in words.ends:
        if not _fits(one.when, given):
            continue
        hits = [(w, p - len(w), end) for w in one.before for p in before if said.endswith(w, 0, p)]
        for word in one.after:
            if word[0] == GAP or word[0] in said[end : after[-1] + 1]:
                hits += [(word, begin, p[-1][1]) for at in after if (p := _pieces(said, word, at))]
        hits += [(word, begin, end) for word in one.between if said[end:] == word]
        for word, first, last in hits:
            rank = (one.strength, not word.startswith(GAP), len(word))
            if rank > best.rank:
                best = replace(named, end=last, which=one.end, rank=rank, words=(first, last))
    return best
