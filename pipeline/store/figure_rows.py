"""Rows that the board counts: plain columns of modules, elements, decisions, findings, looks and requests.

In: columns of the database. Out: named tuples; what is read when is `review_figures.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from pipeline.domain import DecisionKind


class ModuleRow(NamedTuple):
    """A module, without its texts."""

    id: str
    title: str
    created: datetime
    changed: datetime
    minutes: float
    """That learners sit at it: lessons, questions and stories."""
    sources: tuple[str, ...]
    gaps: int


class ElementRow(NamedTuple):
    """An element that has a place, without its text."""

    module: str
    element: str
    kind: str
    revision: int
    content_hash: str


class DecisionRow(NamedTuple):
    """A decision, as `fold` takes it."""

    number: int
    element: str
    revision: int
    content_hash: str
    kind: DecisionKind
    by: str
    at: datetime
    reason: str | None
    criterion: str | None
    undoes: int | None


class FindingCountRow(NamedTuple):
    """How often a module does not meet a criterion, waived or not."""

    module: str
    criterion: str
    severity: str
    times: int


class FindingRow(NamedTuple):
    """A finding on an element for which somebody has waived something."""

    module: str
    target: str
    criterion: str
    severity: str


class LookRow(NamedTuple):
    """How long one person had elements of one module on the screen."""

    module: str
    person: str
    elements: int
    seconds: float


class RequestRow(NamedTuple):
    """A request to an SME that is past its day and neither answered nor revoked."""

    module: str
    to: str
    due: datetime


class ReleaseRow(NamedTuple):
    """A release, without what was frozen in it."""

    module: str
    number: int
    state: str
    at: datetime


class Edited(NamedTuple):
    """An element whose latest text is not as a run drafted it."""

    module: str
    element: str
    drafted: Mapping[str, Any]
    """Content of the last revision that a run made."""
    latest: Mapping[str, Any]
    at: datetime
    """When the latest was made."""


class ModulePart(NamedTuple):
    """What is counted of one module and changes only with its texts, its order and the decisions on it."""

    elements: tuple[ElementRow, ...]
    decisions: tuple[DecisionRow, ...]
    findings: tuple[FindingCountRow, ...]
    waivable: tuple[FindingRow, ...]
    machine_made: frozenset[tuple[str, str]]
    edited: tuple[Edited, ...]
    asked_minutes: float
    """That learners sit at its questions and stories."""
