"""What a check may look at besides its target: the module, its sources' blocks, the language's word lists.

Made once a run; what is expensive is worked out on first use, and of the sources only once. It notes whether a check
looked at more of the module than its target: what a check found without that holds as long as the target stays as it is
(`already_checked.py`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from pipeline.check.question import Question, question_of
from pipeline.check.sources import as_read
from pipeline.check.surroundings import Surroundings
from pipeline.domain import (
    Block,
    Document,
    Element,
    Evidence,
    Lesson,
    Module,
    Objective,
    Part,
    QuizItem,
    Resource,
    ResourceKind,
    Scenario,
    Source,
    Status,
)
from pipeline.prose.wordlists import WordLists, words_for

V = TypeVar("V")


class _Around(Generic[V]):
    """What is worked out of the module around a target, once; whoever asks for it has looked around."""

    def __init__(self, make: Callable[[Context], V]) -> None:
        self._make, self.__doc__ = make, make.__doc__

    def __set_name__(self, _owner: type[Context], name: str) -> None:
        self._name = f"_{name}_around"

    def __get__(self, context: Context, _owner: type[Context]) -> V:
        context.looked_around = True
        if self._name not in context.__dict__:
            context.__dict__[self._name] = self._make(context)
        found: V = context.__dict__[self._name]
        return found


class Context:
    """The surroundings of one check run."""

    def __init__(self, module: Module, documents: Sequence[Document]) -> None:
        self.looked_around = False
        """Whether more of the module than its language and sources was asked for since this was last set to False."""
        self._module = module
        self.documents = {document.source.id: document for document in documents}
        self.words: WordLists = words_for(module.language)
        self._questions: dict[str, Question] = {}
        # What several criteria ask of the same element; an entry holds its element, so that no other gets its `id`.
        self._proofs: dict[int, tuple[Element, tuple[Evidence, ...]]] = {}
        self._texts: dict[int, tuple[Element, tuple[tuple[str, str], ...]]] = {}
        self._sources = as_read(documents, module.language)

    @property
    def module(self) -> Module:
        """The module with all that is in it."""
        self.looked_around = True
        return self._module

    @property
    def language(self) -> str:
        """The module's language."""
        return self._module.language

    @property
    def sources(self) -> tuple[Source, ...]:
        """The module's sources, at hand or not."""
        return self._module.sources

    @property
    def blocks(self) -> dict[tuple[str, str], Block]:
        """(source id, block id) → block, of the documents that are at hand."""
        return self._sources.blocks

    @property
    def places(self) -> dict[tuple[str, str], int]:
        """(source id, block id) → position in its document."""
        return self._sources.places

    @property
    def blocks_by_opening(self) -> dict[tuple[str, ...], list[tuple[str, int]]]:
        """Three neighbouring words → (source id, position) of the blocks that hold them, each once, in order."""
        return self._sources.blocks_by_opening

    @_Around
    def objectives(self) -> dict[str, Objective]:
        """Objectives by id."""
        return {objective.id: objective for objective in self.module.objectives}

    @_Around
    def lessons(self) -> dict[str, Lesson]:
        """Lessons by id."""
        return {lesson.id: lesson for lesson in self.module.lessons}

    @_Around
    def lesson_of_part(self) -> dict[str, Lesson]:
        """Part id → its lesson."""
        return {part.id: lesson for lesson in self.module.lessons for part in lesson.parts}

    @_Around
    def live_items(self) -> tuple[QuizItem, ...]:
        """The items nobody rejected."""
        return tuple(item for item in self.module.items if item.status is not Status.REJECTED)

    def items_of(self, lesson: Lesson) -> tuple[QuizItem, ...]:
        """The lesson's items that nobody rejected."""
        return tuple(self._items_by_lesson.get(lesson.id, ()))

    @_Around
    def _items_by_lesson(self) -> dict[str, list[QuizItem]]:
        found: dict[str, list[QuizItem]] = defaultdict(list)
        for item in self.live_items:
            found[item.lesson_id].append(item)
        return found

    def proofs_of(self, element: Element) -> tuple[Evidence, ...]:
        """All evidence of the element, each piece once, in order."""
        known = self._proofs.get(id(element))
        if known is None:
            known = self._proofs[id(element)] = (element, element.all_evidence)
        return known[1]

    def texts_of(self, element: Element) -> tuple[tuple[str, str], ...]:
        """What `texts_of` says, worked out once."""
        known = self._texts.get(id(element))
        if known is None:
            known = self._texts[id(element)] = (element, texts_of(element))
        return known[1]

    @_Around
    def blocks_of_job_aids(self) -> frozenset[tuple[str, str]]:
        """(source id, block id) of what any job aid quotes."""
        return frozenset(
            (proof.source, proof.block)
            for one in self.module.resources
            if one.kind is ResourceKind.JOB_AID
            for proof in one.evidence
        )

    def question_of(self, item: QuizItem) -> Question:
        """The item as the item-writing checks read it."""
        if item.id not in self._questions:
            self._questions[item.id] = question_of(item)
        return self._questions[item.id]

    @property
    def surroundings(self) -> Surroundings:
        """What is printed where in the sources."""
        return self._sources.surroundings

    def sections_near(self, element: Element) -> frozenset[tuple[str, tuple[str, ...]]]:
        """(source id, headings) of the sections that the element, its lesson and its objectives quote."""
        keys = {(proof.source, proof.block) for proof in self.proofs_of(element)}
        for lesson in self._lessons_near(element):
            keys |= self._keys_of_lesson[lesson.id]
        return self.surroundings.sections_of(keys)

    @_Around
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
        found: list[Lesson] = []
        if isinstance(element, QuizItem):
            found += self._lessons_of_objective.get(element.objective_id, ())
            found += self._lessons_by_id.get(element.lesson_id, ())
        elif isinstance(element, Objective):
            found += self._lessons_of_objective.get(element.id, ())
        elif isinstance(element, Scenario):
            for one in element.objective_ids:
                found += self._lessons_of_objective.get(one, ())
        else:
            for proof in element.evidence:
                found += self._lessons_of_block.get((proof.source, proof.block), ())
        return tuple({id(lesson): lesson for lesson in found}.values())

    @_Around
    def _lessons_by_id(self) -> dict[str, list[Lesson]]:
        found: dict[str, list[Lesson]] = defaultdict(list)
        for lesson in self.module.lessons:
            found[lesson.id].append(lesson)
        return found

    @_Around
    def _lessons_of_objective(self) -> dict[str, list[Lesson]]:
        found: dict[str, list[Lesson]] = defaultdict(list)
        for lesson in self.module.lessons:
            for one in lesson.objective_ids:
                found[one].append(lesson)
        return found

    @_Around
    def _lessons_of_block(self) -> dict[tuple[str, str], list[Lesson]]:
        found: dict[tuple[str, str], list[Lesson]] = defaultdict(list)
        for lesson in self.module.lessons:
            for key in {(proof.source, proof.block) for part in lesson.parts for proof in part.evidence}:
                found[key].append(lesson)
        return found

    def has_sources_of(self, element: Element) -> bool:
        """Whether every document the element quotes is at hand: without it nothing can be decided."""
        proofs = self.proofs_of(element)
        return bool(proofs) and all(proof.source in self.documents for proof in proofs)

    def content_words(self, text: str) -> tuple[str, ...]:
        """Stems of the words that carry meaning, in order; all words where the language has no stop list."""
        return self._sources.content_words(text)

    def matter_of(self, sentence: str) -> frozenset[str]:
        """What the sentence is about, whatever it demands: its telling words without what binds or negates."""
        return self._sources.matter_of(sentence)


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
