"""What a person did last in a module, so that each of it can be looked at again or taken back. Pure.

In: the module's log of decisions. Out: `LastAct`s, newest first; the decision that `undo` is about.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.domain import ReviewDecision
from pipeline.errors import TransitionError
from pipeline.store.fold import in_force


@dataclass(frozen=True)
class LastAct:
    """One decision, or several that were made in one go."""

    decision: ReviewDecision
    """The last of them; its number is what `undo` takes."""
    elements: int
    """How many elements it was about."""


def last_acts(log: Sequence[ReviewDecision], *, by: str, at_most: int) -> tuple[LastAct, ...]:
    """The person's latest decisions that nobody has taken back, newest first; a group is one of them."""
    standing = in_force(log)
    together = Counter(one.group for one in standing if one.group is not None)
    acts: list[LastAct] = []
    groups: set[int] = set()
    for one in reversed(standing):
        if len(acts) == at_most:
            break
        if one.by != by or one.group in groups:
            continue
        if one.group is not None:
            groups.add(one.group)
        acts.append(LastAct(one, together[one.group] if one.group is not None else 1))
    return tuple(acts)


def to_take_back(
    log: Sequence[ReviewDecision], module_id: str, *, by: str, number: int | None
) -> ReviewDecision:
    """The person's decision of that number, or their last (None); raises TransitionError where none of that is left."""
    standing = [one for one in in_force(log) if one.by == by]
    if number is None:
        if not standing:
            raise TransitionError(
                f"undo in {module_id}", why=f"{by} has done nothing here that could be taken back",
                mend="nothing needs to be done",
            )
        return standing[-1]
    found = next((one for one in standing if one.number == number), None)
    if found is None:
        raise TransitionError(
            f"undoing decision {number} in {module_id}", why=f"{by} has made none of that number that still counts",
            mend="look at what you decided last",
        )
    return found
