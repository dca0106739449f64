"""A quote where it stands in its source, for the reviewer's eyes."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.domain import Anchor, Block, BlockKind, Document, Element, Evidence
from pipeline.review.views import EvidenceContext


def evidence_in_context(
    evidence: tuple[Evidence, ...], documents: Mapping[str, Document]
) -> tuple[EvidenceContext, ...]:
    """Each quote with the text around it; one whose source or block is gone is shown as not found.

    In the element's order, but headings come last: what they stand over says whether a statement is true.
    """
    shown = (_in_context(proof, documents.get(proof.source)) for proof in evidence)
    return tuple(sorted(shown, key=lambda one: one.block_kind == BlockKind.HEADING.value))


def lost_quotes(element: Element, documents: Mapping[str, Document]) -> tuple[Evidence, ...]:
    """The element's evidence that is not where it says."""
    return tuple(proof for proof in element.all_evidence if not _holds(proof, documents.get(proof.source)))


def place_in_words(anchor: Anchor) -> str:
    """Where a block sits, such as "page 3, section Shutdown › Isolation"; empty where none can tell."""
    words = []
    if anchor.inside:
        words.append(f"in {anchor.inside}")
    if anchor.pages and anchor.pages[0] != anchor.pages[1]:
        words.append(f"pages {anchor.pages[0]}–{anchor.pages[1]}")
    elif anchor.page is not None:
        printed = anchor.page_label
        label = f" (printed {printed})" if printed and printed != str(anchor.page) else ""
        words.append(f"page {anchor.page}{label}")
    if anchor.slide is not None:
        words.append(f"slide {anchor.slide}")
    if anchor.sheet:
        words.append(f"sheet {anchor.sheet}")
    if anchor.cells:
        words.append(f"cells {anchor.cells}")
    if anchor.start is not None:
        words.append(f"at {_clock(anchor.start)}")
    if anchor.speaker:
        words.append(f"spoken by {anchor.speaker}")
    if anchor.lines:
        first, last = anchor.lines
        words.append(f"line {first}" if first == last else f"lines {first}–{last}")
    elif anchor.paragraph is not None and anchor.page is None:
        words.append(f"paragraph {anchor.paragraph}")
    if anchor.section:
        words.append(f"section {' › '.join(anchor.section)}")
    return ", ".join(words)


def _in_context(proof: Evidence, document: Document | None) -> EvidenceContext:
    blocks = document.blocks if document else ()
    index = next((n for n, block in enumerate(blocks) if block.id == proof.block), None)
    title = (document.source.title or document.source.path) if document else proof.source
    if index is None:
        return EvidenceContext(
            evidence=proof, source_title=title, place="", block_kind="", before="", quote=proof.quote,
            after="", previous_block=None, next_block=None, is_found=False,
        )
    block = blocks[index]
    is_found = proof.holds_in(block)
    return EvidenceContext(
        evidence=proof,
        source_title=title,
        place=place_in_words(block.anchor),
        block_kind=block.kind.value,
        before=block.text[: proof.start] if is_found else "",
        quote=proof.quote,
        after=block.text[proof.end :] if is_found else "",
        # Where the quote is not in its block, the block as it reads now stands where its neighbour would.
        previous_block=_nearest(blocks[:index][::-1]) if is_found else block.text,
        next_block=_nearest(blocks[index + 1 :]),
        is_found=is_found,
    )


def _holds(proof: Evidence, document: Document | None) -> bool:
    return document is not None and any(proof.holds_in(block) for block in document.blocks)


def _nearest(blocks: tuple[Block, ...]) -> str | None:
    """Text of the first block that a reader of the source would see there."""
    return next(
        (one.text for one in blocks if one.kind is not BlockKind.FURNITURE and not one.hidden and one.text),
        None,
    )


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
