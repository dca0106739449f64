"""Neighbouring chunks → as few questions as the token budget allows.

A question to a language model costs its rules and its task whatever it shows, so short chunks cost most. An engine that
reads inputs costs nothing and is asked chunk by chunk.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.domain import Chunk
from pipeline.ids import short_id

_GLUE = "\n\n"


def filled(chunks: Sequence[Chunk]) -> list[Chunk]:
    """The chunks in order, neighbours of one source joined within their budget, about evenly filled."""
    joined: list[Chunk] = []
    for run in _by_source(chunks):
        whole = sum(chunk.tokens for chunk in run)
        budget = run[0].budget_tokens
        even = whole / max(-(-whole // budget), 1) if budget else 0
        packs: list[list[Chunk]] = []
        for chunk in run:
            taken = sum(one.tokens for one in packs[-1]) if packs else 0
            # A chunk goes where its middle lies, or the last question would be asked about a few left over lines.
            if packs and taken + chunk.tokens <= budget and taken + chunk.tokens / 2 <= even:
                packs[-1].append(chunk)
            else:
                packs.append([chunk])
        joined += [_joined(pack) for pack in packs]
    return joined


def _by_source(chunks: Sequence[Chunk]) -> list[list[Chunk]]:
    runs: list[list[Chunk]] = []
    for chunk in chunks:
        if not runs or runs[-1][-1].source != chunk.source:
            runs.append([])
        runs[-1].append(chunk)
    return runs


def _joined(chunks: Sequence[Chunk]) -> Chunk:
    first = chunks[0]
    if len(chunks) == 1:
        return first
    spans = []
    text = ""
    for chunk in chunks:
        text += _GLUE if text else ""
        spans += [span.model_copy(update={"in_chunk": span.in_chunk + len(text)}) for span in chunk.spans]
        text += chunk.text
    return first.model_copy(
        update={
            "id": short_id("c", [chunk.id for chunk in chunks]),
            "text": text,
            "spans": tuple(spans),
            "tokens": sum(chunk.tokens for chunk in chunks),
        }
    )
