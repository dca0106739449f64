"""What the audit trail says of a decision, besides who and when: what was decided on, and what it rested on."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from pipeline.domain import ReviewDecision
from pipeline.ids import fingerprint
from pipeline.store.review_schema import LOOKS
from pipeline.store.schema import REVISIONS


def account_of(connection: Connection, decision: ReviewDecision) -> dict[str, Any]:
    """The detail of the entry about a decision that has its number.

    Hashes of the text and of its evidence, who wrote it and with which prompts, seconds that the person had it on the
    screen; and reason, criterion and the rest, where there are any.
    """
    revision = connection.execute(
        select(REVISIONS).where(
            REVISIONS.c.module == decision.module, REVISIONS.c.element == decision.element,
            REVISIONS.c.number == decision.revision,
        )
    ).one()
    detail = {
        "decision": decision.number,
        "content_hash": decision.content_hash,
        "evidence_hash": fingerprint(_evidence_in(revision.content)),
        "author": revision.author_name,
        "author_kind": revision.author_kind,
        "prompts": revision.prompts,
        "reason": decision.reason,
        "criterion": decision.criterion,
        "undoes": decision.undoes,
        "frame": decision.frame,
        "group": decision.group,
        "seconds": connection.execute(
            select(LOOKS.c.seconds).where(
                LOOKS.c.module == decision.module, LOOKS.c.element == decision.element,
                LOOKS.c.revision == decision.revision, LOOKS.c.person == decision.by,
            )
        ).scalar(),
    }
    return {name: value for name, value in detail.items() if value not in (None, {})}


def _evidence_in(content: Any) -> list[Any]:
    """Every list of evidence in an element's dump, from the outside to the inside."""
    if isinstance(content, dict):
        own = content.get("evidence", [])
        return [*own, *(one for name, value in content.items() if name != "evidence" for one in _evidence_in(value))]
    if isinstance(content, list):
        return [one for value in content for one in _evidence_in(value)]
    return []
