"""The terms and abbreviations that a passage explains, for the module's glossary.

In: the material of a passage. Out: each term with its meaning in the source's words and the sentence it stands in.
"""

from __future__ import annotations

import re

from pipeline.engines.embedded.facts import Definition
from pipeline.engines.embedded.material import Material, quotes_of
from pipeline.engines.embedded.unfinished import is_open
from pipeline.engines.embedded.wording import Wording, bare, tidy, words_of
from pipeline.engines.tasks import TermDraft
from pipeline.ids import normalised

_TERM_WORDS_MAX = 6
_MEANING_WORDS = (2, 45)
# "Lockout means that a padlock holds …": the clause alone says as much.
_THAT = re.compile(r"^that\s+", re.IGNORECASE)


def terms(material: Material) -> tuple[TermDraft, ...]:
    """Every term as first explained, in the source's order."""
    found: dict[str, TermDraft] = {}
    for section in material.sections:
        for one in section.definitions:
            if _is_plain(one, material.wording):
                meaning = bare(_THAT.sub("", tidy(one.meaning)))
                draft = TermDraft(term=tidy(one.term), meaning=meaning, quotes=quotes_of([one.span]))
                found.setdefault(normalised(one.term), draft)
    return tuple(found.values())


def _is_plain(one: Definition, wording: Wording) -> bool:
    """Whether term and meaning can be read without what stands around them."""
    return (
        len(words_of(one.term)) <= _TERM_WORDS_MAX
        and _MEANING_WORDS[0] <= len(words_of(one.meaning)) <= _MEANING_WORDS[1]
        and not is_open(one.term, one.meaning)
        and not wording.points_back(_THAT.sub("", one.meaning))
    )
