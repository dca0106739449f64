"""Source passages with their quotes marked: what a reviewer compares an element with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeline.domain import Evidence
from pipeline.review.views import EvidenceContext
from pipeline.ui.markup import Html, el, joined, text
from pipeline.ui.wording import shortened


@dataclass
class Passage:
    """One block of a source with every quote of the element that stands in it."""

    first: EvidenceContext
    spans: list[tuple[int, int]] = field(default_factory=list)
    others: list[Evidence] = field(default_factory=list)
    """The quotes after the first one."""
    backs: list[str] = field(default_factory=list)
    """The pieces of the element that its quotes back, each once."""

    @property
    def whole(self) -> str:
        """The block's text."""
        return self.first.before + self.first.quote + self.first.after


def passages(contexts: Sequence[EvidenceContext], backs: Sequence[tuple[str, Evidence]]) -> tuple[Passage, ...]:
    """The passages in the order of the element's evidence; a quote that was not found is one of its own."""
    by_block: dict[tuple[str, str, str], Passage] = {}
    for context in contexts:
        proof = context.evidence
        lost = "" if context.is_found else f"{proof.start} {proof.quote}"
        passage = by_block.setdefault((proof.source, proof.block, lost), Passage(context))
        if passage.first is not context:
            passage.others.append(proof)
        if context.is_found:
            passage.spans.append((len(context.before), len(context.before) + len(context.quote)))
        for name, other in backs:
            if other == proof and name and name not in passage.backs:
                passage.backs.append(name)
    return tuple(by_block.values())


def drawn(passage: Passage) -> Html:
    """The passage with its place, its neighbours and the quotes marked."""
    context = passage.first
    backs = f"Backs {', '.join(_lowered(name) for name in passage.backs)}" if passage.backs else None
    place = joined(el("strong", context.source_title), f" · {context.place}" if context.place else None)
    head = el("p", place, el("small", backs) if backs else None, class_="s2m-where")
    if not context.is_found:
        return el(
            "section",
            head,
            el("p", el("strong", "Quote NOT FOUND in the source.")),
            el("p", "The element says it quotes:"),
            el("p", context.evidence.quote, class_="s2m-passage-text"),
            class_="s2m-lost",
        )
    heading = " s2m-passage-heading" if context.block_kind == "heading" else ""
    return el(
        "section",
        head,
        _around(context.previous_block, from_end=True),
        el("p", marked(passage.whole, passage.spans), class_=f"s2m-passage-text{heading}"),
        _around(context.next_block, from_end=False),
        class_="s2m-passage",
    )


def marked(whole: str, spans: Sequence[tuple[int, int]]) -> Html:
    """The text with the spans marked; spans that overlap become one mark."""
    pieces: list[Html] = []
    at = 0
    for start, end in sorted(spans):
        if end <= at:
            continue
        start = max(start, at)  # noqa: PLW2901 - the rest of an overlapping quote joins the mark before it
        pieces += [text(whole[at:start]), el("mark", whole[start:end])]
        at = end
    return joined(*pieces, text(whole[at:]))


def _around(block: str | None, *, from_end: bool) -> Html | None:
    """A neighbouring block, cut to what helps to place the passage."""
    if not block:
        return None
    if from_end and len(block) > 280:
        block = "… " + block[-270:].split(" ", 1)[-1]
    return el("p", block if from_end else shortened(block, 280), class_="s2m-around")


def _lowered(name: str) -> str:
    return name[:1].lower() + name[1:]
