"""What a learner or facilitator takes away: job aids, scripts, discussions, glossaries."""

from __future__ import annotations

from enum import StrEnum

from pipeline.domain.elements import Element


class ResourceKind(StrEnum):
    """What a resource is for."""

    JOB_AID = "job_aid"
    VIDEO_SCRIPT = "video_script"
    DISCUSSION = "discussion"
    GLOSSARY = "glossary"
    PODCAST_SCRIPT = "podcast_script"


ORDERED_KINDS = (ResourceKind.VIDEO_SCRIPT, ResourceKind.PODCAST_SCRIPT, ResourceKind.DISCUSSION)
"""The kinds that are drafted where they are asked for; job aids and a glossary always are."""


class Resource(Element):
    """Something to use outside the lessons."""

    kind: ResourceKind
    title: str
    markdown: str

    @property
    def kind_name(self) -> str:
        """The element's kind."""
        return "resource"

    @property
    def label(self) -> str:
        """The title."""
        return self.title
