"""Where a text without headings changes its topic, told from its words alone.

A topic uses its own words again and again. The text is cut where that is likeliest: each part's words are one draw from
an unknown distribution (Dirichlet compound multinomial, as in Eisenstein and Barzilay 2008), a cut has a price, and
dynamic programming finds the cheapest way to cut. No model and no list of words but the text's own.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

# Words of three letters and more; Chinese, Japanese and Korean, which do not part words with spaces, by pairs of signs.
_WORD = re.compile(r"[^\W\d_]{3,}")
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{2,}")
# English endings; a language with others is told apart by its whole words.
_ENDING = re.compile("(?<=.{4})(?:ingly|edly|ations?|ities|ments?|ness|ings?|ies|ers?|ed|es|ly|s)$")
# A word in more than this share of the units tells no topics apart; one in half of them may be one half's topic.
_COMMON_SHARE = 0.6
# How evenly a topic is expected to use all words, and what a cut costs in logarithms of the text's length; chosen on
# textbook modules (`make bench ARGS=chunks`).
_SMOOTHING = 0.5
_CUT_PRICE = 6.0
# Topics are sought up to this length; it bounds the work.
_MOST_CHARS = 12_000
_LONG_CHARS = 8_000
# Units shorter than this say too little of what they are about.
_BIN_CHARS = 200


def topic_starts(texts: Sequence[str]) -> tuple[int, ...]:
    """Indices of the texts, above 0 and in order, at which a new topic begins.

    Args:
        texts: A text's paragraphs, or other units that are never cut, in order.

    """
    bins = _bins(texts)
    texts = ["\n".join(texts[first:last]) for first, last in pairwise((*bins, len(texts)))]
    starts = [0, *_cuts(texts), len(texts)]
    if len(starts) == 2:
        return ()
    # Beside the words of a long text, those of one part tell less: a long part is looked at again by itself.
    for first, last in pairwise(tuple(starts)):
        if sum(map(len, texts[first:last])) > _LONG_CHARS:
            starts += (first + cut for cut in _cuts(texts[first:last]))
    return tuple(bins[start] for start in sorted(starts)[1:-1])


def _bins(texts: Sequence[str]) -> list[int]:
    """Where runs of texts begin that are long enough to tell their topic: a short answer belongs to its question."""
    starts = []
    chars = _BIN_CHARS
    for index, text in enumerate(texts):
        if chars >= _BIN_CHARS:
            starts.append(index)
            chars = 0
        chars += len(text)
    return starts


def _cuts(texts: Sequence[str]) -> tuple[int, ...]:
    units, sizes, kinds = _counted(texts)
    total = sum(sizes)
    if len(texts) < 2 or not total:
        return ()
    price = _CUT_PRICE * math.log(total)
    most = max(max((count for unit in units for _, count in unit), default=0), 1)
    gain = _Growing(_SMOOTHING)
    gain.reach(most)
    least = [0.0] + [math.inf] * len(texts)
    starts = [0] * (len(texts) + 1)
    for first in range(len(texts)):
        seen: dict[int, int] = {}
        words = chars = 0
        likelihood = 0.0
        for last in range(first, len(texts)):
            chars += len(texts[last])
            if chars > _MOST_CHARS and last > first:
                break
            for word, count in units[last]:
                before = seen.get(word, 0)
                after = seen[word] = before + count
                if after >= len(gain.values):
                    gain.reach(after)
                likelihood += gain.values[after] - gain.values[before]
            words += sizes[last]
            cost = least[first] + price - likelihood
            cost += math.lgamma(kinds * _SMOOTHING + words) - math.lgamma(kinds * _SMOOTHING)
            if cost < least[last + 1]:
                least[last + 1], starts[last + 1] = cost, first
    found = []
    at = len(texts)
    while at := starts[at]:
        found.append(at)
    return tuple(reversed(found))


class _Growing:
    """lgamma(n + smoothing) for n = 0, 1, 2…, worked out once."""

    def __init__(self, smoothing: float) -> None:
        self._smoothing = smoothing
        self.values: list[float] = []

    def reach(self, most: int) -> None:
        while len(self.values) <= most:
            self.values.append(math.lgamma(len(self.values) + self._smoothing))


def _counted(texts: Sequence[str]) -> tuple[list[list[tuple[int, int]]], list[int], int]:
    """The words of each unit that other units share, as (number, count); how many words each has; how many kinds."""
    bags = [Counter(_words(text)) for text in texts]
    spread = Counter(word for bag in bags for word in bag)
    common = max(3.0, _COMMON_SHARE * len(bags))
    kept = {word for word, units in spread.items() if units <= common}
    # A word of one unit alone weighs the same wherever the cuts are; it counts for length only.
    shared = {word: number for number, word in enumerate(sorted(word for word in kept if spread[word] > 1))}
    units = [[(shared[word], count) for word, count in bag.items() if word in shared] for bag in bags]
    sizes = [sum(count for word, count in bag.items() if word in kept) for bag in bags]
    return units, sizes, len(kept)


def _words(text: str) -> list[str]:
    words = [_stem(word) for word in _WORD.findall(text.lower())]
    for run in _UNSPACED.findall(text):
        words += [run[at : at + 2] for at in range(len(run) - 1)]
    return words


@lru_cache(maxsize=32_768)
def _stem(word: str) -> str:
    return _ENDING.sub("", word)
