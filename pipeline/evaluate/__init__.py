"""What reading, checks, grounding and drafts score on labelled sets, which stay where they are and are never copied."""

from pipeline.evaluate.bloom import BloomSuite
from pipeline.evaluate.grounding import GroundingSuite
from pipeline.evaluate.reading import ReadingSuite
from pipeline.evaluate.rows import Row, Suite
from pipeline.evaluate.seeded import SeededSuite
from pipeline.evaluate.textbooks import TextbookSuite
from pipeline.evaluate.triage import TriageSuite

__all__ = ["SUITES", "Row", "Suite"]

SUITES: tuple[Suite, ...] = (
    ReadingSuite(),
    BloomSuite(),
    GroundingSuite(),
    TriageSuite(),
    SeededSuite(),
    TextbookSuite(),
)
