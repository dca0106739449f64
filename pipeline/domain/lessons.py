"""Lessons: one grain of instruction each, made of parts that are reviewed on their own."""

from __future__ import annotations

from enum import StrEnum

from pipeline.domain.base import Noun
from pipeline.domain.elements import Element


class PartKind(StrEnum):
    """What a part does for the learner."""

    RELEVANCE = "relevance"
    EXPLANATION = "explanation"
    EXAMPLE = "example"
    NON_EXAMPLE = "non_example"
    PROCEDURE = "procedure"
    PRACTICE = "practice"
    REFLECTION = "reflection"
    SUMMARY = "summary"
    JOB_AID = "job_aid"


class Figure(Noun):
    """A picture of the source, shown as it stands and never redrawn."""

    source: str
    block: str
    file: str
    """Path of the picture in the workspace, such as "figures/1f….png"; its name is the content's SHA-256."""
    alt: str | None = None
    """What it shows, in words, for who cannot see it; None where nobody has said so yet."""
    caption: str | None = None
    caption_block: str | None = None
    """The block the caption was taken from."""

    @property
    def blocks(self) -> tuple[tuple[str, str], ...]:
        """(source, block) of the picture and of its caption."""
        return tuple((self.source, block) for block in (self.block, self.caption_block) if block)


class Part(Element):
    """A piece of a lesson with one job."""

    kind: PartKind
    markdown: str
    figures: tuple[Figure, ...] = ()
    """Shown below the text, in order."""

    @property
    def kind_name(self) -> str:
        """The element's kind."""
        return "part"

    @property
    def label(self) -> str:
        """The part's job and its first words."""
        words = self.markdown.replace("#", "").replace("*", "").split()
        return f"{self.kind.value.replace('_', ' ').capitalize()}: {' '.join(words[:9])}"


class Lesson(Noun):
    """One grain of instruction for its objectives."""

    id: str
    title: str
    objective_ids: tuple[str, ...]
    minutes: float
    """Reading at 200 words a minute plus activity."""
    parts: tuple[Part, ...]
