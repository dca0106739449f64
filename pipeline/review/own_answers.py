"""A person's own answers about facts, given on the review screen: which they are, and taking one back.

In: a module and who asks. Out: answers, newest first. Taking one back is a row of its own in the log; what the person
said before it counts again, and so does the thread that the answer opened or closed.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.domain import FactAnswer, FactVerdict
from pipeline.errors import TransitionError
from pipeline.library.strings import strings_for
from pipeline.review.acting import Acting
from pipeline.review.corrections import correction_of, taking_back
from pipeline.review.permissions import Verb
from pipeline.store.fact_fold import counting


@dataclass(frozen=True)
class TakenBack:
    """An answer that its giver took back."""

    answer: FactAnswer
    stands: FactAnswer | None
    """What the same person said before about the same facts, which counts again."""


class OwnAnswers:
    """What one person said, and may take back. Safe to share between threads."""

    def __init__(self, acting: Acting) -> None:
        self._acting = acting
        self._store = acting.store

    def latest(self, module_id: str, *, by: str, at_most: int = 10) -> tuple[FactAnswer, ...]:
        """The person's answers that still stand, newest first."""
        return self._store.facts.given_by(module_id, by.strip(), at_most=at_most) if by.strip() else ()

    def take_back(self, module_id: str, *, by: str, number: int | None = None) -> TakenBack:
        """Takes back the person's latest answer, or that of the given number.

        Raises TransitionError where none of that is left.
        """
        doing = f"taking an answer back in {module_id}"
        act = self._acting.act(by, Verb.ANSWER, doing)
        mine = self._store.facts.given_by(module_id, act.by, at_most=1 if number is None else 10_000)
        target = next((one for one in mine if number in (None, one.number)), None)
        if target is None:
            raise TransitionError(
                doing, why=f"{act.by} has given none of that number that still counts" if number is not None
                else f"{act.by} has answered nothing here that could be taken back",
                mend="look at what was said about the element",
            )
        rows = self._store.facts.said(module_id, target.element).answers.get(target.element, ())
        row = target.changed(
            number=None, verdict=FactVerdict.DISMISSED, correction=None, at=self._acting.clock(), channel=act.channel,
            about=target.number, declared_by=act.by, reason=None, request=None,
        )
        stands = next((one for one in counting((*rows, row), target.fact_hash) if one.by == act.by), None)
        say = strings_for(self._store.modules.summary(module_id).language)
        # What is said again is said now: the thread tells it in the order in which it happened.
        note = taking_back(target, say) if stands is None else correction_of(stands, before=target, strings=say)
        self._store.facts.record([row], act=act, corrections=[note], action="take_answer_back")
        return TakenBack(target, stands)
