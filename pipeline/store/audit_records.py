"""Whether the records say what the audit trail says: decisions, and the texts they are about.

The trail is whole by itself when its hashes follow each other; this finds who changed a decision or a text beside it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import Connection, select

from pipeline.domain import AuditEntry
from pipeline.ids import fingerprint
from pipeline.store.schema import DECISIONS, REVISIONS


class Records:
    """Compares entries, given in order, with the records they tell of."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._told: dict[str, set[int]] = defaultdict(set)

    def differing(self, entries: Iterable[AuditEntry]) -> tuple[int, str] | None:
        """Number of the first entry whose decision or text is another now, and why; None where all agree."""
        by_module: dict[str, list[AuditEntry]] = defaultdict(list)
        for entry in entries:
            if entry.module is not None and "decision" in entry.detail:
                by_module[entry.module].append(entry)
        wrong = []
        for module, about in by_module.items():
            numbers = [int(one.detail["decision"]) for one in about]
            rows = {
                row.number: row
                for row in self._connection.execute(
                    select(DECISIONS, REVISIONS.c.content)
                    .join_from(DECISIONS, REVISIONS)
                    .where(DECISIONS.c.module == module, DECISIONS.c.number.between(min(numbers), max(numbers)))
                )
            }
            for entry, number in zip(about, numbers, strict=True):
                self._told[module].add(number)
                row = rows.get(number)
                if row is None:
                    wrong.append((entry.number, f"decision {number} on {module} is missing"))
                elif not _agrees(entry, (row.element, row.kind, row.by, row.revision, row.content_hash, row.reason)):
                    wrong.append((entry.number, f"decision {number} on {module} is another now"))
                elif fingerprint(row.content) != row.content_hash:
                    why = f"the text of {row.element} in {module}, revision {row.revision}, is another now"
                    wrong.append((entry.number, why))
        return min(wrong, default=None)

    def untold(self) -> str | None:
        """A decision that stands after ones the trail tells of, and is not in it; None where there is none."""
        for module, numbers in sorted(self._told.items()):
            found = set(
                self._connection.execute(
                    select(DECISIONS.c.number).where(DECISIONS.c.module == module, DECISIONS.c.number > min(numbers))
                ).scalars()
            )
            if found - numbers:
                return f"decision {min(found - numbers)} on {module} is not in the trail"
        return None


def _agrees(entry: AuditEntry, row: tuple[str, str, str, int, str, str | None]) -> bool:
    told = entry.detail
    return row == (
        entry.element, entry.action, entry.by, entry.to_revision, told.get("content_hash"), told.get("reason")
    )
