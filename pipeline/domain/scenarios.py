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

    @property
    def is_decision(self) -> bool:
        """Whether there is something to choose between."""
        return len(self.choices) > 1


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

    @property
    def lost_choices(self) -> tuple[Choice, ...]:
        """The choices that lead to a node which is not in the story."""
        known = {node.id for node in self.nodes}
        return tuple(
            choice
            for node in self.nodes
            for choice in node.choices
            if choice.next is not None and choice.next not in known
        )

    @property
    def reached(self) -> frozenset[str]:
        """Ids of the nodes that some way from the start comes to; none where the start is not in the story."""
        nodes = {node.id: node for node in self.nodes}
        found = {self.start} & set(nodes)
        queue = sorted(found)
        while queue:
            for choice in nodes[queue.pop()].choices:
                if choice.next in nodes and choice.next not in found:
                    found.add(choice.next)
                    queue.append(choice.next)
        return frozenset(found)

    @property
    def endless(self) -> tuple[str, ...]:
        """Ids of the reached nodes from which no way leads to an end, in order."""
        ending = {node.id for node in self.nodes if not node.choices or any(one.next is None for one in node.choices)}
        grown = True
        while grown:
            more = {
                node.id
                for node in self.nodes
                if node.id not in ending and any(one.next in ending for one in node.choices)
            }
            ending |= more
            grown = bool(more)
        return tuple(node.id for node in self.nodes if node.id in self.reached and node.id not in ending)

    @property
    def has_recoverable_error(self) -> bool:
        """Whether some choice that is not the best leads to a node where the learner can still choose the best."""
        good = {node.id for node in self.nodes if any(choice.quality == "best" for choice in node.choices)}
        return any(
            choice.quality != "best" and choice.next in good for node in self.nodes for choice in node.choices
        )
