"""A module at a glance: its elements in order with where they stand, cheap enough to ask for at every key press.

What cannot change without the module's count of changes is remembered; of the log of decisions, to which rows are only
ever added, what is new is read. Texts and findings are not held here.
"""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict, defaultdict
from dataclasses import dataclass, field
from functools import cached_property

from sqlalchemy import Connection, bindparam, func, select

from pipeline.domain import ReviewDecision, Severity
from pipeline.store.database import Database
from pipeline.store.fold import Folded, fold
from pipeline.store.modules import load_module
from pipeline.store.rows import decision_from
from pipeline.store.schema import DECISIONS, ELEMENTS, FINDINGS, MODULES

# A place takes about 300 bytes.
_KEPT = 64
# Databases take some thousands of values in a statement.
_PARAMETERS = 500
# Built once: these are asked at every key press, and to build them takes longer than to answer them.
_STAMP = select(
    MODULES.c.revision, select(func.max(DECISIONS.c.number)).where(DECISIONS.c.module == MODULES.c.id).scalar_subquery()
).where(MODULES.c.id == bindparam("of"))
_NEW_DECISIONS = (
    select(DECISIONS)
    .where(DECISIONS.c.module == bindparam("of"), DECISIONS.c.number > bindparam("after"))
    .order_by(DECISIONS.c.number)
)
_COUNTED = FINDINGS.c.target, FINDINGS.c.severity
_FINDINGS = select(*_COUNTED, func.count()).where(FINDINGS.c.module == bindparam("of")).group_by(*_COUNTED)


@dataclass(frozen=True)
class Place:
    """An element in its module."""

    element: str
    kind: str
    label: str
    revision: int
    content_hash: str


@dataclass(frozen=True)
class Glance:
    """A module without its texts."""

    module: str
    title: str
    revision: int
    places: tuple[Place, ...]
    """In the order a reviewer and a learner meet the elements."""
    standing: dict[str, Folded]
    """Element id → status and waivers."""
    mended: dict[str, tuple[str, ...]]
    """Element id → criteria for which the run wrote it again."""
    sources: tuple[str, ...]
    """Ids of the module's sources."""

    @cached_property
    def order(self) -> tuple[str, ...]:
        """Ids of the elements."""
        return tuple(one.element for one in self.places)


@dataclass(frozen=True)
class OpenFindings:
    """How many findings an element has whose criterion is not waived."""

    errors: int = 0
    all: int = 0


@dataclass
class _Known:
    """What is remembered of a module."""

    title: str
    revision: int
    places: tuple[Place, ...]
    mended: dict[str, tuple[str, ...]]
    sources: tuple[str, ...]
    read_up_to: int = 0
    log: dict[str, list[ReviewDecision]] = field(default_factory=lambda: defaultdict(list))
    standing: dict[str, Folded] = field(default_factory=dict)


class Glances:
    """The modules of a workspace at a glance. Safe to share between threads."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: OrderedDict[str, _Known] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, module_id: str) -> Glance:
        """The module at this moment; raises UsageError where there is none."""
        with self._database.read() as connection, self._lock:
            known = self._current(connection, module_id)
            return Glance(
                module=module_id, title=known.title, revision=known.revision, places=known.places,
                standing=dict(known.standing), mended=known.mended, sources=known.sources,
            )

    def decisions(self, module_id: str) -> tuple[ReviewDecision, ...]:
        """The module's log, oldest first; raises UsageError where there is no such module."""
        with self._database.read() as connection, self._lock:
            known = self._current(connection, module_id)
            return tuple(sorted((one for log in known.log.values() for one in log), key=_number))

    def findings(self, glance: Glance) -> dict[str, OpenFindings]:
        """Element id → its open findings, of the elements that have any."""
        waived = {
            name: {one.criterion for one in folded.waivers}
            for name, folded in glance.standing.items()
            if folded.waivers
        }
        with_waivers = list(waived)
        errors: Counter[str] = Counter()
        found: Counter[str] = Counter()
        with self._database.read() as connection:
            for target, severity, count in connection.execute(_FINDINGS, {"of": glance.module}).all():
                found[target] += count
                errors[target] += count if severity == Severity.ERROR.value else 0
            # A module has thousands of findings and a handful of waivers.
            for start in range(0, len(with_waivers), _PARAMETERS):
                named = select(*_COUNTED, FINDINGS.c.criterion).where(
                    FINDINGS.c.module == glance.module, FINDINGS.c.target.in_(with_waivers[start : start + _PARAMETERS])
                )
                for target, severity, criterion in connection.execute(named):
                    if criterion in waived[target]:
                        found[target] -= 1
                        errors[target] -= severity == Severity.ERROR.value
        return {
            name: OpenFindings(errors[name], count)
            for name, count in found.items()
            if count and name in glance.standing
        }

    def _current(self, connection: Connection, module_id: str) -> _Known:
        stamp = connection.execute(_STAMP, {"of": module_id}).first()
        revision, last = stamp if stamp is not None else (None, None)
        known = self._known.get(module_id)
        if known is None or known.revision != revision:
            known = _read(connection, module_id)
            self._known[module_id] = known
        self._known.move_to_end(module_id)
        while len(self._known) > _KEPT:
            self._known.popitem(last=False)
        if not known.standing or (last or 0) > known.read_up_to:
            _catch_up(connection, module_id, known)
        return known


def _number(decision: ReviewDecision) -> int:
    return decision.number or 0


def _read(connection: Connection, module_id: str) -> _Known:
    module = load_module(connection, module_id)
    latest = {
        row.element: row
        for row in connection.execute(
            select(ELEMENTS.c.element, ELEMENTS.c.latest, ELEMENTS.c.content_hash).where(
                ELEMENTS.c.module == module_id, ELEMENTS.c.is_placed
            )
        )
    }
    places = tuple(
        Place(
            element=one.id, kind=one.kind_name, label=one.label, revision=latest[one.id].latest,
            content_hash=latest[one.id].content_hash,
        )
        for one in module.elements()
    )
    return _Known(
        title=module.title, revision=module.revision, places=places, mended=dict(module.engine.revised),
        sources=tuple(source.id for source in module.sources),
    )


def _catch_up(connection: Connection, module_id: str, known: _Known) -> None:
    rows = connection.execute(_NEW_DECISIONS, {"of": module_id, "after": known.read_up_to}).all()
    for row in rows:
        known.log[row.element].append(decision_from(row))
        known.read_up_to = row.number
    touched = {row.element for row in rows}
    for place in known.places:
        if place.element in touched or place.element not in known.standing:
            known.standing[place.element] = fold(
                known.log[place.element], revision=place.revision, content_hash=place.content_hash
            )
