"""What engines can be asked to tell: branching scenarios, scripts for video and sound, prompts for discussion.

Each is asked once for a whole module, when its lessons and items are there; a scenario again when another is wanted.
"""

from __future__ import annotations

from typing import Literal

from pipeline.domain import Brief, ResourceKind, Told
from pipeline.engines.tasks import Inputs, Quote, RewriteInputs, Task, TopicInputs


class ScenariosInputs(Inputs):
    """For the scenarios of a module."""

    brief: Brief
    topics: tuple[TopicInputs, ...]
    """The module's objectives and the blocks they cover."""
    tested: tuple[Quote, ...]
    """What the test's items rest on: a story asks for something else where the source has enough."""


class ResourcesInputs(Inputs):
    """For the resources of a module that were ordered."""

    brief: Brief
    topics: tuple[TopicInputs, ...]
    """The module's objectives and the blocks they cover."""
    kinds: tuple[ResourceKind, ...]
    """One resource of each is wanted."""


class ChoiceDraft(Told):
    """What can be done at a node."""

    text: str
    consequence: str
    feedback: str
    quality: Literal["best", "acceptable", "poor"]
    next: str | None
    """Id of the next node; null where the story ends."""


class NodeDraft(Told):
    """A situation with its choices; none where the story ends."""

    id: str
    situation: str
    choices: tuple[ChoiceDraft, ...]
    quotes: tuple[Quote, ...]


class ScenarioDraft(Told):
    """A story; it begins with its first node."""

    title: str
    nodes: tuple[NodeDraft, ...]


class ScenariosReply(Told):
    """The scenarios; none where the source carries none."""

    scenarios: tuple[ScenarioDraft, ...]


class ResourceDraft(Told):
    """A script or a discussion."""

    kind: Literal["video_script", "podcast_script", "discussion"]
    title: str
    markdown: str
    quotes: tuple[Quote, ...]


class ResourcesReply(Told):
    """The resources asked for; one that the source has nothing for is left out."""

    resources: tuple[ResourceDraft, ...]


SCENARIOS = Task("scenarios", ScenariosInputs, ScenariosReply, 4000)
RESOURCES = Task("resources", ResourcesInputs, ResourcesReply, 6000)
REWRITE_SCENARIO = Task("rewrite-scenario", RewriteInputs, ScenarioDraft, 4000)
