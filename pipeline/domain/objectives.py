"""Objectives: measurable performance in ABCD form (Mager)."""

from __future__ import annotations

from typing import Literal

from pipeline.domain.elements import BloomLevel, Element


class Objective(Element):
    """What the learner does on the job, under which condition and how well."""

    text: str
    """The whole objective as one sentence."""
    audience: str
    """Who performs."""
    behaviour: str
    """One observable verb and its object."""
    condition: str
    """Given what, or when."""
    degree: str
    """How well: a number, a standard, free of errors, a time."""
    bloom: BloomLevel
    job_behaviour: str | None = None
    """The behaviour on the job that the objective serves."""
    format: Literal["async", "live"] = "async"

    @property
    def kind_name(self) -> str:
        """The element's kind."""
        return "objective"

    @property
    def label(self) -> str:
        """The behaviour."""
        return self.behaviour
