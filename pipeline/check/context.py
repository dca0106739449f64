"""What a check may look at besides its target: the module, its sources' blocks, the language's word lists.

Made once a run and never changed; what is expensive is worked out on first use.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from pipeline.check import prose
from pipeline.check.question import Question, question_of
from pipeline.check.words import WordLists, words_for
from pipeline.domain import (
    Block,
    Document,
    Element,
    Lesson,
    Module,
    Objective,
    Part,
    QuizItem,
    Resource,
    Scenario,
    Status,
)


class Context:
    """The surroundings of one check run."""

    def __init__(self, module: Module, documents: Sequence[Document]) -> None:
        self.module = module
        self.documents = {document.source.id: document for document in documents}
        self.words: WordLists = words_for(module.language)
        self._questions: dict[str, Question] = {}
        self._near: dict[frozenset[tuple[str, str]], tuple[Block, ...]] = {}

    @cached_property
    def blocks(self) -> dict[tuple[str, str], Block]:
        """(source id, block id) → block, of the documents that are at hand."""
        return {
            (source, block.id): block
            for source, document in self.documents.items()
            for block in document.blocks
        }

    @cached_property
    def places(self) -> dict[tuple[str, str], int]:
        """(source id, block id) → position in its document."""
        return {
            (source, block.id): number
            for source, document in self.documents.items()
            for number, block in enumerate(document.blocks)
        }

    @cached_property
    def blocks_by_opening(self) -> dict[tuple[str, ...], list[tuple[str, int]]]:
        """Three neighbouring words → (source id, position) of the blocks that hold them, each once, in order."""
        found: dict[tuple[str, ...], list[tuple[str, int]]] = {}
        for source, document in self.documents.items():
            for number, block in enumerate(document.blocks):
                said = prose.same(block.text).split()
                for three in dict.fromkeys(zip(said, said[1:], said[2:], strict=False)):
                    found.setdefault(three, []).append((source, number))
        return found

    @cached_property
    def objectives(self) -> dict[str, Objective]:
        """Objectives by id."""
        return {objective.id: objective for objective in self.module.objectives}

    @cached_property
    def lessons(self) -> dict[str, Lesson]:
        """Lessons by id."""
        return {lesson.id: lesson for lesson in self.module.lessons}

    @cached_property
    def lesson_of_part(self) -> dict[str, Lesson]:
        """Part id → its lesson."""
        return {part.id: lesson for lesson in self.module.lessons for part in lesson.parts}

    @cached_property
    def live_items(self) -> tuple[QuizItem, ...]:
        """The items nobody rejected."""
        return tuple(item for item in self.module.items if item.status is not Status.REJECTED)

    def items_of(self, lesson: Lesson) -> tuple[QuizItem, ...]:
        """The lesson's items that nobody rejected."""
        return tuple(item for item in self.live_items if item.lesson_id == lesson.id)

    def question_of(self, item: QuizItem) -> Question:
        """The item as the item-writing checks read it."""
        if item.id not in self._questions:
            self._questions[item.id] = question_of(item)
        return self._questions[item.id]

    def blocks_near(self, element: Element) -> tuple[Block, ...]:
        """The blocks that the element, its lesson and its objectives quote, and all in the same sections."""
        keys = {(proof.source, proof.block) for proof in element.all_evidence}
        for lesson in self._lessons_near(element):
            keys |= self._keys_of_lesson[lesson.id]
        asked = frozenset(keys)
        if asked not in self._near:
            sections = {
                (source, self.blocks[source, block].anchor.section)
                for source, block in keys & self.blocks.keys()
            }
            self._near[asked] = tuple(
                block
                for (source, block_id), block in self.blocks.items()
                if (source, block_id) in keys or (source, block.anchor.section) in sections
            )
        return self._near[asked]

    @cached_property
    def _keys_of_lesson(self) -> dict[str, set[tuple[str, str]]]:
        served = {
            lesson.id: [self.objectives[one] for one in lesson.objective_ids if one in self.objectives]
            for lesson in self.module.lessons
        }
        return {
            lesson.id: {
                (proof.source, proof.block)
                for element in (*lesson.parts, *served[lesson.id])
                for proof in element.evidence
            }
            for lesson in self.module.lessons
        }

    def _lessons_near(self, element: Element) -> tuple[Lesson, ...]:
        if isinstance(element, Part):
            lesson = self.lesson_of_part.get(element.id)
            return (lesson,) if lesson else ()
        if isinstance(element, QuizItem):
            near = {element.objective_id}
        elif isinstance(element, Objective):
            near = {element.id}
        elif isinstance(element, Scenario):
            near = set(element.objective_ids)
        else:
            blocks = {(proof.source, proof.block) for proof in element.evidence}
            return tuple(
                lesson
                for lesson in self.module.lessons
                if any(
                    (proof.source, proof.block) in blocks for part in lesson.parts for proof in part.evidence
                )
            )
        return tuple(
            lesson
            for lesson in self.module.lessons
            if near & set(lesson.objective_ids)
            or (isinstance(element, QuizItem) and element.lesson_id == lesson.id)
        )

    def has_sources_of(self, element: Element) -> bool:
        """Whether every document the element quotes is at hand: without it nothing can be decided."""
        proofs = element.all_evidence
        return bool(proofs) and all(proof.source in self.documents for proof in proofs)

    def content_words(self, text: str) -> tuple[str, ...]:
        """Stems of the words that carry meaning, in order; all words where the language has no stop list."""
        stop = self.words.set("stopwords")
        return tuple(prose.stem_of(word) for word in prose.words(text) if word not in stop)


def texts_of(element: Element) -> tuple[tuple[str, str], ...]:
    """(where it stands, Markdown) of everything in the element that a learner reads, in reading order."""
    if isinstance(element, Objective):
        return (("The objective", element.text),)
    if isinstance(element, Part | Resource):
        return (("The text", element.markdown),)
    if isinstance(element, QuizItem):
        found = [("The stem", element.stem)]
        found += [(f"Option {number}", option.text) for number, option in enumerate(element.options, 1)]
        found += [
            (f"Option {number}'s feedback", option.feedback)
            for number, option in enumerate(element.options, 1)
        ]
        found += [("The general feedback", element.general_feedback), ("The hint", element.hint or "")]
        return tuple((where, text) for where, text in found if text.strip())
    if isinstance(element, Scenario):
        return tuple(
            found
            for node in element.nodes
            for found in (
                (f"Situation {node.id}", node.situation),
                *((f"The consequence of {choice.text!r}", choice.consequence) for choice in node.choices),
                *((f"The feedback on {choice.text!r}", choice.feedback) for choice in node.choices),
            )
        )
    return ()
