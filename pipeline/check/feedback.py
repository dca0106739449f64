"""Feedback as instruction: every option has its own reasoning, which says more than right or wrong."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from pipeline import prose
from pipeline.check.context import Context
from pipeline.check.fault import Check, Fault
from pipeline.check.verbs import bare, levels_of
from pipeline.domain import CHOICE_TYPES, QuizItem
from pipeline.prose.wordlists import WordLists

# From here on two feedbacks of one item say the same thing in almost the same words.
TOO_ALIKE = 0.6
# Fewer words than this, without any word of reasoning, can't hold a reason.
SHORT_FEEDBACK_WORDS = 7
# With one option fewer, the key is known as soon as the other one is wrong.
_OPTIONS_TO_TRY_AGAIN = 3


def every_option_is_explained(item: QuizItem, context: Context) -> Iterator[Fault]:
    """Every option has feedback."""
    for number, option in enumerate(item.options, 1):
        if not option.feedback.strip():
            yield Fault(f"Option {number} has no feedback.")
    if not item.options and not item.general_feedback.strip():
        yield Fault("The item has no options and no general feedback either.")


def no_two_feedbacks_are_the_same(item: QuizItem, context: Context) -> Iterator[Fault]:
    """No option's feedback repeats another's word for word."""
    first: dict[str, int] = {}
    for number, option in enumerate(item.options, 1):
        said = prose.same(option.feedback)
        if said and said in first:
            yield Fault(f"Option {number}'s feedback repeats option {first[said]}'s.")
        first.setdefault(said, number)


def feedbacks_say_different_things(item: QuizItem, context: Context) -> Iterator[Fault]:
    """No two feedbacks are the same sentence with a word or two exchanged.

    A sentence that both share word for word, such as the rule that decides the case, is good practice in every
    feedback and doesn't count.
    """
    said = [tuple(prose.sentences(option.feedback)) for option in item.options]
    for later, own in enumerate(said):
        for earlier, other in enumerate(said[:later]):
            if own == other:
                continue
            rest = prose.words(" ".join(one for one in own if one not in other))
            other_rest = prose.words(" ".join(one for one in other if one not in own))
            if min(len(rest), len(other_rest)) > 3 and prose.likeness(rest, other_rest) >= TOO_ALIKE:
                yield Fault(f"Option {later + 1}'s feedback says almost the same as option {earlier + 1}'s.")
                break


def feedback_says_more_than_right_or_wrong(item: QuizItem, context: Context) -> Iterator[Fault]:
    """Feedback is more than "Correct" or "Try again"."""
    for number, option in enumerate(item.options, 1):
        if is_only_a_verdict(option.feedback, context.words):
            yield Fault(f'Option {number}\'s feedback says only "{option.feedback.strip()}".')


def is_only_a_verdict(text: str, lists: WordLists) -> bool:
    """Whether nothing is left of the text once verdicts ("Correct.", "Try again!") are taken away."""
    found = prose.words(text)
    return bool(found) and not _without_verdicts(found, lists)


@lru_cache(maxsize=1_000)  # four criteria ask it of the same feedback
def _without_verdicts(found: tuple[str, ...], lists: WordLists) -> tuple[str, ...]:
    verdicts = lists.set("verdicts")
    openings = lists.openings("verdicts")
    if openings.isdisjoint(found):
        return found
    rest: list[str] = []
    place = 0
    while place < len(found):
        longest = min(7, len(found) - place) if found[place] in openings else 0
        for length in range(longest, 0, -1):
            if " ".join(found[place : place + length]) in verdicts:
                place += length
                break
        else:
            rest.append(found[place])
            place += 1
    return tuple(rest)


def feedback_adds_to_its_option(item: QuizItem, context: Context) -> Iterator[Fault]:
    """Feedback is more than the option said again."""
    for number, option in enumerate(item.options, 1):
        said = " ".join(_without_verdicts(prose.words(option.feedback), context.words))
        own = " ".join(prose.words(option.text))
        if len(own.split()) >= 2 and said in (own, f"it is {own}", f"the answer is {own}"):
            yield Fault(f"Option {number}'s feedback only repeats the option.")


def feedback_agrees_with_the_key(item: QuizItem, context: Context) -> Iterator[Fault]:
    """A wrong option is not praised, and the key is not called wrong."""
    if item.type not in CHOICE_TYPES:
        return
    for number, option in enumerate(item.options, 1):
        said = f"{' '.join(prose.words(_opening(option.feedback)))} "
        praised = _opens_with(said, "praise_starts", context.words)
        rebuked = _opens_with(said, "rebuke_starts", context.words)
        if praised and not rebuked and not option.correct:
            yield Fault(f'Option {number} is wrong, and its feedback opens with "{praised}".')
        elif rebuked and not praised and option.correct:
            yield Fault(f'Option {number} is the key, and its feedback opens with "{rebuked}".')


def _opening(feedback: str) -> str:
    """The words up to the first mark: a verdict stands alone there, as in "Correct. …" or "No, …"."""
    for place, char in enumerate(feedback):
        if char in ".,;:!–—-":
            return feedback[:place]
    return feedback


def _opens_with(said: str, name: str, lists: WordLists) -> str | None:
    return next((start for start in lists.list(name) if said == f"{start} "), None)


def wrong_options_feedback_keeps_the_key(item: QuizItem, context: Context) -> Iterator[Fault]:
    """The feedback of a wrong option does not say what the key is, so that a second try is still a try.

    Words that the stem or the wrong option itself holds give nothing away, and where one option is left nothing can be.
    """
    if item.type not in CHOICE_TYPES or len(item.options) < _OPTIONS_TO_TRY_AGAIN:
        return
    for number, option in enumerate(item.options, 1):
        if option.correct:
            continue
        for key in item.correct_options:
            if prose.gives_key_away(option.feedback, key=key.text, stem=item.stem, option=option.text):
                yield Fault(f'Option {number} is wrong, and its feedback names the key: "{prose.start_of(key.text)}".')
                break


def feedback_gives_a_reason(item: QuizItem, context: Context) -> Iterator[Fault]:
    """Feedback says why, and not in three words."""
    for number, option in enumerate(item.options, 1):
        found = _without_verdicts(prose.words(option.feedback), context.words)
        if 0 < len(found) < SHORT_FEEDBACK_WORDS and context.words.phrase_in("reasons", found) is None:
            yield Fault(f'Option {number}\'s feedback gives no reason: "{option.feedback.strip()}".')


def feedback_stands_alone(item: QuizItem, context: Context) -> Iterator[Fault]:
    """Feedback explains where it stands and does not just send the learner elsewhere."""
    for number, option in enumerate(item.options, 1):
        rest = _without_verdicts(prose.words(option.feedback), context.words)
        if not 0 < len(rest) <= 9 or (rest[0] == "please" and len(rest) == 1):
            continue
        said = rest[1:] if rest[0] == "please" else rest
        pointers = context.words.set("pointers_only")
        points = said[0] in pointers or " ".join(said[:2]) in pointers
        if points and any(word in context.words.set("pointer_targets") for word in said[1:]):
            yield Fault(
                f'Option {number}\'s feedback only sends the learner elsewhere: "{option.feedback.strip()}".'
            )


def feedback_is_kind(item: QuizItem, context: Context) -> Iterator[Fault]:
    """Feedback blames nobody and calls nothing obvious."""
    for number, option in enumerate(item.options, 1):
        unkind = context.words.phrase_in("unkind", prose.words(prose.unquoted(option.feedback)))
        if unkind:
            yield Fault(f'Option {number}\'s feedback talks down to the learner ("{unkind}").')


def feedback_speaks_to_the_learner(item: QuizItem, context: Context) -> Iterator[Fault]:
    """Somewhere in an item's feedback the learner is spoken to."""
    said = [prose.words(option.feedback) for option in item.options if option.feedback.strip()]
    said += [prose.words(item.general_feedback)] if item.general_feedback.strip() else []
    you = context.words.set("second_person")
    # "Press STOP first, because …" speaks to the learner too.
    if said and not any(set(words) & you or (words[:1] and is_imperative(words, context.words)) for words in said):
        yield Fault("No feedback of the item speaks to the learner.")


def is_imperative(words: tuple[str, ...], lists: WordLists) -> bool:
    """Whether the words open with a bare verb that is no noun as well."""
    first = words[0]
    is_verb = bool(levels_of(first, lists)) and bare(first, lists) == first
    return is_verb and (first not in lists.set("bloom_nouns") or set(words[1:2]) <= lists.set("determiners"))


def distractor_names_its_misconception(item: QuizItem, context: Context) -> Iterator[Fault]:
    """Every wrong option records what somebody who chooses it believes."""
    if item.type in CHOICE_TYPES:
        for number, option in enumerate(item.options, 1):
            if not option.correct and not (option.misconception or "").strip():
                yield Fault(
                    f"Option {number} is wrong, and nothing says what somebody who chooses it believes."
                )


CHECKS = (
    Check("every_option_is_explained", "item", every_option_is_explained),
    Check("no_two_feedbacks_are_the_same", "item", no_two_feedbacks_are_the_same),
    Check(
        "feedback_says_more_than_right_or_wrong",
        "item",
        feedback_says_more_than_right_or_wrong,
        ("verdicts",),
    ),
    Check("feedback_adds_to_its_option", "item", feedback_adds_to_its_option),
    Check("feedback_agrees_with_the_key", "item", feedback_agrees_with_the_key, ("praise_starts",)),
    Check("wrong_options_feedback_keeps_the_key", "item", wrong_options_feedback_keeps_the_key),
    Check("feedbacks_say_different_things", "item", feedbacks_say_different_things),
    Check("feedback_gives_a_reason", "item", feedback_gives_a_reason, ("reasons",)),
    Check("feedback_stands_alone", "item", feedback_stands_alone, ("pointers_only",)),
    Check("feedback_speaks_to_the_learner", "item", feedback_speaks_to_the_learner, ("second_person",)),
    Check("feedback_is_kind", "item", feedback_is_kind, ("unkind",)),
    Check("distractor_names_its_misconception", "item", distractor_names_its_misconception),
)
