"""What every element of a module has: an id, evidence, a status, and waivers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from enum import StrEnum

from pipeline.domain.base import Noun
from pipeline.domain.evidence import Evidence


class Status(StrEnum):
    """Where an element stands with its designer; transitions are in `review/transitions.py`."""

    DRAFT = "draft"
    APPROVED = "approved"
    CHANGES_REQUESTED = "changes_requested"
    REJECTED = "rejected"
    STALE = "stale"


class FactStatus(StrEnum):
    """What the SME said about the element's facts."""

    NOT_ASKED = "not_asked"
    ASKED = "asked"
    CONFIRMED = "confirmed"
    WRONG = "wrong"
    UNSURE = "unsure"


class BloomLevel(StrEnum):
    """Cognitive process of Anderson & Krathwohl 2001."""

    REMEMBER = "remember"
    UNDERSTAND = "understand"
    APPLY = "apply"
    ANALYSE = "analyse"
    EVALUATE = "evaluate"
    CREATE = "create"

    @property
    def rank(self) -> int:
        """0 for remember to 5 for create."""
        return _RANKS[self]


_RANKS = {level: rank for rank, level in enumerate(BloomLevel)}


class Waiver(Noun):
    """A criterion that a designer or lead lets an element break, and why."""

    criterion: str
    by: str
    reason: str


class Element(Noun, ABC):
    """Whatever has its own id and status and is reviewed on its own."""

    id: str
    evidence: tuple[Evidence, ...] = ()
    status: Status = Status.DRAFT
    fact_status: FactStatus = FactStatus.NOT_ASKED
    waivers: tuple[Waiver, ...] = ()

    @property
    @abstractmethod
    def kind_name(self) -> str:
        """The element's kind as stored and shown: objective, part, item, scenario or resource."""

    @property
    @abstractmethod
    def label(self) -> str:
        """A few words that tell a person which element this is."""

    @property
    def all_evidence(self) -> tuple[Evidence, ...]:
        """The element's evidence and that of its inner pieces, each once, in order."""
        return self.evidence

    def waived(self, criterion: str) -> bool:
        """Whether the criterion was waived for this element."""
        return any(waiver.criterion == criterion for waiver in self.waivers)

    def content(self) -> dict[str, object]:
        """The element without what people decided about it: what a revision's hash is made of."""
        return self.model_dump(mode="json", exclude={"status", "fact_status", "waivers"})
