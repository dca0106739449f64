"""Documents in, chunks within a token budget out, every block exactly once."""

from pipeline.split.chunker import split_blocks

__all__ = ["split_blocks"]
