"""The brief and the suitability verdict: asked of the engine once a module, before anything is drafted.

In: the documents and what the designer ordered. Out: title, brief with its proposed fields marked, and the verdict
with reasons quoted from the source.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline import tokens
from pipeline.domain import (
    BRIEF_FIELDS,
    Block,
    BlockKind,
    Brief,
    Document,
    Order,
    Reason,
    Suitability,
    Usage,
    Verdict,
)
from pipeline.engines.ask import Asker
from pipeline.engines.quotes import QuoteFinder
from pipeline.engines.tasks import BRIEF, BriefInputs, BriefReply

# Enough of a document to say what it is and whom it is for; every heading is added to it.
_OPENING_TOKENS = 2000


@dataclass(frozen=True)
class Assessment:
    """What was found out about the module as a whole."""

    title: str
    brief: Brief
    suitability: Suitability
    usage: Usage


async def assess(documents: Sequence[Document], order: Order, asker: Asker, *, language: str) -> Assessment:
    """The brief and verdict for a module of the documents; raises EngineError."""
    teachable = tuple(block for document in documents for block in document.blocks if block.is_teachable)
    finder = QuoteFinder(documents)
    inputs = BriefInputs(
        language=language,
        source_title=documents[0].source.title,
        blocks=_opening(teachable),
        document=teachable,
        audience=order.audience,
        performance_goal=order.performance_goal,
        prerequisites=order.prerequisites,
        tone=order.tone,
    )
    near = [block.id for block in teachable]

    def accept(reply: BriefReply) -> list[str]:
        problems = [
            problem
            for number, reason in enumerate(reply.reasons, 1)
            for problem in finder.problems(reason.quotes, near=near, where=f"reason {number}")
        ]
        for name in ("title", "audience", "performance_goal"):
            if not getattr(reply, name).strip():
                problems.append(f"{name} is empty")
        return problems

    answer = await asker.ask(BRIEF, inputs, accept=accept)
    reply = answer.reply
    brief = Brief(
        audience=order.audience or reply.audience,
        performance_goal=order.performance_goal or reply.performance_goal,
        prerequisites=order.prerequisites or reply.prerequisites,
        tone=order.tone or reply.tone,
        proposed=tuple(name for name in BRIEF_FIELDS if name not in order.given),
    )
    suitability = Suitability(
        verdict=Verdict(reply.verdict),
        reasons=tuple(
            Reason(text=reason.text, evidence=finder.all_evidence(reason.quotes, near=near)) for reason in reply.reasons
        ),
    )
    return Assessment(title=reply.title.strip(), brief=brief, suitability=suitability, usage=answer.usage)


def unanswered(documents: Sequence[Document], order: Order) -> Assessment:
    """What stands in the module where the engine could not say: only what was given, the rest empty and unknown."""
    brief = Brief(
        audience=order.audience or "",
        performance_goal=order.performance_goal or "",
        prerequisites=order.prerequisites,
        tone=order.tone or "plain",
    )
    title = documents[0].source.title or documents[0].source.path.rsplit("/", 1)[-1]
    return Assessment(title=title, brief=brief, suitability=Suitability(verdict=None), usage=Usage())


def _opening(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The document's first blocks within a token budget, and every heading after them."""
    kept: list[Block] = []
    spent = 0
    for block in blocks:
        size = tokens.count(block.text)
        if spent + size <= _OPENING_TOKENS or block.kind is BlockKind.HEADING:
            kept.append(block)
            spent += size
        else:
            spent = _OPENING_TOKENS
    return tuple(kept)
