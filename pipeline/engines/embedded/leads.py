"""What introduces a list, and how binding its items are. In: a section's blocks; out: the lead-in of each list item and
its bearing.

An item is an order only where its lead-in leaves it one: under "You must not:" the words "Require a name" forbid.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from pipeline.domain import Block, BlockKind
from pipeline.engines.embedded.facts import Span
from pipeline.engines.embedded.grammar import MODALS, PREPOSITIONS, tokens_of
from pipeline.engines.embedded.sentences import one_line, sentences

Bearing = Literal["order", "should", "idea", "other"]
"""Whether items that read like orders are orders, advice, things one can do, or no orders at all."""

_ORDERS = re.compile(
    r"\b(?:steps?|follow|following (?:actions|procedure|tasks|checks|order)|as follows|do the "
    r"following|before (?:you|starting|each|every)|to [a-z]+ [^:]*|in (?:case of|the event "
    r"of)|if|when|whenever|after|once)\b",
    re.IGNORECASE,
)
_NEGATIVE = re.compile(
    r"\b(?:not|never|prohibited|forbidden|don['’]t|avoid|without|unacceptable|banned|no)\b", re.IGNORECASE
)
_IDEAS = re.compile(
    r"\b(?:can|could|may|might|optional(?:ly)?|ideas?|suggestions?|consider|options?|"
    r"examples?|for example|such as|questions?|ways to|depending|starting points?)\b",
    re.IGNORECASE,
)
_ADVICE = re.compile(
    r"\b(?:should|guidelines?|recommend(?:ed|s|ations?)?|tips?|best practices?|good "
    r"practice)\b",
    re.IGNORECASE,
)
_OPEN_SUBJECT = re.compile(
    r"\b(?:that|which|who|whom|whose|by|of|where|include|includes|including|are|is|will|cover|"
    r"covers|describes?|means?|contains?)\b[^,;]*:$",
    re.IGNORECASE,
)
_STEPS = re.compile(
    r"\b(?:steps?|following|follow|below|these|this|instructions|checklist|actions|things|tasks)\b[^:]*:$",
    re.IGNORECASE,
)


def leads_of(blocks: Sequence[Block]) -> dict[str, Span]:
    """The sentence that introduces each list item, by block id: that of the item it is nested in, or of the paragraph
    before the list. Items without one are left out.
    """
    out: dict[str, Span] = {}
    open_leads: list[tuple[int, Span | None]] = []
    before: Span | None = None
    for block in blocks:
        if block.kind is not BlockKind.LIST_ITEM:
            spans = sentences(block) if block.kind is BlockKind.PARAGRAPH else ()
            if block.kind is BlockKind.PARAGRAPH:
                before = spans[-1] if spans else None
                open_leads = []
            continue
        level = block.level or 1
        while open_leads and open_leads[-1][0] >= level:
            open_leads.pop()
        lead = open_leads[-1][1] if open_leads else before
        if lead is not None:
            out[block.id] = lead
        spans = sentences(block)
        own = spans[-1] if spans and _announces(one_line(spans[-1].text)) else None
        open_leads.append((level, own))
    return out


def _announces(text: str) -> bool:
    return text.endswith((":", "："))


def bearing(lead: str) -> Bearing:
    """How binding the items below a lead-in are."""
    text = one_line(lead).rstrip()
    if not _announces(text):
        if _NEGATIVE.search(text) and re.search(r"\b(?:following|these)\b", text):
            return "other"
        return (
            "idea" if _IDEAS.search(text) and re.search(r"\b(?:list|things|following|some|here)\b", text) else "order"
        )
    text = re.sub(r"\s+:$", ":", text)
    clause = re.split(r"(?<=[.;!?])\s", text)[-1]
    words = [token.lower for token in tokens_of(clause) if token.is_word]
    if not words:
        return "order"
    if _NEGATIVE.search(clause):
        return "other"
    if _IDEAS.search(clause) and not re.match(r"^(?:if|when|once|after|before)\b", clause, re.IGNORECASE):
        return "idea"
    steps = _STEPS.search(clause) is not None
    if words[-1] in MODALS | {"not", "to", "that", "will", "should", "or", "and", "be", "by"} | (
        PREPOSITIONS - {"in", "up", "out", "off", "on", "before", "after"}
    ):
        return "other"
    if not steps and _OPEN_SUBJECT.search(clause):
        return "other"
    if _ADVICE.search(clause):
        return "should"
    return "order" if steps or _ORDERS.search(clause) or len(words) <= 6 else "other"
