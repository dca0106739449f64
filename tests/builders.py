"""Domain objects for tests: each builder shows only what its test is about."""

from __future__ import annotations

import hashlib
from typing import Any

from pipeline.domain import (
    Block,
    BlockKind,
    BloomLevel,
    Brief,
    Choice,
    Document,
    EngineRecord,
    Evidence,
    ItemType,
    Lesson,
    Module,
    Node,
    Objective,
    Option,
    Part,
    PartKind,
    QuizItem,
    Resource,
    ResourceKind,
    Scenario,
    Source,
    Suitability,
    Verdict,
)
from pipeline.ids import block_ids, source_id

LOCKOUT = (
    ("heading", "Lock out the carton sealer"),
    ("paragraph", "This procedure protects technicians from the unexpected start-up of the machine."),
    ("list_item", "Press the red STOP button and wait for the belts to stop."),
    ("list_item", "Turn disconnect DS-7 to OFF and apply your padlock."),
    ("list_item", "Close ball valve V-12 and fit the valve lockout device."),
    ("paragraph", "If any reading is above zero, close the guard and call the shift lead on extension 4410."),
    ("paragraph", "Hot-melt tanks stay above 160 °C for 40 minutes after shutdown."),
)


def a_block(text: str = "Close the valve before you open the guard.", kind: str = "paragraph", **fields: Any) -> Block:
    """A block with a real id."""
    block_id = fields.pop("id", None) or block_ids([(kind, text)])[0]
    return Block(id=block_id, kind=BlockKind(kind), text=text, **fields)


def a_source(content: bytes = b"content", **fields: Any) -> Source:
    """A Markdown source."""
    sha256 = hashlib.sha256(content).hexdigest()
    base = {
        "id": source_id(sha256),
        "path": "lockout.md",
        "sha256": sha256,
        "media_type": "text/markdown",
        "title": "Lock out the carton sealer",
        "language": "en",
        "bytes": len(content),
    }
    return Source(**{**base, **fields})


def a_document(blocks: tuple[tuple[str, str], ...] = LOCKOUT, **fields: Any) -> Document:
    """A document of (kind, text) blocks."""
    ids = block_ids(list(blocks))
    made = tuple(
        Block(id=block_id, kind=BlockKind(kind), text=text, level=1 if kind == "heading" else None)
        for block_id, (kind, text) in zip(ids, blocks, strict=True)
    )
    source = a_source("\n".join(text for _, text in blocks).encode(), **fields)
    return Document(source=source, blocks=made)


def an_evidence(document: Document, quote: str) -> Evidence:
    """The evidence for a quote of the document."""
    for block in document.blocks:
        start = block.text.find(quote)
        if start >= 0:
            return Evidence(source=document.source.id, block=block.id, quote=quote, start=start, end=start + len(quote))
    raise AssertionError(f"not in the document: {quote!r}")


def an_objective(document: Document | None = None, **fields: Any) -> Objective:
    """An ABCD objective."""
    document = document or a_document()
    base: dict[str, Any] = {
        "id": "o-1",
        "text": "Given a sealer that has to be serviced, the technician isolates the machine in three steps, in order.",
        "audience": "the technician",
        "behaviour": "isolates the machine",
        "condition": "Given a sealer that has to be serviced",
        "degree": "in three steps, in order",
        "bloom": BloomLevel.APPLY,
        "job_behaviour": "isolate the machine before service",
        "evidence": (an_evidence(document, "Press the red STOP button"),),
    }
    return Objective(**{**base, **fields})


def an_option(number: int = 1, correct: bool = False, **fields: Any) -> Option:
    """An option with its own feedback."""
    valve = "ABCDEFGH"[number - 1]
    base: dict[str, Any] = {
        "id": f"opt-{number}",
        "text": f"Turn valve {valve} to its closed position",
        "correct": correct,
        "feedback": f"Valve {valve} {'is the one' if correct else 'feeds another line'}, because the sheet says so.",
        "misconception": None if correct else f"Valve {valve} feeds the sealer",
    }
    return Option(**{**base, **fields})


def a_quiz_item(options: int | tuple[Option, ...] = 4, *, document: Document | None = None, **fields: Any) -> QuizItem:
    """A single-choice item whose second option is the key."""
    document = document or a_document()
    base: dict[str, Any] = {
        "id": "q-1",
        "type": ItemType.SINGLE,
        "objective_id": "o-1",
        "lesson_id": "l-1",
        "bloom": BloomLevel.APPLY,
        "stem": "A reading is above zero. What do you do first?",
        "options": options
        if isinstance(options, tuple)
        else tuple(an_option(n, correct=n == 2) for n in range(1, options + 1)),
        "general_feedback": "A reading above zero means energy is left.",
        "evidence": (an_evidence(document, "If any reading is above zero, close the guard"),),
    }
    return QuizItem(**{**base, **fields})


def an_order_item(document: Document | None = None, **fields: Any) -> QuizItem:
    """An order item of three steps."""
    document = document or a_document()
    base: dict[str, Any] = {
        "id": "q-2",
        "type": ItemType.ORDER,
        "objective_id": "o-1",
        "lesson_id": "l-1",
        "bloom": BloomLevel.APPLY,
        "stem": "Put the steps of the shutdown in order.",
        "options": tuple(an_option(n, correct=True) for n in (1, 2, 3)),
        "answer": ("opt-2", "opt-1", "opt-3"),
        "evidence": (an_evidence(document, "Turn disconnect DS-7 to OFF"),),
    }
    return QuizItem(**{**base, **fields})


def a_part(document: Document | None = None, **fields: Any) -> Part:
    """A procedure part."""
    document = document or a_document()
    base: dict[str, Any] = {
        "id": "p-1",
        "kind": PartKind.PROCEDURE,
        "markdown": "1. Press the red STOP button.\n2. Turn disconnect DS-7 to OFF.\n3. Close ball valve V-12.",
        "evidence": (an_evidence(document, "Turn disconnect DS-7 to OFF"),),
    }
    return Part(**{**base, **fields})


def a_lesson(document: Document | None = None, **fields: Any) -> Lesson:
    """A lesson of two parts."""
    document = document or a_document()
    why = a_part(
        document,
        id="p-0",
        kind=PartKind.RELEVANCE,
        markdown="You are about to service the sealer. An unexpected start-up could injure you.",
        evidence=(an_evidence(document, "protects technicians from the unexpected start-up"),),
    )
    base: dict[str, Any] = {
        "id": "l-1",
        "title": "Lock out the sealer",
        "objective_ids": ("o-1",),
        "minutes": 2.0,
        "parts": (why, a_part(document)),
    }
    return Lesson(**{**base, **fields})


def a_resource(document: Document | None = None, **fields: Any) -> Resource:
    """A job aid."""
    document = document or a_document()
    base: dict[str, Any] = {
        "id": "r-1",
        "kind": ResourceKind.JOB_AID,
        "title": "Checklist: lock out the sealer",
        "markdown": "- [ ] Press the red STOP button.\n- [ ] Turn disconnect DS-7 to OFF.",
        "evidence": (an_evidence(document, "Press the red STOP button"),),
    }
    return Resource(**{**base, **fields})


def a_module(document: Document | None = None, **fields: Any) -> Module:
    """A small complete module drafted from `a_document()`."""
    document = document or a_document()
    base: dict[str, Any] = {
        "id": "m-1",
        "title": "Lock out the carton sealer",
        "language": "en",
        "brief": Brief(audience="technicians", performance_goal="isolate the sealer before service"),
        "sources": (document.source,),
        "suitability": Suitability(verdict=Verdict.ASYNC),
        "engine": EngineRecord(name="embedded"),
        "objectives": (an_objective(document),),
        "lessons": (a_lesson(document),),
        "items": (a_quiz_item(document=document), an_order_item(document)),
        "resources": (a_resource(document),),
    }
    return Module(**{**base, **fields})


def a_scenario(
    document: Document | None = None,
    *,
    situation: str = "You stand at the sealer, and the belts still run.",
    best: tuple[str, str, str] = ("Press STOP", "You press STOP, and wait.", "You wait for the belts to stop."),
    poor: tuple[str, str, str] = ("Open the guard", "You open the guard.", "Press STOP before that."),
    **fields: Any,
) -> Scenario:
    """A story of one situation with two choices, each (text, consequence, feedback)."""
    choices = tuple(
        Choice(text=text, consequence=consequence, feedback=feedback, next=None, quality=quality)
        for (text, consequence, feedback), quality in ((best, "best"), (poor, "poor"))
    )
    base = {
        "id": "sc-1",
        "title": "At the sealer",
        "objective_ids": ("o-1",),
        "start": "n-1",
        "nodes": (Node(id="n-1", situation=situation, choices=choices),),
        "evidence": (an_evidence(document, LOCKOUT[2][1]),) if document else (),
    }
    return Scenario(**{**base, **fields})
