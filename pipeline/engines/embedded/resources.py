"""The scripts and discussions that were ordered, each drafted by its own file.

In: what is asked and the material of the whole module. Out: a `ResourcesReply`; a kind that the source has nothing for
is left out.
"""

from __future__ import annotations

from pipeline.domain import ResourceKind
from pipeline.engines.embedded.discussions import discussion
from pipeline.engines.embedded.material import Material
from pipeline.engines.embedded.scripts import Told, script
from pipeline.engines.telling import ResourceDraft, ResourcesInputs, ResourcesReply


def resources(inputs: ResourcesInputs, material: Material) -> ResourcesReply:
    """The resources of the module."""
    made = (_resource(kind, inputs, material) for kind in inputs.kinds)
    return ResourcesReply(resources=tuple(one for one in made if one is not None))


def _resource(kind: ResourceKind, inputs: ResourcesInputs, material: Material) -> ResourceDraft | None:
    if kind is ResourceKind.DISCUSSION:
        return discussion(material)
    blocks = {block.id: block for block in inputs.blocks}
    topics = [
        Told(topic.lesson_title, material.narrowed(blocks[one] for one in topic.blocks if one in blocks))
        for topic in inputs.topics
    ]
    if kind is ResourceKind.VIDEO_SCRIPT:
        return script("video_script", topics, material)
    return script("podcast_script", topics, material) if kind is ResourceKind.PODCAST_SCRIPT else None
