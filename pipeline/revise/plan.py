"""What of a checked module an engine should write again, and why: one errand an element, one pass a module.

In: the module with its findings, and which criteria no other version of an element meets. Out: errands in the module's
order. Advice is left to the designer: it is no reason to throw away a text that meets what is demanded.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from pipeline import prose
from pipeline.domain import Element, Finding, ItemType, Module, QuizItem, Severity

# How long keys are shows over a quiz, and is mended in its items (rubric item-writing).
KEYS_TOO_LONG = "key_is_not_mostly_the_longest"
_KEY_LONGEST_SHARE = 0.35
# Shorter words ("what", "the") tell nothing apart.
_TELLING_CHARS = 4
_SHORTEN = (
    "In too many items of the quiz the key is the longest option, also in this one. Shorten the key, or give the other "
    "options as much detail."
)
# So is what a quiz tells somebody who has learnt nothing.
GUESSABLE = "quiz_resists_guessing"
_REWORD = (
    "The quiz can be guessed in part, also in this item: its key takes up words of the stem that no other option has. "
    "Word the stem without them, or let the other options have as many of them."
)


@dataclass(frozen=True)
class Errand:
    """An element to write again."""

    element_id: str
    reasons: tuple[str, ...]
    """What is wrong with it, each with what to do about it."""
    criteria: tuple[str, ...]
    """The criteria it does not meet."""


def plan_revision(
    module: Module, *, past_mending: Collection[str], can_be_rewritten: Callable[[Element], bool]
) -> tuple[Errand, ...]:
    """The elements with open errors and warnings that another version of them may mend, and the items whose keys are
    too long, or can be picked by the words of their stem, where those of the quiz are.
    """
    too_long = _items_with_long_keys(module)
    telling = _items_that_tell_their_key(module)
    errands = []
    for element in module.elements():
        if not can_be_rewritten(element):
            continue
        found = [
            finding
            for finding in module.open_findings(element.id)
            if finding.severity is not Severity.ADVICE and finding.criterion not in past_mending
        ]
        of_the_quiz = [
            (reason, criterion)
            for reason, criterion, items in ((_SHORTEN, KEYS_TOO_LONG, too_long), (_REWORD, GUESSABLE, telling))
            if element.id in items
        ]
        reasons = [*map(_reason, found), *(reason for reason, _ in of_the_quiz)]
        if reasons:
            criteria = [*(finding.criterion for finding in found), *(criterion for _, criterion in of_the_quiz)]
            errands.append(Errand(element.id, tuple(reasons), tuple(dict.fromkeys(criteria))))
    return tuple(errands)


def _reason(finding: Finding) -> str:
    return f"{finding.message} {finding.suggestion}" if finding.suggestion else finding.message


def _items_with_long_keys(module: Module) -> frozenset[str]:
    """As many of the items whose key is the longest option as are too many."""
    if not any(finding.criterion == KEYS_TOO_LONG for finding in module.findings):
        return frozenset()
    choices = [item for item in module.items if item.type is ItemType.SINGLE]
    longest = [item for item in choices if key_is_longest(item)]
    too_many = len(longest) - int(_KEY_LONGEST_SHARE * len(choices))
    # Those whose key stands out most.
    longest.sort(key=_lead, reverse=True)
    return frozenset(item.id for item in longest[: max(too_many, 0)])


def key_is_longest(item: QuizItem) -> bool:
    """Whether the key has more characters than every other option."""
    return len(item.options) > 1 and _lead(item) > 0


def _lead(item: QuizItem) -> int:
    """By how many characters the key is longer than the longest of the others."""
    key = max(len(option.text) for option in item.options if option.correct)
    return key - max((len(option.text) for option in item.options if not option.correct), default=key)


def _items_that_tell_their_key(module: Module) -> frozenset[str]:
    """The items whose key the words of the stem point to, where the quiz can be guessed."""
    if not any(finding.criterion == GUESSABLE for finding in module.findings):
        return frozenset()
    return frozenset(item.id for item in module.items if item.type is ItemType.SINGLE and key_echoes_stem(item))


def key_echoes_stem(item: QuizItem) -> bool:
    """Whether the key takes up more of the stem's longer words than every other option does."""
    asked = _stems(item.stem)
    shared = [(option.correct, len(asked & _stems(option.text))) for option in item.options]
    key = max((count for is_key, count in shared if is_key), default=0)
    return key > max((count for is_key, count in shared if not is_key), default=key)


def _stems(text: str) -> frozenset[str]:
    return frozenset(prose.stem_of(word) for word in prose.words(text) if len(word) >= _TELLING_CHARS)
