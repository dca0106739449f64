"""The claims of a module: every statement of its lessons, items, stories and job aids that could be wrong.

Questions, requests to think or imagine, headings and what a distractor says are none: a distractor is false by design,
its feedback is not. A passage in quotation marks is a claim of its own. Of a story, the people and circumstances of a
scene are made up; what comes of a choice, the best choices and the feedback say what the source says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from pipeline import prose
from pipeline.domain import (
    CHOICE_TYPES,
    Claim,
    Element,
    ItemType,
    Module,
    NumericAnswer,
    Part,
    PartKind,
    QuizItem,
    Resource,
    ResourceKind,
    Scenario,
)
from pipeline.prose.wordlists import words_for

# Practice and reflection ask; what shows how not to do it is false by design.
_ASKING = frozenset([PartKind.PRACTICE, PartKind.REFLECTION, PartKind.NON_EXAMPLE, ResourceKind.DISCUSSION])
_QUOTED = re.compile(r"“([^”]+)”|„([^“”]+)[“”]|«\s*([^»]+?)\s*»")
_BLANK = re.compile(r"\{\{(\d+)\}\}")
# Fewer words carry no statement of their own.
_FEWEST_WORDS = 3


class Voice(Enum):
    """How a statement is meant, which decides what of it can be held against the source."""

    TOLD = "told"
    ANSWER = "answer"
    """The key of an item or the best choice of a story: it says something only together with its question."""
    SCENE = "scene"
    """A situation of a story: people and circumstances may be made up, what is exact may not."""
    OUTCOME = "outcome"
    """What comes of a choice in a story, as far as the source says."""
    COMMENT = "comment"
    """Feedback in a story: it speaks of the scene and of the rule."""


class Stated(NamedTuple):
    """A claim, and what of its element bears on it."""

    claim: Claim
    own: str = ""
    """The stem and options of the item, or the scene and choices of a story: feedback may name their numbers, true or
    not.
    """
    voice: Voice = Voice.TOLD


def claims_of(module: Module, *, only: str | None = None) -> tuple[Stated, ...]:
    """Every claim, or those of one element: element by element in the module's order, each sentence once an element."""
    found: dict[tuple[str, str], Stated] = {}
    for element in module.elements():
        if only is not None and element.id != only:
            continue
        for text, own, voice in _texts(element):
            for sentence in _statements(text, module.language):
                claim = Claim(text=sentence, target=element.id)
                found.setdefault((element.id, prose.same(sentence)), Stated(claim, own, voice))
    return tuple(found.values())


def _texts(element: Element) -> Iterator[tuple[str, str, Voice]]:
    """(Markdown, what the element says itself, how it is meant) of everything in it that states something."""
    if isinstance(element, Part | Resource):
        if element.kind not in _ASKING:
            yield _told(element), "", Voice.TOLD
    elif isinstance(element, QuizItem):
        own = "\n".join((element.stem, *(option.text for option in element.options)))
        yield _stem(element), "", Voice.TOLD
        yield from ((key, element.stem, Voice.ANSWER) for key in _keys(element))
        for text in (element.general_feedback, *(option.feedback for option in element.options)):
            yield text, own, Voice.TOLD
    elif isinstance(element, Scenario):
        yield from _of_story(element)


def _of_story(story: Scenario) -> Iterator[tuple[str, str, Voice]]:
    """What the story's situations, best choices, consequences and feedback say."""
    scenes = "\n".join(node.situation for node in story.nodes)
    for node in story.nodes:
        yield node.situation, "", Voice.SCENE
        own = "\n".join((node.situation, *(choice.text for choice in node.choices)))
        for choice in node.choices:
            if choice.quality == "best":
                yield choice.text, node.situation, Voice.ANSWER
            # What was chosen is told again in what comes of it, and people of any scene may come back.
            yield choice.consequence, f"{scenes}\n{choice.text}", Voice.OUTCOME
            yield choice.feedback, own, Voice.COMMENT


def _told(element: Part | Resource) -> str:
    """What is said in it: the names and figures that a video shows beside the spoken words say nothing."""
    if element.kind is not ResourceKind.VIDEO_SCRIPT:
        return element.markdown
    return "\n".join(line for line in element.markdown.splitlines() if not line.lstrip().startswith(">"))


def _stem(item: QuizItem) -> str:
    """The stem; a cloze item's with its blanks filled in, which is what it claims."""
    if item.type is not ItemType.CLOZE or not isinstance(item.answer, tuple):
        # What a statement to judge says is claimed by its key.
        return "" if item.type is ItemType.TRUE_FALSE else item.stem
    accepted = [texts[0] if texts else "" for texts in item.answer]

    def filled(blank: re.Match[str]) -> str:
        number = int(blank[1])
        return accepted[number - 1] if 0 < number <= len(accepted) else blank[0]

    return _BLANK.sub(filled, item.stem.partition(":")[2].strip() or item.stem)


def _keys(item: QuizItem) -> Iterator[str]:
    """What the right answers say."""
    if item.type in CHOICE_TYPES and item.type is not ItemType.TRUE_FALSE:
        yield from (option.text for option in item.correct_options)
    elif item.type is ItemType.ORDER:
        yield from (option.text for option in item.options)
    elif isinstance(item.answer, NumericAnswer):
        yield f"{item.answer.value:g} {item.answer.unit or ''}".strip()


# A module is looked at again after every change of one of its texts.
@lru_cache(maxsize=2048)
def _statements(markdown: str, language: str) -> tuple[str, ...]:
    return tuple(_stated(markdown, language))


def _stated(markdown: str, language: str) -> Iterator[str]:
    for line in prose.lines(markdown):
        if line.kind == "heading":
            continue
        if line.kind == "table":
            yield from (cell.strip() for cell in line.text.split("|") if _says_something(cell, language))
            continue
        for quoted in _QUOTED.finditer(line.text):
            said = next(filter(None, quoted.groups()))
            # Words that are mentioned, not said, begin small.
            if not said[0].islower():
                yield from (sentence for sentence in prose.sentences(said) if _says_something(sentence, language))
        # What leads up to a quotation or a colon tells the learner how to take it.
        for sentence in prose.sentences(_QUOTED.sub(". ", line.text)):
            said = sentence.rpartition(": ")[2].lstrip(". ")
            # A piece that begins small goes on from a quotation.
            if _says_something(said, language) and said[0].isalnum() and not (said != line.text and said[0].islower()):
                yield said


def _says_something(sentence: str, language: str) -> bool:
    """Whether the sentence states something: no question, no lead-in, no request to think of something."""
    said = sentence.strip().rstrip("\"'”’)")
    words = prose.words(said)
    if len(words) < _FEWEST_WORDS or said.endswith(("?", "？", "؟", ":")):
        return False
    lists = words_for(language)
    opening = " ".join(words[:4])
    return not any(opening == phrase or opening.startswith(f"{phrase} ") for phrase in lists.list("invitations"))
