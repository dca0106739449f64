"""The board for leads: where all modules stand, and how drafts fare with people.

In: who looks. Out: `BoardView`, with as much of it as the person's role may see: a viewer counts, a designer and an SME
also their own figures, a lead everything; figures on people only of five or more together.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from pipeline.errors import NotAllowedError
from pipeline.review.acting import Acting
from pipeline.review.added_up import AddedUp
from pipeline.review.coverage import SourceStrip, strips_of
from pipeline.review.metrics import (
    FindingCount,
    Measures,
    ModuleStanding,
    ModuleState,
    Own,
    People,
    finding_counts,
    measures,
    own,
    people,
    standings,
)
from pipeline.review.permissions import Verb
from pipeline.store.figure_rows import RequestRow
from pipeline.store.review_figures import MOST_EDITED, KeptFigures, review_figures

COLUMNS = (
    "id", "title", "sources", "state", "days_in_state", "age_days", "elements", "approved", "rejected",
    "changes_requested", "open", "error_findings", "findings", "gaps", "minutes", "active_minutes", "overdue_requests",
    "release", "release_state",
)
"""Of the CSV, in this order."""
_AGES = ((7, "up to a week"), (30, "up to a month"), (None, "older"))


@dataclass(frozen=True)
class BoardView:
    """The board as one person may see it."""

    at: datetime
    modules: tuple[ModuleStanding, ...]
    findings: tuple[FindingCount, ...]
    measures: Measures | None
    """None for who may not see how people work."""
    people: People | None
    """None for who may not see it, or where there are fewer than five."""
    own: Own | None
    overdue: tuple[RequestRow, ...]
    hours_per_finished_hour: float

    @property
    def ages(self) -> Mapping[tuple[ModuleState, str], int]:
        """(state, age in words) → how many modules, ages from young to old."""
        counted: Counter[tuple[ModuleState, str]] = Counter()
        for module in self.modules:
            words = next(name for days, name in _AGES if days is None or module.age_days <= days)
            counted[module.state, words] += 1
        order = [name for _, name in _AGES]
        states = list(ModuleState)
        return dict(sorted(counted.items(), key=lambda one: (states.index(one[0][0]), order.index(one[0][1]))))

    @property
    def formula(self) -> str:
        """How the hours saved were estimated, with the numbers in it."""
        told = self.measures
        if told is None:
            return ""
        spent = told.hours_by_hand - told.hours_saved
        return (
            f"{told.finished_hours:.1f} finished hours × {self.hours_per_finished_hour:g} hours by hand for each "
            f"− {spent:.1f} hours of review = {told.hours_saved:.0f} hours"
        )

    def dump(self) -> dict[str, Any]:
        """The board as JSON."""
        return {
            "at": self.at.isoformat(),
            "modules": [_row(module) for module in self.modules],
            "findings": [{**asdict(one), "severity": one.severity.value} for one in self.findings],
            "measures": asdict(self.measures) if self.measures else None,
            "people": asdict(self.people) if self.people else None,
            "own": asdict(self.own) if self.own else None,
            "overdue": [{**one._asdict(), "due": one.due.isoformat()} for one in self.overdue],
            "hours_per_finished_hour": self.hours_per_finished_hour,
        }

    def csv(self) -> str:
        """A row a module, with a head; what a spreadsheet would take for a formula is kept from being one."""
        written = io.StringIO()
        rows = csv.writer(written, lineterminator="\r\n")
        rows.writerow(COLUMNS)
        for module in self.modules:
            told = {**_row(module), "sources": "; ".join(module.sources)}
            rows.writerow([no_formula(told[name]) for name in COLUMNS])
        return written.getvalue()


def no_formula(value: Any) -> Any:
    """Text that a spreadsheet reads as text (OWASP, "CSV Injection"); numbers as they are."""
    is_formula = isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r"))
    return f"'{value}" if is_formula else value


def _row(module: ModuleStanding) -> dict[str, Any]:
    return {**asdict(module), "sources": list(module.sources), "state": module.state.value}


class Board:
    """The board over one store."""

    def __init__(self, acting: Acting, *, hours_per_finished_hour: float) -> None:
        self._acting, self._store = acting, acting.store
        self._hours = hours_per_finished_hour
        self._kept = KeptFigures()
        self._added: AddedUp | None = None

    def view(self, *, by: str) -> BoardView:
        """The board for that person; raises NotAllowedError for somebody whom nobody knows here."""
        role = self._acting.role(by)
        if role is None:
            raise NotAllowedError(
                "the board", why=f"{by} is not a member of this workspace", mend="ask a lead to add you"
            )
        at = self._acting.clock()
        added = AddedUp(review_figures(self._store.database, self._kept), self._added)
        self._added = added
        rows = standings(added, at)
        sees_all = self._acting.may(by, Verb.SEE_PEOPLE)
        told = measures(added, rows, hours_per_finished_hour=self._hours, most_edited=MOST_EDITED)
        return BoardView(
            at=at,
            modules=rows,
            findings=finding_counts(added),
            measures=told if sees_all else None,
            people=people(added) if sees_all else None,
            own=own(added, by) if self._acting.may(by, Verb.COMMENT) else None,
            overdue=added.figures.overdue if self._acting.may(by, Verb.ASK) else (),
            hours_per_finished_hour=self._hours,
        )

    def coverage(self, module_id: str) -> tuple[SourceStrip, ...]:
        """What of each of the module's sources is taught, page by page."""
        module = self._store.modules.load(module_id)
        documents = {one.id: self._store.sources.document(one.id) for one in module.sources}
        return strips_of(module, documents, plan=self._store.plans.latest(module_id))
