"""What an SME's answer leaves among the comments: a thread of kind fact for whoever has to mend the text."""

from __future__ import annotations

from pipeline.domain import FactAnswer, FactVerdict
from pipeline.ids import short_id
from pipeline.library.strings import Strings
from pipeline.store.facts import Correction

CORRECTION_CHARS = 4000
"""Longer corrections belong into a document."""
_IN_WORDS = {
    FactVerdict.CORRECT: "sme_correct", FactVerdict.WRONG: "sme_wrong", FactVerdict.UNSURE: "sme_unsure",
}


def correction_of(answer: FactAnswer, *, before: FactAnswer | None, strings: Strings) -> Correction | None:
    """What is said in the thread of the person on the element, one a person; None where nothing needs saying.

    `before` is what the person said last about the element. Who takes back that it is wrong closes the thread.
    """
    thread = _thread_of(answer)
    if answer.verdict is FactVerdict.WRONG or answer.correction:
        return Correction(thread, answer.correction or strings[_IN_WORDS[answer.verdict]], keeps_open=True)
    had_said = before is not None and (before.verdict is FactVerdict.WRONG or before.correction is not None)
    return Correction(thread, strings[_IN_WORDS[answer.verdict]], keeps_open=False) if had_said else None


def taking_back(answer: FactAnswer, strings: Strings) -> Correction | None:
    """What is said in the person's thread where an answer is taken back and none before it counts: it is closed."""
    if answer.verdict is not FactVerdict.WRONG and answer.correction is None:
        return None
    return Correction(_thread_of(answer), strings["sme_taken_back"], keeps_open=False)


def _thread_of(answer: FactAnswer) -> str:
    return short_id("c", "fact", answer.module, answer.element, answer.by, length=20)
