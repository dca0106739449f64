"""A backlog's document from its bytes, parsed in a process of its own with the batch's limits."""

from __future__ import annotations

import tempfile
from pathlib import Path

from pipeline.domain import Batch, Document
from pipeline.ingest.contained import ParseLimits, read_contained_async

# The ending helps to tell formats apart; a longer one is no ending.
_ENDING_CHARS = 12


async def read_received(path: str, content: bytes, batch: Batch) -> Document:
    """The document with that content, under the path it is shown by; raises SourceError."""
    ending = Path(path).suffix
    if not ending.isascii() or len(ending) > _ENDING_CHARS:
        ending = ""
    limits = ParseLimits(seconds=batch.spec.parse_timeout_s, memory_mb=batch.spec.parse_memory_mb)
    with tempfile.TemporaryDirectory(prefix="sme2module-") as folder:
        file = Path(folder) / f"source{ending}"
        file.write_bytes(content)
        return await read_contained_async(file, shown_path=path, limits=limits)
