"""What a stretch of text turns to: the first thing it comes back to that the headings above have not named.

In: the texts of the stretch, what has been named, and the texts before it. Out: a term in the text's own words, or ""
where nothing in it would tell the stretch from its neighbours.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from pipeline.prose import stem_of, words
from pipeline.prose.key_terms import key_terms

_TERMS_MAX = 12
_TERM_WORDS = (2, 4)
_LAST_LETTERS_MIN = 3
_LETTERS = re.compile(r"^[^\W\d_]+(?:[ -][^\W\d_]+)*$")
# Letters of a symbol font come out as the odd Greek or IPA letter in front of a word.
_LONE_LETTER = re.compile(r"\b[^\W\d_]\b")
# "Multiple channels" or "additional checks" name nothing by themselves.
_LOOSE = frozenset(
    "additional all another both certain common different each every few following further general good important "
    "individual least many more most multiple new next other own possible regular same several similar single some "
    "specific such third various".split()
)
_JOINING = frozenset("a an and at by for from in of on or the to with".split())


def sub_topic(
    texts: Sequence[str],
    named: Sequence[str],
    *,
    language: str,
    before: Sequence[str] = (),
    least: int = 2,
    is_no_opening: Callable[[str], bool] = lambda word: False,
) -> str:
    """The first term of the texts that says more than `named` does, with an upper-case start; "" where there is none.

    Args:
        texts: Paragraphs, in order.
        named: Titles that the term would stand under.
        language: BCP 47 tag.
        before: Texts that the learner has read; a term that is new counts before one that stands there too.
        least: How often the texts say it at least.
        is_no_opening: Whether no term may begin with that lower-case word, such as a verb that tells what to do.

    """
    said, earlier = " ".join(texts).casefold(), " ".join(before).casefold()
    known = {stem_of(word) for title in named for word in words(title)}
    fitting: list[tuple[bool, int, str]] = []
    for term in key_terms(texts, language=language, limit=_TERMS_MAX):
        found = words(term.text)
        if not _TERM_WORDS[0] <= len(found) <= _TERM_WORDS[1] or not _LETTERS.match(term.text):
            continue
        is_loose = found[0] in _LOOSE or found[0].endswith("ly")
        if is_loose or is_no_opening(found[0]) or len(found[-1]) < _LAST_LETTERS_MIN:
            continue
        if _LONE_LETTER.search(term.text) or {stem_of(word) for word in found} - _JOINING <= known:
            continue
        shown = term.text.casefold()
        if len(re.findall(rf"\b{re.escape(shown)}", said)) >= least:
            fitting.append((shown in earlier, said.find(shown), term.text))
    return min(fitting)[2][:1].upper() + min(fitting)[2][1:] if fitting else ""
