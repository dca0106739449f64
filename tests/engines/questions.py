"""Questions for the tests of engines: small inputs, and replies that fit them."""

from __future__ import annotations

from typing import Any

from pipeline.domain import Document
from pipeline.engines.base import Completion, Message, Request
from pipeline.engines.strict_schema import strict_schema
from pipeline.engines.tasks import BRIEF, BriefInputs, BriefReply, Quote, ReasonDraft
from tests.builders import a_document


def brief_inputs(document: Document | None = None, **fields: Any) -> BriefInputs:
    """What the brief task is given for the lockout document."""
    document = document or a_document()
    base: dict[str, Any] = {
        "language": "en",
        "source_title": document.source.title,
        "blocks": document.blocks,
        "document": document.blocks,
        "audience": None,
        "performance_goal": None,
        "prerequisites": (),
        "tone": None,
    }
    return BriefInputs(**{**base, **fields})


def a_brief_reply(**fields: Any) -> BriefReply:
    """A good reply to the brief task."""
    document = a_document()
    base: dict[str, Any] = {
        "title": "Lock out the carton sealer",
        "audience": "technicians",
        "performance_goal": "isolate the sealer before service",
        "prerequisites": (),
        "tone": "plain",
        "verdict": "async",
        "reasons": (
            ReasonDraft(
                text="It is a procedure that one person carries out alone.",
                quotes=(Quote(block=document.blocks[2].id, text="Press the red STOP button"),),
            ),
        ),
    }
    return BriefReply(**{**base, **fields})


def a_request(**fields: Any) -> Request:
    """A request as `ask` makes them."""
    base: dict[str, Any] = {
        "task": "brief",
        "inputs": brief_inputs(),
        "messages": (Message("system", "You draft."), Message("user", "Write the brief.")),
        "schema": strict_schema(BRIEF.reply),
        "max_output_tokens": 1200,
    }
    return Request(**{**base, **fields})


class DictStore:
    """A call store in memory, with the port's rule that the first reply of a key stays."""

    def __init__(self) -> None:
        self.kept: dict[str, Completion] = {}

    async def get(self, key: str) -> Completion | None:
        """The stored reply, or None."""
        return self.kept.get(key)

    async def put(self, key: str, completion: Completion) -> None:
        """Keeps the first reply of the key."""
        self.kept.setdefault(key, completion)
