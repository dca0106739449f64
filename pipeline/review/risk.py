"""What makes a statement risky to get wrong: a number, a duty or prohibition, a warning.

In: an element and the language it is in. Out: the risks by name; an element with none may do without an SME's word
where the setting `facts_required` is "risky". Numbers and duties are read by the word lists of the language; a language
without lists is judged by its digits and warning words alone.
"""

from __future__ import annotations

import re

from pipeline.domain import Element, Scenario
from pipeline.prose import plain, sentences
from pipeline.prose.numbers import quantities_of
from pipeline.prose.strength import strengths_of
from pipeline.review.element_texts import texts_of

NUMBER, DUTY, WARNING = "number", "duty", "warning"
_BINDING = frozenset({"must", "must_not"})
# ANSI Z535 and ISO 3864 signal words, in the languages that the strings are in.
_WARNING = re.compile(
    r"\b(?:warning|caution|danger|hazard(?:ous)?|never|warnung|vorsicht|achtung|gefahr|lebensgefahr|niemals)\b|⚠|تحذير|خطر|احذر",
    re.IGNORECASE,
)
# What the learner answers, or where somebody finds it, is no claim of its own.
_NO_CLAIM = frozenset({"audience", "degree", "condition", "title"})


def risks_of(element: Element, language: str) -> tuple[str, ...]:
    """Which of number, duty and warning the element holds, in that order."""
    found: set[str] = set()
    for field, text in texts_of(element.content()):
        if field in _NO_CLAIM or (isinstance(element, Scenario) and field.endswith(".situation")):
            continue
        said = plain(text)
        if quantities_of(said, language):
            found.add(NUMBER)
        if _WARNING.search(said):
            found.add(WARNING)
        if any(strengths_of(sentence, language) & _BINDING for sentence in sentences(said)):
            found.add(DUTY)
    return tuple(risk for risk in (NUMBER, DUTY, WARNING) if risk in found)
