"""Lesson titles that a learner can tell apart: chunks are outlined side by side, so two may come back with one title.

In: outlines in the order of the source. Out: the same, each later title of a kind with what its blocks turn to, in the
source's words, or with its number where they turn to nothing of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline import prose
from pipeline.domain import BlockKind
from pipeline.draft.objectives import Outline
from pipeline.draft.topics import Topic
from pipeline.prose.sub_topics import sub_topic

# A topic said once still tells more than a number; one that comes back tells it better.
_SAID_AT_LEAST = (2, 1)


def told_apart(outlines: Sequence[Outline], language: str) -> list[Outline]:
    """The outlines with no two lessons under one title; the first keeps it as it is."""
    taken: dict[str, list[Topic]] = {}
    kept = []
    for outline in outlines:
        topics = []
        for topic in outline.topics:
            earlier = taken.setdefault(prose.same(topic.lesson_title), [])
            named = replace(topic, lesson_title=_own(topic, earlier, language, taken)) if earlier else topic
            earlier.append(topic)
            if named is not topic:
                taken.setdefault(prose.same(named.lesson_title), []).append(named)
            topics.append(named)
        kept.append(replace(outline, topics=tuple(topics)))
    return kept


def _own(topic: Topic, earlier: Sequence[Topic], language: str, taken: dict[str, list[Topic]]) -> str:
    title = topic.lesson_title
    before = [text for one in earlier for text in _texts(one)]
    for least in _SAID_AT_LEAST:
        name = sub_topic(_texts(topic), [title], language=language, before=before, least=least)
        # Behind a question the topic stands as it is: "How are fonts set? Font files".
        own = f"{title} {name}" if title.endswith(("?", "？", "؟")) else f"{title} – {name}"
        if name and prose.same(own) not in taken:
            return own
    number = len(earlier) + 1
    while prose.same(f"{title} ({number})") in taken:
        number += 1
    return f"{title} ({number})"


def _texts(topic: Topic) -> list[str]:
    return [" ".join(block.text.split()) for block in topic.blocks if block.kind is not BlockKind.HEADING]
