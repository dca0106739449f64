"""Objectives → their quiz items, and where keys and steps stand among their options."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

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
    QuizItem,
)
from pipeline.draft.desk import Desk, Judged
from pipeline.draft.lessons import Taught
from pipeline.draft.objectives import Outline
from pipeline.draft.topics import Topic, meant
from pipeline.engines.quotes import QuoteFinder, untraced
from pipeline.engines.shown import Shown
from pipeline.engines.tasks import (
    ITEMS,
    ItemCounts,
    ItemDraft,
    ItemsInputs,
    OptionDraft,
    QuizzesReply,
    counts_worth_asking,
    items_worth_asking,
)
from pipeline.ids import fingerprint, normalised, short_id

# Enough to test an objective without asking the same point twice; more is the designer's choice.
TEST_ITEMS = 3
PRACTICE_ITEMS = 2
# What an item costs to write, with the feedback and quotes of its options; and what of the reply's limit may be filled.
_TOKENS_AN_ITEM = 400
MOST_REPLY_TOKENS = 7600
_WITH_OPTIONS = (*CHOICE_TYPES, ItemType.ORDER, ItemType.MATCH)
_BLANK = re.compile(r"\{\{(\d+)\}\}")
# "at least 1,200 US dollars a year": longer options are sentences, whose order does not follow from a number.
_AMOUNT_WORDS = 7


async def draft_items(
    topics: tuple[Topic, ...],
    taught: Mapping[str, Taught],
    outline: Outline,
    *,
    brief: Brief,
    language: str,
    document: tuple[Block, ...],
    finder: QuoteFinder,
    desk: Desk,
    follow_ups: Mapping[str, int],
) -> tuple[QuizItem, ...]:
    """The items of some topics of a chunk, topic by topic; `taught` are the chunk's lessons by objective, `follow_ups`
    how many items each objective may have for the days after the course, besides the others.
    """
    shown = Shown(outline.blocks)
    is_paid = not desk.asker.engine.reads_inputs
    asked = {
        number: topic.objective.id
        for number, topic in enumerate(outline.topics, 1)
        if any(topic.objective.id == one.objective.id for one in topics)
    }
    inputs = ItemsInputs(
        language=language,
        source_title=None,
        blocks=outline.blocks,
        document=document,
        brief=brief,
        topics=tuple(
            (_with_room(topic, later) if is_paid and later else topic).as_inputs(
                taught[topic.objective.id].practised, follow_ups=later
            )
            for topic in outline.topics
            for later in (follow_ups.get(topic.objective.id, 0),)
        ),
        asked=tuple(asked),
        test_items=TEST_ITEMS,
        practice_items=PRACTICE_ITEMS,
    )
    answered: set[str] = set()

    def judge(reply: QuizzesReply) -> list[Judged[QuizItem]]:
        answered.clear()
        judged: list[Judged[QuizItem]] = []
        numbers = meant([quiz.objective for quiz in reply.quizzes], tuple(asked))
        for quiz, objective in zip(reply.quizzes, numbers, strict=True):
            if objective is None:
                continue
            objective_id = asked[objective]
            answered.add(objective_id)
            judged += [
                judged_item(
                    draft,
                    where=f"item {number} of objective {objective}",
                    objective_id=objective_id,
                    shown=shown,
                    finder=finder,
                )
                for number, draft in enumerate(quiz.items, 1)
            ]
        if not answered:
            return [Judged(topic.objective.id, None, ("there are no items in the reply",)) for topic in topics]
        return judged

    targets = list(asked.values())
    items = await desk.pieces(ITEMS, inputs, targets=targets, judge=judge)
    if items is None:
        return ()
    for target in targets:
        if target not in answered:
            desk.gap(target, ITEMS.name, "empty", "the reply has no items for this objective")
    counts: Counter[tuple[str, str]] = Counter()
    planned = {topic.objective.id: topic.planned for topic in topics}
    numbered = []
    for item in sorted(items, key=lambda one: targets.index(one.objective_id)):
        most = (
            follow_ups.get(item.objective_id, 0)
            if item.use is ItemUse.FOLLOW_UP
            else _most_of(planned[item.objective_id], item.use)
        )
        if counts[item.objective_id, item.use] >= most:
            continue
        counts[item.objective_id, item.use] += 1
        count = counts[item.objective_id, item.use]
        numbered.append(item.model_copy(update={"id": short_id("q", item.objective_id, item.use.value, count)}))
    return tuple(numbered)


def _most_of(planned: ItemCounts | None, use: ItemUse) -> float:
    """How many items of that use a plan allows; what no plan says is the engine's choice."""
    return planned._asdict().get(use.value, math.inf) if planned is not None else math.inf


def _with_room(topic: Topic, follow_ups: int) -> Topic:
    """The topic with a practice item fewer for each that is asked later, where no plan says otherwise: the points that
    its blocks can carry, and what a reply costs, stay as they are, and the lesson has practice of its own.
    """
    if topic.planned is not None:
        return topic
    counts = counts_worth_asking(topic.blocks, ItemCounts(PRACTICE_ITEMS, TEST_ITEMS))
    return replace(topic, planned=counts._replace(practice=max(counts.practice - follow_ups, 0)))


def reply_tokens(topic: Topic, *, follow_ups: int = 0) -> int:
    """How long the topic's items will be, about."""
    planned = topic.planned
    if planned is None and follow_ups:
        planned = _with_room(topic, follow_ups).planned
    if planned is not None:
        return _TOKENS_AN_ITEM * (sum(planned) + follow_ups)
    return _TOKENS_AN_ITEM * items_worth_asking(topic.blocks, most=TEST_ITEMS + PRACTICE_ITEMS)


def counts_of(topic: Topic, *, reads_inputs: bool) -> ItemCounts:
    """How many items the topic would be asked for: an engine of ours is let find as many as there may be."""
    most = ItemCounts(PRACTICE_ITEMS, TEST_ITEMS)
    return topic.planned or (most if reads_inputs else counts_worth_asking(topic.blocks, most))


def judged_item(
    draft: ItemDraft,
    *,
    where: str,
    objective_id: str,
    shown: Shown,
    finder: QuoteFinder,
    item_id: str = "q",
    lesson_id: str | None = None,
) -> Judged[QuizItem]:
    """The draft as an element, or why it would not work: what no check may let pass."""
    problems = item_problems(draft, where=where)
    if not problems:
        try:
            item = item_of(
                draft, item_id=item_id, objective_id=objective_id, lesson_id=lesson_id, shown=shown, finder=finder
            )
        except ValidationError as error:
            problems.append(f"{where}: {error.errors()[0]['msg']}")
        else:
            if item.evidence:
                return Judged(objective_id, item)
            problems.append(untraced(draft.quotes, where=where))
    return Judged(objective_id, None, tuple(problems))


def item_of(
    draft: ItemDraft,
    *,
    item_id: str,
    objective_id: str,
    shown: Shown,
    finder: QuoteFinder,
    lesson_id: str | None = None,
) -> QuizItem:
    """The draft as an element; raises pydantic's ValidationError where type, key and options do not fit."""
    kind = ItemType(draft.type)
    drafts = draft.options if kind in _WITH_OPTIONS or _explain_answers(draft) else ()
    ids = [f"opt-{number}" for number in range(1, len(drafts) + 1)]
    right = set(draft.correct)
    options = tuple(
        Option(
            id=ids[index],
            text=option.text.strip(),
            correct=index in right if kind in CHOICE_TYPES else True,
            feedback=option.feedback.strip(),
            misconception=option.misconception,
            evidence=finder.all_evidence(option.quotes, shown=shown),
        )
        for index, option in enumerate(drafts)
    )
    evidence = finder.all_evidence(draft.quotes, shown=shown)
    if not evidence:
        # The words that decide the key prove the item as well.
        evidence = tuple(dict.fromkeys(proof for option in options if option.correct for proof in option.evidence))
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
        evidence=evidence,
    )


def _explain_answers(draft: ItemDraft) -> bool:
    """Whether the options of an item that offers none to choose from carry the feedback on its answers, one each."""
    answers = len(draft.accepted) if draft.type == "cloze" else 1
    return len(draft.options) <= answers and all(option.text.strip() for option in draft.options)


def _says_something(texts: Sequence[str]) -> bool:
    return any(text.strip() for text in texts)


def item_problems(draft: ItemDraft, *, where: str) -> list[str]:
    """Why an item would not work, as far as the draft itself tells: an unclear key, empty or identical texts."""
    kind = ItemType(draft.type)
    problems = []
    if not draft.stem.strip():
        problems.append(f"{where} has an empty stem")
    if kind in _WITH_OPTIONS:
        texts = [normalised(option.text) for option in draft.options]
        if "" in texts or len(set(texts)) != len(texts):
            problems.append(f"{where} has empty or identical options")
        feedback = [normalised(option.feedback) for option in draft.options]
        if "" in feedback or len(set(feedback)) != len(feedback):
            problems.append(f"{where} needs feedback of its own for every option")
        if len(draft.options) < 2:
            problems.append(f"{where} needs at least two options")
    if kind in CHOICE_TYPES or kind is ItemType.ORDER:
        # A key with one index outside is no key with the others: which options were meant is anybody's guess.
        if any(index >= len(draft.options) or index < 0 for index in draft.correct):
            problems.append(f"{where}: an index in correct is outside the options")
        elif kind is not ItemType.ORDER and len(set(draft.correct)) == len(draft.options):
            problems.append(f"{where} has no wrong option")
    if kind is ItemType.MATCH:
        targets = [normalised(option.target or "") for option in draft.options]
        if "" in targets or len(set(targets)) != len(targets):
            problems.append(f"{where} has empty or identical targets")
    if kind is ItemType.CLOZE:
        blanks = sorted(int(number) for number in _BLANK.findall(draft.stem))
        if not blanks or blanks != list(range(1, len(draft.accepted) + 1)):
            problems.append(f"{where} needs blanks marked {{{{1}}}}, {{{{2}}}} in its stem, each with accepted texts")
    if kind in (ItemType.CLOZE, ItemType.SHORT) and not all(map(_says_something, draft.accepted)):
        problems.append(f"{where} has a blank without an accepted text")
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

    Each choice item's key goes to the position used least so far among items with as many options, then among all, ties
    broken by the item's own fingerprint, so the same items are always arranged alike. Numbers stay sorted (rule 25).
    """
    used: Counter[int] = Counter()
    of_width: Counter[tuple[int, int]] = Counter()
    result = []
    for item in items:
        if item.type is ItemType.SINGLE and not is_sorted_by_number(item.options):
            width, stem = len(item.options), item.stem
            order = sorted(
                range(width),
                key=lambda place: (of_width[width, place], used[place], fingerprint([stem, place])),
            )
            key = item.correct_options[0]
            rest = [option for option in item.options if option.id != key.id]
            rest.insert(order[0], key)
            result.append(renumbered(item, rest))
        elif item.type is ItemType.ORDER:
            result.append(_out_of_order(item))
        else:
            result.append(item)
        if result[-1].type is ItemType.SINGLE:
            place = next(place for place, option in enumerate(result[-1].options) if option.correct)
            used[place] += 1
            of_width[len(result[-1].options), place] += 1
    return tuple(result)


def _out_of_order(item: QuizItem) -> QuizItem:
    """The steps shuffled by their fingerprint, and never shown in the right order."""
    right = [str(one) for one in item.answer] if isinstance(item.answer, tuple) else []
    options = sorted(item.options, key=lambda option: fingerprint([item.stem, option.text]))
    if [option.id for option in options] == right:
        options = [*options[1:], options[0]]
    return renumbered(item, options)


def renumbered(item: QuizItem, options: Sequence[Option]) -> QuizItem:
    """The item with its options in that order and their ids counting up again."""
    new_ids = {option.id: f"opt-{number}" for number, option in enumerate(options, 1)}
    answer = item.answer
    if item.type is ItemType.ORDER and isinstance(answer, tuple):
        answer = tuple(new_ids[str(one)] for one in answer)
    return item.changed(
        options=tuple(option.model_copy(update={"id": new_ids[option.id]}) for option in options), answer=answer
    )


def is_sorted_by_number(options: Sequence[Option]) -> bool:
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
