"""Branching stories: a choice has a consequence, feedback and a next node; every path ends."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pipeline.domain.base import Noun
from pipeline.domain.elements import Element


class Choice(Noun):
    """What the learner can do at a node."""

    text: str
    consequence: str
    """What happens in the story, before any judgement."""
    feedback: str
    next: str | None
    """Id of the next node; null ends the story."""
    quality: Literal["best", "acceptable", "poor"]


class Node(Noun):
    """A situation and the choices in it; without choices the story ends here."""

    id: str
    situation: str
    choices: tuple[Choice, ...] = ()


class Scenario(Element):
    """A story that starts at `start`."""

    title: str
    objective_ids: tuple[str, ...]
    start: str
    nodes: tuple[Node, ...] = Field(min_length=1)

    @property
    def kind_name(self) -> str:
        """The element's kind."""
        return "scenario"

    @property
    def label(self) -> str:
        """The title."""
        return self.title
