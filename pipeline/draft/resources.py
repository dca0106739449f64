"""A module's topics → the scripts and discussions that were ordered, asked for in one question."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.domain import ORDERED_KINDS, Block, Brief, Order, Resource, ResourceKind, Verdict
from pipeline.draft.desk import Desk, Judged
from pipeline.draft.topics import Topic
from pipeline.engines.quotes import QuoteFinder, untraced
from pipeline.engines.shown import Shown
from pipeline.engines.telling import RESOURCES, ResourceDraft, ResourcesInputs, ResourcesReply
from pipeline.ids import short_id
from pipeline.tokens import count

# A script of six minutes has no room for more, and a discussion goes over a few cases.
_MOST_SHOWN_TOKENS = 4000
_MOST_FOR_DISCUSSION = 400


def kinds_wanted(order: Order, verdict: Verdict | None) -> tuple[ResourceKind, ...]:
    """What was ordered; a discussion as well where people come together anyhow."""
    meets = verdict in (Verdict.BLENDED, Verdict.LIVE)
    return tuple(
        kind for kind in ORDERED_KINDS if kind in order.resources or (meets and kind is ResourceKind.DISCUSSION)
    )


async def draft_resources(
    kinds: tuple[ResourceKind, ...],
    topics: Sequence[Topic],
    *,
    ordered: Sequence[ResourceKind],
    brief: Brief,
    language: str,
    document: tuple[Block, ...],
    finder: QuoteFinder,
    desk: Desk,
) -> tuple[Resource, ...]:
    """One resource of each kind, in that order; a gap for each of those `ordered` that the engine has nothing for."""
    most_tokens = _MOST_FOR_DISCUSSION if kinds == (ResourceKind.DISCUSSION,) else _MOST_SHOWN_TOKENS
    blocks = _shown(topics, most_tokens=None if desk.asker.engine.reads_inputs else most_tokens)
    if not kinds or not blocks:
        return ()
    target = topics[0].objective.id
    shown = Shown(blocks)
    inputs = ResourcesInputs(
        language=language,
        source_title=None,
        blocks=blocks,
        document=document,
        brief=brief,
        topics=tuple(topic.as_inputs() for topic in topics),
        kinds=kinds,
    )

    def judge(reply: ResourcesReply) -> list[Judged[Resource]]:
        first = {draft.kind: draft for draft in reversed(reply.resources)}
        return [
            _judged(first[kind.value], target=target, shown=shown, finder=finder)
            for kind in kinds
            if kind.value in first
        ]

    desk.expect(1)
    found = await desk.pieces(RESOURCES, inputs, targets=[target], judge=judge)
    if found is None:
        return ()
    made = {resource.kind for resource in found}
    named = {gap.message.split(":", 1)[0] for gap in desk.gaps if gap.stage == RESOURCES.name}
    for kind in ordered:
        if kind in kinds and kind not in made and kind.value not in named:
            desk.gap(target, RESOURCES.name, "empty", f"{kind.value}: the engine found nothing in the source for it")
    # Its id depends on what the module is about only, so that a second run finds the first.
    about = [topic.objective.id for topic in topics]
    return tuple(
        resource.model_copy(update={"id": short_id("r", resource.kind.value, about)}) for resource in found
    )


def _judged(draft: ResourceDraft, *, target: str, shown: Shown, finder: QuoteFinder) -> Judged[Resource]:
    resource = Resource(
        id="r",
        kind=ResourceKind(draft.kind),
        title=draft.title.strip(),
        markdown=draft.markdown.strip(),
        evidence=finder.all_evidence(draft.quotes, shown=shown),
    )
    problems = []
    if not resource.evidence:
        problems.append(f"{draft.kind}: {untraced(draft.quotes, where='it')}")
    if not resource.markdown or not resource.title:
        problems.append(f"{draft.kind}: it has no text or no title")
    return Judged(target, None if problems else resource, tuple(problems))


def _shown(topics: Sequence[Topic], *, most_tokens: int | None) -> tuple[Block, ...]:
    """The topics' blocks; where they are too many, so many of each topic's first ones as fit."""
    taught = {block.id: block for topic in topics for block in topic.blocks}
    if most_tokens is None or sum(count(block.text) for block in taught.values()) <= most_tokens:
        return tuple(taught.values())
    share = most_tokens // len(topics)
    kept: dict[str, Block] = {}
    for topic in topics:
        room = share
        for block in topic.blocks:
            room -= count(block.text)
            # A topic of which nothing is shown could not be spoken of.
            if room < 0 and any(one.id in kept for one in topic.blocks):
                break
            kept[block.id] = block
    return tuple(kept.values())
