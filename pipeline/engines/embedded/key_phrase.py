"""What a text without headings talks of most: a noun phrase that comes back, such as "the design kit".

In: the text's blocks. Out: the phrase as it fits behind "on" and "of", or "" where nothing comes back.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from pipeline.domain import Block
from pipeline.engines.embedded import verbs
from pipeline.engines.embedded.wordlists import words

_BEFORE = r"(?:the|a|an|our|your|its|their|this|these|each|every|of|with|for|on|about|in)"
# Looks ahead without taking, so that "of the valve" is met at "the" too.
_PHRASE = re.compile(rf"\b(?={_BEFORE} ((?:[A-Za-z][A-Za-z-]+ ){{0,2}}[A-Za-z][A-Za-z-]+))", re.IGNORECASE)
_ENDS, _EMPTY = words("phrases_en", "ends"), words("phrases_en", "empty")
_LEAST = 2
# A word alone says less of what a text is about, so it must come back more often.
_LEAST_ALONE = 3
_WEIGHT_A_WORD = 1.0


def key_phrase(blocks: Iterable[Block], *, without: Iterable[str] = ()) -> str:
    """The noun phrase that the blocks come back to most, other than those named; among equals the first."""
    spent = {_singular(name.lower().removeprefix("the ")) for name in without if name}
    forms: dict[str, Counter[str]] = {}
    for block in blocks:
        for phrase in _phrases(block.text):
            forms.setdefault(_singular(phrase.lower()), Counter())[phrase] += 1
    best, weight = "", 0.0
    for name, spelt in forms.items():
        count, length = spelt.total(), len(name.split())
        # The second choice has to come back as often as a word alone.
        if name in spent or count < (_LEAST if length > 1 and not spent else _LEAST_ALONE):
            continue
        worth = count * (1 + _WEIGHT_A_WORD * (length - 1))
        if worth > weight:
            best, weight = spelt.most_common(1)[0][0], worth
    if not best:
        return ""
    is_plural = best != _singular(best)
    return best if is_plural else f"the {best}"


def _phrases(text: str) -> Iterator[str]:
    """Each noun phrase, and the same without its first word: "real user testing", "user testing"."""
    for match in _PHRASE.finditer(text):
        kept: list[str] = []
        for word in match.group(1).split():
            lowered = word.lower()
            if lowered in _ENDS or (kept and _is_verb(lowered)):
                break
            kept.append(word)
        if not kept or kept[-1].lower() in _EMPTY or len(kept[-1]) < 3 or _is_verb(kept[-1].lower()):
            continue
        yield " ".join(kept)
        if len(kept) > 2:
            yield " ".join(kept[1:])


def _is_verb(word: str) -> bool:
    if word in verbs.VERBS_OR_NOUNS:
        return False
    return verbs.is_base(word) or (any(
        form(word) is not None for form in (verbs.base_of_past, verbs.base_of_third) if word not in verbs.VERBS_OR_NOUNS
    ) and not word.endswith("s"))


def _singular(phrase: str) -> str:
    return phrase[:-1] if phrase.endswith("s") and not phrase.endswith(("ss", "us", "is")) else phrase
