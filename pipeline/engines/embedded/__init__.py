"""The embedded engine: the default drafter, which works offline and always drafts the same from the same source."""

from pipeline.engines.embedded.engine import EmbeddedEngine

__all__ = ["EmbeddedEngine"]
