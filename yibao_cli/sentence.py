"""One sentence in everyday words to answers: what is not clear in it stays open.

Pure. All words come from the knowledge. Here stands only in which order they count: a longer one
before a shorter one, none that another word hides, and no statement in a question.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator

from msgspec import Struct
from msgspec.structs import replace

from yibao_cli.answers import visible
from yibao_cli.consult import errands
from yibao_cli.errors import AnswerError, Finding
from yibao_cli.knowledge.model import Knowledge
from yibao_cli.knowledge.sentence import Saying, Sentence
from yibao_cli.places import Place

LONGEST = 500
_GAP, _WIDEST_GAP = "…", 7
_STOPS = ",.;!?。、"

Pieces = tuple[tuple[int, int], ...]
"""Where the parts of a word stand: from, to."""
Touched = dict[str, tuple["str | Place | None", str]]
"""Questions that a sentence touches: the answer, where it is clear, and the words."""


class Heard(Struct, frozen=True):
    """What was understood; the words that it came from, and those that stay unclear, by question."""

    answers: dict[str, str | Place]
    words: dict[str, str]
    unclear: dict[str, str]
    outside: tuple[str, ...]


class _Named(Struct, frozen=True):
    """A place named in a sentence, all that it may be; which end, how surely, by which words."""

    begin: int
    end: int
    places: tuple[Place, ...]
    which: str = ""
    rank: tuple[int, bool, int] = (0, False, 0)
    words: str = ""


def understand(known: Knowledge, text: str) -> Heard:
    """What a sentence states. Raises AnswerError where it is too long to be one."""
    if len(text) > LONGEST:
        message = f"这段话有{len(text)}字，太长了；请用一两句话说，不超过{LONGEST}字。"
        raise AnswerError(Finding("too_long", message))
    words, said = known.sentence, plain(known, text)
    hides = [pieces for word in words.hides for pieces in _occurrences(said, word)]
    stated = [
        (pieces, saying)
        for word, saying in sayings(known)
        if word[0] in said
        for pieces in _occurrences(said, word)
        if not (any(q in words.doubtful for q in saying.means) and _asked(words, said, pieces))
    ]
    kept = _longest(hides, stated)
    errand = _agreed(said, kept, ("errand",))
    doing = {*errands(known, {name: one for name, (one, _) in errand.items() if one})}
    kept = [(pieces, one) for pieces, one in kept if doing & {*(one.errands or doing)}]
    touched = _agreed(said, kept, known.questions)
    touched |= _ends(known, said, hides + [pieces for pieces, _ in kept], doing)
    return Heard(
        answers={q: touched[q][0] for q in known.questions if q in touched and touched[q][0]},  # type: ignore[misc]
        words={q: heard for q, (answer, heard) in touched.items() if answer},
        unclear={q: heard for q, (answer, heard) in touched.items() if not answer},
        outside=tuple(one.says for one in words.outside if any(w in said for w in one.words)),
    )


def plain(known: Knowledge, text: str) -> str:
    """A text as words are looked for: half width, small, simplified; a blank is a stop."""
    folded = unicodedata.normalize("NFKC", visible(text)).casefold()
    for pair in filter(None, (known.spellings.traditional, known.sentence.traditional)):
        folded = folded.translate(str.maketrans(pair.start, pair.end))
    return ",".join(folded.split())


def sayings(known: Knowledge) -> Iterator[tuple[str, Saying]]:
    """Every word with what it means: those of sentences, and how options are spelled."""
    for saying in known.sentence.says:
        yield from ((word, saying) for word in saying.words)
    for name in known.sentence.also_of:
        for option in known.questions[name].options.values():
            saying = Saying(means={name: option.id}, words=(option.label, *option.also))
            yield from ((word, saying) for word in {*saying.words} - {*known.sentence.unheard})


def _occurrences(said: str, word: str) -> list[Pieces]:
    first, found, at = word.partition(_GAP)[0], [], -1
    while (at := said.find(first, at + 1)) >= 0:
        if pieces := _pieces(said, word, at):
            found.append(pieces)
    return found


def _pieces(said: str, word: str, at: int) -> Pieces:
    """Where a word stands that begins at `at`; its parts are near each other, without a stop."""
    if _GAP not in word:
        return ((at, at + len(word)),) if said.startswith(word, at) else ()
    found: Pieces = ()
    for part in word.split(_GAP):
        begin = said.find(part, at, at + len(part) + (_WIDEST_GAP if found else 0))
        if begin < 0 or any(stop in said[at:begin] for stop in _STOPS):
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


def _longest(
    hides: list[Pieces], stated: list[tuple[Pieces, Saying]]
) -> list[tuple[Pieces, Saying]]:
    """Of words that overlap, the longest one for each question; what hides, hides shorter ones."""
    taken: dict[str, set[int]] = {}
    kept = []
    for pieces, saying in sorted(stated, key=lambda one: (-len(_reach(one[0])), one[0])):
        reach = _reach(pieces)
        held = any(len(hide := _reach(one)) > len(reach) and hide & reach for one in hides)
        means = {q: o for q, o in saying.means.items() if not reach & taken.get(q, set())}
        if not held:
            kept.append((pieces, replace(saying, means=means)))
            taken |= {name: taken.get(name, set()) | reach for name in means}
    return kept


def _reach(pieces: Pieces) -> set[int]:
    return {at for begin, end in pieces for at in range(begin, end)}


def _agreed(said: str, kept: list[tuple[Pieces, Saying]], questions: Collection[str]) -> Touched:
    """The answers on which all words agree; weak words yield, and errands add up."""
    votes: dict[tuple[str, bool], dict[str, list[str]]] = {}
    for pieces, saying in sorted(kept, key=lambda one: one[0]):
        for name, option in saying.means.items():
            options = votes.setdefault((name, name in saying.weak), {})
            options.setdefault(option, []).append(said[pieces[0][0] : pieces[-1][1]])
    found: Touched = {}
    for name in questions:
        if options := votes.get((name, False)) or votes.get((name, True), {}):
            heard = dict.fromkeys(word for words in options.values() for word in words)
            clear = len(options) == 1 or name == "errand"
            found[name] = (",".join(options) if clear else None, "、".join(heard))
    return found


def _ends(known: Knowledge, said: str, held: list[Pieces], doing: set[str]) -> Touched:
    """Which named places are the two ends: the surest words decide, and only where they agree."""
    named = [*_named(known, said, _spans(known, said, held))]
    stops = [*[one.begin for one in named[1:]], len(said)]
    told = [
        _told(known.sentence, said, one, stop, doing)
        for one, stop in zip(named, stops, strict=False)
    ]
    found: Touched = {}
    for end in ("from", "to"):
        best = max((one.rank[0] for one in told if one.which == end), default=0)
        sure = [one for one in told if one.which == end and one.rank[0] == best]
        places = _one_each([one.places for one in sure])
        # To be somewhere is a hint of care there only where the other end is known.
        clear = len(places) == 1 and (best > 1 or end == "from" or found.get("from", (None,))[0])
        if sure:
            heard = "、".join(dict.fromkeys(one.words for one in sure))
            found[end] = (places[0] if clear else None, heard)
    return found


def _spans(known: Knowledge, said: str, held: list[Pieces]) -> list[tuple[int, int]]:
    """Where names of places stand, longer ones first; districts only with their ending."""
    rows, districts = known.place_rows, known.district_rows
    names = [name for row in rows for name in (row.name, row.short) if name in said]
    names += [one for some in known.spellings.names.values() for one in some if one in said]
    names += [row.name for row in districts if row.name in said and len(row.name) > 2]
    names += [row.short for row in districts if row.short in said and row.name.endswith("市")]
    names += [name for name in known.sentence.stands_for if name in said]
    names = [name for name in names if len(name) > 1 and not name.isascii()]
    found = {pieces[0] for name in names for pieces in _occurrences(said, name)}
    found -= {(a, b) for a, b in found for one in held for c, d in one if c <= a and b <= d}
    taken: list[tuple[int, int]] = []
    for begin, end in sorted(found, key=lambda one: (one[0] - one[1], one)):
        if all(end <= a or b <= begin for a, b in taken):
            taken.append((begin, end))
    return sorted(taken)


def _named(known: Knowledge, said: str, spans: list[tuple[int, int]]) -> Iterator[_Named]:
    """The places; names in a row are one: a province and its city, a city and its district."""
    find = known.places.find
    while spans:
        (begin, end), *spans = spans
        if stands := known.sentence.stands_for.get(said[begin:end]):
            yield _Named(begin, end, find(stands), "to", (3, False, 0), said[begin:end])
            continue
        while spans and spans[0][0] == end and find(said[begin : spans[0][1]]):
            (_, end), *spans = spans
        for longer in (end + 4, end + 3, end + 2):
            more = find(said[begin:longer]) if not spans or longer <= spans[0][0] else ()
            if len(more) == 1 and more[0].district:
                end = longer
                break
        yield _Named(begin, end, find(said[begin:end]))


def _told(words: Sentence, said: str, named: _Named, stop: int, doing: set[str]) -> _Named:
    """A place with the end that the words beside it tell: the surest, then the longest ones."""
    begin, end, best = named.begin, named.end, named
    said = said[:stop]
    before, after = [begin], [end]
    for _ in range(3):
        skipped = [len(word) for word in words.beside if said.endswith(word, 0, before[-1])]
        before.append(before[-1] - max(skipped, default=0))
        skipped = [len(word) for word in words.beside if said.startswith(word, after[-1])]
        after.append(after[-1] + max(skipped, default=0))
    for one in words.ends:
        if not doing & {*(one.errands or doing)}:
            continue
        hits = [
            (w, at - len(w), end) for w in one.before for at in before if said.endswith(w, 0, at)
        ]
        for word in one.after:
            if word[0] == _GAP or word[0] in said[end : after[-1] + 1]:
                hits += [(word, begin, p[-1][1]) for at in after if (p := _pieces(said, word, at))]
        for word, first, last in hits:
            rank = (one.strength, not word.startswith(_GAP), len(word))
            if rank > best.rank:
                best = replace(named, which=one.end, rank=rank, words=said[first:last])
    return best


def _one_each(groups: list[tuple[Place, ...]]) -> list[Place]:
    """The places that are meant, each once; a city says more than its province.

    A name of several places is none of them, unless another name says which.
    """
    found = dict.fromkeys(places[0] for places in groups if len(places) == 1)
    wholes = {one.province for one in found if one.level != "province"}
    districts = {one.code for one in found if one.district}
    known = {one.code for one in found} | wholes
    vague = [one for some in groups if not {place.code for place in some} & known for one in some]
    clear = [one for one in found if one.level != "province" or one.code not in wholes]
    return [one for one in clear if one.district or one.code not in districts] + vague
