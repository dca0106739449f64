"""What reading, checks, grounding and drafts score on labelled sets, which stay where they are and are never copied."""

from pipeline.evaluate.bloom import BloomSuite
from pipeline.evaluate.reading import ReadingSuite
from pipeline.evaluate.rows import Row, Suite

__all__ = ["SUITES", "Row", "Suite"]

SUITES: tuple[Suite, ...] = (ReadingSuite(), BloomSuite())
