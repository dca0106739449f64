"""Which elements the reviewer goes through: the filter chips, what comes next, who stands beside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pipeline.domain import Status
from pipeline.review.views import QueueEntry
from pipeline.ui.wording import KIND_PLURAL

Queue = Sequence[QueueEntry]


def is_open(entry: QueueEntry) -> bool:
    """Whether nobody has decided on it, or its source has changed since."""
    return entry.status in (Status.DRAFT, Status.STALE)


def matches(entry: QueueEntry, chip: str) -> bool:
    """Whether the entry is what the chip shows."""
    if chip == "open":
        return is_open(entry)
    if chip == "findings":
        return entry.findings > 0
    return chip in ("all", entry.kind)


def chips(queue: Queue) -> dict[str, str]:
    """Chip → its label with a count, in order; kinds and findings the module has none of are left out."""
    kinds = Counter(entry.kind for entry in queue)
    names = {"all": "All", "open": "Open", "findings": "With findings"}
    names.update({kind: KIND_PLURAL.get(kind, kind) for kind in kinds})
    # In one go each: a module has hundreds of elements, and this is drawn at every key press.
    counts = {
        "all": len(queue), "open": sum(map(is_open, queue)), "findings": sum(entry.findings > 0 for entry in queue),
        **kinds,
    }
    return {chip: f"{name} {counts[chip]}" for chip, name in names.items() if counts[chip] or chip in ("all", "open")}


def step(queue: Queue, chip: str, element: str, direction: int) -> str | None:
    """The nearest element that the chip shows after (1) or before (-1) this one; None at the end."""
    ids = [entry.element_id for entry in queue]
    at = ids.index(element) if element in ids else -1
    ahead = queue[at + 1 :] if direction > 0 else list(reversed(queue[: max(at, 0)]))
    return next((entry.element_id for entry in ahead if matches(entry, chip)), None)


def next_open(queue: Queue, chip: str, after: str, *, others: frozenset[str] = frozenset()) -> str | None:
    """The next open element that the chip shows, going round at the end; None where it shows no other.

    What `others` are looking at is passed over, unless nothing else is left.
    """
    ids = [entry.element_id for entry in queue]
    at = ids.index(after) if after in ids else -1
    ahead = [*queue[at + 1 :], *queue[: max(at, 0)]]
    found = [entry.element_id for entry in ahead if is_open(entry) and matches(entry, chip)]
    return next((element for element in found if element not in others), next(iter(found), None))


def neighbours(queue: Queue, element: str, *, either_side: int = 5) -> list[tuple[int, QueueEntry]]:
    """The entries around the element with their number from 1."""
    at = next((number for number, entry in enumerate(queue) if entry.element_id == element), 0)
    first = max(0, at - either_side)
    return list(enumerate(queue[first : at + either_side + 1], start=first + 1))
