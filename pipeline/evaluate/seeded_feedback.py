"""Flaws planted in the feedback of quiz items."""

from __future__ import annotations

from random import Random

from pipeline.domain import QuizItem
from pipeline.evaluate.seeded_planting import (
    Planting,
    Plantings,
    changed,
    changed_option,
    feedback_says,
    in_distractor,
    in_item,
    in_key,
)


def _repeated(*tails: str) -> Planting:
    """One option's feedback is another's, with one of the tails behind it."""

    def change(item: QuizItem, chance: Random) -> QuizItem:
        first, second = chance.sample(range(len(item.options)), 2)
        said = item.options[first].feedback
        options = list(item.options)
        options[second] = changed_option(options[second], feedback=said.rstrip(".") + chance.choice(tails))
        return changed(item, options=tuple(options))

    return in_item(change)


def _key_named(*texts: str) -> Planting:
    """A wrong option's feedback names the key in place of "{}"."""

    def change(item: QuizItem, chance: Random) -> QuizItem:
        key = item.correct_options[0].text
        wrong = chance.choice([one.id for one in item.options if not one.correct])
        said = chance.choice(texts).format(key)
        options = (changed_option(one, feedback=said) if one.id == wrong else one for one in item.options)
        return changed(item, options=tuple(options))

    return in_item(change)


def _impersonal(item: QuizItem, chance: Random) -> QuizItem:
    said = ("This is the step that the rule puts here, because later it is too late.",
            "That belongs to another case, because there the matter is less urgent.",
            "It costs time and changes nothing, because the cause stays where it is.",
            "Such a step needs somebody else, because it is outside the role.")
    return changed(item, options=tuple(
        changed_option(one, feedback=said[place % len(said)]) for place, one in enumerate(item.options)
    ))


FEEDBACK_FLAWS: Plantings = {
    "every_option_is_explained": (
        feedback_says("", " ", "\n"),
        in_key(lambda option, chance: changed_option(option, feedback="")),
    ),
    "no_two_feedbacks_are_the_same": (_repeated(".", "!", " ."),),
    "feedbacks_say_different_things": (_repeated(" today.", " as well.", " too."),),
    "feedback_says_more_than_right_or_wrong": (
        feedback_says("Incorrect.", "Wrong answer!", "No. Try again.", "Sorry, that's not right.", "Not quite."),
        in_key(lambda option, chance: changed_option(option, feedback=chance.choice(("Well done!", "Yes, correct.")))),
    ),
    "feedback_adds_to_its_option": (
        feedback_says("{}.", "Wrong: {}.", "The answer is {}."),
    ),
    "feedback_agrees_with_the_key": (
        feedback_says("Correct. You see it as the rule does.", "Well done! You have it.", "Exactly: so it is done."),
        in_key(lambda option, chance: changed_option(
            option, feedback=chance.choice(("Wrong. ", "Not quite: ", "Incorrect, ")) + option.feedback)),
    ),
    "wrong_options_feedback_keeps_the_key": (
        _key_named("You need another one here, because the rule asks for this: {}.",
                   "You mix up two cases, because here it is “{}”."),
    ),
    "feedback_gives_a_reason": (feedback_says("That is another step.", "Think about your team.", "A common choice."),),
    "feedback_stands_alone": (
        feedback_says("See section 3.", "Please review the chapter.", "Go back to lesson 2.", "Read the manual again."),
    ),
    "feedback_speaks_to_the_learner": (in_item(_impersonal),),
    "feedback_is_kind": (
        feedback_says("Obviously this comes later, because the other step is first.",
                      "You should have known that this is for another case.",
                      "That would be careless, because the cause stays.", "It is common sense to begin elsewhere."),
    ),
    "distractor_names_its_misconception": (
        in_distractor(lambda option, chance: changed_option(option, misconception=chance.choice((None, "", " ")))),
    ),
}
