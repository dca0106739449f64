"""What the embedded engine tells of a whole document."""

from __future__ import annotations

from typing import Any

from pipeline.domain import Block, ResourceKind
from pipeline.engines.tasks import Quote, TopicInputs
from pipeline.engines.telling import (
    RESOURCES,
    SCENARIOS,
    ResourceDraft,
    ResourcesInputs,
    ScenarioDraft,
    ScenariosInputs,
)
from tests.engines.embedded.drafting import AUDIENCE, a_brief, ask, ask_objectives, blocks_of, objective_of


def stories_of(text: str, *, tested: tuple[Quote, ...] = (), audience: str = AUDIENCE) -> tuple[ScenarioDraft, ...]:
    """The scenarios of a document."""
    blocks = blocks_of(text)
    return ask(SCENARIOS, ScenariosInputs(**_about(blocks, audience), tested=tested)).scenarios


def resources_of(text: str, *kinds: ResourceKind) -> tuple[ResourceDraft, ...]:
    """The resources of a document."""
    blocks = blocks_of(text)
    return ask(RESOURCES, ResourcesInputs(**_about(blocks, AUDIENCE), kinds=kinds)).resources


def _about(blocks: tuple[Block, ...], audience: str) -> dict[str, Any]:
    topics = tuple(
        TopicInputs(objective=objective_of(one), lesson_title=one.lesson_title, blocks=one.blocks)
        for one in ask_objectives(blocks, audience=audience).objectives
    )
    return {
        "language": "en",
        "source_title": None,
        "document": blocks,
        "brief": a_brief(audience=audience),
        "blocks": blocks,
        "topics": topics,
    }
