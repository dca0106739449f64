"""Documents in, chunks within a token budget out, every block exactly once."""

from pipeline.split.chunker import split_blocks
from pipeline.split.topics import topic_starts

__all__ = ["split_blocks", "topic_starts"]
