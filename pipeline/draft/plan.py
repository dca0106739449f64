"""A plan and the outline of a draft: the one made into the other, both ways.

Out: what the engine outlined, as a designer reads and edits it. In: what the designer left of it, traced to the blocks
of the documents again, in chunks as the engine is asked about them. Nothing is asked here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline.domain import (
    Anchor,
    Block,
    BlockKind,
    Chunk,
    Document,
    Evidence,
    LeftOutBlock,
    Objective,
    Plan,
    PlannedBlock,
    PlannedItems,
    PlannedLesson,
    PlannedObjective,
)
from pipeline.draft.filled import filled
from pipeline.draft.follow_ups import follow_ups_wanted
from pipeline.draft.items import counts_of
from pipeline.draft.lessons import job_aid_id_of
from pipeline.draft.merge import original_id
from pipeline.draft.module import Drafted
from pipeline.draft.objectives import Outline
from pipeline.draft.outlines import Outlined
from pipeline.draft.topics import Topic
from pipeline.engines.quotes import QuoteFinder
from pipeline.engines.tasks import ItemCounts, ParkedBlock
from pipeline.errors import UsageError
from pipeline.ids import short_id

_WORDS_SHOWN = 12


# --- outline → plan -------------------------------------------------------------------------------------------------


def planned_objectives(
    outlined: Outlined, documents: Sequence[Document], *, reads_inputs: bool
) -> tuple[PlannedObjective, ...]:
    """The outline's objectives in order, each with its lesson and the number of its items."""
    source_of = _sources(documents)
    topics = [topic for outline in outlined.outlines for topic in outline.topics]
    follow_ups = follow_ups_wanted(topics, reads_inputs=reads_inputs)
    planned = []
    for topic in topics:
        fields = topic.objective.model_dump(
            include={"id", "text", "audience", "behaviour", "condition", "degree", "bloom", "job_behaviour", "format"}
        )
        counts = counts_of(topic, reads_inputs=reads_inputs)
        planned.append(
            PlannedObjective(
                **fields,
                lesson=PlannedLesson(
                    title=topic.lesson_title, blocks=tuple(_shown(block, source_of) for block in topic.blocks)
                ),
                items=PlannedItems(
                    practice=counts.practice, test=counts.test, follow_up=follow_ups.get(topic.objective.id, 0)
                ),
                evidence=topic.objective.evidence,
            )
        )
    return tuple(planned)


def left_out(outlined: Outlined, documents: Sequence[Document]) -> tuple[LeftOutBlock, ...]:
    """The blocks that could be taught and are in no lesson of the outline, in reading order."""
    source_of = _sources(documents)
    taught = {block.id for outline in outlined.outlines for topic in outline.topics for block in topic.blocks}
    parked = {one.block: one for outline in outlined.outlines for one in outline.parked}
    found = []
    for block in (block for document in documents for block in document.blocks):
        if block.is_teachable and block.kind is not BlockKind.HEADING and block.id not in taught:
            why = parked.get(block.id)
            fields = {"reason": why.reason, "why": why.note} if why else {}
            found.append(LeftOutBlock(**_shown(block, source_of).model_dump(), **fields))
    return tuple(found)


def _sources(documents: Sequence[Document]) -> Mapping[str, str]:
    """Block id → its document's file name, or path where two have that name; empty where there is only one."""
    if len(documents) == 1:
        return {}
    names = Counter(_name(document) for document in documents)
    return {
        block.id: _name(document) if names[_name(document)] == 1 else document.source.path
        for document in documents
        for block in document.blocks
    }


def _name(document: Document) -> str:
    return document.source.path.replace("\\", "/").rsplit("/", 1)[-1]


def _shown(block: Block, source_of: Mapping[str, str]) -> PlannedBlock:
    words = block.text.split()
    return PlannedBlock(
        id=original_id(block.id),
        source=source_of.get(block.id),
        place=_place(block.anchor),
        says=" ".join(words[:_WORDS_SHOWN]) + (" …" if len(words) > _WORDS_SHOWN else ""),
    )


def _place(anchor: Anchor) -> str | None:
    """Where the block stands, as far as its format tells."""
    if anchor.page is not None:
        page = f"page {anchor.page_label or anchor.page}"
    elif anchor.slide is not None:
        page = f"slide {anchor.slide}"
    elif anchor.sheet is not None:
        page = f"sheet {anchor.sheet}" + (f", {anchor.cells}" if anchor.cells else "")
    elif anchor.start is not None:
        page = f"minute {int(anchor.start // 60)}:{int(anchor.start % 60):02}"
    else:
        page = ""
    told = [one for one in (anchor.inside, page, anchor.section[-1] if anchor.section else "") if one]
    return ", ".join(told) or None


# --- plan → outline -------------------------------------------------------------------------------------------------


def outlined_by(plan: Plan, documents: Sequence[Document], chunks: Sequence[Chunk], *, reads_inputs: bool) -> Outlined:
    """The plan as the outline that lessons and items are drafted from. Raises UsageError where the plan names what is
    not in the documents.
    """
    finder = QuoteFinder(documents)
    lookup = _Lookup(documents)
    topics = _with_ids_of_their_own(
        [
            _topic(one, place=f"objectives.{number}", finder=finder, lookup=lookup)
            for number, one in enumerate(plan.objectives)
        ]
    )
    _demand_quotes(plan, lookup)
    taught = {block.id for topic in topics for block in topic.blocks}
    parked = {}
    for number, one in enumerate(plan.left_out):
        block = lookup.block(one, place=f"left_out.{number}")
        if block.id not in taught and one.why is not None:
            parked[block.id] = ParkedBlock(block=block.id, reason=one.reason, note=one.why)
    asked = list(chunks) if reads_inputs else filled(chunks)
    home = {block_id: place for place, chunk in reversed(list(enumerate(asked))) for block_id in chunk.block_ids}
    by_chunk: dict[int, list[Topic]] = {}
    for topic in topics:
        by_chunk.setdefault(_home_of(topic, home), []).append(topic)
    outlines = []
    for place, chunk in enumerate(asked):
        own = by_chunk.get(place, [])
        # Blocks that a designer moved here from elsewhere are shown with the chunk.
        shown = {*chunk.block_ids, *(block.id for topic in own for block in topic.blocks)}
        outlines.append(
            Outline(
                blocks=finder.blocks_in_order(shown),
                topics=tuple(own),
                parked=tuple(parked[one] for one in chunk.block_ids if one in parked and home[one] == place),
            )
        )
    return Outlined(outlines=tuple(outlines), order=tuple(topic.objective.id for topic in topics))


def in_plan_order(drafted: Drafted, order: Sequence[str]) -> Drafted:
    """The elements in the order of these objectives, which may take turns between chunks; all of them as they are
    where there is no order.
    """
    place = {objective_id: number for number, objective_id in enumerate(order)}
    if not place:
        return drafted
    lessons = sorted(drafted.lessons, key=lambda lesson: place[lesson.objective_ids[0]])
    aids = {job_aid_id_of(lesson.id): number for number, lesson in enumerate(lessons)}
    return replace(
        drafted,
        objectives=tuple(sorted(drafted.objectives, key=lambda one: place[one.id])),
        lessons=tuple(lessons),
        items=tuple(sorted(drafted.items, key=lambda item: place[item.objective_id])),
        resources=tuple(sorted(drafted.resources, key=lambda one: aids.get(one.id, len(aids)))),
    )


class _Lookup:
    """Finds what a plan names."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._found: dict[str, list[tuple[Document, Block]]] = {}
        for document in documents:
            for block in document.blocks:
                self._found.setdefault(original_id(block.id), []).append((document, block))

    def block(self, named: PlannedBlock, *, place: str) -> Block:
        """The block; raises UsageError where there is none, or several and the plan does not say whose."""
        found = self._found.get(named.id, [])
        if len(found) > 1 and named.source is not None:
            found = [entry for entry in found if named.source in (_name(entry[0]), entry[0].source.path)]
        if not found:
            raise _refusal(place, f"there is no block {named.id}{f' in {named.source}' if named.source else ''}")
        if len(found) > 1:
            raise _refusal(place, f'the block {named.id} stands in {len(found)} documents; add its "source"')
        block = found[0][1]
        if not block.is_teachable:
            raise _refusal(place, f"the block {named.id} is furniture, hidden, a comment or empty: it can't be taught")
        return block

    def evidence(self, proof: Evidence, *, place: str) -> Evidence:
        """The quote under the id that its block has here; raises UsageError where it does not stand there."""
        for document, block in self._found.get(proof.block, []):
            here = proof.model_copy(update={"block": block.id})
            if document.source.id == proof.source and here.holds_in(block):
                return here
        raise _refusal(place, f"the quote {proof.quote[:60]!r} is not at that place of the source; leave it out")


def _demand_quotes(plan: Plan, lookup: _Lookup) -> None:
    """Raises UsageError where the suitability rests on words that are not in the sources."""
    suitability = plan.suitability_of_objectives
    reasons = {"suitability": suitability.reasons}
    reasons |= {f"suitability.objectives.{one.objective_id}": one.reasons for one in suitability.objectives}
    for place, several in reasons.items():
        for reason in several:
            for number, proof in enumerate(reason.evidence):
                lookup.evidence(proof, place=f"{place}.evidence.{number}")


def _refusal(place: str, why: str) -> UsageError:
    return UsageError(f"the plan, {place}", why=why, mend="mend that place, or make a new plan with draft --plan-only")


def _topic(one: PlannedObjective, *, place: str, finder: QuoteFinder, lookup: _Lookup) -> Topic:
    """The planned objective with its blocks in the source's order."""
    ids = {
        lookup.block(block, place=f"{place}.lesson.blocks.{number}").id
        for number, block in enumerate(one.lesson.blocks)
    }
    blocks = finder.blocks_in_order(ids)
    said = [block for block in blocks if block.kind is not BlockKind.HEADING]
    if not said:
        raise _refusal(f"{place}.lesson.blocks", "the objective has no block to teach from")
    evidence = tuple(
        lookup.evidence(proof, place=f"{place}.evidence.{number}") for number, proof in enumerate(one.evidence)
    )
    if not evidence:
        # A designer's own objective rests on what it is to be taught from.
        first = said[0]
        evidence = (
            Evidence(
                source=finder.source_of(first.id), block=first.id, quote=first.text, start=0, end=len(first.text)
            ),
        )
    objective = Objective(
        id=one.id or short_id("o", finder.source_of(blocks[0].id), sorted(ids)),
        evidence=evidence,
        **one.model_dump(
            include={"text", "audience", "behaviour", "condition", "degree", "bloom", "job_behaviour", "format"}
        ),
    )
    counts = ItemCounts(one.items.practice, one.items.test)
    return Topic(objective, one.lesson.title, blocks, counts, follow_ups=one.items.follow_up)


def _with_ids_of_their_own(topics: Sequence[Topic]) -> list[Topic]:
    """The topics in order; an objective that was copied in the plan gets an id of its own."""
    taken: set[str] = set()
    found = []
    for topic in topics:
        name, number = topic.objective.id, 1
        while (own := name if number == 1 else f"{name}-{number}") in taken:
            number += 1
        taken.add(own)
        found.append(replace(topic, objective=topic.objective.model_copy(update={"id": own})))
    return found


def _home_of(topic: Topic, home: Mapping[str, int]) -> int:
    """The chunk that holds most of the topic's blocks, the first of several."""
    places = Counter(home[block.id] for block in topic.blocks if block.id in home)
    return max(places, key=lambda place: (places[place], -place), default=0)
