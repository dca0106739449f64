"""What the decisions on modules add up to, kept for the modules in which nothing has changed. Pure.

In: `store.review_figures.ReviewFigures`, and what an earlier look made of them. Out: statuses, waived findings,
decisions in force, and how much of each draft was changed.
"""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache

from pipeline.domain import Status
from pipeline.review.element_texts import words_of
from pipeline.store.figure_rows import DecisionRow, Edited, FindingRow, ModulePart
from pipeline.store.fold import Folded, fold, in_force
from pipeline.store.review_figures import ReviewFigures


class AddedUp:
    """The figures with what the decisions on them add up to, each worked out once."""

    def __init__(self, figures: ReviewFigures, former: AddedUp | None = None) -> None:
        """`former`: of an earlier look; what it made of modules that are as they were then holds."""
        self.figures = figures
        before = former._modules if former is not None else {}
        self._modules: dict[str, _AddedModule] = {}
        for name, part in figures.parts.items():
            known = before.get(name)
            self._modules[name] = known if known is not None and known.part is part else _AddedModule(part)

    @cached_property
    def statuses(self) -> Mapping[tuple[str, str], Status]:
        """(module, element) → its status, of every element."""
        found: dict[tuple[str, str], Status] = {}
        for one in self._modules.values():
            found.update(one.statuses)
        return found

    @property
    def waived_findings(self) -> tuple[FindingRow, ...]:
        """The findings whose criterion is waived for their element."""
        return tuple(finding for one in self._modules.values() for finding in one.waived_findings)

    @property
    def in_force(self) -> Mapping[str, Sequence[DecisionRow]]:
        """Module → the decisions that nobody took back."""
        return {name: one.in_force for name, one in self._modules.items() if one.part.decisions}

    def ratio(self, edited: Edited) -> float:
        """`edit_ratio` of one of the figures' edited elements."""
        return self._modules[edited.module].ratio(edited)


class _AddedModule:
    """What the decisions on one module add up to."""

    def __init__(self, part: ModulePart) -> None:
        self.part = part
        self._ratios: dict[str, float] = {}

    @cached_property
    def folded(self) -> Mapping[str, Folded]:
        """Element → where it stands, of those with a decision."""
        log: dict[str, list[DecisionRow]] = defaultdict(list)
        for decision in self.part.decisions:
            log[decision.element].append(decision)
        return {
            one.element: fold(log[one.element], revision=one.revision, content_hash=one.content_hash)
            for one in self.part.elements
            if one.element in log
        }

    @cached_property
    def statuses(self) -> Mapping[tuple[str, str], Status]:
        """(module, element) → its status."""
        return {
            (one.module, one.element): self.folded[one.element].status if one.element in self.folded else Status.DRAFT
            for one in self.part.elements
        }

    @cached_property
    def waived_findings(self) -> tuple[FindingRow, ...]:
        waived = {(name, waiver.criterion) for name, folded in self.folded.items() for waiver in folded.waivers}
        return tuple(one for one in self.part.waivable if (one.target, one.criterion) in waived)

    @cached_property
    def in_force(self) -> Sequence[DecisionRow]:
        return in_force(self.part.decisions)

    def ratio(self, edited: Edited) -> float:
        """Worked out once for each element."""
        if edited.element not in self._ratios:
            self._ratios[edited.element] = edit_ratio(edited)
        return self._ratios[edited.element]


def edit_ratio(edited: Edited) -> float:
    """Words changed, added or dropped of the draft's words, at most 1: a text written anew counts once."""
    drafted, latest = words_of(edited.drafted), words_of(edited.latest)
    if not drafted:
        return 1.0 if latest else 0.0
    return min(1.0, words_changed(tuple(drafted), tuple(latest)) / len(drafted))


@lru_cache(maxsize=8_192)
def words_changed(before: tuple[str, ...], after: tuple[str, ...]) -> int:
    """How many words were changed, added or dropped; a word put in the place of another counts once."""
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    end = 0
    while end < min(len(before), len(after)) - start and before[-1 - end] == after[-1 - end]:
        end += 1
    one, other = before[start : len(before) - end], after[start : len(after) - end]
    if not one or not other:
        return len(one) + len(other)
    matched = difflib.SequenceMatcher(None, one, other, autojunk=False)
    return sum(max(i2 - i1, j2 - j1) for tag, i1, i2, j1, j2 in matched.get_opcodes() if tag != "equal")
