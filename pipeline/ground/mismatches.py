"""What of a claim's sentence the source does not bear out, compared exactly.

In: a sentence beside what it is held against. Out: mismatches, each with its words; none of a kind that the language
has no word list to tell by.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.ground.compared import Compared, Mismatch
from pipeline.ground.number_mismatches import number_mismatches
from pipeline.ground.order import order_reversed
from pipeline.ground.passages import Reach
from pipeline.ground.terms import Word, stem
from pipeline.ground.word_mismatches import denials, opposites, strengths


def mismatches_of(one: Compared) -> tuple[Mismatch, ...]:
    """Every mismatch of the sentence, each once; none of one that stands in the source as it is."""
    said = [word.folded for word in one.reading.words]
    if any(said == [word.folded for word in passage.reading.words] for passage in one.restated):
        return ()
    opposed = tuple(opposites(one))
    told = {opposite.words for opposite in opposed}
    names = (name for name in _names(one) if name.words not in told)
    found = [*number_mismatches(one), *names, *denials(one), *opposed, *strengths(one), *_order(one)]
    return tuple(dict.fromkeys(found))


def _names(one: Compared) -> Iterator[Mismatch]:
    words = one.reading.words
    for place, word in enumerate(words):
        # Names with digits are compared as codes.
        if not word.is_name or any(map(str.isdigit, word.folded)) or _is_known_name(word, one):
            continue
        around = [words[near] for near in (place - 1, place + 1) if 0 <= near < len(words) and words[near].is_name]
        if _spells_acronym(place, words, one.reach):
            continue
        is_part = any(_is_known_name(other, one) for other in around)
        yield Mismatch("other_name" if is_part else "name", word.shown)


def _is_known_name(word: Word, one: Compared) -> bool:
    folded, stems = one.reach.whole.folded, one.reach.whole.stems
    if word.folded in folded or word.stem in stems:
        return True
    telling = [piece for piece in word.parts if not piece.isdigit()]
    if all(piece in folded or stem(piece, one.language) in stems for piece in telling):
        return True
    # Only what has the capital is the name: "AI-assisted" is said of AI.
    first = word.shown.split("-")[0]
    if "-" in word.shown and first != word.shown and word.parts[1:] and word.shown[len(first) + 1].islower():
        return first.casefold() in folded
    capitals = sum(map(str.isupper, word.shown))
    letters = "".join(word.parts)
    if capitals >= 2 and (letters in one.reach.initials or letters in folded):
        return True
    # "Fri" for Friday, "Jan." for January.
    return len(word.folded) >= 4 and any(word.folded[:size] in folded for size in (3, 4))


def _spells_acronym(place: int, words: tuple[Word, ...], reach: Reach) -> bool:
    """Whether the name belongs to a row of names whose initials the source has: "Los Angeles" for LA."""
    first = last = place
    while first > 0 and words[first - 1].is_name:
        first -= 1
    while last + 1 < len(words) and words[last + 1].is_name:
        last += 1
    return last > first and "".join(word.folded[0] for word in words[first : last + 1]) in reach.folded


def _order(one: Compared) -> Iterator[Mismatch]:
    for earlier, later in order_reversed(one.text, one.language, one.reach.passages):
        yield Mismatch("order", earlier, later, is_sure=True)
