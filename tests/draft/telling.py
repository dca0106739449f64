"""The standard document drafted by a scripted engine, with what is told of the whole module."""

from __future__ import annotations

import asyncio
from typing import Any

from pipeline.domain import Brief
from pipeline.draft import Drafted, draft_elements
from pipeline.engines.base import Request
from pipeline.engines.tasks import Quote
from tests.draft.test_plan import DOCUMENT, outlined
from tests.drafting import TaskEngine, an_asker, an_item_draft, items_of

BRIEF = Brief(audience="technicians", performance_goal="isolate the sealer")


def told(engine: TaskEngine, **order: Any) -> Drafted:
    """The draft of two objectives."""
    return asyncio.run(
        draft_elements(
            [DOCUMENT],
            outlined(),
            brief=BRIEF,
            language="en",
            asker=an_asker(engine),
            concurrency=4,
            report=lambda stage, done, total: None,
            **order,
        )
    )


def two_cases(request: Request, **fields: Any) -> Any:
    """Two items about two blocks, for each objective asked about."""
    blocks = [block for block in request.inputs.blocks if block.kind.value == "list_item"]
    return items_of(
        request,
        *(
            an_item_draft(
                request, stem=f"Case {n}. What do you do?", quotes=(Quote(block=one.id, text=one.text),), **fields
            )
            for n, one in enumerate(blocks[:2])
        ),
    )
