"""Item writing: the nineteen flaws of the contract, what makes an item valid, and the quiz as a set."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from pipeline import prose
from pipeline.check import (
    item_writing_cues,
    item_writing_grammar,
    item_writing_logic,
    item_writing_options,
    item_writing_order,
    item_writing_stem,
)
from pipeline.check.context import Context
from pipeline.check.fault import Check, CheckFunction, Fault
from pipeline.check.item_writing_pairs import no_stem_answers_another, options_do_not_overlap
from pipeline.check.item_writing_set import (
    items_ask_different_things,
    key_is_not_mostly_the_longest,
    key_position_is_balanced,
    keys_do_not_run_on,
    quiz_resists_guessing,
)
from pipeline.check.question import Question
from pipeline.domain import CHOICE_TYPES, ItemType, QuizItem
from pipeline.prose.wordlists import WordLists

FlawFunction = Callable[[Question, WordLists], Iterator[Fault]]

FLAWS: dict[str, tuple[FlawFunction, tuple[str, ...]]] = {
    **item_writing_stem.FLAWS,
    **item_writing_options.FLAWS,
    **item_writing_order.FLAWS,
    **item_writing_cues.FLAWS,
    **item_writing_logic.FLAWS,
    **item_writing_grammar.FLAWS,
}
"""Flaw id → (its function, word lists it needs): all nineteen of the contract."""


def flaws_of(question: Question, lists: WordLists) -> tuple[str, ...]:
    """The ids of the flaws that a question has, in alphabetical order."""
    return tuple(
        flaw
        for flaw, (find, needs) in sorted(FLAWS.items())
        if all(name in lists for name in needs) and any(find(question, lists))
    )


def _on_item(find: FlawFunction) -> CheckFunction:
    def check(item: Any, context: Context) -> Iterator[Fault]:
        return find(context.question_of(item), context.words)

    return check


def has_one_key_among_distinct_options(item: QuizItem, context: Context) -> Iterator[Fault]:
    """Options differ, at least two are there, and as many keys as the type asks for."""
    seen: dict[str, int] = {}
    for number, option in enumerate(item.options, 1):
        said = prose.same(option.text)
        if not option.text.strip():
            yield Fault(f"Option {number} is empty.")
        elif said in seen and item.type in (*CHOICE_TYPES, ItemType.ORDER, ItemType.MATCH):
            yield Fault(f"Option {number} says the same as option {seen[said]}.")
        seen.setdefault(said, number)
    if item.type in CHOICE_TYPES:
        keys = len(item.correct_options)
        if keys == 0:
            yield Fault("No option is marked as correct.")
        elif keys > 1 and item.type is not ItemType.MULTIPLE:
            yield Fault(f"{keys} options are marked as correct in an item with one answer.")
    if item.type in (*CHOICE_TYPES, ItemType.ORDER, ItemType.MATCH) and len(item.options) < 2:
        yield Fault(f"The item has {len(item.options)} options; nothing is left to choose.")


def stem_is_there(item: QuizItem, context: Context) -> Iterator[Fault]:
    """The item asks something."""
    if not item.stem.strip():
        yield Fault("The stem is empty.")


def has_three_to_five_options(item: QuizItem, context: Context) -> Iterator[Fault]:
    """A single-choice item offers three to five options."""
    count = len(item.options)
    if item.type is ItemType.SINGLE and count >= 2 and not 3 <= count <= 5:
        yield Fault(f"The item offers {count} options.")


CHECKS = (
    Check("options_differ_and_a_key_is_marked", "item", has_one_key_among_distinct_options),
    Check("stem_is_there", "item", stem_is_there),
    *(Check(flaw, "item", _on_item(find), needs) for flaw, (find, needs) in FLAWS.items()),
    Check("three_to_five_options", "item", has_three_to_five_options),
    Check("options_do_not_overlap", "item", options_do_not_overlap),
    Check("no_stem_answers_another", "module", no_stem_answers_another),
    Check("keys_do_not_run_on", "module", keys_do_not_run_on),
    Check("key_position_is_balanced", "module", key_position_is_balanced),
    Check("key_is_not_mostly_the_longest", "module", key_is_not_mostly_the_longest),
    Check("quiz_resists_guessing", "module", quiz_resists_guessing),
    Check("items_ask_different_things", "module", items_ask_different_things),
)
