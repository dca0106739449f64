"""A small picture, and a document and a part that show it."""

from __future__ import annotations

import hashlib
import io
from typing import Any

from pipeline.domain import Block, BlockKind, Document, Figure, Lesson, Part
from tests.builders import a_document, a_part, an_evidence


def a_png(width: int = 12, height: int = 8, *, grey: int = 90) -> bytes:
    """A grey rectangle."""
    from PIL import Image

    buffer = io.BytesIO()
    Image.new("L", (width, height), grey).save(buffer, "PNG")
    return buffer.getvalue()


def file_of(content: bytes) -> str:
    """The path in a workspace that the picture has."""
    return f"figures/{hashlib.sha256(content).hexdigest()}.png"


def a_figure(content: bytes | None = None, **fields: Any) -> Figure:
    """A figure of a part."""
    file = file_of(content if content is not None else a_png())
    return Figure(**{"source": "s-1", "block": "b-f", "file": file, "alt": "A padlock on DS-7", **fields})


def a_picture_block(content: bytes | None = None, **fields: Any) -> Block:
    """The block of a picture."""
    file = file_of(content if content is not None else a_png())
    return Block(**{"id": "b-f", "kind": BlockKind.FIGURE, "text": "", "file": file, **fields})


def with_blocks(document: Document, *added: tuple[int, Block], section: tuple[str, ...] = ()) -> Document:
    """The document with blocks put in before the positions named, all in one section."""
    blocks = list(document.blocks)
    for at, block in sorted(added, key=lambda one: -one[0]):
        blocks.insert(at, block)
    placed = (block.changed(anchor=block.anchor.model_copy(update={"section": section})) for block in blocks)
    return document.changed(blocks=tuple(placed))


def a_lesson(*quotes: str, document: Document | None = None, kind: str = "explanation") -> Lesson:
    """A lesson with a part a quote."""
    document = document or a_document()
    parts: list[Part] = [
        a_part(id=f"p-{number}", kind=kind, evidence=(an_evidence(document, quote),))
        for number, quote in enumerate(quotes, 1)
    ]
    return Lesson(id="l-1", title="Lock out", objective_ids=("o-1",), minutes=1.0, parts=tuple(parts))


