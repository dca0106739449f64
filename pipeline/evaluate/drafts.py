"""Evaluates what the embedded engine drafts of every sample document: the gates that a quiz and a module are held to.

The samples are the product's own and, where they are there, the real documents beside the labelled sets. How a file is
drafted is handed in: drafting is another service's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipeline import prose
from pipeline.check.context import Context
from pipeline.check.item_writing_set import BLIND_MARGIN, BLIND_SET_SIZE, blind_scores, chance_of, is_longest, singles
from pipeline.check.question import Question
from pipeline.domain import BloomLevel, Document, Element, Module, QuizItem, Severity
from pipeline.evaluate.rows import Report, Row
from pipeline.library.locate import authored

ENDINGS = frozenset({".docx", ".html", ".md", ".pdf", ".pptx", ".txt", ".vtt"})
# Over fewer items than this the share a guesser gets right swings by itself.
ENOUGH_ITEMS = 200
_SET_GATES = frozenset({"key_position_is_balanced", "key_is_not_mostly_the_longest", "quiz_resists_guessing"})
_SLOTS = ("audience", "behaviour", "condition", "degree")
_FLAGS_OBJECTIVE = frozenset({"objective_fills_all_four_slots", "objective_names_an_observable_action"})


@dataclass(frozen=True)
class Draft:
    """A module, and the documents it was drafted from."""

    module: Module
    documents: tuple[Document, ...]


DraftFile = Callable[[Path], Draft]


@dataclass(frozen=True)
class DraftsSuite:
    """The drafts of the samples."""

    draft: DraftFile = field(repr=False)
    name: str = "drafts"

    def rows(self, data: Path, report: Report) -> list[Row]:
        """A row a gate, over the drafts of all samples pooled."""
        folders = (authored("samples"), data.parent / "samples")
        paths = [path for folder in folders for path in samples_in(folder)]
        drafts = []
        for number, path in enumerate(paths):
            report(number, len(paths))
            drafts.append(self.draft(path))
        report(len(paths), len(paths))
        absent = None if folders[1].is_dir() else f"the product's own samples alone: there is no {folders[1]}"
        return rows_of(drafts, note=absent)


def samples_in(folder: Path) -> list[Path]:
    """The sample documents of the folder, by name; none where it is absent."""
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.suffix in ENDINGS and path.stem != "README")


def rows_of(drafts: Sequence[Draft], *, note: str | None = None) -> list[Row]:
    """The figures of the drafts."""
    return [*_of_quizzes(drafts, note), *_of_elements(drafts)]


def _of_quizzes(drafts: Sequence[Draft], note: str | None) -> Iterator[Row]:
    contexts = [Context(one.module, one.documents) for one in drafts]
    pooled = [(question, context) for context in contexts for question in singles(context)]
    questions = [question for question, _ in pooled]
    count = len(questions)
    few = f"fewer than {ENOUGH_ITEMS} items" if count < ENOUGH_ITEMS else None
    said = "; ".join(filter(None, (note, few))) or None
    if not questions:
        yield Row("drafts", "items pooled", "blind solver", None, note=said or "no draft has items")
        return
    chance = chance_of(questions)
    # The word lists are those of one language; its habits hold for the samples, which are in English.
    for habit, right in blind_scores(questions, contexts[0]).items():
        yield Row(
            "drafts", "items pooled", f"right by picking {habit}", right / count, count, chance + BLIND_MARGIN,
            is_upper=True, note=said or f"chance is {chance:.3f}",
        )
    yield Row(
        "drafts", "items pooled", "key is the longest", sum(map(is_longest, questions)) / count, count, 0.35,
        is_upper=True,
    )
    yield from _positions(questions)
    long = [context for context in contexts if len(singles(context)) >= BLIND_SET_SIZE]
    passed = [
        context for context in long if not {one.criterion for one in context.module.findings} & _SET_GATES
    ]
    if long:
        share = len(passed) / len(long)
        yield Row("drafts", f"quizzes of {BLIND_SET_SIZE} or more", "pass the gates", share, len(long), 1.0)


def _positions(questions: Sequence[Question]) -> Iterator[Row]:
    """How often the commonest position holds the key, by the number of options."""
    by_width: dict[int, list[Question]] = {}
    for question in questions:
        by_width.setdefault(len(question.options), []).append(question)
    for width, found in sorted(by_width.items()):
        counts = Counter(question.key for question in found)
        shares = ", ".join(f"{'ABCDEFGH'[place]} {counts[place]}" for place in range(width))
        most = max(counts.values())
        # No mark: each quiz may lean by one, and so may their sum by one a quiz; the gates are the quizzes' own.
        yield Row(
            "drafts", f"items with {width} options", "key in the commonest position", most / len(found), len(found),
            is_upper=True, note=shares,
        )


def _of_elements(drafts: Sequence[Draft]) -> Iterator[Row]:
    elements = [(element, one) for one in drafts for element in one.module.elements()]
    yield _share("elements", "rest on evidence", [_is_proved(element, one) for element, one in elements], 1.0)
    options = [
        (item, number) for one in drafts for item in one.module.items for number in range(len(item.options))
    ]
    yield _share("options", "have feedback of their own", [_has_own_feedback(*entry) for entry in options], 1.0)
    objectives = [(objective, one.module) for one in drafts for objective in one.module.objectives]
    full = [all(str(getattr(objective, slot)).strip() for slot in _SLOTS) for objective, _ in objectives]
    yield _share("objectives", "have all four ABCD slots", full, 0.95)
    unflagged = sum(
        not is_full and not any(
            finding.target == objective.id and finding.criterion in _FLAGS_OBJECTIVE for finding in module.findings
        )
        for (objective, module), is_full in zip(objectives, full, strict=True)
    )
    lacking = "lack a slot and are not flagged"
    yield Row("drafts", "objectives", lacking, float(unflagged), len(full), 0.0, is_upper=True)
    hollow = sum(len(list(_hollow(one.module))) for one in drafts)
    yield Row("drafts", "modules", "silent fallbacks", float(hollow), len(drafts), 0.0, is_upper=True)
    items = [item for one in drafts for item in one.module.items]
    yield _share("items", "at apply or above", [item.bloom.rank >= BloomLevel.APPLY.rank for item in items], 0.5)
    errors = sum(finding.severity is Severity.ERROR for one in drafts for finding in one.module.findings)
    yield Row("drafts", "modules", "open error findings", float(errors), len(drafts), 0.0, is_upper=True)


def _share(what: str, measure: str, held: Sequence[bool], mark: float) -> Row:
    if not held:
        return Row("drafts", what, measure, None, mark=mark, note="no draft has any")
    return Row("drafts", what, measure, sum(held) / len(held), len(held), mark)


def _is_proved(element: Element, draft: Draft) -> bool:
    """Whether the element quotes its source, and every quote stands where it says."""
    blocks = {
        (document.source.id, block.id): block for document in draft.documents for block in document.blocks
    }
    return bool(element.all_evidence) and all(
        (block := blocks.get((proof.source, proof.block))) is not None and proof.holds_in(block)
        for proof in element.all_evidence
    )


def _has_own_feedback(item: QuizItem, number: int) -> bool:
    own = prose.same(item.options[number].feedback)
    return bool(own) and all(
        prose.same(other.feedback) != own for place, other in enumerate(item.options) if place != number
    )


def _hollow(module: Module) -> Iterator[str]:
    """Ids of what is empty although no gap says that something is missing there."""
    told = {gap.target for gap in module.gaps}
    for lesson in module.lessons:
        if lesson.id not in told and not told & set(lesson.objective_ids) and not any(
            part.markdown.strip() for part in lesson.parts
        ):
            yield lesson.id
    for objective in module.objectives:
        taught = any(objective.id in lesson.objective_ids for lesson in module.lessons)
        asked = any(item.objective_id == objective.id for item in module.items)
        if objective.format == "async" and objective.id not in told and not (taught and asked):
            lessons = {one.id for one in module.lessons if objective.id in one.objective_ids}
            if not lessons & told:
                yield objective.id
