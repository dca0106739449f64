"""Many approvals in one go: only of what carries no finding and was looked at, and taken back as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from pipeline.domain import Channel, DecisionKind, Document, ReviewDecision
from pipeline.errors import ReviewError
from pipeline.review.acting import Acting
from pipeline.review.evidence_context import lost_quotes
from pipeline.review.guards import may_be_approved_unread
from pipeline.review.permissions import Verb
from pipeline.review.transitions import ALLOWED
from pipeline.store.glances import OpenFindings

LOOK_S = 0.6
"""What was on the screen for less was not looked at: a held key or a double press."""
MOST = 50


@dataclass(frozen=True)
class Seen:
    """An element as the person saw it."""

    element_id: str
    revision: int
    content_hash: str


@dataclass(frozen=True)
class Ready:
    """An element that waits for a decision, and whether it may be approved with others."""

    element_id: str
    label: str
    kind: str
    revision: int
    content_hash: str
    seconds: float
    """That this person had this revision on the screen."""
    refused: str | None
    """Why it may not; None where it may."""


@dataclass(frozen=True)
class Many:
    """What became of many approvals."""

    approved: tuple[ReviewDecision, ...]
    refused: tuple[tuple[str, str], ...]
    """Element id and why not."""


class ManyAtOnce:
    """Approves many elements."""

    def __init__(self, acting: Acting) -> None:
        self._acting = acting
        self._store = acting.store

    def ready(self, module_id: str, *, by: str) -> tuple[Ready, ...]:
        """The elements that nobody has decided on, in order, each with why it may not be approved with others."""
        glance = self._store.glances.of(module_id)
        found = self._store.glances.findings(glance)
        seconds = self._store.looks.seconds(module_id, by.strip())
        return tuple(
            Ready(
                element_id=place.element, label=place.label, kind=place.kind, revision=place.revision,
                content_hash=place.content_hash, seconds=seconds.get((place.element, place.revision), 0.0),
                refused=_refusal(
                    found.get(place.element), seconds.get((place.element, place.revision), 0.0)
                ),
            )
            for place in glance.places
            if DecisionKind.APPROVE in ALLOWED[glance.standing[place.element].status]
        )

    def approve(
        self, module_id: str, seen: Sequence[Seen], *, by: str, channel: Channel = Channel.APP
    ) -> Many:
        """Approves those that may be, in one transaction; the others are told with the reason.

        Raises ReviewError where they are more than 50.
        """
        doing = f"approving {len(seen)} elements"
        act = self._acting.act(by, Verb.APPROVE_MANY, doing, channel=channel)
        wanted = list({one.element_id: one for one in seen}.values())
        if len(wanted) > MOST:
            raise ReviewError(doing, why=f"{MOST} at once are the most", mend="choose fewer")
        seconds = self._store.looks.seconds(module_id, act.by)
        documents = self._documents(module_id)
        at = self._acting.clock()
        refused: list[tuple[str, str]] = []
        decisions = []
        for one in wanted:
            why = _refusal(None, seconds.get((one.element_id, one.revision), 0.0)) or self._lost(
                module_id, one.element_id, documents
            )
            if why is not None:
                refused.append((one.element_id, why))
                continue
            decisions.append(
                ReviewDecision(
                    module=module_id, element=one.element_id, revision=one.revision,
                    content_hash=one.content_hash, kind=DecisionKind.APPROVE, by=act.by, at=at,
                )
            )
        group = self._store.decisions.record_group(
            decisions,
            guard=partial(may_be_approved_unread, two_person=self._acting.two_person),
            act=act,
            whole=False,
        )
        return Many(group.made, (*refused, *((name, error.why) for name, error in group.refused)))

    def _documents(self, module_id: str) -> dict[str, Document]:
        sources = self._store.glances.of(module_id).sources
        return {source: self._store.sources.document(source) for source in sources}

    def _lost(self, module_id: str, element_id: str, documents: dict[str, Document]) -> str | None:
        element = self._store.modules.element_state(module_id, element_id).element
        lost = lost_quotes(element, documents)
        return f"its evidence “{lost[0].quote[:60]}” is not in the source where it says" if lost else None


def _refusal(found: OpenFindings | None, seconds: float) -> str | None:
    if found is not None and found.all:
        return "it has open findings"
    return "you have not looked at it as it stands" if seconds < LOOK_S else None
