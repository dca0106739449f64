"""A small procedure document, and short ways to have the embedded engine draft from it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any, TypeVar

from pipeline.domain import Block, BlockKind, Brief, Noun, Objective
from pipeline.engines.base import Request
from pipeline.engines.embedded import EmbeddedEngine
from pipeline.engines.tasks import (
    BRIEF,
    ITEMS,
    LESSON,
    OBJECTIVES,
    BriefInputs,
    BriefReply,
    ItemsInputs,
    ItemsReply,
    LessonInputs,
    LessonReply,
    ObjectiveDraft,
    ObjectivesInputs,
    ObjectivesReply,
    Quote,
    Task,
    TopicInputs,
)
from pipeline.ids import block_ids

SEALER = """\
# Lock out the carton sealer
This procedure protects technicians from an unexpected start of the machine. It applies to maintenance technicians who \
service the sealer.
## Definitions
Lockout means that a padlock holds an energy source in the safe position.
Residual energy is energy that stays in the machine after shutdown, such as heat or air pressure.
A tagged device is a switch or valve that carries a danger tag with a name.
## Shut down the sealer
Follow these steps:
1. Press the red STOP button and wait for the belts to stop.
2. Turn disconnect DS-7 to OFF and apply your padlock.
3. Close ball valve V-12 and fit the valve lockout device.
4. Bleed the air line until gauge G-3 reads zero.
5. Test the circuit with the voltage tester before you open the guard.
Warning: Hot-melt tanks stay above 160 °C for 40 minutes after shutdown and can cause serious burns.
## When something is wrong
- If any reading is above zero, close the guard and call the shift lead on extension 4410.
- If a lock has been left behind, report the lock to the safety officer before the next start.
- If the voltage tester fails its self-test, fetch a second tester from the tool crib.
- If a guard bolt is missing, tag the machine and order the bolt from the stores.
- Never cut a padlock that belongs to somebody else.
- Never bypass an interlock with tape, wire or a magnet.
## Who does what
The maintenance technician locks out the machine and removes the lock. The shift lead releases the machine for \
service. The safety officer checks one lockout every month.
## Energy sources
| Source | Level | Isolating point |
| Electricity | 480 V | disconnect DS-7, left of the cabinet |
| Compressed air | 6 bar | ball valve V-12, behind the belts |
| Hot-melt tank | 160 °C | tank switch T-4, under the hood |
## Records
Keep the lockout log for 3 years. Renew your lockout card every 12 months.
"""

AUDIENCE = "maintenance technicians"

R = TypeVar("R", bound=Noun)


def blocks_of(text: str = SEALER) -> tuple[Block, ...]:
    """Blocks of a text with "#" headings, "1." and "-" items and "|" rows; other lines are paragraphs."""
    return tuple(_with_ids(_kinds(text)))


def ask(task: Task[Any, R], inputs: Any, *, variant: int = 0, engine: EmbeddedEngine | None = None) -> R:
    """The engine's reply to one question."""
    request = Request(
        task=task.name, inputs=inputs, messages=(), schema={}, max_output_tokens=task.max_output_tokens, variant=variant
    )
    completion = asyncio.run((engine or EmbeddedEngine()).complete(request))
    return task.reply.model_validate_json(completion.text)


def a_brief(**fields: Any) -> Brief:
    """What was ordered."""
    return Brief(**{"audience": AUDIENCE, "performance_goal": "lock out the sealer", **fields})


def ask_brief(blocks: tuple[Block, ...], **given: Any) -> BriefReply:
    """The brief of a document."""
    empty = {"source_title": None, "audience": None, "performance_goal": None, "prerequisites": (), "tone": None}
    inputs = BriefInputs(language="en", blocks=blocks, document=blocks, **{**empty, **given})
    return ask(BRIEF, inputs)


def ask_objectives(
    blocks: tuple[Block, ...], *, chunk: tuple[Block, ...] | None = None, audience: str = AUDIENCE
) -> ObjectivesReply:
    """The objectives of a document, or of a chunk of it."""
    inputs = ObjectivesInputs(
        language="en", source_title=None, blocks=chunk or blocks, document=blocks, brief=a_brief(audience=audience)
    )
    return ask(OBJECTIVES, inputs)


def objective_of(draft: ObjectiveDraft) -> Objective:
    """The draft as an element."""
    return Objective(
        id="o-1",
        text=draft.text,
        audience=draft.audience,
        behaviour=draft.behaviour,
        condition=draft.condition,
        degree=draft.degree,
        bloom=draft.bloom,
    )


def ask_lesson(blocks: tuple[Block, ...], draft: ObjectiveDraft, *, audience: str = AUDIENCE) -> LessonReply:
    """The lesson of an objective."""
    reply = ask(LESSON, LessonInputs(**{**_about(blocks, draft), "brief": a_brief(audience=audience)}))
    (drafted,) = reply.lessons
    return LessonReply(parts=drafted.parts, job_aid=drafted.job_aid)


def ask_items(blocks: tuple[Block, ...], draft: ObjectiveDraft, *, test: int = 3, practice: int = 2) -> ItemsReply:
    """The items of an objective."""
    reply = ask(ITEMS, ItemsInputs(**_about(blocks, draft), test_items=test, practice_items=practice))
    (drafted,) = reply.quizzes
    return ItemsReply(items=drafted.items)


def titled(reply: ObjectivesReply, title: str) -> ObjectiveDraft:
    """The objective whose lesson has that title."""
    return next(one for one in reply.objectives if title in one.lesson_title)


def quotes_in(reply: Noun) -> Iterator[Quote]:
    """Every quote anywhere in a reply."""
    for _, value in reply:
        yield from _quotes(value)


def _quotes(value: object) -> Iterator[Quote]:
    if isinstance(value, Quote):
        yield value
    elif isinstance(value, Noun):
        yield from quotes_in(value)
    elif isinstance(value, tuple):
        for one in value:
            yield from _quotes(one)


def _about(blocks: tuple[Block, ...], draft: ObjectiveDraft) -> dict[str, Any]:
    topic = TopicInputs(objective=objective_of(draft), lesson_title=draft.lesson_title, blocks=draft.blocks)
    return {
        "language": "en",
        "source_title": None,
        "document": blocks,
        "brief": a_brief(),
        "blocks": blocks,
        "topics": (topic,),
        "asked": (1,),
    }


def _kinds(text: str) -> Iterator[dict[str, Any]]:
    rows: list[tuple[str, ...]] = []
    for line in [*text.splitlines(), ""]:
        if line.startswith("|"):
            rows.append(tuple(cell.strip() for cell in line.strip("|").split("|")))
            continue
        if rows:
            yield {"kind": "table", "text": "\n".join(" | ".join(row) for row in rows), "rows": tuple(rows)}
            rows = []
        if not line.strip():
            continue
        mark, _, rest = line.partition(" ")
        if mark.strip("#") == "" and mark:
            yield {"kind": "heading", "text": rest, "level": len(mark)}
        elif mark == "-" or mark.rstrip(".").isdigit():
            yield {"kind": "list_item", "text": rest, "level": 1, "marker": mark}
        else:
            yield {"kind": "paragraph", "text": line}


def _with_ids(entries: Iterator[dict[str, Any]]) -> list[Block]:
    listed = list(entries)
    ids = block_ids([(entry["kind"], entry["text"]) for entry in listed])
    return [
        Block(id=block_id, **{**entry, "kind": BlockKind(entry["kind"])})
        for block_id, entry in zip(ids, listed, strict=True)
    ]
