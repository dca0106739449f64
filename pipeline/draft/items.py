"""One objective → its quiz items, and where keys and steps stand among their options."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from pydantic import ValidationError

from pipeline.domain import (
    CHOICE_TYPES,
    Block,
    BloomLevel,
    Brief,
    ItemType,
    ItemUse,
    NumericAnswer,
    Option,
    Part,
    QuizItem,
)
from pipeline.draft.desk import Desk, Judged
from pipeline.draft.lessons import lesson_id_of
from pipeline.draft.objectives import Topic
from pipeline.engines.quotes import QuoteFinder
from pipeline.engines.tasks import ITEMS, ItemDraft, ItemsInputs, ItemsReply, OptionDraft
from pipeline.ids import fingerprint, normalised, short_id

# Enough to test an objective without asking the same point twice; more is the designer's choice.
TEST_ITEMS = 3
PRACTICE_ITEMS = 2
# "at least 1,200 US dollars a year": longer options are sentences, whose order does not follow from a number.
_AMOUNT_WORDS = 7


async def draft_items(
    topic: Topic,
    parts: tuple[Part, ...],
    *,
    brief: Brief,
    language: str,
    document: tuple[Block, ...],
    finder: QuoteFinder,
    desk: Desk,
) -> tuple[QuizItem, ...]:
    """The items of one topic, test items after practice items, without two on the same question."""
    near = tuple(block.id for block in (*topic.blocks, *document))

    def judge(reply: ItemsReply) -> list[Judged[ItemDraft]]:
        return [
            Judged(draft, tuple(item_problems(draft, where=f"item {number}", near=near, finder=finder)))
            for number, draft in enumerate(reply.items, 1)
        ]

    inputs = ItemsInputs(
        language=language,
        source_title=topic.lesson_title,
        blocks=topic.blocks,
        document=document,
        brief=brief,
        objective=topic.objective,
        parts=parts,
        test_items=TEST_ITEMS,
        practice_items=PRACTICE_ITEMS,
    )
    drafts = await desk.pieces(ITEMS, inputs, target=topic.objective.id, judge=judge)
    counts: Counter[str] = Counter()
    items = []
    for draft in drafts:
        counts[draft.use] += 1
        item_id = short_id("q", topic.objective.id, draft.use, counts[draft.use])
        items.append(item_of(draft, item_id=item_id, objective_id=topic.objective.id, near=near, finder=finder))
    return tuple(items)


def item_of(
    draft: ItemDraft,
    *,
    item_id: str,
    objective_id: str,
    near: Sequence[str],
    finder: QuoteFinder,
    lesson_id: str | None = None,
) -> QuizItem:
    """The draft as an element; raises pydantic's ValidationError where type, key and options do not fit."""
    kind = ItemType(draft.type)
    ids = [f"opt-{number}" for number in range(1, len(draft.options) + 1)]
    right = set(draft.correct)
    options = tuple(
        Option(
            id=ids[index],
            text=option.text.strip(),
            correct=index in right if kind in CHOICE_TYPES else True,
            feedback=option.feedback.strip(),
            misconception=option.misconception,
            evidence=finder.all_evidence(option.quotes, near=near),
        )
        for index, option in enumerate(draft.options)
    )
    return QuizItem(
        id=item_id,
        type=kind,
        objective_id=objective_id,
        lesson_id=lesson_id or short_id("l", objective_id),
        bloom=BloomLevel(draft.bloom),
        stem=draft.stem.strip(),
        use=ItemUse(draft.use),
        options=options,
        answer=_answer(draft, ids),
        general_feedback=draft.general_feedback.strip(),
        hint=draft.hint,
        evidence=finder.all_evidence(draft.quotes, near=near),
    )


def item_problems(draft: ItemDraft, *, where: str, near: Sequence[str], finder: QuoteFinder) -> list[str]:
    """What is wrong with an item: what no check may let pass because the item would not even work."""
    problems = finder.problems(draft.quotes, near=near, where=where)
    if not draft.stem.strip():
        problems.append(f"{where} has an empty stem")
    texts = [normalised(option.text) for option in draft.options]
    if "" in texts or len(set(texts)) != len(texts):
        problems.append(f"{where} has empty or identical options")
    feedback = [normalised(option.feedback) for option in draft.options]
    if "" in feedback or len(set(feedback)) != len(feedback):
        problems.append(f"{where} needs feedback of its own for every option")
    if draft.type in {kind.value for kind in CHOICE_TYPES} and len(draft.options) < 2:
        problems.append(f"{where} needs at least two options")
    if any(index >= len(draft.options) or index < 0 for index in draft.correct):
        problems.append(f"{where}: an index in correct is outside the options")
        return problems
    for number, option in enumerate(draft.options, 1):
        if option.quotes:
            problems += finder.problems(option.quotes, near=near, where=f"{where}, option {number}")
    try:
        item_of(draft, item_id="q", objective_id="o", near=near, finder=finder)
    except ValidationError as error:
        problems.append(f"{where}: {error.errors()[0]['msg']}")
    return problems


def without_repeats(items: Sequence[QuizItem]) -> tuple[QuizItem, ...]:
    """The items in order, a question that was asked before left out."""
    seen: set[tuple[str, ...]] = set()
    kept = []
    for item in items:
        point = (normalised(item.stem), *sorted(normalised(option.text) for option in item.correct_options))
        if point not in seen:
            seen.add(point)
            kept.append(item)
    return tuple(kept)


def arranged(items: Sequence[QuizItem]) -> tuple[QuizItem, ...]:
    """The items with balanced key positions (Haladyna & Downing 1989, rule 36) and steps out of order.

    Each choice item's key goes to the position used least so far, ties broken by the item's own fingerprint, so the
    same items are always arranged alike. Numbers stay sorted (rule 25).
    """
    used: Counter[int] = Counter()
    result = []
    for item in items:
        if item.type is ItemType.SINGLE and not _is_sorted_by_number(item.options):
            order = sorted(range(len(item.options)), key=lambda place: (used[place], fingerprint([item.stem, place])))
            key = item.correct_options[0]
            rest = [option for option in item.options if option.id != key.id]
            rest.insert(order[0], key)
            result.append(_renumbered(item, rest))
        elif item.type is ItemType.ORDER:
            result.append(_out_of_order(item))
        else:
            result.append(item)
        if result[-1].type is ItemType.SINGLE:
            used[next(place for place, option in enumerate(result[-1].options) if option.correct)] += 1
    return tuple(result)


def _out_of_order(item: QuizItem) -> QuizItem:
    """The steps shuffled by their fingerprint, and never shown in the right order."""
    right = [str(one) for one in item.answer] if isinstance(item.answer, tuple) else []
    options = sorted(item.options, key=lambda option: fingerprint([item.stem, option.text]))
    if [option.id for option in options] == right:
        options = [*options[1:], options[0]]
    return _renumbered(item, options)


def _renumbered(item: QuizItem, options: Sequence[Option]) -> QuizItem:
    """The item with its options in that order and their ids counting up again."""
    new_ids = {option.id: f"opt-{number}" for number, option in enumerate(options, 1)}
    answer = item.answer
    if item.type is ItemType.ORDER and isinstance(answer, tuple):
        answer = tuple(new_ids[str(one)] for one in answer)
    return item.changed(
        options=tuple(option.model_copy(update={"id": new_ids[option.id]}) for option in options), answer=answer
    )


def _is_sorted_by_number(options: Sequence[Option]) -> bool:
    """Whether the options are amounts in rising order: short, each with a number, none lower than the one before."""
    numbers = []
    for option in options:
        found = re.search(r"\d+(?:[.,]\d+)*", option.text)
        if found is None or len(option.text.split()) > _AMOUNT_WORDS:
            return False
        numbers.append(float(found.group().replace(",", "").rstrip(".") if found.group().count(".") < 2 else 0))
    return numbers == sorted(numbers)


def _answer(
    draft: ItemDraft, ids: Sequence[str]
) -> NumericAnswer | tuple[str, ...] | tuple[tuple[str, ...], ...] | None:
    if draft.type == "order":
        return tuple(ids[index] for index in draft.correct)
    if draft.type == "match":
        return tuple((one, _target(option)) for one, option in zip(ids, draft.options, strict=True))
    if draft.type == "cloze":
        return draft.accepted
    if draft.type == "short":
        return draft.accepted[0] if draft.accepted else ()
    if draft.type == "numeric" and draft.number is not None:
        return NumericAnswer(value=draft.number.value, tolerance=draft.number.tolerance, unit=draft.number.unit)
    return None


def _target(option: OptionDraft) -> str:
    return (option.target or "").strip()


__all__ = [
    "PRACTICE_ITEMS",
    "TEST_ITEMS",
    "arranged",
    "draft_items",
    "item_of",
    "item_problems",
    "lesson_id_of",
    "without_repeats",
]
