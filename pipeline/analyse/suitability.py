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
from pipeline.engines.shown import Shown
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

    @property
    def is_unanswered(self) -> bool:
        """Whether nobody could say for whom the module is and to what end."""
        return not (self.brief.audience and self.brief.performance_goal)


async def assess(documents: Sequence[Document], order: Order, asker: Asker, *, language: str) -> Assessment:
    """The brief and verdict for a module of the documents; raises EngineError.

    Reasons that cannot be traced to the source are left out, and with the last of them the verdict.
    """
    teachable = tuple(block for document in documents for block in document.blocks if block.is_teachable)
    finder = QuoteFinder(documents)
    inputs = BriefInputs(
        language=language,
        source_title=documents[0].source.title,
        blocks=opening_of(teachable),
        document=teachable,
        audience=order.audience,
        performance_goal=order.performance_goal,
        prerequisites=order.prerequisites,
        tone=order.tone,
    )
    shown = Shown(inputs.opening)

    def accept(reply: BriefReply) -> list[str]:
        return [
            f"{name} is empty" for name in ("title", "audience", "performance_goal") if not getattr(reply, name).strip()
        ]

    answer = await asker.ask(BRIEF, inputs, accept=accept)
    reply = answer.reply
    brief = Brief(
        audience=order.audience or reply.audience,
        performance_goal=order.performance_goal or reply.performance_goal,
        prerequisites=order.prerequisites or reply.prerequisites,
        tone=order.tone or reply.tone,
        proposed=tuple(name for name in BRIEF_FIELDS if name not in order.given),
    )
    reasons = tuple(
        Reason(text=reason.text.strip(), evidence=evidence)
        for reason in reply.reasons
        if reason.text.strip() and (evidence := finder.all_evidence(reason.quotes, shown=shown))
    )
    # A verdict of which nothing can be traced to the source is an opinion: better unknown.
    suitability = Suitability(verdict=Verdict(reply.verdict) if reasons else None, reasons=reasons)
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


def opening_of(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The document's first blocks within a token budget, and every heading after them."""
    kept: list[Block] = []
    room = _OPENING_TOKENS
    for block in blocks:
        # Counting takes most of the time here, so it ends with the opening.
        if room > 0 and (size := tokens.count(block.text)) <= room:
            kept.append(block)
            room -= size
            continue
        if block.kind is BlockKind.HEADING:
            kept.append(block)
        room = 0
    return tuple(kept)


def is_shown_whole(blocks: Sequence[Block]) -> bool:
    """Whether the question about the brief shows all of the blocks."""
    room = _OPENING_TOKENS
    for block in blocks:
        room -= tokens.count(block.text)
        if room < 0:
            return False
    return True
