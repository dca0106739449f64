"""Several documents → one module: what they share is drafted once, from the first that says it.

Before drafting, the later document's share of every overlap is taken out (`merged`); afterwards the module is told of
the documents as they are again (`told_of_all`): what was taught is proved by both, and what was taken out is listed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, TypeVar

from pipeline.domain import (
    Block,
    BlockKind,
    Document,
    Evidence,
    Figure,
    LeftOutBlock,
    Module,
    Noun,
    Omission,
    OmissionReason,
    Overlap,
    OverlapKind,
    PlannedBlock,
)

# Between a block's id and its document's, where two documents hold blocks of one id.
_MARK = "~"
_MARKED = re.compile(rf"{_MARK}s-[0-9a-f]{{12}}")
_QUOTE_CHARS = 80

N = TypeVar("N", bound=Noun)


@dataclass(frozen=True)
class Merged:
    """Documents to draft one module from."""

    documents: tuple[Document, ...]
    """Without what an earlier one says; no two blocks have the same id."""
    received: tuple[Document, ...]
    """As they were read."""
    overlaps: tuple[Overlap, ...] = ()
    taken_out: tuple[Omission, ...] = ()
    """The blocks that are not drafted from, because an earlier document says the same or contradicts them."""


def original_id(block_id: str) -> str:
    """The id that the block has in its own document."""
    return block_id.partition(_MARK)[0]


def merged(received: Sequence[Document], overlaps: Sequence[Overlap]) -> Merged:
    """The documents in order of precedence, the later ones without what the earlier ones say or contradict.

    Only whole blocks are taken out, and of a list all or nothing: a procedure with half its steps is none.
    """
    by_block: dict[tuple[str, str], list[Overlap]] = {}
    for overlap in overlaps:
        by_block.setdefault((overlap.second.source, overlap.second.block), []).append(overlap)
    names = {document.source.id: _name(document) for document in received}
    taken: set[str] = set()
    kept_documents = []
    taken_out: list[Omission] = []
    for document in received:
        gone = {
            block.id
            for run in _runs(document.blocks)
            if all(_is_covered(block, by_block.get((document.source.id, block.id), ())) for block in run)
            for block in run
        }
        taken_out += [
            _omission(block, by_block[document.source.id, block.id], names)
            for block in document.blocks
            if block.id in gone
        ]
        kept = [block for block in document.blocks if block.id not in gone]
        own = tuple(
            block.model_copy(update={"id": f"{block.id}{_MARK}{document.source.id}"}) if block.id in taken else block
            for block in kept
        )
        taken |= {block.id for block in document.blocks}
        kept_documents.append(document.model_copy(update={"blocks": own}))
    return Merged(tuple(kept_documents), tuple(received), tuple(overlaps), tuple(taken_out))


def _runs(blocks: Sequence[Block]) -> list[list[Block]]:
    """The blocks that could be taken out, those of one list together."""
    runs: list[list[Block]] = []
    for is_list, group in groupby(blocks, key=lambda block: block.kind is BlockKind.LIST_ITEM):
        found = [block for block in group if block.is_teachable and block.kind is not BlockKind.HEADING]
        runs += [found] if is_list else [[block] for block in found]
    return [run for run in runs if run]


def _is_covered(block: Block, overlaps: Sequence[Overlap]) -> bool:
    """Whether every word of the block stands in one of the overlaps."""
    left = list(block.text)
    for overlap in overlaps:
        left[overlap.second.start : overlap.second.end] = " " * (overlap.second.end - overlap.second.start)
    return bool(overlaps) and not any(char.isalnum() for char in left)


def _omission(block: Block, overlaps: Sequence[Overlap], names: Mapping[str, str]) -> Omission:
    conflict = next((one for one in overlaps if one.kind is OverlapKind.CONFLICT), None)
    first = (conflict or overlaps[0]).first
    where = f"{first.block} in {names[first.source]}"
    if conflict is not None:
        said = first.quote if len(first.quote) <= _QUOTE_CHARS else first.quote[:_QUOTE_CHARS].rstrip() + " …"
        note = f"contradicts {where}, which is taught until the owners of both decide: “{said}”"
        return Omission(
            source=overlaps[0].second.source, block=block.id, reason=OmissionReason.PARKED, note=note
        )
    return Omission(
        source=overlaps[0].second.source,
        block=block.id,
        reason=OmissionReason.DUPLICATE,
        note=f"says the same as {where}, where it is taught from",
    )


def _name(document: Document) -> str:
    return document.source.path.replace("\\", "/").rsplit("/", 1)[-1]


# --- back to the documents as they are --------------------------------------------------------------------------------


def told_of_all(module: Module, merge: Merged) -> Module:
    """The module with the documents' own block ids, with the later documents' words beside those they repeat, and with
    what was taken out in its ledger.
    """
    twins: dict[tuple[str, str], list[Overlap]] = {}
    for overlap in merge.overlaps:
        if overlap.kind is OverlapKind.DUPLICATE:
            twins.setdefault((overlap.first.source, overlap.first.block), []).append(overlap)

    def proved(proof: Evidence) -> list[Evidence]:
        own = proof.model_copy(update={"block": original_id(proof.block)})
        return [own, *(twin.second for twin in twins.get((own.source, own.block), ()) if _share_words(own, twin.first))]

    told = in_own_ids(module, proved)
    places = {
        (document.source.id, block.id): (number, place)
        for number, document in enumerate(merge.received)
        for place, block in enumerate(document.blocks)
    }
    ledger = {(one.source, one.block): one for one in (*told.omissions, *merge.taken_out)}
    return told.model_copy(
        update={"omissions": tuple(ledger[place] for place in sorted(ledger, key=lambda one: places[one]))}
    )


def _share_words(proof: Evidence, twin: Evidence) -> bool:
    """Whether the quote and the repeated statement have words in common: their spans meet."""
    return proof.start < twin.end and twin.start < proof.end


def in_own_ids(noun: N, proved: Callable[[Evidence], list[Evidence]] | None = None) -> N:
    """The module or plan with the ids that its blocks have in their own documents; `proved` says what each piece of
    evidence becomes.
    """
    tell = proved or (lambda proof: [proof.model_copy(update={"block": original_id(proof.block)})])
    told: N = _told(noun, tell)
    return told


def _told(value: Any, tell: Callable[[Evidence], list[Evidence]]) -> Any:
    if isinstance(value, tuple):
        if value and all(isinstance(one, Evidence) for one in value):
            return tuple(dict.fromkeys(proof for one in value for proof in tell(one)))
        return tuple(_told(one, tell) for one in value)
    if isinstance(value, Figure):
        caption = original_id(value.caption_block) if value.caption_block else None
        return value.model_copy(update={"block": original_id(value.block), "caption_block": caption})
    if isinstance(value, Omission):
        note = _MARKED.sub("", value.note) if value.note else None
        return value.model_copy(update={"block": original_id(value.block), "note": note})
    if isinstance(value, PlannedBlock | LeftOutBlock):
        return value.model_copy(update={"id": original_id(value.id)})
    if isinstance(value, Noun):
        fields = {name: getattr(value, name) for name in type(value).model_fields}
        changed = {name: new for name, old in fields.items() if (new := _told(old, tell)) is not old}
        return value.model_copy(update=changed) if changed else value
    return value
