"""The omission ledger: every source block that no element uses, with the reason why, and what was not read at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.domain import Block, BlockKind, Document, Gap, Omission, OmissionReason
from pipeline.engines.other_languages import in_other_languages, language_name
from pipeline.engines.tasks import OBJECTIVES, ParkedBlock
from pipeline.ids import normalised
from pipeline.injections import order_in
from pipeline.prose import start_of


def omissions_of(
    documents: Sequence[Document],
    *,
    used: set[tuple[str, str]],
    parked: Mapping[str, ParkedBlock],
    lesson_of_block: Mapping[str, str],
) -> tuple[Omission, ...]:
    """The ledger, in reading order: `used` are (source, block) pairs that some element quotes; `lesson_of_block` tells
    the lesson whose topic a block belongs to.
    """
    ledger = []
    for document in documents:
        seen: dict[str, str] = {}
        for block in document.blocks:
            text = normalised(block.text)
            twin = seen.setdefault(text, block.id)
            if (document.source.id, block.id) in used:
                continue
            reason, note = _reason(block, parked.get(block.id), lesson_of_block.get(block.id))
            taught_twin = twin != block.id and text and (document.source.id, twin) in used
            if taught_twin and reason is not OmissionReason.FURNITURE:
                reason, note = OmissionReason.DUPLICATE, f"says the same as {twin}"
            ledger.append(Omission(source=document.source.id, block=block.id, reason=reason, note=note))
    return tuple(ledger)


def unread(documents: Sequence[Document], ledger: Sequence[Omission], language: str) -> tuple[Gap, ...]:
    """What an engine of one language left unread, a gap a source and language: a rule may stand there that the module
    does not teach.
    """
    gaps = []
    omitted = {(one.source, one.block) for one in ledger if one.reason is not OmissionReason.DUPLICATE}
    for document in documents:
        source = document.source
        blocks = {block.id: block for block in document.blocks if block.is_teachable}
        passages: dict[str, list[Block]] = {}
        for block_id, tag in in_other_languages(blocks.values(), language).items():
            if (source.id, block_id) in omitted:
                passages.setdefault(tag, []).append(blocks[block_id])
        for tag, found in passages.items():
            count = "1 passage" if len(found) == 1 else f"{len(found)} passages"
            message = (
                f"{count} in {language_name(tag)} not read, as this engine drafts in {language_name(language)} only; "
                f"the first: “{start_of(found[0].text)}”. Have what counts translated in the source, or draft with "
                "--engine openai"
            )
            gaps.append(Gap(target=source.id, stage=OBJECTIVES.name, code="other_language", message=message))
    return tuple(gaps)


def _reason(block: Block, parked: ParkedBlock | None, lesson: str | None) -> tuple[OmissionReason, str | None]:
    if block.kind is BlockKind.FURNITURE:
        return OmissionReason.FURNITURE, None
    if (order := order_in(block.text)) is not None:
        return OmissionReason.PARKED, f"speaks to a language model (“{order}”); nothing is drafted from it"
    if block.hidden:
        return OmissionReason.NOT_INSTRUCTIONAL, "hidden in the source"
    if block.kind is BlockKind.COMMENT:
        return OmissionReason.NOT_INSTRUCTIONAL, "a reviewer's comment"
    if not block.text.strip():
        return OmissionReason.UNREADABLE, "holds no text"
    if parked is not None:
        return OmissionReason(parked.reason), parked.note
    if block.kind is BlockKind.HEADING:
        return OmissionReason.NOT_INSTRUCTIONAL, "a heading: it names what follows"
    if lesson is not None:
        return OmissionReason.PARKED, f"belongs to the lesson “{lesson}”, which does not quote it"
    return OmissionReason.PARKED, "no objective covers it"
