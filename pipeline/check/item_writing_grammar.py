"""What grammar gives away: an option that does not go on from the stem, or is built unlike the rest.

After Haladyna & Downing (1989) rule 34 and Tarrant et al. (2006): options agree with the stem and are parallel in form.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from pipeline.check.fault import Fault
from pipeline.check.item_writing_options import stands_for_others
from pipeline.check.question import BLANK, Question
from pipeline.check.verbs import bare, levels_of
from pipeline.prose.wordlists import WordLists

_VOWEL_SOUND = re.compile(r"^(?:[aeio]|u(?!ni|se|su|ti|to|be)|hour|honest|heir)", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!]$")
_MODALS = frozenset({"should", "must", "can", "could", "will", "would", "may", "might", "to"})


def grammatical_cues(question: Question, lists: WordLists) -> Iterator[Fault]:
    """Every option finishes the stem grammatically and is built as the others are, so that grammar rules none out."""
    if question.key is None or not question.is_choice or len(question.options) < 2:
        return
    fault = _breaks_stem(question, lists) or _odd_form(question, lists) or _odd_dress(question)
    if fault:
        yield fault


def _breaks_stem(question: Question, lists: WordLists) -> Fault | None:
    text = BLANK.sub("", question.stem).rstrip(" \n\t:.,?")
    ends_blank = question.has_blank and BLANK.sub("", question.stem[-12:]) != question.stem[-12:]
    is_completion = ends_blank or (
        not question.is_asked
        and (question.stem.rstrip().endswith((":", "…", "...")) or not question.stem.rstrip().endswith((".", "!")))
    )
    if not is_completion or not text or question.key is None:
        return None
    last = text.split()[-1].casefold()
    if last in ("a", "an"):
        return _breaks_article(question, last)
    if last in ("are", "were"):
        plural = [_is_plural(words) for words in question.option_words]
        if plural[question.key] and sum(plural) == 1 and len(plural) >= 3:
            return Fault(f'The stem ends in "{last}", and only option {question.key + 1} is a plural.')
    if last in _MODALS:
        fits = [_opens_as_base(words, lists) for words in question.option_words]
        if fits[question.key] and False in fits:
            misfit = fits.index(False)
            return Fault(
                f'After "{last}" a verb is needed, which rules out option {misfit + 1} ("{question.options[misfit]}").'
            )
    return None


def _breaks_article(question: Question, last: str) -> Fault | None:
    fits = [bool(_VOWEL_SOUND.match(option.strip())) is (last == "an") for option in question.options]
    if question.key is not None and fits[question.key] and not all(fits):
        misfit = fits.index(False)
        return Fault(
            f'The stem ends in "{last}", which rules out option {misfit + 1} ("{question.options[misfit]}").'
        )
    return None


def _is_plural(words: tuple[str, ...]) -> bool:
    return bool(words) and (
        "and" in words or (words[-1].endswith("s") and not words[-1].endswith(("ss", "us", "is")))
    )


def _opens_as_base(words: tuple[str, ...], lists: WordLists) -> bool | None:
    """Whether the option opens with a bare verb; None where its first word is not known."""
    form = _form_of(words, lists)
    if form is None and words and levels_of(words[0], lists):
        return bare(words[0], lists) == words[0]
    return {"base": True, "gerund": False, "finite": False, "noun": False, "infinitive": False}.get(form or "")


def _odd_form(question: Question, lists: WordLists) -> Fault | None:
    """One option opens in another form than all the rest: "Defining …" among "Choose …, Print …"."""
    places = [place for place, option in enumerate(question.options) if not stands_for_others(option)]
    if len(places) < 3:
        return None
    forms = [_form_of(question.option_words[place], lists) for place in places]
    counts = Counter(forms)
    if None in counts or len(counts) != 2 or min(counts.values()) != 1:
        return None
    odd = places[forms.index(min(counts, key=lambda form: counts[form]))]
    return Fault(f'Option {odd + 1} is built unlike the others ("{question.options[odd]}").')


def _form_of(words: tuple[str, ...], lists: WordLists) -> str | None:
    """How a phrase opens: gerund, infinitive, base, finite or noun; None where its first word does not show it."""
    if len(words) < 2:
        return None
    first = words[0]
    if first == "to":
        return "infinitive"
    if first in lists.set("noun_starts"):
        return "noun"
    if first.endswith("ing") and len(words) >= 3 and first not in lists.set("ing_nouns"):
        return "gerund"
    if first in lists.set("predicate_starts"):
        return "finite"
    if {first, bare(first, lists)} & lists.set("bloom_nouns") or not levels_of(first, lists):
        return None
    return "base" if bare(first, lists) == first else "finite"


def _odd_dress(question: Question) -> Fault | None:
    """The key alone ends in a full stop or lacks one, or begins with a small letter or a capital."""
    if len(question.options) < 3 or question.key is None:
        return None
    texts = [option.strip() for option in question.options]
    stops = [bool(_SENTENCE_END.search(text)) for text in texts]
    small = [text[:1].islower() for text in texts]
    letters = all(text[:1].isalpha() for text in texts)
    for marks, said in ((stops, "full stop"), (small if letters else [], "first letter")):
        if marks and marks.count(marks[question.key]) == 1:
            return Fault(f"Option {question.key + 1}, the key, is alone in how it is written ({said}).")
    return None


FLAWS = {"grammatical_cues": (grammatical_cues, ("articles",))}
