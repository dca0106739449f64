"""A backlog's document from its bytes, parsed in a process of its own with the batch's limits."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from pipeline.domain import Batch, Document
from pipeline.errors import StoreError
from pipeline.ingest.contained import ParseLimits, read_contained_async

# The ending helps to tell formats apart; a longer one is no ending.
_ENDING_CHARS = 12


async def read_received(path: str, content: bytes, batch: Batch, *, figures: Path | None = None) -> Document:
    """The document with that content, under the path it is shown by; raises SourceError, and StoreError where there is
    no room for a temporary file.
    """
    ending = Path(path).suffix
    if not ending.isascii() or len(ending) > _ENDING_CHARS:
        ending = ""
    limits = ParseLimits(seconds=batch.spec.parse_timeout_s, memory_mb=batch.spec.parse_memory_mb)
    with _written(content, f"source{ending}") as file:
        return await read_contained_async(file, shown_path=path, limits=limits, figures=figures)


@contextmanager
def _written(content: bytes, name: str) -> Iterator[Path]:
    """A file of that content and name, until the end; raises StoreError."""
    with ExitStack() as stack:
        try:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="sme2module-"))
            file = Path(folder) / name
            file.write_bytes(content)
        except OSError as error:
            raise StoreError(
                "temporary file", why=f"it cannot be written ({error.strerror or error})", mend="free space and go on"
            ) from error
        yield file
