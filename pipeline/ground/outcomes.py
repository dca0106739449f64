"""What a story says comes of a choice, against the source: an outcome that the source does not tell is made up.

In: a sentence of a consequence and what the story itself says around it. Out: whether it states something of which the
source has hardly a word. What the learner does, and what people of the story say or do, frames the story and states
nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.ground.features import Sentence
from pipeline.ground.terms import Word, read
from pipeline.prose.wordlists import words_for

# A statement that has less than this share of its words from the source says something else.
_HARDLY_KNOWN = 0.34
_CLAUSE = re.compile(r"[,;:]\s+|\s*[–—]\s*|\s(?=(?:because|while) )")


def hardly_known(words: Sequence[Word], sentence: Sentence, language: str, *, fewest: int) -> bool:
    """Whether so many words of the sentence carry meaning, and the source has hardly one of them."""
    talk = words_for(language).set("talk_words")
    telling = [word for word in words if word.carries_meaning and word.folded not in talk]
    known = [word for word in telling if word.shown not in sentence.likeness.unknown]
    return len(telling) >= fewest and len(known) <= _HARDLY_KNOWN * len(telling)


def is_made_up(sentence: Sentence, own: str, language: str, *, fewest: int) -> bool:
    """Whether a clause of it says, in so many words, what neither the source nor the scene (`own`) speaks of."""
    lists = words_for(language)
    scene = {each.stem for each in read(own, language).words}
    people = lists.set("persons") | {word.folded for word in read(own, language).words if word.is_name}
    for place, clause in enumerate(_CLAUSE.split(sentence.compared.text)):
        words = read(clause, language).words
        folded = [word.folded for word in words]
        if not folded or not lists.set("second_person").isdisjoint(folded):
            continue
        opening = folded[1:] if folded[0] in lists.set("joining") else folded
        has_subject = bool(opening) and opening[0] in lists.set("determiners")
        acting = opening[1:] if has_subject else opening
        # Whatever goes on without a subject of its own goes on about whom the clause before it speaks of.
        if (place and not has_subject) or (acting and acting[0] in people):
            continue
        new = [word for word in words if word.stem not in scene]
        if hardly_known(new, sentence, language, fewest=fewest):
            return True
    return False
