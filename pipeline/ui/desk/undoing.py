"""Taking back what was done last, whatever it was: a decision, an edit, a merge, a move, an answer about facts; and
saying what was taken back and what stands now.

Nothing here draws.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pipeline.domain import DecisionKind, FactAnswer, ReviewDecision
from pipeline.errors import Sme2ModuleError
from pipeline.review.last_acts import LastAct
from pipeline.review.service import ReviewService
from pipeline.ui import state
from pipeline.ui.desk.attempt import attempted
from pipeline.ui.wording import DONE, FACT_VERDICT, STATUS, counted, shortened

_MOST = 10
_STANDS = {
    DecisionKind.SPLIT: "Both pieces are one part again.",
    DecisionKind.MERGE: "Both parts stand for themselves again, each with its own text.",
    DecisionKind.WAIVE: "The finding counts again.",
    DecisionKind.UNWAIVE: "The finding is waived again.",
}
_FORMER_TEXT = frozenset({DecisionKind.EDIT, DecisionKind.REGENERATE, DecisionKind.ACCEPT_PROPOSAL})


@dataclass(frozen=True)
class Done:
    """One thing that the reviewer did and may take back: a decision, or several in one go; or an answer."""

    act: LastAct | None
    answer: FactAnswer | None
    at: datetime
    element: str

    @property
    def what(self) -> str:
        """In words."""
        if self.answer is not None:
            return f"Answered “{FACT_VERDICT[self.answer.verdict]}”"
        assert self.act is not None
        return DONE[self.act.decision.kind]

    @property
    def others(self) -> int:
        """How many more elements it was about."""
        return self.act.elements - 1 if self.act else 0

    @property
    def key(self) -> str:
        """Unique among those of a module."""
        return f"answer-{self.answer.number}" if self.answer else str(self.act.decision.number if self.act else "")


def done_last(review: ReviewService, module: str, *, at_most: int = _MOST) -> tuple[Done, ...]:
    """What the reviewer did last in the module and nobody has taken back, newest first."""
    by = state.reviewer()
    if not by:
        return ()
    acts = [
        Done(one, None, one.decision.at, one.decision.element)
        for one in review.last_acts(module, by=by, at_most=at_most)
    ]
    answers = [Done(None, one, one.at, one.element) for one in review.answers.latest(module, by=by, at_most=at_most)]
    return tuple(sorted([*answers, *acts], key=lambda one: one.at, reverse=True)[:at_most])


def last_action(review: ReviewService, module: str) -> str | None:
    """What undo would take back, in words; None where there is nothing."""
    done = next(iter(done_last(review, module, at_most=1)), None)
    return None if done is None else f"{done.what}: “{label_of(review, module, done.element)}”"


def take_back(review: ReviewService, module: str, done: Done | None) -> str | None:
    """Takes it back, or what was done last (None); the element that it was about, None where nothing came of it."""
    done = done or next(iter(done_last(review, module, at_most=1)), None)
    if done is not None and done.answer is not None:
        return _take_answer_back(review, module, done.answer)
    number = done.act.decision.number if done is not None and done.act is not None else None
    undone = attempted(lambda by: review.undo(module, by=by, number=number))
    if undone is None:
        return None
    assert done is not None
    assert done.act is not None
    label = label_of(review, module, undone.element)
    many = f" and {counted(done.others, 'other')}" if done.others else ""
    stands = _stands(review, done.act.decision, undone)
    state.say("done", f"Taken back: {done.what.lower()} · “{label}”{many}. {stands}")
    return undone.element


def _take_answer_back(review: ReviewService, module: str, answer: FactAnswer) -> str | None:
    back = attempted(lambda by: review.answers.take_back(module, by=by, number=answer.number))
    if back is None:
        return None
    label = label_of(review, module, answer.element)
    stands = (
        "You have no answer about its facts now."
        if back.stands is None
        else f"Your answer before it counts again: {FACT_VERDICT[back.stands.verdict].lower()}."
    )
    state.say("done", f"Taken back: answered “{FACT_VERDICT[answer.verdict]}” · “{label}”. {stands}")
    return answer.element


def _stands(review: ReviewService, done: ReviewDecision, undone: ReviewDecision) -> str:
    """What is so now, in a sentence."""
    if done.kind in _STANDS:
        return _STANDS[done.kind]
    try:
        view = review.element(undone.module, undone.element)
    except Sme2ModuleError:  # it has no place any more
        return "It is as it was before."
    if done.kind is DecisionKind.MOVE:
        return f"It stands where it stood before, as number {view.position} of {view.total}."
    status = STATUS[view.element.status].lower()
    if done.kind in _FORMER_TEXT:
        return f"The text before it stands again, as revision {view.revision}; its state: {status}."
    return f"Its state is again: {status}."


def label_of(review: ReviewService, module: str, element: str) -> str:
    """What the element is called, also where it has no place any more."""
    label = review.label(module, element)
    if label is None:  # merged into another, or taken back with its split
        try:
            label = review.element(module, element).element.label
        except Sme2ModuleError:
            label = element
    return shortened(label, 48)
