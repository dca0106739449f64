"""A claim's denials, opposites and normative strength against those of its source."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from functools import lru_cache

from pipeline.ground.compared import SAME_MATTER, Compared, Mismatch
from pipeline.ground.passages import Passage
from pipeline.ground.terms import Reading, Word, stem
from pipeline.prose.strength import strengths_of, without_modals
from pipeline.prose.wordlists import words_for

# A denial concerns the words behind it; in the source it may also stand behind them ("is not").
_BEHIND, _ROUND = 5, 6
_FEWEST_AROUND = 2
# Of so few words one is enough to say what a denial is about.
_FEW_DENIED = 2
# A shorter word has other words in it by chance: "take" is in "mistake".
_FEWEST_LETTERS = 5


def denials(one: Compared) -> Iterator[Mismatch]:
    """What is denied here and nowhere in the source; and what is denied in the sentence that this one restates."""
    if one.repeated:
        yield from _another_denial(one)
        return
    words, negators = one.reading.words, words_for(one.language).set("negators")
    for place in one.reading.denials:
        denied = {word.stem for word in words[place : place + _BEHIND + 1] if word.carries_meaning} or {
            word.stem for word in words[max(0, place - _ROUND) : place] if word.carries_meaning
        }
        if not any(_denies(passage.reading, denied) for passage in one.reach.passages):
            said = " ".join(word.shown for word in words[place : place + 4])
            yield Mismatch("denial", said, is_sure=words[place].folded in negators and bool(one.restated))
    if one.reading.denials or not all(passage.reading.denials for passage in one.restated):
        return
    for passage in one.restated:
        words, place = passage.reading.words, passage.reading.denials[0]
        denied = {word.stem for word in words[place : place + _BEHIND] if word.carries_meaning}
        if words[place].folded in negators and denied & one.reading.stems:
            said = " ".join(word.shown for word in words[place : place + 4])
            yield Mismatch("lost_denial", one.text, said, is_sure=True)
            return


def _another_denial(one: Compared) -> Iterator[Mismatch]:
    """A "not" too many or too few beside a sentence that is the same in all other words."""
    said = _negators(one.reading, one.language)
    written = [(_negators(passage.reading, one.language), passage) for passage in one.repeated]
    if any(len(said) == len(each) for each, _ in written):
        return
    each, passage = written[0]
    reading, places = (one.reading, said) if len(said) > len(each) else (passage.reading, each)
    shown = " ".join(word.shown for word in reading.words[places[-1] : places[-1] + 4])
    if len(said) > len(each):
        yield Mismatch("denial", shown, is_sure=True)
    else:
        yield Mismatch("lost_denial", one.text, shown, is_sure=True)


def _negators(reading: Reading, language: str) -> list[int]:
    negators = words_for(language).set("negators")
    return [place for place in reading.denials if reading.words[place].folded in negators]


def _denies(reading: Reading, denied: set[str]) -> bool:
    """Whether the sentence denies something about the same words."""
    if not reading.denials or len(denied & reading.stems) < (1 if len(denied) <= _FEW_DENIED else 2):
        return False
    return any(
        {word.stem for word in reading.words[max(0, place - _ROUND) : place + _ROUND + 1]} & denied
        for place in reading.denials
    )


def opposites(one: Compared) -> Iterator[Mismatch]:
    """A word of which the source has only the opposite."""
    table = _opposites_of(one.language)
    own = one.reading.all_stems
    aligned = frozenset().union(*(passage.reading.all_stems for passage in one.aligned))
    for word in one.reading.words:
        against = table.get(word.stem, frozenset()) | _formed_opposites(word, one.language)
        if not against:
            continue
        if word.stem not in one.reach.stems and against & one.reach.stems:
            sure = any(against & passage.reading.all_stems and _is_frame(word, passage, one) for passage in one.aligned)
            yield Mismatch("opposite", word.shown, _shown(against, one.reach.passages), is_sure=sure)
        elif word.stem not in aligned and (table.get(word.stem, frozenset()) & aligned) - own:
            yield Mismatch("opposite", word.shown, _shown(against, one.aligned))


def _is_frame(word: Word, passage: Passage, one: Compared) -> bool:
    """Whether the source's sentence has nearly all the rest of what the claim says."""
    others = one.reading.stems - {word.stem}
    shared = len(others & passage.reading.stems)
    return len(others) >= _FEWEST_AROUND and shared >= SAME_MATTER * max(len(others), len(passage.reading.stems) - 1)


def _shown(stems: frozenset[str], passages: tuple[Passage, ...]) -> str:
    return next((word.shown for passage in passages for word in passage.reading.words if word.stem in stems), "")


def _formed_opposites(word: Word, language: str) -> frozenset[str]:
    """What an opposite looks like by its form: unsafe, non-linear, careless."""
    if not words_for(language).list("opposites") or not word.carries_meaning or len(word.folded) < _FEWEST_LETTERS:
        return frozenset()
    formed = set()
    for prefix in ("un", "in", "im", "il", "ir", "non", "non-", "dis", "mis"):
        formed.add(stem(prefix + word.folded, language))
        rest = word.folded.removeprefix(prefix)
        if rest != word.folded and len(rest) >= _FEWEST_LETTERS:
            formed.add(stem(rest, language))
    if word.folded.endswith("less"):
        formed.add(stem(f"{word.folded[:-4]}ful", language))
    elif word.folded.endswith("ful"):
        formed.add(stem(f"{word.folded[:-3]}less", language))
    return frozenset(formed) - {word.stem}


@lru_cache(maxsize=16)
def _opposites_of(language: str) -> dict[str, frozenset[str]]:
    """Stem → the stems of its opposites."""
    found: dict[str, set[str]] = {}
    for entry in words_for(language).list("opposites"):
        one, _, others = entry.partition(":")
        for other in others.split():
            here, there = stem(one, language), stem(other, language)
            if here != there:
                found.setdefault(here, set()).add(there)
                found.setdefault(there, set()).add(here)
    return {name: frozenset(others) for name, others in found.items()}


def strengths(one: Compared) -> Iterator[Mismatch]:
    """A "may" that became a "must": only where the sentence restates one of the source in nearly the same words."""
    said = strengths_of(one.text, one.language)
    written = [strengths_of(passage.text, one.language) for passage in one.restated]
    if one.repeated:
        swaps = [_swapped_modals(one.reading, passage.reading, one.language) for passage in one.repeated]
        if all(swaps):
            yield from swaps[0]
        return
    # A "must" with a "not" further on may demand or forbid: "must make sure that nothing is left behind".
    texts = (one.text, *(passage.text for passage in one.restated))
    if any(_denies_what_it_demands(text, one.language) for text in texts):
        return
    if len(said) == 1 and written and all(len(each) == 1 for each in written) and said not in written:
        yield Mismatch("strength", min(said).replace("_", " "), min(written[0]).replace("_", " "), is_sure=True)


def _swapped_modals(said: Reading, written: Reading, language: str) -> list[Mismatch]:
    """Where two sentences of otherwise the same words bind differently."""
    words, others = [word.folded for word in said.words], [word.folded for word in written.words]
    found = []
    for kind, start, end, other_start, other_end in SequenceMatcher(None, words, others, autojunk=False).get_opcodes():
        new = strengths_of(" ".join(words[start:end]), language)
        old = strengths_of(" ".join(others[other_start:other_end]), language)
        if kind == "replace" and new and old and new != old:
            instead = " ".join(others[other_start:other_end])
            found.append(Mismatch("strength", " ".join(words[start:end]), instead, is_sure=True))
    return found


def _denies_what_it_demands(text: str, language: str) -> bool:
    """Whether a "must" or "may" has a "not" further on, which is not its own."""
    rest = without_modals(text, language, keep_negators=True).split()
    return not words_for(language).set("negators").isdisjoint(rest)
